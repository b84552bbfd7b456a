import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import type { DeferralDetail } from '../../contract/deferrals.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Fields = { until?: Dayjs; explanation: string };

/** Shortening (the person or the unit), and revoking (the HRSS authority). */
export function EndDeferral({ deferral }: { deferral: DeferralDetail }) {
  const { id, may } = deferral;
  const [form] = Form.useForm<Fields>();
  const { shorten, revoke } = useEnding(id);
  const submit = (act: typeof revoke) => () => {
    // What is missing is shown at its field.
    inBackground(
      form.validateFields().then(
        (fields) => act.mutate(fields),
        () => undefined,
      ),
    );
  };
  const error = shorten.error ?? revoke.error;
  return (
    <Form<Fields> form={form} layout="vertical" className="panel" initialValues={{ until: dayjs(deferral.until) }}>
      <h2>{may.shorten ? '缩短顺延' : '撤销顺延'}</h2>
      {may.shorten ? (
        <Form.Item name="until" label="新的最后一天（只能提前）" rules={[{ required: true, message: '请选择日期' }]}>
          <DatePicker />
        </Form.Item>
      ) : null}
      <Form.Item name="explanation" label="理由" rules={[{ required: true, whitespace: true, message: '请说明理由' }]}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
      {error ? <ProblemNotice error={error} /> : null}
      <div className="row">
        {may.shorten ? (
          <Button loading={shorten.isPending} onClick={submit(shorten)}>
            缩短
          </Button>
        ) : null}
        {may.revoke ? (
          <Button danger loading={revoke.isPending} onClick={submit(revoke)}>
            撤销这次顺延
          </Button>
        ) : null}
      </div>
    </Form>
  );
}

function useEnding(id: string) {
  const client = useQueryClient();
  const after = { onSuccess: () => client.invalidateQueries({ queryKey: keys.deferrals() }), meta: { shown: true } };
  const shorten = useMutation({
    ...after,
    mutationFn: ({ until, explanation }: Fields) =>
      call('shortenDeferral', { params: { id }, body: { until: until?.format('YYYY-MM-DD') ?? '', explanation } }),
  });
  const revoke = useMutation({
    ...after,
    mutationFn: ({ explanation }: Fields) => call('revokeDeferral', { params: { id }, body: { explanation } }),
  });
  return { shorten, revoke };
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input, Radio } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import type { DeferralDetail } from '../../contract/deferrals.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Fields = { outcome: 'grant' | 'refuse'; until: Dayjs; explanation?: string };

/** The employer's decision: until when, with its proof on file; or why not. */
export function DecideDeferral({ deferral }: { deferral: DeferralDetail }) {
  const decide = useDecision(deferral);
  const [form] = Form.useForm<Fields>();
  // Undefined until the form is shown, whatever its type says.
  const outcome = (Form.useWatch('outcome', form) as Fields['outcome'] | undefined) ?? 'grant';
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      className="panel"
      initialValues={{ outcome: 'grant', until: dayjs(deferral.requestedUntil) }}
      onFinish={(fields) => decide.mutate(fields)}
    >
      <h2>本单位的决定</h2>
      <Form.Item name="outcome" label="决定">
        <Radio.Group
          options={[
            { value: 'grant', label: '批准' },
            { value: 'refuse', label: '不批准' },
          ]}
        />
      </Form.Item>
      {outcome === 'grant' ? (
        <Form.Item name="until" label="顺延到哪一天（含当日）" rules={[{ required: true, message: '请选择最后一天' }]}>
          <DatePicker />
        </Form.Item>
      ) : null}
      <Form.Item
        name="explanation"
        label={outcome === 'grant' ? '说明（选填）' : '理由'}
        rules={outcome === 'grant' ? [] : [{ required: true, whitespace: true, message: '请说明理由' }]}
      >
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
      {decide.error ? <ProblemNotice error={decide.error} /> : null}
      <Button type="primary" htmlType="submit" loading={decide.isPending}>
        作出决定
      </Button>
    </Form>
  );
}

function useDecision(deferral: DeferralDetail) {
  const client = useQueryClient();
  return useMutation({
    meta: { shown: true },
    mutationFn: ({ outcome, until, explanation = '' }: Fields) =>
      call('decideDeferral', {
        params: { id: deferral.id },
        body:
          outcome === 'grant' ? { outcome, until: until.format('YYYY-MM-DD'), explanation } : { outcome, explanation },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.deferrals() }),
  });
}

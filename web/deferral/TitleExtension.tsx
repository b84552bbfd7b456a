import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import type { DeferralDetail } from '../../contract/deferrals.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Fields = { years: number; explanation: string };

/** 延长申报职称年限 (Art. 17): recorded by the unit for a deferral that expired, and taken back. */
export function TitleExtension({ deferral }: { deferral: DeferralDetail }) {
  const { id, may } = deferral;
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const act = useMutation({
    mutationFn: ({ years, explanation }: Fields) =>
      may.extend
        ? call('extendTitle', { params: { id }, body: { years, explanation } })
        : call('endTitleExtension', { params: { id }, body: { explanation } }),
    onSuccess: async () => {
      form.resetFields();
      await client.invalidateQueries({ queryKey: keys.deferrals() });
    },
    meta: { shown: true },
  });
  return (
    <Form<Fields> form={form} layout="vertical" className="panel" initialValues={{ years: 1 }} onFinish={act.mutate}>
      <h2>{may.extend ? '登记申报职称的延长年限' : '取消延长年限'}</h2>
      {may.extend ? (
        <>
          <p className="muted">无正当理由不参加补学的，用人单位应在其申报职称时延长相应年限（第十七条）。</p>
          <Form.Item name="years" label="延长年限（年）" rules={[{ required: true, message: '请填写年限' }]}>
            <InputNumber min={1} max={5} precision={0} />
          </Form.Item>
        </>
      ) : null}
      <Form.Item name="explanation" label="理由" rules={[{ required: true, whitespace: true, message: '请说明理由' }]}>
        <Input.TextArea rows={2} maxLength={1000} />
      </Form.Item>
      {act.error ? <ProblemNotice error={act.error} /> : null}
      <Button htmlType="submit" loading={act.isPending}>
        {may.extend ? '登记' : '取消延长'}
      </Button>
    </Form>
  );
}

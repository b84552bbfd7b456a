import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effects } from './MergeEffects.tsx';

type Registration = { name: string; idNumber: string };
type Fields = { kept: Registration; absorbed: Registration; reason: string };

/** The two registrations and why; what merging would change is shown before it can be proposed. */
export function ProposeMerge({ onClose }: { onClose: () => void }) {
  const [form] = Form.useForm<Fields>();
  const preview = useMutation({
    mutationFn: ({ kept, absorbed }: Fields) => call('previewMerge', { body: { kept, absorbed } }),
    meta: { shown: true },
  });
  return (
    <FormModal<Fields>
      width={760}
      title="提出人员合并"
      okText="提出"
      disabled={preview.data?.blockers.length !== 0}
      form={form}
      onChange={(changed) => {
        if (changed.reason === undefined) preview.reset();
      }}
      save={(fields, requestKey) => call('proposeMerge', { headers: { 'idempotency-key': requestKey }, body: fields })}
      refreshes={[keys.merges()]}
      onClose={onClose}
    >
      <div className="two">
        <Pair name="kept" title="保留的登记" />
        <Pair name="absorbed" title="停用的登记" />
      </div>
      <ReasonField maxLength={500} placeholder="如：旧身份证号码与新号码各登记了一次" />
      <Form.Item>
        <Button
          loading={preview.isPending}
          onClick={() => {
            // What is missing is shown at its field.
            void form.validateFields().then(
              (fields) => preview.mutate(fields),
              () => undefined,
            );
          }}
        >
          试算
        </Button>
      </Form.Item>
      {preview.error ? <ProblemNotice error={preview.error} /> : null}
      {preview.data === undefined ? (
        <p className="muted">先试算，核对年度学时和证书的变化后再提出。</p>
      ) : (
        <Effects preview={preview.data} />
      )}
    </FormModal>
  );
}

function Pair({ name, title }: { name: 'kept' | 'absorbed'; title: string }) {
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <legend>{title}</legend>
      <Form.Item name={[name, 'name']} label="姓名" rules={[{ required: true, message: '请填写姓名' }]}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name={[name, 'idNumber']}
        label="身份证号码"
        rules={[{ required: true, pattern: /^[0-9]{17}[0-9Xx]$/, message: '请填写 18 位身份证号码' }]}
      >
        <Input maxLength={18} autoComplete="off" />
      </Form.Item>
    </fieldset>
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effects } from './MergeEffects.tsx';

type Registration = { name: string; idNumber: string };
type Fields = { kept: Registration; absorbed: Registration; reason: string };

/** The two registrations and why; what merging would change is shown before it can be proposed. */
export function ProposeMerge({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const [key] = useState(newId);
  const preview = useMutation({
    mutationFn: ({ kept, absorbed }: Fields) => call('previewMerge', { body: { kept, absorbed } }),
    meta: { shown: true },
  });
  const propose = useMutation({
    mutationFn: (fields: Fields) => call('proposeMerge', { headers: { 'idempotency-key': key }, body: fields }),
    meta: { shown: true },
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: keys.merges() });
    },
  });
  const error = propose.error ?? preview.error;
  return (
    <Modal
      open
      width={760}
      title="提出人员合并"
      okText="提出"
      cancelText="取消"
      okButtonProps={{ disabled: preview.data?.blockers.length !== 0 }}
      confirmLoading={propose.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {error ? <ProblemNotice error={error} /> : null}
      <Form<Fields>
        form={form}
        layout="vertical"
        onFinish={(fields) => propose.mutate(fields)}
        onValuesChange={(changed: Partial<Fields>) => {
          if (changed.reason === undefined) preview.reset();
        }}
      >
        <Pair name="kept" title="保留的登记" />
        <Pair name="absorbed" title="停用的登记" />
        <Form.Item name="reason" label="理由" rules={[{ required: true, whitespace: true, message: '请填写理由' }]}>
          <Input.TextArea rows={2} maxLength={500} placeholder="如：旧身份证号码与新号码各登记了一次" />
        </Form.Item>
        <Form.Item>
          <Button
            loading={preview.isPending}
            onClick={() => {
              void form.validateFields().then(
                (fields) => preview.mutate(fields),
                () => undefined,
              );
            }}
          >
            试算
          </Button>
        </Form.Item>
      </Form>
      {preview.data === undefined ? (
        <p className="muted">先试算，核对年度学时和证书的变化后再提出。</p>
      ) : (
        <Effects preview={preview.data} />
      )}
    </Modal>
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

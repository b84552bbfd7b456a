import { Button, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import type { SanctionDetail } from '../../contract/sanctions.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { CaseFileUpload } from './CaseFileUpload.tsx';

type Fields = { text: string; isFinal?: boolean };

/** What the person may do: state their defence, hand in files, appeal. */
export function PersonActs({ sanction }: { sanction: SanctionDetail }) {
  const [open, setOpen] = useState<'defence' | 'appeal' | null>(null);
  const { may } = sanction;
  return (
    <div className="row" style={{ marginTop: 12 }}>
      {may.defend ? (
        <Button type="primary" onClick={() => setOpen('defence')}>
          陈述申辩
        </Button>
      ) : null}
      {may.appeal ? (
        <Button type="primary" onClick={() => setOpen('appeal')}>
          申诉
        </Button>
      ) : null}
      {may.attach ? <CaseFileUpload id={sanction.id} /> : null}
      {open === null ? null : <Words sanction={sanction} kind={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

type WordsProps = { sanction: SanctionDetail; kind: 'defence' | 'appeal'; onClose: () => void };

function Words({ sanction, kind, onClose }: WordsProps) {
  const title = kind === 'defence' ? '陈述申辩' : '申诉';
  return (
    <FormModal<Fields>
      title={title}
      okText="提交"
      save={({ text, isFinal = false }, requestKey) => {
        const how = { params: { id: sanction.id }, headers: { 'idempotency-key': requestKey } };
        return kind === 'defence'
          ? call('stateDefence', { ...how, body: { text, isFinal } })
          : call('appealSanction', { ...how, body: { text } });
      }}
      refreshes={[keys.sanctions()]}
      onClose={onClose}
    >
      <Form.Item name="text" label={title} rules={[{ required: true, whitespace: true, message: '请填写内容' }]}>
        <Input.TextArea maxLength={5000} showCount autoSize={{ minRows: 5, maxRows: 14 }} />
      </Form.Item>
      {kind === 'defence' ? (
        <Form.Item name="isFinal" valuePropName="checked" extra="勾选后，办案机构不必等到期限届满即可决定。">
          <Checkbox>我已陈述完毕，没有其他补充</Checkbox>
        </Form.Item>
      ) : null}
    </FormModal>
  );
}

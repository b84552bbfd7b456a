import { App, Button, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { RECUSAL_RELATIONS, type RecusalRelation } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { FormModal } from '../parts/FormModal.tsx';

type RecuseProps = { taskId: string; onDone: () => Promise<void> };
type Fields = { relation: RecusalRelation; note?: string };

/** 回避: asked with its reason, said what it means, and confirmed. */
export function Recuse({ taskId, onDone }: RecuseProps) {
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <Button
        onClick={() => {
          setOpen(true);
        }}
      >
        回避
      </Button>
      {isOpen ? <RecuseDialog taskId={taskId} onDone={onDone} onClose={close} /> : null}
    </>
  );
}

function RecuseDialog({ taskId, onDone, onClose }: RecuseProps & { onClose: () => void }) {
  const { message } = App.useApp();
  return (
    <FormModal<Fields>
      title="回避这份申报"
      okText="确认回避"
      save={({ relation, note = '' }) => call('recuse', { params: { id: taskId }, body: { relation, note } })}
      refreshes={[]}
      onSaved={() => {
        message.success('已回避，任务退回待办');
        onClose();
        inBackground(onDone());
      }}
      onClose={onClose}
    >
      <p>回避后任务退回本机构待办，您不能再认领或办理这份申报。申报人不会看到回避的原因。</p>
      <RelationFields />
    </FormModal>
  );
}

function RelationFields() {
  const isOther = Form.useWatch<RecusalRelation | undefined>('relation') === 'other';
  return (
    <>
      <Form.Item name="relation" label="回避原因" rules={[{ required: true, message: '请选择回避原因' }]}>
        <Radio.Group vertical options={optionsOf(RECUSAL_RELATIONS)} />
      </Form.Item>
      <Form.Item
        name="note"
        label={isOther ? '请说明情形' : '说明（选填）'}
        rules={isOther ? [{ required: true, whitespace: true, message: '请说明情形' }] : []}
      >
        <Input maxLength={120} />
      </Form.Item>
    </>
  );
}

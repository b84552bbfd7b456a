import { useMutation } from '@tanstack/react-query';
import { App, Button, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { codes, RECUSAL_RELATIONS, type RecusalRelation } from '../../rules/vocabulary.ts';
import { call } from '../lib/http.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type RecuseProps = { taskId: string; onDone: () => Promise<void> };

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
  const [relation, setRelation] = useState<RecusalRelation | null>(null);
  const [note, setNote] = useState('');
  const recuse = useMutation({
    meta: { shown: true },
    mutationFn: (because: RecusalRelation) =>
      call('recuse', { params: { id: taskId }, body: { relation: because, note } }),
    onSuccess: async () => {
      message.success('已回避，任务退回待办');
      onClose();
      await onDone();
    },
  });
  return (
    <Modal
      open
      title="回避这份申报"
      okText="确认回避"
      okButtonProps={{
        disabled: relation === null || (relation === 'other' && note.trim() === ''),
        loading: recuse.isPending,
      }}
      onOk={() => {
        if (relation !== null) recuse.mutate(relation);
      }}
      onCancel={onClose}
    >
      <div className="stack">
        {recuse.error ? <ProblemNotice error={recuse.error} /> : null}
        <div>回避后任务退回本机构待办，您不能再认领或办理这份申报。申报人不会看到回避的原因。</div>
        <Radio.Group
          aria-label="回避原因"
          value={relation}
          vertical
          onChange={(event) => {
            setRelation(codes(RECUSAL_RELATIONS).find((one) => one === event.target.value) ?? null);
          }}
          options={codes(RECUSAL_RELATIONS).map((value) => ({ value, label: RECUSAL_RELATIONS[value] }))}
        />
        <Input
          aria-label="回避说明"
          placeholder={relation === 'other' ? '请说明情形' : '说明（选填）'}
          value={note}
          maxLength={120}
          onChange={(event) => {
            setNote(event.target.value);
          }}
        />
      </div>
    </Modal>
  );
}

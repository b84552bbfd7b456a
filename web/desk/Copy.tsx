import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, Modal } from 'antd';
import { useState } from 'react';
import type { CopyRequest, TaskDetail } from '../../contract/tasks.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 抄送: to colleagues, or to bodies on the claim's way, for information. */
export function Copy({ detail, onDone }: { detail: TaskDetail; onDone: () => Promise<void> }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>抄送</Button>
      {isOpen ? <CopyDialog detail={detail} onDone={onDone} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

type DialogProps = { detail: TaskDetail; onDone: () => Promise<void>; onClose: () => void };

function CopyDialog({ detail, onDone, onClose }: DialogProps) {
  const [personIds, setPeople] = useState<string[]>([]);
  const [organisationIds, setOrganisations] = useState<string[]>([]);
  const [note, setNote] = useState('');
  const copy = useCopying(detail.task.id, { onDone, onClose });
  return (
    <Modal
      open
      title="抄送这份申报"
      okText="抄送"
      mask={{ closable: false }}
      okButtonProps={{ disabled: personIds.length + organisationIds.length === 0, loading: copy.isPending }}
      onOk={() => copy.mutate({ personIds, organisationIds, note })}
      onCancel={onClose}
    >
      <div className="stack">
        {copy.error ? <ProblemNotice error={copy.error} /> : null}
        <div>对方会在“抄送”中看到这份申报，只供知悉，不能办理。</div>
        <Colleagues taskId={detail.task.id} value={personIds} onChange={setPeople} />
        <strong>经过的机构</strong>
        <Checkbox.Group
          value={organisationIds}
          onChange={setOrganisations}
          options={[...bodiesOf(detail)].map(([value, label]) => ({ value, label }))}
        />
        <Input
          aria-label="抄送说明"
          placeholder="说明（选填）"
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </Modal>
  );
}

function useCopying(id: string, { onDone, onClose }: Omit<DialogProps, 'detail'>) {
  const { message } = App.useApp();
  return useMutation({
    meta: { shown: true },
    mutationFn: (body: CopyRequest) => call('copyTask', { params: { id }, body }),
    onSuccess: async () => {
      message.success('已抄送');
      onClose();
      await onDone();
    },
  });
}

/** The bodies on the claim's way, except one's own. */
const bodiesOf = ({ claim, task }: TaskDetail) =>
  new Map(
    claim.way
      .flatMap(({ bodies }) => bodies)
      .filter((body) => body.organisationId !== task.organisationId)
      .map((body) => [body.organisationId, body.organisationName]),
  );

type ColleaguesProps = { taskId: string; value: string[]; onChange: (people: string[]) => void };

function Colleagues({ taskId, value, onChange }: ColleaguesProps) {
  const colleagues = useQuery({
    queryKey: keys.colleagues(taskId),
    queryFn: () => call('colleagues', { params: { id: taskId } }),
  });
  return (
    <>
      {colleagues.error ? <ProblemNotice error={colleagues.error} /> : null}
      <strong>本机构同事</strong>
      {colleagues.data?.items.length === 0 ? <Nothing title="没有可抄送的同事" /> : null}
      <Checkbox.Group
        value={value}
        onChange={onChange}
        options={(colleagues.data?.items ?? []).map(({ personId, name }) => ({ value: personId, label: name }))}
      />
    </>
  );
}

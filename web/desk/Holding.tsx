import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Radio } from 'antd';
import { useState } from 'react';
import type { Colleague } from '../../contract/organisations.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Copy } from './Copy.tsx';
import { Recuse } from './Recuse.tsx';
import { ReportFraud } from './ReportFraud.tsx';

/** 认领, 释放, 转办, 回避, and taking back what one decided. */
export function Holding({ detail }: { detail: TaskDetail }) {
  const { task, permissions } = detail;
  const refresh = useRefresh(task.id);
  const params = { params: { id: task.id } };
  const take = useMutation({ mutationFn: () => call('claimTask', params), onSettled: refresh });
  const release = useMutation({ mutationFn: () => call('releaseTask', params), onSettled: refresh });
  return (
    <div className="row" style={{ maxWidth: '100%' }}>
      {permissions.claim ? (
        <Button
          loading={take.isPending}
          onClick={() => {
            take.mutate();
          }}
        >
          认领
        </Button>
      ) : null}
      {permissions.release ? (
        <Button
          loading={release.isPending}
          onClick={() => {
            release.mutate();
          }}
        >
          释放
        </Button>
      ) : null}
      {permissions.transfer ? <Transfer taskId={task.id} /> : null}
      {permissions.copy ? <Copy detail={detail} onDone={refresh} /> : null}
      {permissions.recuse ? <Recuse taskId={task.id} onDone={refresh} /> : null}
      <ReportFraud detail={detail} />
      {permissions.takeBack ? <TakeBack taskId={task.id} onDone={refresh} /> : null}
    </div>
  );
}

function Transfer({ taskId }: { taskId: string }) {
  const [isChoosing, setChoosing] = useState(false);
  const close = () => {
    setChoosing(false);
  };
  return (
    <>
      <Button
        onClick={() => {
          setChoosing(true);
        }}
      >
        转办
      </Button>
      {isChoosing ? <TransferDialog taskId={taskId} onClose={close} /> : null}
    </>
  );
}

function TakeBack({ taskId, onDone }: { taskId: string; onDone: () => Promise<void> }) {
  const { modal, message } = App.useApp();
  const takeBack = useMutation({
    mutationFn: () => call('takeBack', { params: { id: taskId } }),
    onSuccess: () => {
      message.success('已收回，任务回到您名下');
    },
    onSettled: onDone,
  });
  const ask = () => {
    modal.confirm({
      title: '收回已作出的决定？',
      content: '收回后由您重新办理；下一环节已有人认领或办理、申报已办结的，不能收回。',
      okText: '收回',
      onOk: () => {
        takeBack.mutate();
      },
    });
  };
  return (
    <Button loading={takeBack.isPending} onClick={ask}>
      收回决定
    </Button>
  );
}

/** What a change of who holds a task touches. */
const afterTask = (taskId: string) => [keys.task(taskId), keys.tasks(), keys.counts()];

function useRefresh(taskId: string): () => Promise<void> {
  const cache = useQueryClient();
  return async () => {
    for (const queryKey of afterTask(taskId)) await cache.invalidateQueries({ queryKey });
  };
}

function TransferDialog({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { message } = App.useApp();
  const colleagues = useQuery({
    queryKey: keys.colleagues(taskId),
    queryFn: () => call('colleagues', { params: { id: taskId } }),
  });
  return (
    <FormModal<{ toPersonId: string }>
      title="转办给本机构同事"
      okText="转办"
      disabled={(colleagues.data?.items.length ?? 0) === 0}
      save={(body) => call('transferTask', { params: { id: taskId }, body })}
      refreshes={afterTask(taskId)}
      onSaved={() => {
        message.success('已转办');
        onClose();
      }}
      onClose={onClose}
    >
      {colleagues.error ? <ProblemNotice error={colleagues.error} /> : null}
      {colleagues.isLoading ? <Loading /> : null}
      {colleagues.data === undefined ? null : <ColleagueField colleagues={colleagues.data.items} />}
    </FormModal>
  );
}

function ColleagueField({ colleagues }: { colleagues: readonly Colleague[] }) {
  if (colleagues.length === 0) return <Nothing title="没有可转办的同事">本机构该环节没有其他审核人员。</Nothing>;
  return (
    <Form.Item name="toPersonId" label="同事" rules={[{ required: true, message: '请选择同事' }]}>
      <Radio.Group
        vertical
        options={colleagues.map(({ personId, name, title, openTasks }) => ({
          value: personId,
          label: `${name}${title === null ? '' : `（${title}）`}　手上 ${openTasks} 项`,
        }))}
      />
    </Form.Item>
  );
}

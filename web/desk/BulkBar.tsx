import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useRef } from 'react';
import type { TaskSummary } from '../../contract/tasks.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';

type BulkBarProps = {
  tasks: readonly TaskSummary[];
  onClear: () => void;
  /** What was done, and what was not with its reason; the failures stay selected. */
  onResult: (done: string[], failures: Record<string, string>) => void;
};

/** Approves what is ticked; the API holds the guards (one form, rule-clean, evidence seen) and answers item by item. */
export function BulkBar({ tasks, onClear, onResult }: BulkBarProps) {
  const { modal } = App.useApp();
  const approve = useApproveMany(onResult);
  const isMixed = new Set(tasks.map(({ form }) => form)).size > 1;
  const ask = () => {
    modal.confirm({
      title: `同意所选的 ${tasks.length} 项申报？`,
      content: '只有同一种形式、材料已阅、规则无疑问的申报可以批量同意；其余会留在列表中并说明原因。',
      okText: '全部同意',
      onOk: () => {
        approve.mutate(tasks);
      },
    });
  };
  return (
    <div className="row" style={{ padding: '8px 12px', background: '#e9f1fb' }} role="toolbar" aria-label="批量办理">
      <span>
        已选 {tasks.length} 项{isMixed ? '：批量同意须为同一种申报形式' : ''}
      </span>
      <Button type="primary" size="small" loading={approve.isPending} disabled={isMixed} onClick={ask}>
        批量同意
      </Button>
      <Button size="small" onClick={onClear}>
        取消选择
      </Button>
    </div>
  );
}

function useApproveMany(onResult: BulkBarProps['onResult']) {
  const { message } = App.useApp();
  const ids = useRef(new Map<string, string>());
  // Sent again after a lost answer, each decision is the same decision.
  const decisionIdOf = (taskId: string): string => {
    const made = ids.current.get(taskId) ?? newId();
    ids.current.set(taskId, made);
    return made;
  };
  return useMutation({
    mutationFn: (tasks: BulkBarProps['tasks']) =>
      call('decideMany', {
        body: { decisions: tasks.map(({ id, version }) => ({ taskId: id, version, decisionId: decisionIdOf(id) })) },
      }),
    onSuccess: ({ items }) => {
      const done = items.filter(({ ok }) => ok).map(({ taskId }) => taskId);
      const failed = items.flatMap((item) =>
        item.ok ? [] : [[item.taskId, `${item.problem.detail}${item.problem.fix}`] as const],
      );
      onResult(done, Object.fromEntries(failed));
      if (failed.length > 0) message.warning(`${failed.length} 项未办理，原因见列表`);
    },
  });
}

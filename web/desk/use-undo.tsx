import { App, Button } from 'antd';
import { useRef } from 'react';
import type { DecisionReceipt } from '../../contract/decisions.ts';
import { OUTCOMES } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { told } from '../lib/problem.ts';

const UNDO_SECONDS = 10;

/**
 * Says what was decided, with 撤销 beside it for ten seconds, also by key for the last one. A rejection that ended the claim stands and
 * offers none; whether another comes too late is the API's to say.
 * @param onUndone the tasks that are the reviewer's again
 */
export function useUndo(onUndone: (taskIds: string[]) => void) {
  const { message } = App.useApp();
  const undoable = useRef<{ key: string; taskIds: string[] }[]>([]);
  const forget = (key: string) => {
    undoable.current = undoable.current.filter((one) => one.key !== key);
  };
  const undo = async (key: string, taskIds: string[]) => {
    forget(key);
    message.destroy(key);
    const back: string[] = [];
    for (const taskId of taskIds) {
      try {
        await call('takeBack', { params: { id: taskId } });
        back.push(taskId);
      } catch (error) {
        const { detail, fix } = told(error);
        message.error(`${detail}${fix}`);
      }
    }
    if (back.length > 0) message.success(back.length === 1 ? '已撤销，任务回到您名下' : `已撤销 ${back.length} 项`);
    if (back.length > 0) onUndone(back);
  };
  const tell = (said: string, taskIds: string[]) => {
    const [key] = taskIds;
    if (key === undefined) {
      message.success(said);
      return;
    }
    undoable.current = [...undoable.current, { key, taskIds }];
    const content = (
      <>
        {said}
        <Button type="link" size="small" onClick={() => inBackground(undo(key, taskIds))}>
          撤销 <kbd aria-hidden>U</kbd>
        </Button>
      </>
    );
    message.open({ key, type: 'success', duration: UNDO_SECONDS, content, onClose: () => forget(key) });
  };
  return {
    tellOne: ({ taskId, outcome, stageOutcome }: DecisionReceipt) =>
      tell(`已${outcome === 'approve' ? '同意' : OUTCOMES[outcome]}`, stageOutcome === 'rejected' ? [] : [taskId]),
    tellMany: (taskIds: string[]) => tell(`已同意 ${taskIds.length} 项`, taskIds),
    undoLast: () => {
      const last = undoable.current.at(-1);
      if (last !== undefined) inBackground(undo(last.key, last.taskIds));
    },
  };
}

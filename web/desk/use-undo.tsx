import { App, Button } from 'antd';
import type { DecisionReceipt } from '../../contract/decisions.ts';
import { OUTCOMES } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { told } from '../lib/problem.ts';

const UNDO_SECONDS = 10;

/**
 * Says what was decided, with 撤销 beside it for ten seconds. A rejection that ended the claim stands and offers none; whether another
 * comes too late is the API's to say.
 */
export function useUndo(onUndone: (taskId: string) => void): (receipt: DecisionReceipt) => void {
  const { message } = App.useApp();
  const undo = async (taskId: string) => {
    message.destroy(taskId);
    try {
      await call('takeBack', { params: { id: taskId } });
    } catch (error) {
      const { detail, fix } = told(error);
      message.error(`${detail}${fix}`);
      return;
    }
    message.success('已撤销，任务回到您名下');
    onUndone(taskId);
  };
  return ({ taskId, outcome, stageOutcome }) => {
    const said = `已${outcome === 'approve' ? '同意' : OUTCOMES[outcome]}`;
    if (stageOutcome === 'rejected') {
      message.success(said);
      return;
    }
    const button = (
      <Button type="link" size="small" onClick={() => inBackground(undo(taskId))}>
        撤销
      </Button>
    );
    const content = (
      <>
        {said}
        {button}
      </>
    );
    message.open({ key: taskId, type: 'success', duration: UNDO_SECONDS, content });
  };
}

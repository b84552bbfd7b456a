import { Alert, Button } from 'antd';
import type { TaskDetail } from '../../contract/tasks.ts';
import { useCopy } from './use-copy.tsx';
import { typedIn, type VerdictDraft } from './verdict.ts';

type NotYoursProps = { detail: TaskDetail; verdict: VerdictDraft; onNext: () => void };

/** The task is over or a colleague's: who, when and what now, and the words typed before, to be copied. */
export function NotYours({ detail: { task, permissions }, verdict, onNext }: NotYoursProps) {
  const copy = useCopy();
  const typed = typedIn(verdict);
  const isOver = task.state === 'decided' || task.state === 'closed';
  const isOwnDeed = permissions.takeBack && task.outcome !== null;
  return (
    <div className="desk-decision" data-testid="decision">
      <Alert
        type="info"
        showIcon
        title={permissions.whyNot ?? '这项任务已结束。'}
        description={
          <div className="stack" style={{ gap: 8 }}>
            {isOver && !isOwnDeed ? <div>不需要您再办理，请继续下一项。</div> : null}
            {typed.length === 0 ? null : (
              <div className="row">
                <span>您填写的意见仍在：{typed.join('；')}</span>
                <Button size="small" onClick={() => copy(typed.join('\n'), '意见已复制')}>
                  复制意见
                </Button>
              </div>
            )}
            <div>
              <Button size="small" onClick={onNext}>
                下一项 <kbd aria-hidden>J</kbd>
              </Button>
            </div>
          </div>
        }
      />
    </div>
  );
}

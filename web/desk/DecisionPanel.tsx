import { CheckOutlined, CloseOutlined, RollbackOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { DecisionRequest } from '../../contract/decisions.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { OUTCOMES, type Outcome } from '../../rules/vocabulary.ts';
import { placesOf } from '../declare/facts.ts';
import { type Hotkeys, useHotkeys } from '../lib/hotkeys.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { codeOfProblem } from '../lib/problem.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { LineHours } from './LineHours.tsx';
import { ReasonEditor } from './ReasonEditor.tsx';
import { useUndo } from './use-undo.tsx';
import { readyVerdict, type VerdictDraft } from './verdict.ts';

type PanelProps = {
  detail: TaskDetail;
  pieces: readonly Evidence[];
  verdict: VerdictDraft;
  onVerdict: (verdict: VerdictDraft) => void;
  onDecided: (taskId: string) => void;
  onUndone: (taskId: string) => void;
};

const CHOICES: readonly { outcome: Outcome; key: string; icon: ReactNode }[] = [
  { outcome: 'approve', key: 'A', icon: <CheckOutlined /> },
  { outcome: 'return', key: 'R', icon: <RollbackOutlined /> },
  { outcome: 'reject', key: 'X', icon: <CloseOutlined /> },
];

/** 同意, 退回补正, 不予认定: chosen, filled, confirmed. What is typed stays when the decision is refused. */
export function DecisionPanel({ detail, pieces, verdict, onVerdict, onDecided, onUndone }: PanelProps) {
  const { task, permissions } = detail;
  const [missing, setMissing] = useState<string | null>(null);
  const decide = useDecide(task.id, { onDecided, onUndone });
  const choose = (outcome: Outcome | null) => {
    setMissing(null);
    onVerdict({ ...verdict, outcome });
  };
  const confirm = () => {
    if (decide.isPending) return;
    const ready = readyVerdict(verdict, task.version);
    setMissing(ready.ok ? null : ready.missing);
    if (ready.ok) decide.mutate(ready.request);
  };
  const close = () => choose(null);
  const hotkeys: Hotkeys = {
    a: () => choose('approve'),
    r: () => choose('return'),
    x: () => choose('reject'),
    'Ctrl+Enter': confirm,
    Escape: close,
  };
  useHotkeys(hotkeys, permissions.decide);
  if (!permissions.decide) return <NotYours detail={detail} verdict={verdict} />;
  return (
    <div className="desk-decision" data-testid="decision">
      {decide.error ? <ProblemNotice error={decide.error} /> : null}
      {missing === null ? null : <Alert type="warning" showIcon title={missing} role="alert" />}
      {verdict.outcome === null ? null : (
        <Writing detail={detail} pieces={pieces} verdict={verdict} outcome={verdict.outcome} onVerdict={onVerdict} />
      )}
      <div className="row" style={{ marginTop: verdict.outcome === null ? 0 : 10 }}>
        {CHOICES.map(({ outcome, key, icon }) => (
          <Button
            key={outcome}
            icon={icon}
            type={verdict.outcome === outcome ? 'primary' : 'default'}
            aria-pressed={verdict.outcome === outcome}
            onClick={() => {
              choose(verdict.outcome === outcome ? null : outcome);
            }}
          >
            {OUTCOMES[outcome]} <kbd aria-hidden>{key}</kbd>
          </Button>
        ))}
        <span style={{ flex: 1 }} />
        {verdict.outcome === null ? null : (
          <Button type="primary" loading={decide.isPending} onClick={confirm}>
            确认{OUTCOMES[verdict.outcome]} <kbd aria-hidden>Ctrl+Enter</kbd>
          </Button>
        )}
      </div>
    </div>
  );
}

function useDecide(taskId: string, { onDecided, onUndone }: Pick<PanelProps, 'onDecided' | 'onUndone'>) {
  const cache = useQueryClient();
  const tell = useUndo(onUndone);
  return useMutation({
    meta: { shown: true },
    mutationFn: (body: DecisionRequest) => call('decide', { params: { id: taskId }, body }),
    onSuccess: (receipt) => {
      tell(receipt);
      onDecided(taskId);
    },
    onError: async (error) => {
      // Somebody acted meanwhile: the page shows the task as it now is, and what was typed stays.
      if (codeOfProblem(error) !== undefined) await cache.invalidateQueries({ queryKey: keys.task(taskId) });
    },
  });
}

/** The task is over or a colleague's: why, and the words typed before, to be copied. */
function NotYours({ detail, verdict }: { detail: TaskDetail; verdict: VerdictDraft }) {
  const typed = [...verdict.reasons.map(({ text }) => text), verdict.comment].filter((text) => text.trim() !== '');
  return (
    <div className="desk-decision" data-testid="decision">
      <Alert
        type="info"
        showIcon
        title={detail.permissions.whyNot ?? '这项任务已结束。'}
        description={typed.length === 0 ? undefined : `您填写的意见仍在：${typed.join('；')}`}
      />
    </div>
  );
}

type WritingProps = Omit<PanelProps, 'onDecided' | 'onUndone'> & { outcome: Outcome };

function Writing({ detail, pieces, verdict, outcome, onVerdict }: WritingProps) {
  const lines =
    detail.recognition.outcome === 'accepted' ? detail.recognition.lines.filter((l) => l.hundredths > 0) : [];
  const [isLowering, setLowering] = useState(Object.keys(verdict.lowered).length > 0);
  const places = [
    ...placesOf(detail.claim.declaration).map(({ path, label }) => ({ value: path, label })),
    ...pieces.map(({ id, fileName }) => ({ value: `evidence:${id}`, label: `材料：${fileName}` })),
  ];
  return (
    <div className="stack">
      {outcome === 'approve' && lines.length > 0 && !isLowering ? (
        <div>
          <Button
            size="small"
            onClick={() => {
              setLowering(true);
            }}
          >
            核减学时
          </Button>
        </div>
      ) : null}
      {outcome === 'approve' && isLowering ? (
        <LineHours
          lines={lines}
          left={detail.left}
          lowered={verdict.lowered}
          onChange={(lowered) => {
            onVerdict({ ...verdict, lowered });
          }}
        />
      ) : null}
      {outcome === 'approve' ? null : (
        <ReasonEditor
          reasons={verdict.reasons}
          places={places}
          withArticle={outcome === 'reject'}
          onChange={(reasons) => {
            onVerdict({ ...verdict, reasons });
          }}
        />
      )}
      {outcome === 'reject' ? (
        <Alert
          type="warning"
          title="不予认定后本次申报结束。申报人会看到理由、依据条款，并被告知可以申请一次复核或补充材料后重新申报。"
        />
      ) : null}
      {outcome === 'return' ? (
        <div className="muted small">退回后申报人有 15 个工作日补正，重新提交后自初审重新办理。</div>
      ) : null}
      <Input.TextArea
        aria-label="审核意见"
        placeholder="审核意见（选填）"
        value={verdict.comment}
        maxLength={1000}
        autoSize={{ minRows: 1, maxRows: 4 }}
        onChange={(event) => {
          onVerdict({ ...verdict, comment: event.target.value });
        }}
      />
    </div>
  );
}

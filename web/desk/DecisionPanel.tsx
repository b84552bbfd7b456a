import { CheckOutlined, CloseOutlined, RollbackOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import type { DecisionReceipt } from '../../contract/decisions.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { OUTCOMES, type Outcome } from '../../rules/vocabulary.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { NotYours } from './NotYours.tsx';
import { useDeciding } from './use-deciding.ts';
import type { EvidenceDesk } from './use-seen.ts';
import type { VerdictDraft } from './verdict.ts';
import { Writing } from './Writing.tsx';

export type PanelProps = {
  detail: TaskDetail;
  evidence: EvidenceDesk;
  verdict: VerdictDraft;
  onVerdict: (verdict: VerdictDraft) => void;
  onDecided: (receipt: DecisionReceipt) => void;
  onNext: () => void;
};

/** 同意, 退回补正, 不予认定: chosen, filled, confirmed. What is typed stays when the decision is refused. */
export function DecisionPanel(props: PanelProps) {
  const { detail, evidence, verdict, onVerdict, onNext } = props;
  const { choose, confirm, missing, error, isPending } = useDeciding(props);
  /** Where the focus was when the writing folds away: at the choice it unfolded from. */
  const fold = () => {
    if (verdict.outcome === null) return;
    evidence.bar.current?.querySelector<HTMLElement>('[aria-pressed=true]')?.focus();
    choose(null);
  };
  useHotkeys(
    {
      a: () => choose('approve'),
      r: () => choose('return'),
      x: () => choose('reject'),
      e: evidence.next,
      'Ctrl+Enter': confirm,
      Escape: fold,
    },
    detail.permissions.decide,
  );
  if (!detail.permissions.decide) return <NotYours detail={detail} verdict={verdict} onNext={onNext} />;
  return (
    <div className="desk-decision" data-testid="decision" ref={evidence.bar}>
      {error ? <ProblemNotice error={error} /> : null}
      {missing === null ? null : <Alert type="warning" showIcon title={missing} role="alert" />}
      {verdict.outcome === null ? null : (
        <Writing
          detail={detail}
          pieces={evidence.pieces}
          verdict={verdict}
          outcome={verdict.outcome}
          onVerdict={onVerdict}
        />
      )}
      <Choices outcome={verdict.outcome} onChoose={choose} onConfirm={confirm} isPending={isPending} />
    </div>
  );
}

const CHOICES: readonly { outcome: Outcome; key: string; icon: ReactNode }[] = [
  { outcome: 'approve', key: 'A', icon: <CheckOutlined /> },
  { outcome: 'return', key: 'R', icon: <RollbackOutlined /> },
  { outcome: 'reject', key: 'X', icon: <CloseOutlined /> },
];

type ChoicesProps = {
  outcome: Outcome | null;
  onChoose: (outcome: Outcome | null) => void;
  onConfirm: () => void;
  isPending: boolean;
};

const Choices = ({ outcome, onChoose, onConfirm, isPending }: ChoicesProps) => (
  <div className="row" style={{ marginTop: outcome === null ? 0 : 10 }}>
    {CHOICES.map(({ outcome: choice, key, icon }) => (
      <Button
        key={choice}
        icon={icon}
        type={outcome === choice ? 'primary' : 'default'}
        aria-pressed={outcome === choice}
        onClick={() => onChoose(outcome === choice ? null : choice)}
      >
        {OUTCOMES[choice]} <kbd aria-hidden>{key}</kbd>
      </Button>
    ))}
    <span style={{ flex: 1 }} />
    {outcome === null ? null : (
      <Button type="primary" loading={isPending} onClick={onConfirm}>
        确认{OUTCOMES[outcome]} <kbd aria-hidden>Ctrl+Enter</kbd>
      </Button>
    )}
  </div>
);

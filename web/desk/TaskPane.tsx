import { useQuery } from '@tanstack/react-query';
import { Collapse, Tag } from 'antd';
import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { DecisionReceipt } from '../../contract/decisions.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { formatHours } from '../../rules/hours.ts';
import { STAGE_KINDS, TASK_STATES } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { useNarrow } from '../lib/narrow.ts';
import { ClaimTimeline } from '../parts/ClaimTimeline.tsx';
import { DeclarationView } from '../parts/Declaration.tsx';
import { EvidenceViewer } from '../parts/EvidenceViewer.tsx';
import { Likenesses } from '../parts/Likenesses.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { DecisionPanel } from './DecisionPanel.tsx';
import { Holding } from './Holding.tsx';
import { RulesOpinion } from './RulesOpinion.tsx';
import { dueWords } from './TaskItem.tsx';
import { POLL_MS, taskQuery } from './use-desk.ts';
import { useEvidenceDesk } from './use-seen.ts';
import type { VerdictDraft } from './verdict.ts';

type PaneProps = {
  taskId: string;
  verdict: VerdictDraft;
  onVerdict: (verdict: VerdictDraft) => void;
  onDecided: (receipt: DecisionReceipt) => void;
  onNext: () => void;
  /** The task whose title takes the focus when it stands there. */
  arriving: RefObject<string | null>;
};

/** One task: what was declared, what the rules say, the evidence beside it, and the decision below. */
export function TaskPane(props: PaneProps) {
  const { taskId } = props;
  const task = useQuery({ ...taskQuery(taskId), refetchInterval: POLL_MS });
  if (task.data === undefined) {
    return task.error ? (
      <ProblemNotice error={task.error} onRetry={() => inBackground(task.refetch())} />
    ) : (
      <Loading what="正在打开申报" />
    );
  }
  return <OpenTask {...props} detail={task.data} />;
}

function OpenTask({ detail, arriving, ...panel }: PaneProps & { detail: TaskDetail }) {
  const evidence = useEvidenceDesk(detail);
  const submitted = detail.claim.versions.find(({ version }) => version === detail.task.version);
  const declared = submitted?.declaration ?? detail.claim.declaration;
  return (
    <>
      <Head detail={detail} arriving={arriving} />
      <div className="desk-body">
        <div className="desk-form stack">
          <Likenesses warnings={detail.warnings} />
          <DeclarationView declared={declared} withDays={detail.recognition.outcome === 'refused'} />
          <RulesOpinion detail={detail} declared={declared} />
          <Collapse
            size="small"
            items={[{ key: 'way', label: '办理过程', children: <ClaimTimeline claim={detail.claim} /> }]}
          />
        </div>
        <div className="desk-evidence" ref={evidence.place}>
          <EvidenceViewer
            claimId={detail.claim.id}
            pieces={evidence.pieces}
            seen={evidence.seen}
            shown={evidence.shown}
            onShow={evidence.show}
          />
        </div>
      </div>
      <DecisionPanel {...panel} detail={detail} evidence={evidence} />
    </>
  );
}

function Head({ detail, arriving }: { detail: TaskDetail; arriving: RefObject<string | null> }) {
  const { task, claim } = detail;
  const title = useRef<HTMLHeadingElement>(null);
  const isNarrow = useNarrow();
  // On a phone each task is a page of its own and begins at its top, wherever the one before was left.
  useLayoutEffect(() => {
    if (isNarrow) window.scrollTo({ top: 0 });
  }, [isNarrow]);
  // After every rendering: the task may stand there already when it is arrived at.
  useLayoutEffect(() => {
    if (arriving.current !== task.id) return;
    arriving.current = null;
    title.current?.focus({ preventScroll: true });
  });
  return (
    <div className="desk-head">
      <div>
        <h1 ref={title} tabIndex={-1} data-home>
          {task.title}
        </h1>
        <div className="muted">
          {claim.declarant.name}
          {claim.declarant.title === null ? '' : `　${claim.declarant.title}`}　{task.employerName}　申报编号{' '}
          {task.claimNumber}
        </div>
        <Marks task={task} />
      </div>
      <Holding detail={detail} />
    </div>
  );
}

const Marks = ({ task }: Pick<TaskDetail, 'task'>) => (
  <div className="row small">
    <Tag>{STAGE_KINDS[task.stage]}</Tag>
    <Tag>{task.state === 'claimed' ? `${task.assigneeName ?? ''}已认领` : TASK_STATES[task.state]}</Tag>
    <span className={task.overdue ? 'field-error' : ''}>{dueWords(task)}</span>
    {task.actingForName === null ? null : <Tag color="processing">代理{task.actingForName}办理</Tag>}
    {task.urgedAt === null ? null : <Tag color="error">上级督办 {formatInstant(task.urgedAt)}</Tag>}
    {task.nudgedAt === null ? null : <Tag color="warning">申报人催办 {formatInstant(task.nudgedAt)}</Tag>}
    {task.claimedHundredths > 0 ? <span>申报 {formatHours(task.claimedHundredths)}</span> : null}
  </div>
);

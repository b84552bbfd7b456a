import { ExclamationCircleOutlined, RightOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ClaimSummary } from '../../contract/claims.ts';
import type { SanctionSummary } from '../../contract/sanctions.ts';
import { FORMS } from '../../rules/vocabulary.ts';
import { formatDay, formatInstant, formatLastDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

const ofState = (state: 'correction' | 'draft') => ({
  queryKey: keys.claims({ state, todo: true }),
  queryFn: () => call('myClaims', { query: { state, limit: 5 } }),
});

/** What waits for the person's hand, the pressing first; asked for by the page, so that it does not wait for the year. */
export function useTodo() {
  const corrections = useQuery(ofState('correction'));
  const drafts = useQuery(ofState('draft'));
  const proposals = useQuery({ queryKey: keys.proposals(), queryFn: () => call('myProposals', {}) });
  const cases = useQuery({
    queryKey: keys.sanctions('mine'),
    queryFn: () => call('sanctions', { query: { box: 'mine', limit: 100 } }),
  });
  const error = corrections.error ?? drafts.error ?? proposals.error ?? cases.error;
  const hearings = cases.data?.items.filter(({ state, nextOn }) => state === 'hearing' && nextOn !== null) ?? [];
  const proposed = proposals.data?.items.length ?? 0;
  const rows = [
    ...hearings.map((each) => <Hearing key={each.id} sanction={each} />),
    ...(corrections.data?.items ?? []).map((each) => <Unfinished key={each.id} claim={each} />),
    ...(proposed > 0 ? [<Proposed key="proposed" count={proposed} />] : []),
    ...(drafts.data?.items ?? []).map((each) => <Unfinished key={each.id} claim={each} />),
  ];
  return { error, rows };
}

/** 待您办理: nothing where nothing waits. */
export function Todo({ todo: { error, rows } }: { todo: ReturnType<typeof useTodo> }) {
  if (error) return <ProblemNotice error={error} />;
  if (rows.length === 0) return null;
  return (
    <section className="panel" aria-label="待您办理">
      <h2>
        <ExclamationCircleOutlined aria-hidden /> 待您办理（{rows.length}）
      </h2>
      {rows}
    </section>
  );
}

const Hearing = ({ sanction }: { sanction: SanctionSummary }) => (
  <Link className="list-row" to="/sanctions/$sanctionId" params={{ sanctionId: sanction.id }}>
    <Words title={`${sanction.year}年度的案件正在听取您的陈述申辩`}>
      {sanction.nextOn === null ? '' : `可在${formatDay(sanction.nextOn)}前（含当日）提交陈述申辩`}
    </Words>
    <Act>去陈述申辩</Act>
  </Link>
);

const Unfinished = ({ claim }: { claim: ClaimSummary }) => (
  <Link className="list-row" to="/claims/$claimId/edit" params={{ claimId: claim.id }}>
    <Words title={claim.title}>
      {claim.correctionDueAt === null
        ? `${FORMS[claim.form]}　草稿，${formatInstant(claim.updatedAt)}保存，尚未提交`
        : `${FORMS[claim.form]}　被退回，请在${formatLastDay(claim.correctionDueAt)}前补正`}
    </Words>
    <Act>{claim.correctionDueAt === null ? '继续填写' : '去补正'}</Act>
  </Link>
);

const Proposed = ({ count }: { count: number }) => (
  <Link className="list-row" to="/claims">
    <Words title={`单位代报的 ${count} 份申报`}>确认后作为您本人的申报提交；与事实不符的，可以提出异议</Words>
    <Act>去确认</Act>
  </Link>
);

const Words = ({ title, children }: { title: string; children: ReactNode }) => (
  <span className="grow">
    <strong>{title}</strong>
    <div className="muted small">{children}</div>
  </span>
);

const Act = ({ children }: { children: ReactNode }) => (
  <span className="overview-act">
    {children} <RightOutlined aria-hidden />
  </span>
);

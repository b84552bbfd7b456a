import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Drawer } from 'antd';
import { useState } from 'react';
import type { ReconsiderationDetail } from '../../contract/reconsiderations.ts';
import { citation } from '../../rules/articles.ts';
import { STAGE_KINDS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { DeclarationView } from '../parts/Declaration.tsx';
import { EvidenceList } from '../parts/EvidenceList.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { DecideReconsideration } from './DecideReconsideration.tsx';
import { type ReviewedEvidence, useReviewedEvidence } from './use-reviewed-evidence.ts';

/** One review: the rejection, what the declarant says against it, the claim itself, and the decision. */
export function ReconsiderationDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const review = useQuery({
    queryKey: keys.reconsideration(id ?? ''),
    queryFn: () => call('reconsideration', { params: { id: id ?? '' } }),
    enabled: id !== null,
  });
  return (
    <Drawer open={id !== null} onClose={onClose} size="large" title="复核详情" destroyOnHidden>
      {review.error ? <ProblemNotice error={review.error} onRetry={() => inBackground(review.refetch())} /> : null}
      {review.data === undefined ? review.error ? null : <Loading /> : <Body review={review.data} />}
    </Drawer>
  );
}

function Body({ review }: { review: ReconsiderationDetail }) {
  const [isDeciding, setDeciding] = useState(false);
  const evidence = useReviewedEvidence(review);
  return (
    <div className="stack">
      <Alert
        type={review.isOverdue ? 'warning' : 'info'}
        showIcon
        title={review.isOverdue ? `${review.stateLabel}，已逾期` : review.stateLabel}
        description={withDays(review.now)}
      />
      <Facts review={review} />
      {review.mayDecide ? (
        <div>
          <Button type="primary" disabled={evidence.claim === undefined} onClick={() => setDeciding(true)}>
            作出复核决定
          </Button>
        </div>
      ) : null}
      {isDeciding ? (
        <DecideReconsideration review={review} evidence={evidence} onClose={() => setDeciding(false)} />
      ) : null}
      <Claim claimId={review.claimId} evidence={evidence} />
    </div>
  );
}

/** The rejection and what is said against it; then the decision, or until when it is due. */
const Facts = ({ review }: { review: ReconsiderationDetail }) => (
  <dl className="facts">
    <dt>申报人</dt>
    <dd>
      {review.personName}（{review.employerName}）
    </dd>
    <dt>原决定</dt>
    <dd>
      {review.rejectedByName}
      {review.rejection.deciderName}　{STAGE_KINDS[review.stageKind]}不予认定
      <span className="muted small">　{formatInstant(review.rejection.decidedAt)}</span>
      <Reasons reasons={review.rejection.reasons} />
    </dd>
    <dt>申请理由</dt>
    <dd>
      {review.grounds}
      <div className="muted small">{formatInstant(review.requestedAt)}申请</div>
    </dd>
    {review.decision === null ? (
      <>
        <dt>办理期限</dt>
        <dd>{formatDay(review.dueOn)}</dd>
      </>
    ) : (
      <>
        <dt>复核决定</dt>
        <dd>
          {review.stateLabel}：{review.decision.reason}（{review.decision.citation}）
          <div className="muted small">
            {review.organisationName}
            {review.decision.deciderName}　{formatInstant(review.decision.decidedAt)}
          </div>
        </dd>
      </>
    )}
  </dl>
);

const Reasons = ({ reasons }: { reasons: ReconsiderationDetail['rejection']['reasons'] }) => (
  <ul className="why">
    {reasons.map((reason, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the reasons of one decision are fixed and have no id.
      <li key={index}>
        {reason.label}：{reason.text}
        {reason.article === undefined ? '' : `（${citation(reason.article)}）`}
      </li>
    ))}
  </ul>
);

/** What was declared, with its evidence: what the decision rests on. */
function Claim({ claimId, evidence }: { claimId: string; evidence: ReviewedEvidence }) {
  const { claim, error, retry, pieces, seen } = evidence;
  if (error) return <ProblemNotice error={error} onRetry={retry} />;
  if (claim === undefined) return <Loading />;
  return (
    <>
      <h2 className="section-title">申报内容</h2>
      {claim.declaration === null ? null : <DeclarationView declared={claim.declaration} />}
      <h2 className="section-title">证明材料</h2>
      <EvidenceList claimId={claimId} pieces={pieces} seen={seen} />
      <Link to="/claims/$claimId" params={{ claimId }}>
        查看办理全过程
      </Link>
    </>
  );
}

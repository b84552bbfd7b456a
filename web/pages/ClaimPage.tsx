import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ClaimDetail } from '../../contract/claims.ts';
import { formatHours } from '../../rules/hours.ts';
import { isEnded } from '../../rules/stages.ts';
import { Actions } from '../claim/Actions.tsx';
import { Now } from '../claim/Now.tsx';
import { inBackground } from '../lib/faults.ts';
import { withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { ClaimTimeline } from '../parts/ClaimTimeline.tsx';
import { DeclarationView } from '../parts/Declaration.tsx';
import { EvidenceList } from '../parts/EvidenceList.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { StateTag } from '../parts/StateTag.tsx';

/** A claim: who has it now, by when, what comes next; what was decided and why. */
export function ClaimPage() {
  const { claimId } = useParams({ from: '/shell/claims/$claimId' });
  const claim = useQuery({
    queryKey: keys.claim(claimId),
    queryFn: () => call('claim', { params: { id: claimId } }),
    refetchInterval: ({ state }) => (state.data !== undefined && isEnded(state.data.state) ? false : 5000),
  });
  useTitle(claim.data?.title ?? '申报');
  if (claim.error && claim.data === undefined)
    return <ProblemNotice error={claim.error} onRetry={() => inBackground(claim.refetch())} />;
  if (claim.data === undefined) return <Loading />;
  return <ClaimView claim={claim.data} />;
}

function ClaimView({ claim }: { claim: ClaimDetail }) {
  return (
    <>
      <div className="page-head">
        <div>
          <h1>{claim.title}</h1>
          <div className="muted">
            申报编号 {claim.number}　{claim.year}年　{claim.declarant.name}
            {claim.declarant.employerName === null ? '' : `　${claim.declarant.employerName}`}
          </div>
        </div>
        <Actions claim={claim} />
      </div>
      <section className="panel" aria-live="polite">
        <div className="row">
          <StateTag state={claim.state} />
          <strong data-testid="claim-now">{withDays(claim.now.text)}</strong>
        </div>
        <Now claim={claim} />
      </section>
      <div className="claim-columns">
        {claim.state === 'draft' ? null : (
          <section className="panel">
            <h2>办理过程</h2>
            <ClaimTimeline claim={claim} />
          </section>
        )}
        <Contents claim={claim} />
      </div>
    </>
  );
}

/** What is declared, with its evidence; of a draft that is not whole, that there is more to fill in. */
function Contents({ claim }: { claim: ClaimDetail }) {
  const pieces = claim.evidence.filter((piece) => !piece.removed);
  return (
    <div>
      <section className="panel">
        <h2>申报内容</h2>
        {claim.isWhole ? null : <p className="muted">有填写到一半的内容，尚未提交；点“继续填写”接着填。</p>}
        {claim.declaration === null ? null : <DeclarationView declared={claim.declaration} />}
        {claim.claimedHundredths > 0 && !isEnded(claim.state) ? (
          <p className="muted small">申报 {formatHours(claim.claimedHundredths)}，备案办结后按年度限额计入。</p>
        ) : null}
      </section>
      <section className="panel">
        <h2>证明材料</h2>
        {pieces.length === 0 ? <Nothing title="没有证明材料" /> : <EvidenceList claimId={claim.id} pieces={pieces} />}
      </section>
    </div>
  );
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, App, Button } from 'antd';
import type { ClaimDetail } from '../../contract/claims.ts';
import { formatHours } from '../../rules/hours.ts';
import { isEnded } from '../../rules/stages.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Lateness, Nudge } from '../overdue/Nudge.tsx';
import { ClaimTimeline } from '../parts/ClaimTimeline.tsx';
import { DeclarationView } from '../parts/Declaration.tsx';
import { EvidenceList } from '../parts/EvidenceList.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Revoke } from '../parts/Revoke.tsx';
import { StateTag } from '../parts/StateTag.tsx';
import { Reconsideration } from '../reconsideration/Reconsideration.tsx';

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
  const pieces = claim.evidence.filter((piece) => !piece.removed);
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
        <section className="panel">
          <h2>办理过程</h2>
          <ClaimTimeline claim={claim} />
        </section>
        <div>
          <section className="panel">
            <h2>申报内容</h2>
            <DeclarationView declared={claim.declaration} />
            {claim.claimedHundredths > 0 && !isEnded(claim.state) ? (
              <p className="muted small">申报 {formatHours(claim.claimedHundredths)}，备案办结后按年度限额计入。</p>
            ) : null}
          </section>
          <section className="panel">
            <h2>证明材料</h2>
            {pieces.length === 0 ? (
              <Nothing title="没有证明材料" />
            ) : (
              <EvidenceList claimId={claim.id} pieces={pieces} />
            )}
          </section>
        </div>
      </div>
    </>
  );
}

function Now({ claim }: { claim: ClaimDetail }) {
  const { holders, dueOn, overdue, next } = claim.now;
  return (
    <>
      <dl className="facts" style={{ marginTop: 12 }}>
        {holders.length === 0 ? null : (
          <>
            <dt>现在由谁办理</dt>
            <dd>
              {holders
                .map(({ organisationName, assigneeName }) =>
                  assigneeName === null ? organisationName : `${organisationName}（${assigneeName}已认领）`,
                )
                .join('、')}
            </dd>
          </>
        )}
        {dueOn === null ? null : (
          <>
            <dt>{claim.state === 'correction' ? '补正期限' : '办理期限'}</dt>
            <dd>
              {formatDay(dueOn)}
              {overdue ? <span className="field-error">　已超期，系统会提醒办理机构</span> : null}
            </dd>
          </>
        )}
        <Lateness claim={claim} />
        {next === '' ? null : (
          <>
            <dt>接下来</dt>
            <dd>{withDays(next)}</dd>
          </>
        )}
      </dl>
      {claim.corrections.length > 0 && claim.state === 'correction' ? (
        <Alert
          style={{ marginTop: 12 }}
          type="warning"
          showIcon
          title="需要补正"
          description={
            <ul className="why">
              {claim.corrections.map((point, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the points of one return are fixed and have no id.
                <li key={index}>
                  {point.label}：{point.text}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
      {claim.remedies.length > 0 ? (
        <Alert
          style={{ marginTop: 12 }}
          type="info"
          showIcon
          title="您可以这样做"
          description={
            <ul className="why">
              {claim.remedies.map((remedy) => (
                <li key={remedy}>{withDays(remedy)}</li>
              ))}
            </ul>
          }
        />
      ) : null}
      <Reconsideration claim={claim} />
    </>
  );
}

function Actions({ claim }: { claim: ClaimDetail }) {
  const { edit, resubmit, withdraw, revoke } = claim.permissions;
  const me = useMe();
  const isOwn = me.data?.person.id === claim.declarant.personId;
  return (
    <div className="row">
      {edit ? (
        <Link to="/claims/$claimId/edit" params={{ claimId: claim.id }}>
          <Button type="primary" tabIndex={-1}>
            {resubmit ? '去补正' : '继续填写'}
          </Button>
        </Link>
      ) : null}
      <Nudge claim={claim} />
      {withdraw ? <Withdraw claim={claim} /> : null}
      {isOwn || me.data === undefined ? null : (
        <Link
          to="/people/$personId/years/$year"
          params={{ personId: claim.declarant.personId, year: String(claim.year) }}
        >
          <Button tabIndex={-1}>查看其 {claim.year} 年度</Button>
        </Link>
      )}
      {revoke ? <Revoke of={{ kind: 'claim', id: claim.id }} title={claim.title} /> : null}
    </div>
  );
}

function Withdraw({ claim }: { claim: ClaimDetail }) {
  const { modal, message } = App.useApp();
  const cache = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () =>
      call('withdrawClaim', { params: { id: claim.id }, headers: { 'idempotency-key': `withdraw-${claim.id}` } }),
    onSuccess: async () => {
      message.success('已撤回');
      await cache.invalidateQueries({ queryKey: keys.claim(claim.id) });
      await cache.invalidateQueries({ queryKey: keys.claims() });
    },
  });
  return (
    <Button
      loading={withdraw.isPending}
      onClick={() => {
        modal.confirm({
          title: '撤回这份申报？',
          content: '撤回后本次申报结束，不计学时；需要时可以重新申报。',
          okText: '撤回',
          onOk: () => {
            withdraw.mutate();
          },
        });
      }}
    >
      撤回申报
    </Button>
  );
}

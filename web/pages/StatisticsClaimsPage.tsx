import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ClaimsOfPlace } from '../../contract/statistics.ts';
import { yearOf } from '../../rules/calendar.ts';
import { formatHours } from '../../rules/hours.ts';
import { CLAIM_STATES, type ClaimState, FORMS, type Form } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { StateTag } from '../parts/StateTag.tsx';

type Submitted = Exclude<ClaimState, 'draft'>;
const STATES = optionsOf(CLAIM_STATES).filter(
  (state): state is typeof state & { value: Submitted } => state.value !== 'draft',
);

type Narrowing = { form?: Form | undefined; state?: Submitted | undefined };

/** The claims behind a number of the statistics. */
export function StatisticsClaimsPage() {
  useTitle('申报清单');
  const search = useSearch({ from: '/shell/statistics/claims' });
  const me = useMe();
  const navigate = useNavigate();
  const asked = { ...search, year: search.year ?? yearOf(me.data?.today ?? '2026-01-01') };
  const claims = useInfiniteQuery({
    queryKey: keys.statistics('claims', asked),
    queryFn: ({ pageParam }) => call('statisticsClaims', { query: { ...asked, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = claims.data?.pages.flatMap((page) => page.items) ?? [];
  const { form: _, state: __, ...place } = asked;
  const change = (part: Narrowing) => {
    inBackground(navigate({ to: '/statistics/claims', search: { ...asked, ...part } }));
  };
  return (
    <>
      <PageHead title={`${asked.year}年申报清单`}>
        <Link to="/statistics" search={place}>
          回到统计
        </Link>
        <Filters asked={asked} onChange={change} />
      </PageHead>
      <section className="panel">
        {claims.error ? <ProblemNotice error={claims.error} onRetry={() => inBackground(claims.refetch())} /> : null}
        {claims.isLoading ? <Loading /> : null}
        {claims.data !== undefined && items.length === 0 ? (
          <Nothing title="没有符合条件的申报">请调整形式或状态，或回到统计改变范围。</Nothing>
        ) : null}
        {items.map((claim) => (
          <Row key={claim.id} claim={claim} />
        ))}
        <LoadMore list={claims} />
      </section>
    </>
  );
}

function Filters({ asked, onChange }: { asked: Narrowing; onChange: (part: Narrowing) => void }) {
  return (
    <>
      <AnyOf<Form>
        label="形式"
        value={asked.form}
        options={optionsOf(FORMS)}
        onChange={(form) => onChange({ form })}
        width={160}
        listWidth={220}
      />
      <AnyOf label="状态" value={asked.state} options={STATES} onChange={(state) => onChange({ state })} width={130} />
    </>
  );
}

const Row = ({ claim }: { claim: ClaimsOfPlace['items'][number] }) => (
  <Link className="list-row" to="/claims/$claimId" params={{ claimId: claim.id }}>
    <span className="grow">
      <strong>{claim.title}</strong>
      <div className="muted small">
        {claim.declarantName}　{claim.employerName}　{claim.formLabel}　{formatInstant(claim.submittedAt)}提交
      </div>
    </span>
    <span className="num">{claim.claimedHundredths > 0 ? formatHours(claim.claimedHundredths) : ''}</span>
    <StateTag state={claim.state} />
  </Link>
);

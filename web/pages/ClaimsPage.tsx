import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ClaimSummary } from '../../contract/claims.ts';
import { formatHours } from '../../rules/hours.ts';
import { CLAIM_STATES, type ClaimState, FORMS } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatInstant, formatLastDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Proposals } from '../parts/Proposals.tsx';
import { StateTag } from '../parts/StateTag.tsx';

/** 我的申报. */
export function ClaimsPage() {
  const search = useSearch({ from: '/shell/claims' });
  useTitle('我的申报');
  const claims = useInfiniteQuery({
    queryKey: keys.claims(search),
    queryFn: ({ pageParam }) => call('myClaims', { query: { ...search, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 30_000,
  });
  const items = claims.data?.pages.flatMap((page) => page.items) ?? [];
  const isFiltered = search.state !== undefined || search.year !== undefined;
  return (
    <>
      <div className="page-head">
        <h1>我的申报</h1>
        <Filters />
      </div>
      <Proposals />
      <section className="panel">
        {claims.error ? <ProblemNotice error={claims.error} onRetry={() => inBackground(claims.refetch())} /> : null}
        {claims.isLoading ? <Loading /> : null}
        {claims.data !== undefined && items.length === 0 ? (
          <Nothing title={isFiltered ? '没有符合条件的申报' : '还没有申报'}>
            {isFiltered ? (
              '请调整筛选条件。'
            ) : (
              <Link to="/declare">
                <Button type="primary" tabIndex={-1}>
                  去申报
                </Button>
              </Link>
            )}
          </Nothing>
        ) : null}
        {items.map((claim) => (
          <Row key={claim.id} claim={claim} />
        ))}
        <LoadMore list={claims} />
      </section>
    </>
  );
}

function Filters() {
  const search = useSearch({ from: '/shell/claims' });
  const navigate = useNavigate();
  const me = useMe();
  const years = me.data?.openYears ?? [];
  const change = (part: { state?: ClaimState | undefined; year?: number | undefined }) => {
    inBackground(navigate({ to: '/claims', search: { ...search, ...part } }));
  };
  return (
    <div className="row">
      <AnyOf<ClaimState>
        label="状态"
        value={search.state}
        options={optionsOf(CLAIM_STATES)}
        onChange={(state) => change({ state })}
        width={150}
      />
      <AnyOf
        label="年度"
        value={search.year}
        options={years.map((value) => ({ value, label: `${value}年` }))}
        onChange={(year) => change({ year })}
        width={120}
      />
    </div>
  );
}

function Row({ claim }: { claim: ClaimSummary }) {
  const when =
    claim.firstSubmittedAt === null
      ? `${formatInstant(claim.updatedAt)}保存`
      : `${formatInstant(claim.firstSubmittedAt)}提交`;
  return (
    <Link
      className="list-row"
      to={claim.state === 'draft' ? '/claims/$claimId/edit' : '/claims/$claimId'}
      params={{ claimId: claim.id }}
    >
      <span className="grow">
        <strong>{claim.title}</strong>
        <div className="muted small">
          {FORMS[claim.form]}　{claim.year}年　{when}
          {claim.isWhole ? '' : '　未填完'}
        </div>
        {claim.state === 'correction' && claim.correctionDueAt !== null ? (
          <div className="field-error">请在{formatLastDay(claim.correctionDueAt)}前补正</div>
        ) : null}
      </span>
      <span className="num">{claim.claimedHundredths > 0 ? formatHours(claim.claimedHundredths) : ''}</span>
      <StateTag state={claim.state} />
    </Link>
  );
}

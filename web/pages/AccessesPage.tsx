import { useInfiniteQuery } from '@tanstack/react-query';
import type { Access } from '../../contract/title-review.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 我的数据 → 查询记录: which bodies asked for one's years, for what, when. */
export function AccessesPage() {
  useTitle('查询记录');
  const accesses = useInfiniteQuery({
    queryKey: keys.accesses(),
    queryFn: ({ pageParam }) => call('myAccesses', { query: { after: pageParam } }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = accesses.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="page-head">
        <h1>查询记录</h1>
      </div>
      <section className="panel" aria-label="谁查询过我的学时">
        <p className="muted" style={{ marginTop: 0 }}>
          职称评审、职业资格注册机构和您的用人单位可按规定查询您的年度学时，每次查询都要说明目的，并记录在这里。
        </p>
        {accesses.error ? (
          <ProblemNotice error={accesses.error} onRetry={() => inBackground(accesses.refetch())} />
        ) : null}
        {accesses.isLoading ? <Loading /> : null}
        {accesses.data !== undefined && items.length === 0 ? (
          <Nothing title="还没有单位查询过您的学时">有查询时会发消息告诉您。</Nothing>
        ) : null}
        {items.map((one) => (
          <Row key={one.id} access={one} />
        ))}
        <LoadMore list={accesses} />
      </section>
    </>
  );
}

function Row({ access }: { access: Access }) {
  return (
    <div className="list-row">
      <span className="grow">
        <strong>{access.organisationName}</strong>
        <div>
          因“{access.purposeLabel}”查询了您{access.years.join('、')}年度的学时
        </div>
        <div className="muted small">
          {access.scopeLabel}　事项编号 {access.caseNumber}　经由 {access.clientName}
        </div>
      </span>
      <span className="muted small">{formatInstant(access.at)}</span>
    </div>
  );
}

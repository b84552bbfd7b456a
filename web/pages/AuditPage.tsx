import { DownloadOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import type { AuditRow } from '../../contract/audit.ts';
import { ChainPanel } from '../audit/ChainPanel.tsx';
import { AuditDetail } from '../audit/Detail.tsx';
import { AuditFilters } from '../audit/Filters.tsx';
import { type AuditSearch, narrowedBy } from '../audit/narrowing.ts';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { isProvince } from '../nav.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

const FROM = '/shell/admin/audit';

/** 留痕记录: who did what to what, and whether anybody changed that afterwards. */
export function AuditPage() {
  useTitle('留痕记录');
  const search = narrowedBy(useSearch({ from: FROM }));
  const navigate = useNavigate();
  const me = useMe();
  const seesChain = me.data !== undefined && isProvince(['auditor', 'administrator'])(me.data);
  return (
    <>
      <div className="page-head">
        <h1>留痕记录</h1>
        <Button icon={<DownloadOutlined />} href={addressOf('auditExport', { query: search })} download>
          导出（CSV）
        </Button>
      </div>
      {seesChain ? <ChainPanel /> : null}
      <section className="panel" aria-label="记录">
        <AuditFilters
          search={search}
          onChange={(next) => inBackground(navigate({ to: '/admin/audit', search: next }))}
        />
        <Rows search={search} />
      </section>
    </>
  );
}

function Rows({ search }: { search: AuditSearch }) {
  const trail = useInfiniteQuery({
    queryKey: keys.audit(search),
    queryFn: ({ pageParam }) => call('audit', { query: { ...search, before: pageParam } }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = trail.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {trail.error ? <ProblemNotice error={trail.error} onRetry={() => inBackground(trail.refetch())} /> : null}
      {trail.isLoading ? <Loading /> : null}
      {trail.data !== undefined && items.length === 0 ? (
        <Nothing title="没有符合条件的记录">请放宽时间或条件。</Nothing>
      ) : null}
      {items.map((row) => (
        <Row key={row.id} row={row} search={search} />
      ))}
      <LoadMore list={trail} />
    </>
  );
}

function Row({ row, search }: { row: AuditRow; search: AuditSearch }) {
  return (
    <details className="list-row audit-row">
      <summary>
        <span className="grow">
          <strong>{row.actionWords}</strong>
          <span className="muted small">　第 {row.id} 条</span>
          <div className="muted small">
            {row.actorName}
            {row.organisationName === null ? '' : `　${row.organisationName}`}
          </div>
        </span>
        <span className="muted small">{formatInstant(row.at)}</span>
      </summary>
      <AuditDetail row={row} search={search} />
    </details>
  );
}

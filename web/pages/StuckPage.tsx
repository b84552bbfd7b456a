import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useState } from 'react';
import type { StuckStage } from '../../contract/overdue.ts';
import { STAGE_KINDS, type StuckCause } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 滞留事项: open stages that nobody may decide, by cause. Nothing is approved by default; somebody has to be appointed. */
export function StuckPage() {
  useTitle('滞留事项');
  const [cause, setCause] = useState<StuckCause | 'all'>('all');
  const list = useInfiniteQuery({
    queryKey: keys.stuck(cause),
    queryFn: ({ pageParam }) =>
      call('stuckStages', { query: { cause: cause === 'all' ? undefined : cause, limit: 50, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const causes = list.data?.pages[0]?.causes ?? [];
  return (
    <>
      <div className="page-head">
        <div>
          <h1>滞留事项</h1>
          <div className="muted">没有人可以办理的环节，系统不会自动通过；请登记岗位人员，或请上级机构协调。</div>
        </div>
      </div>
      <section className="panel stack">
        <Segmented<StuckCause | 'all'>
          aria-label="原因"
          value={cause}
          onChange={setCause}
          options={[
            { value: 'all', label: `全部 ${causes.reduce((sum, one) => sum + one.count, 0)}` },
            ...causes.map((one) => ({ value: one.cause, label: `${one.label} ${one.count}` })),
          ]}
        />
        {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
        <DataTable<StuckStage>
          rowKey="id"
          loading={list.isLoading}
          dataSource={items}
          locale={{ emptyText: <Nothing title="没有滞留事项">每个环节都有人可以办理。</Nothing> }}
          columns={COLUMNS}
        />
        <LoadMore list={list} />
      </section>
    </>
  );
}

const COLUMNS = [
  {
    title: '申报',
    render: (_: unknown, { claimId, title, claimNumber }: StuckStage) => (
      <Link to="/claims/$claimId" params={{ claimId }}>
        {title}（{claimNumber}）
      </Link>
    ),
  },
  { title: '环节', render: (_: unknown, { stage }: StuckStage) => STAGE_KINDS[stage] },
  {
    title: '机构',
    render: (_: unknown, { organisationName, superiors }: StuckStage) => (
      <>
        {organisationName ?? '未登记'}
        <div className="muted small">上级：{superiors.join('、') || '省人社厅'}</div>
      </>
    ),
  },
  { title: '原因', dataIndex: 'causeLabel' },
  {
    title: '已滞留',
    render: (_: unknown, { ageDays, foundAt, dueOn }: StuckStage) => (
      <>
        环节已开启 {ageDays} 天，期限 {formatDay(dueOn)}
        <div className="muted small">{formatInstant(foundAt)} 发现</div>
      </>
    ),
  },
];

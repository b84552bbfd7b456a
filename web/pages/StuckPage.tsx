import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Segmented, Tag } from 'antd';
import { useState } from 'react';
import type { FindingsQuery, StuckFinding } from '../../contract/repairs.ts';
import type { StuckClass } from '../../contract/stuck.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import { DataTable } from '../parts/DataTable.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Causes } from '../stuck/Causes.tsx';
import { FindingDrawer } from '../stuck/FindingDrawer.tsx';
import { Repairs } from '../stuck/Repairs.tsx';

/** 滞留事项: what does not move and what does not agree, by cause, each with its next step and its repairs. Nothing is approved by default. */
export function StuckPage() {
  useTitle('滞留事项');
  const [kind, setKind] = useState<StuckClass | undefined>();
  const [state, setState] = useState<State>('all');
  const [olderThanHours, setOlder] = useState<number | undefined>();
  const [open, setOpen] = useState<string | null>(null);
  const filters = { class: kind, state: state === 'all' ? undefined : state, olderThanHours };
  const list = useInfiniteQuery({
    queryKey: keys.stuck('findings', filters),
    queryFn: ({ pageParam }) => call('findings', { query: { ...filters, limit: 50, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: 20_000,
  });
  const [first] = list.data?.pages ?? [];
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead
        title="滞留事项"
        hint="不能继续办理的申报，以及对账不一致的数据。系统不会自动通过；改变结果的处理须由另一名管理员确认。"
      >
        {first?.mayRepair ? <ReconcileNow last={first.runs[0]} /> : undefined}
      </PageHead>
      {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
      {first?.mayRepair ? <Repairs onOpen={setOpen} /> : null}
      <Causes
        causes={first?.classes ?? []}
        chosen={kind}
        onChoose={setKind}
        mayRepair={first?.mayRepair ?? false}
        olderThanHours={olderThanHours}
      />
      <section className="panel stack" aria-label="事项">
        <Narrowing state={state} onState={setState} olderThanHours={olderThanHours} onOlder={setOlder} />
        <DataTable<StuckFinding>
          rowKey="id"
          loading={list.isLoading}
          dataSource={items}
          locale={{ emptyText: <Nothing title="没有滞留事项">申报都能继续办理，数据一致。</Nothing> }}
          columns={columns(setOpen)}
        />
        <LoadMore list={list} />
      </section>
      {open === null ? null : <FindingDrawer key={open} id={open} onClose={() => setOpen(null)} />}
    </>
  );
}

type State = FindingsQuery['state'] | 'all';
type NarrowingProps = {
  state: State;
  onState: (state: State) => void;
  olderThanHours: number | undefined;
  onOlder: (hours: number | undefined) => void;
};

const Narrowing = ({ state, onState, olderThanHours, onOlder }: NarrowingProps) => (
  <div className="row wrap">
    <Segmented
      aria-label="处理情况"
      value={state}
      onChange={onState}
      options={[
        { value: 'all', label: '全部' },
        { value: 'open', label: '待处理' },
        { value: 'waiting', label: '已处理，待核对' },
      ]}
    />
    <AnyOf
      label="发现多久"
      all="发现多久"
      value={olderThanHours}
      onChange={onOlder}
      options={[
        { value: 24, label: '超过 1 天' },
        { value: 72, label: '超过 3 天' },
        { value: 168, label: '超过 7 天' },
      ]}
      width={160}
    />
  </div>
);

function ReconcileNow({ last }: { last: { begunAt: string; state: string; partLabel: string | null } | undefined }) {
  const client = useQueryClient();
  const ask = useMutation({
    mutationFn: () => call('reconcileNow', {}),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.stuck() }),
  });
  return (
    <div className="stack" style={{ alignItems: 'flex-start' }}>
      <Button loading={ask.isPending} onClick={() => ask.mutate()}>
        立即对账
      </Button>
      <span className="muted small">
        {ask.isSuccess
          ? '已开始对账，结果稍后列出。'
          : last === undefined
            ? '还没有对过账。'
            : last.state === 'running'
              ? `正在对账：${last.partLabel ?? ''}`
              : `上次对账 ${formatInstant(last.begunAt)}`}
      </span>
    </div>
  );
}

function ageIn(hours: number): string {
  if (hours < 1) return '不到 1 小时';
  return hours < 24 ? `${hours} 小时` : `${Math.floor(hours / 24)} 天`;
}

const columns = (onOpen: (id: string) => void) => [
  {
    title: '事项',
    render: (_: unknown, { id, title }: StuckFinding) => (
      <Button type="link" className="button-of-words" style={{ maxWidth: 300 }} onClick={() => onOpen(id)}>
        {title}
      </Button>
    ),
  },
  {
    title: '原因',
    render: (_: unknown, { classLabel, why }: StuckFinding) => (
      <>
        {classLabel}
        {why === '' ? null : <div className="muted small">{withDays(why)}</div>}
      </>
    ),
  },
  { title: '由谁处理', dataIndex: 'ownerName' },
  {
    title: '已发现',
    render: (_: unknown, { firstSeenAt, ageHours, repairedAt }: StuckFinding) => (
      <>
        {ageIn(ageHours)} {repairedAt === null ? null : <Tag color="processing">已处理，待核对</Tag>}
        <div className="muted small">{formatInstant(firstSeenAt)}</div>
      </>
    ),
  },
  {
    title: '下一步',
    dataIndex: 'nextStep',
  },
];

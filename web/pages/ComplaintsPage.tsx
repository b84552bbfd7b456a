import { useInfiniteQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useState } from 'react';
import type { ComplaintSummary } from '../../contract/complaints.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { ComplaintDrawer } from '../supervision/ComplaintDrawer.tsx';

/** 投诉举报: what the reader's authority received or handles. */
export function ComplaintsPage() {
  useTitle('投诉举报');
  const [open, setOpen] = useState<string | null>(null);
  const list = useInfiniteQuery({
    queryKey: keys.complaints('list'),
    queryFn: ({ pageParam }) => call('complaints', { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  const complaints = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHead title="投诉举报" hint="收到后转交行业主管部门，或由本部门调查核实，并答复投诉人（第二十条）。">
        <a href="/complain" target="_blank" rel="noreferrer">
          公众投诉举报页面
        </a>
      </PageHead>
      <section className="panel" aria-label="投诉举报列表">
        {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
        {list.isLoading ? <Loading /> : null}
        {complaints?.length === 0 ? (
          <Nothing title="没有本部门受理或办理的投诉举报">公众在投诉举报页面提交后，会出现在这里。</Nothing>
        ) : null}
        {complaints?.map((complaint) => (
          <Row key={complaint.id} complaint={complaint} onOpen={setOpen} />
        ))}
        <LoadMore list={list} />
      </section>
      <ComplaintDrawer id={open} onClose={() => setOpen(null)} />
    </>
  );
}

const COLOURS = { received: 'warning', assigned: 'processing', investigated: 'warning', answered: 'success' };

function Row({ complaint, onOpen }: { complaint: ComplaintSummary; onOpen: (id: string) => void }) {
  return (
    <button type="button" className="list-row" onClick={() => onOpen(complaint.id)}>
      <span className="grow">
        <strong>
          编号 {complaint.number}　{complaint.topicLabel}
        </strong>
        <div className="muted small">
          {[complaint.regionName, complaint.industryName, complaint.aboutName].filter(Boolean).join('　')}
          {`　${formatInstant(complaint.receivedAt)}收到　${complaint.isNamed ? '实名' : '匿名'}`}
        </div>
      </span>
      {complaint.dueOn === null ? null : (
        <Tag color={complaint.isOverdue ? 'error' : 'default'}>
          {complaint.isOverdue ? '已逾期：' : ''}
          {formatDay(complaint.dueOn)}前{complaint.dutyLabel}
        </Tag>
      )}
      <Tag color={COLOURS[complaint.state]}>{complaint.stateLabel}</Tag>
    </button>
  );
}

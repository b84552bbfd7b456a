import { useInfiniteQuery } from '@tanstack/react-query';
import { Tabs } from 'antd';
import { useState } from 'react';
import type { ReconsiderationSummary, ReconsiderationsQuery } from '../../contract/reconsiderations.ts';
import { STAGE_KINDS } from '../../rules/vocabulary.ts';
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
import { ReconsiderationDrawer } from '../reconsideration/ReconsiderationDrawer.tsx';

type Box = ReconsiderationsQuery['box'];

const BOXES: Record<Box, { label: string; empty: string }> = {
  todo: { label: '待办', empty: '没有待办理的复核。下级机构不予认定的申报，申报人可以向本机构申请一次复核。' },
  done: { label: '已办', empty: '本机构还没有办结的复核。' },
};

/** 复核: rejections of lower bodies whose declarants asked one's organisation to review them. */
export function ReconsiderationsPage() {
  useTitle('复核');
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <PageHead title="复核" hint="下级机构不予认定的申报，申报人可以要求复核一次；办理过这份申报的人员不得复核。" />
      <section className="panel">
        <Tabs
          items={(Object.keys(BOXES) as Box[]).map((box) => ({
            key: box,
            label: BOXES[box].label,
            children: <List box={box} onOpen={setOpen} />,
          }))}
          destroyOnHidden
        />
      </section>
      <ReconsiderationDrawer id={open} onClose={() => setOpen(null)} />
    </>
  );
}

function List({ box, onOpen }: { box: Box; onOpen: (id: string) => void }) {
  const pages = useInfiniteQuery({
    queryKey: keys.reconsiderations(box),
    queryFn: ({ pageParam }) => call('reconsiderations', { query: { box, limit: 50, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (pages.error) return <ProblemNotice error={pages.error} onRetry={() => inBackground(pages.refetch())} />;
  if (pages.data === undefined) return <Loading />;
  const items = pages.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <Nothing title={BOXES[box].empty} />;
  return (
    <>
      {items.map((review) => (
        <Row key={review.id} review={review} onOpen={onOpen} />
      ))}
      <LoadMore list={pages} />
    </>
  );
}

function Row({ review, onOpen }: { review: ReconsiderationSummary; onOpen: (id: string) => void }) {
  return (
    <button type="button" className="list-row" onClick={() => onOpen(review.id)}>
      <span className="grow">
        <strong>
          {review.personName}　{review.title}
        </strong>
        <div className="muted small">
          {review.rejectedByName}
          {STAGE_KINDS[review.stageKind]}不予认定　{formatInstant(review.requestedAt)}申请
        </div>
      </span>
      <span className={review.isOverdue ? 'field-error' : ''}>
        {review.state === 'requested'
          ? `${formatDay(review.dueOn)}前办结${review.isOverdue ? '，已逾期' : ''}`
          : review.stateLabel}
      </span>
    </button>
  );
}

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Tabs, Tag } from 'antd';
import { useState } from 'react';
import type { OrderSummary, OrdersQuery } from '../../contract/rectifications.ts';
import type { Me } from '../../contract/session.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { isSupervisor } from '../nav.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { OrderForm } from '../supervision/OrderForm.tsx';
import { RectificationDrawer } from '../supervision/RectificationDrawer.tsx';

type Box = OrdersQuery['box'];

const BOXES: Record<Box, { label: string; empty: string; visible: (me: Me) => boolean }> = {
  issued: { label: '本部门发出', empty: '本部门还没有责令整改。发现问题时，点“责令限期改正”。', visible: isSupervisor },
  escalated: { label: '逾期上报', empty: '没有下级部门上报的逾期整改。', visible: isSupervisor },
  received: {
    label: '本单位收到',
    empty: '没有需要本单位整改的事项。',
    visible: (me) => me.holdings.some((h) => h.role === 'administrator'),
  },
};

/** 责令整改: issued by one's authority, received by one's unit, overdue ones of the bodies below. */
export function RectificationsPage() {
  useTitle('责令整改');
  const me = useMe();
  const [open, setOpen] = useState<string | null>(null);
  const [isOrdering, setOrdering] = useState(false);
  if (me.data === undefined) return <Loading />;
  const boxes = (Object.keys(BOXES) as Box[]).filter((box) => BOXES[box].visible(me.data));
  return (
    <>
      <PageHead title="责令整改" hint="责令单位、基地或机构限期改正并报告；逾期的报上一级部门（第二十二条）。">
        {isSupervisor(me.data) ? (
          <Button type="primary" onClick={() => setOrdering(true)}>
            责令限期改正
          </Button>
        ) : null}
      </PageHead>
      <section className="panel">
        {boxes.length === 0 ? (
          <Nothing title="没有与您有关的责令整改">责令整改发给单位管理员，由监督检查人员办理。</Nothing>
        ) : null}
        <Tabs
          items={boxes.map((box) => ({
            key: box,
            label: BOXES[box].label,
            children: <List box={box} onOpen={setOpen} />,
          }))}
          destroyOnHidden
        />
      </section>
      {isOrdering ? (
        <OrderForm
          onOrdered={(id) => {
            setOrdering(false);
            setOpen(id);
          }}
          onClose={() => setOrdering(false)}
        />
      ) : null}
      <RectificationDrawer id={open} onClose={() => setOpen(null)} />
    </>
  );
}

function List({ box, onOpen }: { box: Box; onOpen: (id: string) => void }) {
  const list = useInfiniteQuery({
    queryKey: keys.rectifications(box),
    queryFn: ({ pageParam }) => call('rectifications', { query: { box, ...(pageParam && { after: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  if (list.error) return <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} />;
  if (list.data === undefined) return <Loading />;
  const orders = list.data.pages.flatMap((page) => page.items);
  if (orders.length === 0) return <Nothing title={BOXES[box].empty} />;
  return (
    <>
      {orders.map((order) => (
        <Row key={order.id} order={order} box={box} onOpen={onOpen} />
      ))}
      <LoadMore list={list} />
    </>
  );
}

const COLOURS = {
  ordered: 'processing',
  reported: 'warning',
  accepted: 'success',
  overdue: 'error',
  withdrawn: 'default',
};

function Row({ order, box, onOpen }: { order: OrderSummary; box: Box; onOpen: (id: string) => void }) {
  return (
    <button type="button" className="list-row" onClick={() => onOpen(order.id)}>
      <span className="grow">
        <strong>{box === 'received' ? order.bodyName : order.targetName}</strong>
        <div className="muted small">
          {order.violationLabel}　期限 {formatDay(order.dueOn)}　{formatInstant(order.orderedAt)}责令
        </div>
      </span>
      <Tag color={COLOURS[order.state]}>
        {order.stateLabel}
        {order.daysLeft === null ? '' : `，还有 ${order.daysLeft} 天`}
      </Tag>
    </button>
  );
}

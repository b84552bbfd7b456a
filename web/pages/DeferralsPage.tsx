import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import type { DeferralSummary, DeferralsQuery } from '../../contract/deferrals.ts';
import type { Me } from '../../contract/session.ts';
import { ApplyForDeferral } from '../deferral/ApplyForDeferral.tsx';
import { DeferralDrawer } from '../deferral/DeferralDrawer.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Box = DeferralsQuery['box'];

const BOXES: Record<Box, { label: string; empty: string; visible: (me: Me) => boolean }> = {
  mine: {
    label: '我的顺延',
    empty: '因伤、病、孕等特殊原因不能在当年度完成学时的，可以申请顺延（第十七条）。',
    visible: () => true,
  },
  deciding: {
    label: '待本单位决定',
    empty: '没有待决定的顺延申请。',
    visible: (me) => me.holdings.some((h) => h.role === 'first-reviewer'),
  },
  overseen: {
    label: '本机构知悉',
    empty: '还没有本机构决定或知悉的顺延。',
    visible: (me) => me.holdings.length > 0,
  },
};

/** 顺延: one's own, those to decide, and those one's organisation is told of. */
export function DeferralsPage() {
  useTitle('顺延');
  const me = useMe();
  const [open, setOpen] = useState<string | null>(null);
  const [isApplying, setApplying] = useState(false);
  if (me.data === undefined) return <Loading />;
  return (
    <>
      <div className="page-head">
        <h1>顺延</h1>
        <Button type="primary" onClick={() => setApplying(true)}>
          申请顺延
        </Button>
      </div>
      <section className="panel">
        <Boxes me={me.data} onOpen={setOpen} />
      </section>
      {isApplying ? (
        <ApplyForDeferral
          me={me.data}
          onClose={() => setApplying(false)}
          onApplied={(id) => {
            setApplying(false);
            setOpen(id);
          }}
        />
      ) : null}
      <DeferralDrawer id={open} onClose={() => setOpen(null)} />
    </>
  );
}

const deferralsOf = (box: Box) => ({
  queryKey: keys.deferrals(box),
  queryFn: () => call('deferrals', { query: { box, limit: 100 } }),
});

/** The boxes as tabs, where there are several. Unless the address names one, it opens where somebody waits for the reader. */
function Boxes({ me, onOpen }: { me: Me; onOpen: (id: string) => void }) {
  const search = useSearch({ from: '/shell/deferrals' });
  const navigate = useNavigate();
  const boxes = (Object.keys(BOXES) as Box[]).filter((box) => BOXES[box].visible(me));
  const deciding = useQuery({ ...deferralsOf('deciding'), enabled: boxes.includes('deciding') });
  if (deciding.isLoading) return <Loading />;
  if (boxes.length === 1) return <List box="mine" onOpen={onOpen} />;
  const waiting = deciding.data?.items.length ?? 0;
  return (
    <Tabs
      activeKey={search.list ?? (waiting > 0 ? 'deciding' : 'mine')}
      onChange={(box) => inBackground(navigate({ to: '/deferrals', search: { list: box as Box }, replace: true }))}
      items={boxes.map((box) => ({
        key: box,
        label: box === 'deciding' && waiting > 0 ? `${BOXES[box].label}（${waiting}）` : BOXES[box].label,
        children: <List box={box} onOpen={onOpen} />,
      }))}
      destroyOnHidden
    />
  );
}

function List({ box, onOpen }: { box: Box; onOpen: (id: string) => void }) {
  const page = useQuery(deferralsOf(box));
  if (page.error) return <ProblemNotice error={page.error} onRetry={() => inBackground(page.refetch())} />;
  if (page.data === undefined) return <Loading />;
  if (page.data.items.length === 0) return <Nothing title={BOXES[box].empty} />;
  return page.data.items.map((deferral) => (
    <Row key={deferral.id} deferral={deferral} showsPerson={box !== 'mine'} onOpen={onOpen} />
  ));
}

type RowProps = { deferral: DeferralSummary; showsPerson: boolean; onOpen: (id: string) => void };

function Row({ deferral, showsPerson, onOpen }: RowProps) {
  const until = formatDay(deferral.until ?? deferral.requestedUntil);
  return (
    <button type="button" className="list-row" onClick={() => onOpen(deferral.id)}>
      <span className="grow">
        <strong>
          {showsPerson ? `${deferral.personName}　` : ''}
          {deferral.year}年度
        </strong>
        <div className="muted small">
          {deferral.reasonLabel}　{deferral.until === null ? '申请至' : '批准至'}
          {until}　{formatInstant(deferral.requestedAt)}申请
        </div>
      </span>
      <span>
        {deferral.stateLabel}
        {deferral.daysLeft === null ? '' : `，还有 ${deferral.daysLeft} 天`}
      </span>
    </button>
  );
}

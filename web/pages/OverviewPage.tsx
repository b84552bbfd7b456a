import {
  ClockCircleOutlined,
  ExclamationCircleOutlined,
  RightOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { WAITING, type WaitingItem } from '../../contract/overview.ts';
import type { Me } from '../../contract/session.ts';
import { codes } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { PLACES } from '../overview/places.ts';
import { daysOf, formatBounded, URGENCIES, type Urgency, unitOf, urgencyOf } from '../overview/urgency.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 总览: what waits for an official, the most pressing first. */
export function OverviewPage() {
  useTitle('总览');
  const me = useMe();
  const overview = useQuery({
    queryKey: keys.overview(),
    queryFn: () => call('overview', {}),
    staleTime: 0,
    refetchInterval: 60_000,
  });
  return (
    <>
      <div className="page-head">
        <div>
          <h1>总览</h1>
          {me.data === undefined ? null : <div className="muted">{dutiesOf(me.data)}</div>}
        </div>
        {overview.data === undefined ? null : <span className="muted">{formatDay(overview.data.today)}</span>}
      </div>
      {overview.error ? (
        <ProblemNotice error={overview.error} onRetry={() => inBackground(overview.refetch())} />
      ) : null}
      {overview.isLoading ? <Loading /> : null}
      {overview.data === undefined ? null : <Waiting items={overview.data.items} />}
    </>
  );
}

/** Who the reader is at work: each body with the roles held there. */
function dutiesOf({ holdings }: Me): string {
  const bodies = [...new Set(holdings.map((h) => h.organisationName))];
  return bodies
    .map((body) => {
      const roles = holdings.filter((h) => h.organisationName === body).map((h) => h.roleName);
      return `${body}　${roles.join('、')}`;
    })
    .join('；');
}

/** What somebody is asked as a person is not missed when it is not there. */
const OWN: readonly WaitingItem['kind'][] = ['own-correction', 'own-move', 'own-proposal', 'notice'];

function Waiting({ items }: { items: readonly WaitingItem[] }) {
  const idle = items.filter((item) => urgencyOf(item) === null && !OWN.includes(item.kind));
  const groups = codes(URGENCIES)
    .map((urgency) => ({ urgency, of: items.filter((item) => urgencyOf(item) === urgency) }))
    .filter(({ of }) => of.length > 0);
  return (
    <>
      {groups.length === 0 ? (
        <section className="panel">
          <Nothing title="没有等待您办理的事项">有新的事项时会出现在这里，也会在消息中提醒您。</Nothing>
        </section>
      ) : null}
      {groups.map(({ urgency, of }) => (
        <Group key={urgency} urgency={urgency} items={of} />
      ))}
      {idle.length === 0 || groups.length === 0 ? null : (
        <p className="muted">目前没有：{idle.map(({ kind }) => WAITING[kind]).join('；')}。</p>
      )}
    </>
  );
}

const ICONS: Readonly<Record<Urgency, ReactNode>> = {
  late: <ExclamationCircleOutlined aria-hidden />,
  today: <ClockCircleOutlined aria-hidden />,
  waiting: <UnorderedListOutlined aria-hidden />,
};

function Group({ urgency, items }: { urgency: Urgency; items: readonly WaitingItem[] }) {
  return (
    <section className="panel overview-group" data-urgency={urgency} aria-labelledby={`overview-${urgency}`}>
      <h2 id={`overview-${urgency}`}>
        {ICONS[urgency]} {URGENCIES[urgency]}
      </h2>
      {items.map((item) => (
        <Row key={item.kind} item={item} />
      ))}
    </section>
  );
}

function Row({ item }: { item: WaitingItem }) {
  const { link, act } = PLACES[item.kind];
  const days = daysOf(item);
  return (
    <Link {...link} className="list-row overview-row">
      <span className="overview-count">
        <strong className="num">{formatBounded(item.count)}</strong> {unitOf(item)}
      </span>
      <span className="grow">
        {WAITING[item.kind]}
        {days === '' ? null : <div className="muted small">{days}</div>}
      </span>
      <span className="overview-act">
        {act} <RightOutlined aria-hidden />
      </span>
    </Link>
  );
}

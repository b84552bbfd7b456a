import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Tabs, Tag } from 'antd';
import type { SanctionSummary, SanctionsQuery } from '../../contract/sanctions.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { handlesCases } from '../nav.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Box = SanctionsQuery['box'];

const BOXES: Record<Box, { label: string; empty: string }> = {
  office: { label: '本机构及下级的案件', empty: '没有案件。审核、监督检查或投诉中发现弄虚作假的，会在这里立案。' },
  records: { label: '失信记录期内', empty: '没有失信记录期内的案件。' },
  mine: { label: '与我有关', empty: '没有与您有关的案件，无需办理。' },
};

const OFFICE: readonly Box[] = ['office', 'records', 'mine'];

/** 诚信: cases of fraud (Art. 21), one's own and those one's authority handles. */
export function SanctionsPage() {
  const me = useMe();
  const isOfficer = me.data !== undefined && handlesCases(me.data);
  const title = isOfficer ? '弄虚作假案件' : '诚信记录';
  useTitle(title);
  if (me.data === undefined) return <Loading />;
  return (
    <>
      <PageHead title={title} />
      <section className="panel">
        {isOfficer ? (
          <Tabs
            items={OFFICE.map((box) => ({ key: box, label: BOXES[box].label, children: <List box={box} /> }))}
            destroyOnHidden
          />
        ) : (
          <List box="mine" />
        )}
      </section>
    </>
  );
}

function List({ box }: { box: Box }) {
  const page = useQuery({
    queryKey: keys.sanctions(box),
    queryFn: () => call('sanctions', { query: { box, limit: 100 } }),
  });
  if (page.error) return <ProblemNotice error={page.error} onRetry={() => inBackground(page.refetch())} />;
  if (page.data === undefined) return <Loading />;
  if (page.data.items.length === 0) return <Nothing title={BOXES[box].empty} />;
  return page.data.items.map((one) => <Row key={one.id} sanction={one} showsPerson={box !== 'mine'} />);
}

const COLOURS: Readonly<Record<SanctionSummary['state'], string>> = {
  opened: 'warning',
  hearing: 'processing',
  decided: 'warning',
  'in-force': 'error',
  ended: 'default',
  lifted: 'default',
  dismissed: 'default',
};

/** The hearing and the record have a last day to show; a case in another state has none that still matters. */
const isDated = (one: SanctionSummary): one is SanctionSummary & { nextOn: string } =>
  one.nextOn !== null && (one.state === 'hearing' || one.state === 'in-force');

function Row({ sanction, showsPerson }: { sanction: SanctionSummary; showsPerson: boolean }) {
  return (
    <Link to="/sanctions/$sanctionId" params={{ sanctionId: sanction.id }} className="list-row">
      <span className="grow">
        <strong>
          第 {sanction.number} 号　{showsPerson ? `${sanction.personName}　` : ''}
          {sanction.year}年度
        </strong>
        <div className="muted small">
          {showsPerson ? `${sanction.employerName}　` : ''}
          {sanction.authorityName}　{formatInstant(sanction.openedAt)}　立案
        </div>
      </span>
      {isDated(sanction) ? <span className="muted small">至{formatDay(sanction.nextOn)}</span> : null}
      {sanction.hasAppeal ? <Tag color="warning">有申诉待答复</Tag> : null}
      <Tag color={COLOURS[sanction.state]}>{sanction.stateLabel}</Tag>
    </Link>
  );
}

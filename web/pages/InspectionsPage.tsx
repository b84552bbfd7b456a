import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Tabs, Tag } from 'antd';
import { useState } from 'react';
import type { InspectionSummary } from '../../contract/inspections.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { CheckDrawer } from '../supervision/CheckDrawer.tsx';
import { CheckTable } from '../supervision/CheckTable.tsx';
import { DrawForm } from '../supervision/DrawForm.tsx';
import { InspectionDrawer } from '../supervision/InspectionDrawer.tsx';

/** 抽查: what the reader's authority has drawn, and the checks that are open. */
export function InspectionsPage() {
  useTitle('抽查核查');
  const [isDrawing, setDrawing] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const [check, setCheck] = useState<string | null>(null);
  return (
    <>
      <PageHead title="抽查核查" hint="从已备案的申报中随机或按风险抽取，逐份核查并记录结论（第二十条）。">
        <Button type="primary" onClick={() => setDrawing(true)}>
          新的抽查
        </Button>
      </PageHead>
      <section className="panel">
        <Tabs
          items={[
            { key: 'checks', label: '待核查', children: <OpenChecks onOpen={setCheck} /> },
            { key: 'drawn', label: '抽查记录', children: <Drawn onOpen={setOpen} /> },
          ]}
          destroyOnHidden
        />
      </section>
      {isDrawing ? (
        <DrawForm
          onDrawn={(id) => {
            setDrawing(false);
            setOpen(id);
          }}
          onClose={() => setDrawing(false)}
        />
      ) : null}
      <InspectionDrawer id={open} onClose={() => setOpen(null)} onCheck={setCheck} />
      <CheckDrawer id={check} onClose={() => setCheck(null)} />
    </>
  );
}

function OpenChecks({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useInfiniteQuery({
    queryKey: keys.checks('open'),
    queryFn: ({ pageParam }) =>
      call('checks', { query: { state: 'open', ...(pageParam !== '' && { after: pageParam }) } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  if (list.error) return <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} />;
  if (list.data === undefined) return <Loading />;
  return (
    <>
      <CheckTable checks={list.data.pages.flatMap((page) => page.items)} onOpen={onOpen} />
      <LoadMore list={list} />
    </>
  );
}

function Drawn({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useInfiniteQuery({
    queryKey: keys.inspections('list'),
    queryFn: ({ pageParam }) => call('inspections', { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  if (list.error) return <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} />;
  if (list.data === undefined) return <Loading />;
  const inspections = list.data.pages.flatMap((page) => page.items);
  if (inspections.length === 0)
    return <Nothing title="本部门还没有抽查">点“新的抽查”，按范围随机抽取或按风险抽取。</Nothing>;
  return (
    <>
      {inspections.map((inspection) => (
        <Row key={inspection.id} inspection={inspection} onOpen={onOpen} />
      ))}
      <LoadMore list={list} />
    </>
  );
}

function Row({ inspection, onOpen }: { inspection: InspectionSummary; onOpen: (id: string) => void }) {
  const { title, kindLabel, year, size, open, passed, findings } = inspection;
  return (
    <button type="button" className="list-row" onClick={() => onOpen(inspection.id)}>
      <span className="grow">
        <strong>{title}</strong>
        <div className="muted small">
          {kindLabel}　{year}年度　{inspection.organisationName}　{formatInstant(inspection.drawnAt)}
        </div>
      </span>
      <Tag>抽中 {size}</Tag>
      <Tag color="warning">待办 {open}</Tag>
      <Tag color="success">通过 {passed}</Tag>
      <Tag color="error">问题 {findings}</Tag>
    </button>
  );
}

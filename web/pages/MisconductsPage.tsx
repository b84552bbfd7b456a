import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Popconfirm, Select, Tag } from 'antd';
import { useState } from 'react';
import type { ShownMisconduct } from '../../contract/misconducts.ts';
import { MISCONDUCTS, type Misconduct } from '../../rules/supervision.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { FoundField } from '../parts/FoundField.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Words } from '../parts/Words.tsx';

/** 问题线索 (Art. 23): seen by supervisors alone. */
export function MisconductsPage() {
  useTitle('工作人员问题线索');
  const [isRecording, setRecording] = useState(false);
  const list = useInfiniteQuery({
    queryKey: keys.misconducts(),
    queryFn: ({ pageParam }) => call('misconducts', { query: pageParam === '' ? {} : { after: pageParam } }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
  return (
    <>
      <PageHead
        title="工作人员问题线索"
        hint="工作人员不认真履行职责或徇私舞弊、滥用职权、玩忽职守的，由其上级主管部门或纪检监察机关处理（第二十三条）。此页只有监督检查人员可以看到，本人看不到与自己有关的线索。"
      >
        <Button type="primary" onClick={() => setRecording(true)}>
          登记线索
        </Button>
      </PageHead>
      <section className="panel" aria-label="问题线索列表">
        {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
        {list.isLoading ? <Loading /> : null}
        {list.data === undefined ? null : <List rows={list.data.pages.flatMap((page) => page.items)} />}
        <LoadMore list={list} />
      </section>
      {isRecording ? <RecordForm onClose={() => setRecording(false)} /> : null}
    </>
  );
}

const COLOURS = { recorded: 'warning', referred: 'processing', concluded: 'success' };

function List({ rows }: { rows: readonly ShownMisconduct[] }) {
  return (
    <DataTable<ShownMisconduct>
      rowKey="id"
      dataSource={[...rows]}
      locale={{ emptyText: <Nothing title="没有登记或移送来的线索">发现问题时，点“登记线索”。</Nothing> }}
      columns={[
        {
          title: '部门和人员',
          render: (_, row) => (
            <>
              <div>{row.organisationName}</div>
              <div className="muted">{row.personName}</div>
            </>
          ),
        },
        { title: '性质', dataIndex: 'kindLabel' },
        { title: '情况', render: (_, row) => <div style={{ maxWidth: 320 }}>{row.facts}</div> },
        {
          title: '登记',
          render: (_, row) => (
            <>
              <div>{row.bodyName}</div>
              <div className="muted">{formatInstant(row.recordedAt)}</div>
            </>
          ),
        },
        {
          title: '状态',
          render: (_, row) => (
            <>
              <Tag color={COLOURS[row.state]}>{row.stateLabel}</Tag>
              {row.referredToName === null ? null : <div className="muted">{row.referredToName}</div>}
              {row.outcome === null ? null : <div>{row.outcome}</div>}
            </>
          ),
        },
        { title: '操作', render: (_, row) => <Acts row={row} /> },
      ]}
    />
  );
}

function Acts({ row: { id, may } }: { row: ShownMisconduct }) {
  const client = useQueryClient();
  const [isConcluding, setConcluding] = useState(false);
  const refer = useMutation({
    mutationFn: () => call('referMisconduct', { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.misconducts() }),
  });
  return (
    <>
      {may.refer ? (
        <Popconfirm title="移送该部门的上级主管部门？" onConfirm={() => refer.mutate()}>
          <Button size="small" loading={refer.isPending}>
            移送上级
          </Button>
        </Popconfirm>
      ) : null}
      {may.conclude ? (
        <Button size="small" type="primary" onClick={() => setConcluding(true)}>
          登记处理结果
        </Button>
      ) : null}
      {isConcluding ? (
        <FormModal<{ outcome: string }>
          title="登记处理结果"
          okText="登记"
          save={(body) => call('concludeMisconduct', { params: { id }, body })}
          refreshes={[keys.misconducts()]}
          onClose={() => setConcluding(false)}
        >
          <Words name="outcome" label="处理结果" most={2000} />
        </FormModal>
      ) : null}
    </>
  );
}

type Fields = { organisationId: string; personName: string; kind: Misconduct; facts: string };

function RecordForm({ onClose }: { onClose: () => void }) {
  return (
    <FormModal<Fields>
      title="登记工作人员问题线索"
      okText="登记"
      save={(body, requestKey) => call('recordMisconduct', { headers: { 'idempotency-key': requestKey }, body })}
      refreshes={[keys.misconducts()]}
      onClose={onClose}
    >
      <FoundField
        name="organisationId"
        label="所在部门"
        keyOf={keys.staffedBodies}
        find={(q) => call('staffedBodies', { query: { q } })}
      />
      <Form.Item name="personName" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item name="kind" label="性质" rules={[{ required: true, message: '请选择性质' }]}>
        <Select options={optionsOf(MISCONDUCTS)} />
      </Form.Item>
      <Words name="facts" label="情况" most={4000} rows={4} />
    </FormModal>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Tag } from 'antd';
import { useState } from 'react';
import type { LedgerCase, LedgerCaseDetail } from '../../contract/ledger-cases.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 管理 → 台账核对: years whose ledger does not agree with its recomputation, and what differs. */
export function LedgerCasesPage() {
  useTitle('台账核对');
  const [shown, show] = useState<string>();
  const cases = useQuery({ queryKey: keys.ledgerCases(), queryFn: () => call('ledgerCases', {}) });
  return (
    <>
      <PageHead
        title="台账核对"
        hint="系统每天凌晨 3 时抽取一部分人员的年度，按认定时的内容重新计算，与台账逐项比对；不一致的列在这里，重新一致后由系统结案。"
      />
      <section className="panel" aria-label="台账核对事项">
        {cases.error ? <ProblemNotice error={cases.error} onRetry={() => inBackground(cases.refetch())} /> : null}
        <DataTable<LedgerCase>
          rowKey="id"
          loading={cases.isLoading}
          dataSource={cases.data?.items ?? []}
          locale={{ emptyText: <Nothing title="没有不一致">抽查过的年度都与重新计算的结果一致。</Nothing> }}
          columns={[
            {
              title: '人员',
              width: 110,
              render: (_, { id, personName }) => (
                <Button type="link" style={{ padding: 0 }} onClick={() => show(id)}>
                  {personName}
                </Button>
              ),
            },
            { title: '年度', dataIndex: 'year', width: 70 },
            { title: '不一致', width: 80, render: (_, { findings }) => `${findings} 项` },
            { title: '发现', width: 170, render: (_, { openedAt }) => formatInstant(openedAt) },
            { title: '最近核对', width: 170, render: (_, { seenAt }) => formatInstant(seenAt) },
            { title: '状态', render: (_, one) => <State of={one} /> },
          ]}
        />
      </section>
      {shown === undefined ? null : <Case id={shown} onClose={() => show(undefined)} />}
    </>
  );
}

const State = ({ of: { closedAt, closedBy, note } }: { of: LedgerCase | LedgerCaseDetail }) =>
  closedAt === null ? (
    <Tag color="warning">待处理</Tag>
  ) : (
    <span>
      <Tag>已结案</Tag>
      <span className="muted small">
        {formatInstant(closedAt)}　{closedBy ?? '系统'}：{note}
      </span>
    </span>
  );

function Case({ id, onClose }: { id: string; onClose: () => void }) {
  const [isClosing, setClosing] = useState(false);
  const read = useQuery({ queryKey: keys.ledgerCase(id), queryFn: () => call('ledgerCase', { params: { id } }) });
  const found = read.data;
  return (
    <Drawer
      open
      size="large"
      title={found ? `${found.personName}　${found.year}年度` : '台账核对'}
      onClose={onClose}
      extra={found?.closedAt === null ? <Button onClick={() => setClosing(true)}>结案</Button> : null}
    >
      {read.error ? <ProblemNotice error={read.error} onRetry={() => inBackground(read.refetch())} /> : null}
      {read.isLoading ? <Loading /> : null}
      {found ? <Differences of={found} /> : null}
      {isClosing ? (
        <FormModal<{ reason: string }>
          title="结案"
          okText="结案"
          save={(body) => call('closeLedgerCase', { params: { id }, body })}
          refreshes={[keys.ledgerCases()]}
          onClose={() => setClosing(false)}
        >
          <p className="muted">请说明查明的原因和处理结果。年度仍不一致的，下次核对会重新立案。</p>
          <ReasonField maxLength={500} />
        </FormModal>
      ) : null}
    </Drawer>
  );
}

type Finding = LedgerCaseDetail['findings'][number];

const Differences = ({ of }: { of: LedgerCaseDetail }) => (
  <>
    <p>
      {of.employerName ?? '没有任职单位'}　{of.idNumberMasked}
    </p>
    <p>
      <State of={of} />
    </p>
    <DataTable<Finding>
      rowKey={({ what, source }) => `${what} ${source ?? ''}`}
      size="small"
      dataSource={of.findings}
      columns={[
        { title: '哪一项', dataIndex: 'label' },
        { title: '活动', render: (_, { source }) => source ?? '整个年度' },
        { title: '台账记录', dataIndex: 'recorded', className: 'wrap-anywhere' },
        { title: '重新计算', dataIndex: 'recomputed', className: 'wrap-anywhere' },
      ]}
    />
  </>
);

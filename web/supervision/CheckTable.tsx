import { Button, Tag } from 'antd';
import type { CheckSummary } from '../../contract/inspections.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Nothing } from '../parts/Nothing.tsx';

const COLOURS = { open: 'warning', passed: 'success', finding: 'error' };

/** Drawn claims with why they were drawn. */
export function CheckTable({ checks, onOpen }: { checks: readonly CheckSummary[]; onOpen: (id: string) => void }) {
  return (
    <DataTable<CheckSummary>
      rowKey="id"
      dataSource={[...checks]}
      locale={{ emptyText: <Nothing title="没有待核查的申报">点“新的抽查”，从已备案的申报中抽取。</Nothing> }}
      columns={[
        { title: '申报编号', dataIndex: 'claimNumber' },
        {
          title: '申报',
          render: (_, check) => (
            <>
              <div>{check.claimTitle}</div>
              <div className="muted">
                {check.personName}　{check.employerName}
              </div>
            </>
          ),
        },
        { title: '来源', dataIndex: 'inspectionTitle' },
        {
          title: '风险',
          render: (_, check) =>
            check.risks.length === 0
              ? '随机抽中'
              : check.risks.map((risk) => (
                  <div key={risk.kind}>
                    {risk.label}（{risk.score} 分）
                  </div>
                )),
        },
        { title: '状态', render: (_, check) => <Tag color={COLOURS[check.state]}>{check.stateLabel}</Tag> },
        {
          title: '操作',
          render: (_, check) => (
            <Button size="small" onClick={() => onOpen(check.id)}>
              {check.state === 'open' ? '核查' : '查看'}
            </Button>
          ),
        },
      ]}
    />
  );
}

import { Alert } from 'antd';
import type { MergePreview } from '../../contract/merges.ts';
import { formatHours } from '../../rules/hours.ts';
import { DataTable } from '../parts/DataTable.tsx';

type Year = MergePreview['years'][number];
type Certificate = MergePreview['certificates'][number];

const said = ({ totalHundredths, verdictName }: Year['after']) => `${formatHours(totalHundredths)}（${verdictName}）`;

/** What a merge would change: what stands in its way, the years before and after, the certificates. */
export function Effects({ preview }: { preview: MergePreview }) {
  const { blockers, years, certificates } = preview;
  return (
    <>
      {blockers.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title="现在还不能合并"
          description={
            <ul>
              {blockers.map((each) => (
                <li key={each.code}>
                  {each.text}（{each.count} 项）
                </li>
              ))}
            </ul>
          }
        />
      )}
      <DataTable<Year>
        rowKey="year"
        size="small"
        dataSource={years}
        locale={{ emptyText: '两条登记都还没有学时' }}
        columns={[
          { title: '年度', dataIndex: 'year' },
          { title: '保留的登记', render: (_, row) => said(row.kept) },
          { title: '停用的登记', render: (_, row) => said(row.absorbed) },
          { title: '合并后', render: (_, row) => said(row.after) },
        ]}
      />
      {certificates.length === 0 ? null : (
        <DataTable<Certificate>
          rowKey="number"
          size="small"
          dataSource={certificates}
          columns={[
            { title: '证书编号', dataIndex: 'number' },
            { title: '年度', dataIndex: 'year' },
            { title: '所属', render: (_, row) => (row.holder === 'kept' ? '保留的登记' : '停用的登记') },
            { title: '合并后', dataIndex: 'effectName' },
          ]}
        />
      )}
    </>
  );
}

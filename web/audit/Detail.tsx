import { Link } from '@tanstack/react-router';
import { Descriptions } from 'antd';
import { type AuditRow, auditFilter, WHOLE_SUBJECTS } from '../../contract/audit.ts';
import { PlainTable } from '../parts/PlainTable.tsx';
import type { AuditSearch } from './narrowing.ts';

/** What a row says besides its headline: before and after where something was changed, and the way to its neighbours. */
export function AuditDetail({ row, search }: { row: AuditRow; search: AuditSearch }) {
  const { facts, changes, subjectWords, subjectName, subjectId } = row;
  const subjectKind = auditFilter.shape.subjectKind.safeParse(row.subjectKind);
  const which = WHOLE_SUBJECTS[subjectId] ?? `${subjectName ?? ''} ${subjectId}`.trim();
  const items = [
    { key: 'subject', label: '对象', children: `${subjectWords}　${which}` },
    ...facts.map(({ label, text }, at) => ({ key: `fact-${String(at)}`, label, children: text })),
    ...(row.requestId === null ? [] : [{ key: 'request', label: '请求编号', children: row.requestId }]),
    { key: 'seal', label: '封存', children: row.seal === null ? '等待下一次封存' : `第 ${String(row.seal)} 次` },
  ];
  return (
    <div className="audit-detail">
      <Descriptions size="small" column={1} items={items} />
      {changes.length === 0 ? null : (
        <PlainTable
          label="变更前后"
          hasCards
          columns={[
            { title: '项目', cell: ({ label }) => label },
            { title: '变更前', cell: ({ before }) => before },
            { title: '变更后', cell: ({ after }) => after },
          ]}
          rows={changes}
          keyOf={({ label }) => label}
        />
      )}
      <div className="row small">
        {subjectKind.success ? (
          <Link to="/admin/audit" search={{ subjectKind: subjectKind.data, subjectId: row.subjectId }}>
            只看这个对象
          </Link>
        ) : null}
        {row.actorId === null ? null : (
          <Link to="/admin/audit" search={{ ...search, actorId: row.actorId }}>
            只看此人办理的
          </Link>
        )}
      </div>
    </div>
  );
}

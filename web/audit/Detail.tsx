import { Link } from '@tanstack/react-router';
import { Descriptions } from 'antd';
import type { AuditRow } from '../../contract/audit.ts';
import { auditFilter } from '../../contract/audit.ts';
import type { AuditSearch } from './narrowing.ts';

/** What a row says besides its headline: before and after where it tells both, and the way to its neighbours. */
export function AuditDetail({ row, search }: { row: AuditRow; search: AuditSearch }) {
  const { before, after, ...rest } = row.detail;
  const subjectKind = auditFilter.shape.subjectKind.safeParse(row.subjectKind);
  const items = [
    { key: 'subject', label: '对象', children: `${row.subjectWords} ${row.subjectId}` },
    ...Object.entries(rest).map(([key, value]) => ({ key, label: WORDS[key] ?? key, children: textOf(value) })),
    ...(row.requestId === null ? [] : [{ key: 'request', label: '请求编号', children: row.requestId }]),
    { key: 'seal', label: '封存', children: row.seal === null ? '等待下一次封存' : `第 ${String(row.seal)} 次` },
  ];
  return (
    <div className="audit-detail">
      <Descriptions size="small" column={1} items={items} />
      {isFacts(before) || isFacts(after) ? <Changes before={factsOf(before)} after={factsOf(after)} /> : null}
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

type Facts = Record<string, unknown>;
const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const factsOf = (value: unknown): Facts => (isFacts(value) ? value : {});

function Changes({ before, after }: { before: Facts; after: Facts }) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>项目</th>
            <th>变更前</th>
            <th>变更后</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{WORDS[name] ?? name}</th>
              <td>{textOf(before[name])}</td>
              <td>{textOf(after[name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '—';
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? (value ? '是' : '否') : JSON.stringify(value);
};

/** The usual facts of a row in words; others show their own names. */
const WORDS: Readonly<Record<string, string>> = {
  actor: '办理方式',
  article: '依据（条）',
  interpretation: '系统默认解释',
  seq: '步骤',
  stage: '环节',
  dueOn: '应办结日',
  dueAt: '期限',
  from: '自',
  fromOn: '生效日',
  until: '至',
  untilOn: '截止日',
  explanation: '说明',
  reason: '原因',
  note: '说明',
  name: '名称',
  number: '编号',
  year: '年度',
  years: '年度',
  role: '岗位',
  purpose: '查询目的',
  outcome: '结论',
  regionCode: '地区',
  industryCode: '行业',
  level: '层级',
  unitKind: '单位性质',
  studyArchive: '学习档案',
  people: '涉及人数',
  organisationId: '机构',
  personId: '人员',
  clientId: '系统凭证',
  query: '查询条件',
  limit: '条数',
  class: '类别',
  kind: '类别',
  form: '申报形式',
  state: '状态',
  verdict: '年度结论',
  cause: '原因',
  due: '期限',
  duty: '应办事项',
  body: '办理机构',
  told: '已告知',
  total: '合计',
  rows: '行数',
  missing: '还差学时',
  version: '提交版本',
  revision: '修改次数',
  title: '名称',
  claimId: '申报',
  trainingId: '培训',
  sanctionId: '案件',
  standInId: '代理人',
  successorId: '承接机构',
  scope: '用途',
  scopes: '用途',
};

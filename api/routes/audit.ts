import type { FastifyInstance } from 'fastify';
import { AUDIT_SUBJECTS, type AuditFilter, type AuditRow } from '../../contract/audit.ts';
import type { Refusal } from '../../contract/problems.ts';
import { noteAuditRead } from '../../db/acts/audit.ts';
import type { Db } from '../../db/connect.ts';
import { auditedBodies, auditsProvince, readAudit, readChain } from '../../db/read/audit.ts';
import { type ChainFault, checkChain } from '../../db/read/audit-chain.ts';
import type { Scope } from '../../db/read/scope.ts';
import type { Deps } from '../deps.ts';
import { asCsv, type Cell } from '../exports/sheet.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';

/** About so many rows are checked in one request: a second or two of the database's time. */
const CHECKED_ROWS = 20_000;
const EXPORT_PAGE = 1_000;

/** The audit trail (留痕) and its chain. */
export function auditRoutes(app: FastifyInstance, { db }: Deps): void {
  serve(app, 'audit', async ({ scope, query }) => {
    const { before, limit: _limit, ...filter } = query;
    if (!(await mayRead(db, scope, filter))) return refused(NOT_AN_AUDITOR);
    // A list that is read on is one reading.
    if (before === undefined) await noteAuditRead(db, scope, 'read', filter);
    return given(await readAudit(db, scope, query));
  });
  serve(app, 'auditExport', async ({ scope, query, reply }) => {
    if (!(await mayRead(db, scope, query))) return refused(NOT_AN_AUDITOR);
    await noteAuditRead(db, scope, 'export', query);
    const name = `留痕记录-${today()}.csv`;
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
    return given(asCsv({ name: '留痕记录', header: HEADER, rows: exported(db, scope, query) }));
  });
  serve(app, 'auditChain', async ({ scope }) =>
    auditsProvince(scope) ? given(await readChain(db)) : refused(NOT_AN_AUDITOR),
  );
  serve(app, 'checkAuditChain', async ({ scope, body }) => {
    if (!auditsProvince(scope)) return refused(NOT_AN_AUDITOR);
    if (body.from === 1) await noteAuditRead(db, scope, 'checked', body);
    const { faults, ...checked } = await checkChain(db, { from: body.from, rows: CHECKED_ROWS });
    return given({ ...checked, faults: faults.map(told) });
  });
}

async function mayRead(db: Db, scope: Scope, filter: AuditFilter): Promise<boolean> {
  const bodies = auditedBodies(scope);
  const may = bodies === null || bodies.length > 0;
  if (!may) await noteAuditRead(db, scope, 'denied', filter);
  return may;
}

const NOT_AN_AUDITOR: Refusal = {
  code: 'forbidden',
  detail: '您没有查看留痕记录的岗位。',
  fix: '留痕记录供审计人员和省人社厅系统管理员查看；如应查看，请联系本机构管理员登记“审计人员”岗位。',
};

const told = (fault: ChainFault) => {
  const number = 'auditId' in fault ? fault.auditId : fault.seq;
  return { kind: fault.kind, number, text: FAULTS[fault.kind](String(number)) };
};

const FAULTS: Readonly<Record<ChainFault['kind'], (number: string) => string>> = {
  'row-changed': (n) => `第 ${n} 条记录的内容与封存时不一致`,
  'row-gone': (n) => `第 ${n} 条记录已封存，但现在不存在`,
  'row-unsealed': (n) => `第 ${n} 条记录没有封存，可能是事后插入`,
  'seal-broken': (n) => `第 ${n} 次封存与其记录或上一次封存不一致`,
  'seal-missing': (n) => `缺少第 ${n} 次封存`,
};

const HEADER = ['序号', '时间', '办理人', '机构', '事项', '对象', '对象编号', '内容', '请求编号', '封存', '原始内容'];

async function* exported(db: Db, scope: Scope, filter: AuditFilter): AsyncGenerator<Cell[]> {
  let before: number | undefined;
  do {
    const page = await readAudit(db, scope, { ...filter, before, limit: EXPORT_PAGE });
    for (const row of page.items) yield cells(row);
    before = page.next ?? undefined;
  } while (before !== undefined);
}

const cells = (row: AuditRow): Cell[] => [
  row.id,
  row.at,
  row.actorName,
  row.organisationName,
  row.actionWords,
  AUDIT_SUBJECTS[row.subjectKind] ?? row.subjectKind,
  row.subjectId,
  inWords(row),
  row.requestId,
  row.seal,
  JSON.stringify(row.detail),
];

const inWords = ({ facts, changes }: AuditRow): string =>
  [
    ...facts.map(({ label, text }) => `${label}：${text}`),
    ...changes.map(({ label, before, after }) => `${label}：${before} → ${after}`),
  ].join('；');

import { type RawBuilder, sql } from 'kysely';
import {
  AUDIT_SUBJECTS,
  type AuditChain,
  type AuditFilter,
  type AuditQuery,
  type AuditRow,
  auditWords,
} from '../../contract/audit.ts';
import { tellDetail } from '../../contract/audit-detail.ts';
import { addDays, endOfDayInstant } from '../../rules/calendar.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';

/**
 * The audit trail (留痕) as its readers may see it: auditors (审计人员) and administrators of the provincial HRSS department all of it,
 * auditors of another body what was done in its name.
 */

const PROVINCE_HRSS = 'hrss-420000';

/** Whether the caller reads the whole trail and checks its chain. */
export const auditsProvince = ({ holdings }: Pick<Scope, 'holdings'>): boolean =>
  holdings.some((h) => h.organisationId === PROVINCE_HRSS && (h.role === 'auditor' || h.role === 'administrator'));

/** The bodies whose part of the trail the caller reads; null for all of it. */
export const auditedBodies = (scope: Scope): readonly string[] | null =>
  auditsProvince(scope) ? null : scope.holdings.filter((h) => h.role === 'auditor').map((h) => h.organisationId);

/** The newest first. `before`: the id the page before ended with. */
export async function readAudit(
  db: Db,
  scope: Scope,
  { before, limit, ...filter }: AuditQuery,
): Promise<{ items: AuditRow[]; next: number | null }> {
  const { rows } = await sql<Found>`
    select a.id, a.at, a.actor_id, p.name as actor_name, a.organisation_id, o.name as organisation_name, a.action, a.subject_kind,
      a.subject_id, a.request_id, a.detail, d.seal_seq
    from audit a
    left join person p on p.id = a.actor_id
    left join organisation o on o.id = a.organisation_id
    left join audit_digest d on d.audit_id = a.id
    where ${sql.join(conditions(scope, filter, before), sql` and `)}
    order by ${isOfDaysOnly(scope, filter) ? sql`a.at desc, a.id desc` : sql`a.id desc`} limit ${limit + 1}`.execute(
    db,
  );
  const page = rows.slice(0, limit);
  const names = await namesIn(db, page);
  const items = page.map((row) => shown(row, names));
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

type Found = {
  id: number;
  at: Date;
  actor_id: string | null;
  actor_name: string | null;
  organisation_id: string | null;
  organisation_name: string | null;
  action: string;
  subject_kind: string;
  subject_id: string;
  request_id: string | null;
  detail: Record<string, unknown>;
  seal_seq: number | null;
};

/**
 * Whether days alone are asked for: then the rows come in the order of their times, which an index answers for any span. In the order of
 * their ids PostgreSQL would walk back through everything newer than the span.
 */
const isOfDaysOnly = (scope: Scope, { from, until, ...rest }: AuditFilter): boolean =>
  (from ?? until) !== undefined &&
  auditedBodies(scope) === null &&
  Object.values(rest).every((each) => each === undefined);

function conditions(scope: Scope, filter: AuditFilter, before: number | undefined): RawBuilder<boolean>[] {
  const { from, until, action, subjectKind, subjectId, actorId, organisationId } = filter;
  const bodies = auditedBodies(scope);
  const wanted = [sql<boolean>`true`];
  const add = (condition: RawBuilder<boolean>) => wanted.push(condition);
  if (bodies !== null) add(sql`a.organisation_id = any (${sql.val(bodies)}::text[])`);
  if (before !== undefined)
    add(
      isOfDaysOnly(scope, filter)
        ? sql`(a.at, a.id) < (select b.at, b.id from audit b where b.id = ${before})`
        : sql`a.id < ${before}`,
    );
  if (from !== undefined) add(sql`a.at >= ${endOfDayInstant(addDays(from, -1))}::timestamptz`);
  if (until !== undefined) add(sql`a.at < ${endOfDayInstant(until)}::timestamptz`);
  if (action !== undefined) add(action.includes('.') ? sql`a.action = ${action}` : sql`a.action like ${`${action}.%`}`);
  if (subjectKind !== undefined) add(sql`a.subject_kind = ${subjectKind}`);
  if (subjectId !== undefined) add(sql`a.subject_id = ${subjectId}`);
  if (actorId !== undefined) add(sql`a.actor_id = ${actorId}`);
  if (organisationId !== undefined) add(sql`a.organisation_id = ${organisationId}`);
  return wanted;
}

const shown = (row: Found, names: Readonly<Record<string, string>>): AuditRow => ({
  id: row.id,
  at: row.at.toISOString(),
  actorId: row.actor_id,
  actorName: row.actor_name ?? (typeof row.detail['clientId'] === 'string' ? '外部系统' : '系统'),
  organisationId: row.organisation_id,
  organisationName: row.organisation_name,
  action: row.action,
  actionWords: auditWords(row.action),
  subjectKind: row.subject_kind,
  subjectWords: AUDIT_SUBJECTS[row.subject_kind] ?? row.subject_kind,
  subjectId: row.subject_id,
  subjectName: row.subject_kind === 'organisation' ? (names[row.subject_id] ?? null) : null,
  requestId: row.request_id,
  detail: row.detail,
  ...tellDetail(row.detail, names),
  seal: row.seal_seq,
});

/** What the organisations, regions and industries are called that a page speaks of by their codes. */
async function namesIn(db: Db, page: readonly Found[]): Promise<Readonly<Record<string, string>>> {
  const codes = [...new Set(page.flatMap((row) => [row.subject_id, ...codesIn(row.detail)]))];
  if (codes.length === 0) return {};
  const { rows } = await sql<{ code: string; name: string }>`
    with given as (select unnest(${sql.val(codes)}::text[]) as code)
    select o.id as code, o.name from given join organisation o on o.id = given.code
    union all select r.code, r.name from given join region r on r.code = given.code
    union all select i.code, i.name from given join industry i on i.code = given.code`.execute(db);
  return Object.fromEntries(rows.map(({ code, name }) => [code, name]));
}

const CODE = /^[a-z0-9][a-z0-9-]{1,63}$/;
const codesIn = (value: unknown): string[] => {
  if (typeof value === 'string') return CODE.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(codesIn) : [];
};

/** How long the chain is, and its head: whoever keeps the head's digest elsewhere proves later that nothing before it was changed. */
export async function readChain(db: Db): Promise<AuditChain> {
  // Each seal counts the rows up to it; the seals of the first version, which count only their own, are added up until one of the second follows.
  const { rows } = await sql<{ seq: number; sealed_at: Date; digest: string; rows: number }>`
    select seq, sealed_at, encode(digest, 'hex') as digest, coalesce(chain_rows, (select sum(s.rows) from audit_seal s))::float8 as rows
    from audit_seal order by seq desc limit 1`.execute(db);
  const [head] = rows;
  if (!head) return { seals: 0, rows: 0, head: null };
  const { seq, digest } = head;
  return { seals: seq, rows: head.rows, head: { seq, sealedAt: head.sealed_at.toISOString(), digest } };
}

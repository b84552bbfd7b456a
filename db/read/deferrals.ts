import { type RawBuilder, sql } from 'kysely';
import type { DeferralDetail, DeferralSummary, DeferralsPage, DeferralsQuery } from '../../contract/deferrals.ts';
import { daysBetween } from '../../rules/calendar.ts';
import { DEFERRAL_REASONS, DEFERRAL_STATES } from '../../rules/deferral.ts';
import type { Db } from '../connect.ts';
import type { DeferralRow } from '../tables/deferrals.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { idsWith, type Scope } from './scope.ts';

type Row = DeferralRow & { person_name: string; employer_name: string; decider_name: string; sort_key: string };

const selected = sql`
  select d.*, d.requested_at::text as sort_key, p.name as person_name, e.name as employer_name, o.name as decider_name
  from deferral d join person p on p.id = d.person_id join organisation e on e.id = d.employer_id join organisation o on o.id = d.decider_id`;

/** Deferrals of a box, the latest first. */
export async function readDeferrals(
  db: Db,
  scope: Scope,
  { box, limit, after }: Omit<DeferralsQuery, 'after'> & { after: Cursor | null },
  today: string,
): Promise<DeferralsPage> {
  const past = after ? sql`and (d.requested_at, d.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const found = await sql<Row>`${selected}
    where ${inBox(scope, box)} ${past} order by d.requested_at desc, d.id desc limit ${limit + 1}`.execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map((row) => summaryOf(row, today)), next };
}

export const decidingAt = (scope: Scope): string[] => idsWith(scope, ['first-reviewer']);
const seeingAt = (scope: Scope): string[] => idsWith(scope, ['first-reviewer', 'administrator', 'supervisor']);
const revokingAt = (scope: Scope): string[] => idsWith(scope, ['re-reviewer', 'supervisor', 'administrator']);

function inBox(scope: Scope, box: DeferralsQuery['box']): RawBuilder<boolean> {
  if (box === 'mine') return sql<boolean>`d.person_id = ${scope.personId}`;
  if (box === 'deciding') return waitsForDecision(scope);
  return overseen(scope);
}

/** The condition under which the deferral `d` waits for the caller's organisation to decide. */
export const waitsForDecision = (scope: Scope): RawBuilder<boolean> =>
  sql<boolean>`(d.state = 'requested' and d.decider_id = any(${decidingAt(scope)}))`;

const overseen = (scope: Scope): RawBuilder<boolean> =>
  sql<boolean>`(d.decider_id = any(${seeingAt(scope)}) or d.hrss_id = any(${revokingAt(scope)}))`;

/** A deferral for its person, its deciders and the HRSS authority that is told; undefined for everybody else. */
export async function readDeferral(
  db: Db,
  scope: Scope,
  id: string,
  today: string,
): Promise<DeferralDetail | undefined> {
  const { rows } = await sql<Row>`${selected}
    where d.id = ${id} and (d.person_id = ${scope.personId} or ${overseen(scope)})`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const [proofs, events] = await Promise.all([proofsOf(db, id), eventsOf(db, id)]);
  const isOwn = row.person_id === scope.personId;
  const extensionYears = await extensionOf(db, row);
  const mayDecide = !isOwn && decidingAt(scope).includes(row.decider_id);
  const mayRevoke = !isOwn && row.hrss_id !== null && revokingAt(scope).includes(row.hrss_id);
  return {
    ...summaryOf(row, today),
    deciderName: row.decider_name,
    reason: row.reason,
    explanation: row.explanation,
    now: nowOf(row, today),
    proofs,
    events,
    extensionYears,
    may: {
      decide: row.state === 'requested' && mayDecide,
      shorten: row.state === 'granted' && (isOwn || mayDecide),
      revoke: row.state === 'granted' && mayRevoke,
      withdraw: row.state === 'requested' && isOwn,
      extend: row.state === 'expired' && mayDecide && extensionYears === null,
      endExtension: mayDecide && extensionYears !== null,
    },
  };
}

async function extensionOf(db: Db, { person_id, year }: DeferralRow): Promise<number | null> {
  const row = await db
    .selectFrom('title_extension')
    .select('years')
    .where('person_id', '=', person_id)
    .where('year', '=', year)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row?.years ?? null;
}

/** A proof's file, for whoever may see its deferral. */
export async function deferralProof(db: Db, scope: Scope, { id, fileId }: { id: string; fileId: string }) {
  const { rows } = await sql<{ storage_key: string; file_name: string; media_type: string; size_bytes: number }>`
    select f.storage_key, f.file_name, f.media_type, f.size_bytes
    from case_file f join deferral d on d.id = f.case_id
    where f.case_kind = 'deferral' and f.id = ${fileId} and d.id = ${id}
      and (d.person_id = ${scope.personId} or ${overseen(scope)})`.execute(db);
  return rows[0];
}

function summaryOf(row: Row, today: string): DeferralSummary {
  const daysLeft =
    row.state === 'granted' && row.until_on !== null ? Math.max(0, daysBetween(today, row.until_on)) : null;
  return {
    id: row.id,
    year: row.year,
    personName: row.person_name,
    employerName: row.employer_name,
    reasonLabel: DEFERRAL_REASONS[row.reason],
    requestedUntil: row.requested_until,
    until: row.until_on,
    state: row.state,
    stateLabel: DEFERRAL_STATES[row.state],
    daysLeft,
    requestedAt: row.requested_at.toISOString(),
  };
}

function nowOf(row: Row, today: string): string {
  const until = row.until_on ?? '';
  switch (row.state) {
    case 'requested':
      return `正在等待${row.decider_name}出具证明并决定。`;
    case 'granted':
      return `可在${until}（含当日）之前补学并申报，还有 ${Math.max(0, daysBetween(today, until))} 天；到期未完成的，该年度为不合格（第十七条）。`;
    case 'refused':
      return `${row.decider_name}未批准。理由见办理经过；在次年3月31日前可以补充材料后重新申请。`;
    case 'made-up':
      return '该年度学时已补学完成。';
    case 'expired':
      return `已于${until}期满，学时未完成，该年度为不合格（第十七条）。期限内已提交、仍在审核的申报备案后，结论会随之更正。`;
    case 'revoked':
      return '同级人社部门已撤销这次顺延，理由见办理经过。对此有异议的，可以向作出撤销的部门申请复核。';
    case 'withdrawn':
      return '您已撤回这份申请。';
  }
}

async function proofsOf(db: Db, id: string) {
  const rows = await db
    .selectFrom('case_file')
    .select(['id', 'file_name', 'media_type', 'size_bytes', 'sha256', 'uploaded_at'])
    .where('case_kind', '=', 'deferral')
    .where('case_id', '=', id)
    .orderBy('id')
    .execute();
  return rows.map((f) => ({
    id: f.id,
    fileName: f.file_name,
    mediaType: f.media_type,
    sizeBytes: f.size_bytes,
    sha256: f.sha256.toString('hex'),
    uploadedAt: f.uploaded_at.toISOString(),
  }));
}

const EVENTS: Record<string, (detail: Record<string, string | number>) => string> = {
  requested: ({ until }) => `申请顺延至${until}`,
  'proof-added': () => '上传了证明',
  granted: ({ until, explanation }) => `批准顺延至${until}${explanation ? `：${explanation}` : ''}`,
  refused: ({ explanation }) => `不批准：${explanation}`,
  shortened: ({ until, explanation }) => `改为${until}截止：${explanation}`,
  revoked: ({ explanation }) => `撤销顺延：${explanation}`,
  withdrawn: () => '撤回申请',
  'course-assigned': ({ title }) => `选定平台课程“${title}”计入被顺延的年度`,
  'title-extended': ({ years, explanation }) => `登记申报职称的年限延长 ${years} 年：${explanation}`,
  'title-extension-ended': ({ explanation }) => `取消延长年限：${explanation}`,
  'made-up': () => '系统登记：已补学完成（第十七条）',
  expired: () => '系统登记：期满未完成（第十七条）',
  corrected: () => '系统更正：期限内提交的申报已备案，学时完成（第十七条）',
};

async function eventsOf(db: Db, id: string) {
  const rows = await db
    .selectFrom('case_event as v')
    .leftJoin('person as p', 'p.id', 'v.actor_id')
    .leftJoin('organisation as o', 'o.id', 'v.organisation_id')
    .select(['v.at', 'v.kind', 'v.detail', 'p.name as person', 'o.name as organisation'])
    .where('v.case_kind', '=', 'deferral')
    .where('v.case_id', '=', id)
    .orderBy('v.id')
    .execute();
  return rows.map((v) => ({
    at: v.at.toISOString(),
    text: EVENTS[v.kind]?.(v.detail) ?? v.kind,
    by: [v.organisation, v.person].filter(Boolean).join(' ') || '系统',
  }));
}

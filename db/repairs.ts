import { type RawBuilder, sql } from 'kysely';
import type { Outcomes } from '../contract/problems.ts';
import type { RepairEffect, RepairKind, RepairWish } from '../contract/repairs.ts';
import { CHECKED_REPAIRS, repairsFor } from '../contract/repairs.ts';
import type { StuckClass, StuckSubject } from '../contract/stuck.ts';
import { refuse } from './acts/caller.ts';
import { audit } from './acts/trail.ts';
import { again } from './again.ts';
import { accuses } from './complaint-officers.ts';
import type { Db } from './connect.ts';
import { type Mending, mend } from './repairs/mend.ts';
import { changesBetween, pictureOf, toldIn } from './repairs/picture.ts';
import { tracedJob } from './spans.ts';

/**
 * Repairs: what a repair is done to, its dry run, and its carrying out. The dry run is the repair itself in a transaction that is rolled
 * back, so what it shows is what will happen; a repair is only carried out on the subject as it was shown.
 */

export type Subject = {
  findingId: string;
  class: StuckClass;
  kind: StuckSubject;
  subjectId: string;
  claimId: string | null;
  /** Whose year it touches; nobody repairs what is their own. */
  personId: string | null;
  year: number | null;
  version: string;
};

/** What a finding is about, and a word that changes with it; undefined when there is none that is open. */
export async function subjectOf(db: Db, findingId: string): Promise<Subject | undefined> {
  const { rows } = await sql<Subject>`
    select f.id as "findingId", f.class, f.subject_kind as kind, f.subject_id as "subjectId", f.claim_id as "claimId",
      ${CONCERNED} as "personId",
      coalesce(c.year, x.year, case when f.subject_kind = 'person-year' then split_part(f.subject_id, '/', 2)::int end)::int as year,
      ${VERSION} as version
    from stuck_finding f left join claim c on c.id = f.claim_id
    left join certificate x on f.subject_kind = 'certificate' and x.id::text = f.subject_id
    where f.id = ${findingId} and f.resolved_at is null`.execute(db);
  return rows[0];
}

/** Whom the finding `f` with its claim `c` and certificate `x` is about; null where it is about nobody, or an authority. */
export const CONCERNED = sql<string | null>`coalesce(c.person_id, x.person_id, case f.subject_kind
  when 'person-year' then split_part(f.subject_id, '/', 1)::uuid
  when 'sanction' then (select s.person_id from sanction s where s.id = f.subject_id::uuid)
  when 'deferral' then (select d.person_id from deferral d where d.id = f.subject_id::uuid)
  when 'title-order' then (select o.person_id from title_order o where o.id = f.subject_id::uuid) end)`;

/** Whether somebody may learn of the finding `f` at all: not of a case of fraud against them, nor of a complaint about them (Art. 23). */
export const isShownTo = (personId: string): RawBuilder<boolean> => sql<boolean>`(case f.subject_kind
  when 'sanction' then not exists (select from sanction s where s.id = f.subject_id::uuid and s.person_id = ${personId}::uuid)
  when 'complaint' then not exists (select from complaint y where y.id = f.subject_id::uuid and ${accuses(sql`${personId}::uuid`, 'y')})
  else true end)`;

export async function isSeenBy(db: Db, findingId: string, personId: string): Promise<boolean> {
  const { rows } = await sql<{ seen: boolean }>`
    select ${isShownTo(personId)} as seen from stuck_finding f where f.id = ${findingId}`.execute(db);
  return rows[0]?.seen === true;
}

/** Of the finding `f` with its claim `c` and certificate `x`: what must not have changed between the dry run and the repair. */
export const VERSION = sql<string>`left(md5(concat_ws('|', f.class,
  c.act_seq, c.applied_seq, c.stage_seq, c.version, c.state,
  (select string_agg(t.id || t.state || coalesce(t.assignee_id::text, ''), ',' order by t.id) from task t where t.claim_id = c.id),
  (select max(e.id) from ledger_entry e where e.person_id = coalesce(x.person_id, case when f.subject_kind = 'person-year' then split_part(f.subject_id, '/', 1)::uuid end)),
  x.state)), 20)`;

/** The claim's row is the first lock of every act on it; a year's own lock is taken by what recomputes it. */
export async function lockSubject(trx: Db, findingId: string): Promise<Subject | undefined> {
  await sql`
    select 1 from claim where id = (select claim_id from stuck_finding where id = ${findingId}) for no key update`.execute(
    trx,
  );
  await sql`select 1 from stuck_finding where id = ${findingId} for update`.execute(trx);
  return subjectOf(trx, findingId);
}

export const moved = () =>
  refuse('repair-moved', '这个事项在您查看之后已发生变化，没有执行任何处理。', '请刷新后重新演练，核对新的影响。');

class RolledBack extends Error {}

/** What a repair would do; nothing of it is kept. */
export async function dryRun(db: Db, findingId: string, mending: Mending): Promise<Outcomes<RepairEffect>> {
  let effect: Outcomes<RepairEffect> = moved();
  try {
    await db.transaction().execute(async (trx) => {
      const subject = await lockSubject(trx, findingId);
      if (subject) effect = await tried(trx, subject, mending);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return effect;
}

async function tried(trx: Db, subject: Subject, mending: Mending): Promise<Outcomes<RepairEffect>> {
  const before = await pictureOf(trx, subject);
  const follows = await carryOut(trx, subject, mending);
  if (!follows.ok) return follows;
  const after = await pictureOf(trx, subject);
  return {
    ok: true,
    value: {
      kind: mending.kind,
      version: subject.version,
      isChecked: CHECKED_REPAIRS.includes(mending.kind),
      changes: changesBetween(before, after),
      follows: follows.value,
      told: await toldIn(trx),
    },
  };
}

/** @returns what follows by itself, in words */
async function carryOut(trx: Db, subject: Subject, mending: Mending): Promise<Outcomes<string[]>> {
  if (!repairsFor(subject.class, subject.kind).includes(mending.kind))
    return refuse('repair-misfit', '这类事项不能这样处理。', '请从列出的处理方式中选择。');
  return mend(trx, subject, mending);
}

export type Repairing = Mending & { id: string; findingId: string; version: string; confirmedBy: string | null };

/** Carries a repair out on its subject as it was shown; refused, and nothing done, when that has changed meanwhile. */
export async function repairNow(trx: Db, repairing: Repairing): Promise<Outcomes<string[]>> {
  const subject = await lockSubject(trx, repairing.findingId);
  if (subject?.version !== repairing.version) return moved();
  const outcome = await carryOut(trx, subject, repairing);
  if (!outcome.ok) return outcome;
  await trx
    .updateTable('stuck_finding')
    .set({ repaired_at: sql`now()` })
    .where('id', '=', repairing.findingId)
    .execute();
  const { kind, reason, actor, confirmedBy, id } = repairing;
  await audit(trx, actor, {
    action: `repair.${kind}`,
    subjectKind: 'stuck',
    subjectId: repairing.findingId,
    organisationId: 'hrss-420000',
    detail: { repair: id, class: subject.class, claimId: subject.claimId, reason, confirmedBy },
  });
  if (subject.claimId !== null) await recheckSoon(trx, subject.claimId);
  return outcome;
}

/** When its workflow has had time to follow, the claim is compared again. */
const recheckSoon = (trx: Db, claimId: string): Promise<unknown> =>
  sql`
    select graphile_worker.add_job('recheck', ${tracedJob({ claimId })}::json, job_key := ${`recheck:${claimId}`},
                                   run_at := now() + interval '20 seconds')`.execute(trx);

/** Works on a bulk for a while, one repair a transaction: what is done stays done, wherever it is cut short. @returns `again` when there is more */
export async function continueRepairs(
  db: Db,
  bulkId: string,
  { budgetMs = 8_000 }: { budgetMs?: number } = {},
): Promise<'again' | 'ended'> {
  const until = performance.now() + budgetMs;
  while (await again(() => repairNext(db, bulkId))) if (performance.now() >= until) return 'again';
  return 'ended';
}

type Waiting = { id: string; findingId: string; kind: RepairKind; params: Omit<RepairWish, 'kind'>; version: string };
type WaitingRow = Waiting & { reason: string; proposedBy: string; decidedBy: string | null };

/** False when nothing waits any more. A refusal undoes what its repair had begun, not the note of it. */
async function repairNext(db: Db, bulkId: string): Promise<boolean> {
  const waiting = await nextWaiting(db, bulkId);
  if (!waiting) {
    await endBulk(db, bulkId);
    return false;
  }
  await db.transaction().execute(async (trx) => {
    const held = await trx
      .selectFrom('repair')
      .select('id')
      .where('id', '=', waiting.id)
      .where('state', '=', 'waiting')
      .forUpdate()
      .executeTakeFirst();
    if (!held) return;
    const note = await tryWaiting(trx, bulkId, waiting);
    await trx
      .updateTable('repair')
      .set({ state: note === null ? 'done' : 'refused', note })
      .where('id', '=', waiting.id)
      .execute();
  });
  return true;
}

/** @returns why nothing was done, undone to where it began; null when it is done */
async function tryWaiting(trx: Db, bulkId: string, waiting: WaitingRow): Promise<string | null> {
  const { kind, params, reason, proposedBy, decidedBy } = waiting;
  const actor = { personId: proposedBy, requestId: `bulk ${bulkId}` };
  await sql`savepoint one`.execute(trx);
  try {
    const done = await repairNow(trx, { ...params, ...waiting, kind, reason, actor, confirmedBy: decidedBy });
    if (done.ok) return null;
    await sql`rollback to savepoint one`.execute(trx);
    return done.refusal.detail;
  } catch (error) {
    // What the record does not take of this one would not be taken at the next try either, and must not hold up the others.
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!REFUSED_BY_RECORD.test(code)) throw error;
    await sql`rollback to savepoint one`.execute(trx);
    return `数据库不接受这项处理（${code}），没有改变任何内容；请逐项处理。`;
  }
}
/** PostgreSQL's classes for data that does not fit, a constraint, and a trigger's refusal. */
const REFUSED_BY_RECORD = /^(22|23|P0)/;

async function nextWaiting(db: Db, bulkId: string): Promise<WaitingRow | undefined> {
  return db
    .selectFrom('repair')
    .select([
      'id',
      'finding_id as findingId',
      'kind',
      'params',
      'version',
      'reason',
      'proposed_by as proposedBy',
      'decided_by as decidedBy',
    ])
    .where('bulk_id', '=', bulkId)
    .where('state', '=', 'waiting')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

const endBulk = (db: Db, bulkId: string): Promise<unknown> =>
  sql`
    with ended as (
      update repair_bulk set state = 'done', ended_at = now() where id = ${bulkId} and state = 'running' returning id, proposed_by, total)
    insert into audit (actor_id, organisation_id, action, subject_kind, subject_id, detail)
    select proposed_by, 'hrss-420000', 'repair.done', 'repair', id::text, jsonb_build_object('total', total) from ended`.execute(
    db,
  );

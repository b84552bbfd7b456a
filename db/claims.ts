import { sql } from 'kysely';
import { asActivity } from '../contract/declarations.ts';
import type { Position } from '../contract/positions.ts';
import { dayInWords, legalDay } from '../rules/calendar.ts';
import { claimYears } from '../rules/deadlines.ts';
import type { PlanStage } from '../rules/routing.ts';
import type { Act } from '../rules/stages.ts';
import type { StageKind } from '../rules/vocabulary.ts';
import { hoursLeft } from './approvals.ts';
import type { Db } from './connect.ts';
import { declaredBy } from './declared.ts';
import { type FiledYear, filedYear } from './filed.ts';
import { recogniseInYear } from './ledger.ts';
import { remedyOf } from './rejection.ts';
import type { ClaimRow } from './schema.ts';
import { auditedBySystem, declarantTold, lastDayBefore } from './system-trail.ts';

/**
 * How a claim moves. Each function applies one act (claim, sequence): its statement is conditional on `applied_seq = seq - 1`, so a
 * repetition changes nothing and answers where the claim stands. Only the claim's workflow calls these, through its activities.
 */

type ActRef = { claimId: string; seq: number };

/** Where the claim stands and what has not been applied yet. */
export async function loadClaim(db: Db, claimId: string): Promise<Position> {
  const claim = await db
    .selectFrom('claim')
    .select(['state', 'applied_seq', 'act_seq', 'plan'])
    .select(
      sql<number | null>`(extract(epoch from correction_due_at - clock_timestamp()) * 1000)::float8`.as(
        'correction_ms',
      ),
    )
    .where('id', '=', claimId)
    .executeTakeFirstOrThrow(() => new Error(`no claim ${claimId} in the record`));
  if (claim.plan === null) throw new Error(`claim ${claimId} was never submitted`);
  const unapplied = claim.act_seq > claim.applied_seq ? await actsAfter(db, claimId, claim.applied_seq) : [];
  const correctionMs = claim.correction_ms === null ? null : Math.ceil(claim.correction_ms);
  return { state: claim.state, appliedSeq: claim.applied_seq, plan: claim.plan, unapplied, correctionMs };
}

/** The acts after `seq`, as the workflow is rung with them. */
export async function actsAfter(db: Db, claimId: string, seq: number): Promise<Act[]> {
  return db
    .selectFrom('act as a')
    .leftJoin('stage as s', (j) => j.onRef('s.claim_id', '=', 'a.claim_id').onRef('s.seq', '=', 'a.stage_seq'))
    .select(['a.seq', 'a.kind', 'a.outcome'])
    .select(sql<StageKind | null>`coalesce(a.target, s.kind)`.as('stageKind'))
    .where('a.claim_id', '=', claimId)
    .where('a.seq', '>', seq)
    .orderBy('a.seq')
    .execute();
}

/**
 * Opens a stage with all its tasks, each carrying what the inbox shows; a closed unit's goes to its successor. One statement; a claim withdrawn meanwhile opens none.
 * A stage whose plan names no body opens without tasks and waits in the stuck console: it is never approved by default.
 */
export async function openStage(
  db: Db,
  { claimId, seq, stage, dueOn, calendar }: ActRef & { stage: PlanStage; dueOn: string; calendar: string },
): Promise<Position> {
  const tasks = stage.tasks.map((t) => ({ organisation_id: t.organisationId, capacity: t.capacity }));
  const { rows } = await sql<Moved>`
    with c as (
      update claim set state = ${stage.kind}, stage_seq = (select coalesce(max(s.seq), 0) + 1 from stage s where s.claim_id = ${claimId}), applied_seq = ${seq}, correction_due_at = null, updated_at = now()
      where id = ${claimId} and applied_seq = ${seq - 1} and withdrawn_at is null and taken_back_seq < ${seq}
      returning *),
    s as (
      insert into stage (claim_id, seq, kind, version, opened_at, due_on, calendar)
      select id, stage_seq, ${stage.kind}, version, now(), ${dueOn}::date, ${calendar} from c),
    t as (
      insert into task (claim_id, stage_seq, stage_kind, organisation_id, capacity, opened_at, due_on, declarant_id, declarant_name,
                        employer_name, claim_number, year, form, title, claimed_hundredths, version)
      select c.id, c.stage_seq, ${stage.kind}, coalesce(o.id, x.organisation_id),
             case o.kind when 'hrss' then 'hrss' when 'personnel-archive-agency' then 'archive-agency' else x.capacity end, now(), ${dueOn}::date, c.person_id, p.name,
             e.name, c.number, c.year, c.form, c.title, c.claimed_hundredths, c.version
      from c join person p on p.id = c.person_id join organisation e on e.id = c.employer_id
      cross join jsonb_to_recordset(${JSON.stringify(tasks)}::jsonb) as x(organisation_id text, capacity text)
      left join organisation closed on closed.id = x.organisation_id left join organisation o on o.id = closed.successor_id),
    told as (
      insert into timeline (claim_id, at, kind, stage_seq, detail)
      select id, now(), 'stage-opened', stage_seq, ${JSON.stringify({ stage: stage.kind, dueOn })}::jsonb from c),
    ${auditedBySystem({ action: 'claim.stage-opened', article: '14', detail: { stage: stage.kind, dueOn } })}
    select state, applied_seq, act_seq, plan from c`.execute(db);
  return position(rows[0]) ?? skipIfOvertaken(db, { claimId, seq });
}

/** Returned for correction (退回补正): the claim is its declarant's until `dueAt`. */
export async function requestCorrection(
  db: Db,
  { claimId, seq, dueAt }: ActRef & { dueAt: string },
): Promise<Position> {
  const { rows } = await sql<Moved>`
    with c as (
      update claim set state = 'correction', applied_seq = ${seq}, correction_due_at = ${dueAt}, updated_at = now()
      where id = ${claimId} and applied_seq = ${seq - 1} and withdrawn_at is null and taken_back_seq < ${seq}
      returning *),
    told as (
      insert into timeline (claim_id, at, kind, stage_seq, detail)
      select id, now(), 'returned', stage_seq, ${JSON.stringify({ dueAt })}::jsonb from c),
    ${auditedBySystem({ action: 'claim.returned', article: '14', interpretation: 'D-19', detail: { dueAt } })},
    ${declarantTold('claim-returned', { until: lastDayBefore(dueAt) })}
    select state, applied_seq, act_seq, plan from c`.execute(db);
  // Its deadline counts from the database's clock, so it is read back rather than computed here.
  return rows[0] ? loadClaim(db, claimId) : skipIfOvertaken(db, { claimId, seq });
}

/**
 * The correction's last day has ended (D-19). Judged under the claim's lock by the database's clock: a declarant who acted in time has
 * an act recorded, and wins.
 */
export async function expireCorrection(db: Db, claimId: string): Promise<Position> {
  await sql`
    with c as (
      update claim set state = 'expired', act_seq = act_seq + 1, applied_seq = act_seq + 1, correction_due_at = null,
        ended_at = now(), updated_at = now()
      where id = ${claimId} and state = 'correction' and act_seq = applied_seq and correction_due_at <= clock_timestamp()
      returning *),
    done as (
      insert into act (claim_id, seq, kind, at) select id, act_seq, 'correction-expired', now() from c),
    ${auditedBySystem({ action: 'claim.expired', article: '14', interpretation: 'D-19' })},
    ${declarantTold('claim-expired')}
    insert into timeline (claim_id, at, kind) select id, now(), 'expired' from c`.execute(db);
  return loadClaim(db, claimId);
}

/**
 * A settling decision was taken back (收回决定). The act itself reopened its stage and superseded the one it had opened; here the claim
 * follows it there.
 */
export async function reopenStage(db: Db, { claimId, seq }: ActRef): Promise<Position> {
  const { rows } = await sql<Moved>`
    with c as (
      update claim set state = s.kind, stage_seq = s.seq, applied_seq = ${seq}, correction_due_at = null, updated_at = now()
      from act a join stage s on s.claim_id = a.claim_id and s.seq = a.stage_seq
      where claim.id = ${claimId} and claim.applied_seq = ${seq - 1} and a.claim_id = claim.id and a.seq = ${seq}
      returning claim.id, claim.person_id, claim.state, claim.applied_seq, claim.act_seq, claim.plan),
    ${returnTakenBack},
    ${auditedBySystem({ action: 'claim.stage-reopened', article: '14' })}
    select state, applied_seq, act_seq, plan from c`.execute(db);
  return position(rows[0]) ?? loadClaim(db, claimId);
}

/** The declarant was told to correct: that notice says now that there is nothing to do, and they are told so, for a message may have left. */
const returnTakenBack = sql`
  withdrawn as (
    update notice n set read_at = coalesce(n.read_at, now()), detail = n.detail || '{"takenBack": 1}'
    from c where n.person_id = c.person_id and n.kind = 'claim-returned' and n.key = c.id || '/' || (c.applied_seq - 1)
    returning n.person_id, n.detail, c.id, c.applied_seq),
  noticed as (
    insert into notice (person_id, kind, key, detail)
    select person_id, 'claim-return-taken-back', id || '/' || applied_seq, detail - 'until' - 'takenBack' from withdrawn
    on conflict (person_id, kind, key) do nothing)`;

/** Rejected, or withdrawn: the claim is at its end. A rejection states its remedy (复核): to whom, and until which day. */
export async function endClaim(
  db: Db,
  {
    claimId,
    seq,
    state,
    on = legalDay(Date.now()),
  }: ActRef & { state: 'rejected' | 'withdrawn' | 'expired'; on?: string },
): Promise<Position> {
  const remedy = state === 'rejected' ? await remedyOf(db, claimId, on) : undefined;
  const told =
    state === 'rejected'
      ? sql`, told as (
      insert into timeline (claim_id, at, kind, stage_seq, detail)
      select id, now(), 'rejected', stage_seq, ${JSON.stringify(remedy ?? {})}::jsonb from c),
    ${declarantTold('claim-rejected', remedy ? { body: remedy.body, until: dayInWords(remedy.untilOn) } : {})}`
      : sql``;
  const { rows } = await sql<Moved>`
    with c as (
      update claim set state = ${state}, applied_seq = ${seq}, correction_due_at = null, ended_at = now(), updated_at = now()
      where id = ${claimId} and applied_seq = ${seq - 1}
      returning *),
    ${auditedBySystem({ action: `claim.${state}`, article: '14' })}${told}
    select state, applied_seq, act_seq, plan from c`.execute(db);
  return position(rows[0]) ?? loadClaim(db, claimId);
}

/** Filed (备案): the recognised hours enter the ledger of every year the activity is for, in ascending order of the years' locks. */
export async function fileClaim(db: Db, { claimId, seq, on }: ActRef & { on: string }): Promise<Position> {
  await db.transaction().execute(async (trx) => {
    const claim = await trx
      .updateTable('claim')
      .set({ state: 'filed', applied_seq: seq, ended_at: sql`now()`, updated_at: sql`now()` })
      .where('id', '=', claimId)
      .where('applied_seq', '=', seq - 1)
      .returningAll()
      .executeTakeFirst();
    if (!claim) return;
    const activity = asActivity(declaredBy(claim), true);
    const loweredTo = await hoursLeft(trx, { claimId, version: claim.version });
    const years: FiledYear[] = [];
    for (const year of claimYears(activity)) {
      const item = await recogniseInYear(
        trx,
        { personId: claim.person_id, year, on },
        { sourceKind: 'claim', sourceId: claimId, activity, loweredTo, studyArchive: claim.study_archive ?? false },
      );
      if (item) years.push(filedYear(year, item));
    }
    await traceFiling(trx, claim, years);
  });
  return loadClaim(db, claimId);
}

/** A central unit's claim is a record at the province for information (D-16). */
async function traceFiling(trx: Db, { id, plan }: ClaimRow, years: FiledYear[]): Promise<void> {
  const forInformation = plan?.recordForInformation ?? false;
  const reading = forInformation ? ({ interpretation: 'D-16' } as const) : {};
  await sql`
    with c as (select * from claim where id = ${id}),
    ${auditedBySystem({ action: 'claim.filed', article: '14', ...reading, detail: { forInformation } })},
    ${declarantTold('claim-filed')}
    insert into timeline (claim_id, at, kind, detail)
    select id, clock_timestamp(), 'filed', ${JSON.stringify({ forInformation, years })}::jsonb from c`.execute(trx);
}

type Moved = Pick<ClaimRow, 'state' | 'applied_seq' | 'act_seq' | 'plan'>;

/** The position after a statement that moved the claim; null when it moved nothing, or when more acts wait to be read. */
function position(row: Moved | undefined): Position | null {
  if (!row?.plan || row.act_seq > row.applied_seq) return null;
  return { state: row.state, appliedSeq: row.applied_seq, plan: row.plan, unapplied: [], correctionMs: null };
}

/**
 * Nothing moved: the act had been applied; or it has nothing left to do, for the declarant withdrew first or it was taken back. What is
 * unapplied before the last act taken back was taken back too; the claim's own column says it, for a statement that waited for the
 * claim's lock sees its row anew and other tables as they were.
 */
async function skipIfOvertaken(db: Db, { claimId, seq }: ActRef): Promise<Position> {
  await db
    .updateTable('claim')
    .set({ applied_seq: seq })
    .where('id', '=', claimId)
    .where('applied_seq', '=', seq - 1)
    .where((eb) => eb.or([eb('withdrawn_at', 'is not', null), eb('taken_back_seq', '>=', seq)]))
    .execute();
  return loadClaim(db, claimId);
}

import { sql } from 'kysely';
import type { AuditAction } from '../../contract/audit.ts';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import type { Outcomes } from '../../contract/problems.ts';
import {
  bulkRepairsOf,
  CHECKED_REPAIRS,
  CLAIM_REPAIRS,
  REPAIRS,
  type RepairEffect,
  type RepairKind,
  type RepairWish,
} from '../../contract/repairs.ts';
import type { StuckClass } from '../../contract/stuck.ts';
import { again } from '../again.ts';
import { legalToday } from '../clock.ts';
import type { Db } from '../connect.ts';
import {
  CONCERNED,
  dryRun,
  isSeenBy,
  isShownTo,
  moved,
  type Repairing,
  repairNow,
  type Subject,
  subjectOf,
  VERSION,
} from '../repairs.ts';
import { tracedJob } from '../spans.ts';
import type { RepairRow } from '../tables/repairs.ts';
import { type Caller, isProvinceAdministrator, notFound, provinceOnly, refuse } from './caller.ts';
import { constraintOf } from './people.ts';
import { audit } from './trail.ts';

/** What administrators of the province do about what does not move: try a repair, do it or propose it, confirm another's; alone or many at once. */

type Asked = RepairWish & { findingId: string; reason: string; version: string; requestKey: string };
type Known = { id: string };

/** The effect of a repair; nothing is written. */
export async function tryRepair(
  db: Db,
  caller: Caller,
  { findingId, ...wish }: RepairWish & { findingId: string },
): Promise<Outcomes<RepairEffect>> {
  const barred = await whyNot(db, caller, findingId);
  return barred ?? dryRun(db, findingId, { ...wish, reason: '演练', actor: caller });
}

/** Does a repair, or proposes it where it changes a result. With a key seen before the same repair is answered. */
export async function repair(db: Db, caller: Caller, asked: Asked): Promise<Outcomes<Known>> {
  const { findingId, requestKey } = asked;
  const before = isProvinceAdministrator(caller) ? await ofKey(db, caller, requestKey) : undefined;
  if (before) return { ok: true, value: before };
  const tried = await tryRepair(db, caller, wishOf({ ...asked, findingId }));
  if (!tried.ok) return tried;
  if (tried.value.version !== asked.version) return moved();
  try {
    return await again(() => once(db, (trx) => begin(trx, caller, asked, tried.value)));
  } catch (error) {
    const constraint = constraintOf(error);
    if (constraint === 'repair_one_open') return alreadyOpen();
    const same = constraint === 'repair_proposed_by_request_key_key' ? await ofKey(db, caller, requestKey) : undefined;
    if (same) return { ok: true, value: same };
    throw error;
  }
}

async function begin(trx: Db, caller: Caller, asked: Asked, effect: RepairEffect): Promise<Outcomes<Known>> {
  const { kind, findingId, reason, version, requestKey } = asked;
  const params = paramsOf(asked);
  const { id } = await trx
    .insertInto('repair')
    .values({
      finding_id: findingId,
      bulk_id: null,
      kind,
      params: JSON.stringify(params),
      version,
      reason,
      effect: JSON.stringify(effect),
      state: effect.isChecked ? 'proposed' : 'done',
      note: null,
      proposed_by: caller.personId,
      decided_by: null,
      request_key: requestKey,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (!effect.isChecked) {
    const done = await repairNow(trx, {
      ...params,
      kind,
      reason,
      version,
      findingId,
      id,
      actor: caller,
      confirmedBy: null,
    });
    return done.ok ? { ok: true, value: { id } } : done;
  }
  await trail(trx, caller, 'repair.proposed', id, { kind, findingId, reason });
  await tellOthers(trx, caller, { id, what: REPAIRS[kind] });
  return { ok: true, value: { id } };
}

/** Another administrator confirms a proposed repair, and it is done; or sends it back with a note. */
export async function answerRepair(
  db: Db,
  caller: Caller,
  { id, confirms, note }: { id: string; confirms: boolean; note: string },
): Promise<Outcomes<Known>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  return again(() =>
    once(db, async (trx) => {
      const held = await trx.selectFrom('repair').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      if (!held || held.bulk_id !== null) return notFound('项处理');
      if (held.state !== 'proposed') return refuse('repair-moved', '这项处理已经办结。', '请刷新查看。');
      if (held.proposed_by === caller.personId && confirms) return another();
      const barred = confirms ? await whyNot(trx, caller, held.finding_id) : null;
      if (barred) return barred;
      const by = held.proposed_by === caller.personId ? {} : { decided_by: caller.personId, decided_at: new Date() };
      await trx
        .updateTable('repair')
        .set({ ...by, state: confirms ? 'done' : 'refused', note: note === '' ? null : note })
        .where('id', '=', id)
        .execute();
      if (confirms) {
        const done = await repairNow(trx, repairingOf(held, caller));
        if (!done.ok) return done;
      }
      await trail(trx, caller, confirms ? 'repair.confirmed' : 'repair.refused', id, { kind: held.kind, note });
      return { ok: true, value: { id } };
    }),
  );
}

const repairingOf = (row: RepairRow, caller: Caller): Repairing => ({
  ...row.params,
  id: row.id,
  kind: row.kind,
  findingId: row.finding_id,
  version: row.version,
  reason: row.reason,
  actor: { personId: row.proposed_by, requestId: caller.requestId },
  confirmedBy: caller.personId,
});

type AskedOfAll = {
  class: StuckClass;
  kind: RepairKind;
  reason: string;
  olderThanHours?: number | undefined;
  expected: number;
  requestKey: string;
};

/** The same repair of all that match: each with its version as it is now; carried out by a job, one after the other. */
export async function repairAll(db: Db, caller: Caller, asked: AskedOfAll): Promise<Outcomes<Known>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  if (!bulkRepairsOf(asked.class).includes(asked.kind))
    return refuse('repair-misfit', '这类事项不能这样批量处理。', '请逐项处理。');
  const known = await bulkOfKey(db, caller, asked.requestKey);
  if (known) return { ok: true, value: known };
  try {
    return await once(db, (trx) => beginAll(trx, caller, asked));
  } catch (error) {
    const constraint = constraintOf(error);
    if (constraint === 'repair_one_open') return alreadyOpen();
    // The same request, sent twice at once: the other has begun it.
    const same =
      constraint === 'repair_bulk_proposed_by_request_key_key'
        ? await bulkOfKey(db, caller, asked.requestKey)
        : undefined;
    if (same) return { ok: true, value: same };
    throw error;
  }
}

const bulkOfKey = (db: Db, caller: Caller, requestKey: string): Promise<Known | undefined> =>
  db
    .selectFrom('repair_bulk')
    .select('id')
    .where('proposed_by', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();

async function beginAll(trx: Db, caller: Caller, asked: AskedOfAll): Promise<Outcomes<Known>> {
  const { kind, reason, expected, olderThanHours = 0, requestKey } = asked;
  const isChecked = CHECKED_REPAIRS.includes(kind);
  const { id } = await trx
    .insertInto('repair_bulk')
    .values({
      class: asked.class,
      kind,
      reason,
      state: isChecked ? 'proposed' : 'running',
      total: expected,
      proposed_by: caller.personId,
      decided_by: null,
      request_key: requestKey,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { rows } = await sql`
    insert into repair (finding_id, bulk_id, kind, version, reason, state, proposed_by)
    select f.id, ${id}, ${kind}, ${VERSION}, ${reason}, ${isChecked ? 'proposed' : 'waiting'}, ${caller.personId}
    from stuck_finding f left join claim c on c.id = f.claim_id
    left join certificate x on f.subject_kind = 'certificate' and x.id::text = f.subject_id
    where f.resolved_at is null and f.repaired_at is null and f.class = ${asked.class}
      and f.first_seen_at <= now() - make_interval(hours => ${olderThanHours}::int)
      and not exists (select from repair r where r.finding_id = f.id and r.state in ('proposed', 'waiting'))
      and ${CONCERNED} is distinct from ${caller.personId}::uuid and ${isShownTo(caller.personId)}
      and (f.subject_kind = 'claim' or not ${CLAIM_REPAIRS.includes(kind)}::boolean)
    order by f.id returning id`.execute(trx);
  if (rows.length !== expected)
    return refuse(
      'repair-moved',
      `符合条件的事项现在有 ${rows.length} 项，与您看到的 ${expected} 项不同。`,
      '请刷新后重新确认数量。',
      {
        more: { count: rows.length },
      },
    );
  await trail(trx, caller, 'repair.proposed', id, { kind, class: asked.class, total: expected, reason });
  if (isChecked) await tellOthers(trx, caller, { id, what: `${REPAIRS[kind]}（${expected} 项）` });
  else await queue(trx, id);
  return { ok: true, value: { id } };
}

/** Another administrator confirms a bulk, and its job begins; or sends it back. */
export async function answerRepairBulk(
  db: Db,
  caller: Caller,
  { id, confirms, note }: { id: string; confirms: boolean; note: string },
): Promise<Outcomes<Known>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  return once(db, async (trx) => {
    const held = await trx.selectFrom('repair_bulk').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!held) return notFound('次批量处理');
    if (held.state !== 'proposed') return refuse('repair-moved', '这次批量处理已经答复。', '请刷新查看。');
    const isOwn = held.proposed_by === caller.personId;
    if (isOwn && confirms) return another();
    const by = isOwn ? {} : { decided_by: caller.personId, decided_at: new Date() };
    await trx
      .updateTable('repair_bulk')
      .set({ ...by, state: confirms ? 'running' : 'refused' })
      .where('id', '=', id)
      .execute();
    await trx
      .updateTable('repair')
      .set({ ...by, state: confirms ? 'waiting' : 'refused', note: note === '' ? null : note })
      .where('bulk_id', '=', id)
      .execute();
    if (confirms) await leaveOutOwn(trx, id, caller.personId);
    await trail(trx, caller, confirms ? 'repair.confirmed' : 'repair.refused', id, { kind: held.kind, note });
    if (confirms) await queue(trx, id);
    return { ok: true, value: { id } };
  });
}

/** Nobody confirms what is their own: those of a bulk stay undone, for another pair of administrators. */
const leaveOutOwn = (trx: Db, bulkId: string, personId: string): Promise<unknown> =>
  sql`
    update repair r set state = 'refused', note = '涉及确认人本人，没有执行；请由其他两名管理员另行办理。'
    from stuck_finding f left join claim c on c.id = f.claim_id
    left join certificate x on f.subject_kind = 'certificate' and x.id::text = f.subject_id
    where r.bulk_id = ${bulkId} and r.state = 'waiting' and f.id = r.finding_id and ${CONCERNED} = ${personId}::uuid`.execute(
    trx,
  );

const queue = (trx: Db, bulkId: string): Promise<unknown> =>
  sql`select graphile_worker.add_job('repair', ${tracedJob({ bulkId })}::json, job_key := ${`repair:${bulkId}`})`.execute(
    trx,
  );

/** Compares everything that can stop a claim now, not at the next hour. */
export async function reconcileNow(db: Db, caller: Caller): Promise<Outcomes<{ asked: true }>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  await sql`select graphile_worker.add_job('reconcile', ${tracedJob({ depth: 'quick' })}::json, job_key := 'reconcile:quick')`.execute(
    db,
  );
  await trail(db, caller, 'stuck.started', 'quick', {});
  return { ok: true, value: { asked: true } };
}

/** Nobody repairs what is their own; a stranger's finding is not there. */
async function whyNot(db: Db, caller: Caller, findingId: string): Promise<{ ok: false; refusal: Refused } | null> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  const subject: Subject | undefined = await subjectOf(db, findingId);
  if (!subject || !(await isSeenBy(db, findingId, caller.personId))) return notFound('个事项');
  return subject.personId === caller.personId
    ? refuse('own-claim', '不能处理涉及本人的事项。', '请由其他管理员办理。')
    : null;
}
type Refused = ReturnType<typeof refuse>['refusal'];

class Undone extends Error {
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** One transaction, of which nothing stays when it is refused in the end. */
async function once<T>(db: Db, work: (trx: Db) => Promise<Outcomes<T>>): Promise<Outcomes<T>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const outcome = await work(trx);
      if (!outcome.ok) throw new Undone(outcome.refusal);
      return outcome;
    });
  } catch (error) {
    if (error instanceof Undone) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

const ofKey = (db: Db, caller: Caller, requestKey: string): Promise<Known | undefined> =>
  db
    .selectFrom('repair')
    .select('id')
    .where('proposed_by', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();

const paramsOf = ({ toStage, toPersonId }: RepairWish): Omit<RepairWish, 'kind'> => ({
  ...(toStage === undefined ? {} : { toStage }),
  ...(toPersonId === undefined ? {} : { toPersonId }),
});
const wishOf = (asked: RepairWish & { findingId: string }) => ({
  ...paramsOf(asked),
  kind: asked.kind,
  findingId: asked.findingId,
});

const another = () => refuse('second-officer', '不能确认本人提出的处理。', '请由另一名省人社厅系统管理员确认。');
const alreadyOpen = () =>
  refuse('repair-open', '这个事项已有一项处理在等待确认或执行。', '请先在“待确认的处理”中办结。');

const trail = (trx: Db, caller: Caller, action: AuditAction, id: string, detail: AuditFacts): Promise<void> =>
  audit(trx, caller, { action, subjectKind: 'repair', subjectId: id, organisationId: 'hrss-420000', detail });

async function tellOthers(trx: Db, caller: Caller, { id, what }: { id: string; what: string }): Promise<void> {
  await sql`
    insert into notice (person_id, kind, key, detail)
    select distinct h.person_id, 'repair-to-confirm', ${id}::text, ${JSON.stringify({ what, path: '/admin/stuck?view=confirm' })}::jsonb
    from role_holding h
    where h.organisation_id = 'hrss-420000' and h.role = 'administrator' and h.person_id <> ${caller.personId}::uuid
      and h.from_on <= ${legalToday} and (h.until_on is null or h.until_on > ${legalToday})
    on conflict do nothing`.execute(trx);
}

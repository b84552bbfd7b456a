import { type RawBuilder, sql } from 'kysely';
import type { AuditAction } from '../../contract/audit.ts';
import type { MergeState, NewMerge } from '../../contract/merges.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { again } from '../again.ts';
import type { Db } from '../connect.ts';
import { mergeBlockers, pairOf } from '../read/merges.ts';
import { type Caller, isProvinceAdministrator, notFound, provinceOnly, refuse } from './caller.ts';
import { moveYears, type Two } from './merge-years.ts';
import { tell } from './notices.ts';
import { constraintOf } from './people.ts';
import { audit } from './trail.ts';

/**
 * 人员合并: two registrations of one person become one again. An administrator of the provincial HRSS department proposes it, another
 * confirms it; the same to undo it. Neither may be one of the two. Claims, tasks and decisions stay tied to who declared them.
 */

type Done = { id: string; state: MergeState };

/** Proposes a merge. Sent again with the same key it answers the same. */
export async function proposeMerge(
  db: Db,
  caller: Caller,
  { requestKey, ...given }: NewMerge & { requestKey: string },
): Promise<Outcomes<Done>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  const pair = await pairOf(db, given);
  if (!pair.ok) return pair;
  const two = pair.value;
  try {
    return await db.transaction().execute(async (trx) => {
      const before = await trx
        .selectFrom('person_merge')
        .select(['id', 'state', 'kept_id', 'absorbed_id'])
        .where('proposed_by', '=', caller.personId)
        .where('request_key', '=', requestKey)
        .executeTakeFirst();
      if (before) {
        return before.kept_id === two.keptId && before.absorbed_id === two.absorbedId
          ? { ok: true, value: { id: before.id, state: before.state } }
          : keyReused();
      }
      const barred = isOneOf(caller, two) ? own() : await whyBlocked(trx, two);
      if (barred) return barred;
      const row = { kept_id: two.keptId, absorbed_id: two.absorbedId, reason: given.reason };
      const { id } = await trx
        .insertInto('person_merge')
        .values({ ...row, proposed_by: caller.personId, request_key: requestKey })
        .returning('id')
        .executeTakeFirstOrThrow();
      await trail(trx, caller, { action: 'merge.proposed', id, two });
      return { ok: true, value: { id, state: 'proposed' } };
    });
  } catch (error) {
    if (constraintOf(error) === 'person_merge_absorbed') return blocked();
    if (constraintOf(error) === 'person_merge_proposed_by_request_key_key') return keyReused();
    throw error;
  }
}

/** Confirms what another administrator proposed: the merge, or its undoing. Everything in one transaction. */
export async function confirmMerge(
  db: Db,
  caller: Caller,
  { id, today }: { id: string; today: string },
): Promise<Outcomes<Done>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  return again(() =>
    db.transaction().execute(async (trx) => {
      const merge = await lockMerge(trx, id);
      if (!merge) return notFound('项合并');
      const two = { keptId: merge.kept_id, absorbedId: merge.absorbed_id };
      if (isOneOf(caller, two)) return own();
      if (merge.state !== 'proposed' && merge.state !== 'undo-proposed') return stateChanged();
      if (caller.personId === (merge.state === 'proposed' ? merge.proposed_by : merge.undo_by)) return another();
      await lockPersons(trx, two);
      return merge.state === 'proposed'
        ? carryOut(trx, caller, { id, two, today })
        : takeBack(trx, caller, { id, two, today });
    }),
  );
}

type Work = { id: string; two: Two; today: string };

async function carryOut(trx: Db, caller: Caller, { id, two, today }: Work): Promise<Outcomes<Done>> {
  const barred = await whyBlocked(trx, two, id);
  if (barred) return barred;
  const affiliations = await endAffiliations(trx, two.absorbedId, today);
  const { rows } = await sql<{ disabled: boolean }>`
    with ended as (delete from session where person_id = ${two.absorbedId}),
    before as (select disabled_at from account where person_id = ${two.absorbedId}),
    closed as (update account set disabled_at = coalesce(disabled_at, now()) where person_id = ${two.absorbedId})
    select disabled_at is not null as disabled from before`.execute(trx);
  await sql`
    update person_merge set state = 'in-force', confirmed_by = ${caller.personId}, confirmed_at = now(),
      affiliations = ${JSON.stringify(affiliations)}::jsonb, account_disabled = ${rows[0]?.disabled ?? false}
    where id = ${id}`.execute(trx);
  const sources = await moveYears(trx, { mergeId: id, two, on: today, way: 'there' });
  await trail(trx, caller, { action: 'merge.confirmed', id, two, sources });
  await tellBoth(trx, two, 'merge-done', id);
  return { ok: true, value: { id, state: 'in-force' } };
}

async function takeBack(trx: Db, caller: Caller, { id, two, today }: Work): Promise<Outcomes<Done>> {
  if (await hasCaseOnBoth(trx, two)) return caseOnBoth();
  const sources = await moveYears(trx, { mergeId: id, two, on: today, way: 'back' });
  await sql`
    update account set disabled_at = null
    where person_id = ${two.absorbedId} and not (select account_disabled from person_merge where id = ${id})`.execute(
    trx,
  );
  await giveBackAffiliations(trx, id);
  await sql`
    update person_merge set state = 'undone', undone_by = ${caller.personId}, undone_at = now() where id = ${id}`.execute(
    trx,
  );
  await trail(trx, caller, { action: 'merge.undone', id, two, sources });
  await tellBoth(trx, two, 'merge-undone', id);
  return { ok: true, value: { id, state: 'undone' } };
}

/** The absorbed person's last day anywhere is yesterday; what would begin today or later never does. */
async function endAffiliations(trx: Db, personId: string, today: string): Promise<unknown[]> {
  const open = sql`person_id = ${personId} and (until_on is null or until_on > ${today}::date)`;
  const { rows } = await sql<{ was: unknown }>`select to_jsonb(a) as was from affiliation a where ${open}`.execute(trx);
  await sql`delete from affiliation where ${open} and from_on >= ${today}::date`.execute(trx);
  await sql`update affiliation set until_on = ${today}::date where ${open}`.execute(trx);
  return rows.map((row) => row.was);
}

/** As they were before the merge; a unit that has closed since keeps the end it has. */
async function giveBackAffiliations(trx: Db, id: string): Promise<void> {
  const kept = sql`person_merge m, jsonb_populate_recordset(null::affiliation, m.affiliations) as was`;
  await sql`
    delete from affiliation a using ${kept} where m.id = ${id} and a.id = was.id`.execute(trx);
  await sql`
    insert into affiliation select (was).* from (select was from ${kept} where m.id = ${id}) x`.execute(trx);
  await sql`
    update affiliation a set until_on = o.closed_on from ${kept}, organisation o
    where m.id = ${id} and a.id = was.id and o.id = a.employer_id and o.closed_on > a.from_on
      and (a.until_on is null or a.until_on > o.closed_on)`.execute(trx);
}

/** Proposes to undo a merge; another administrator confirms. */
export async function undoMerge(
  db: Db,
  caller: Caller,
  { id, reason }: { id: string; reason: string },
): Promise<Outcomes<Done>> {
  return change(db, caller, id, { from: ['in-force'], action: 'merge.undo-proposed' }, () => ({
    state: 'undo-proposed',
    set: sql`undo_reason = ${reason}, undo_by = ${caller.personId}, undo_at = now()`,
  }));
}

/** Takes back a proposal that nobody has confirmed: of a merge, or of its undoing. */
export async function withdrawMerge(db: Db, caller: Caller, id: string): Promise<Outcomes<Done>> {
  const before = { from: ['proposed', 'undo-proposed'], action: 'merge.withdrawn' } as const;
  return change(db, caller, id, before, (state) => ({
    state: state === 'proposed' ? 'withdrawn' : 'in-force',
    set: sql`undo_reason = null, undo_by = null, undo_at = null`,
  }));
}

type Change = { state: MergeState; set: RawBuilder<unknown> };

function change(
  db: Db,
  caller: Caller,
  id: string,
  { from, action }: { from: readonly MergeState[]; action: AuditAction },
  to: (state: MergeState) => Change,
): Promise<Outcomes<Done>> {
  if (!isProvinceAdministrator(caller)) return Promise.resolve(provinceOnly());
  return db.transaction().execute(async (trx): Promise<Outcomes<Done>> => {
    const merge = await lockMerge(trx, id);
    if (!merge) return notFound('项合并');
    const two = { keptId: merge.kept_id, absorbedId: merge.absorbed_id };
    if (isOneOf(caller, two)) return own();
    if (!from.includes(merge.state)) return stateChanged();
    const { state, set } = to(merge.state);
    await sql`update person_merge set state = ${state}, ${set} where id = ${id}`.execute(trx);
    await trail(trx, caller, { action, id, two });
    return { ok: true, value: { id, state } };
  });
}

const lockMerge = (trx: Db, id: string) =>
  trx.selectFrom('person_merge').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

/** Both, in the order of their ids: who submits a claim or joins another merge of one of them waits. */
const lockPersons = (trx: Db, { keptId, absorbedId }: Two) =>
  trx
    .selectFrom('person')
    .select('id')
    .where('id', 'in', [keptId, absorbedId])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();

const isOneOf = (caller: Caller, { keptId, absorbedId }: Two): boolean =>
  caller.personId === keptId || caller.personId === absorbedId;

async function whyBlocked(trx: Db, two: Two, id?: string) {
  const [first] = await mergeBlockers(trx, two, id);
  return first ? blocked(`${first.text}。`) : null;
}

/** Whether a case of fraud of the kept person rests on what the absorbed one declared: apart, its hours would be back on a year that nobody cancelled. */
async function hasCaseOnBoth(trx: Db, { keptId, absorbedId }: Two): Promise<boolean> {
  const row = await trx
    .selectFrom('sanction as s')
    .innerJoin('sanction_claim as sc', 'sc.sanction_id', 's.id')
    .innerJoin('claim as c', 'c.id', 'sc.claim_id')
    .select('s.id')
    .where('s.person_id', '=', keptId)
    .where('c.person_id', '=', absorbedId)
    .where('s.state', 'not in', ['dismissed', 'lifted'])
    .executeTakeFirst();
  return row !== undefined;
}

const caseOnBoth = () =>
  refuse(
    'merge-blocked',
    '合并后的弄虚作假案件涉及停用登记的申报，撤销合并会使已取消的学时恢复。',
    '请先由办案机构撤销处理或不予处理，再撤销合并。',
    { provision: '21' },
  );

const blocked = (detail = '其中一条登记已在另一项合并中。') =>
  refuse('merge-blocked', detail, '处理后再提出或确认合并；试算列出了全部事项。');
const own = () => refuse('merge-own', '不能办理涉及本人的合并。', '请由其他管理员办理。');
const another = () =>
  refuse('merge-same-administrator', '提出人不能自己确认。', '请由省人社厅另一名系统管理员核对后确认。');
const stateChanged = () => refuse('merge-state', '这项合并的状态已变化。', '请刷新页面查看最新状态。');
const keyReused = () => refuse('request-key-reused', '这个请求编号已用于另一项合并。', '请刷新页面后重新提出。');

const trail = (
  trx: Db,
  caller: Caller,
  { action, id, two, sources }: { action: AuditAction; id: string; two: Two; sources?: number },
) =>
  audit(trx, caller, {
    action,
    subjectKind: 'merge',
    subjectId: id,
    organisationId: 'hrss-420000',
    detail: { ...two, ...(sources !== undefined && { sources }) },
  });

const tellBoth = (trx: Db, { keptId, absorbedId }: Two, kind: 'merge-done' | 'merge-undone', key: string) =>
  tell(
    trx,
    [keptId, absorbedId].map((personId) => ({ personId, kind, key })),
  );

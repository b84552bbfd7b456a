import { sql } from 'kysely';
import type { AuditAction } from '../../contract/audit.ts';
import type { MoveAnswer, MoveSide, MoveState, OwnMove, UnitMove } from '../../contract/moves.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { addDays, compareDays } from '../../rules/calendar.ts';
import { authorityAnswersFrom } from '../../rules/moves.ts';
import type { Db } from '../connect.ts';
import { type Caller, managesUnit, notFound, refuse } from './caller.ts';
import { absorbed, isOfAbsorbed } from './conflicts.ts';
import { tell } from './notices.ts';
import { constraintOf, hostedAt, insertAffiliation, openOrganisation, type Placement } from './people.ts';
import { administersPlace } from './places.ts';
import { unlessProbing } from './probing.ts';
import { auditCte } from './trail.ts';

/**
 * 调动: asked for by the new unit or the person, done once the person and both units agree. For a hosted person the agency is the unit.
 * Open claims stay with their routing; a claim submitted from the day on takes the new one.
 */

type Asked = { id: string; state: MoveState; effectiveOn: string | null };
type Wanted = {
  personId: string;
  to: Placement;
  fromOn: string;
  side: 'person' | 'new-unit';
  requestKey: string;
  today: string;
};

/** The new unit asks for a person it names by name and ID number; who does not fit both is unknown to it. */
export async function requestMove(db: Db, caller: Caller, asked: UnitRequest): Promise<Outcomes<Asked>> {
  const { organisationId } = asked;
  if (!managesUnit(caller, organisationId)) return notFound('家机构');
  return unlessProbing(db, caller, { organisationId, telling: ['person-unknown'] }, () =>
    requestFor(db, caller, asked),
  );
}

type UnitRequest = UnitMove & { organisationId: string; requestKey: string; today: string };

function requestFor(db: Db, caller: Caller, asked: UnitRequest): Promise<Outcomes<Asked>> {
  const { organisationId, name, idNumber, employerId } = asked;
  return inTransaction(db, caller, asked.requestKey, async (trx) => {
    const organisation = await openOrganisation(trx, organisationId);
    if (!organisation.ok) return organisation;
    const { kind } = organisation.value;
    if (kind !== 'employer' && kind !== 'personnel-archive-agency') return notFound('家单位');
    const to: Outcomes<Placement> =
      kind === 'employer'
        ? { ok: true, value: { employerId: organisationId, agencyId: null } }
        : await hostedAt(trx, organisationId, employerId);
    if (!to.ok) return to;
    const person = await trx
      .selectFrom('person_identity')
      .select('person_id as id')
      .where('id_number', '=', idNumber)
      .where('name', '=', name)
      .executeTakeFirst();
    if (!person) {
      await noteUnknown(trx, caller, organisationId);
      return refuse(
        'person-unknown',
        '没有找到姓名与身份证号码一致的已登记人员。',
        '请核对后重试；尚未登记的人员可直接登记。',
      );
    }
    if (person.id === caller.personId)
      return refuse(
        'forbidden',
        '不能代表单位办理本人的调动。',
        '请在“任职与密码”中由本人提出，由单位其他管理员答复。',
        {
          provision: '23',
        },
      );
    return open(trx, caller, { ...asked, personId: person.id, to: to.value, side: 'new-unit' });
  });
}

/** That somebody asked is in the trail, whom they asked for is not. */
async function noteUnknown(trx: Db, caller: Caller, organisationId: string): Promise<void> {
  const entry = {
    action: 'person.unknown',
    subjectKind: 'organisation',
    subjectId: organisationId,
    organisationId,
  } as const;
  await sql`with ${auditCte(caller, entry)} select 1`.execute(trx);
}

/** The person asks, naming the unit they go to. */
export const requestOwnMove = (
  db: Db,
  caller: Caller,
  asked: OwnMove & { requestKey: string; today: string },
): Promise<Outcomes<Asked>> =>
  inTransaction(db, caller, asked.requestKey, async (trx) => {
    const employer = await openOrganisation(trx, asked.toEmployerId);
    const agency = asked.toAgencyId === null ? null : await openOrganisation(trx, asked.toAgencyId);
    if (!employer.ok || employer.value.kind !== 'employer') return notFound('家用人单位');
    if (agency && (!agency.ok || agency.value.kind !== 'personnel-archive-agency'))
      return notFound('家档案管理服务机构');
    const to = { employerId: asked.toEmployerId, agencyId: asked.toAgencyId };
    return open(trx, caller, { ...asked, personId: caller.personId, to, side: 'person' });
  });

async function inTransaction(
  db: Db,
  caller: Caller,
  requestKey: string,
  work: (trx: Db) => Promise<Outcomes<Asked>>,
): Promise<Outcomes<Asked>> {
  try {
    return await db.transaction().execute(async (trx) => {
      const before = await trx
        .selectFrom('move')
        .select(['id', 'state', 'effective_on as effectiveOn'])
        .where('requested_by', '=', caller.personId)
        .where('request_key', '=', requestKey)
        .executeTakeFirst();
      return before ? { ok: true, value: before } : work(trx);
    });
  } catch (error) {
    if (error instanceof MoveRefused) return { ok: false, refusal: error.refusal };
    if (isOfAbsorbed(error)) return absorbed();
    if (constraintOf(error) !== 'move_one_open') throw error;
    return refuse('move-open', '该人员已有一次调动正在办理。', '请等待其办结，或由提出的一方撤回后再提出。');
  }
}

const FARTHEST_DAYS = 92;

async function open(trx: Db, caller: Caller, wanted: Wanted): Promise<Outcomes<Asked>> {
  const { personId, to, fromOn, side, today } = wanted;
  if (fromOn < today || fromOn > addDays(today, FARTHEST_DAYS))
    return refuse('move-day', '生效日期应在今天起三个月以内。', '请填写今天或以后的日期。', {
      fields: [{ path: 'fromOn', message: '今天起三个月以内' }],
    });
  const from = await currentPlace(trx, personId, fromOn);
  if (from?.employer_id === to.employerId && from.archive_agency_id === to.agencyId)
    return refuse('move-same-place', '该人员已在这家单位，无需调动。', '请核对单位。');
  const made = await trx
    .insertInto('move')
    .values({
      person_id: personId,
      from_employer_id: from?.employer_id ?? null,
      from_agency_id: from?.archive_agency_id ?? null,
      to_employer_id: to.employerId,
      to_agency_id: to.agencyId,
      from_on: fromOn,
      requested_by: caller.personId,
      requested_side: side,
      request_key: wanted.requestKey,
      authority_from_on: authorityAnswersFrom(today),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await audit(trx, caller, 'move.requested', made);
  await tell(trx, await noticesFor(trx, made, 'move-requested', today));
  return settle(trx, caller, made, { side, accepts: true, reason: '', today, organisationId: bodyOf(made, side) });
}

const currentPlace = (trx: Db, personId: string, on: string) =>
  trx
    .selectFrom('affiliation')
    .select(['id', 'employer_id', 'archive_agency_id', 'from_on', 'until_on'])
    .where('person_id', '=', personId)
    .where('from_on', '<=', on)
    .where((eb) => eb.or([eb('until_on', 'is', null), eb('until_on', '>', on)]))
    .forUpdate()
    .executeTakeFirst();

export type MoveRow = {
  id: string;
  person_id: string;
  from_employer_id: string | null;
  from_agency_id: string | null;
  to_employer_id: string;
  to_agency_id: string | null;
  from_on: string;
  state: MoveState;
  authority_from_on: string;
  requested_by: string;
};

/** The body that answers for a side; null for the person, and where there is no former unit. */
export function bodyOf(move: MoveRow, side: MoveSide): string | null {
  switch (side) {
    case 'person':
      return null;
    case 'new-unit':
      return move.to_agency_id ?? move.to_employer_id;
    case 'old-unit':
      return move.from_agency_id ?? move.from_employer_id;
  }
}

/** The sides whose word a move needs. */
export const sidesOf = (move: MoveRow): MoveSide[] => [
  'person',
  'new-unit',
  ...(bodyOf(move, 'old-unit') === null ? [] : (['old-unit'] as const)),
];

/** An answer of one side. Refused: the move ends. The last yes does it. */
export async function answerMove(
  db: Db,
  caller: Caller,
  { id, today, ...answer }: MoveAnswer & { id: string; today: string },
): Promise<Outcomes<Asked>> {
  return unlessRefused(db, async (trx) => {
    const move = await trx.selectFrom('move').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    const standing = move && (await standingFor(trx, caller, move, answer.side, today));
    if (!move || standing === undefined) return notFound('次调动');
    if ('code' in standing) return { ok: false, refusal: standing };
    const given = await trx
      .selectFrom('move_answer')
      .selectAll()
      .where('move_id', '=', id)
      .where('side', '=', answer.side)
      .executeTakeFirst();
    if (given?.answered_by === caller.personId && given.accepts === answer.accepts)
      return { ok: true, value: { id, state: move.state, effectiveOn: move.effective_on } };
    if (given) return refuse('move-answered', '这一方已经答复。', '请刷新查看办理情况。');
    if (move.state !== 'open') return ENDED;
    return settle(trx, caller, move, { ...answer, today, organisationId: standing.organisationId });
  });
}

async function unlessRefused(db: Db, work: (trx: Db) => Promise<Outcomes<Asked>>): Promise<Outcomes<Asked>> {
  try {
    return await db.transaction().execute(work);
  } catch (error) {
    if (error instanceof MoveRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

const ENDED = refuse('move-ended', '这次调动已经办结或撤回。', '请刷新查看；如仍需调动，请重新提出。');

/** For whom the caller answers a side; undefined when the move is none of theirs. */
async function standingFor(
  trx: Db,
  caller: Caller,
  move: MoveRow,
  side: MoveSide,
  today: string,
): Promise<{ organisationId: string | null } | Refusal | undefined> {
  if (side === 'person') return move.person_id === caller.personId ? { organisationId: null } : undefined;
  const body = bodyOf(move, side);
  if (body === null) return undefined;
  const isManager = managesUnit(caller, body);
  const authority = !isManager && side === 'old-unit' ? await authorityFor(trx, caller, body) : null;
  if (!isManager && authority === null) return undefined;
  if (move.person_id === caller.personId)
    return refuse('forbidden', '不能代表单位办理本人的调动。', '请由单位其他管理员或所在地人社部门办理。', {
      provision: '23',
    }).refusal;
  if (authority !== null && today < move.authority_from_on) {
    const fix = `请自 ${move.authority_from_on} 起办理（系统默认解释 D-24）。`;
    return refuse('move-not-yet', '原单位答复的期限未到，暂不能代为办理。', fix, { provision: '8' }).refusal;
  }
  return { organisationId: authority ?? body };
}

/** The HRSS authority of the former unit's place that the caller administers. */
async function authorityFor(trx: Db, caller: Caller, body: string): Promise<string | null> {
  const unit = await trx.selectFrom('organisation').select('region_code').where('id', '=', body).executeTakeFirst();
  if (!unit) return null;
  for (const { organisationId, role } of caller.holdings) {
    const one = { holdings: [{ organisationId, role }] };
    if (await administersPlace(trx, one, unit.region_code)) return organisationId;
  }
  return null;
}

type Given = MoveAnswer & { today: string; organisationId: string | null };

/** Writes the answer, for both units where one agency is both, and does or ends the move where that settles it. */
async function settle(trx: Db, caller: Caller, move: MoveRow, given: Given): Promise<Outcomes<Asked>> {
  const { side, accepts, reason, organisationId, today } = given;
  const isBoth = side === 'new-unit' && bodyOf(move, 'old-unit') === bodyOf(move, 'new-unit');
  const sides: MoveSide[] = isBoth ? [side, 'old-unit'] : [side];
  const rows = sides.map((one) => ({ side: one, accepts, reason, organisation_id: organisationId }));
  await trx
    .insertInto('move_answer')
    .values(rows.map((row) => ({ ...row, move_id: move.id, answered_by: caller.personId })))
    .execute();
  if (!accepts) return end(trx, caller, move, { state: 'refused', effectiveOn: null, today });
  const answered = await trx.selectFrom('move_answer').select('side').where('move_id', '=', move.id).execute();
  const isWhole = sidesOf(move).every((one) => answered.some((a) => a.side === one));
  if (!isWhole) {
    await audit(trx, caller, 'move.accepted', move);
    return { ok: true, value: { id: move.id, state: 'open', effectiveOn: null } };
  }
  const effectiveOn = compareDays(move.from_on, today) > 0 ? move.from_on : today;
  const moved = await rehome(trx, caller, move, effectiveOn);
  if (moved) throw new MoveRefused(moved);
  return end(trx, caller, move, { state: 'done', effectiveOn, today });
}

/** Takes the transaction back with the words for it: an answer that cannot be carried out was not given. */
class MoveRefused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** Closes the old affiliation and opens the new one on the day, and ends the roles at the unit left. Null when done. */
async function rehome(trx: Db, caller: Caller, move: MoveRow, on: string): Promise<Refusal | null> {
  const rows = await trx
    .selectFrom('affiliation')
    .select(['id', 'from_on'])
    .where('person_id', '=', move.person_id)
    .where((eb) => eb.or([eb('until_on', 'is', null), eb('until_on', '>', on)]))
    .forUpdate()
    .execute();
  const later = rows.find((row) => row.from_on >= on);
  if (later)
    return refuse(
      'move-day',
      `该人员自${later.from_on}起另有任职登记，不能从${on}起调动。`,
      '请撤回后以更晚的日期重新提出。',
    ).refusal;
  const ids = rows.map((row) => row.id);
  await sql`update affiliation set until_on = ${on}::date where id = any (${ids}::uuid[])`.execute(trx);
  const to = { employerId: move.to_employer_id, agencyId: move.to_agency_id };
  await insertAffiliation(trx, move.person_id, { ...to, fromOn: on });
  if (move.from_employer_id === null || move.from_employer_id === move.to_employer_id) return null;
  await sql`
    update role_holding set until_on = greatest(from_on, ${on}::date), ended_by = ${caller.personId}
    where person_id = ${move.person_id} and organisation_id = ${move.from_employer_id}
      and (until_on is null or until_on > greatest(from_on, ${on}::date))`.execute(trx);
  return null;
}

type Ending = { state: Exclude<MoveState, 'open'>; effectiveOn: string | null; today: string };

async function end(trx: Db, caller: Caller, move: MoveRow, { state, effectiveOn, today }: Ending) {
  await trx
    .updateTable('move')
    .set({ state, effective_on: effectiveOn, ended_at: sql`now()` })
    .where('id', '=', move.id)
    .execute();
  await audit(trx, caller, `move.${state}`, move);
  if (state !== 'withdrawn')
    await tell(trx, await noticesFor(trx, move, state === 'done' ? 'move-done' : 'move-refused', today));
  return { ok: true as const, value: { id: move.id, state, effectiveOn } };
}

/** Taken back by who asked for it: the person, or the new unit. */
export async function withdrawMove(db: Db, caller: Caller, id: string, today: string): Promise<Outcomes<Asked>> {
  return db.transaction().execute(async (trx) => {
    const move = await trx.selectFrom('move').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!move) return notFound('次调动');
    const isTheirs =
      move.requested_side === 'person'
        ? move.person_id === caller.personId
        : managesUnit(caller, bodyOf(move, 'new-unit') ?? '');
    if (!isTheirs) return notFound('次调动');
    if (move.state === 'withdrawn') return { ok: true, value: { id, state: move.state, effectiveOn: null } };
    if (move.state !== 'open') return ENDED;
    return end(trx, caller, move, { state: 'withdrawn', effectiveOn: null, today });
  });
}

async function audit(trx: Db, caller: Caller, action: AuditAction, { id, from_on }: MoveRow): Promise<void> {
  await sql`
    with ${auditCte(caller, { action, subjectKind: 'move', subjectId: id, detail: { fromOn: from_on } })} select 1`.execute(
    trx,
  );
}

type Occasion = 'move-requested' | 'move-done' | 'move-refused';

/** The person and both units' managers are told; only the person is told where they come from and go to. */
async function noticesFor(trx: Db, move: MoveRow, kind: Occasion, today: string) {
  const bodies = [bodyOf(move, 'new-unit'), bodyOf(move, 'old-unit')].filter((body) => body !== null);
  const managers = await trx
    .selectFrom('role_holding')
    .select('person_id')
    .distinct()
    .where('organisation_id', 'in', bodies)
    .where('role', '=', 'administrator')
    .where('from_on', '<=', today)
    .where((eb) => eb.or([eb('until_on', 'is', null), eb('until_on', '>', today)]))
    .where('person_id', '<>', move.person_id)
    .execute();
  const one = { kind, key: move.id, detail: { fromOn: move.from_on } };
  return [
    { ...one, personId: move.person_id, detail: { ...one.detail, path: '/me/career' } },
    ...managers.map((m) => ({ ...one, personId: m.person_id, detail: { ...one.detail, path: '/unit/moves' } })),
  ];
}

import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { NewRole } from '../../contract/roles.ts';
import { rolesAt } from '../../rules/offices.ts';
import { SUPERVISORS } from '../../rules/supervision.ts';
import type { Role } from '../../rules/vocabulary.ts';
import { changesOf } from '../audit-detail.ts';
import { lookAtComplaintsOf } from '../complaints.ts';
import type { Db } from '../connect.ts';
import { type Caller, isProvinceAdministrator, managesUnit, notFound, provinceOnly, refuse } from './caller.ts';
import { belongsTo, constraintOf, openOrganisation } from './people.ts';
import { auditCte } from './trail.ts';

/** 岗位: an organisation's administrator grants its roles, the province its administrators; nobody their own. */

/** Why somebody may not grant or end a role here; null when they may. A stranger gets the answer of an unknown organisation. */
function whyNotTheirs(caller: Caller, organisationId: string, role: Role) {
  const isManager = managesUnit(caller, organisationId);
  const isProvince = isProvinceAdministrator(caller);
  if (!isManager && !isProvince) return notFound('家机构');
  if (role === 'administrator') return isProvince ? null : provinceOnly();
  return isManager ? null : refuse('forbidden', '这个岗位由该机构的管理员授予和终止。', '请联系该机构的管理员。');
}

const OWN = refuse('role-own', '不能授予或终止本人的岗位。', '请由本机构其他管理员或省人社厅办理。', {
  provision: '23',
});

type Grant = NewRole & { organisationId: string; today: string };

/** Grants a role from a day on. The same grant again is the one there is. */
export async function grantRole(db: Db, caller: Caller, grant: Grant): Promise<Outcomes<{ id: string }>> {
  const { organisationId, personId, role } = grant;
  const barred = whyNotTheirs(caller, organisationId, role);
  if (barred) return barred;
  if (personId === caller.personId) return OWN;
  try {
    return await db.transaction().execute(async (trx) => {
      const refused = await whyNotGranted(trx, grant);
      if (refused) return refused;
      const known = await sameGrant(trx, caller, grant);
      if (known) return { ok: true, value: known };
      return { ok: true, value: await insertHolding(trx, caller, grant) };
    });
  } catch (error) {
    if (constraintOf(error) !== 'one_holding_a_day') throw error;
    return refuse(
      'role-held',
      '该人员在这段时间已担任这个岗位。',
      '请查看岗位列表；如需延长，请从原岗位终止之日起授予。',
    );
  }
}

async function whyNotGranted(trx: Db, { organisationId, personId, role, fromOn, untilOn, today }: Grant) {
  const organisation = await openOrganisation(trx, organisationId);
  if (!organisation.ok) return organisation;
  if (!rolesAt(organisation.value.kind, organisation.value.level).includes(role))
    return refuse('role-misfit', '这类机构没有这个岗位。', '请从可授予的岗位中选择。', { provision: '14' });
  if (fromOn < today || (untilOn !== null && untilOn <= fromOn))
    return refuse('invalid-input', '岗位的起止日期有误。', '起始日期不早于今天，终止日期晚于起始日期。', {
      fields: [{ path: fromOn < today ? 'fromOn' : 'untilOn', message: '日期有误' }],
    });
  const { rows } = await sql`
    select 1 from person p where p.id = ${personId} and ${belongsTo(organisationId, today)}`.execute(trx);
  return rows.length > 0 ? null : notFound('位人员');
}

const sameGrant = (trx: Db, caller: Caller, { personId, organisationId, role, fromOn }: Grant) =>
  trx
    .selectFrom('role_holding')
    .select('id')
    .where('person_id', '=', personId)
    .where('organisation_id', '=', organisationId)
    .where('role', '=', role)
    .where('from_on', '=', fromOn)
    .where('granted_by', '=', caller.personId)
    .where('ended_by', 'is', null)
    .executeTakeFirst();

async function insertHolding(trx: Db, caller: Caller, grant: Grant): Promise<{ id: string }> {
  const { organisationId, personId, role, fromOn, untilOn } = grant;
  const made = await trx
    .insertInto('role_holding')
    .values({
      person_id: personId,
      organisation_id: organisationId,
      role,
      from_on: fromOn,
      until_on: untilOn,
      granted_by: caller.personId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const entry = { action: 'role.granted', subjectKind: 'role', subjectId: made.id, organisationId } as const;
  await sql`with ${auditCte(caller, { ...entry, detail: { personId, role, fromOn, untilOn } })} select 1`.execute(trx);
  return made;
}

type End = { organisationId: string; holdingId: string; untilOn: string; today: string };

/**
 * Ends a role on a day. What its holder has claimed in that pool is open to colleagues from then on (db/held.ts); complaints that only
 * they could deal with go to the body above.
 */
export async function endRole(
  db: Db,
  caller: Caller,
  { organisationId, holdingId, untilOn, today }: End,
): Promise<Outcomes<{ id: string; freedTasks: number }>> {
  return db.transaction().execute(async (trx) => {
    const holding = await trx
      .selectFrom('role_holding')
      .selectAll()
      .where('id', '=', holdingId)
      .where('organisation_id', '=', organisationId)
      .forUpdate()
      .executeTakeFirst();
    const barred = holding ? whyNotTheirs(caller, organisationId, holding.role) : notFound('个岗位');
    if (!holding || barred) return barred ?? notFound('个岗位');
    if (holding.person_id === caller.personId) return OWN;
    if (holding.until_on !== null && holding.until_on <= today)
      return refuse('role-ended', '这个岗位已经终止。', '请刷新列表。', { more: { untilOn: holding.until_on } });
    const tooLate = holding.until_on !== null && untilOn > holding.until_on;
    if (untilOn < today || untilOn < holding.from_on || tooLate)
      return refuse('invalid-input', '终止日期有误。', '终止日期不早于今天和岗位起始日，也不能延长原定期限。', {
        fields: [{ path: 'untilOn', message: '日期有误' }],
      });
    const value = await writeEnd(trx, caller, { ...holding, until_on: untilOn, untilBefore: holding.until_on });
    if (holding.role === SUPERVISORS) await lookAtComplaintsOf(trx, organisationId);
    return { ok: true, value };
  });
}

type Ended = {
  id: string;
  person_id: string;
  organisation_id: string;
  role: Role;
  until_on: string;
  untilBefore: string | null;
};

async function writeEnd(trx: Db, caller: Caller, holding: Ended): Promise<{ id: string; freedTasks: number }> {
  const { id, person_id, organisation_id, role, until_on } = holding;
  const changes = changesOf({ untilOn: holding.untilBefore }, { untilOn: until_on });
  const entry = { action: 'role.ended', subjectKind: 'role', subjectId: id, organisationId: organisation_id } as const;
  const { rows } = await sql<{ n: number }>`
    with ended as (update role_holding set until_on = ${until_on}::date, ended_by = ${caller.personId} where id = ${id}),
    ${auditCte(caller, { ...entry, detail: { personId: person_id, role, ...changes } })}
    select ${claimedTasks(person_id, organisation_id, role)} as n`.execute(trx);
  return { id, freedTasks: rows[0]?.n ?? 0 };
}

/** How many tasks of the role's pool a person has claimed. */
export const claimedTasks = (personId: unknown, organisationId: unknown, role: unknown) => sql<number>`(
  select count(*)::int from task t where t.assignee_id = ${personId} and t.state = 'claimed' and t.organisation_id = ${organisationId}
    and t.stage_kind = case ${role} when 'first-reviewer' then 'first-review' when 're-reviewer' then 're-review'
                       when 'filing-officer' then 'filing' end)`;

import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { RoleHolding } from '../../contract/roles.ts';
import { rolesAt } from '../../rules/offices.ts';
import { type Role, roleNameAt } from '../../rules/vocabulary.ts';
import { isProvinceAdministrator, managesUnit, notFound } from '../acts/caller.ts';
import { claimedTasks } from '../acts/roles.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';

type RolesHeld = { items: RoleHolding[]; grantable: { role: Role; roleName: string }[] };

/** The roles of an organisation, those held first; for its administrator and the province's. */
export async function readRoles(db: Db, scope: Scope, id: string, today: string): Promise<Outcomes<RolesHeld>> {
  const [isManager, isProvince] = [managesUnit(scope, id), isProvinceAdministrator(scope)];
  if (!isManager && !isProvince) return notFound('家机构');
  const organisation = await db
    .selectFrom('organisation')
    .select(['kind', 'level'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!organisation) return notFound('家机构');
  const { rows } = await sql<Omit<RoleHolding, 'roleName' | 'state' | 'isOwn'>>`
    select h.id, p.id as "personId", p.name as "personName", p.title as "personTitle", h.role, h.from_on as "fromOn", h.until_on as "untilOn",
      ${claimedTasks(sql`h.person_id`, sql`h.organisation_id`, sql`h.role`)} as "claimedTasks"
    from role_holding h join person p on p.id = h.person_id
    where h.organisation_id = ${id}
    order by coalesce(h.until_on <= ${today}::date, false), h.role, p.name collate "zh-x-icu", h.from_on, h.id limit 500`.execute(
    db,
  );
  const items = rows.map((row) => ({
    ...row,
    roleName: roleNameAt(row.role, organisation.kind),
    state: stateOn(row, today),
    isOwn: row.personId === scope.personId,
  }));
  const grantable = rolesAt(organisation.kind, organisation.level)
    .filter((role) => (role === 'administrator' ? isProvince : isManager))
    .map((role) => ({ role, roleName: roleNameAt(role, organisation.kind) }));
  return { ok: true, value: { items, grantable } };
}

const stateOn = ({ fromOn, untilOn }: Pick<RoleHolding, 'fromOn' | 'untilOn'>, today: string): RoleHolding['state'] => {
  if (untilOn !== null && untilOn <= today) return 'ended';
  return fromOn > today ? 'future' : 'held';
};

import { sql } from 'kysely';
import { MACHINE_SCOPES, type MachineClient } from '../../contract/machines.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { isProvinceAdministrator, provinceOnly } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';

/** Every system's credentials, the newest first: a province has some dozens. */
export async function readMachines(db: Db, scope: Scope, today: string): Promise<Outcomes<{ items: MachineClient[] }>> {
  if (!isProvinceAdministrator(scope)) return provinceOnly();
  const rows = await db
    .selectFrom('machine_client as m')
    .innerJoin('organisation as o', 'o.id', 'm.organisation_id')
    .leftJoin('person as p', 'p.id', 'm.created_by')
    .select(['m.id', 'm.name', 'm.organisation_id as organisationId', 'o.name as organisationName', 'm.scopes'])
    .select(['m.from_on as fromOn', 'm.until_on as untilOn', 'm.created_at', 'm.ended_at', 'p.name as createdByName'])
    .select(sql<boolean>`m.ended_at is not null or coalesce(m.until_on <= ${today}::date, false)`.as('isOver'))
    .orderBy('m.created_at', 'desc')
    .orderBy('m.id', 'desc')
    .execute();
  const items = rows.map(({ created_at, ended_at, isOver, ...row }) => ({
    ...row,
    scopeLabels: row.scopes.map((code) => MACHINE_SCOPES[code]),
    state: isOver ? ('ended' as const) : row.fromOn > today ? ('future' as const) : ('in-force' as const),
    createdAt: created_at.toISOString(),
    endedAt: ended_at?.toISOString() ?? null,
  }));
  return { ok: true, value: { items } };
}

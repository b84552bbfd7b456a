import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { Caller } from './caller.ts';

/** Whether the caller administers the HRSS authority of a region, of the region above it, or of the province (Art. 8). */
export async function administersPlace(db: Db, caller: Pick<Caller, 'holdings'>, regionCode: string): Promise<boolean> {
  const administered = caller.holdings.filter((h) => h.role === 'administrator').map((h) => h.organisationId);
  if (administered.length === 0) return false;
  const { rows } = await sql`
    select 1 from organisation o left join region r on r.code = ${regionCode}
    where o.id = any (${administered}::text[]) and o.kind = 'hrss'
      and (o.level = 'province' or o.region_code in (r.code, r.parent_code))`.execute(db);
  return rows.length > 0;
}

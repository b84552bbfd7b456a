import { tell } from './acts/notices.ts';
import type { Db } from './connect.ts';
import { casesWithoutOfficers } from './read/case-officers.ts';
import { officersAt } from './sanction-officers.ts';

/** Who appoints where a body has nobody who could (Art. 8). */
const PROVINCE_HRSS = 'hrss-420000';
const PATHS = {
  sanction: '/sanctions',
  appeal: '/sanctions',
  deferral: '/deferrals',
  reconsideration: '/reconsiderations',
} as const;

/**
 * Tells who appoints officers at a body, and at the province, of each case that the body's officers cannot decide (Arts. 8, 23): once a
 * case and cause, never the person it is about. It is never decided by default.
 */
export async function tellOfCasesWithoutOfficers(db: Db, today: string): Promise<void> {
  for (const one of await casesWithoutOfficers(db, today)) {
    const { id, kind, organisationId, organisationName: organisation, personId, needed, eligible, cause } = one;
    const asked = { organisationIds: [organisationId, PROVINCE_HRSS], roles: ['administrator'] as const, today };
    const told = await officersAt(db, { ...asked, except: [personId] });
    const detail = { organisation, case: kind, needed, eligible, path: PATHS[kind] };
    await tell(
      db,
      told.map((officer) => ({ personId: officer.personId, kind: 'case-stuck', key: `${id}/${cause}`, detail })),
    );
  }
}

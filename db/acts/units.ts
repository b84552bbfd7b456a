import { sql } from 'kysely';
import type { Refusal } from '../../contract/problems.ts';
import type { OrganisationKind } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { type Caller, managesUnit, notFound } from './caller.ts';
import { auditCte } from './trail.ts';

/** A caller as a session knows them: the kind of each organisation they serve. */
export type UnitCaller = Omit<Caller, 'holdings'> & {
  holdings: (Caller['holdings'][number] & { organisationKind: OrganisationKind })[];
};

/** Whose people a manager looks after: an employer's own, an agency's hosted ones (Arts. 10, 14). */
export const WITH_PEOPLE: readonly OrganisationKind[] = ['employer', 'personnel-archive-agency'];
/** Who holds trainings of their own: an agency is nobody's employer (Art. 11(1)). */
export const WITH_PLANS: readonly OrganisationKind[] = ['employer'];
/** Who registers trainings: a unit its own, a base those an authority commissioned (Arts. 11(1), 13). */
export const WITH_TRAININGS: readonly OrganisationKind[] = ['employer', 'education-base'];

/**
 * Null when the caller is the unit's manager (单位管理员) and the unit is of one of the kinds; otherwise the answer of an unknown unit.
 * That somebody asked is kept in the trail.
 */
export async function whyNotManager(
  db: Db,
  caller: UnitCaller,
  organisationId: string,
  kinds: readonly OrganisationKind[],
): Promise<{ ok: false; refusal: Refusal } | null> {
  const isOfKind = caller.holdings.some(
    (h) => h.organisationId === organisationId && kinds.includes(h.organisationKind),
  );
  if (isOfKind && managesUnit(caller, organisationId)) return null;
  await sql`
    with ${auditCte(caller, { action: 'unit.denied', subjectKind: 'organisation', subjectId: organisationId })}
    select 1`.execute(db);
  return notFound('家单位');
}

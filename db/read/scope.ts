import { type RawBuilder, sql } from 'kysely';
import type { Holding } from '../../contract/organisations.ts';
import type { Role, StageKind } from '../../rules/vocabulary.ts';
import type { Caller } from '../acts/caller.ts';

/**
 * Who may see what, in one place. A claim is seen by its declarant; by those who hold the reviewing role at an organisation that has or
 * had a task of it; and by supervisors, administrators and auditors of an organisation whose region (and trade) the claim lies in.
 * Everybody else gets the answer of an unknown id.
 */
export type Scope = Omit<Caller, 'holdings'> & { holdings: ScopeHolding[] };
export type ScopeHolding = Holding & { industryCode: string | null };

/** A pool of tasks: an organisation and a kind of stage. */
export type Pool = { organisationId: string; organisationName: string; role: Role; stage: StageKind };

/** The pools whose tasks are the caller's to decide. */
export const poolsOf = (scope: Scope): Pool[] =>
  scope.holdings.flatMap(({ organisationId, organisationName, role, stage }) =>
    stage === null ? [] : [{ organisationId, organisationName, role, stage }],
  );

const OVERSEEING: readonly Role[] = ['supervisor', 'administrator', 'auditor'];

/** The condition under which the claim `c` of a statement is the caller's to see. */
export function visibleClaim(scope: Scope): RawBuilder<boolean> {
  const pools = poolsOf(scope).map(
    (pool) => sql`exists (
      select 1 from task seen where seen.claim_id = c.id and seen.organisation_id = ${pool.organisationId} and seen.stage_kind = ${pool.stage})`,
  );
  const overseen = scope.holdings.filter((h) => OVERSEEING.includes(h.role)).map(overseenBy);
  const ways = [...pools, ...overseen].map((way) => sql`(c.version > 0 and ${way})`);
  return sql<boolean>`(${sql.join([sql`c.person_id = ${scope.personId}`, ...ways], sql` or `)})`;
}

/**
 * An HRSS authority oversees its region, an industry authority its trade there; an archive agency and a supervising department the
 * claims whose route names them (hosted people, direct units); any other body its own people.
 */
function overseenBy(holding: ScopeHolding): RawBuilder<unknown> {
  const region =
    holding.level === 'province'
      ? sql`true`
      : sql`c.region_code in (select code from region where ${holding.regionCode} in (code, parent_code))`;
  switch (holding.organisationKind) {
    case 'hrss':
      return region;
    case 'industry-authority':
      // An industry authority may itself be the department that supervises direct units, also those of another trade.
      return sql`(c.supervising_department_id = ${holding.organisationId} or ${region} and c.industry_code = ${holding.industryCode})`;
    case 'personnel-archive-agency':
      return sql`c.archive_agency_id = ${holding.organisationId}`;
    case 'provincial-supervising-department':
      return sql`c.supervising_department_id = ${holding.organisationId}`;
    case 'employer':
    case 'education-base':
      return sql`c.employer_id = ${holding.organisationId}`;
  }
}

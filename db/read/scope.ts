import { type RawBuilder, sql } from 'kysely';
import type { Holding } from '../../contract/organisations.ts';
import { RECONSIDERING_ROLES } from '../../rules/reconsideration.ts';
import { SUPERVISING, SUPERVISORS } from '../../rules/supervision.ts';
import type { Level, Role, StageKind } from '../../rules/vocabulary.ts';
import type { Caller } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import { OWN_SUPERIOR_ROLES, SUPERIOR_ROLES } from '../overdue.ts';

/**
 * Who may see what, in one place. A claim is seen by its declarant; by those who hold the reviewing role at an organisation that has or
 * had a task of it, or that reviews its rejection; and by supervisors, administrators and auditors of an organisation whose region (and trade) the claim lies in.
 * Everybody else gets the answer of an unknown id.
 */
export type Scope = Omit<Caller, 'holdings'> & {
  holdings: ScopeHolding[];
  /** The session was opened with a one-time password. */
  mustChangePassword?: boolean;
};
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
  const reviewing = scope.holdings
    .filter((h) => RECONSIDERING_ROLES.includes(h.role))
    .map(
      ({ organisationId }) => sql`exists (
      select 1 from reconsideration asked where asked.claim_id = c.id and asked.organisation_id = ${organisationId})`,
    );
  const overseen = scope.holdings.filter((h) => OVERSEEING.includes(h.role)).map(overseenBy);
  const ways = [...pools, ...reviewing, ...overseen, ...toldTo(scope)].map((way) => sql`(c.version > 0 and ${way})`);
  const own = sql`c.person_id = ${scope.personId} or exists (
    select from person_merge own where own.absorbed_id = c.person_id and own.kept_id = ${scope.personId} and own.state in ('in-force', 'undo-proposed'))`;
  return sql<boolean>`(${sql.join([own, ...ways], sql` or `)})`;
}

/** A claim that was escalated (督办) to a body of the caller's, or copied (抄送) to them or to a body they review at. */
function toldTo(scope: Scope): RawBuilder<unknown>[] {
  const superior = idsWith(scope, SUPERIOR_ROLES);
  const reviewing = poolsOf(scope).map(({ organisationId }) => organisationId);
  if (scope.holdings.length === 0) return [];
  return [
    sql`exists (
      select from escalation seen where seen.claim_id = c.id and (seen.organisation_id = any (${sql.val(superior)}::text[]) and not seen.own
        or seen.organisation_id = any (${sql.val(idsWith(scope, OWN_SUPERIOR_ROLES))}::text[])))`,
    sql`exists (
      select from claim_copy seen where seen.claim_id = c.id
        and (seen.to_person_id = ${scope.personId} or seen.to_organisation_id = any (${sql.val(reviewing)}::text[])))`,
  ];
}

/** The organisations at which the caller holds one of the roles. */
export const idsWith = (scope: Pick<Scope, 'holdings'>, roles: readonly Role[]): string[] =>
  scope.holdings.filter((h) => roles.includes(h.role)).map((h) => h.organisationId);

const CORRECTING: readonly Role[] = ['supervisor', 'administrator'];
const BELOW: Readonly<Record<Level, readonly Level[]>> = {
  province: ['province', 'city', 'county'],
  city: ['city', 'county'],
  county: ['county'],
};

/** The authorities at which the caller supervises (Art. 20). */
export const supervisingAt = (scope: Scope): string[] =>
  scope.holdings
    .filter((h) => h.role === SUPERVISORS && SUPERVISING.includes(h.organisationKind))
    .map((h) => h.organisationId);

/** The bodies the caller is the manager of (单位管理员): whom an order or an inquiry to them concerns. */
export const managedAt = (scope: Scope): string[] =>
  scope.holdings.filter((h) => h.role === 'administrator').map((h) => h.organisationId);

/** The authority for which the caller supervises the claim or organisation `alias` (Art. 20); null when none. */
export const supervisingFor = (scope: Scope, alias: string): RawBuilder<string | null> =>
  actingFor(scope, alias, [SUPERVISORS]);

/**
 * The authority for which the caller may correct what is recorded of the claim or affiliation `alias` of a statement: a supervisor's or
 * administrator's HRSS or industry authority whose place (and trade) it lies in, of its level or above (Art. 20). Null when none.
 */
export function actingFor(scope: Scope, alias = 'c', roles: readonly Role[] = CORRECTING): RawBuilder<string | null> {
  const ways = scope.holdings.filter(
    ({ role, organisationKind }) =>
      roles.includes(role) && (organisationKind === 'hrss' || organisationKind === 'industry-authority'),
  );
  if (ways.length === 0) return sql<null>`null::text`;
  const cases = ways.map(
    (holding) =>
      sql`when ${placeOf(holding, alias)} and ${sql.ref(`${alias}.level`)} = any (${[...BELOW[holding.level]]}::text[]) then ${holding.organisationId}`,
  );
  return sql<string | null>`(case ${sql.join(cases, sql` `)} end)`;
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
    case 'organisation-department':
      return sql`c.employer_id = ${holding.organisationId}`;
  }
}

/** The organisations at which the caller oversees others today: what the statistics are about. */
export const overseeing = (scope: Scope): ScopeHolding[] => scope.holdings.filter((h) => OVERSEEING.includes(h.role));

/**
 * The condition under which a counted place `alias` (region_code, industry_code and, unless all of the caller's are authorities,
 * employer_id) lies in what the caller oversees. Nobody's numbers for whoever oversees nothing.
 */
export function overseenPlace(scope: Scope, alias: string): RawBuilder<boolean> {
  const ways = overseeing(scope).map((holding) => placeOf(holding, alias));
  return ways.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(ways, sql` or `)})`;
}

/**
 * The same by the employer of an affiliation or counted place `alias`: an industry authority that is also the department which supervises direct units
 * (省直主管部门) sees their people of any trade, as it sees their claims.
 */
export function overseenPerson(scope: Scope, alias: string): RawBuilder<boolean> {
  const departments = overseeing(scope)
    .filter((holding) => holding.organisationKind === 'industry-authority')
    .map((holding) => supervisedBy(holding.organisationId, alias));
  return sql<boolean>`(${sql.join([overseenPlace(scope, alias), ...departments], sql` or `)})`;
}

/** The trades of direct units that the caller's industry authorities supervise (省直主管部门) and that are not theirs. */
export async function otherTradesOf(db: Db, scope: Scope): Promise<string[]> {
  const authorities = overseeing(scope).filter((holding) => holding.organisationKind === 'industry-authority');
  if (authorities.length === 0) return [];
  const rows = await db
    .selectFrom('organisation')
    .select('industry_code')
    .distinct()
    .where((eb) =>
      eb.or(
        authorities.map(({ organisationId, industryCode }) =>
          eb.and([eb('supervising_department_id', '=', organisationId), eb('industry_code', '<>', industryCode)]),
        ),
      ),
    )
    .execute();
  return rows.flatMap(({ industry_code: trade }) => (trade === null ? [] : [trade]));
}

/** The direct units of a department, by the affiliation or place `alias`. */
export const supervisedBy = (departmentId: string, alias: string): RawBuilder<unknown> =>
  sql`${sql.ref(`${alias}.employer_id`)} in (select id from organisation where supervising_department_id = ${departmentId})`;

function placeOf(holding: ScopeHolding, alias: string): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${alias}.${name}`);
  const region =
    holding.level === 'province'
      ? sql`true`
      : sql`${column('region_code')} in (select code from region where ${holding.regionCode} in (code, parent_code))`;
  switch (holding.organisationKind) {
    case 'hrss':
      return region;
    case 'industry-authority':
      return sql`(${region} and ${column('industry_code')} = ${holding.industryCode})`;
    case 'provincial-supervising-department':
      return supervisedBy(holding.organisationId, alias);
    case 'employer':
      return sql`${column('employer_id')} = ${holding.organisationId}`;
    case 'personnel-archive-agency':
    case 'education-base':
    case 'organisation-department':
      return sql`false`;
  }
}

/** Whether the caller's numbers can be read without their employers: authorities see places, others see units. */
export const overseesPlacesOnly = (scope: Scope): boolean =>
  overseeing(scope).every((h) => h.organisationKind === 'hrss' || h.organisationKind === 'industry-authority');

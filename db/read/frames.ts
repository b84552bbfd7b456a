import { type RawBuilder, sql } from 'kysely';
import type { FrameQuery } from '../../contract/inspections.ts';
import type { RiskFacts } from '../../rules/risk.ts';
import { RISK_THRESHOLDS } from '../../rules/risk.ts';
import { FRAME_LIMIT } from '../../rules/sampling.ts';
import type { Db } from '../connect.ts';
import { type Scope, type ScopeHolding, supervisingAt, supervisingFor } from './scope.ts';

/** What an inspection can draw from (抽查范围): recognised claims, or employers, of the authority's place and trade. */

/** At which authority the caller inspects: the one asked for, or the first; undefined when none is theirs. */
export function inspectingAt(scope: Scope, organisationId: string | undefined): ScopeHolding | undefined {
  const ids = supervisingAt(scope);
  return scope.holdings.find(
    (h) =>
      ids.includes(h.organisationId) &&
      (organisationId === undefined || h.organisationId === organisationId) &&
      h.role === 'supervisor',
  );
}

/** The claims of a frame by id, person and employer; one more than a sample may be drawn from, so that too many can be told. */
export async function claimFrame(db: Db, scope: Scope, at: ScopeHolding, asked: FrameQuery): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from claim c where ${inFrame(scope, at, asked)} limit ${FRAME_LIMIT + 1}`.execute(db);
  return rows.map((row) => row.id);
}

/** Recognised in the year (filed and not revoked), of the authority's place and trade, and as narrow as asked. */
function inFrame(scope: Scope, at: ScopeHolding, asked: FrameQuery): RawBuilder<boolean> {
  const parts = [
    sql`c.year = ${asked.year} and c.state = 'filed' and c.employer_id is not null`,
    sql`${supervisingFor({ ...scope, holdings: [at] }, 'c')} is not null`,
  ];
  if (asked.regionCode !== undefined)
    parts.push(sql`c.region_code in (select code from region where ${asked.regionCode} in (code, parent_code))`);
  if (asked.industryCode !== undefined) parts.push(sql`c.industry_code = ${asked.industryCode}`);
  if (asked.employerId !== undefined) parts.push(sql`c.employer_id = ${asked.employerId}`);
  if (asked.form !== undefined) parts.push(sql`c.form = ${asked.form}`);
  if (asked.filedFrom !== undefined)
    parts.push(sql`c.ended_at >= ${asked.filedFrom}::date::timestamp at time zone 'Asia/Shanghai'`);
  if (asked.filedTo !== undefined)
    parts.push(sql`c.ended_at < (${asked.filedTo}::date + 1)::timestamp at time zone 'Asia/Shanghai'`);
  return sql<boolean>`(${sql.join(parts, sql` and `)})`;
}

export type EmployerUse = { id: string; people: number; considered: number };

/**
 * The employers of a frame with the people they had on a day of the year, and for how many of them they looked at the year for an
 * assessment or an appointment (Art. 6).
 */
export async function employerFrame(
  db: Db,
  scope: Scope,
  at: ScopeHolding,
  { asked, on }: { asked: FrameQuery; on: string },
): Promise<EmployerUse[]> {
  const parts = [sql`${supervisingFor({ ...scope, holdings: [at] }, 'o')} is not null`];
  if (asked.regionCode !== undefined)
    parts.push(sql`o.region_code in (select code from region where ${asked.regionCode} in (code, parent_code))`);
  if (asked.industryCode !== undefined) parts.push(sql`o.industry_code = ${asked.industryCode}`);
  if (asked.employerId !== undefined) parts.push(sql`o.id = ${asked.employerId}`);
  const { rows } = await sql<EmployerUse>`
    with theirs as (
      select o.id, a.person_id from organisation o join affiliation a on a.employer_id = o.id
      where o.kind = 'employer' and o.closed_on is null and a.from_on <= ${on}::date and (a.until_on is null or a.until_on > ${on}::date)
        and ${sql.join(parts, sql` and `)})
    select t.id, count(*)::int as people, count(*) filter (where exists (
      select from person_access x where x.scope = 'assessment' and x.organisation_id = t.id and x.person_id = t.person_id
        and ${asked.year}::smallint = any (x.years)))::int as considered
    from theirs t group by t.id limit ${FRAME_LIMIT + 1}`.execute(db);
  return rows;
}

type Found = { claim_id: string } & RiskFacts;

/** The facts that may be risks, of the claims of a frame; what they weigh is the rule's to say. */
export async function riskFacts(db: Db, ids: readonly string[], year: number): Promise<Map<string, RiskFacts[]>> {
  const facts = new Map<string, RiskFacts[]>();
  for (const question of [sharedEvidence, daysOf, nearCap, fastReviews]) {
    const { rows } = await question(sql.val([...ids]), year).execute(db);
    for (const { claim_id, ...fact } of rows) facts.set(claim_id, [...(facts.get(claim_id) ?? []), fact]);
  }
  return facts;
}

type Ids = RawBuilder<unknown>;

/** Files of a training are the unit's one attendance list for all its people, and shared by design. */
const sharedEvidence = (ids: Ids): RawBuilder<Found> => sql<Found>`
  select c.id as claim_id, 'shared-evidence' as kind, count(distinct other.person_id)::int as "otherPeople"
  from claim c join evidence e on e.claim_id = c.id and e.removed_at is null and e.training_file_id is null
  join evidence same on same.sha256 = e.sha256 and same.removed_at is null and same.training_file_id is null
  join claim other on other.id = same.claim_id and other.person_id <> c.person_id and other.version > 0
  where c.id = any (${ids}::uuid[]) group by c.id`;

/** Days with more offline hours than a day has, and days of two activities; of the people of the frame, in all their recognised claims. */
const daysOf = (ids: Ids, year: number): RawBuilder<Found> => sql<Found>`
  with theirs as (
    select c.id, c.person_id, c.form, c.declaration from claim c
    where c.year = ${year} and c.state = 'filed' and c.form in ('authority-training', 'unit-training', 'academic-conference')
      and c.person_id in (select person_id from claim where id = any (${ids}::uuid[]))),
  days as (
    select id, person_id, d ->> 'on' as day,
      coalesce((d ->> 'hundredths')::int, floor((d ->> 'minutes')::numeric / 45)::int * 100, 0) as hundredths
    from theirs, jsonb_array_elements(declaration -> 'days') d
    where form <> 'academic-conference' and coalesce((d ->> 'travel')::boolean, false) = false
    union all select id, person_id, declaration ->> 'on', 800 from theirs where form = 'academic-conference'),
  totals as (
    select person_id, day, sum(hundredths)::int as hundredths, count(distinct id) as activities from days group by person_id, day)
  select x.id as claim_id, 'impossible-day' as kind, x.day as on, x.hundredths, null::int as days from (
    select distinct on (d.id) d.id, t.day, t.hundredths from days d join totals t using (person_id, day)
    where t.hundredths > ${RISK_THRESHOLDS.dayHundredths}::int order by d.id, t.hundredths desc) x
  where x.id = any (${ids}::uuid[])
  union all
  select d.id, 'overlapping-trainings', min(d.day), null, count(distinct d.day)::int
  from days d join totals t using (person_id, day) where t.activities > 1 and d.id = any (${ids}::uuid[]) group by d.id`;

/** Of the unit's people with unit training, how many are near the cap: a risk of each such claim of the unit. */
const nearCap = (ids: Ids, year: number): RawBuilder<Found> => sql<Found>`
  with units as (select distinct employer_id from claim where id = any (${ids}::uuid[]) and form = 'unit-training'),
  people as (
    select c.employer_id, c.person_id, sum(c.claimed_hundredths) as hundredths from claim c join units u on u.employer_id = c.employer_id
    where c.year = ${year} and c.form = 'unit-training' and c.state = 'filed' group by c.employer_id, c.person_id),
  shares as (
    select employer_id, count(*)::int as people, count(*) filter (where hundredths >= ${RISK_THRESHOLDS.nearCapHundredths}::int)::int as near
    from people group by employer_id)
  select c.id as claim_id, 'near-cap-employer' as kind, s.near, s.people
  from claim c join shares s on s.employer_id = c.employer_id
  where c.id = any (${ids}::uuid[]) and c.form = 'unit-training' and s.near > 0`;

/**
 * The hour in which somebody who decided on the claim decided fastest. Only the hours in which claims of the frame were decided are
 * looked at, each by the index of its reviewer: what else a reviewer ever decided costs nothing.
 */
const fastReviews = (ids: Ids): RawBuilder<Found> => sql<Found>`
  with mine as (
    select claim_id, decided_by, date_trunc('hour', decided_at) as hour from decision
    where claim_id = any (${ids}::uuid[]) and superseded_at is null),
  hours as (
    select h.decided_by, h.hour, d.decisions, d.seconds
    from (select distinct decided_by, hour from mine) h cross join lateral (
      select count(*)::int as decisions, ceil(extract(epoch from max(d.decided_at) - min(d.decided_at)))::int as seconds
      from decision d where d.decided_by = h.decided_by and d.superseded_at is null
        and d.decided_at >= h.hour and d.decided_at < h.hour + interval '1 hour') d
    where d.decisions >= ${RISK_THRESHOLDS.decisionsAnHour}::int)
  select distinct on (m.claim_id) m.claim_id, 'fast-review' as kind, h.decisions, h.seconds
  from mine m join hours h on h.decided_by = m.decided_by and h.hour = m.hour
  order by m.claim_id, h.seconds::numeric / h.decisions`;

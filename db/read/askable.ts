import { type RawBuilder, sql } from 'kysely';
import type { ReviewScope } from '../../contract/title-review.ts';
import type { Level, OrganisationKind } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { supervisedBy } from './scope.ts';

/** The organisation a machine asks for. */
type Asking = {
  id: string;
  name: string;
  kind: OrganisationKind;
  level: Level;
  region_code: string;
  industry_code: string | null;
};

const PROVINCE_HRSS = 'hrss-420000';

/**
 * The people of the given keys whom the organisation may ask about on the day: an employer its own people; an HRSS authority those of its
 * region, an industry authority those of its trade there and of the direct units it supervises; the provincial HRSS department everybody. Who is out of scope is
 * simply not there, like a key nobody has.
 */
export async function findAskable(
  db: Db,
  by: { organisationId: string; scope: ReviewScope; today: string },
  keys: readonly Buffer[],
): Promise<{ organisationName: string; people: Map<string, string> }> {
  const asking: Asking = await db
    .selectFrom('organisation')
    .select(['id', 'name', 'kind', 'level', 'region_code', 'industry_code'])
    .where('id', '=', by.organisationId)
    .executeTakeFirstOrThrow();
  const { rows } = await sql<{ id: string; key: string }>`
    select i.person_id as id, encode(i.person_key, 'hex') as key from person_identity i join person p on p.id = i.person_id
    where i.person_key = any(${sql.val(keys)}::bytea[]) and ${inScope(asking, by)}`.execute(db);
  return { organisationName: asking.name, people: new Map(rows.map((row) => [row.key, row.id])) };
}

function inScope(asking: Asking, { scope, today }: { scope: ReviewScope; today: string }): RawBuilder<unknown> {
  if (asking.id === PROVINCE_HRSS && scope !== 'assessment') return sql`true`;
  return sql`exists (
    select from affiliation a
    where a.person_id = p.id and a.from_on <= ${today}::date and (a.until_on is null or a.until_on > ${today}::date)
      and ${affiliatedUnder(asking, scope)})`;
}

/** Whatever else the credentials say, an annual assessment is the employer's own (Art. 6). */
function affiliatedUnder(asking: Asking, scope: ReviewScope): RawBuilder<unknown> {
  if (scope === 'assessment') return sql`a.employer_id = ${asking.id}`;
  const region =
    asking.level === 'province'
      ? sql`true`
      : sql`a.region_code in (select code from region where ${asking.region_code} in (code, parent_code))`;
  switch (asking.kind) {
    case 'hrss':
      return region;
    case 'industry-authority':
      return sql`(${region} and a.industry_code = ${asking.industry_code} or ${supervisedBy(asking.id, 'a')})`;
    case 'provincial-supervising-department':
      return supervisedBy(asking.id, 'a');
    case 'employer':
    case 'personnel-archive-agency':
    case 'education-base':
    case 'organisation-department':
      return sql`false`;
  }
}

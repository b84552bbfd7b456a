import type { RoutedBodies, RoutedUnit } from '../rules/routing.ts';
import type { Level, UnitKind } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';

/** Where a person belonged on a day, as routing asks for it. */
export type Affiliation = {
  employerId: string;
  regionCode: string;
  industryCode: string;
  studyArchive: boolean;
  unit: RoutedUnit;
};

/** The person's affiliation on a legal day, or null when they had none. */
export async function affiliationOn(db: Db, personId: string, on: string): Promise<Affiliation | null> {
  const row = await db
    .selectFrom('affiliation as a')
    .innerJoin('organisation as e', 'e.id', 'a.employer_id')
    .select(['a.employer_id', 'a.unit_kind', 'a.archive_agency_id', 'a.level', 'a.region_code', 'a.industry_code'])
    .select(['e.supervising_department_id', 'e.study_archive'])
    .where('a.person_id', '=', personId)
    .where('a.from_on', '<=', on)
    .where((eb) => eb.or([eb('a.until_on', 'is', null), eb('a.until_on', '>', on)]))
    .executeTakeFirst();
  if (!row) return null;
  return {
    employerId: row.employer_id,
    regionCode: row.region_code,
    industryCode: row.industry_code,
    studyArchive: row.study_archive,
    unit: unitOf(row),
  };
}

type UnitRow = {
  unit_kind: UnitKind;
  level: Level;
  employer_id: string;
  archive_agency_id: string | null;
  supervising_department_id: string | null;
};

const unitOf = (row: UnitRow): RoutedUnit => ({
  kind: row.unit_kind,
  level: row.level,
  employerId: row.employer_id,
  archiveAgencyId: row.archive_agency_id,
  supervisingDepartmentId: row.supervising_department_id,
});

const PROVINCE = '420000';

/** The authorities that could review and file for an affiliation (Arts. 7-9, 14): at its own place and level, and at the province. */
export async function bodiesFor(db: Db, of: Pick<Affiliation, 'regionCode' | 'industryCode'>): Promise<RoutedBodies> {
  const rows = await db
    .selectFrom('organisation')
    .select(['id', 'kind', 'region_code'])
    .where('region_code', 'in', [of.regionCode, PROVINCE])
    .where((eb) =>
      eb.or([
        eb('kind', '=', 'hrss'),
        eb.and([eb('kind', '=', 'industry-authority'), eb('industry_code', '=', of.industryCode)]),
      ]),
    )
    .execute();
  const find = (kind: string, region: string): string | null =>
    rows.find((r) => r.kind === kind && r.region_code === region)?.id ?? null;
  return {
    reReviewIndustryId: find('industry-authority', of.regionCode),
    reReviewHrssId: find('hrss', of.regionCode),
    filingIndustryId: find('industry-authority', PROVINCE),
    filingHrssId: find('hrss', PROVINCE),
  };
}

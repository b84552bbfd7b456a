import { sql } from 'kysely';
import type { UnplacedPerson } from '../../contract/organisations.ts';
import type { Career, PeopleQuery, StaffMember } from '../../contract/people.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { type OrganisationKind, type Role, roleNameAt, UNIT_KINDS } from '../../rules/vocabulary.ts';
import { isProvinceAdministrator, managesUnit, notFound } from '../acts/caller.ts';
import { belongsTo } from '../acts/people.ts';
import { administersPlace } from '../acts/places.ts';
import type { Db } from '../connect.ts';
import { maskedIdNumber } from './me.ts';
import type { Scope } from './scope.ts';

type Asked = PeopleQuery & { organisationId: string; today: string };
type Row = Omit<StaffMember, 'affiliation' | 'roles'> & {
  affiliation: Omit<NonNullable<StaffMember['affiliation']>, 'unitKindName'> | null;
  roles: Role[];
  organisationKind: OrganisationKind;
};

/** The people of an organisation by name, for its manager and for who appoints its administrators. */
export async function readStaff(
  db: Db,
  scope: Scope,
  asked: Asked,
): Promise<Outcomes<{ items: StaffMember[]; next: string | null }>> {
  if (!(await maySee(db, scope, asked.organisationId))) return notFound('家机构');
  const { organisationId, today, limit, q = '', after = null } = asked;
  const { rows } = await sql<Row>`
    select p.id as "personId", p.name, p.title, ${maskedIdNumber} as "idNumberMasked", u.username,
      (select kind from organisation where id = ${organisationId}) as "organisationKind",
      coalesce(u.must_change_password, false) as "mustChangePassword",
      exists (select from account_identity x where x.person_id = p.id) as "isLinked",
      (select json_build_object('employerName', e.name, 'unitKind', a.unit_kind, 'industryName', i.name, 'fromOn', a.from_on,
              'untilOn', a.until_on)
       from affiliation a join organisation e on e.id = a.employer_id join industry i on i.code = a.industry_code
       where a.person_id = p.id and ${organisationId} in (a.employer_id, a.archive_agency_id)
         and (a.until_on is null or a.until_on > ${today}::date)
       order by a.from_on limit 1) as affiliation,
      array(select h.role from role_holding h where h.person_id = p.id and h.organisation_id = ${organisationId}
            and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date) order by h.role) as roles
    from person p left join account u on u.person_id = p.id
    where ${belongsTo(organisationId, today)} and (${q} = '' or position(${q} in p.name) > 0 or u.username = lower(${q}))
      and (${after}::uuid is null or (p.name collate "zh-x-icu", p.id) > ((select name from person where id = ${after}::uuid) collate "zh-x-icu", ${after}::uuid))
    order by p.name collate "zh-x-icu", p.id limit ${limit + 1}`.execute(db);
  const items = rows.slice(0, limit).map(asShown);
  return { ok: true, value: { items, next: rows.length > limit ? (items.at(-1)?.personId ?? null) : null } };
}

async function maySee(db: Db, scope: Scope, organisationId: string): Promise<boolean> {
  if (managesUnit(scope, organisationId) || isProvinceAdministrator(scope)) return true;
  const found = await db
    .selectFrom('organisation')
    .select('region_code')
    .where('id', '=', organisationId)
    .where('kind', '=', 'employer')
    .executeTakeFirst();
  return found !== undefined && (await administersPlace(db, scope, found.region_code));
}

const asShown = ({ affiliation, roles, organisationKind, ...row }: Row): StaffMember => ({
  ...row,
  affiliation: affiliation && { ...affiliation, unitKindName: UNIT_KINDS[affiliation.unitKind] },
  roles: roles.map((role) => ({ role, roleName: roleNameAt(role, organisationKind) })),
});

/** Where the signed-in person has belonged, the newest first. */
export async function readCareer(db: Db, { personId }: Scope, today: string): Promise<Career> {
  const rows = await db
    .selectFrom('affiliation as a')
    .innerJoin('organisation as e', 'e.id', 'a.employer_id')
    .leftJoin('organisation as g', 'g.id', 'a.archive_agency_id')
    .innerJoin('region as r', 'r.code', 'a.region_code')
    .innerJoin('industry as i', 'i.code', 'a.industry_code')
    .select([
      'a.employer_id as employerId',
      'e.name as employerName',
      'g.name as agencyName',
      'a.unit_kind as unitKind',
    ])
    .select(['r.name as regionName', 'i.name as industryName', 'a.from_on as fromOn', 'a.until_on as untilOn'])
    .where('a.person_id', '=', personId)
    .orderBy('a.from_on', 'desc')
    .execute();
  return {
    affiliations: rows.map((row) => ({
      ...row,
      unitKindName: UNIT_KINDS[row.unitKind],
      isCurrent: row.fromOn <= today && (row.untilOn === null || row.untilOn > today),
    })),
  };
}

const UNPLACED_SHOWN = 500;

/** People of the authority's place whose last unit they have left without another, such as those of a closed unit; the latest first. */
export async function readUnplaced(
  db: Db,
  scope: Scope,
  id: string,
  today: string,
): Promise<Outcomes<{ items: UnplacedPerson[] }>> {
  const authority = scope.holdings.find(
    (h) => h.organisationId === id && h.organisationKind === 'hrss' && h.role === 'administrator',
  );
  if (!authority) return notFound('家机构');
  const { rows } = await sql<UnplacedPerson>`
    select p.id as "personId", p.name, ${maskedIdNumber} as "idNumberMasked", e.name as "lastEmployerName", a.until_on as "sinceOn"
    from affiliation a join person p on p.id = a.person_id join organisation e on e.id = a.employer_id
    where a.until_on <= ${today}::date
      and (${authority.level === 'province'} or a.region_code in (select code from region where ${authority.regionCode} in (code, parent_code)))
      and not exists (select 1 from affiliation x where x.person_id = a.person_id and x.from_on >= a.until_on)
    order by a.until_on desc, p.name, p.id limit ${UNPLACED_SHOWN}`.execute(db);
  return { ok: true, value: { items: rows } };
}

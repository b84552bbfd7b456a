import { sql } from 'kysely';
import type { OrganisationDetail, OrganisationSummary, OrganisationsQuery } from '../../contract/organisations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { LEVELS, type Level, ORGANISATION_KINDS, UNIT_KINDS, type UnitKind } from '../../rules/vocabulary.ts';
import { isProvinceAdministrator, managesUnit, notFound } from '../acts/caller.ts';
import { belongsTo } from '../acts/people.ts';
import { administersPlace } from '../acts/places.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';

/**
 * Which organisations somebody administers: their own, and for the HRSS authority of a place those of the place and of the places below.
 * `o` is the organisation of the statement.
 */
function administered(scope: Scope) {
  const own = scope.holdings.filter((h) => h.role === 'administrator');
  const ids = own.map((h) => h.organisationId);
  const places = own.filter((h) => h.organisationKind === 'hrss').map((h) => h.regionCode);
  return sql<boolean>`(${isProvinceAdministrator(scope)} or o.id = any (${ids}::text[])
    or o.region_code in (select code from region where code = any (${places}::text[]) or parent_code = any (${places}::text[])))`;
}

type Attributes = {
  name: string;
  level: Level;
  regionCode: string;
  regionName: string;
  industryCode: string | null;
  industryName: string | null;
  unitKind: UnitKind | null;
  supervisingDepartmentId: string | null;
  supervisingDepartmentName: string | null;
  studyArchive: boolean;
};

/** The attributes of a row `x` that has them, with the names of what it points to. */
const ATTRIBUTES = sql`x.name, x.level, x.region_code as "regionCode", r.name as "regionName", x.industry_code as "industryCode",
  i.name as "industryName", x.unit_kind as "unitKind", x.supervising_department_id as "supervisingDepartmentId",
  d.name as "supervisingDepartmentName", x.study_archive as "studyArchive"`;
const NAMES = sql`join region r on r.code = x.region_code left join industry i on i.code = x.industry_code
  left join organisation d on d.id = x.supervising_department_id`;

const inWords = <T extends Attributes>(row: T) => ({
  ...row,
  levelName: LEVELS[row.level],
  unitKindName: row.unitKind && UNIT_KINDS[row.unitKind],
});

type Row = Attributes & Pick<OrganisationSummary, 'id' | 'kind' | 'closedOn'>;

/** A page of the organisations the caller administers, in the order of their ids: places together. */
export async function readOrganisations(
  db: Db,
  scope: Scope,
  { q = '', kind, regionCode, limit, after = '' }: OrganisationsQuery,
): Promise<Outcomes<{ items: OrganisationSummary[]; next: string | null }>> {
  const { rows } = await sql<Row>`
    select x.id, x.kind, x.closed_on as "closedOn", ${ATTRIBUTES}
    from (select o.* from organisation o
          where ${administered(scope)} and o.id > ${after} and (${kind ?? null}::text is null or o.kind = ${kind ?? null})
            and (${regionCode ?? null}::text is null or o.region_code = ${regionCode ?? null}) and (${q} = '' or position(${q} in o.name) > 0)
          order by o.id limit ${limit + 1}) x ${NAMES} order by x.id`.execute(db);
  const items = rows.slice(0, limit).map((row) => ({ ...inWords(row), kindName: ORGANISATION_KINDS[row.kind] }));
  return { ok: true, value: { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null } };
}

/** One organisation with what it was and will be, for who administers it. */
export async function readOrganisation(
  db: Db,
  scope: Scope,
  id: string,
  today: string,
): Promise<Outcomes<OrganisationDetail>> {
  const { rows } = await sql<Row & { successorName: string | null; people: number }>`
    select x.id, x.kind, x.closed_on as "closedOn", ${ATTRIBUTES}, s.name as "successorName",
      (select count(*)::int from person p where ${belongsTo(id, today)}) as people
    from (select o.* from organisation o where o.id = ${id} and ${administered(scope)}) x ${NAMES}
    left join organisation s on s.id = x.successor_id`.execute(db);
  const [row] = rows;
  if (!row) return notFound('家机构');
  const [history, mayChange] = await Promise.all([readHistory(db, id, today), mayRegister(db, scope, row)]);
  const isOpen = row.closedOn === null;
  const isManager = managesUnit(scope, id);
  const value = {
    ...inWords(row),
    kindName: ORGANISATION_KINDS[row.kind],
    history,
    permissions: {
      change: isOpen && mayChange,
      close: isOpen && mayChange && row.kind === 'employer',
      people: isOpen && isManager,
      roles: isOpen && (isManager || isProvinceAdministrator(scope)),
    },
  };
  return { ok: true, value };
}

const mayRegister = (db: Db, scope: Scope, { kind, regionCode }: Row): Promise<boolean> =>
  kind === 'employer' ? administersPlace(db, scope, regionCode) : Promise.resolve(isProvinceAdministrator(scope));

async function readHistory(db: Db, id: string, today: string): Promise<OrganisationDetail['history']> {
  const { rows } = await sql<Attributes & { fromOn: string; recordedByName: string; isFuture: boolean }>`
    select x.from_on as "fromOn", ${ATTRIBUTES}, p.name as "recordedByName", x.from_on > ${today}::date as "isFuture"
    from organisation_change x ${NAMES} join person p on p.id = x.recorded_by
    where x.organisation_id = ${id} order by x.from_on desc`.execute(db);
  return rows.map(inWords);
}

const UNITS_SHOWN = 20;

/** Units by a part of their name, for a move: what a unit is called is no secret. */
export async function findUnits(db: Db, q: string): Promise<{ id: string; name: string; regionName: string }[]> {
  const { rows } = await sql<{ id: string; name: string; regionName: string }>`
    select o.id, o.name, r.name as "regionName" from organisation o join region r on r.code = o.region_code
    where o.kind = 'employer' and o.closed_on is null and position(${q} in o.name) > 0
    order by o.name, o.id limit ${UNITS_SHOWN}`.execute(db);
  return rows;
}

/** The lists that forms choose from. */
export async function readPlaces(db: Db) {
  const [regions, industries, bodies] = await Promise.all([
    db.selectFrom('region').select(['code', 'name', 'level', 'parent_code as parentCode']).orderBy('code').execute(),
    db.selectFrom('industry').select(['code', 'name']).orderBy('code').execute(),
    db
      .selectFrom('organisation')
      .select(['id', 'name', 'kind'])
      .where('closed_on', 'is', null)
      .where((eb) =>
        eb.or([
          eb('kind', 'in', ['provincial-supervising-department', 'personnel-archive-agency']),
          eb.and([eb('kind', '=', 'industry-authority'), eb('level', '=', 'province')]),
        ]),
      )
      .orderBy('id')
      .execute(),
  ]);
  const named = (isAgency: boolean) =>
    bodies.filter((b) => (b.kind === 'personnel-archive-agency') === isAgency).map(({ id, name }) => ({ id, name }));
  return { regions, industries, departments: named(false), agencies: named(true) };
}

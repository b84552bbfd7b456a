import { type Selectable, sql } from 'kysely';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import type { NewOrganisation, OrganisationChange } from '../../contract/organisations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { addDays } from '../../rules/calendar.ts';
import type { Level, OrganisationKind } from '../../rules/vocabulary.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import type { Database } from '../schema.ts';
import { type Caller, isProvinceAdministrator, notFound, provinceOnly, refuse } from './caller.ts';
import { constraintOf, openOrganisation, splitAffiliations } from './people.ts';
import { administersPlace } from './places.ts';
import { auditCte } from './trail.ts';

/** 机构登记: employers are registered by the HRSS authority of their place (Art. 8), every other body by the province. */

type Attributes = Omit<OrganisationChange, 'fromOn'>;

/** Registers an organisation; the same request again answers the same. */
export async function registerOrganisation(
  db: Db,
  caller: Caller,
  { requestKey, today, ...given }: NewOrganisation & { requestKey: string; today: string },
): Promise<Outcomes<{ id: string }>> {
  if (!(await mayRegister(db, caller, given))) {
    return given.kind === 'employer'
      ? refuse('forbidden', '用人单位由所在地人力资源和社会保障部门的管理员登记。', '请联系该地人社部门。', {
          provision: '8',
        })
      : provinceOnly();
  }
  try {
    return await db.transaction().execute(async (trx) => {
      const before = await trx
        .selectFrom('organisation')
        .select('id')
        .where('registered_by', '=', caller.personId)
        .where('request_key', '=', requestKey)
        .executeTakeFirst();
      if (before) return { ok: true, value: before };
      const misfit = await whyMisfit(trx, given.kind, given);
      if (misfit) return misfit;
      return { ok: true, value: await insertOrganisation(trx, caller, { ...given, requestKey, today }) };
    });
  } catch (error) {
    const constraint = constraintOf(error);
    if (constraint === 'organisation_authority' || constraint === 'organisation_pkey')
      return misfit('regionCode', '该区划和行业的主管部门已经登记。', '请在机构列表中查看。');
    throw error;
  }
}

const mayRegister = async (
  db: Db,
  caller: Caller,
  { kind, regionCode }: Pick<NewOrganisation, 'kind' | 'regionCode'>,
) => (kind === 'employer' ? administersPlace(db, caller, regionCode) : isProvinceAdministrator(caller));

const misfit = (path: string, detail: string, fix: string) =>
  refuse('organisation-misfit', detail, fix, { fields: [{ path, message: detail }] });

/** What an organisation of a kind must and must not have. */
async function whyMisfit(trx: Db, kind: OrganisationKind, given: Attributes) {
  const { regionCode, industryCode, unitKind } = given;
  const region = await trx.selectFrom('region').select('level').where('code', '=', regionCode).executeTakeFirst();
  if (!region) return misfit('regionCode', '没有这个行政区划。', '请从列表中选择。');
  const needsIndustry = kind === 'employer' || kind === 'industry-authority';
  if (needsIndustry !== (industryCode !== null))
    return misfit(
      'industryCode',
      needsIndustry ? '请选择行业。' : '这类机构不填行业。',
      '用人单位和行业主管部门须选择行业，其他机构不选。',
    );
  if (industryCode !== null) {
    const known = await trx.selectFrom('industry').select('code').where('code', '=', industryCode).executeTakeFirst();
    if (!known) return misfit('industryCode', '没有这个行业。', '请从列表中选择。');
  }
  if ((kind === 'employer') !== (unitKind !== null))
    return misfit(
      'unitKind',
      kind === 'employer' ? '请选择单位类型。' : '这类机构不填单位类型。',
      '单位类型只适用于用人单位。',
    );
  if (unitKind === 'archive-hosted')
    return misfit(
      'unitKind',
      '档案托管是人员的情形，不是单位类型。',
      '请选择市县单位；托管人员由人事档案管理服务机构登记。',
    );
  if (kind === 'provincial-supervising-department' && region.level !== 'province')
    return misfit('regionCode', '省直主管部门应为省级机构。', '请选择湖北省。');
  return whyNotSupervised(trx, given, region.level);
}

async function whyNotSupervised(trx: Db, { unitKind, supervisingDepartmentId }: Attributes, level: Level) {
  if (unitKind !== 'provincial-direct') {
    return supervisingDepartmentId === null
      ? null
      : misfit('supervisingDepartmentId', '只有省直单位填写省直主管部门。', '请清除该项，或改选省直单位。');
  }
  if (level !== 'province') return misfit('regionCode', '省直单位的区划应为湖北省。', '请选择湖北省。');
  const department = await trx
    .selectFrom('organisation')
    .select('id')
    .where('id', '=', supervisingDepartmentId ?? '')
    .where('level', '=', 'province')
    .where('kind', 'in', ['provincial-supervising-department', 'industry-authority'])
    .where('closed_on', 'is', null)
    .executeTakeFirst();
  return department
    ? null
    : misfit('supervisingDepartmentId', '请选择省直主管部门。', '省直单位的学时由省直主管部门复审（第十四条）。');
}

type New = NewOrganisation & { requestKey: string; today: string };

async function insertOrganisation(trx: Db, caller: Caller, given: New): Promise<{ id: string }> {
  const { kind, name, regionCode, industryCode, unitKind, supervisingDepartmentId, studyArchive, requestKey, today } =
    given;
  const { rows } = await sql<{ id: string }>`
    with made as (
      insert into organisation (id, name, kind, level, region_code, industry_code, unit_kind, supervising_department_id, study_archive,
                                registered_by, request_key)
      select ${idFor(given)}, ${name}, ${kind}, r.level, r.code, ${industryCode}, ${unitKind}, ${supervisingDepartmentId}, ${studyArchive},
             ${caller.personId}, ${requestKey}
      from region r where r.code = ${regionCode} returning *),
    kept as (
      insert into organisation_change (organisation_id, from_on, name, unit_kind, level, region_code, industry_code,
                                       supervising_department_id, study_archive, recorded_by)
      select id, ${today}::date, name, unit_kind, level, region_code, industry_code, supervising_department_id, study_archive,
             ${caller.personId} from made),
    ${auditCte(caller, { action: 'organisation.registered', subjectKind: 'organisation', subjectId: sql`made.id`, from: 'made', detail: { kind, regionCode } })}
    select id from made`.execute(trx);
  const [made] = rows;
  if (!made) throw new Error('an organisation of a known region was not made');
  return made;
}

/** A readable id, as everywhere: kind, place, and a number where there are several. */
function idFor({ kind, regionCode, industryCode }: New) {
  const number = sql`nextval('organisation_number')`;
  switch (kind) {
    case 'hrss':
      return sql`${`hrss-${regionCode}`}`;
    case 'industry-authority':
      return sql`${`ind-${regionCode}-${industryCode ?? ''}`}`;
    case 'employer':
      return sql`${`emp-${regionCode}-`} || ${number}`;
    case 'personnel-archive-agency':
      return sql`${`agency-${regionCode}-`} || ${number}`;
    case 'provincial-supervising-department':
      return sql`'dept-' || ${number}`;
    case 'education-base':
      return sql`'base-' || ${number}`;
    case 'organisation-department':
      return sql`${`od-${regionCode}`}`;
  }
}

type Change = OrganisationChange & { id: string; today: string };

/**
 * Changes what an organisation is from a day on: its row today, or on that day by the timetable; its people's affiliations by dated rows.
 * A claim keeps what it was submitted with.
 */
export async function changeOrganisation(
  db: Db,
  caller: Caller,
  { id, today, ...change }: Change,
): Promise<Outcomes<{ id: string; fromOn: string; people: number }>> {
  return db.transaction().execute(async (trx) => {
    const old = await trx.selectFrom('organisation').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!old || !(await mayRegister(trx, caller, { kind: old.kind, regionCode: old.region_code })))
      return notFound('家机构');
    const open = await openOrganisation(trx, id);
    if (!open.ok) return open;
    if (!(await mayRegister(trx, caller, { kind: old.kind, regionCode: change.regionCode })))
      return refuse('forbidden', '不能把单位改到管辖范围以外的区划。', '请由上一级人社部门办理。', { provision: '8' });
    const barred = (await whyMisfit(trx, old.kind, change)) ?? (await whyOutOfOrder(trx, id, change.fromOn, today));
    if (barred) return barred;
    await keepChange(trx, caller, id, change);
    if (change.fromOn <= today) await takeOverChanges(trx, today);
    const people = await carryToPeople(trx, id, { ...change, oldIndustry: old.industry_code });
    const entry = {
      action: 'organisation.changed',
      subjectKind: 'organisation',
      subjectId: id,
      organisationId: id,
    } as const;
    const detail = { fromOn: change.fromOn, people, ...changesOf(factsOfRow(old), factsOf(change)) };
    await sql`with ${auditCte(caller, { ...entry, detail })} select 1`.execute(trx);
    return { ok: true, value: { id, fromOn: change.fromOn, people } };
  });
}

const factsOf = (of: Attributes) =>
  ({
    name: of.name,
    regionCode: of.regionCode,
    industryCode: of.industryCode,
    unitKind: of.unitKind,
    supervisingDepartmentId: of.supervisingDepartmentId,
    studyArchive: of.studyArchive,
  }) satisfies AuditFacts;
const factsOfRow = (row: Selectable<Database['organisation']>) =>
  factsOf({
    name: row.name,
    regionCode: row.region_code,
    industryCode: row.industry_code,
    unitKind: row.unit_kind,
    supervisingDepartmentId: row.supervising_department_id,
    studyArchive: row.study_archive,
  });

async function whyOutOfOrder(trx: Db, id: string, fromOn: string, today: string) {
  if (fromOn < today || fromOn > addDays(today, 366))
    return refuse('change-out-of-order', '变更日期应在今天起一年以内。', '请填写今天或以后的日期。', {
      fields: [{ path: 'fromOn', message: '今天起一年以内' }],
    });
  const last = await trx
    .selectFrom('organisation_change')
    .select('from_on')
    .where('organisation_id', '=', id)
    .orderBy('from_on', 'desc')
    .executeTakeFirst();
  if (!last || last.from_on < fromOn) return null;
  return refuse('change-out-of-order', `${last.from_on}已有一次变更，新的变更须晚于它。`, '请选择更晚的日期。');
}

async function keepChange(trx: Db, caller: Caller, id: string, change: OrganisationChange): Promise<void> {
  const { fromOn, name, unitKind, regionCode, industryCode, supervisingDepartmentId, studyArchive } = change;
  // The first change also keeps what was before it.
  await sql`
    insert into organisation_change (organisation_id, from_on, name, unit_kind, level, region_code, industry_code,
                                     supervising_department_id, study_archive, recorded_by)
    select id, least((created_at at time zone 'Asia/Shanghai')::date, ${fromOn}::date - 1), name, unit_kind, level, region_code,
           industry_code, supervising_department_id, study_archive, ${caller.personId}
    from organisation where id = ${id} and not exists (select 1 from organisation_change where organisation_id = ${id})`.execute(
    trx,
  );
  await sql`
    insert into organisation_change (organisation_id, from_on, name, unit_kind, level, region_code, industry_code,
                                     supervising_department_id, study_archive, recorded_by)
    select ${id}, ${fromOn}::date, ${name}, ${unitKind}, level, code, ${industryCode}, ${supervisingDepartmentId}, ${studyArchive},
           ${caller.personId}
    from region where code = ${regionCode}`.execute(trx);
}

/** Brings organisations to what they are today by their dated changes; run again it changes nothing. @returns how many changed */
export async function takeOverChanges(db: Db, today: string): Promise<number> {
  const { rows } = await sql`
    update organisation o set name = c.name, unit_kind = c.unit_kind, level = c.level, region_code = c.region_code,
      industry_code = c.industry_code, supervising_department_id = c.supervising_department_id, study_archive = c.study_archive
    from (select distinct on (organisation_id) * from organisation_change where from_on <= ${today}::date
          order by organisation_id, from_on desc) c
    where c.organisation_id = o.id
      and (o.name, o.unit_kind, o.level, o.region_code, o.industry_code, o.supervising_department_id, o.study_archive) is distinct from
          (c.name, c.unit_kind, c.level, c.region_code, c.industry_code, c.supervising_department_id, c.study_archive)
    returning o.id`.execute(db);
  return rows.length;
}

type Carried = OrganisationChange & { oldIndustry: string | null };
type Affected = { id: string; until_on: string | null; set: Record<string, unknown>; starts_later: boolean };

/**
 * The unit's people follow it from the day on: kind, place and trade for its own; for hosted people the agency decides kind and place,
 * the employer the trade. A person with a trade of their own keeps it.
 */
async function carryToPeople(trx: Db, id: string, change: Carried): Promise<number> {
  const { rows } = await sql<Affected>`
    select a.id, a.until_on, a.from_on >= ${change.fromOn}::date as starts_later,
      jsonb_strip_nulls(
        case when a.employer_id = ${id} and a.archive_agency_id is null
          then jsonb_build_object('unit_kind', ${change.unitKind}::text, 'level', r.level, 'region_code', r.code) else '{}' end
        || case when a.archive_agency_id = ${id} then jsonb_build_object('level', r.level, 'region_code', r.code) else '{}' end
        || case when a.employer_id = ${id} and a.industry_code = ${change.oldIndustry}
          then jsonb_build_object('industry_code', ${change.industryCode}::text) else '{}' end) as set
    from affiliation a, region r
    where r.code = ${change.regionCode} and ${id} in (a.employer_id, a.archive_agency_id)
      and (a.until_on is null or a.until_on > ${change.fromOn}::date)
    order by a.id for no key update of a`.execute(trx);
  const changed = await trx
    .selectFrom('affiliation')
    .selectAll()
    .where('id', 'in', rows.length > 0 ? rows.map((row) => row.id) : ['00000000-0000-0000-0000-000000000000'])
    .execute();
  const current = new Map(changed.map((row) => [row.id, row as Record<string, unknown>]));
  const differing = rows.filter(({ id: row, set }) =>
    Object.entries(set).some(([k, v]) => current.get(row)?.[k] !== v),
  );
  for (const group of groupsOf(differing)) {
    const [first] = group;
    if (!first) continue;
    const dated = group.map(({ id: row, until_on }) => ({ id: row, until_on }));
    if (first.starts_later) await amend(trx, dated, first.set);
    else await splitAffiliations(trx, dated, { fromOn: change.fromOn, set: first.set });
  }
  return differing.length;
}

/** People who change alike, so that a unit of thousands is a few statements. */
function groupsOf(rows: readonly Affected[]): Affected[][] {
  const groups = new Map<string, Affected[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.starts_later, row.set]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

/** An affiliation that begins on the day or later is what it was never anything else than. */
const amend = (trx: Db, rows: readonly { id: string }[], set: Record<string, unknown>) =>
  sql`
    update affiliation a set unit_kind = x.unit_kind, level = x.level, region_code = x.region_code, industry_code = x.industry_code
    from (select (jsonb_populate_record(b, ${JSON.stringify(set)}::jsonb)).* from affiliation b
          where b.id = any (${rows.map((row) => row.id)}::uuid[])) x
    where x.id = a.id`.execute(trx);

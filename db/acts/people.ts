import { sql } from 'kysely';
import type { NewPerson } from '../../contract/people.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { addDays } from '../../rules/calendar.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import { type Caller, isProvinceAdministrator, managesUnit, notFound, refuse } from './caller.ts';
import { tell } from './notices.ts';
import { unlessProbing } from './probing.ts';
import { auditCte } from './trail.ts';

/** 人员登记: who belongs to an organisation, and how they first sign in. */

type Registration = {
  organisationId: string;
  person: NewPerson;
  username: string;
  passwordHash: string;
  requestKey: string;
  today: string;
};
type Registered = { personId: string; username: string };

/**
 * Registers a person (Arts. 10, 14): an employer its own people, an agency those whose file it hosts, any other body its officers, who
 * get no affiliation. Who is known by their ID number is not registered twice; the answer says nothing of where they are, and is given so
 * often and no more.
 */
export async function registerPerson(
  db: Db,
  caller: Caller,
  registration: Registration,
): Promise<Outcomes<Registered>> {
  const { organisationId } = registration;
  if (!managesUnit(caller, organisationId)) return notFound('家机构');
  return unlessProbing(db, caller, { organisationId, telling: ['person-known'] }, () =>
    register(db, caller, registration),
  );
}

async function register(db: Db, caller: Caller, registration: Registration): Promise<Outcomes<Registered>> {
  const { organisationId, person } = registration;
  try {
    return await db.transaction().execute(async (trx) => {
      if (await usedKey(trx, caller, registration.requestKey)) return shownBefore();
      const place = await placeFor(trx, registration);
      if (!place.ok) return place;
      const made = await trx
        .insertInto('person')
        .values({ name: person.name, id_number: person.idNumber, title: person.title === '' ? null : person.title })
        .onConflict((c) => c.column('id_number').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!made) return alreadyKnown(trx, caller, organisationId);
      if (place.value) await insertAffiliation(trx, made.id, { ...place.value, fromOn: person.fromOn });
      await openAccount(trx, caller, made.id, registration);
      return { ok: true, value: { personId: made.id, username: registration.username } };
    });
  } catch (error) {
    if (constraintOf(error) === 'person_registration_registered_by_request_key_key') return shownBefore();
    throw error;
  }
}

export const constraintOf = (error: unknown): unknown =>
  error instanceof Error && 'constraint' in error ? error.constraint : undefined;

const usedKey = (trx: Db, caller: Caller, requestKey: string) =>
  trx
    .selectFrom('person_registration')
    .select('person_id')
    .where('registered_by', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();

const shownBefore = () =>
  refuse('request-key-reused', '这次登记已经完成，一次性密码只显示一次。', '如未记下密码，请在人员列表中重置密码。');

/** Kept apart from the person's row: that somebody asked is in the trail, whom they asked for is not. */
async function alreadyKnown(trx: Db, caller: Caller, organisationId: string) {
  await sql`
    with ${auditCte(caller, { action: 'person.known', subjectKind: 'organisation', subjectId: organisationId, organisationId })}
    select 1`.execute(trx);
  return refuse(
    'person-known',
    '这个身份证号码已经登记过，不能重复登记。',
    '如该人员将调入本单位，请在“调动”中按姓名和身份证号码提出调动，由本人和原单位同意后生效。',
  );
}

export type Placement = { employerId: string; agencyId: string | null };

/** Where the new person belongs; null for officers of an authority. */
async function placeFor(trx: Db, { organisationId, person, today }: Registration): Promise<Outcomes<Placement | null>> {
  const organisation = await openOrganisation(trx, organisationId);
  if (!organisation.ok) return organisation;
  if (person.fromOn > addDays(today, 31)) {
    return refuse('invalid-input', '任职起始日期过晚。', '请填写今天起 31 日以内的日期，或届时再登记。', {
      fields: [{ path: 'fromOn', message: '不晚于今天之后 31 日' }],
    });
  }
  switch (organisation.value.kind) {
    case 'employer':
      return { ok: true, value: { employerId: organisationId, agencyId: null } };
    case 'personnel-archive-agency':
      return hostedAt(trx, organisationId, person.employerId);
    case 'hrss':
    case 'industry-authority':
    case 'provincial-supervising-department':
    case 'education-base':
    case 'organisation-department':
      return { ok: true, value: null };
  }
}

/** A hosted person's employer must be a unit that is there. */
export async function hostedAt(
  trx: Db,
  agencyId: string,
  employerId: string | undefined,
): Promise<Outcomes<Placement>> {
  const employer = employerId === undefined ? notFound('家单位') : await openOrganisation(trx, employerId);
  if (!employer.ok || employer.value.kind !== 'employer') {
    return refuse(
      'organisation-misfit',
      '请选择该人员实际工作的用人单位。',
      '按单位名称查找后选择；未登记的单位请先由所在地人社部门登记。',
      {
        fields: [{ path: 'employerId', message: '请选择用人单位' }],
      },
    );
  }
  return { ok: true, value: { employerId: employer.value.id, agencyId } };
}

/** An organisation that has not been closed. */
export async function openOrganisation(trx: Db, id: string) {
  const found = await trx
    .selectFrom('organisation')
    .select(['id', 'kind', 'level', 'region_code', 'name', 'closed_on'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!found) return notFound('家机构');
  if (found.closed_on !== null)
    return refuse('organisation-closed', '这家机构已经撤销，不能再办理。', '请选择承接其业务的机构。');
  return { ok: true as const, value: found };
}

/** The affiliation that follows from a unit and, for a hosted person, the agency, whose place decides who reviews (Art. 14). */
export async function insertAffiliation(
  trx: Db,
  personId: string,
  { employerId, agencyId, fromOn }: Placement & { fromOn: string },
): Promise<void> {
  await sql`
    insert into affiliation (person_id, employer_id, unit_kind, archive_agency_id, level, region_code, industry_code, from_on)
    select ${personId}, e.id, case when g.id is null then e.unit_kind else 'archive-hosted' end, g.id,
      coalesce(g.level, e.level), coalesce(g.region_code, e.region_code), e.industry_code, ${fromOn}::date
    from organisation e left join organisation g on g.id = ${agencyId} where e.id = ${employerId}`.execute(trx);
}

async function openAccount(trx: Db, caller: Caller, personId: string, of: Registration): Promise<void> {
  const { organisationId, username, passwordHash, requestKey } = of;
  await sql`
    with opened as (
      insert into account (person_id, username, password_hash, must_change_password)
      values (${personId}, ${username}, ${passwordHash}, true)),
    noted as (
      insert into person_registration (person_id, organisation_id, registered_by, request_key)
      values (${personId}, ${organisationId}, ${caller.personId}, ${requestKey})),
    ${auditCte(caller, { action: 'person.registered', subjectKind: 'person', subjectId: personId, organisationId })}
    select 1`.execute(trx);
}

/**
 * A condition under which person `p` is one of the organisation's: affiliated today (or from a later day), hosted, registered by it
 * without an affiliation elsewhere, or holding a role there.
 */
export const belongsTo = (organisationId: string, today: string) => sql<boolean>`(
  exists (select 1 from affiliation a where a.person_id = p.id and ${organisationId} in (a.employer_id, a.archive_agency_id)
          and (a.until_on is null or a.until_on > ${today}::date))
  or exists (select 1 from role_holding h where h.person_id = p.id and h.organisation_id = ${organisationId}
             and (h.until_on is null or h.until_on > ${today}::date))
  or exists (select 1 from person_registration g where g.person_id = p.id and g.organisation_id = ${organisationId})
     and not exists (select 1 from affiliation a where a.person_id = p.id and (a.until_on is null or a.until_on > ${today}::date)))`;

type Reset = { organisationId: string; personId: string; username: string; passwordHash: string; today: string };

/**
 * Gives a person of the unit a new one-time password and ends their sessions; they are told. Somebody who reviews, or serves another body
 * as well, is left to the province: a unit's manager must not come into a reviewer's or an authority's account.
 */
export async function resetPassword(db: Db, caller: Caller, reset: Reset): Promise<Outcomes<Registered>> {
  return db.transaction().execute(async (trx) => {
    const own = { detail: '不能重置本人的密码。', fix: '请在“我的”菜单的“任职与密码”中修改。' };
    const allowed = await maySignInFor(trx, caller, reset, own);
    if (!allowed.ok) return allowed;
    const { personId } = reset;
    return { ok: true, value: { personId, username: await replacePassword(trx, caller, reset) } };
  });
}

type SignedInFor = { organisationId: string; personId: string; today: string };

/**
 * Whether the caller may decide how a person of the unit signs in, by a new password or another identity; holds the person's row until
 * the transaction ends.
 * @param own what to say to somebody who wants it for themselves
 */
export async function maySignInFor(
  trx: Db,
  caller: Caller,
  { organisationId, personId, today }: SignedInFor,
  own: { detail: string; fix: string },
): Promise<Outcomes<null>> {
  if (!managesUnit(caller, organisationId) && !isProvinceAdministrator(caller)) return notFound('位人员');
  const { rows } = await sql<{ trusted: boolean }>`
    select exists (select 1 from role_holding h where h.person_id = p.id
                   and (h.organisation_id <> ${organisationId} or h.role in ('first-reviewer', 're-reviewer', 'filing-officer'))
                   and (h.until_on is null or h.until_on > ${today}::date)) as trusted
    from person p where p.id = ${personId} and ${belongsTo(organisationId, today)} for no key update`.execute(trx);
  const [person] = rows;
  if (!person) return notFound('位人员');
  if (personId === caller.personId) return refuse('forbidden', own.detail, own.fix);
  if (person.trusted && !isProvinceAdministrator(caller))
    return refuse(
      'forbidden',
      '该人员承担审核工作或在其他机构任职，其登录方式不能由本单位变更。',
      '请联系省人社厅系统管理员。',
    );
  return { ok: true, value: null };
}

async function replacePassword(trx: Db, caller: Caller, { personId, organisationId, username, passwordHash }: Reset) {
  await trx.deleteFrom('session').where('person_id', '=', personId).execute();
  await trx.deleteFrom('oidc_attempt').where('person_id', '=', personId).execute();
  const { rows } = await sql<{ username: string }>`
    with replaced as (
      insert into account (person_id, username, password_hash, must_change_password)
      values (${personId}, ${username}, ${passwordHash}, true)
      on conflict (person_id) do update set password_hash = excluded.password_hash, must_change_password = true, failed_logins = 0,
        locked_until = null
      returning account.username),
    ${auditCte(caller, { action: 'password.reset', subjectKind: 'account', subjectId: personId, organisationId })}
    select username from replaced`.execute(trx);
  await tell(trx, [{ personId, kind: 'password-reset', key: caller.requestId, detail: { path: '/me/career' } }]);
  return rows[0]?.username ?? username;
}

type AffiliationChange = {
  organisationId: string;
  personId: string;
  fromOn: string;
  industryCode: string;
  today: string;
};

/** A person's industry at the unit changes from a day on (从某日起变更行业): a new dated row; claims keep what they were submitted with. */
export async function changeAffiliation(
  db: Db,
  caller: Caller,
  { organisationId, personId, fromOn, industryCode, today }: AffiliationChange,
): Promise<Outcomes<{ personId: string; fromOn: string }>> {
  if (!managesUnit(caller, organisationId)) return notFound('位人员');
  if (fromOn < today) return refuse('change-out-of-order', '变更日期不能早于今天。', '请填写今天或以后的日期。');
  return db.transaction().execute(async (trx) => {
    const current = await trx
      .selectFrom('affiliation')
      .select(['id', 'from_on', 'until_on', 'industry_code'])
      .where('person_id', '=', personId)
      .where((eb) => eb.or([eb('employer_id', '=', organisationId), eb('archive_agency_id', '=', organisationId)]))
      .where((eb) => eb.or([eb('until_on', 'is', null), eb('until_on', '>', fromOn)]))
      .orderBy('from_on')
      .forUpdate()
      .executeTakeFirst();
    if (!current) return notFound('位人员');
    const industry = await trx
      .selectFrom('industry')
      .select('code')
      .where('code', '=', industryCode)
      .executeTakeFirst();
    if (!industry) return notFound('个行业');
    if (current.from_on >= fromOn)
      return refuse('change-out-of-order', '该人员在此日期之后已有任职变更。', '请选择更晚的日期。');
    await splitAffiliations(trx, [current], { fromOn, set: { industry_code: industryCode } });
    const entry = {
      action: 'affiliation.changed',
      subjectKind: 'person',
      subjectId: personId,
      organisationId,
    } as const;
    const detail = { fromOn, ...changesOf({ industryCode: current.industry_code }, { industryCode }) };
    await sql`with ${auditCte(caller, { ...entry, detail })} select 1`.execute(trx);
    return { ok: true, value: { personId, fromOn } };
  });
}

type Dated = { id: string; until_on: string | null };

/** Ends affiliations on a day and goes on from it with some columns changed, so that no day is covered twice and none is lost. */
export async function splitAffiliations(
  trx: Db,
  rows: readonly Dated[],
  { fromOn, set }: { fromOn: string; set: Record<string, unknown> },
): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map((row) => row.id);
  await sql`update affiliation set until_on = ${fromOn}::date where id = any (${ids}::uuid[])`.execute(trx);
  await sql`
    insert into affiliation
    select (jsonb_populate_record(a, ${JSON.stringify(set)}::jsonb
      || jsonb_build_object('id', uuidv7(), 'from_on', ${fromOn}::date, 'until_on', x.until_on))).*
    from affiliation a join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id uuid, until_on date) on x.id = a.id`.execute(
    trx,
  );
}

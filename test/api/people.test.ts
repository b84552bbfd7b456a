import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isIdNumber } from '../../contract/id-number.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { takeOverChanges } from '../../db/acts/organisations.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import type { Role } from '../../rules/vocabulary.ts';
import { conference } from '../support/world.ts';
import {
  approval,
  type Bench,
  expectProblem,
  lookAndCall,
  makeBench,
  openNext,
  returned,
  underReview,
} from './support.ts';

/** People and organisations are registered by whose they are, and change from a day on. */

let bench: Bench;
let province: Caller;
let city: Caller;
let county: Caller;
let manager: Caller;
let otherManager: Caller;
let agency: Caller;
beforeAll(async () => {
  bench = await makeBench();
  province = await appointed('hrss-420000');
  city = await appointed('hrss-420500');
  county = await appointed('hrss-420502');
  manager = await appointed('emp-city', 'administrator', 'emp-city');
  otherManager = await appointed('emp-county');
  agency = await appointed('agency-420500');
});
afterAll(() => bench.close());

const TODAY = legalDay(Date.now());

const appointed = (organisationId: string, role: Role = 'administrator', employer = 'emp-central') =>
  bench.world.appoint(organisationId, role, employer);

let numbers = 100;
/** An ID number with the right check character. */
function anIdNumber(): string {
  numbers += 1;
  const digits = `42050019850315${String(numbers)}`;
  const check = [...'0123456789X'].find((c) => isIdNumber(digits + c));
  return digits + (check ?? '');
}

const newcomer = (more: Record<string, unknown> = {}) => ({
  name: '新来的人',
  idNumber: anIdNumber(),
  title: '工程师',
  fromOn: TODAY,
  ...more,
});
const register = (as: Caller, id: string, body: Record<string, unknown>, key: string = randomUUID()) =>
  bench.call('registerPerson', { as, params: { id }, headers: { 'idempotency-key': key }, body });
const signIn = (username: string, password: string) => bench.call('signIn', { body: { username, password } });
const cookieFrom = (answer: { headers: Record<string, unknown> }) => String(answer.headers['set-cookie']).split(';')[0];

test('an ID number is judged by its check character and its birth date (GB 11643)', () => {
  expect(isIdNumber('11010519491231002X')).toBe(true);
  expect(isIdNumber('110105194912310021')).toBe(false);
  expect(isIdNumber('110105194913310025')).toBe(false);
  expect(isIdNumber('11010519491231002x')).toBe(false);
});

describe('registering a person', () => {
  test('opens an account whose one-time password opens nothing but its own change', async () => {
    const made = await register(manager, 'emp-city', newcomer());
    expect(made.status).toBe(201);
    const { username, oneTimePassword, personId } = made.json;
    const signedIn = await signIn(username, oneTimePassword);
    expect(signedIn.json).toMatchObject({ mustChangePassword: true, affiliation: { employerId: 'emp-city' } });
    const cookie = cookieFrom(signedIn);
    expectProblem(await bench.call('myClaims', { cookie }), 403, 'password-change-required');
    const change = (current: string, next: string) => bench.call('changePassword', { cookie, body: { current, next } });
    expectProblem(await change('wrong', 'a-new-password-1'), 422, 'wrong-password');
    expectProblem(await change(oneTimePassword, 'short'), 400, 'invalid-input');
    const changed = await change(oneTimePassword, 'a-new-password-1');
    expect(changed.json).toMatchObject({ mustChangePassword: false });
    expect((await bench.call('myClaims', { cookie: cookieFrom(changed) })).status).toBe(200);
    expect((await signIn(username, oneTimePassword)).status).toBe(401);
    expect((await signIn(username, 'a-new-password-1')).status).toBe(200);
    const trail = await bench.db.selectFrom('audit').select('action').where('subject_id', '=', personId).execute();
    expect(trail.map((a) => a.action)).toEqual(expect.arrayContaining(['person.registered', 'password.changed']));
  });

  test('a changed password ends the other sessions', async () => {
    const { username, oneTimePassword } = (await register(manager, 'emp-city', newcomer())).json;
    const [first, second] = [await signIn(username, oneTimePassword), await signIn(username, oneTimePassword)];
    const body = { current: oneTimePassword, next: 'a-new-password-2' };
    await bench.call('changePassword', { cookie: cookieFrom(first), body });
    const { n } = await bench.db
      .selectFrom('session as s')
      .innerJoin('account as a', 'a.person_id', 's.person_id')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('a.username', '=', username)
      .executeTakeFirstOrThrow();
    expect(n).toBe(1);
    expect(cookieFrom(second)).toBeDefined();
  });

  test('twice by one ID number is refused with one answer, wherever the person is', async () => {
    const person = newcomer();
    expect((await register(manager, 'emp-city', person)).status).toBe(201);
    const answers = await Promise.all([
      register(manager, 'emp-city', person),
      register(otherManager, 'emp-county', person),
      register(otherManager, 'emp-county', { ...person, name: '别的名字' }),
    ]);
    for (const answer of answers) expectProblem(answer, 409, 'person-known');
    expect(new Set(answers.map((a) => JSON.stringify({ ...a.json, traceId: '' }))).size).toBe(1);
    expect(answers[0].body).not.toMatch(/新来的人|emp-city|单位 emp/);
  });

  test('is not done twice by one request, and its password is not shown again', async () => {
    const key = randomUUID();
    const person = newcomer();
    expect((await register(manager, 'emp-city', person, key)).status).toBe(201);
    expectProblem(await register(manager, 'emp-city', person, key), 409, 'request-key-reused');
  });

  test('two at once by one ID number make one person', async () => {
    const person = newcomer();
    const answers = await Promise.all([
      register(manager, 'emp-city', person),
      register(otherManager, 'emp-county', person),
    ]);
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409]);
  });

  test('with a wrong check character, a far day or no name is refused', async () => {
    const wrong = newcomer({ idNumber: '420500198503150000' });
    expectProblem(await register(manager, 'emp-city', wrong), 400, 'invalid-input');
    expectProblem(await register(manager, 'emp-city', newcomer({ fromOn: addDays(TODAY, 32) })), 400, 'invalid-input');
    expectProblem(await register(manager, 'emp-city', newcomer({ name: '  ' })), 400, 'invalid-input');
    expectProblem(await register(manager, 'emp-county', newcomer()), 404, 'not-found');
  });

  test('by an agency needs the unit and routes by the agency’s place (Art. 14)', async () => {
    expectProblem(await register(agency, 'agency-420500', newcomer()), 422, 'organisation-misfit');
    const made = await register(agency, 'agency-420500', newcomer({ employerId: 'emp-county' }));
    const row = await bench.db
      .selectFrom('affiliation')
      .select(['unit_kind', 'archive_agency_id', 'region_code', 'level'])
      .where('person_id', '=', made.json.personId)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({
      unit_kind: 'archive-hosted',
      archive_agency_id: 'agency-420500',
      region_code: '420500',
      level: 'city',
    });
  });

  test('by an authority makes an officer without an affiliation', async () => {
    const made = await register(city, 'hrss-420500', newcomer());
    const signedIn = await signIn(made.json.username, made.json.oneTimePassword);
    expect(signedIn.json.affiliation).toBeNull();
    const staff = await bench.call('staff', { as: city, params: { id: 'hrss-420500' }, query: { limit: 100 } });
    expect(staff.json.items.map((p: { personId: string }) => p.personId)).toContain(made.json.personId);
  });
});

describe('a unit’s people', () => {
  test('are listed to its manager page by page, with masked numbers, and to nobody else', async () => {
    const page = await bench.call('staff', { as: manager, params: { id: 'emp-city' }, query: { limit: 2 } });
    expect(page.json.items).toHaveLength(2);
    expect(page.body).not.toMatch(/[0-9]{17}[0-9X]/);
    const next = await bench.call('staff', {
      as: manager,
      params: { id: 'emp-city' },
      query: { limit: 100, after: page.json.next },
    });
    const ids = [...page.json.items, ...next.json.items].map((p: { personId: string }) => p.personId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(manager.personId);
    expectProblem(await bench.call('staff', { as: otherManager, params: { id: 'emp-city' } }), 404, 'not-found');
    expectProblem(await bench.call('staff', { as: county, params: { id: 'emp-city' } }), 404, 'not-found');
    expect((await bench.call('staff', { as: city, params: { id: 'emp-city' } })).status).toBe(200);
  });

  test('get a new one-time password by their manager, not by another’s, nor where they serve an authority', async () => {
    const { personId, username } = (await register(manager, 'emp-city', newcomer())).json;
    const reset = (as: Caller, person: string, id = 'emp-city') =>
      bench.call('resetPassword', { as, params: { id, personId: person } });
    const again = await reset(manager, personId);
    expect(again.json.username).toBe(username);
    expect((await signIn(username, again.json.oneTimePassword)).json).toMatchObject({ mustChangePassword: true });
    expectProblem(await reset(otherManager, personId), 404, 'not-found');
    expectProblem(await reset(otherManager, personId, 'emp-county'), 404, 'not-found');
    expectProblem(await reset(manager, manager.personId), 403, 'forbidden');
    const officer = await appointed('hrss-420500', 'supervisor', 'emp-city');
    expectProblem(await reset(manager, officer.personId), 403, 'forbidden');
    const reviewer = await appointed('emp-city', 'first-reviewer', 'emp-city');
    expectProblem(await reset(manager, reviewer.personId), 403, 'forbidden');
    const told = await bench.db.selectFrom('notice').select('kind').where('person_id', '=', personId).execute();
    expect(told).toEqual([{ kind: 'password-reset' }]);
  });

  test('change their trade from a day on; a claim keeps that of its submission', async () => {
    const person = await bench.world.declarant('emp-city');
    const { claimId } = await underReview(bench, person, conference(randomUUID()));
    const params = { id: 'emp-city', personId: person.personId };
    const change = (as: Caller, body: unknown) => bench.call('changeAffiliation', { as, params, body });
    expectProblem(await change(otherManager, { fromOn: TODAY, industryCode: 'new-media' }), 404, 'not-found');
    expectProblem(
      await change(manager, { fromOn: '2026-01-01', industryCode: 'new-media' }),
      409,
      'change-out-of-order',
    );
    expect((await change(manager, { fromOn: TODAY, industryCode: 'new-media' })).status).toBe(200);
    expectProblem(await change(manager, { fromOn: TODAY, industryCode: 'health' }), 409, 'change-out-of-order');
    const { affiliations } = (await bench.call('career', { as: person })).json;
    expect(affiliations).toMatchObject([
      { industryName: '数字创意', fromOn: TODAY, untilOn: null, isCurrent: true },
      { industryName: '卫生健康', untilOn: TODAY, isCurrent: false },
    ]);
    const claim = await bench.db
      .selectFrom('claim')
      .select('industry_code')
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    expect(claim.industry_code).toBe('health');
  });
});

describe('organisations', () => {
  const unit = { kind: 'employer', name: '新单位', regionCode: '420502', industryCode: 'health', unitKind: 'ordinary' };
  const enrol = (as: Caller, body: Record<string, unknown>, key: string = randomUUID()) =>
    bench.call('registerOrganisation', { as, headers: { 'idempotency-key': key }, body });

  test('employers are registered by the HRSS authority of the place or above, others by the province (Art. 8)', async () => {
    for (const as of [county, city, province]) expect((await enrol(as, unit)).status).toBe(201);
    expectProblem(await enrol(county, { ...unit, regionCode: '420500' }), 403, 'forbidden');
    expectProblem(await enrol(manager, unit), 403, 'forbidden');
    const base = { kind: 'education-base', name: '某大学基地', regionCode: '420500' };
    expectProblem(await enrol(city, base), 403, 'forbidden');
    expect((await enrol(province, base)).status).toBe(201);
  });

  test('sent again is one organisation', async () => {
    const key = randomUUID();
    const [first, again] = [await enrol(city, unit, key), await enrol(city, unit, key)];
    expect(again.json).toEqual(first.json);
  });

  test('what does not fit is refused by the field', async () => {
    for (const wrong of [
      { ...unit, regionCode: '999999' },
      { ...unit, industryCode: null },
      { ...unit, industryCode: 'no-such' },
      { ...unit, unitKind: null },
      { ...unit, unitKind: 'archive-hosted' },
      { ...unit, unitKind: 'provincial-direct' },
      { ...unit, regionCode: '420000', unitKind: 'provincial-direct', supervisingDepartmentId: 'emp-city' },
      { ...unit, supervisingDepartmentId: 'ind-420000-health' },
      { kind: 'hrss', name: '又一个人社局', regionCode: '420500' },
      { kind: 'industry-authority', name: '没有行业', regionCode: '420500' },
    ]) {
      const answer = await enrol(province, wrong);
      expectProblem(answer, 422, 'organisation-misfit');
      expect(answer.json.fields).toHaveLength(1);
    }
  });

  test('a change takes effect on its day, carries the unit’s people and leaves claims alone', async () => {
    const { id } = (await enrol(city, { ...unit, regionCode: '420500', studyArchive: true })).json;
    const boss = await appointed(id);
    const { personId } = (await register(boss, id, newcomer({ fromOn: '2026-01-01' }))).json;
    const tomorrow = addDays(TODAY, 1);
    const change = (as: Caller, more: Record<string, unknown> = {}) =>
      bench.call('changeOrganisation', {
        as,
        params: { id },
        body: {
          fromOn: tomorrow,
          name: '新单位二',
          regionCode: '420502',
          industryCode: 'new-media',
          unitKind: 'ordinary',
          ...more,
        },
      });
    expectProblem(await change(boss), 404, 'not-found');
    expectProblem(await change(county), 404, 'not-found');
    expectProblem(await change(city, { fromOn: addDays(TODAY, -1) }), 409, 'change-out-of-order');
    expectProblem(await change(city, { regionCode: '420000' }), 403, 'forbidden');
    expect((await change(city)).json).toEqual({ id, fromOn: tomorrow, people: 1 });
    expectProblem(await change(city), 409, 'change-out-of-order');
    const seen = () => bench.call('organisation', { as: province, params: { id } });
    expect((await seen()).json).toMatchObject({
      name: '新单位',
      regionCode: '420500',
      history: [{ isFuture: true }, {}],
    });
    const rows = await bench.db
      .selectFrom('affiliation')
      .select(['from_on', 'until_on', 'region_code', 'level', 'industry_code'])
      .where('person_id', '=', personId)
      .orderBy('from_on')
      .execute();
    expect(rows).toEqual([
      { from_on: '2026-01-01', until_on: tomorrow, region_code: '420500', level: 'city', industry_code: 'health' },
      { from_on: tomorrow, until_on: null, region_code: '420502', level: 'county', industry_code: 'new-media' },
    ]);
    await takeOverChanges(bench.db, TODAY);
    expect((await seen()).json.name).toBe('新单位');
    await takeOverChanges(bench.db, tomorrow);
    expect((await seen()).json).toMatchObject({ name: '新单位二', regionCode: '420502', studyArchive: false });
  });

  test('are listed to who administers them', async () => {
    const ids = async (as: Caller) =>
      (await bench.call('organisations', { as, query: { limit: 100 } })).json.items.map((o: { id: string }) => o.id);
    expect(await ids(manager)).toEqual(['emp-city']);
    expect(await ids(county)).not.toContain('emp-city');
    expect(await ids(city)).toEqual(expect.arrayContaining(['emp-city', 'emp-county']));
    expect(await ids(city)).not.toContain('emp-direct');
    expect(await ids(province)).toContain('emp-direct');
  });
});

test('a unit closed with claims in flight hands its first reviews on, also those that come back later', async () => {
  const id = 'emp-no-archive';
  const person = await bench.world.declarant(id);
  const reviewer = bench.world.officer(id, 'first-reviewer');
  const waiting = await underReview(bench, person, conference(randomUUID()));
  const corrected = await returned(bench, person, reviewer, conference(randomUUID()));
  const body = { successorId: 'agency-420500', reason: '单位注销' };
  const close = (as: Caller, more: Record<string, unknown> = {}) =>
    bench.call('closeOrganisation', { as, params: { id }, body: { ...body, ...more } });
  expectProblem(await close(county), 404, 'not-found');
  expectProblem(await close(manager), 404, 'not-found');
  expectProblem(await close(city, { successorId: 'emp-county' }), 422, 'successor-misfit');
  // Nobody reviews first at the HRSS authority until somebody is given the role.
  expectProblem(await close(city, { successorId: 'hrss-420500' }), 422, 'successor-misfit');
  const preview = await bench.call('closingPreview', { as: city, params: { id } });
  expect(preview.json).toMatchObject({ firstReviewTasks: 1, laterClaims: 1, people: 1, roles: 2 });
  expect((await close(city)).json).toEqual({ id, reassigned: 1, people: 1 });
  expectProblem(await close(city), 409, 'organisation-closed');
  const decided = await lookAndCall(bench, {
    as: bench.world.officer('agency-420500', 'first-reviewer'),
    params: { id: waiting.taskId },
    body: approval(),
  });
  expect(decided.status).toBe(200);
  expect((await bench.call('claim', { as: person, params: { id: waiting.claimId } })).body).toContain('市人才中心承接');
  const again = await bench.call('claim', { as: person, params: { id: corrected.claimId } });
  const sent = await bench.call('resubmitClaim', {
    as: person,
    params: { id: corrected.claimId },
    headers: { 'idempotency-key': randomUUID() },
    body: { revision: again.json.claim?.revision ?? again.json.revision },
  });
  expect(sent.status).toBe(200);
  const taskId = await openNext(bench.db, corrected.claimId);
  const task = await bench.db
    .selectFrom('task')
    .select(['organisation_id', 'capacity'])
    .where('id', '=', taskId)
    .executeTakeFirst();
  expect(task).toEqual({ organisation_id: 'agency-420500', capacity: 'archive-agency' });
  const draft = await bench.call('createClaim', { as: person, body: { declared: conference(randomUUID()) } });
  expect(draft.status).toBe(201);
  const unplaced = await bench.call('unplacedPeople', { as: city, params: { id: 'hrss-420500' } });
  expect(unplaced.json.items).toMatchObject([{ personId: person.personId, sinceOn: TODAY }]);
});

describe('trying ID numbers', () => {
  const ask = (as: Caller, id: string, idNumber: string) =>
    bench.call('requestMove', {
      as,
      params: { id },
      headers: { 'idempotency-key': randomUUID() },
      body: { name: '不存在', idNumber, fromOn: TODAY },
    });
  const stopped = async (personId: string): Promise<number> =>
    (
      await bench.db
        .selectFrom('audit')
        .select('id')
        .where('action', '=', 'person.probing-stopped')
        .where('actor_id', '=', personId)
        .execute()
    ).length;

  test('is stopped after twenty telling answers an hour to an account, of whichever kind, also at once; once in the trail', async () => {
    const prober = await appointed('emp-new-trade', 'administrator', 'emp-new-trade');
    const known = newcomer();
    expect((await register(prober, 'emp-new-trade', known)).status).toBe(201);
    const tries = [
      ...Array.from({ length: 12 }, () => ask(prober, 'emp-new-trade', anIdNumber())),
      ...Array.from({ length: 12 }, () => register(prober, 'emp-new-trade', known)),
    ];
    const answers = await Promise.all(tries);
    expect(answers.filter((a) => a.status === 429)).toHaveLength(4);
    const refused = await ask(prober, 'emp-new-trade', anIdNumber());
    expectProblem(refused, 429, 'too-many-requests');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_000);
    expectProblem(await register(prober, 'emp-new-trade', newcomer()), 429, 'too-many-requests');
    expect(await stopped(prober.personId)).toBe(1);
    const other = await appointed('emp-new-trade', 'administrator', 'emp-new-trade');
    expect((await register(other, 'emp-new-trade', newcomer())).status).toBe(201);
  });

  test('is stopped after sixty a day to an organisation, whoever asks; what told nothing is not counted', async () => {
    const managers = [];
    for (let i = 0; i < 4; i += 1) managers.push(await appointed('emp-central', 'administrator', 'emp-central'));
    const [last] = managers;
    if (!last) throw new Error('no manager');
    for (let i = 0; i < 25; i += 1) expect((await register(last, 'emp-central', newcomer())).status).toBe(201);
    for (const manager of managers.slice(1))
      for (let i = 0; i < 20; i += 1)
        expectProblem(await ask(manager, 'emp-central', anIdNumber()), 422, 'person-unknown');
    expectProblem(await ask(last, 'emp-central', anIdNumber()), 429, 'too-many-requests');
  });
});

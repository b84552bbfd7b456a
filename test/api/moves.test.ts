import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { claimTask } from '../../db/acts/tasks.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import type { Role } from '../../rules/vocabulary.ts';
import { conference, done } from '../support/world.ts';
import { approval, type Bench, expectProblem, lookAndCall, makeBench, underReview } from './support.ts';

/** Moves between units with both sides' consent, and roles from a day until a day. */

const TODAY = legalDay(Date.now());
let bench: Bench;
let province: Caller;
let city: Caller;
let oldManager: Caller;
let newManager: Caller;
let agency: Caller;
beforeAll(async () => {
  bench = await makeBench();
  province = await appointed('hrss-420000');
  city = await appointed('hrss-420500');
  oldManager = await appointed('emp-city', 'administrator', 'emp-city');
  newManager = await appointed('emp-county', 'administrator', 'emp-county');
  agency = await appointed('agency-420500');
});
afterAll(() => bench.close());

const appointed = (organisationId: string, role: Role = 'administrator', employer = 'emp-central') =>
  bench.world.appoint(organisationId, role, employer);

/** The world's ID numbers have no right check character; these have. */
async function identified(employer = 'emp-city'): Promise<{ person: Caller; idNumber: string }> {
  const person = await bench.world.declarant(employer);
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  serial += 1;
  const digits = `42050019870101${String(serial)}`;
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  const idNumber = digits + '10X98765432'.charAt(sum % 11);
  await bench.db.updateTable('person').set({ id_number: idNumber }).where('id', '=', person.personId).execute();
  return { person, idNumber };
}
let serial = 100;

const ask = (as: Caller, id: string, body: Record<string, unknown>, key: string = randomUUID()) =>
  bench.call('requestMove', {
    as,
    params: { id },
    headers: { 'idempotency-key': key },
    body: { name: '申报人', fromOn: TODAY, ...body },
  });
const answer = (as: Caller, id: string, side: string, accepts = true) =>
  bench.call('answerMove', { as, params: { id }, body: { side, accepts, reason: accepts ? '' : '服务期未满' } });
const placesOf = (person: Caller) =>
  bench.db
    .selectFrom('affiliation')
    .select(['employer_id', 'archive_agency_id', 'unit_kind', 'from_on', 'until_on'])
    .where('person_id', '=', person.personId)
    .orderBy('from_on')
    .execute();

describe('a move', () => {
  test('is done once the new unit, the person and the old unit agree; open claims stay, a new one takes the new routing', async () => {
    const { person, idNumber } = await identified();
    const before = await underReview(bench, person, conference(randomUUID()));
    const { id } = (await ask(newManager, 'emp-county', { idNumber })).json;
    expect((await answer(person, id, 'person')).json.state).toBe('open');
    expect((await placesOf(person)).at(-1)).toMatchObject({ employer_id: 'emp-city', until_on: null });
    expect((await answer(oldManager, id, 'old-unit')).json).toEqual({ id, state: 'done', effectiveOn: TODAY });
    expect(await placesOf(person)).toMatchObject([
      { employer_id: 'emp-city', until_on: TODAY },
      { employer_id: 'emp-county', from_on: TODAY, until_on: null },
    ]);
    const after = await underReview(bench, person, conference(randomUUID()));
    const bodyOf = async (taskId: string) =>
      (await bench.db.selectFrom('task').select('organisation_id').where('id', '=', taskId).executeTakeFirst())
        ?.organisation_id;
    expect(await bodyOf(before.taskId)).toBe('emp-city');
    expect(await bodyOf(after.taskId)).toBe('emp-county');
    const reviewer = bench.world.officer('emp-city', 'first-reviewer');
    const decided = await lookAndCall(bench, { as: reviewer, params: { id: before.taskId }, body: approval() });
    expect(decided.status).toBe(200);
    const told = await bench.db.selectFrom('notice').select('kind').where('person_id', '=', person.personId).execute();
    expect(told.map((n) => n.kind)).toEqual(expect.arrayContaining(['move-requested', 'move-done']));
  });

  test('of tomorrow leaves today as it is', async () => {
    const { person, idNumber } = await identified();
    const tomorrow = addDays(TODAY, 1);
    const { id } = (await ask(newManager, 'emp-county', { idNumber, fromOn: tomorrow })).json;
    await answer(person, id, 'person');
    expect((await answer(oldManager, id, 'old-unit')).json.effectiveOn).toBe(tomorrow);
    const me = await bench.call('me', { as: person });
    expect(me.json.affiliation.employerId).toBe('emp-city');
  });

  test('asked for by the person needs both units', async () => {
    const person = await bench.world.declarant('emp-city');
    const asked = await bench.call('requestOwnMove', {
      as: person,
      headers: { 'idempotency-key': randomUUID() },
      body: { toEmployerId: 'emp-county', fromOn: TODAY },
    });
    const { id } = asked.json;
    expect((await answer(newManager, id, 'new-unit')).json.state).toBe('open');
    expect((await answer(oldManager, id, 'old-unit')).json.state).toBe('done');
  });

  test('refused by one side changes nothing', async () => {
    const { person, idNumber } = await identified();
    const { id } = (await ask(newManager, 'emp-county', { idNumber })).json;
    expect((await answer(oldManager, id, 'old-unit', false)).json.state).toBe('refused');
    expectProblem(await answer(person, id, 'person'), 409, 'move-ended');
    expect(await placesOf(person)).toHaveLength(1);
  });

  test('is answered by nobody but its sides, once each', async () => {
    const { person, idNumber } = await identified();
    const { id } = (await ask(newManager, 'emp-county', { idNumber })).json;
    const stranger = await appointed('emp-new-trade');
    expectProblem(await answer(stranger, id, 'old-unit'), 404, 'not-found');
    expectProblem(await answer(newManager, id, 'old-unit'), 404, 'not-found');
    expectProblem(await answer(newManager, id, 'person'), 404, 'not-found');
    expectProblem(await answer(newManager, id, 'new-unit', false), 409, 'move-answered');
    expect((await answer(newManager, id, 'new-unit')).status).toBe(200);
    expectProblem(await ask(agency, 'agency-420500', { idNumber, employerId: 'emp-city' }), 409, 'move-open');
    const withdraw = (as: Caller) => bench.call('withdrawMove', { as, params: { id } });
    expectProblem(await withdraw(person), 404, 'not-found');
    expect((await withdraw(newManager)).json.state).toBe('withdrawn');
  });

  test('is answered by the HRSS authority of the place once the old unit has had ten working days (D-24)', async () => {
    const { person, idNumber } = await identified();
    const { id } = (await ask(newManager, 'emp-county', { idNumber })).json;
    await answer(person, id, 'person');
    expectProblem(await answer(city, id, 'old-unit'), 409, 'move-not-yet');
    await bench.db.updateTable('move').set({ authority_from_on: TODAY }).where('id', '=', id).execute();
    const county = await appointed('hrss-420502');
    expectProblem(await answer(county, id, 'old-unit'), 404, 'not-found');
    expect((await answer(city, id, 'old-unit')).json.state).toBe('done');
    const row = await bench.db
      .selectFrom('move_answer')
      .select('organisation_id')
      .where('move_id', '=', id)
      .where('side', '=', 'old-unit')
      .executeTakeFirstOrThrow();
    expect(row.organisation_id).toBe('hrss-420500');
  });

  test('begins and ends the hosting of a file: the agency is the unit (Art. 14)', async () => {
    const { person, idNumber } = await identified();
    const begin = (await ask(agency, 'agency-420500', { idNumber, employerId: 'emp-city' })).json;
    await answer(oldManager, begin.id, 'old-unit');
    await answer(person, begin.id, 'person');
    expect((await placesOf(person)).at(-1)).toMatchObject({
      unit_kind: 'archive-hosted',
      archive_agency_id: 'agency-420500',
    });
    const ended = (await ask(oldManager, 'emp-city', { idNumber, fromOn: addDays(TODAY, 1) })).json;
    expectProblem(await answer(oldManager, ended.id, 'old-unit'), 404, 'not-found');
    await answer(agency, ended.id, 'old-unit');
    expect((await answer(person, ended.id, 'person')).json.state).toBe('done');
    expect((await placesOf(person)).at(-1)).toMatchObject({ unit_kind: 'ordinary', archive_agency_id: null });
  });

  test('tells the new unit nothing of where the person is, and an unknown or misnamed one nothing at all', async () => {
    const { idNumber } = await identified();
    const wrong = [
      await ask(newManager, 'emp-county', { idNumber, name: '别人' }),
      await ask(newManager, 'emp-county', { idNumber: '11010519491231002X' }),
    ];
    for (const one of wrong) expectProblem(one, 422, 'person-unknown');
    expect(wrong[0]?.json.detail).toBe(wrong[1]?.json.detail);
    const { id } = (await ask(newManager, 'emp-county', { idNumber })).json;
    const listed = (as: Caller, organisation: string) => bench.call('moves', { as, params: { id: organisation } });
    const find = (a: { json: { items: { id: string }[] } }) => a.json.items.find((m) => m.id === id);
    expect(find(await listed(newManager, 'emp-county'))).toMatchObject({ fromEmployerName: null });
    expect(find(await listed(oldManager, 'emp-city'))).toMatchObject({ mayAnswer: ['old-unit'] });
    expect(find(await listed(city, 'hrss-420500'))).toMatchObject({ mayAnswer: [] });
  });

  test('of the past, the far future or to where one is, is refused; the same request is one move', async () => {
    const { idNumber } = await identified();
    for (const fromOn of [addDays(TODAY, -1), addDays(TODAY, 93)])
      expectProblem(await ask(newManager, 'emp-county', { idNumber, fromOn }), 422, 'move-day');
    expectProblem(await ask(oldManager, 'emp-city', { idNumber }), 422, 'move-same-place');
    const key = randomUUID();
    const [one, two] = [
      await ask(newManager, 'emp-county', { idNumber }, key),
      await ask(newManager, 'emp-county', { idNumber }, key),
    ];
    expect(two.json).toEqual(one.json);
  });

  test('ends the roles at the unit left', async () => {
    const { person, idNumber } = await identified();
    await bench.db
      .insertInto('role_holding')
      .values({
        person_id: person.personId,
        organisation_id: 'emp-city',
        role: 'first-reviewer',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    const { id } = (await ask(newManager, 'emp-county', { idNumber })).json;
    await answer(person, id, 'person');
    await answer(oldManager, id, 'old-unit');
    const held = await bench.db
      .selectFrom('role_holding')
      .select('until_on')
      .where('person_id', '=', person.personId)
      .executeTakeFirstOrThrow();
    expect(held.until_on).toBe(TODAY);
  });
});

describe('a role', () => {
  const grant = (as: Caller, id: string, personId: string, role: Role, more: Record<string, unknown> = {}) =>
    bench.call('grantRole', {
      as,
      params: { id },
      headers: { 'idempotency-key': randomUUID() },
      body: { personId, role, fromOn: TODAY, ...more },
    });
  const end = (as: Caller, id: string, holdingId: string, untilOn = TODAY) =>
    bench.call('endRole', { as, params: { id, holdingId }, body: { untilOn } });

  test('is granted by the organisation’s administrator, that of administrators by the province, never one’s own', async () => {
    const person = await bench.world.declarant('emp-city');
    expectProblem(await grant(oldManager, 'emp-city', person.personId, 'administrator'), 403, 'forbidden');
    expectProblem(await grant(newManager, 'emp-city', person.personId, 'first-reviewer'), 404, 'not-found');
    expectProblem(await grant(province, 'emp-city', person.personId, 'first-reviewer'), 403, 'forbidden');
    expectProblem(await grant(oldManager, 'emp-city', oldManager.personId, 'first-reviewer'), 403, 'role-own');
    expectProblem(await grant(oldManager, 'emp-city', person.personId, 're-reviewer'), 422, 'role-misfit');
    expectProblem(await grant(oldManager, 'emp-city', newManager.personId, 'first-reviewer'), 404, 'not-found');
    const made = await grant(oldManager, 'emp-city', person.personId, 'first-reviewer');
    expect(made.status).toBe(201);
    expect((await grant(oldManager, 'emp-city', person.personId, 'first-reviewer')).json).toEqual(made.json);
    expectProblem(
      await grant(oldManager, 'emp-city', person.personId, 'first-reviewer', { fromOn: addDays(TODAY, 5) }),
      409,
      'role-held',
    );
    expect((await grant(province, 'emp-city', person.personId, 'administrator')).status).toBe(201);
    expectProblem(await grant(city, 'hrss-420500', city.personId, 'supervisor'), 403, 'role-own');
    expectProblem(await grant(city, 'hrss-420500', person.personId, 'filing-officer'), 422, 'role-misfit');
  });

  test('ended frees what its holder had claimed; a colleague takes it over', async () => {
    const reviewer = await bench.world.declarant('emp-city');
    const { id } = (await grant(oldManager, 'emp-city', reviewer.personId, 'first-reviewer')).json;
    const declarant = await bench.world.declarant('emp-city');
    const { taskId } = await underReview(bench, declarant, conference(randomUUID()));
    const as = { ...reviewer, holdings: [{ organisationId: 'emp-city', role: 'first-reviewer' as const }] };
    done(await claimTask(bench.db, as, taskId));
    const colleague = bench.world.officer('emp-city', 'first-reviewer');
    const take = () => bench.call('claimTask', { as: colleague, params: { id: taskId } });
    expectProblem(await take(), 409, 'task-claimed-by-other');
    const listed = await bench.call('roles', { as: oldManager, params: { id: 'emp-city' } });
    expect(listed.json.items.find((r: { id: string }) => r.id === id)).toMatchObject({
      claimedTasks: 1,
      state: 'held',
    });
    expectProblem(await end(newManager, 'emp-city', id), 404, 'not-found');
    expectProblem(await end(oldManager, 'emp-city', id, addDays(TODAY, -1)), 400, 'invalid-input');
    expect((await end(oldManager, 'emp-city', id)).json).toEqual({ id, freedTasks: 1 });
    expectProblem(await end(oldManager, 'emp-city', id), 409, 'role-ended');
    expect((await take()).status).toBe(200);
    expect((await bench.call('me', { as: reviewer })).json.holdings).toEqual([]);
  });
});

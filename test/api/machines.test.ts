import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

let bench: Bench;
let administrator: Caller;
let cityAdministrator: Caller;
beforeAll(async () => {
  bench = await makeBench();
  administrator = await appointed('hrss-420000');
  cityAdministrator = await appointed('hrss-420500');
});
afterAll(() => bench.close());

async function appointed(organisationId: string): Promise<Caller> {
  const caller = await bench.world.declarant('emp-city');
  await bench.db
    .insertInto('role_holding')
    .values({
      person_id: caller.personId,
      organisation_id: organisationId,
      role: 'administrator',
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  return caller;
}

const issue = (body: Record<string, unknown>, { as = administrator, key = randomUUID() } = {}) =>
  bench.call('issueMachine', { as, headers: { 'idempotency-key': key }, body });
const review = { name: '职称评审系统', organisationId: 'hrss-420000', scopes: ['title-review'] };

/** What a query with the token answers: 422 once the credentials are accepted, for its purpose is missing. */
const tryToken = async (token: string) =>
  (
    await bench.call('titleReviewQuery', {
      headers: { authorization: `Bearer ${token}` },
      body: { personKey: 'x', years: [] },
    })
  ).status;

describe('credentials of systems', () => {
  test('are issued, shown once, listed without the secret, open their service, and end at once', async () => {
    const issued = await issue(review);
    expect(issued.status).toBe(201);
    expect(await tryToken(issued.json.token)).toBe(422);
    const listed = await bench.call('machines', { as: administrator });
    expect(listed.json.items[0]).toMatchObject({ id: issued.json.id, state: 'in-force', organisationName: '省人社厅' });
    expect(listed.body).not.toContain(issued.json.token.split('.')[1]);
    const ended = await bench.call('endMachine', { as: administrator, params: { id: issued.json.id } });
    expect(ended.status).toBe(200);
    expect(await tryToken(issued.json.token)).toBe(401);
    const again = await bench.call('endMachine', { as: administrator, params: { id: issued.json.id } });
    expectProblem(again, 409, 'machine-ended');
    const audited = await bench.db
      .selectFrom('audit')
      .select(['action', 'actor_id'])
      .where('subject_id', '=', issued.json.id)
      .orderBy('id')
      .execute();
    expect(audited.map((a) => a.action).slice(0, 1)).toEqual(['machine.issued']);
    expect(audited.at(-1)).toEqual({ action: 'machine.ended', actor_id: administrator.personId });
  });

  test('sent again under the same key are not issued twice', async () => {
    const key = randomUUID();
    const count = async () => Number((await bench.call('machines', { as: administrator })).json.items.length);
    expect((await issue(review, { key })).status).toBe(201);
    const before = await count();
    expectProblem(await issue(review, { key }), 409, 'request-key-reused');
    expect(await count()).toBe(before);
  });

  test('are for the provincial department’s administrators alone', async () => {
    expectProblem(await issue(review, { as: cityAdministrator }), 403, 'forbidden');
    expectProblem(await bench.call('machines', { as: cityAdministrator }), 403, 'forbidden');
  });

  test('fit the body that holds them (Arts. 5, 6)', async () => {
    expectProblem(await issue({ ...review, organisationId: 'emp-city' }), 422, 'machine-scope-mismatch');
    expectProblem(await issue({ ...review, scopes: ['assessment'] }), 422, 'machine-scope-mismatch');
    expectProblem(await issue({ ...review, organisationId: 'emp-nowhere' }), 404, 'not-found');
    expectProblem(await issue({ ...review, untilOn: '2026-01-01' }), 400, 'invalid-input');
    expectProblem(
      await bench.call('endMachine', { as: administrator, params: { id: randomUUID() } }),
      404,
      'not-found',
    );
  });
});

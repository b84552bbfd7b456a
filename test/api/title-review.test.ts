import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashOf, newToken } from '../../api/plugins/identity.ts';
import type { MachineScope } from '../../contract/machines.ts';
import type { RouteName } from '../../contract/routes.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { personKeyOf } from '../../db/person-keys.ts';
import { type Bench, expectProblem, makeBench, PERSON_KEY_SECRET } from './support.ts';

let bench: Bench;
/** Of the city, of the county next to it, and deemed complete in 2026 by a degree. */
let inCity: Caller;
let inCounty: Caller;
let graduate: Caller;
const tokens = new Map<string, string>();
beforeAll(async () => {
  bench = await makeBench();
  inCity = await bench.world.declarant('emp-city');
  inCounty = await bench.world.declarant('emp-county');
  graduate = await bench.world.declarant('emp-city');
  await bench.db.updateTable('person').set({ name: '欧阳小满' }).where('id', '=', graduate.personId).execute();
  await bench.db.transaction().execute((trx) =>
    recogniseInYear(
      trx,
      { personId: graduate.personId, year: 2026, on: '2026-11-23' },
      {
        sourceKind: 'claim',
        sourceId: graduate.personId,
        activity: { form: 'degree', on: '2026-06-30', level: 'master', recognised: true },
        loweredTo: {},
        studyArchive: true,
      },
    ),
  );
});
beforeEach(() => tokens.clear());
afterAll(() => bench.close());

/** Fresh credentials, so that no test eats another's allowance. */
async function bearer(organisationId: string, scope: MachineScope): Promise<{ authorization: string }> {
  const known = tokens.get(`${organisationId} ${scope}`);
  if (known !== undefined) return { authorization: known };
  const secret = newToken();
  const { id } = await bench.db
    .insertInto('machine_client')
    .values({
      name: '评审系统',
      organisation_id: organisationId,
      secret_hash: hashOf(secret),
      scopes: [scope],
      from_on: '2026-01-01',
      until_on: null,
      created_by: null,
      ended_by: null,
      request_key: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  tokens.set(`${organisationId} ${scope}`, `Bearer ${id}.${secret}`);
  return { authorization: `Bearer ${id}.${secret}` };
}

async function personKey(caller: Caller): Promise<string> {
  const { id_number } = await bench.db
    .selectFrom('person')
    .select('id_number')
    .where('id', '=', caller.personId)
    .executeTakeFirstOrThrow();
  return personKeyOf(PERSON_KEY_SECRET, id_number).toString('hex');
}

const SERVICE = {
  'title-review': { query: 'titleReviewQuery', purpose: 'title-application' },
  registration: { query: 'registrationQuery', purpose: 'initial-registration' },
  assessment: { query: 'assessmentQuery', purpose: 'annual-assessment' },
} as const satisfies Record<string, { query: RouteName; purpose: string }>;

async function query(
  who: Caller,
  how: { at?: string; scope?: keyof typeof SERVICE; body?: Record<string, unknown> } = {},
) {
  const { at = 'hrss-420000', scope = 'title-review', body = {} } = how;
  return bench.call(SERVICE[scope].query, {
    headers: await bearer(at, scope),
    body: {
      personKey: await personKey(who),
      years: [2026],
      purpose: SERVICE[scope].purpose,
      caseNumber: 'ZC-2026-0001',
      ...body,
    },
  });
}

const tracesOf = (caller: Caller) =>
  bench.db.selectFrom('person_access').selectAll().where('person_id', '=', caller.personId).orderBy('id').execute();

describe('an answer', () => {
  test('tells the years, whether they meet the condition, why, and what is not recorded here', async () => {
    const { status, json } = await query(graduate);
    expect(status).toBe(200);
    expect(json.answer).toMatchObject({
      qualified: true,
      outcome: 'qualified',
      years: [
        {
          year: 2026,
          verdict: 'deemed-complete',
          openClaims: 0,
          certificateNumber: null,
          deferral: null,
        },
      ],
      extensionYears: 0,
      dishonesty: null,
    });
    expect(json.answer.basis.map((b: { provision: string }) => b.provision)).toEqual(['5', '12', '19', '11(6)']);
    expect(json.answer.dishonesty).toBeNull();
    expect((await query(inCity)).json.answer).toMatchObject({ qualified: false, outcome: 'open' });
  });

  test('tells a granted deferral and the years by which the next title is put off (Art. 17)', async () => {
    const person = await bench.world.declarant('emp-city');
    const by = inCounty.personId;
    await bench.db
      .insertInto('deferral')
      .values({
        person_id: person.personId,
        year: 2026,
        employer_id: 'emp-city',
        decider_id: 'emp-city',
        hrss_id: 'hrss-420500',
        reason: 'illness',
        explanation: '住院',
        requested_until: '2027-06-30',
        state: 'granted',
        until_on: '2027-06-30',
        request_key: 'deferral-of-the-test',
        requested_at: '2026-11-01T00:00:00Z',
        decided_by: by,
        decided_at: '2026-11-02T00:00:00Z',
      })
      .execute();
    await bench.db
      .insertInto('title_extension')
      .values({
        person_id: person.personId,
        year: 2026,
        years: 1,
        employer_id: 'emp-city',
        explanation: '未参加补学',
        recorded_by: by,
      })
      .execute();
    const { answer } = (await query(person)).json;
    expect(answer).toMatchObject({
      outcome: 'open',
      extensionYears: 1,
      years: [{ verdict: 'deferred', deferral: { until: '2027-06-30' } }],
    });
    expect(answer.why.join()).toContain('延长 1 年');
    const registered = (await query(person, { scope: 'registration' })).json.answer;
    expect(registered).toMatchObject({ extensionYears: null, years: [{ deferral: { until: '2027-06-30' } }] });
    expect(registered.why.join()).not.toContain('延长');
    await bench.db.updateTable('title_extension').set({ year: 2027 }).execute();
    expect((await query(person)).json.answer.extensionYears).toBe(1);
    await bench.db.updateTable('title_extension').set({ ended_at: new Date() }).execute();
    expect((await query(person)).json.answer.extensionYears).toBe(0);
  });

  test('names the certificate in force, once it is issued', async () => {
    const issued = await bench.call('issueCertificate', { as: graduate, params: { year: 2026 } });
    expect(issued.status).toBeLessThan(300);
    const { number } = await bench.db.selectFrom('certificate').select('number').executeTakeFirstOrThrow();
    expect((await query(graduate)).json.answer.years[0].certificateNumber).toBe(number);
  });

  test('carries no name and no ID number, and its digest is that of what was sent', async () => {
    const answered = await query(graduate);
    expect(answered.body).not.toContain('欧阳小满');
    expect(answered.body).not.toMatch(/\d{17}[\dX]/);
    const digest = createHash('sha256').update(JSON.stringify(answered.json.answer)).digest('hex');
    expect(answered.json.digest).toBe(digest);
  });

  test('leaves a line that the person sees, an audit row, and one notice a review case', async () => {
    const person = await bench.world.declarant('emp-city');
    await query(person, { body: { caseNumber: 'A-1' } });
    await query(person, { body: { caseNumber: 'A-1' } });
    await query(person, { body: { caseNumber: 'A-2' } });
    const seen = await bench.call('myAccesses', { as: person });
    expect(seen.json.items.map((a: { caseNumber: string }) => a.caseNumber)).toEqual(['A-2', 'A-1', 'A-1']);
    expect(seen.json.items[0]).toMatchObject({
      organisationName: '省人社厅',
      purposeLabel: '职称申报资格审核',
      years: [2026],
    });
    const notices = await bench.db
      .selectFrom('notice')
      .select('kind')
      .where('person_id', '=', person.personId)
      .execute();
    expect(notices).toEqual([{ kind: 'title-review-access' }, { kind: 'title-review-access' }]);
    const audited = await bench.db
      .selectFrom('audit')
      .select('action')
      .where('subject_id', '=', person.personId)
      .execute();
    expect(audited.filter((a) => a.action === 'title-review.answered')).toHaveLength(3);
    const others = await bench.call('myAccesses', { as: inCounty });
    expect(others.json.items).toEqual([]);
    const page = await bench.call('myAccesses', { as: person, query: { limit: 2 } });
    const rest = await bench.call('myAccesses', { as: person, query: { limit: 2, after: page.json.next } });
    expect([page.json.items.length, rest.json.items.length, rest.json.next]).toEqual([2, 1, null]);
  });

  test('a line of the access log cannot be changed', async () => {
    await query(inCity);
    await expect(bench.db.deleteFrom('person_access').execute()).rejects.toThrow('append-only');
  });
});

describe('who may ask about whom', () => {
  test.each([
    ['hrss-420000', 'title-review', 200, 200],
    ['hrss-420500', 'title-review', 200, 200],
    ['hrss-420502', 'title-review', 404, 200],
    ['ind-420000-health', 'registration', 200, 200],
    ['emp-city', 'assessment', 200, 404],
    ['emp-county', 'assessment', 404, 200],
    // Whatever credentials say, an assessment is the employer's own.
    ['hrss-420000', 'assessment', 404, 404],
    ['emp-city', 'title-review', 404, 404],
  ] as const)('%s for %s: a person of the city %i, of the county %i', async (at, scope, city, county) => {
    expect((await query(inCity, { at, scope })).status).toBe(city);
    expect((await query(inCounty, { at, scope })).status).toBe(county);
  });

  test('a person out of scope is answered exactly as nobody, and leaves no line', async () => {
    const before = (await tracesOf(inCounty)).length;
    const outside = await query(inCounty, { at: 'emp-city', scope: 'assessment' });
    const nobody = await query(inCounty, { at: 'emp-city', scope: 'assessment', body: { personKey: '0'.repeat(64) } });
    const { traceId: _a, ...one } = outside.json;
    const { traceId: _b, ...other } = nobody.json;
    expect(one).toEqual(other);
    expectProblem(outside, 404, 'not-found');
    expect(await tracesOf(inCounty)).toHaveLength(before);
    const refusedRow = await bench.db
      .selectFrom('audit')
      .select('detail')
      .where('action', '=', 'assessment.refused')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(refusedRow.detail).toMatchObject({ refused: { 'not-found': 1 } });
  });

  test('credentials of one service open no other', async () => {
    const headers = await bearer('hrss-420000', 'title-review');
    expectProblem(
      await bench.call('registrationQuery', { headers, body: { personKey: 'x', years: [] } }),
      403,
      'forbidden',
    );
    const [, clientId] = /^Bearer ([^.]+)/.exec(headers.authorization) ?? [];
    const trail = await bench.db
      .selectFrom('audit')
      .select('detail')
      .where('action', '=', 'machine.denied')
      .where('subject_id', '=', clientId ?? '')
      .execute();
    expect(trail.map((row) => row.detail)).toEqual([{ clientId, scope: 'registration' }]);
  });

  test('somebody who has left is no longer the employer’s to ask about', async () => {
    const person = await bench.world.declarant('emp-city');
    expect((await query(person, { at: 'emp-city', scope: 'assessment' })).status).toBe(200);
    await bench.db
      .updateTable('affiliation')
      .set({ until_on: '2026-06-01' })
      .where('person_id', '=', person.personId)
      .execute();
    expect((await query(person, { at: 'emp-city', scope: 'assessment' })).status).toBe(404);
  });
});

describe('a query that is not in order', () => {
  test.each([
    [{ purpose: undefined }, 422, 'purpose-missing'],
    [{ purpose: '' }, 422, 'purpose-missing'],
    [{ purpose: 'curiosity' }, 403, 'purpose-not-open'],
    [{ purpose: 'annual-assessment' }, 403, 'purpose-not-open'],
    [{ years: [2025] }, 422, 'year-out-of-range'],
    [{ years: [2999] }, 422, 'year-out-of-range'],
    [{ years: [] }, 422, 'year-out-of-range'],
    [{ personKey: '42050019900101001X' }, 422, 'person-key-invalid'],
    [{ caseNumber: undefined }, 422, 'case-number-invalid'],
    [{ caseNumber: 'ZC 42050019900101001X' }, 422, 'case-number-invalid'],
    [{ caseNumber: 'ZC-42050019900101001X' }, 422, 'case-number-invalid'],
    [{ years: ['2026'] }, 400, 'invalid-input'],
    [{ surplus: 1 }, 400, 'invalid-input'],
  ])('%j is refused with %i %s and leaves no line', async (body, status, code) => {
    const before = (await tracesOf(inCity)).length;
    expectProblem(await query(inCity, { body }), status, code);
    expect(await tracesOf(inCity)).toHaveLength(before);
  });
});

describe('a batch', () => {
  test('answers row by row: good rows are answered beside bad ones', async () => {
    const caseNumber = 'ZC-B-1';
    const rows = [
      { personKey: await personKey(graduate), years: [2026], caseNumber },
      { personKey: '0'.repeat(64), years: [2026], caseNumber },
      { personKey: await personKey(inCity), years: [2020], caseNumber },
      { personKey: await personKey(inCity), years: [2026], caseNumber },
    ];
    const headers = await bearer('hrss-420000', 'title-review');
    const { status, json } = await bench.call('titleReviewBatch', {
      headers,
      body: { purpose: 'title-evaluation', rows },
    });
    expect(status).toBe(200);
    const short = json.items.map((item: { row: number; ok: boolean; problem?: { code: string } }) => [
      item.row,
      item.ok ? 'ok' : item.problem?.code,
    ]);
    expect(short).toEqual([
      [1, 'ok'],
      [2, 'not-found'],
      [3, 'year-out-of-range'],
      [4, 'ok'],
    ]);
    expect(json.items[0].result).toEqual({
      digest: expect.any(String),
      answer: { ...(await query(graduate)).json.answer, purpose: 'title-evaluation', caseNumber },
    });
  });

  test('of five hundred is taken, of one more is not', async () => {
    const headers = await bearer('hrss-420000', 'title-review');
    const row = { personKey: await personKey(inCity), years: [2026], caseNumber: 'ZC-500' };
    const send = (count: number) =>
      bench.call('titleReviewBatch', {
        headers,
        body: { purpose: 'title-evaluation', rows: Array.from({ length: count }, () => row) },
      });
    expect((await send(500)).json.items).toHaveLength(500);
    expectProblem(await send(501), 400, 'invalid-input');
  });

  test('a client that asks too often is told to wait; another is not', async () => {
    const body = { purpose: 'title-evaluation', rows: [{ personKey: 'x', years: [2026] }] };
    const send = async (at: string) =>
      bench.call('titleReviewBatch', { headers: await bearer(at, 'title-review'), body });
    let last = await send('hrss-420500');
    for (let more = 1; more <= 30; more += 1) last = await send('hrss-420500');
    expectProblem(last, 429, 'too-many-requests');
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send('hrss-420502')).status).toBe(200);
  });
});

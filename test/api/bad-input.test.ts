import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { sql } from 'kysely';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fileEvidenceStore } from '../../api/evidence/store.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { lookAtEvidence } from '../support/looking.ts';
import { conference, training } from '../support/world.ts';
import {
  aPdf,
  approval,
  type Bench,
  expectProblem,
  type How,
  lookAndCall,
  makeBench,
  openNext,
  returned,
  returning,
  seeAll,
  underReview,
  upload,
} from './support.ts';

/** A store that finds no room at the first bytes. */
async function failAtOnce(content: Readable, fault: Error): Promise<never> {
  for await (const _ of content) throw fault;
  throw fault;
}

/** Whatever is sent, the answer is a coded refusal with the cure, nothing is half-written, and no fault is answered. */

let bench: Bench;
let person: Caller;
let officer: Caller;
beforeAll(async () => {
  bench = await makeBench();
  person = await bench.world.declarant('emp-city');
  officer = bench.world.officer('emp-city', 'first-reviewer');
});
afterAll(() => bench.close());

const claimsOf = async (): Promise<number> =>
  (await bench.db.selectFrom('claim').select('id').where('person_id', '=', person.personId).execute()).length;

describe('a declaration is refused, and no draft is left, when', () => {
  const day = { on: '2026-09-01', subject: 'professional' };
  const aid = { form: 'aid-mission', title: '援藏', region: 'tibet', assessment: 'qualified' };
  const withDay = (entry: object) => ({ ...training('authority-training', []), days: [{ ...day, ...entry }] });
  const cases: [string, object][] = [
    ['a field is unknown', { ...conference(), colour: 'red' }],
    ['a field of a day is unknown', withDay({ hundredths: 800, colour: 'red' })],
    ['the day is 30 February', { ...conference(), on: '2026-02-30' }],
    ['the day is no day', { ...conference(), on: 'yesterday' }],
    ['the day is after 2200', { ...conference(), on: '2201-01-01' }],
    ['the day is before 2000', { ...conference(), on: '1999-12-31' }],
    ['a day of a training is after 2200', withDay({ on: '2201-01-01', hundredths: 800 })],
    ['the year of a mission is after 2200', { ...aid, year: 2201 }],
    ['it makes up for a year after 2200', { ...conference(), makeUpFor: 2201 }],
    ['hours are negative', withDay({ hundredths: -100 })],
    ['hours are no number', withDay({ hundredths: 'eight' })],
    ['hours have parts of a hundredth', withDay({ hundredths: 0.5 })],
    ['hours are beyond measure', withDay({ hundredths: 1e300 })],
    ['hours and minutes are both given', withDay({ hundredths: 100, minutes: 45 })],
    ['a day has more than 24 hours', withDay({ hundredths: 2500 })],
    ['the form is unknown', { ...conference(), form: 'holiday' }],
    ['the title is missing', { ...conference(), title: undefined }],
    ['the title is empty', { ...conference(), title: '   ' }],
    ['proof is typed by hand', { ...training('unit-training', ['2026-09-01']), proof: true }],
    ['there are no days', training('authority-training', [])],
  ];
  test.each(cases)('%s', async (_, declared) => {
    const before = await claimsOf();
    const answer = await bench.call('createClaim', { as: person, body: { declared } });
    expectProblem(answer, 400, 'invalid-input');
    expect(answer.json.fields.length).toBeGreaterThan(0);
    expect(await claimsOf()).toBe(before);
  });

  test('a day of 2200 is taken, as the record can hold it', async () => {
    const declared = { ...conference(randomUUID()), on: '2200-12-31' };
    const made = await bench.call('createClaim', { as: person, body: { declared } });
    expect(made.status).toBe(201);
    expect((await bench.call('claim', { as: person, params: { id: made.json.id } })).json.year).toBe(2200);
  });

  test('the year is before 2026', async () => {
    const before = await claimsOf();
    const answer = await bench.call('createClaim', {
      as: person,
      body: { declared: { ...conference(), on: '2025-09-12' } },
    });
    expectProblem(answer, 422, 'not-declarable');
    expect(answer.json).toMatchObject({ provision: '25', more: { rule: 'before-measures' } });
    expect(await claimsOf()).toBe(before);
  });

  test('a text cannot be stored', async () => {
    const answer = await bench.call('createClaim', {
      as: person,
      body: { declared: { ...conference(), title: '会议\u0000' } },
    });
    expectProblem(answer, 400, 'invalid-input');
  });

  test('half a character is sent', async () => {
    const raw = JSON.stringify({ declared: conference('孤\ud83d') });
    const answer = await bench.call('createClaim', {
      as: person,
      raw,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBeLessThan(500);
  });
});

describe('a submission is refused when', () => {
  const submit = async (declared: object, withFile = true) => {
    const made = await bench.call('createClaim', { as: person, body: { declared } });
    const params = { id: made.json.id };
    if (withFile) await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(randomUUID())) });
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await bench.call('submitClaim', { as: person, params, headers, body: { revision: 1 } });
    return { answer, id: params.id };
  };
  const stateOf = async (id: string) => (await bench.call('claim', { as: person, params: { id } })).json.state;

  test('the activity lies in the future', async () => {
    const { answer, id } = await submit({ ...conference('明年的会议'), on: '2027-03-01' });
    expectProblem(answer, 422, 'not-declarable');
    expect(answer.json.more).toEqual({ rule: 'future-date' });
    expect(await stateOf(id)).toBe('draft');
  });
  test('there is no evidence', async () => {
    const { answer, id } = await submit(conference('没有证明的会议'), false);
    expectProblem(answer, 422, 'evidence-missing');
    expect(await stateOf(id)).toBe('draft');
  });
  test('the rules refuse the facts', async () => {
    const { answer } = await submit({ ...conference('市级会议'), level: 'municipal' });
    expectProblem(answer, 422, 'not-declarable');
    expect(answer.json.provision).toBe('11(3)');
  });
  test('the key to send it again is missing or malformed', async () => {
    const params = { id: randomUUID() };
    expectProblem(await bench.call('submitClaim', { as: person, params, body: { revision: 1 } }), 400, 'invalid-input');
    const headers = { 'idempotency-key': 'x y' };
    const answer = await bench.call('submitClaim', { as: person, params, headers, body: { revision: 1 } });
    expectProblem(answer, 400, 'invalid-input');
  });
  test('somebody saved a newer revision', async () => {
    const made = await bench.call('createClaim', { as: person, body: { declared: conference('改过的会议') } });
    const params = { id: made.json.id };
    const body = { declared: conference('改过的会议'), revision: 1 };
    expect((await bench.call('saveClaim', { as: person, params, body })).json).toEqual({ revision: 2 });
    expectProblem(await bench.call('saveClaim', { as: person, params, body }), 409, 'revision-changed');
  });
  test('the same activity is under review already', async () => {
    await underReview(bench, person, conference('重复的会议'));
    const { answer } = await submit(conference('重复的 会议'));
    expectProblem(answer, 409, 'duplicate-open-claim');
  });
});

describe('the body is refused when', () => {
  const headers = { 'content-type': 'application/json' };
  test('it is no JSON', async () => {
    for (const raw of ['{"declared": ', '', '[1,', 'declared=1', '{"__proto__": {"x": 1}}']) {
      expectProblem(await bench.call('createClaim', { as: person, raw, headers }), 400, 'malformed-json');
    }
  });
  test('it is JSON of another shape', async () => {
    for (const raw of ['null', '[]', '"text"', '7', '{}']) {
      expectProblem(await bench.call('createClaim', { as: person, raw, headers }), 400, 'invalid-input');
    }
  });
  test('it is over the limit', async () => {
    const raw = JSON.stringify({ declared: 'x'.repeat(1_100_000) });
    expectProblem(await bench.call('createClaim', { as: person, raw, headers }), 413, 'body-too-large');
  });
  test('it is of an unknown media type', async () => {
    const answer = await bench.call('createClaim', {
      as: person,
      raw: '<a/>',
      headers: { 'content-type': 'text/xml' },
    });
    expectProblem(answer, 415, 'unsupported-media-type');
  });
});

describe('an address is refused when', () => {
  test('it is unknown', async () => {
    const response = await bench.app.inject({ method: 'GET', url: '/api/v1/nothing' });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code: 'not-found', status: 404 });
  });
  test('its id is none', async () => {
    expectProblem(
      await bench.call('claim', { as: person, params: { id: '1; drop table claim' } }),
      400,
      'invalid-input',
    );
  });
  test('its year is none', async () => {
    for (const year of ['2025', 'abc', '20260']) {
      expectProblem(await bench.call('year', { as: person, params: { year } }), 400, 'invalid-input');
    }
  });
  test('its page is none', async () => {
    for (const after of ['%%%', 'abcdef', Buffer.from('2026-02-30|x').toString('base64url')]) {
      expectProblem(await bench.call('tasks', { as: officer, query: { after } }), 400, 'invalid-input');
    }
    expectProblem(await bench.call('tasks', { as: officer, query: { limit: 1000 } }), 400, 'invalid-input');
    expectProblem(await bench.call('tasks', { as: officer, query: { colour: 'red' } }), 400, 'invalid-input');
  });
});

describe('a file', () => {
  const draft = async () =>
    ({
      id: (await bench.call('createClaim', { as: person, body: { declared: conference(randomUUID()) } })).json.id,
    }) as const;
  const filesKept = (): number =>
    readdirSync(bench.folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).length;

  const refusals: [string, Buffer, number, string][] = [
    ['over 10 MB', Buffer.concat([aPdf(), Buffer.alloc(10 * 1024 * 1024)]), 413, 'evidence-too-large'],
    ['that is empty', Buffer.alloc(0), 422, 'evidence-empty'],
    [
      'that is a program named .pdf',
      Buffer.from('MZ\u0090\u0000'.padEnd(400, '\u0000'), 'latin1'),
      415,
      'evidence-type',
    ],
    ['that is HTML named .pdf', Buffer.from('<html><script>alert(1)</script></html>'), 415, 'evidence-type'],
    ['that is SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415, 'evidence-type'],
    ['that is a ZIP', Buffer.from('PK\u0003\u0004'.padEnd(300, '\u0000'), 'latin1'), 415, 'evidence-type'],
    ['that is HTML with a PDF inside', Buffer.concat([Buffer.from('<html>'), aPdf()]), 415, 'evidence-type'],
  ];
  test.each(refusals)('%s is refused and nothing is kept', async (_, content, status, code) => {
    const params = await draft();
    const before = filesKept();
    expectProblem(await bench.call('uploadEvidence', { as: person, params, ...upload(content) }), status, code);
    expect(filesKept()).toBe(before);
    expect((await bench.call('claim', { as: person, params })).json.evidence).toEqual([]);
  });

  test('of another’s claim is refused as of an unknown one, and nothing is kept', async () => {
    const other = await bench.world.declarant('emp-city');
    const params = await draft();
    const before = filesKept();
    expectProblem(await bench.call('uploadEvidence', { as: other, params, ...upload(aPdf()) }), 404, 'not-found');
    expect(filesKept()).toBe(before);
  });

  test('that is not there is asked for', async () => {
    const params = await draft();
    const answer = await bench.call('uploadEvidence', { as: person, params, body: { file: 'x' } });
    expectProblem(answer, 400, 'invalid-input');
  });

  const broken: [string, (whole: Pick<How, 'raw' | 'headers'>) => Pick<How, 'raw' | 'headers'>][] = [
    ['without a boundary', ({ raw }) => ({ raw: raw ?? '', headers: { 'content-type': 'multipart/form-data' } })],
    ['with another boundary', ({ raw }) => ({ raw: raw ?? '', headers: multipart('other') })],
    ['cut off in its head', ({ raw, headers }) => ({ raw: raw?.slice(0, 60) ?? '', headers: headers ?? {} })],
    ['cut off in the file', ({ raw, headers }) => ({ raw: raw?.slice(0, -40) ?? '', headers: headers ?? {} })],
    ['cut off before its end', ({ raw, headers }) => ({ raw: raw?.slice(0, -6) ?? '', headers: headers ?? {} })],
  ];
  const multipart = (boundary: string) => ({ 'content-type': `multipart/form-data; boundary=${boundary}` });
  test.each(broken)('in an upload %s is refused and nothing is kept', async (_, breakIt) => {
    const params = await draft();
    const before = filesKept();
    const answer = await bench.call('uploadEvidence', { as: person, params, ...breakIt(upload(aPdf())) });
    expectProblem(answer, 400, 'malformed-upload');
    expect(filesKept()).toBe(before);
    expect((await bench.call('claim', { as: person, params })).json.evidence).toEqual([]);
  });

  test.each(['ENOSPC', 'EDQUOT'])(
    'on a disk that fills up in the middle of the file (%s) is refused as such, and nothing is kept',
    async (code) => {
      const params = await draft();
      const before = filesKept();
      const filesOf = Object.getPrototypeOf(await open(path.join(bench.folder))) as { writeFile: () => Promise<void> };
      const full = vi.spyOn(filesOf, 'writeFile').mockRejectedValue(Object.assign(new Error('no room'), { code }));
      const answer = await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf()) });
      full.mockRestore();
      expectProblem(answer, 507, 'storage-full');
      expect(filesKept()).toBe(before);
      expect((await bench.call('claim', { as: person, params })).json.evidence).toEqual([]);
      expect((await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf()) })).status).toBe(201);
    },
  );

  test('is not to be had while the disk has no room for one; readiness says so, and that there is room again', async () => {
    const disk = { free: 5_000_000 };
    const evidence = fileEvidenceStore(bench.folder, () => Promise.resolve(disk.free));
    const { call } = await bench.another({}, { evidence });
    const state = async () => (await call('ready')).json.parts.evidence as string;
    expect(await state()).toBe('full');
    disk.free = 50_000_000;
    expect(await state()).toBe('up');
  });

  test('answered before its end leaves the connection free for the next request', async () => {
    const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
    const evidence = { ...fileEvidenceStore(bench.folder), put: (content: Readable) => failAtOnce(content, full) };
    const { app } = await bench.another({}, { evidence });
    const params = await draft();
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    // One connection, kept: the second request goes where the first one's rest may still lie.
    const agent = new Agent({ connections: 1, pipelining: 1, headersTimeout: 30_000 });
    const cookie = await bench.cookieOf(person);
    const { raw, headers } = upload(Buffer.concat([aPdf(), Buffer.alloc(300_000)]));
    const refused = await agent.request({
      origin: address,
      path: `/api/v1/claims/${params.id}/evidence`,
      method: 'POST',
      headers: { ...headers, cookie },
      body: raw ?? '',
    });
    expect(refused.statusCode).toBe(507);
    await refused.body.dump();
    const next = await agent.request({ origin: address, path: '/api/v1/me', method: 'GET', headers: { cookie } });
    expect(next.statusCode).toBe(200);
    await next.body.dump();
    await agent.close();
  });

  test('without a name is taken under a plain one', async () => {
    const params = await draft();
    const head = '--b\r\ncontent-disposition: form-data; name="file"\r\ncontent-type: application/octet-stream\r\n\r\n';
    const raw = Buffer.concat([Buffer.from(head), aPdf(), Buffer.from('\r\n--b--\r\n')]);
    const answer = await bench.call('uploadEvidence', { as: person, params, raw, headers: multipart('b') });
    expect(answer).toMatchObject({ status: 201, json: { fileName: '证明材料', mediaType: 'application/pdf' } });
  });

  test('with a name that climbs folders keeps its last part, and comes back whole and harmless', async () => {
    const params = await draft();
    const content = aPdf('climber');
    const made = await bench.call('uploadEvidence', { as: person, params, ...upload(content, '../../etc/passwd.pdf') });
    expect(made).toMatchObject({
      status: 201,
      json: { fileName: 'passwd.pdf', mediaType: 'application/pdf', sizeBytes: content.length },
    });
    const got = await bench.call('evidenceFile', { as: person, params: { ...params, evidenceId: made.json.id } });
    expect(got.raw.equals(content)).toBe(true);
    expect(got.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-type': 'application/pdf' });
    expect(got.headers['content-disposition']).toMatch(/^attachment/);
    expect(got.headers['content-security-policy']).toMatch(/sandbox/);
  });

  test('is the twenty-first of a claim and is refused, and nothing is kept', async () => {
    const params = await draft();
    for (let i = 0; i < 20; i += 1) await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(`${i}`)) });
    const before = filesKept();
    expectProblem(
      await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf('21')) }),
      409,
      'evidence-limit',
    );
    expect(filesKept()).toBe(before);
  });

  test('taken off a draft is gone from the store; one of a submitted version stays', async () => {
    const params = await draft();
    const before = filesKept();
    const piece = await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf('taken off')) });
    const asked = { ...params, evidenceId: piece.json.id };
    expect(await bench.call('removeEvidence', { as: person, params: asked })).toMatchObject({
      status: 200,
      json: { id: piece.json.id },
    });
    expect(filesKept()).toBe(before);
    expectProblem(await bench.call('evidenceFile', { as: person, params: asked }), 404, 'not-found');

    const { claimId, evidenceId } = await returned(bench, person, officer, conference(randomUUID()));
    const kept = filesKept();
    const params2 = { id: claimId, evidenceId };
    expect((await bench.call('removeEvidence', { as: person, params: params2 })).status).toBe(200);
    expect(filesKept()).toBe(kept);
    expect((await bench.call('evidenceFile', { as: officer, params: params2 })).status).toBe(200);
  });

  test('goes with the discarded draft, also when it arrives at the same moment', async () => {
    for (let i = 0; i < 8; i += 1) {
      const params = await draft();
      const before = filesKept();
      const [discarded] = await Promise.all([
        bench.call('discardClaim', { as: person, params }),
        ...[1, 2, 3].map((n) => bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(`${n}`)) })),
      ]);
      expect(discarded).toMatchObject({ status: 200, json: { id: params.id } });
      expect(filesKept()).toBe(before);
    }
  });

  test('goes with the discarded draft', async () => {
    const params = await draft();
    const before = filesKept();
    await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf()) });
    expect((await bench.call('discardClaim', { as: person, params })).status).toBe(200);
    expect(filesKept()).toBe(before);
  });
});

describe('a draft that is not whole', () => {
  const written = { form: 'academic-conference', title: '写到一半的会议', on: '2026-09-1' };
  const begin = async () => (await bench.call('createClaim', { as: person, body: { written } })).json;
  const submit = (params: { id: string }, revision: number, name: 'submitClaim' | 'resubmitClaim' = 'submitClaim') =>
    bench.call(name, { as: person, params, headers: { 'idempotency-key': randomUUID() }, body: { revision } });

  test('is kept as it is typed, takes evidence, and comes back on another device', async () => {
    const { id, revision } = await begin();
    expect(revision).toBe(1);
    const params = { id };
    expect((await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(randomUUID())) })).status).toBe(
      201,
    );
    const body = { written: { form: written.form, ownField: false }, revision };
    expect((await bench.call('saveClaim', { as: person, params, body })).json).toEqual({ revision: 2 });
    const kept = await bench.call('claim', { as: person, params });
    // Without a name of its own it stands under its form's.
    expect(kept.json).toMatchObject({ title: '学术会议', isWhole: false, declaration: null, written: body.written });
    expect(kept.json.evidence).toHaveLength(1);
    const { items } = (await bench.call('myClaims', { as: person, query: { state: 'draft' } })).json;
    expect(items.find((item: { id: string }) => item.id === id)).toMatchObject({ isWhole: false });
  });

  test('cannot be submitted until it is whole, and then can', async () => {
    const params = { id: (await begin()).id };
    await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(randomUUID())) });
    expectProblem(await submit(params, 1), 422, 'draft-incomplete');
    const declared = conference(randomUUID());
    await bench.call('saveClaim', { as: person, params, body: { declared, revision: 1 } });
    // A field emptied again: what was whole before is not what would be sent.
    await bench.call('saveClaim', { as: person, params, body: { written, revision: 2 } });
    expectProblem(await submit(params, 3), 422, 'draft-incomplete');
    await bench.call('saveClaim', { as: person, params, body: { declared, revision: 3 } });
    expect((await bench.call('claim', { as: person, params })).json).toMatchObject({ isWhole: true, written: null });
    expect((await submit(params, 4)).status).toBe(200);
  });

  test('of a correction leaves what was submitted to its reviewers, and is not resubmitted', async () => {
    const declared = conference(randomUUID());
    const { claimId } = await returned(bench, person, officer, declared);
    const params = { id: claimId };
    await bench.call('saveClaim', { as: person, params, body: { written, revision: 1 } });
    expect((await bench.call('claim', { as: person, params })).json).toMatchObject({ isWhole: false, written });
    expect((await bench.call('claim', { as: officer, params })).json).toMatchObject({
      title: declared.title,
      declaration: declared,
      written: null,
    });
    expectProblem(await submit(params, 2, 'resubmitClaim'), 422, 'draft-incomplete');
    await bench.call('saveClaim', { as: person, params, body: { declared, revision: 2 } });
    expect((await submit(params, 3, 'resubmitClaim')).status).toBe(200);
  });

  test.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['both', { declared: conference(), written }],
    ['an unknown field', { written: { ...written, colour: 'red' } }],
    ['a form that is not declared', { written: { form: 'platform-course' } }],
    ['more text than a page takes', { written: { ...written, note: 'x'.repeat(2001) } }],
    ['NUL', { written: { ...written, title: 'a\u0000' } }],
  ])('is refused, and not kept, with %s', async (_, body) => {
    const before = await claimsOf();
    const answer = await bench.call('createClaim', { as: person, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(await claimsOf()).toBe(before);
  });
});

describe('a key to send a request again', () => {
  const keyed = (key: string) => ({ 'idempotency-key': key });
  const submitted = async (key: string) => {
    const made = await bench.call('createClaim', { as: person, body: { declared: conference(randomUUID()) } });
    const params = { id: made.json.id };
    await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(randomUUID())) });
    const body = { revision: 1 };
    expect((await bench.call('submitClaim', { as: person, params, headers: keyed(key), body })).status).toBe(200);
    return params;
  };

  test('gives the same draft for the same content and none for other content', async () => {
    const headers = keyed(randomUUID());
    const body = { declared: conference(randomUUID()) };
    const made = await bench.call('createClaim', { as: person, headers, body });
    const again = await bench.call('createClaim', { as: person, headers, body });
    expect(again).toMatchObject({ status: 201, json: made.json });
    const other = await bench.call('createClaim', { as: person, headers, body: { declared: conference('别的会议') } });
    expectProblem(other, 409, 'request-key-reused');
    expect(other.json.more).toEqual({ claimId: made.json.id, revision: 1 });
    const kept = await bench.call('claim', { as: person, params: { id: made.json.id } });
    expect(kept.json.declaration).toEqual(body.declared);
  });

  test('of a submission does not withdraw', async () => {
    const key = randomUUID();
    const params = await submitted(key);
    await openNext(bench.db, params.id);
    const answer = await bench.call('withdrawClaim', { as: person, params, headers: keyed(key) });
    expectProblem(answer, 409, 'request-key-reused');
    expect((await bench.call('claim', { as: person, params })).json.state).toBe('first-review');
    const headers = keyed(randomUUID());
    expect((await bench.call('withdrawClaim', { as: person, params, headers })).status).toBe(200);
    expect((await bench.call('withdrawClaim', { as: person, params, headers })).status).toBe(200);
  });

  test('of a submission, or of an earlier resubmission, does not resubmit', async () => {
    const key = randomUUID();
    const params = await submitted(key);
    const sendBack = async (version: number) => {
      const taskId = await openNext(bench.db, params.id);
      await lookAndCall(bench, { as: officer, params: { id: taskId }, body: returning(version) });
      await openNext(bench.db, params.id);
    };
    const resubmit = (headers: Record<string, string>) =>
      bench.call('resubmitClaim', { as: person, params, headers, body: { revision: 1 } });
    await sendBack(1);
    expectProblem(await resubmit(keyed(key)), 409, 'request-key-reused');
    const second = keyed(randomUUID());
    expect((await resubmit(second)).json).toMatchObject({ version: 2 });
    expect((await resubmit(second)).json).toMatchObject({ version: 2 });
    await sendBack(2);
    expectProblem(await resubmit(second), 409, 'request-key-reused');
    expect((await resubmit(keyed(randomUUID()))).json).toMatchObject({ version: 3 });
  });
});

describe('a correction is refused when', () => {
  const save = (claimId: string, declared: object) =>
    bench.call('saveClaim', { as: person, params: { id: claimId }, body: { declared, revision: 1 } });

  test('it becomes an activity that is under review already', async () => {
    const rival = conference(randomUUID());
    await underReview(bench, person, rival);
    const { claimId } = await returned(bench, person, officer, conference(randomUUID()));
    expectProblem(await save(claimId, rival), 409, 'duplicate-open-claim');
    expect((await save(claimId, conference(randomUUID()))).status).toBe(200);
  });

  test('it becomes another claim: of another form or another year', async () => {
    const title = randomUUID();
    const { claimId } = await returned(bench, person, officer, conference(title));
    for (const other of [
      { ...conference(title), on: '2027-01-05' },
      training('authority-training', ['2026-09-12'], title),
      { ...conference(title), on: '2027-01-05', makeUpFor: 2027 },
    ]) {
      expectProblem(await save(claimId, other), 422, 'correction-other-claim');
    }
    const same = { ...conference(title), on: '2026-09-20' };
    expect((await save(claimId, same)).json).toEqual({ revision: 2 });
    const preview = (declared: object) =>
      bench.call('preview', { as: person, body: { declared, hasEvidence: true, claimId } });
    expect((await preview(same)).json.problems).toEqual([]);
    const other = await preview(training('authority-training', ['2026-09-12'], title));
    expect(other.json.problems).toMatchObject([{ code: 'correction-other-claim' }]);
  });
});

test('an id is one in any letter case', async () => {
  const { claimId, taskId, evidenceId } = await underReview(bench, person, conference(randomUUID()));
  const id = claimId.toUpperCase();
  expect((await bench.call('claim', { as: person, params: { id } })).json.id).toBe(claimId);
  const file = { id, evidenceId: evidenceId.toUpperCase() };
  expect((await bench.call('evidenceFile', { as: person, params: file })).status).toBe(200);
  const decided = { as: officer, params: { id: taskId.toUpperCase() }, body: approval() };
  const answer = await lookAndCall(bench, decided);
  expect(answer).toMatchObject({ status: 200, json: { taskId, claimId } });
  const again = { ...decided, body: { ...decided.body, decisionId: decided.body.decisionId.toUpperCase() } };
  expect(await bench.call('decide', again)).toMatchObject({ status: 200, json: answer.json });
});

describe('a decision', () => {
  test('on a task that is closed says who decided what', async () => {
    const { taskId } = await underReview(bench, person, conference(randomUUID()));
    await lookAndCall(bench, { as: officer, params: { id: taskId }, body: approval() });
    const answer = await lookAndCall(bench, {
      as: bench.world.officer('emp-city', 'first-reviewer', 1),
      params: { id: taskId },
      body: approval(),
    });
    expectProblem(answer, 409, 'task-closed');
    expect(answer.json.more).toMatchObject({ outcome: 'approve', organisation: '单位 emp-city' });
  });

  test('sent fifty times at once is one, answered fifty times the same', async () => {
    const { taskId } = await underReview(bench, person, conference(randomUUID()));
    const body = approval();
    await lookAtEvidence(bench.db, officer, taskId);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => bench.call('decide', { as: officer, params: { id: taskId }, body })),
    );
    expect(new Set(answers.map((a) => a.status))).toEqual(new Set([200]));
    expect(new Set(answers.map((a) => a.body)).size).toBe(1);
    const decisions = await bench.db.selectFrom('decision').select('id').where('task_id', '=', taskId).execute();
    expect(decisions).toEqual([{ id: body.decisionId }]);
  });

  test('with the id of another task’s decision is refused', async () => {
    const first = await underReview(bench, person, conference(randomUUID()));
    const second = await underReview(bench, person, conference(randomUUID()));
    const body = approval();
    expect((await lookAndCall(bench, { as: officer, params: { id: first.taskId }, body })).status).toBe(200);
    const answer = await lookAndCall(bench, { as: officer, params: { id: second.taskId }, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  test('without reasons, with higher hours, or of another version is refused', async () => {
    const { taskId } = await underReview(bench, person, conference(randomUUID()));
    const params = { id: taskId };
    const body = approval();
    expectProblem(
      await lookAndCall(bench, { as: officer, params, body: { ...body, outcome: 'return' } }),
      422,
      'reasons-missing',
    );
    const hours = [{ line: 0, hundredths: 5000, reason: '更多' }];
    expectProblem(await lookAndCall(bench, { as: officer, params, body: { ...body, hours } }), 422, 'hours-not-lower');
    expectProblem(
      await lookAndCall(bench, { as: officer, params, body: { ...body, version: 2 } }),
      409,
      'version-changed',
    );
    expectProblem(
      await lookAndCall(bench, { as: officer, params, body: { ...body, outcome: 'perhaps' } }),
      400,
      'invalid-input',
    );
  });
});

describe('many decisions at once', () => {
  const bulk = (taskIds: string[], rest: object = {}) => ({
    decisions: taskIds.map((taskId) => ({ taskId, decisionId: randomUUID(), version: 1, ...rest })),
  });

  test('give a result for each; one that fails leaves the others', async () => {
    const [a, b] = [
      await underReview(bench, person, conference(randomUUID())),
      await underReview(bench, person, conference(randomUUID())),
    ];
    await lookAndCall(bench, { as: officer, params: { id: a.taskId }, body: approval() });
    await seeAll(bench, officer, b);
    const answer = await bench.call('decideMany', { as: officer, body: bulk([a.taskId, randomUUID(), b.taskId]) });
    expect(answer.status).toBe(200);
    expect(answer.json.items.map((i: { ok: boolean; problem?: { code: string } }) => i.problem?.code ?? i.ok)).toEqual([
      'task-closed',
      'not-found',
      true,
    ]);
  });
  test('only approve', async () => {
    const { taskId } = await underReview(bench, person, conference(randomUUID()));
    const answer = await bench.call('decideMany', { as: officer, body: bulk([taskId], { outcome: 'reject' }) });
    expect(answer.json.items).toMatchObject([{ ok: false, problem: { code: 'bulk-approve-only' } }]);
  });
  test('are of one form', async () => {
    const a = await underReview(bench, person, conference(randomUUID()));
    const b = await underReview(bench, person, training('unit-training', ['2026-10-10'], randomUUID()));
    expectProblem(
      await bench.call('decideMany', { as: officer, body: bulk([a.taskId, b.taskId]) }),
      422,
      'bulk-one-form',
    );
  });
  test('leave out what shares its file with another person’s claim', async () => {
    const params = async (who: Caller) =>
      ({
        id: (await bench.call('createClaim', { as: who, body: { declared: conference(randomUUID()) } })).json.id,
      }) as const;
    const other = await bench.world.declarant('emp-city');
    const tasks: string[] = [];
    for (const who of [person, other]) {
      const draft = await params(who);
      await bench.call('uploadEvidence', { as: who, params: draft, ...upload(aPdf('the same')) });
      await bench.call('submitClaim', {
        as: who,
        params: draft,
        headers: { 'idempotency-key': randomUUID() },
        body: { revision: 1 },
      });
      tasks.push(await openNext(bench.db, draft.id));
    }
    const answer = await bench.call('decideMany', { as: officer, body: bulk(tasks) });
    expect(answer.json.items.map((i: { problem: { code: string } }) => i.problem.code)).toEqual([
      'bulk-not-clean',
      'bulk-not-clean',
    ]);
    const seen = await bench.call('task', { as: officer, params: { id: tasks[0] } });
    expect(seen.json.warnings).toMatchObject([{ kind: 'same-file', claimId: null }]);
  });
  test('are at most a hundred, and no task twice', async () => {
    const one = randomUUID();
    expectProblem(await bench.call('decideMany', { as: officer, body: bulk([one, one]) }), 400, 'invalid-input');
    const many = Array.from({ length: 101 }, () => randomUUID());
    expectProblem(await bench.call('decideMany', { as: officer, body: bulk(many) }), 400, 'invalid-input');
  });
});

test('on a full disk of PostgreSQL a submission is answered 507 with what to do, and the draft is as it was; with room again the same one is taken', async () => {
  const made = await bench.call('createClaim', { as: person, body: { declared: conference('没有空间时提交') } });
  const params = { id: made.json.id as string };
  await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf()) });
  const headers = { 'idempotency-key': randomUUID() };
  const submit = () => bench.call('submitClaim', { as: person, params, headers, body: { revision: 1 } });
  // As PostgreSQL says itself where a table cannot grow: code 53100.
  await sql`
    create function no_room() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`.execute(
    bench.db,
  );
  await sql`create trigger no_room before insert on act for each row execute function no_room()`.execute(bench.db);
  const answer = await submit();
  await sql`drop function no_room cascade`.execute(bench.db);
  expectProblem(answer, 507, 'storage-full');
  expect(answer.json.fix).toContain('管理员');
  expect((await bench.call('claim', { as: person, params })).json.state).toBe('draft');
  expect((await submit()).status).toBe(200);
});

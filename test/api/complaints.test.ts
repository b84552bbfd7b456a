import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPdf, type Bench, expectProblem, makeBench, upload } from './support.ts';

/** Complaints over the public door (Art. 20): no session, no name, no lost codes, and no flood. */

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
afterAll(() => bench.close());

const body = { topic: 'fraud', content: '虚报学时', regionCode: '420500', aboutText: '某单位' };
const complain = (remoteAddress: string, over = {}, key: string = randomUUID()) =>
  bench.call('fileComplaint', { remoteAddress, headers: { 'idempotency-key': key }, body: { ...body, ...over } });

describe('a complaint of nobody', () => {
  test('sent twice is one, with one code; another text under the same key is another, with another code', async () => {
    const key = randomUUID();
    const [first, again] = [await complain('10.0.0.1', {}, key), await complain('10.0.0.1', {}, key)];
    expect([first.status, again.json]).toEqual([201, first.json]);
    const other = await complain('10.0.0.1', { content: '另一件事' }, key);
    expect(other.json.number).not.toBe(first.json.number);
    expect(other.json.code).not.toBe(first.json.code);
  });

  test('at the same moment is one too', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 6 }, () => complain('10.0.0.2', {}, key)));
    expect(new Set(answers.map((a) => `${a.status} ${a.json.number} ${a.json.code}`)).size).toBe(1);
  });

  test('takes five files by its code, and says how it stands by its code', async () => {
    const { code } = (await complain('10.0.0.3')).json;
    const send = () => {
      const file = upload(aPdf(randomUUID()));
      return bench.call('addComplaintFile', { ...file, headers: { ...file.headers, 'x-complaint-code': code } });
    };
    for (let n = 1; n <= 5; n += 1) expect((await send()).json).toEqual({ files: n });
    expectProblem(await send(), 409, 'evidence-limit');
    const asked = await bench.call('complaintAnswer', { body: { code: code.toLowerCase() } });
    expect(asked.json).toMatchObject({ state: 'received', files: 5, answer: null });
  });

  test('of which there are too many from one address waits, another address does not', async () => {
    for (let n = 0; n < 10; n += 1) expect((await complain('10.0.0.4')).status).toBe(201);
    const refused = await complain('10.0.0.4');
    expectProblem(refused, 429, 'too-many-requests');
    expect(refused.json.more.retryAfterSeconds).toBeGreaterThan(0);
    expect((await complain('10.0.0.5')).status).toBe(201);
  });

  test('from other addresses of one IPv6 network is from one address', async () => {
    for (let n = 1; n <= 10; n += 1) expect((await complain(`2001:db8:1:1::${n}`)).status).toBe(201);
    expectProblem(await complain('2001:db8:1:1::ffff'), 429, 'too-many-requests');
  });

  test('is not found by guessing: twenty wrong codes close the door for the address', async () => {
    const guess = () =>
      bench.call('complaintAnswer', { remoteAddress: '10.0.0.6', body: { code: 'ABCD-EFGH-JKLM-NPQR' } });
    for (let n = 0; n < 20; n += 1) expectProblem(await guess(), 404, 'not-found');
    expectProblem(await guess(), 429, 'too-many-requests');
  });

  test.each([
    ['no text', { content: ' ' }, 400, 'invalid-input'],
    ['no topic', { topic: 'nothing' }, 400, 'invalid-input'],
    ['half a name', { complainant: { name: '某人' } }, 400, 'invalid-input'],
    ['an unknown place', { regionCode: '999999' }, 422, 'complaint-place'],
    ['a body that is not there', { aboutOrganisationId: 'emp-nowhere' }, 422, 'complaint-place'],
    ['a field of its own', { receiverId: 'hrss-420500' }, 400, 'invalid-input'],
  ])('with %s is refused', async (_what, over, status, code) => {
    expectProblem(await complain('10.0.0.7', over), status, code);
  });

  test('leaves neither its words nor a name in the answer’s trail', async () => {
    await complain('10.0.0.8', { content: '绝密内容', complainant: { name: '张不扬', contact: '13911112222' } });
    const audited = await bench.db
      .selectFrom('audit')
      .select('detail')
      .where('subject_kind', '=', 'complaint')
      .execute();
    expect(JSON.stringify(audited)).not.toMatch(/绝密|张不扬|13911112222/);
  });
});

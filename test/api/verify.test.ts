import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE_POLICY } from '../../api/public/html.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { dayInWords } from '../../rules/calendar.ts';
import { cancelYear, completeYear, course } from '../support/certificates.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
afterAll(() => bench.close());

const of2026 = { params: { year: 2026 } };

/** A person with a valid certificate. */
async function certified(name: string): Promise<{ person: Caller; code: string; number: string }> {
  const person = await bench.world.declarant('emp-city');
  await bench.db.updateTable('person').set({ name }).where('id', '=', person.personId).execute();
  await completeYear(bench.db, person.personId);
  const { json } = await bench.call('issueCertificate', { as: person, ...of2026 });
  return { person, code: json.code, number: json.number };
}

let addresses = 0;
/** Each look from an address of its own, so that the limit does not mix with the rest. */
async function look(path: string, remoteAddress?: string) {
  addresses += 1;
  const from = remoteAddress ?? `10.0.${Math.floor(addresses / 250)}.${addresses % 250}`;
  const { statusCode, headers, body } = await bench.app.inject({
    url: path,
    remoteAddress: from,
    headers: { accept: 'text/html' },
  });
  return { status: statusCode, headers, body };
}

describe('the page', () => {
  test('a valid certificate: masked name, year, hours, number, and nothing more of the person', async () => {
    const { code, number, person } = await certified('王骉<明>');
    const { status, headers, body } = await look(`/verify/${code}`);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body).toContain('证书有效');
    for (const shown of [number, '王***&gt;', '2026年', '90 学时（公需科目 30 学时，专业科目 60 学时）'])
      expect(body).toContain(shown);
    const { id_number } = await bench.db
      .selectFrom('person')
      .select('id_number')
      .where('id', '=', person.personId)
      .executeTakeFirstOrThrow();
    for (const hidden of ['骉', '<明', id_number, id_number.slice(-4), person.personId])
      expect(body).not.toContain(hidden);
  });

  test('it works without a script and may load nothing but its own style', async () => {
    const { code } = await certified('李四');
    for (const path of [`/verify/${code}`, '/verify', '/verify/none']) {
      const { headers, body } = await look(path);
      expect(headers['content-security-policy']).toBe(PAGE_POLICY);
      expect(PAGE_POLICY).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self';/);
      expect(body).not.toMatch(/<script|<img|<link|\son\w+=|javascript:|https?:\/\//i);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['set-cookie']).toBeUndefined();
    }
  });

  test('however the code was typed, in the path or the form', async () => {
    const { code, number } = await certified('李四');
    const typed = [
      `/verify/${code.toLowerCase().replaceAll('-', '')}`,
      `/verify?code=${encodeURIComponent(` ${code.replaceAll('-', ' ')} `)}`,
    ];
    for (const path of typed) expect((await look(path)).body).toContain(number);
  });

  test('a changed year: the old code says superseded with the date of what came after, the new one is valid', async () => {
    const { code, person } = await certified('张三丰');
    await course(bench.db, person.personId, 'public', 250);
    const { json } = await bench.call('yearCertificates', { as: person, ...of2026 });
    const old = await bench.call('verify', { params: { code } });
    expect(old.json).toMatchObject({ state: 'superseded', totalHundredths: 9000, succeededOn: json.current.issuedOn });
    const page = await look(`/verify/${code}`);
    expect([page.status, page.body]).toEqual([
      200,
      expect.stringContaining(`证书已失效：${dayInWords(json.current.issuedOn)}由新证书替代`),
    ]);
    expect(page.body).not.toContain(json.current.number);
    const now = await bench.call('verify', { params: { code: json.current.code } });
    expect(now.json).toMatchObject({ state: 'valid', totalHundredths: 9250, nameMasked: '张*丰', endedOn: null });
  });

  test('a cancelled year: revoked with the day, and the public is not told why', async () => {
    const { code, person } = await certified('赵六');
    await cancelYear(bench.db, person.personId);
    const { json } = await bench.call('verify', { params: { code } });
    expect(json).toMatchObject({ state: 'revoked', succeededOn: null });
    expect(json.endedOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    const page = await look(`/verify/${code}`);
    expect(page.body).toContain(`证书已于${dayInWords(json.endedOn)}撤销`);
    for (const reason of ['弄虚作假', '取消', 'fraud']) expect(page.body + JSON.stringify(json)).not.toContain(reason);
  });
});

describe('a code that is none', () => {
  const NONE = [
    '0000-0000-0000-0000-0000',
    'UUUUUUUUUUUUUUUUUUUU',
    'x',
    '%00',
    "'--",
    '<script>alert(1)</script>',
    '../../health/live',
    'a/b/c',
    '张'.repeat(30),
    'A'.repeat(5_000),
    `${randomUUID()}${randomUUID()}`,
  ];

  test('unknown and malformed answer the same page and the same status, and repeat nothing of the question', async () => {
    const answers = await Promise.all(
      NONE.flatMap((code) => [
        look(`/verify/${encodeURIComponent(code)}`),
        look(`/verify?code=${encodeURIComponent(code)}`),
      ]),
    );
    const repeated = await look('/verify?code=a&code=b');
    expect(new Set([...answers, repeated].map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 404, body: expect.stringContaining('没有查到这个验证码') });
    const headers = answers.map(({ headers: { 'x-request-id': _, 'x-ratelimit-reset': __, date: ___, ...rest } }) =>
      JSON.stringify(rest),
    );
    expect(new Set(headers).size).toBe(1);
  });

  test('the same in JSON', async () => {
    const answers = await Promise.all(
      NONE.map((code) => bench.call('verify', { params: { code }, remoteAddress: '10.9.9.9' })),
    );
    for (const answer of answers) expectProblem(answer, 404, 'not-found');
    expect(new Set(answers.map(({ json: { traceId: _, ...rest } }) => JSON.stringify(rest))).size).toBe(1);
  });
});

test('one address may look so often a minute, then it is told to wait; another may go on', async () => {
  const paths = Array.from({ length: 125 }, (_, at) => (at % 2 ? `/verify/${at}` : `/api/v1/verify/${at}`));
  const answers = [];
  for (const path of paths) answers.push(await look(path, '10.200.0.1'));
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(120);
  const page = await look('/verify/x', '10.200.0.1');
  expect([page.status, page.body]).toEqual([429, expect.stringContaining('请一分钟后再试')]);
  expect(page.headers['retry-after']).toBeDefined();
  expect((await look('/verify/x', '10.200.0.2')).status).toBe(404);
});

import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import yauzl from 'yauzl';
import { certificateKeys } from '../../api/certificate/keys.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { completeYear, course, newKeyText } from '../support/certificates.ts';
import { type Answer, type Bench, expectProblem, makeBench } from './support.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
afterAll(() => bench.close());

const of2026 = { params: { year: 2026 } };

async function complete(employer = 'emp-city', name?: string): Promise<Caller> {
  const person = await bench.world.declarant(employer);
  if (name !== undefined) {
    await bench.db.updateTable('person').set({ name }).where('id', '=', person.personId).execute();
  }
  await completeYear(bench.db, person.personId);
  return person;
}

async function managerOf(organisationId: string): Promise<Caller> {
  const person = await bench.world.declarant('emp-county');
  await bench.db
    .insertInto('role_holding')
    .values({
      person_id: person.personId,
      organisation_id: organisationId,
      role: 'administrator',
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  return person;
}

describe('one’s own', () => {
  test('the first download issues it; the next gives the same bytes, and the record one certificate', async () => {
    const person = await complete();
    const before = await bench.call('yearCertificates', { as: person, ...of2026 });
    expect(before.json).toMatchObject({ current: null, mayIssue: true, history: [] });
    const [one, two] = await Promise.all([
      bench.call('certificatePdf', { as: person, ...of2026 }),
      bench.call('certificatePdf', { as: person, ...of2026 }),
    ]);
    expect([one.status, one.headers['content-type'], one.raw.subarray(0, 5).toString()]).toEqual([
      200,
      'application/pdf',
      '%PDF-',
    ]);
    expect(one.raw.equals(two.raw)).toBe(true);
    const { json } = await bench.call('yearCertificates', { as: person, ...of2026 });
    expect(json.current).toMatchObject({
      state: 'valid',
      totalHundredths: 9000,
      forms: [{ form: 'platform-course', publicHundredths: 3000, professionalHundredths: 6000 }],
      unprintable: [],
    });
    expect(json.current.number).toMatch(/^2026-420500-\d{8}$/);
    expect(json.current.idNumberMasked).toMatch(/^\d{3}\*{11}[0-9X]{4}$/);
    expect(json.history).toEqual([]);
  });

  test('a year without one is refused with what is missing', async () => {
    const person = await bench.world.declarant('emp-city');
    await course(bench.db, person.personId, 'public', 3000);
    for (const name of ['certificatePdf', 'certificateSignature', 'issueCertificate'] as const) {
      const answer = await bench.call(name, { as: person, ...of2026 });
      expectProblem(answer, 409, 'certificate-none');
      expect(answer.json.detail).toContain('还差 60 学时（专业科目 60 学时）');
      expect(answer.json.more.missing).toEqual({ public: 0, professional: 6000, total: 6000 });
    }
    expectProblem(await bench.call('certificatePdf', { as: person, params: { year: 2025 } }), 400, 'invalid-input');
    expectProblem(await bench.call('certificatePdf', { as: person, params: { year: 2027 } }), 409, 'certificate-none');
  });

  test('its signature holds offline with the published key, and not for one changed byte', async () => {
    const person = await complete();
    const pdf = await bench.call('certificatePdf', { as: person, ...of2026 });
    const sig = await bench.call('certificateSignature', { as: person, ...of2026 });
    const keys = await bench.call('certificateKeys');
    expect(sig.raw.length).toBe(64);
    expect(keys.body).toContain(`key-id: ${String(sig.headers['x-key-id'])} (current`);
    const one = await bench.call('certificateKey', { params: { keyId: sig.headers['x-key-id'] } });
    expect(keys.body.startsWith(one.body)).toBe(true);
    expectProblem(await bench.call('certificateKey', { params: { keyId: 'unknown' } }), 404, 'not-found');
    const altered = Buffer.from(pdf.raw);
    altered[altered.length - 100] = (altered[altered.length - 100] ?? 0) ^ 1;
    const key = createPublicKey(one.body);
    expect([verify(null, pdf.raw, key, sig.raw), verify(null, altered, key, sig.raw)]).toEqual([true, false]);
    if (spawnSync('openssl', ['version']).status !== 0) return;
    const place = (name: string, content: Buffer | string): string => {
      const file = path.join(bench.folder, name);
      writeFileSync(file, content);
      return file;
    };
    const openssl = (content: string): string[] =>
      // The command of docs/certificates.md.
      [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-inkey',
        place('keys.pem', keys.body),
        '-rawin',
        '-in',
        content,
        '-sigfile',
        place('c.sig', sig.raw),
      ];
    expect(execFileSync('openssl', openssl(place('c.pdf', pdf.raw))).toString()).toContain('Verified Successfully');
    expect(spawnSync('openssl', openssl(place('a.pdf', altered))).status).not.toBe(0);
  });

  test('a sign that no typeface has opens a case, prints nothing, and closes when it can be printed', async () => {
    const person = await complete('emp-city', '张\u{20000}');
    const answer = await bench.call('certificatePdf', { as: person, ...of2026 });
    expectProblem(answer, 409, 'certificate-unprintable');
    expect(answer.json.more.missing).toEqual(['U+20000']);
    await bench.call('certificatePdf', { as: person, ...of2026 });
    const own = await bench.call('yearCertificates', { as: person, ...of2026 });
    expect(own.json.current).toMatchObject({ state: 'valid', unprintable: ['U+20000'] });
    const admin = await managerOf('hrss-420000');
    const { json } = await bench.call('certificateCases', { as: admin });
    expect(json.items).toEqual([expect.objectContaining({ number: own.json.current.number, missing: ['U+20000'] })]);
    const told = await bench.db.selectFrom('notice').select('kind').where('person_id', '=', person.personId).execute();
    expect(told).toEqual([{ kind: 'certificate-unprintable' }]);
    // The name is put right: a new certificate, which prints.
    await bench.db.updateTable('person').set({ name: '张𠮷' }).where('id', '=', person.personId).execute();
    expect((await bench.call('certificatePdf', { as: person, ...of2026 })).status).toBe(200);
    const after = await bench.call('yearCertificates', { as: person, ...of2026 });
    expect(after.json).toMatchObject({ current: { name: '张𠮷' }, history: [{ endReason: 'holder-changed' }] });
  });
});

describe('keys', () => {
  test('an earlier key stays published after a rotation', () => {
    const before = certificateKeys(newKeyText(), 'before');
    const after = certificateKeys(newKeyText() + before.published[0].pem, 'after');
    expect(after.published.map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
    expect(after.published[1]?.id).toBe(before.published[0].id);
    const pdf = Buffer.from('a certificate');
    expect(verify(null, pdf, createPublicKey(after.published[1]?.pem ?? ''), before.sign(pdf))).toBe(true);
    expect(after.sign(pdf).equals(after.sign(pdf))).toBe(true);
  });

  test('a file without one Ed25519 private key is refused by its name', () => {
    for (const text of ['', newKeyText() + newKeyText()]) {
      expect(() => certificateKeys(text, 'key.pem')).toThrow(/key\.pem must hold exactly one/);
    }
  });
});

describe('an employer’s print', () => {
  test('the manager gets a ZIP of the unit’s certificates with an index; progress says how far it is', async () => {
    const unit = 'emp-new-trade';
    const manager = await managerOf(unit);
    const done = await complete(unit, '=王"五');
    await complete(unit, '张\u{20000}');
    await bench.world.declarant(unit);
    const headers = { 'idempotency-key': randomUUID() };
    const start = () =>
      bench.call('printCertificates', { as: manager, params: { id: unit }, headers, body: { year: 2026 } });
    const [made, again] = [await start(), await start()];
    expect(made.status).toBe(201);
    expect(again.json).toEqual(made.json);
    expect(made.json).toMatchObject({ state: 'waiting', total: 3, printed: 0, skipped: 0 });
    const params = { id: unit, batchId: made.json.id };
    const zip = await bench.call('certificateBatchFile', { as: manager, params });
    expect([zip.status, zip.headers['content-type']]).toEqual([200, 'application/zip']);
    const files = await unzip(zip.raw);
    const { current } = (await bench.call('yearCertificates', { as: done, ...of2026 })).json;
    const own = await bench.call('certificatePdf', { as: done, ...of2026 });
    expect(files.get(`${current.number}.pdf`)?.equals(own.raw)).toBe(true);
    expect([...files.keys()].filter((name) => name.endsWith('.pdf'))).toHaveLength(1);
    expect([...files.keys()].filter((name) => name.endsWith('.sig'))).toHaveLength(1);
    const index = files.get('index.csv')?.toString() ?? '';
    expect(index.startsWith('\ufeff姓名,证书编号,文件,结果')).toBe(true);
    expect(index).toContain(`"'=王""五",${current.number}`);
    expect(index).toMatch(/缺字，暂不能打印：U\+20000/);
    expect(index).toMatch(/没有完成证书/);
    const progress = await bench.call('certificateBatch', { as: manager, params });
    expect(progress.json).toMatchObject({ state: 'done', total: 3, printed: 1, skipped: 2 });
    const told = await bench.db.selectFrom('notice').select('kind').where('person_id', '=', done.personId).execute();
    expect(told).toEqual([{ kind: 'certificate-issued' }]);
  });

  test('another unit, another unit’s people and another unit’s batch are not found', async () => {
    const manager = await managerOf('emp-city');
    const stranger = await bench.world.declarant('emp-county');
    const own = await bench.world.declarant('emp-city');
    const print = (id: string, personIds?: string[]) =>
      bench.call('printCertificates', { as: manager, params: { id }, body: { year: 2026, personIds } });
    expectProblem(await print('emp-county'), 404, 'not-found');
    expectProblem(await print('emp-unknown'), 404, 'not-found');
    expectProblem(await print('hrss-420500'), 404, 'not-found');
    expectProblem(await print('emp-city', [own.personId, stranger.personId]), 404, 'not-found');
    expectProblem(await print('emp-city', [own.personId, randomUUID()]), 404, 'not-found');
    expectProblem(await print('emp-city', []), 400, 'invalid-input');
    const { json } = await print('emp-city', [own.personId]);
    const other = await managerOf('emp-county');
    for (const name of ['certificateBatch', 'certificateBatchFile'] as const) {
      const asked = { as: other, params: { id: 'emp-county', batchId: json.id } };
      expectProblem(await bench.call(name, asked), 404, 'not-found');
      expectProblem(
        await bench.call(name, { ...asked, params: { id: 'emp-city', batchId: json.id } }),
        404,
        'not-found',
      );
    }
  });

  test('while one download goes on another is refused; one that fell silent begins again', async () => {
    const manager = await managerOf('emp-direct');
    const { json } = await bench.call('printCertificates', {
      as: manager,
      params: { id: 'emp-direct' },
      body: { year: 2026 },
    });
    const seen = (seconds: number) =>
      bench.db
        .updateTable('certificate_batch')
        .set({ started_at: new Date(), seen_at: new Date(Date.now() - seconds * 1000), finished_at: null })
        .where('id', '=', json.id)
        .execute();
    const asked = { as: manager, params: { id: 'emp-direct', batchId: json.id } };
    await seen(5);
    expect((await bench.call('certificateBatch', asked)).json.state).toBe('running');
    expectProblem(await bench.call('certificateBatchFile', asked), 409, 'certificate-batch-running');
    await seen(61);
    expect((await bench.call('certificateBatch', asked)).json.state).toBe('interrupted');
    expect((await bench.call('certificateBatchFile', asked)).status).toBe(200);
    expect((await bench.call('certificateBatch', asked)).json.state).toBe('done');
  });

  test('of many batches at once some are told to come again, and are there when they do', async () => {
    const manager = await managerOf('emp-city');
    const { personId } = await bench.world.declarant('emp-city');
    await completeYear(bench.db, personId);
    const body = { year: 2026, personIds: [personId] };
    const made = await Promise.all(
      Array.from({ length: 5 }, () =>
        bench.call('printCertificates', { as: manager, params: { id: 'emp-city' }, body }),
      ),
    );
    const asked = made.map(({ json }) => ({ as: manager, params: { id: 'emp-city', batchId: json.id as string } }));
    const answers = await Promise.all(asked.map((of) => bench.call('certificateBatchFile', of)));
    const at = answers.findIndex(({ status }) => status === 503);
    expectProblem(answers[at] as Answer, 503, 'overloaded');
    expect(answers[at]?.headers['retry-after']).toBe('60');
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    const later = asked[at] as (typeof asked)[number];
    expect((await bench.call('certificateBatch', later)).json.state).toBe('interrupted');
    expect((await bench.call('certificateBatchFile', later)).status).toBe(200);
    expect((await bench.call('certificateBatch', later)).json).toMatchObject({ state: 'done', printed: 1 });
  });
});

const unzip = (content: Buffer): Promise<Map<string, Buffer>> =>
  new Promise((resolve, reject) => {
    const files = new Map<string, Buffer>();
    yauzl.fromBuffer(content, { lazyEntries: true }, (error, zip) => {
      if (error) {
        reject(error);
        return;
      }
      zip.on('end', () => resolve(files));
      zip.on('error', reject);
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (fault, stream) => {
          if (fault) {
            reject(fault);
            return;
          }
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => {
            files.set(entry.fileName, Buffer.concat(chunks));
            zip.readEntry();
          });
        });
      });
      zip.readEntry();
    });
  });

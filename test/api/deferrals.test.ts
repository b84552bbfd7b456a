import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { aPdf, type Bench, expectProblem, makeBench, upload } from './support.ts';

/** The papers of a deferral (Art. 17) are health data: whoever is not on the case must not learn that there is one. */

let bench: Bench;
let person: Caller;
let id: string;
let fileId: string;
beforeAll(async () => {
  bench = await makeBench();
  person = await bench.world.declarant('emp-city');
  const year = Number(new Date().toISOString().slice(0, 4));
  const requested = await bench.call('requestDeferral', {
    as: person,
    headers: { 'idempotency-key': randomUUID() },
    body: { year, reason: 'illness', explanation: '住院', until: `${year + 1}-06-30` },
  });
  id = requested.json.id;
  const uploaded = await bench.call('uploadDeferralProof', {
    as: bench.world.officer('emp-city', 'first-reviewer'),
    params: { id },
    ...upload(aPdf()),
  });
  fileId = uploaded.json.id;
});
afterAll(() => bench.close());

describe('the proof of a deferral', () => {
  const read = (as: Caller | undefined, at = { id, fileId }) => bench.call('deferralProof', { as, params: at });

  test('is read by the person, the unit and the HRSS authority that is told', async () => {
    const { world } = bench;
    for (const as of [
      person,
      world.officer('emp-city', 'first-reviewer'),
      world.officer('hrss-420500', 're-reviewer'),
    ]) {
      const answer = await read(as);
      expect(answer.status).toBe(200);
      expect(answer.raw.subarray(0, 5).toString()).toBe('%PDF-');
      expect(answer.headers['content-disposition']).toContain('attachment');
    }
  });

  test('is nobody else’s, and no file of another deferral', async () => {
    const { world } = bench;
    const others = [
      await world.declarant('emp-city'),
      world.officer('emp-county', 'first-reviewer'),
      world.officer('ind-420500-health', 're-reviewer'),
    ];
    for (const as of others) expectProblem(await read(as), 404, 'not-found');
    expectProblem(await read(person, { id: randomUUID(), fileId }), 404, 'not-found');
  });
});

describe('the years by which the next title is put off', () => {
  test.each([0, 6, 1.5])('are not %d', async (years) => {
    const answer = await bench.call('extendTitle', {
      as: bench.world.officer('emp-city', 'first-reviewer'),
      params: { id },
      body: { years, explanation: '无正当理由' },
    });
    expectProblem(answer, 400, 'invalid-input');
  });
});

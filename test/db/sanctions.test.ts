import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { openSanction, type Suspicion } from '../../db/acts/sanctions.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, done, makeWorld, submitted, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const OPENED = new Date('2026-11-23T02:00:00Z');
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);
const open = (by: Caller, suspicion: Partial<Suspicion> & { personId: string }) =>
  world.db
    .transaction()
    .execute((trx) =>
      openSanction(
        trx,
        by,
        { year: 2026, claimIds: [], source: 'inspection', explanation: '培训证明系伪造', ...suspicion },
        OPENED,
      ),
    );
const supervisor = (at = 'hrss-420500', which: 0 | 1 = 0) => world.officer(at, 'supervisor', which);
const caseOf = (id: string) =>
  world.db.selectFrom('sanction').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('21: a case is opened', () => {
  test('at the HRSS authority of the employer’s level; for central units at the province', async () => {
    for (const [employer, authority] of [
      ['emp-city', 'hrss-420500'],
      ['emp-county', 'hrss-420502'],
      ['emp-direct', 'hrss-420000'],
      ['emp-central', 'hrss-420000'],
      ['emp-new-trade', 'hrss-420500'],
    ] as const) {
      const person = await world.declarant(employer);
      const { id } = done(await open(supervisor(), { personId: person.personId }));
      expect(await caseOf(id)).toMatchObject({ authority_id: authority, employer_id: employer, state: 'opened' });
    }
  });

  test('at the industry authority when its officer opens it', async () => {
    const person = await world.declarant('emp-city');
    const { id } = done(await open(supervisor('ind-420500-health'), { personId: person.personId }));
    expect((await caseOf(id)).authority_id).toBe('ind-420500-health');
  });

  test('once: a second suspicion, also at the same moment, joins the living case; the same one changes nothing', async () => {
    const person = await world.declarant('emp-city');
    const origin = { kind: 'complaint', id: randomUUID() };
    const made = await Promise.all(
      [0, 1, 2].map((n) =>
        open(supervisor('hrss-420500', n === 0 ? 0 : 1), { personId: person.personId, explanation: `线索${n}` }),
      ),
    );
    const ids = new Set(made.map((one) => done(one).id));
    expect(ids.size).toBe(1);
    expect(made.filter((one) => done(one).isNew)).toHaveLength(1);
    const [id = ''] = ids;
    const { version } = await caseOf(id);
    done(await open(supervisor(), { personId: person.personId, origin }));
    done(await open(supervisor(), { personId: person.personId, origin }));
    expect((await caseOf(id)).version).toBe(version + 1);
  });

  test('only with claims of that person and year, of a governed year, and by nobody on themselves', async () => {
    const person = await world.declarant('emp-city');
    const other = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, conference('年会'));
    const code = async (rest: Partial<Suspicion>, by = supervisor()) =>
      codeOf(await open(by, { personId: person.personId, ...rest }));
    expect(await code({ claimIds: [claimId], personId: other.personId })).toBe('sanction-claims');
    expect(await code({ claimIds: [claimId], year: 2025 })).toBe('sanction-year');
    expect(await code({ year: 2027 })).toBe('sanction-year');
    expect(await code({ personId: randomUUID() })).toBe('not-found');
    expect(await code({}, person)).toBe('sanction-own');
    expect(await code({ claimIds: [claimId] })).toBe('ok');
  });
});

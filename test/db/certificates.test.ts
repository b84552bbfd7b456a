import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { issueCertificate } from '../../db/acts/certificates.ts';
import { yearNow } from '../../db/ledger.ts';
import { yearsChanged } from '../../db/year-changed.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { completeYear, course } from '../support/certificates.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { done, makeWorld, type World } from '../support/world.ts';

const ON = '2026-11-23';
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

const of = ({ personId }: Caller) => ({ personId, year: 2026, on: ON });
const issue = (person: Caller) => issueCertificate(world.db, person, of(person));
const rows = ({ personId }: Caller) =>
  world.db.selectFrom('certificate').selectAll().where('person_id', '=', personId).orderBy('issue').execute();

async function complete(): Promise<Caller> {
  const person = await world.declarant('emp-city');
  await completeYear(world.db, person.personId);
  return person;
}

/** The year's recomputation found something else. */
const changed = async (person: Caller, change: Partial<AnnualResult>): Promise<void> => {
  const result = await yearNow(world.db, of(person));
  await world.db
    .transaction()
    .execute((trx) => yearsChanged(trx, [{ ...of(person), result: { ...result, ...change } }]));
};

describe('issuing', () => {
  test('many askings at once are one certificate', async () => {
    const person = await complete();
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => issue(person)));
    expect(new Set(outcomes.map((each) => done(each).id)).size).toBe(1);
    expect(await rows(person)).toHaveLength(1);
  });

  test('askings among changes of the year never leave one that says other hours than the year', async () => {
    const person = await complete();
    await Promise.all([
      ...Array.from({ length: 6 }, () => issue(person)),
      ...Array.from({ length: 6 }, () => course(world.db, person.personId, 'public', 100)),
    ]);
    const all = await rows(person);
    const valid = all.filter(({ state }) => state === 'valid');
    expect(valid.map(({ statement }) => statement.totalHundredths)).toEqual([9600]);
    expect(all.map((row) => row.issue)).toEqual(all.map((_, at) => at + 1));
  });

  test('numbers and codes are unlike each other', async () => {
    const certificates = [];
    for (let at = 0; at < 5; at += 1) certificates.push(done(await issue(await complete())));
    expect(new Set(certificates.map(({ number }) => number)).size).toBe(5);
    expect(new Set(certificates.map(({ code }) => code)).size).toBe(5);
    // Nothing of the number is in the code.
    for (const { code } of certificates) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{20}$/);
  });
});

describe('the year changes', () => {
  test('more hours supersede it with a successor in the same transaction; the person is told once; the trail names the system', async () => {
    const person = await complete();
    const first = done(await issue(person));
    await course(world.db, person.personId, 'professional', 50);
    const [old, now] = await rows(person);
    expect(old).toMatchObject({ state: 'superseded', end_reason: 'hours-changed', succeeded_by: now?.id });
    expect(now).toMatchObject({ state: 'valid', issue: 2, issued_by: null, statement: { totalHundredths: 9050 } });
    const notices = await world.db
      .selectFrom('notice')
      .select(['kind', 'key'])
      .where('person_id', '=', person.personId)
      .execute();
    expect(notices).toEqual([{ kind: 'certificate-superseded', key: first.id }]);
    const trail = await world.db
      .selectFrom('audit')
      .select(['action', 'actor_id'])
      .where('subject_kind', '=', 'certificate')
      .where('subject_id', 'in', [first.id, now?.id ?? ''])
      .orderBy('id')
      .execute();
    expect(trail).toEqual([
      { action: 'certificate.issued', actor_id: person.personId },
      { action: 'certificate.superseded', actor_id: null },
      { action: 'certificate.issued', actor_id: null },
    ]);
  });

  test('a recomputation that changes nothing leaves it', async () => {
    const person = await complete();
    done(await issue(person));
    await changed(person, {});
    expect((await rows(person)).map(({ state }) => state)).toEqual(['valid']);
  });

  test('a year that is not complete any more, or cancelled, revokes it; complete again, there is a new one', async () => {
    for (const [verdict, reason] of [
      ['unqualified', 'no-longer-complete'],
      ['cancelled', 'fraud'],
    ] as const) {
      const person = await complete();
      done(await issue(person));
      await changed(person, { verdict });
      expect(await rows(person)).toMatchObject([{ state: 'revoked', end_reason: reason, succeeded_by: null }]);
      expect(done(await issue(person))).toMatchObject({ state: 'valid', issue: 2 });
    }
  });

  test('a transaction that is rolled back takes the end of the certificate with it', async () => {
    const person = await complete();
    done(await issue(person));
    const result = await yearNow(world.db, of(person));
    const failing = world.db.transaction().execute(async (trx) => {
      await yearsChanged(trx, [{ ...of(person), result: { ...result, verdict: 'cancelled' } }]);
      throw new Error('planted');
    });
    await expect(failing).rejects.toThrow('planted');
    expect((await rows(person)).map(({ state }) => state)).toEqual(['valid']);
  });
});

describe('the record refuses', () => {
  const refused = async (statement: (id: string) => Promise<unknown>): Promise<void> => {
    const person = await complete();
    const { id } = done(await issue(person));
    await expect(statement(id)).rejects.toThrow(/certificate|violates/);
    expect((await rows(person)).map(({ state }) => state)).toEqual(['valid']);
  };

  test('what it states is never changed, nothing is deleted', async () => {
    await refused((id) =>
      sql`update certificate set statement = statement || '{"totalHundredths": 1}' where id = ${id}`.execute(world.db),
    );
    await refused((id) => sql`update certificate set code = reverse(code) where id = ${id}`.execute(world.db));
    await refused((id) => sql`delete from certificate where id = ${id}`.execute(world.db));
    await expect(sql`truncate certificate cascade`.execute(world.db)).rejects.toThrow(/append-only/);
  });

  test('a second valid one, and one that comes back to life', async () => {
    await refused((id) =>
      sql`insert into certificate (number, code, person_id, year, issue, statement)
          select '2026-420500-99999999', reverse(code), person_id, year, 99, statement || '{"number": "2026-420500-99999999"}'
          from certificate where id = ${id}`.execute(world.db),
    );
    const person = await complete();
    const { id } = done(await issue(person));
    await changed(person, { verdict: 'cancelled' });
    await expect(
      sql`update certificate set state = 'valid', ended_at = null, end_reason = null where id = ${id}`.execute(
        world.db,
      ),
    ).rejects.toThrow(/ended, once/);
  });
});

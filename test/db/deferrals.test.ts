import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import {
  attachProof,
  decideDeferral,
  requestDeferral,
  revokeDeferral,
  shortenDeferral,
  withdrawDeferral,
} from '../../db/acts/deferrals.ts';
import { endTitleExtension, extendTitle } from '../../db/acts/title-extensions.ts';
import type { Db } from '../../db/connect.ts';
import { lookAtDeferral, remindOfDeferrals } from '../../db/deferrals.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { readYear } from '../../db/read/years.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { imposed, lifted } from '../support/sanctions.ts';
import { done, makeWorld, type World } from '../support/world.ts';

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

const APPLIED = new Date('2026-11-23T02:00:00Z');
const at = (instant: string) => () => Promise.resolve(new Date(instant));
const asked = (rest: Partial<Parameters<typeof requestDeferral>[2]> = {}) => ({
  year: 2026,
  reason: 'illness' as const,
  explanation: '住院治疗',
  until: '2027-06-30',
  requestKey: randomUUID(),
  ...rest,
});
const officer = () => world.officer('emp-city', 'first-reviewer');
const proof = (id: string) => ({
  id,
  fileName: '单位证明.pdf',
  mediaType: 'application/pdf' as const,
  sizeBytes: 10,
  sha256: Buffer.alloc(32, 1),
  storageKey: randomUUID(),
});

async function requested(person: Caller, rest = {}): Promise<string> {
  return done(await requestDeferral(world.db, person, asked(rest), APPLIED)).id;
}
async function granted(person: Caller, until = '2027-06-30'): Promise<string> {
  const id = await requested(person);
  done(await attachProof(world.db, officer(), proof(id)));
  done(await decideDeferral(world.db, officer(), { id, outcome: 'grant', until, explanation: '' }, APPLIED));
  return id;
}
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);
const stateOf = async (id: string) =>
  (await world.db.selectFrom('deferral').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
const noticesOf = async (personId: string) =>
  (await world.db.selectFrom('notice').select('kind').where('person_id', '=', personId).orderBy('id').execute()).map(
    (n) => n.kind,
  );

/** Recognises make-up study that completes 2026 apart from the rest. */
const makeUp = (person: Caller, on: string, subject: 'public' | 'professional', days: number): Promise<unknown> =>
  world.db.transaction().execute((trx) => makeUpIn(trx, person, { on, subject, days }));

type Study = { on: string; subject: 'public' | 'professional'; days: number };
function makeUpIn(trx: Db, person: Caller, { on, subject, days }: Study) {
  const list = Array.from({ length: days }, (_, d) => ({
    on: new Date(Date.parse(on) + d * 86_400_000).toISOString().slice(0, 10),
    subject,
    hundredths: 800,
  }));
  return recogniseInYear(
    trx,
    { personId: person.personId, year: 2026, on: '2027-02-01' },
    {
      sourceKind: 'claim',
      sourceId: randomUUID(),
      activity: {
        form: 'authority-training',
        organiser: 'hrss',
        proof: true,
        mode: 'offline',
        makeUpFor: 2026,
        days: list,
      },
      loweredTo: {},
      studyArchive: true,
    },
  );
}

describe('17: a deferral', () => {
  test('that ends while the filing that completes its year is under way is made up, not expired', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    await makeUp(person, '2027-02-01', 'public', 4);
    let look: Promise<unknown> = Promise.resolve();
    await world.db.transaction().execute(async (trx) => {
      await makeUpIn(trx, person, { on: '2027-03-01', subject: 'professional', days: 8 });
      look = lookAtDeferral(world.db, id, at('2027-07-01T00:00:00Z'));
      await Promise.race([look, new Promise((soon) => setTimeout(soon, 300))]);
    });
    await look;
    expect(await stateOf(id)).toBe('made-up');
  });

  test('needs the unit’s own proof: the person’s file alone is not enough', async () => {
    const person = await world.declarant('emp-city');
    const id = await requested(person);
    expect(await noticesOf(officer().personId)).toContain('deferral-to-decide');
    done(await attachProof(world.db, person, proof(id)));
    const grant = { id, outcome: 'grant' as const, until: '2027-06-30', explanation: '' };
    expect(codeOf(await decideDeferral(world.db, officer(), grant, APPLIED))).toBe('deferral-proof-missing');
    done(await attachProof(world.db, officer(), proof(id)));
    expect(codeOf(await decideDeferral(world.db, officer(), grant, APPLIED))).toBe('ok');
    expect(await noticesOf(person.personId)).toEqual(['deferral-granted']);
  });

  test('of a year that fraud has cancelled is neither asked for nor granted (D-46), with the article and the cure; lifted, it is', async () => {
    const person = await world.declarant('emp-city');
    const id = await requested(person);
    done(await attachProof(world.db, officer(), proof(id)));
    const sanctionId = await imposed(world, person, { now: APPLIED });
    const grant = { id, outcome: 'grant' as const, until: '2027-06-30', explanation: '' };
    expect(await decideDeferral(world.db, officer(), grant, APPLIED)).toMatchObject({
      ok: false,
      refusal: { code: 'deferral-cancelled', provision: '21', fix: expect.stringContaining('申诉') as string },
    });
    done(await withdrawDeferral(world.db, person, id));
    const again = () => requestDeferral(world.db, person, asked(), APPLIED);
    expect(codeOf(await again())).toBe('deferral-cancelled');
    await lifted(world, sanctionId, APPLIED);
    expect(codeOf(await again())).toBe('ok');
  });

  test('asked for in the moment of the decision that cancels its year, is there before it or refused', async () => {
    const person = await world.declarant('emp-city');
    const [, outcome] = await Promise.all([
      imposed(world, person, { now: APPLIED }),
      requestDeferral(world.db, person, asked(), APPLIED),
    ]);
    expect(['ok', 'deferral-cancelled']).toContain(codeOf(outcome));
    if (outcome.ok) done(await attachProof(world.db, officer(), proof(outcome.value.id)));
    const grant = { outcome: 'grant' as const, until: '2027-06-30', explanation: '' };
    if (outcome.ok)
      expect(codeOf(await decideDeferral(world.db, officer(), { ...grant, id: outcome.value.id }, APPLIED))).toBe(
        'deferral-cancelled',
      );
  });

  test('past twelve months, backwards or twice is refused; so is one of another unit', async () => {
    const person = await world.declarant('emp-city');
    const code = async (rest: object) => codeOf(await requestDeferral(world.db, person, asked(rest), APPLIED));
    expect(await code({ until: '2028-01-01' })).toBe('deferral-too-long');
    expect(await code({ until: '2026-12-31' })).toBe('deferral-backwards');
    const id = await requested(person);
    expect(await code({})).toBe('deferral-requested');
    const foreign = world.officer('emp-county', 'first-reviewer');
    expect(codeOf(await attachProof(world.db, foreign, proof(id)))).toBe('not-found');
    expect(codeOf(await decideDeferral(world.db, foreign, { id, outcome: 'refuse', explanation: '否' }, APPLIED))).toBe(
      'not-found',
    );
    done(await decideDeferral(world.db, officer(), { id, outcome: 'refuse', explanation: '材料不足' }, APPLIED));
    const again = await granted(person);
    expect(await code({})).toBe('deferral-twice');
    done(
      await revokeDeferral(world.db, world.officer('hrss-420500', 're-reviewer'), {
        id: again,
        explanation: '不符合条件',
      }),
    );
    expect(await code({})).toBe('deferral-twice');
  });

  test('twice at the same moment is one', async () => {
    const person = await world.declarant('emp-city');
    const codes = await Promise.all(
      [1, 2, 3].map(async () => codeOf(await requestDeferral(world.db, person, asked(), APPLIED))),
    );
    expect(codes.sort()).toEqual(['deferral-requested', 'deferral-requested', 'ok']);
  });

  test('sent again with its key answers the same; the key of another is refused', async () => {
    const person = await world.declarant('emp-city');
    const request = asked();
    const first = await requestDeferral(world.db, person, request, APPLIED);
    expect(await requestDeferral(world.db, person, request, APPLIED)).toEqual(first);
    expect(codeOf(await requestDeferral(world.db, person, { ...request, until: '2027-07-01' }, APPLIED))).toBe(
      'request-key-reused',
    );
  });

  test('of archive-hosted people is decided by the agency', async () => {
    const person = await world.declarant('emp-hosting');
    const id = await requested(person);
    const agency = world.officer('agency-420500', 'first-reviewer');
    done(await attachProof(world.db, agency, proof(id)));
    done(
      await decideDeferral(world.db, agency, { id, outcome: 'grant', until: '2027-03-31', explanation: '' }, APPLIED),
    );
    expect(await stateOf(id)).toBe('granted');
  });

  test('expires at 24:00 of its last day: a second before it stands, at midnight it is over, and all are told', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    expect(await lookAtDeferral(world.db, id, at('2027-06-30T15:59:59Z'))).toEqual({ over: false, waitMs: 1_000 });
    expect(await stateOf(id)).toBe('granted');
    expect(await lookAtDeferral(world.db, id, at('2027-06-30T16:00:00Z'))).toEqual({ over: true, waitMs: null });
    expect(await stateOf(id)).toBe('expired');
    await lookAtDeferral(world.db, id, at('2027-07-01T16:00:00Z'));
    expect(await noticesOf(person.personId)).toEqual(['deferral-granted', 'deferral-expired']);
    expect(await noticesOf(officer().personId)).toContain('deferral-expired');
    const audit = await world.db
      .selectFrom('audit')
      .select(['actor_id', 'detail'])
      .where('subject_id', '=', id)
      .where('action', '=', 'deferral.expired')
      .execute();
    expect(audit).toEqual([{ actor_id: null, detail: { actor: 'system', article: '17' } }]);
  });

  test.each([
    ['on a leap day', 2027, '2028-02-29'],
    ['the day before a leap day', 2027, '2028-02-28'],
    ['at the end of the year, twelve months on', 2026, '2027-12-31'],
    ['on the first day after its year', 2026, '2027-01-01'],
    ['on a holiday, which moves no last day', 2026, '2027-10-01'],
  ])('that ends %s stands a second before 24:00 of that day and not then', async (_, year, until) => {
    const person = await world.declarant('emp-city');
    const now = new Date(`${year}-11-23T02:00:00Z`);
    const { id } = done(await requestDeferral(world.db, person, asked({ year, until }), now));
    done(await attachProof(world.db, officer(), proof(id)));
    done(await decideDeferral(world.db, officer(), { id, outcome: 'grant', until, explanation: '' }, now));
    expect(await lookAtDeferral(world.db, id, at(`${until}T15:59:59Z`))).toEqual({ over: false, waitMs: 1_000 });
    expect(await stateOf(id)).toBe('granted');
    expect(await lookAtDeferral(world.db, id, at(`${until}T16:00:00Z`))).toEqual({ over: true, waitMs: null });
    expect(await stateOf(id)).toBe('expired');
  });

  test('shortened while it waits ends on its new last day, by whoever looks first; looks at once settle it once', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    done(await shortenDeferral(world.db, person, { id, until: '2027-03-31', explanation: '已康复' }, APPLIED));
    expect(await lookAtDeferral(world.db, id, at('2027-03-31T15:59:59Z'))).toEqual({ over: false, waitMs: 1_000 });
    const looks = [1, 2, 3].map(() => lookAtDeferral(world.db, id, at('2027-03-31T16:00:00Z')));
    expect(await Promise.all(looks)).toEqual(looks.map(() => ({ over: true, waitMs: null })));
    expect((await noticesOf(person.personId)).filter((kind) => kind === 'deferral-expired')).toHaveLength(1);
    const late = new Date('2027-04-01T02:00:00Z');
    const again = { id, until: '2027-03-30', explanation: '太迟' };
    expect(codeOf(await shortenDeferral(world.db, person, again, late))).toBe('case-moved');
  });

  test('is judged in the year: deferred, then unqualified; make-up study counts to the deferred year alone', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    const verdict = async (on: string) => (await readYear(world.db, person.personId, 2026, on)).verdict;
    expect([await verdict('2026-11-24'), await verdict('2027-04-01'), await verdict('2027-06-30')]).toEqual([
      'deferred',
      'deferred',
      'deferred',
    ]);
    expect(await verdict('2027-07-01')).toBe('unqualified');
    await makeUp(person, '2027-01-04', 'public', 4);
    expect(await readYear(world.db, person.personId, 2026, '2027-02-01')).toMatchObject({ publicHundredths: 3_200 });
    expect(await lookAtDeferral(world.db, id, at('2027-02-01T00:00:00Z'))).toMatchObject({ over: false });
    await makeUp(person, '2027-03-01', 'professional', 8);
    expect(await lookAtDeferral(world.db, id, at('2027-03-20T00:00:00Z'))).toEqual({ over: true, waitMs: null });
    expect(await stateOf(id)).toBe('made-up');
    expect(await verdict('2027-07-01')).toBe('qualified');
  });

  test('that expired is corrected by a later filing of what was declared in time', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    await lookAtDeferral(world.db, id, at('2027-06-30T16:00:00Z'));
    await makeUp(person, '2027-01-04', 'public', 4);
    await makeUp(person, '2027-06-20', 'professional', 8);
    expect(await stateOf(id)).toBe('made-up');
  });

  test('that expired lets the unit put off the next title, for a reason; ended, or relieved by a later filing', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    const years = () =>
      world.db
        .selectFrom('title_extension')
        .select(['years', 'employer_id'])
        .where('person_id', '=', person.personId)
        .where('ended_at', 'is', null)
        .execute();
    const extend = async (by: Caller, n = 2) =>
      codeOf(await extendTitle(world.db, by, { id, years: n, explanation: '无正当理由' }));
    expect(await extend(officer())).toBe('extension-not-due');
    await lookAtDeferral(world.db, id, at('2027-06-30T16:00:00Z'));
    expect(await extend(world.officer('emp-county', 'first-reviewer'))).toBe('not-found');
    expect(await extend(world.officer('hrss-420500', 're-reviewer'))).toBe('not-found');
    expect([await extend(officer()), await extend(officer()), await extend(officer(), 3)]).toEqual([
      'ok',
      'ok',
      'extension-not-due',
    ]);
    expect(await years()).toEqual([{ years: 2, employer_id: 'emp-city' }]);
    done(await endTitleExtension(world.db, officer(), { id, explanation: '登记有误' }));
    expect(await years()).toEqual([]);
    expect(await extend(officer(), 1)).toBe('ok');
    expect((await noticesOf(person.personId)).slice(-3)).toEqual([
      'title-extended',
      'title-extension-ended',
      'title-extended',
    ]);
    await makeUp(person, '2027-01-04', 'public', 4);
    await makeUp(person, '2027-06-20', 'professional', 8);
    expect(await years()).toEqual([]);
    const trail = await world.db.selectFrom('audit').select('action').where('subject_id', '=', id).execute();
    expect(trail.map((row) => row.action)).toEqual(
      expect.arrayContaining(['deferral.title-extended', 'deferral.corrected', 'deferral.title-extension-ended']),
    );
  });

  test('granted is told to the HRSS authority that may revoke it', async () => {
    const id = await granted(await world.declarant('emp-city'));
    const told = await world.db
      .selectFrom('notice as n')
      .innerJoin('role_holding as h', 'h.person_id', 'n.person_id')
      .select(['h.organisation_id', 'n.kind'])
      .distinct()
      .where('n.key', '=', id)
      .execute();
    expect(told).toEqual(
      expect.arrayContaining([
        { organisation_id: 'emp-city', kind: 'deferral-to-decide' },
        { organisation_id: 'hrss-420500', kind: 'deferral-to-oversee' },
      ]),
    );
    expect(told).toHaveLength(2);
  });

  test('revoked leaves a courseware that it had counted to the next year that names it', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    const lecture = (year: number, makeUpFor?: number) =>
      world.db.transaction().execute((trx) =>
        recogniseInYear(
          trx,
          { personId: person.personId, year, on: '2027-03-01' },
          {
            sourceKind: 'claim',
            sourceId: randomUUID(),
            activity: {
              form: 'courseware-lecturing',
              on: '2027-02-01',
              courseware: '安全生产法解读',
              inCatalogue: true,
              coursewareHundredths: 300,
              ...(makeUpFor !== undefined && { makeUpFor }),
            },
            loweredTo: {},
            studyArchive: true,
          },
        ),
      );
    expect(await lecture(2026, 2026)).toMatchObject({ publicHundredths: 1800 });
    expect(await lecture(2027)).toMatchObject({ publicHundredths: 0, refusal: { code: 'duplicate' } });
    const hours = async () =>
      (
        await world.db
          .selectFrom('person_year')
          .select('public_hundredths')
          .where('person_id', '=', person.personId)
          .orderBy('year')
          .execute()
      ).map((row) => row.public_hundredths);
    expect(await hours()).toEqual([1800, 0]);
    const hrss = world.officer('hrss-420500', 're-reviewer');
    done(await revokeDeferral(world.db, hrss, { id, explanation: '证明不实' }, new Date('2027-04-01T00:00:00Z')));
    expect(await hours()).toEqual([0, 1800]);
  });

  test('revoked takes its make-up study with it; shortened ends on the new day', async () => {
    const person = await world.declarant('emp-city');
    const id = await granted(person);
    await makeUp(person, '2027-01-04', 'public', 4);
    expect(
      codeOf(
        await shortenDeferral(
          world.db,
          person,
          { id, until: '2027-06-30', explanation: '提前结束' },
          new Date('2027-02-01T00:00:00Z'),
        ),
      ),
    ).toBe('deferral-not-longer');
    done(
      await shortenDeferral(
        world.db,
        person,
        { id, until: '2027-03-01', explanation: '提前结束' },
        new Date('2027-02-01T00:00:00Z'),
      ),
    );
    expect(await lookAtDeferral(world.db, id, at('2027-03-01T15:59:59Z'))).toMatchObject({ over: false });
    done(
      await revokeDeferral(
        world.db,
        world.officer('hrss-420500', 're-reviewer'),
        { id, explanation: '不符合条件' },
        new Date('2027-02-02T00:00:00Z'),
      ),
    );
    expect(await readYear(world.db, person.personId, 2026, '2027-02-02')).toMatchObject({ publicHundredths: 0 });
    expect(codeOf(await shortenDeferral(world.db, person, { id, until: '2027-02-20', explanation: 'x' }))).toBe(
      'case-moved',
    );
  });

  test('may be taken back until it is decided', async () => {
    const person = await world.declarant('emp-city');
    const id = await requested(person);
    done(await withdrawDeferral(world.db, person, id));
    done(await withdrawDeferral(world.db, person, id));
    expect(codeOf(await decideDeferral(world.db, officer(), { id, outcome: 'refuse', explanation: '否' }))).toBe(
      'case-moved',
    );
    await granted(person);
  });

  test('is reminded of once each at 60, 30 and 7 days, also when a day’s sweep was missed', async () => {
    const person = await world.declarant('emp-city');
    await granted(person);
    for (const day of ['2027-04-30', '2027-05-01', '2027-05-02', '2027-06-02', '2027-06-02', '2027-06-29']) {
      await remindOfDeferrals(world.db, day);
    }
    const { rows } = await sql<{ days: number }>`
      select (detail ->> 'days')::int as days from notice
      where person_id = ${person.personId} and kind = 'deferral-reminder' order by id`.execute(world.db);
    expect(rows.map((r) => r.days)).toEqual([60, 30, 7]);
  });
});

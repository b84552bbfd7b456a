import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { revokeClaim, revokeCompletion } from '../../db/acts/revoke.ts';
import { verifySample } from '../../db/cases.ts';
import { activeSources, recogniseInYear, reverseInYear } from '../../db/ledger.ts';
import { judgeYear, type Source } from '../../db/ledger-entries.ts';
import { readClaim } from '../../db/read/claim.ts';
import type { Scope } from '../../db/read/scope.ts';
import { readYear } from '../../db/read/years.ts';
import { someWithAYear, verifyPeople } from '../../db/verify-ledger.ts';
import type { Activity } from '../../rules/activity.ts';
import type { Role } from '../../rules/vocabulary.ts';
import { advance } from '../support/advance.ts';
import { registered } from '../support/completions.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import {
  conference,
  decideAll,
  done,
  makeWorld,
  openTasks,
  stateOf,
  submitted,
  training,
  verdict,
  type World,
} from '../support/world.ts';

/** The ledger in both directions, against a real PostgreSQL. */

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

const TODAY = '2026-11-23';
const WHY = { reason: '抽查发现证明材料与实际不符', article: '20' } as const;
const withKey = () => ({ ...WHY, requestKey: randomUUID() });

/** Somebody with a role at an authority of the small province. */
async function at(organisationId: string, role: Role = 'supervisor'): Promise<Scope> {
  const { personId, requestId } = await world.declarant('emp-county');
  const organisation = await world.db
    .selectFrom('organisation')
    .selectAll()
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow();
  const holding = {
    organisationId,
    organisationName: organisation.name,
    organisationKind: organisation.kind,
    level: organisation.level,
    regionCode: organisation.region_code,
    industryCode: organisation.industry_code,
    role,
    roleName: role,
    stage: null,
  };
  return { personId, requestId, holdings: [holding] };
}

/** A claim of a central unit's person, filed on the unit's own approval (Art. 14). */
async function filed(person: Caller, declared: Parameters<typeof submitted>[2]): Promise<string> {
  const claimId = await approved(person, declared);
  await advance(world.db, claimId);
  return claimId;
}

/** The same, decided and waiting for its filing. */
async function approved(person: Caller, declared: Parameters<typeof submitted>[2]): Promise<string> {
  const claimId = await submitted(world.db, person, declared);
  await advance(world.db, claimId);
  const [task] = await openTasks(world.db, claimId);
  done(
    await lookAndDecide(world.db, world.officer('emp-central', 'first-reviewer'), task?.id ?? '', verdict('approve')),
  );
  return claimId;
}

const yearOf = (personId: string, year = 2026) =>
  world.db
    .selectFrom('person_year')
    .selectAll()
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .executeTakeFirstOrThrow();

const code = (outcome: { ok: boolean; refusal?: { code: string } }): string | undefined =>
  outcome.ok ? 'ok' : outcome.refusal?.code;

const dayOf = (n: number): string => `2026-07-${String(n).padStart(2, '0')}`;

/** The year equals the pure recomputation of what is in it, and its entries add up; every step is as the rules say it. */
async function isWhole(personId: string): Promise<void> {
  const verified = await verifyPeople(world.db, [personId], TODAY);
  expect(verified.flatMap((year) => year.findings)).toEqual([]);
  for (const { year } of verified) {
    const row = await yearOf(personId, year);
    const sources = await activeSources(world.db, { personId, year });
    if (sources.some((s) => s.activity.form === 'courseware-lecturing')) continue;
    const pure = judgeYear({ year, on: TODAY, countedEarlier: [] }, sources);
    expect([row.public_hundredths, row.professional_hundredths]).toEqual([
      pure.publicHundredths,
      pure.professionalHundredths,
    ]);
  }
}

describe('a revocation', () => {
  test('takes the hours out, and what a limit had cut comes back, shown on claim and year', async () => {
    const person = await world.declarant('emp-central');
    const claims: string[] = [];
    for (let n = 1; n <= 3; n++)
      claims.push(await filed(person, training('unit-training', [dayOf(n)], `本单位培训 ${n}`)));
    expect((await yearOf(person.personId)).professional_hundredths).toBe(2000);
    const supervisor = await at('hrss-420000');
    const first = claims[0] ?? '';
    const answer = done(await revokeClaim(world.db, supervisor, { claimId: first, ...withKey() }));
    expect(answer).toEqual({
      claimId: first,
      state: 'revoked',
      years: [{ year: 2026, lostHundredths: 800, cameBackHundredths: 400, totalHundredths: 1600 }],
    });
    expect((await yearOf(person.personId)).professional_hundredths).toBe(1600);
    await isWhole(person.personId);
    const year = await readYear(world.db, person.personId, 2026, TODAY);
    expect(year.items.map((item) => item.countedHundredths)).toEqual([800, 800]);
    expect(year.reversals).toMatchObject([
      {
        claimId: first,
        reason: WHY.reason,
        lostHundredths: 800,
        cameBack: [{ title: '本单位培训 3', hundredths: 400 }],
      },
    ]);
    const scope = { ...person, holdings: [] };
    const claim = await readClaim(world.db, scope, first, TODAY);
    expect(claim?.state).toBe('revoked');
    expect(claim?.now.text).toContain(WHY.reason);
    expect(claim?.way.map((step) => step.status)).toEqual(['revoked']);
    const notice = await world.db
      .selectFrom('notice')
      .select('kind')
      .where('person_id', '=', person.personId)
      .where('kind', '=', 'claim-revoked')
      .execute();
    expect(notice).toHaveLength(1);
  });

  test('is done once: the same request answers the same, another is refused', async () => {
    const person = await world.declarant('emp-central');
    const claimId = await filed(person, conference(randomUUID()));
    const supervisor = await at('hrss-420000');
    const request = withKey();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => revokeClaim(world.db, supervisor, { claimId, ...request })),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(code(answers[0] ?? { ok: false })).toBe('ok');
    expect(code(await revokeClaim(world.db, supervisor, { claimId, ...withKey() }))).toBe('claim-already-revoked');
    await isWhole(person.personId);
  });

  test('is for an authority of the claim’s place, trade and level or above, never its declarant, never its reviewer', async () => {
    const person = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, conference(randomUUID()));
    const by = async (scope: Scope) => code(await revokeClaim(world.db, scope, { claimId, ...withKey() }));
    expect(await by(await at('hrss-420500'))).toBe('claim-not-filed');
    for (let stage = 0; stage < 3; stage++) {
      await advance(world.db, claimId);
      await decideAll(world, claimId, 'approve');
    }
    await advance(world.db, claimId);
    expect(await stateOf(world.db, claimId)).toBe('filed');
    expect(await by({ ...person, holdings: [] })).toBe('own-claim');
    expect(await by(await at('hrss-420502'))).toBe('not-found');
    expect(await by(await at('hrss-420500', 'auditor'))).toBe('forbidden');
    expect(await by(await at('emp-city', 'administrator'))).toBe('forbidden');
    const reviewer = world.officer('hrss-420500', 're-reviewer');
    const both = { ...(await at('hrss-420500')), personId: reviewer.personId };
    expect(await by(both)).toBe('acted-at-other-stage');
    expect(await by(await at('ind-420500-health', 'administrator'))).toBe('ok');
  });

  test('is never by the declarant’s family, of a claim or of the platform’s registration', async () => {
    const person = await world.declarant('emp-central');
    const claimId = await filed(person, conference(randomUUID()));
    const { completionId } = await register(person.personId, 'C-family');
    const relative = await at('hrss-420000');
    const related = {
      other_id: person.personId,
      other_name: '申报人',
      other_number_masked: '420***********0001',
      relation: 'spouse' as const,
      declared_at: new Date(),
      request_key: randomUUID(),
    };
    await world.db
      .insertInto('declared_relation')
      .values({ ...related, person_id: relative.personId })
      .execute();
    expect(code(await revokeClaim(world.db, relative, { claimId, ...withKey() }))).toBe('related');
    expect(code(await revokeCompletion(world.db, relative, { completionId, ...withKey() }))).toBe('related');
    expect(code(await revokeClaim(world.db, await at('hrss-420000'), { claimId, ...withKey() }))).toBe('ok');
  });

  test('of a wrong registration takes the course out and leaves it free to be registered again', async () => {
    const person = await world.declarant('emp-city');
    const { completionId } = await register(person.personId, 'C-revoked');
    const supervisor = await at('hrss-420500');
    const answer = done(await revokeCompletion(world.db, supervisor, { completionId, ...withKey() }));
    expect(answer.years).toEqual([{ year: 2026, lostHundredths: 500, cameBackHundredths: 0, totalHundredths: 0 }]);
    expect(code(await revokeCompletion(world.db, supervisor, { completionId, ...withKey() }))).toBe(
      'completion-already-revoked',
    );
    expect(code(await revokeCompletion(world.db, await at('hrss-420502'), { completionId, ...withKey() }))).toBe(
      'not-found',
    );
    expect((await register(person.personId, 'C-revoked')).status).toBe('registered');
    expect((await yearOf(person.personId)).professional_hundredths).toBe(500);
    await isWhole(person.personId);
  });
});

async function register(personId: string, courseCode: string) {
  const course = {
    code: courseCode,
    title: courseCode,
    subject: 'professional' as const,
    hundredths: 500,
    from_on: '2026-01-01',
    until_on: null,
  };
  await world.db
    .insertInto('platform_course')
    .values({ ...course })
    .onConflict((c) => c.doNothing())
    .execute();
  const completion = { personId, course, completedOn: '2026-06-01', externalId: randomUUID() };
  const [registration] = await registered(world.db, [completion], { on: TODAY });
  return { status: registration?.status, completionId: registration?.completionId ?? '' };
}

describe('what a filing says', () => {
  const sentence = async (claimId: string): Promise<string> => {
    const row = await world.db
      .selectFrom('claim')
      .select('person_id')
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    const claim = await readClaim(
      world.db,
      { personId: row.person_id, requestId: 'test', holdings: [] },
      claimId,
      TODAY,
    );
    return claim?.now.text ?? '';
  };

  test('is what the ledger counted, or that nothing counts and why', async () => {
    const person = await world.declarant('emp-central');
    const claims: string[] = [];
    for (const n of [1, 2, 3, 4])
      claims.push(await filed(person, { ...conference(`会议 ${n}`), on: dayOf(n) } as never));
    expect(await sentence(claims[0] ?? '')).toContain('计入2026年 12 学时');
    expect(await sentence(claims[2] ?? '')).toContain('计入2026年 6 学时（6 学时超出');
    expect(await sentence(claims[3] ?? '')).toContain('2026年计入 0 学时：12 学时超出');
  });

  test('rests on the study archive of the first submission’s day, whatever the unit keeps later', async () => {
    const person = await world.declarant('emp-central');
    const claimId = await approved(person, training('unit-training', [dayOf(9)], '冻结'));
    await world.db.updateTable('organisation').set({ study_archive: false }).where('id', '=', 'emp-central').execute();
    try {
      await advance(world.db, claimId);
      expect((await yearOf(person.personId)).professional_hundredths).toBe(800);
    } finally {
      await world.db.updateTable('organisation').set({ study_archive: true }).where('id', '=', 'emp-central').execute();
    }
  });
});

test('the nightly sample comes to everybody in time, wherever their year lies in the table', async () => {
  const everybody = Array.from({ length: 8 }, () => world.declarant('emp-city'));
  for (const { personId } of await Promise.all(everybody))
    await world.db.insertInto('person_year').values({ person_id: personId, year: 2030 }).execute();
  const { rows } = await sql<{ n: number }>`select count(distinct person_id)::int as n from person_year`.execute(
    world.db,
  );
  const all = rows[0]?.n ?? 0;
  const seen = new Set<string>();
  for (let nights = 0; nights < 60 && seen.size < all; nights += 1)
    for (const personId of await someWithAYear(world.db, Math.ceil(all / 3))) seen.add(personId);
  expect(seen.size).toBe(all);
});

describe('a courseware through the years', () => {
  const lectured = (on: string, courseware: string): Source => ({
    sourceKind: 'claim',
    sourceId: randomUUID(),
    activity: { form: 'courseware-lecturing', on, courseware, inCatalogue: true, coursewareHundredths: 100 },
    loweredTo: {},
    studyArchive: true,
  });
  const bring = (personId: string, year: number, source: Source) =>
    world.db.transaction().execute((trx) => recogniseInYear(trx, { personId, year, on: TODAY }, source));

  test('counts in the first of its years alone, in whichever order they are filed, and goes back when that is revoked', async () => {
    const { personId } = await world.declarant('emp-city');
    const [later, earlier] = [lectured('2027-03-01', '职业道德（第2讲）'), lectured('2026-03-01', '职业道德 第２讲')];
    expect((await bring(personId, 2027, later))?.countedHundredths).toBe(600);
    expect((await bring(personId, 2026, earlier))?.countedHundredths).toBe(600);
    expect((await yearOf(personId, 2027)).public_hundredths).toBe(0);
    await isWhole(personId);
    expect((await readYear(world.db, personId, 2027, TODAY)).items[0]?.refusal?.code).toBe('duplicate');
    await world.db
      .transaction()
      .execute((trx) =>
        reverseInYear(
          trx,
          { personId, year: 2026, on: TODAY },
          { sourceId: earlier.sourceId, causedBy: earlier.sourceId, basis: ['20'], reason: '目录有误' },
        ),
      );
    expect((await yearOf(personId, 2027)).public_hundredths).toBe(600);
    await isWhole(personId);
  });

  test('filed in two years in the same moment counts once', async () => {
    for (let round = 0; round < 6; round++) {
      const { personId } = await world.declarant('emp-city');
      await Promise.all([
        bring(personId, 2027, lectured('2027-03-01', '同时')),
        bring(personId, 2026, lectured('2026-03-01', '同时')),
      ]);
      const years = [await yearOf(personId, 2026), await yearOf(personId, 2027)];
      expect(years.map((year) => year.public_hundredths)).toEqual([600, 0]);
      await isWhole(personId);
    }
  });

  test('brought back by intent counts again; filed again without it stays out', async () => {
    const { personId } = await world.declarant('emp-city');
    const source = lectured('2026-03-01', '恢复');
    await bring(personId, 2026, source);
    const of = { personId, year: 2026, on: TODAY };
    const reversal = { sourceId: source.sourceId, causedBy: source.sourceId, basis: ['20'] as const, reason: '误' };
    await world.db.transaction().execute((trx) => reverseInYear(trx, of, reversal));
    expect(await world.db.transaction().execute((trx) => reverseInYear(trx, of, reversal))).toBeNull();
    expect(await bring(personId, 2026, source)).toBeNull();
    expect((await yearOf(personId)).public_hundredths).toBe(0);
    await world.db.transaction().execute((trx) => recogniseInYear(trx, of, source, { again: true }));
    expect((await yearOf(personId)).public_hundredths).toBe(600);
    await isWhole(personId);
  });
});

describe('filings, revocations and registrations of one person at once', () => {
  type Deed = { what: 'file' | 'file-and-revoke' | 'revoke' | 'register'; n: number; unit: boolean };
  const deed: fc.Arbitrary<Deed> = fc.record({
    what: fc.constantFrom('file', 'file-and-revoke', 'revoke', 'register'),
    n: fc.integer({ min: 1, max: 28 }),
    unit: fc.boolean(),
  });

  test('from many connections never break a cap, and leave the year of what survived', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 8, maxLength: 14 }), async (deeds) => {
        const person = await world.declarant('emp-central');
        const supervisor = await at('hrss-420000');
        const ready = [];
        for (const [index, { what, n, unit }] of deeds.entries()) {
          const declared = training(unit ? 'unit-training' : 'authority-training', [dayOf(n)], `${index}`);
          if (what === 'register') ready.push({ what, id: '', n });
          else ready.push({ what, n, id: await (what === 'revoke' ? filed : approved)(person, declared) });
        }
        await Promise.all(
          ready.map(async ({ what, id, n }) => {
            if (what === 'register') return register(person.personId, `C-${n}`);
            if (what !== 'revoke') await advance(world.db, id);
            return what === 'file'
              ? null
              : done(await revokeClaim(world.db, supervisor, { claimId: id, ...withKey() }));
          }),
        );
        const survivors = ready.filter(({ what }) => what === 'file').length;
        const courses = new Set(ready.filter(({ what }) => what === 'register').map(({ n }) => n)).size;
        const sources = await activeSources(world.db, { personId: person.personId, year: 2026 });
        expect(sources).toHaveLength(survivors + courses);
        await isWhole(person.personId);
        await withinCaps(person.personId);
      }),
      { numRuns: 8, seed: 20261123 },
    );
  });

  async function withinCaps(personId: string): Promise<void> {
    const { rows } = await sql<{ unit: number; trainings: number }>`
      select coalesce(sum(professional_delta) filter (where form = 'unit-training'), 0)::int as unit,
        coalesce(sum(professional_delta) filter (where form in ('unit-training', 'authority-training')), 0)::int as trainings
      from ledger_entry where person_id = ${personId}`.execute(world.db);
    expect(rows[0]?.unit).toBeLessThanOrEqual(2000);
    expect(rows[0]?.trainings).toBeLessThanOrEqual(9000);
  }
});

describe('the verification', () => {
  const activity: Activity = {
    form: 'platform-course',
    on: '2026-06-01',
    course: 'V',
    hundredths: 700,
    subject: 'public',
  };
  const aYear = async (): Promise<string> => {
    const { personId } = await world.declarant('emp-city');
    const source: Source = {
      sourceKind: 'platform',
      sourceId: randomUUID(),
      activity,
      loweredTo: {},
      studyArchive: true,
    };
    await world.db.transaction().execute((trx) => recogniseInYear(trx, { personId, year: 2026, on: TODAY }, source));
    return personId;
  };
  /** What only somebody with the database's own rights could do. */
  const tamper = (personId: string, change: string) =>
    world.db.transaction().execute(async (trx) => {
      await sql`alter table ledger_entry disable trigger ledger_entry_append_only`.execute(trx);
      await sql`update ledger_entry set ${sql.raw(change)} where person_id = ${personId}`.execute(trx);
      await sql`alter table ledger_entry enable trigger ledger_entry_append_only`.execute(trx);
    });

  test.each([
    ['an hour too many', 'public_delta = public_delta + 100', ['sum', 'public']],
    ['frozen inputs', `activity = jsonb_set(activity, '{hundredths}', '900')`, ['public', 'counted', 'steps']],
    ['the arithmetic’s words', `steps = jsonb_set(steps, '{0,text}', '"填报 9 学时"')`, ['steps']],
    ['a refusal', `refusal = 'duplicate'`, ['refusal']],
  ])('finds %s', async (_, change, expected) => {
    const personId = await aYear();
    expect(await verifyPeople(world.db, [personId], TODAY)).toMatchObject([{ findings: [], olderVersions: [] }]);
    await tamper(personId, change);
    const [found] = await verifyPeople(world.db, [personId], TODAY);
    expect(found?.findings.map((each) => each.what)).toEqual(expected);
  });

  test('tells entries of an older version of the rules apart', async () => {
    const personId = await aYear();
    await tamper(personId, `rule_version = '2026-05-25/0'`);
    expect(await verifyPeople(world.db, [personId], TODAY)).toMatchObject([{ olderVersions: ['2026-05-25/0'] }]);
  });

  test('opens one case for a planted mismatch, keeps it while it lasts, closes it when it agrees again', async () => {
    const cases = () =>
      world.db.selectFrom('ledger_case').selectAll().where('person_id', '=', personId).orderBy('opened_at').execute();
    const personId = await aYear();
    await verifySample(world.db, { count: 100_000, on: TODAY });
    expect(await cases()).toEqual([]);
    await world.db
      .updateTable('person_year')
      .set({ public_hundredths: 5000 })
      .where('person_id', '=', personId)
      .execute();
    for (let night = 0; night < 2; night++) await verifySample(world.db, { count: 100_000, on: TODAY });
    expect(await cases()).toMatchObject([{ year: 2026, closed_at: null, findings: [{ what: 'sum' }] }]);
    await world.db
      .updateTable('person_year')
      .set({ public_hundredths: 700 })
      .where('person_id', '=', personId)
      .execute();
    await verifySample(world.db, { count: 100_000, on: TODAY });
    expect(await cases()).toMatchObject([{ closed_by: null, note: '复核一致，系统结案' }]);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { attachProof, decideDeferral, requestDeferral, revokeDeferral } from '../../db/acts/deferrals.ts';
import { assignMakeUp } from '../../db/acts/make-up.ts';
import { confirmMerge, proposeMerge, undoMerge } from '../../db/acts/merges.ts';
import { revokeCompletion } from '../../db/acts/revoke.ts';
import { previewMakeUp, readMakeUp } from '../../db/read/make-up.ts';
import type { Scope } from '../../db/read/scope.ts';
import { readYear } from '../../db/read/years.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import { registered } from '../support/completions.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { done, makeWorld, type World } from '../support/world.ts';

/** Platform courses counted for a deferred year (Art. 17, D-13), against a real PostgreSQL. */

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
const LATER = new Date('2027-04-01T02:00:00Z');
const TODAY = '2027-04-01';
const officer = () => world.officer('emp-city', 'first-reviewer');

async function deferred(person: Caller, until = '2027-06-30'): Promise<string> {
  const asked = { year: 2026, reason: 'illness', explanation: '住院', until, requestKey: randomUUID() } as const;
  const { id } = done(await requestDeferral(world.db, person, asked, APPLIED));
  const file = {
    id,
    fileName: '证明.pdf',
    mediaType: 'application/pdf',
    sizeBytes: 10,
    storageKey: randomUUID(),
  } as const;
  done(await attachProof(world.db, officer(), { ...file, sha256: Buffer.alloc(32, 1) }));
  done(await decideDeferral(world.db, officer(), { id, outcome: 'grant', until, explanation: '' }, APPLIED));
  return id;
}

type Given = { completedOn?: string; code?: string; hours?: number };
async function completed(
  { personId }: Caller,
  { completedOn = '2027-03-01', code = randomUUID(), hours = 10 }: Given = {},
) {
  const course = { code, title: `课程 ${code}`, subject: 'professional', hundredths: hours * 100 } as const;
  const completion = {
    personId,
    course: { ...course, from_on: '2026-01-01', until_on: null },
    completedOn,
    externalId: randomUUID(),
  };
  const [made] = await registered(world.db, [completion], { on: TODAY });
  return made?.completionId ?? '';
}

const assign = (person: Caller, completionId: string, requestKey: string = randomUUID(), now = LATER) =>
  assignMakeUp(world.db, person, { completionId, requestKey }, now);
const code = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);
async function totals({ personId }: Caller): Promise<number[]> {
  const rows = await world.db
    .selectFrom('person_year')
    .select(['year', 'public_hundredths', 'professional_hundredths'])
    .where('person_id', '=', personId)
    .execute();
  return [2026, 2027].map((year) => {
    const row = rows.find((each) => each.year === year);
    return row ? row.public_hundredths + row.professional_hundredths : 0;
  });
}
async function isWhole(...people: Caller[]): Promise<void> {
  const ids = people.map((person) => person.personId);
  expect((await verifyPeople(world.db, ids, TODAY)).flatMap((year) => year.findings)).toEqual([]);
}

const overseer = (): Scope => ({
  personId: world.officer('hrss-420500', 're-reviewer').personId,
  requestId: 'test',
  holdings: [
    {
      organisationId: 'hrss-420500',
      organisationName: '市人社局',
      organisationKind: 'hrss',
      level: 'city',
      regionCode: '420500',
      industryCode: null,
      role: 'supervisor',
      roleName: '监督人员',
      stage: null,
    },
  ],
});

describe('17: a completion of the year after', () => {
  test('goes to the deferred year whole, as the preview said, and is kept in the trail of both', async () => {
    const person = await world.declarant('emp-city');
    const deferralId = await deferred(person);
    const id = await completed(person);
    const asked = { personId: person.personId, completionId: id, today: TODAY };
    const preview = done(await previewMakeUp(world.db, asked));
    expect(
      [preview.deferred, preview.own].map((each) => [each.before.totalHundredths, each.after.totalHundredths]),
    ).toEqual([
      [0, 1000],
      [1000, 0],
    ]);
    expect(await totals(person)).toEqual([0, 1000]);
    expect(done(await assign(person, id))).toMatchObject({ completionId: id, year: 2026 });
    expect(await totals(person)).toEqual([1000, 0]);
    const year = await readYear(world.db, person.personId, 2026, TODAY);
    expect(year.items).toMatchObject([{ id, status: 'counted', countedHundredths: 1000 }]);
    expect((await readYear(world.db, person.personId, 2027, TODAY)).reversals).toMatchObject([
      { lostHundredths: 1000 },
    ]);
    const list = await readMakeUp(world.db, { personId: person.personId, year: 2026, today: TODAY });
    expect(list).toMatchObject({
      until: '2027-06-30',
      courses: [{ completionId: id, assignedAt: LATER.toISOString() }],
    });
    const noted = await world.db
      .selectFrom('audit')
      .select('action')
      .where('subject_id', '=', id)
      .where('actor_id', '=', person.personId)
      .execute();
    expect(noted).toEqual([{ action: 'completion.assigned' }]);
    const story = await world.db.selectFrom('case_event').select('kind').where('case_id', '=', deferralId).execute();
    expect(story.map((each) => each.kind)).toContain('course-assigned');
    await isWhole(person);
  });

  test('once: sent again it answers the same, another time it is refused; the platform sending it again changes nothing', async () => {
    const person = await world.declarant('emp-city');
    await deferred(person);
    const id = await completed(person, { code: 'ONCE' });
    const key = randomUUID();
    const first = done(await assign(person, id, key));
    expect(done(await assign(person, id, key))).toEqual(first);
    expect(code(await assign(person, id))).toBe('make-up-twice');
    expect(await completed(person, { code: 'ONCE', completedOn: '2027-03-09' })).toBe(id);
    expect(await totals(person)).toEqual([1000, 0]);
    await expect(world.db.deleteFrom('make_up').where('completion_id', '=', id).execute()).rejects.toThrow('kept');
  });

  test('sent twice at once with different keys it goes over once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await world.declarant('emp-city');
      await deferred(person);
      const [id, other] = [await completed(person), await completed(person)];
      const all = await Promise.all([assign(person, id), assign(person, id), assign(person, other), completed(person)]);
      expect(
        all
          .slice(0, 2)
          .map((each) => code(each as never))
          .sort(),
      ).toEqual(['make-up-twice', 'ok']);
      expect(await totals(person)).toEqual([2000, 1000]);
      await isWhole(person);
    }
  });

  test('is the person’s alone, needs a granted deferral, and its days', async () => {
    const [person, stranger] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
    const id = await completed(person);
    expect(code(await assign(person, id))).toBe('make-up-no-deferral');
    await deferred(person);
    await deferred(stranger);
    expect(code(await assign(stranger, id))).toBe('not-found');
    expect(code(await assign(stranger, randomUUID()))).toBe('not-found');
    expect(code(await assign(person, id, randomUUID(), new Date('2027-06-30T16:00:00Z')))).toBe('make-up-over');
    const last = new Date('2027-06-30T15:59:59Z');
    expect(code(await assign(person, id, randomUUID(), last))).toBe('ok');
    const late = await completed(person, { completedOn: '2027-07-01' });
    expect(code(await assign(person, late, randomUUID(), new Date('2027-07-01T02:00:00Z')))).toBe('make-up-other-day');
    const inYear = await completed(person, { completedOn: '2026-05-01' });
    expect(code(await assign(person, inYear))).toBe('make-up-no-deferral');
  });

  test('that the deferred year counts already is refused and stays where it is', async () => {
    const person = await world.declarant('emp-city');
    await deferred(person);
    await completed(person, { code: 'SAME', completedOn: '2026-05-01' });
    const again = await completed(person, { code: 'SAME', completedOn: '2027-02-01' });
    expect(code(await assign(person, again))).toBe('make-up-nothing');
    expect(await totals(person)).toEqual([1000, 1000]);
  });

  test('completes the year, whose deferral is looked at', async () => {
    const person = await world.declarant('emp-city');
    const deferralId = await deferred(person);
    const id = await completed(person, { hours: 60 });
    await completed(person, { hours: 30, completedOn: '2026-05-01' });
    done(await assign(person, id));
    const year = await readYear(world.db, person.personId, 2026, TODAY);
    // The public hours are still missing.
    expect(year).toMatchObject({ verdict: 'deferred', professionalHundredths: 9000 });
    const looks = await world.db
      .withSchema('graphile_worker')
      .selectFrom('jobs' as never)
      .select('key' as never)
      .execute();
    expect(looks).toContainEqual({ key: `look:deferral/${deferralId}` });
  });
});

describe('17: afterwards', () => {
  test('a revoked deferral gives the course back to its own year, and the choice is over', async () => {
    const person = await world.declarant('emp-city');
    const deferralId = await deferred(person);
    const [id, other] = [await completed(person), await completed(person)];
    done(await assign(person, id));
    done(await revokeDeferral(world.db, overseer(), { id: deferralId, explanation: '不符' }, LATER));
    expect(await totals(person)).toEqual([0, 2000]);
    expect(code(await assign(person, id))).toBe('make-up-twice');
    expect(code(await assign(person, other))).toBe('make-up-no-deferral');
    await isWhole(person);
  });

  test('a wrong registration is taken out of the year it counts in, and a revoked deferral does not bring it back', async () => {
    const person = await world.declarant('emp-city');
    const deferralId = await deferred(person);
    const id = await completed(person);
    done(await assign(person, id));
    const revocation = { completionId: id, reason: '登记有误', article: '20', requestKey: randomUUID() } as const;
    expect(done(await revokeCompletion(world.db, overseer(), revocation, LATER)).years).toMatchObject([
      { year: 2026, lostHundredths: 1000 },
    ]);
    done(await revokeDeferral(world.db, overseer(), { id: deferralId, explanation: '不符' }, LATER));
    expect(await totals(person)).toEqual([0, 0]);
    await isWhole(person);
  });

  test('of a merged registration it is the kept person’s to choose; undone, it goes back to the year it was completed in', async () => {
    const [kept, absorbed] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
    const [first, second] = [await administrator(), await administrator()];
    await deferred(kept);
    const id = await completed(absorbed);
    const mergeId = await merged({ kept, absorbed }, first, second);
    const year = await readYear(world.db, kept.personId, 2027, TODAY);
    expect(year.platformCourses).toMatchObject([{ id, counted: true }]);
    expect((await readMakeUp(world.db, { personId: kept.personId, year: 2026, today: TODAY })).courses).toMatchObject([
      { completionId: id, barred: null },
    ]);
    expect(code(await assign(absorbed, id))).toBe('not-found');
    done(await assign(kept, id));
    expect([await totals(kept), await totals(absorbed)]).toEqual([
      [1000, 0],
      [0, 0],
    ]);
    done(await undoMerge(world.db, second, { id: mergeId, reason: '不是同一人' }));
    done(await confirmMerge(world.db, first, { id: mergeId, today: TODAY }));
    expect([await totals(kept), await totals(absorbed)]).toEqual([
      [0, 0],
      [0, 1000],
    ]);
    await isWhole(kept, absorbed);
  });
});

const administrator = async (): Promise<Caller> => ({
  ...(await world.declarant('emp-county')),
  holdings: [{ organisationId: 'hrss-420000', role: 'administrator' }],
});

async function merged(pair: { kept: Caller; absorbed: Caller }, first: Caller, second: Caller): Promise<string> {
  const named = async ({ personId }: Caller) => {
    const { name, id_number: idNumber } = await world.db
      .selectFrom('person')
      .select(['name', 'id_number'])
      .where('id', '=', personId)
      .executeTakeFirstOrThrow();
    return { name, idNumber };
  };
  const asked = { kept: await named(pair.kept), absorbed: await named(pair.absorbed), reason: '两个号码' };
  const { id } = done(await proposeMerge(world.db, first, { ...asked, requestKey: randomUUID() }));
  done(await confirmMerge(world.db, second, { id, today: TODAY }));
  return id;
}

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { startYearClose } from '../../db/acts/year-close.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { readYearClose } from '../../db/read/year-close.ts';
import { readYear } from '../../db/read/years.ts';
import { beginYearClose, closePage, dueYears } from '../../db/year-close.ts';
import type { Activity } from '../../rules/activity.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, done, makeWorld, submitted, type World } from '../support/world.ts';

const FIRST_DAY = '2027-04-01';

let database: TestDatabase;
let world: World;
let administrator: Caller;
const people: Record<'qualified' | 'graduate' | 'short' | 'waiting' | 'newcomer', Caller> = {} as never;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  for (const name of ['qualified', 'graduate', 'short', 'waiting', 'newcomer'] as const) {
    people[name] = await world.declarant('emp-city');
  }
  administrator = { ...people.short, holdings: [{ organisationId: 'hrss-420000', role: 'administrator' }] };
  await count(people.graduate, { form: 'degree', on: '2026-06-30', level: 'master', recognised: true });
  await count(people.qualified, { form: 'qualification-exam', on: '2026-05-30', ownProfession: true, passed: true });
  await count(people.qualified, platformCourse(3000));
  await count(people.short, platformCourse(2999));
  await submitted(world.db, people.waiting, conference());
  await world.db
    .updateTable('affiliation')
    .set({ from_on: '2027-01-01' })
    .where('person_id', '=', people.newcomer.personId)
    .execute();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const platformCourse = (hundredths: number): Activity => ({
  form: 'platform-course',
  on: '2026-10-01',
  course: 'GX-1',
  hundredths,
  subject: 'public',
});

const count = ({ personId }: Caller, activity: Activity): Promise<unknown> =>
  world.db
    .transaction()
    .execute((trx) =>
      recogniseInYear(
        trx,
        { personId, year: 2026, on: '2026-11-23' },
        { sourceKind: 'claim', sourceId: randomUUID(), activity, loweredTo: {}, studyArchive: true },
      ),
    );

const verdicts = () => world.db.selectFrom('year_verdict').selectAll().where('year', '=', 2026).execute();
const toTheEnd = async (): Promise<void> => {
  while ((await closePage(world.db, { year: 2026, people: 2 })).state !== 'closed');
};

describe('closing a year', () => {
  test('is not due, not started by hand and not begun while claims are taken', async () => {
    expect(await dueYears(world.db, '2027-03-31')).toEqual([]);
    const early = await startYearClose(world.db, administrator, { year: 2026, today: '2027-03-31' });
    expect(early).toMatchObject({ ok: false, refusal: { code: 'year-still-open', provision: '4' } });
    await expect(beginYearClose(world.db, { year: 2026, today: '2027-03-31' })).rejects.toThrow('no result');
    expect(await dueYears(world.db, FIRST_DAY)).toEqual([2026]);
  });

  test('is started by the province’s administrators alone, once, and rings once', async () => {
    const stranger = await startYearClose(world.db, people.short, { year: 2026, today: FIRST_DAY });
    expect(stranger).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
    done(await startYearClose(world.db, administrator, { year: 2026, today: FIRST_DAY }));
    done(await startYearClose(world.db, administrator, { year: 2026, today: '2027-04-02' }));
    const audited = await world.db
      .selectFrom('audit')
      .select('actor_id')
      .where('action', '=', 'year-close.started')
      .execute();
    expect(audited).toEqual([{ actor_id: administrator.personId }]);
    expect(await beginYearClose(world.db, { year: 2026, today: '2027-04-02' })).toMatchObject({
      state: 'running',
      peopleDone: 0,
    });
    const { as_of } = await world.db.selectFrom('year_close').select('as_of').executeTakeFirstOrThrow();
    expect(as_of).toBe(FIRST_DAY);
  });

  test('gives everybody of the year one verdict, that which the rules give, however many close at once', async () => {
    await Promise.all([toTheEnd(), toTheEnd(), toTheEnd()]);
    const rows = await verdicts();
    const ids = rows.map((row) => row.person_id);
    expect(new Set(ids).size).toBe(ids.length);
    const belonging = await world.db
      .selectFrom('affiliation')
      .select('person_id')
      .distinct()
      .where('from_on', '<=', '2026-12-31')
      .execute();
    expect(ids.toSorted()).toEqual(belonging.map((row) => row.person_id).toSorted());
    expect(ids).not.toContain(people.newcomer.personId);
    for (const row of rows) {
      const year = await readYear(world.db, row.person_id, 2026, FIRST_DAY);
      expect(row).toMatchObject({
        verdict: year.verdict,
        public_hundredths: year.publicHundredths,
        professional_hundredths: year.professionalHundredths,
      });
    }
    const of = (caller: Caller) => rows.find((row) => row.person_id === caller.personId);
    // Sixty professional and thirty public hours qualify.
    expect(of(people.qualified)).toMatchObject({ verdict: 'qualified', open_claims: 0 });
    expect(of(people.graduate)).toMatchObject({ verdict: 'deemed-complete', deemed_complete: true });
    expect(of(people.short)).toMatchObject({ verdict: 'unqualified', public_hundredths: 2999 });
    expect(of(people.waiting)).toMatchObject({ verdict: 'unqualified', open_claims: 1 });
  });

  test('keeps count, tells everybody once, and leaves a row of the system’s in the trail', async () => {
    const shown = done(
      await readYearClose(
        world.db,
        { ...administrator, holdings: administrator.holdings as never },
        { year: 2026, today: FIRST_DAY },
      ),
    );
    const rows = await verdicts();
    expect(shown).toMatchObject({ state: 'closed', peopleDone: rows.length, peopleTotal: rows.length, openClaims: 1 });
    expect(shown.verdicts.reduce((sum, { people: n }) => sum + n, 0)).toBe(rows.length);
    const told = await world.db.selectFrom('notice').select('person_id').where('kind', '=', 'year-closed').execute();
    expect(told.map((n) => n.person_id).toSorted()).toEqual(rows.map((row) => row.person_id).toSorted());
    const audited = await world.db.selectFrom('audit').select('actor_id').where('action', '=', 'year.closed').execute();
    expect(audited).toEqual([{ actor_id: null }]);
  });

  test('again has no effect, and a kept verdict cannot be changed', async () => {
    const before = await verdicts();
    await count(people.short, { ...platformCourse(6000), course: 'GX-2' } as Activity);
    done(await startYearClose(world.db, administrator, { year: 2026, today: '2027-05-01' }));
    expect(await closePage(world.db, { year: 2026, people: 100 })).toMatchObject({ state: 'closed' });
    expect(await verdicts()).toEqual(before);
    expect(await dueYears(world.db, '2027-05-01')).toEqual([]);
    await expect(world.db.updateTable('year_verdict').set({ verdict: 'qualified' }).execute()).rejects.toThrow(
      'append-only',
    );
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAskable } from '../../db/read/askable.ts';
import { readClaim } from '../../db/read/claim.ts';
import { readPersonYear } from '../../db/read/person-year.ts';
import type { Scope } from '../../db/read/scope.ts';
import { readUnitPeople } from '../../db/read/unit-people.ts';
import type { Level, OrganisationKind } from '../../rules/vocabulary.ts';
import { advance } from '../support/advance.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, makeWorld, submitted, training, type World } from '../support/world.ts';

/** Bodies that oversee claims by their route, not by the employer's row of today. */

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

const claimOf = async (employerId: string): Promise<string> =>
  submitted(world.db, await world.declarant(employerId), conference(`会议 ${randomUUID()}`));

/** Whoever oversees at a body; `regionCode` is Yichang’s, so that a level alone opens nothing. */
const overseerAt = (organisationId: string, organisationKind: OrganisationKind, level: Level = 'city'): Scope => ({
  personId: randomUUID(),
  requestId: 'test',
  holdings: [
    {
      organisationId,
      organisationName: organisationId,
      organisationKind,
      level,
      regionCode: '420500',
      industryCode: null,
      role: 'supervisor',
      roleName: '监督人员',
      stage: null,
    },
  ],
});

const sees = async (scope: Scope, claimId: string): Promise<boolean> =>
  Boolean(await readClaim(world.db, scope, claimId, '2026-11-23'));

async function directUnitOf(departmentId: string): Promise<string> {
  const id = `emp-of-${departmentId}`;
  const rest = { level: 'province', region_code: '420000', industry_code: null } as const;
  await world.db
    .insertInto('organisation')
    .values([
      { id: departmentId, name: departmentId, kind: 'provincial-supervising-department', ...rest },
      {
        ...rest,
        id,
        name: id,
        kind: 'employer',
        unit_kind: 'provincial-direct',
        supervising_department_id: departmentId,
        industry_code: 'health',
      },
    ])
    .execute();
  return id;
}

test('a personnel-archive agency sees the claims of whom it hosts, and of nobody else in its city', async () => {
  const [hosted, ordinary] = [await claimOf('emp-hosting'), await claimOf('emp-city')];
  const own = overseerAt('agency-420500', 'personnel-archive-agency');
  expect([await sees(own, hosted), await sees(own, ordinary)]).toEqual([true, false]);
  expect(await sees(overseerAt('agency-420600', 'personnel-archive-agency'), hosted)).toBe(false);
});

test('a supervising department sees the claims its direct units route to it, also after the unit has moved to another', async () => {
  const mine = await directUnitOf('dept-one');
  await directUnitOf('dept-two');
  const person = await world.declarant('emp-direct');
  await world.db
    .updateTable('affiliation')
    .set({ employer_id: mine })
    .where('person_id', '=', person.personId)
    .execute();
  const claimId = await submitted(world.db, person, conference(`会议 ${randomUUID()}`));
  const [one, two] = ['dept-one', 'dept-two'].map((id) =>
    overseerAt(id, 'provincial-supervising-department', 'province'),
  );
  if (!one || !two) throw new Error('no departments');
  expect([await sees(one, claimId), await sees(two, claimId)]).toEqual([true, false]);
  await world.db
    .updateTable('organisation')
    .set({ supervising_department_id: 'dept-two' })
    .where('id', '=', mine)
    .execute();
  expect([await sees(one, claimId), await sees(two, claimId)]).toEqual([true, false]);
  expect(await sees(one, await claimOf('emp-city'))).toBe(false);
});

test('an industry authority that supervises direct units sees those of another trade by their route', async () => {
  const claimId = await claimOf('emp-direct');
  expect(await sees(overseerAt('ind-420000-health', 'industry-authority'), claimId)).toBe(true);
  expect(await sees(overseerAt('ind-420000-health', 'industry-authority'), await claimOf('emp-county'))).toBe(false);
  expect(await sees(overseerAt('ind-420500-health', 'industry-authority'), claimId)).toBe(false);
});

test('an industry authority sees the years of its direct units’ people of another trade, and of nobody else’s', async () => {
  await world.db
    .insertInto('organisation')
    .values({
      id: 'emp-other-trade',
      name: '省直单位',
      kind: 'employer',
      level: 'province',
      region_code: '420000',
      industry_code: 'new-media',
      unit_kind: 'provincial-direct',
      supervising_department_id: 'ind-420000-health',
    })
    .execute();
  const { personId } = await world.declarant('emp-direct');
  const moved = { employer_id: 'emp-other-trade', industry_code: 'new-media' };
  await world.db.updateTable('affiliation').set(moved).where('person_id', '=', personId).execute();
  await world.db
    .updateTable('person')
    .set({ person_key: Buffer.alloc(32, 7) })
    .where('id', '=', personId)
    .execute();
  const health = (id: string, level: Level): Scope => {
    const scope = overseerAt(id, 'industry-authority', level);
    return { ...scope, holdings: scope.holdings.map((h) => ({ ...h, industryCode: 'health' })) };
  };
  const year = (scope: Scope) => readPersonYear(world.db, scope, { personId, year: 2026, today: '2026-11-23' });
  expect(await year(health('ind-420000-health', 'province'))).not.toBeNull();
  expect(await year(health('ind-420500-health', 'city'))).toBeNull();
  const asking = (organisationId: string) =>
    findAskable(world.db, { organisationId, scope: 'title-review', today: '2026-11-23' }, [Buffer.alloc(32, 7)]);
  expect([...(await asking('ind-420000-health')).people.values()]).toEqual([personId]);
  expect([...(await asking('ind-420500-health')).people.values()]).toEqual([]);
});

test('18: a reviewer of a claim across new year sees both its years, and no third; the unit’s list has it in both', async () => {
  const person = await world.declarant('emp-city');
  const days = training('authority-training', ['2026-12-31', '2027-01-01', '2027-01-02'], '跨年培训');
  const draft = new Date('2027-01-05T02:00:00Z');
  await submitted(world.db, person, days, draft);
  const reviewer: Scope = {
    personId: randomUUID(),
    requestId: 'test',
    holdings: overseerAt('emp-city', 'employer').holdings.map((h) => ({
      ...h,
      role: 'first-reviewer',
      stage: 'first-review',
    })),
  };
  await advance(world.db, await claimOfPerson(person.personId));
  const asked = (year: number) =>
    readPersonYear(world.db, reviewer, { personId: person.personId, year, today: '2027-01-05' });
  expect((await asked(2026)) !== null).toBe(true);
  expect((await asked(2027)) !== null).toBe(true);
  expect(await asked(2028)).toBeNull();
  const listed = async (year: number) => {
    const page = { organisationId: 'emp-city', year, limit: 100 };
    const { items } = await readUnitPeople(world.db, page, '2027-01-05');
    const { openClaims, pendingHundredths } = items.find((item) => item.personId === person.personId) ?? {};
    return { openClaims, pendingHundredths };
  };
  expect(await listed(2026)).toEqual({ openClaims: 1, pendingHundredths: 800 });
  expect(await listed(2027)).toEqual({ openClaims: 1, pendingHundredths: 1600 });
  expect(await listed(2028)).toEqual({ openClaims: 0, pendingHundredths: 0 });
});

const claimOfPerson = async (personId: string): Promise<string> =>
  (await world.db.selectFrom('claim').select('id').where('person_id', '=', personId).executeTakeFirstOrThrow()).id;

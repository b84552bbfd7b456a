import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClaim } from '../../db/read/claim.ts';
import type { Scope } from '../../db/read/scope.ts';
import type { Level, OrganisationKind } from '../../rules/vocabulary.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, makeWorld, submitted, type World } from '../support/world.ts';

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

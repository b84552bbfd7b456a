import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMismatch } from '../../db/cases.ts';
import { yearNow } from '../../db/ledger.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import { ANNUAL_TOTAL, CONFERENCE_HOURS, type Figure, type FigureLine } from '../../rules/parameters.ts';
import { advance } from '../support/advance.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, decideAll, makeWorld, submitted, type World } from '../support/world.ts';

/** A change of the law is a dated line: what is under way goes on under the law of its year. */

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

/** As a release with these lines would have it, for as long as `meanwhile` takes. */
async function withLines(lines: [Figure<number>, FigureLine<number>][], meanwhile: () => Promise<void>): Promise<void> {
  const open = (figure: Figure<number>) => figure as unknown as FigureLine<number>[];
  for (const [figure, line] of lines) open(figure).push(line);
  try {
    await meanwhile();
  } finally {
    for (const [figure] of lines) open(figure).pop();
  }
}

/** Decided at every stage that is left. */
async function decided(claimId: string, stages: number): Promise<void> {
  for (let stage = 0; stage < stages; stage += 1) {
    await advance(world.db, claimId);
    await decideAll(world, claimId, 'approve');
  }
  await advance(world.db, claimId);
}

const standing = async (personId: string, year: number) => {
  const { professionalHundredths, missing } = await yearNow(world.db, { personId, year, on: `${String(year)}-12-01` });
  return { professionalHundredths, missingTotal: missing.total };
};

test('4, 11(3), 24: lines for 2028 leave a claim of 2026 that is under way, and what is on the ledger, as they were; a year from 2028 on is judged by them', async () => {
  const [early, late] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
  const underWay = await submitted(world.db, early, conference());
  await decided(underWay, 2);
  const filed = await submitted(world.db, early, conference('全国内分泌学术会议'));
  await decided(filed, 3);
  await withLines(
    [
      [CONFERENCE_HOURS, { fromYear: 2028, value: 600, basis: '11(3)' }],
      [ANNUAL_TOTAL, { fromYear: 2028, value: 9600, basis: '4' }],
    ],
    async () => {
      await decided(underWay, 1);
      expect(await standing(early.personId, 2026)).toEqual({ professionalHundredths: 2400, missingTotal: 9000 - 2400 });
      const years = await verifyPeople(world.db, [early.personId], '2028-06-01');
      expect(years.map(isMismatch)).toEqual([false]);

      const of2028 = { ...conference('2028年学术会议'), on: '2028-02-10' };
      await decided(await submitted(world.db, late, of2028, new Date('2028-03-01T02:00:00Z')), 3);
      expect(await standing(late.personId, 2028)).toEqual({ professionalHundredths: 1000, missingTotal: 9600 - 1000 });
    },
  );
});

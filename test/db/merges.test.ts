import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordAttendance } from '../../db/acts/attendance.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { requestDeferral } from '../../db/acts/deferrals.ts';
import { confirmMerge, proposeMerge, undoMerge, withdrawMerge } from '../../db/acts/merges.ts';
import { requestOwnMove } from '../../db/acts/moves.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import { submitClaim } from '../../db/acts/submit.ts';
import type { UnitCaller } from '../../db/acts/units.ts';
import { certify } from '../../db/certificates.ts';
import { lockYear, recogniseInYear, yearNow } from '../../db/ledger.ts';
import { personKeyOf, personsByKey } from '../../db/person-keys.ts';
import { mergeBlockers, previewMerge } from '../../db/read/merges.ts';
import { readYear } from '../../db/read/years.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import type { Activity } from '../../rules/activity.ts';
import { advance } from '../support/advance.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import {
  conference,
  done,
  drafted,
  makeWorld,
  openTasks,
  submitted,
  training,
  verdict,
  type World,
} from '../support/world.ts';

/** A person registered twice becomes one, and two again, against a real PostgreSQL. */

let database: TestDatabase;
let world: World;
let first: Caller;
let second: Caller;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  first = await administrator();
  second = await administrator();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const TODAY = '2026-11-23';

const administrator = async (): Promise<Caller> => ({
  ...(await world.declarant('emp-county')),
  holdings: [{ organisationId: 'hrss-420000', role: 'administrator' }],
});

type Pair = { kept: Caller; absorbed: Caller };
const twice = async (): Promise<Pair> => ({
  kept: await world.declarant('emp-central'),
  absorbed: await world.declarant('emp-central'),
});

async function named({ personId }: Caller) {
  const row = await world.db
    .selectFrom('person')
    .select(['name', 'id_number'])
    .where('id', '=', personId)
    .executeTakeFirstOrThrow();
  return { name: row.name, idNumber: row.id_number };
}
const pairOf = async ({ kept, absorbed }: Pair) => ({ kept: await named(kept), absorbed: await named(absorbed) });

const propose = async (pair: Pair, by = first) =>
  proposeMerge(world.db, by, { ...(await pairOf(pair)), reason: '两个身份证号码', requestKey: randomUUID() });
const confirm = (id: string, by = second) => confirmMerge(world.db, by, { id, today: TODAY });
async function merge(pair: Pair): Promise<string> {
  const { id } = done(await propose(pair));
  done(await confirm(id));
  return id;
}
async function undo(id: string): Promise<void> {
  done(await undoMerge(world.db, second, { id, reason: '不是同一人' }));
  done(await confirm(id, first));
}

const code = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);

const recognise = ({ personId }: Caller, year: number, activity: Activity) =>
  world.db
    .transaction()
    .execute((trx) =>
      recogniseInYear(
        trx,
        { personId, year, on: TODAY },
        { sourceKind: 'platform', sourceId: randomUUID(), activity, loweredTo: {}, studyArchive: true },
      ),
    );
const course = (
  name: string,
  hours: number,
  subject: 'public' | 'professional' = 'professional',
  year = 2026,
): Activity => ({
  form: 'platform-course',
  on: `${year}-05-04`,
  course: name,
  hundredths: hours * 100,
  subject,
});

async function state({ personId }: Caller) {
  const rows = await world.db
    .selectFrom('person_year')
    .select(['year', 'public_hundredths', 'professional_hundredths', 'deemed_complete', 'standing'])
    .where('person_id', '=', personId)
    .orderBy('year')
    .execute();
  const years = [];
  for (const row of rows) {
    const { items } = await yearNow(world.db, { personId, year: row.year, on: TODAY });
    if (items.length > 0) years.push({ ...row, items });
  }
  return years;
}

async function total({ personId }: Caller, year = 2026): Promise<number> {
  const row = await world.db
    .selectFrom('person_year')
    .select(['public_hundredths', 'professional_hundredths'])
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .executeTakeFirst();
  return row ? row.public_hundredths + row.professional_hundredths : 0;
}

async function isWhole({ kept, absorbed }: Pair): Promise<void> {
  const verified = await verifyPeople(world.db, [kept.personId, absorbed.personId], TODAY);
  expect(verified.flatMap((year) => year.findings)).toEqual([]);
}

const approvedClaim = async (person: Caller): Promise<string> => {
  const claimId = await submitted(world.db, person, training('unit-training', ['2026-07-01'], `培训 ${randomUUID()}`));
  await advance(world.db, claimId);
  const [task] = await openTasks(world.db, claimId);
  done(
    await lookAndDecide(world.db, world.officer('emp-central', 'first-reviewer'), task?.id ?? '', verdict('approve')),
  );
  return claimId;
};

describe('a merge', () => {
  test('brings the hours over, the same course once; the preview says so and writes nothing', async () => {
    const pair = await twice();
    await recognise(pair.kept, 2026, course('A', 10));
    await recognise(pair.absorbed, 2026, course('A', 10));
    await recognise(pair.absorbed, 2026, course('B', 7, 'public'));
    const claimId = await approvedClaim(pair.absorbed);
    await advance(world.db, claimId);
    const before = [await state(pair.kept), await state(pair.absorbed)];
    const preview = done(await previewMerge(world.db, first, { ...(await pairOf(pair)), today: TODAY }));
    expect(preview.blockers).toEqual([]);
    expect(preview.years).toMatchObject([
      {
        year: 2026,
        kept: { totalHundredths: 1000 },
        absorbed: { totalHundredths: 2500 },
        after: { totalHundredths: 2500 },
      },
    ]);
    expect([await state(pair.kept), await state(pair.absorbed)]).toEqual(before);
    await merge(pair);
    expect([await total(pair.kept), await total(pair.absorbed)]).toEqual([2500, 0]);
    const year = await readYear(world.db, pair.absorbed.personId, 2026, TODAY);
    expect(year.items).toEqual([]);
    await isWhole(pair);
  });

  test('undone, gives both years exactly as before, whatever was in them', async () => {
    const some = fc.record({
      who: fc.constantFrom('kept', 'absorbed'),
      year: fc.constantFrom(2026, 2027),
      name: fc.constantFrom('A', 'B', 'C', 'D'),
      hours: fc.integer({ min: 1, max: 40 }),
      subject: fc.constantFrom('public', 'professional'),
      isTraining: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 7 }), async (given) => {
        const pair = await twice();
        for (const { who, year, name, hours, subject, isTraining } of given) {
          const activity: Activity = isTraining
            ? {
                form: 'unit-training',
                organiser: 'own-employer',
                mode: 'offline',
                proof: true,
                days: [{ on: `${year}-03-0${name.charCodeAt(0) - 64}`, subject: 'professional', hundredths: 800 }],
              }
            : course(name, hours, subject, year);
          await recognise(pair[who], year, activity);
        }
        const before = [await state(pair.kept), await state(pair.absorbed)];
        const affiliations = await affiliationsOf(pair.absorbed);
        const id = await merge(pair);
        expect(await state(pair.absorbed)).toEqual([]);
        await isWhole(pair);
        await undo(id);
        expect([await state(pair.kept), await state(pair.absorbed)]).toEqual(before);
        expect(await affiliationsOf(pair.absorbed)).toEqual(affiliations);
        await isWhole(pair);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  test('is whole when a claim of the kept person is filed at the same moment', async () => {
    for (let round = 0; round < 4; round += 1) {
      const pair = await twice();
      await recognise(pair.absorbed, 2026, course('A', 10));
      const old = await approvedClaim(pair.absorbed);
      await advance(world.db, old);
      const claimId = await approvedClaim(pair.kept);
      const { id } = done(await propose(pair));
      const [confirmed] = await Promise.all([confirm(id), advance(world.db, claimId)]);
      expect(code(confirmed)).toBe('ok');
      // Both unit trainings are of one day, whose eight hours count once; and the course.
      expect(await total(pair.kept)).toBe(1800);
      await isWhole(pair);
    }
  });

  test('lets a claim sent in at the same moment either stop it or be refused, never stay in flight', async () => {
    for (let round = 0; round < 4; round += 1) {
      const pair = await twice();
      const { id } = done(await propose(pair));
      const [confirmed, sent] = await Promise.allSettled([
        confirm(id),
        submitted(world.db, pair.absorbed, conference(randomUUID())),
      ]);
      const isMerged = confirmed.status === 'fulfilled' && confirmed.value.ok;
      const open = await mergeBlockers(
        world.db,
        {
          keptId: pair.kept.personId,
          absorbedId: pair.absorbed.personId,
        },
        id,
      );
      expect(isMerged && open.length > 0).toBe(false);
      expect(isMerged || sent.status === 'fulfilled').toBe(true);
    }
  });
});

describe('what reaches the database a moment too late', () => {
  test('a draft, a deferral and a move of the absorbed person are refused with a code and a cure', async () => {
    const pair = await twice();
    const draft = await drafted(world.db, pair.absorbed, conference(randomUUID()));
    await merge(pair);
    const { absorbed } = pair;
    // As a transaction that began before the merge still reads it.
    await world.db
      .updateTable('affiliation')
      .set({ until_on: null })
      .where('person_id', '=', absorbed.personId)
      .execute();
    const late = [
      await submitClaim(world.db, absorbed, { ...draft, requestKey: randomUUID() }),
      await requestDeferral(world.db, absorbed, {
        year: 2026,
        reason: 'illness',
        explanation: '住院',
        until: '2027-06-30',
        requestKey: randomUUID(),
      }),
      await requestOwnMove(world.db, absorbed, {
        toEmployerId: 'emp-city',
        toAgencyId: null,
        fromOn: TODAY,
        requestKey: randomUUID(),
        today: TODAY,
      }),
    ];
    for (const refused of late) expect(refused).toMatchObject({ refusal: { code: 'registration-merged', fix: /.+/ } });
  });

  test('an attendance list may name the kept person by the former number and name', async () => {
    const pair = await twice();
    const former = await named(pair.absorbed);
    await merge(pair);
    const days = JSON.stringify([{ on: '2026-06-01', hundredths: 800 }]);
    const manager: UnitCaller = {
      ...first,
      holdings: [{ organisationId: 'emp-central', organisationKind: 'employer', role: 'administrator' }],
    };
    const { id: trainingId } = await world.db
      .insertInto('training')
      .values({
        organisation_id: 'emp-central',
        title: '培训',
        place: '会议室',
        organiser_name: '医务科',
        mode: 'offline',
        days,
        first_on: '2026-06-01',
        last_on: '2026-06-01',
        planned_id: null,
        organiser_id: null,
        organiser_kind: null,
        created_by: first.personId,
        request_key: randomUUID(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const listed = async (row: { name: string; idNumber: string }) =>
      done(
        await recordAttendance(world.db, manager, {
          organisationId: 'emp-central',
          trainingId,
          rows: [{ row: 1, personKey: undefined, ...row }],
          preview: false,
          personKeySecret: 'secret',
        }),
      ).items[0]?.outcome;
    expect(await listed(former)).toBe('added');
    expect(await listed(await named(pair.kept))).toBe('listed');
    expect(await listed({ ...former, name: '别人' })).toBe('name-differs');
    const attended = await world.db
      .selectFrom('attendance')
      .select('person_id')
      .where('training_id', '=', trainingId)
      .execute();
    expect(attended).toEqual([{ person_id: pair.kept.personId }]);
  });
});

const affiliationsOf = ({ personId }: Caller) =>
  world.db.selectFrom('affiliation').selectAll().where('person_id', '=', personId).orderBy('from_on').execute();

describe('who and when', () => {
  test('two administrators of the province, neither of them one of the two', async () => {
    const pair = await twice();
    const ofCity = { ...first, holdings: [{ organisationId: 'hrss-420500', role: 'administrator' as const }] };
    expect(code(await propose(pair, ofCity))).toBe('forbidden');
    expect(code(await propose({ ...pair, absorbed: first }))).toBe('merge-own');
    const { id } = done(await propose(pair));
    expect(code(await confirm(id, first))).toBe('merge-same-administrator');
    expect(code(await confirm(id, ofCity))).toBe('forbidden');
    expect(code(await confirm(id, { ...second, personId: pair.kept.personId }))).toBe('merge-own');
    expect(code(await propose(pair))).toBe('merge-blocked');
    done(await confirm(id));
    expect(code(await confirm(id))).toBe('merge-state');
    done(await undoMerge(world.db, first, { id, reason: '有误' }));
    expect(code(await confirm(id, first))).toBe('merge-same-administrator');
    expect(done(await withdrawMerge(world.db, first, id)).state).toBe('in-force');
    await expect(
      world.db
        .insertInto('person_merge')
        .values({
          absorbed_id: first.personId,
          kept_id: pair.kept.personId,
          reason: 'x',
          proposed_by: first.personId,
          request_key: randomUUID(),
        })
        .execute(),
    ).rejects.toThrow('nobody_merges_themselves');
    await expect(
      world.db.updateTable('person_merge').set({ confirmed_by: first.personId }).where('id', '=', id).execute(),
    ).rejects.toThrow('merge_second_administrator');
  });

  test('an open claim refuses it, at the proposal and at the confirmation; so does a merge of either', async () => {
    const pair = await twice();
    const { id } = done(await propose(pair));
    await submitted(world.db, pair.absorbed, conference(randomUUID()));
    expect(code(await confirm(id))).toBe('merge-blocked');
    done(await withdrawMerge(world.db, first, id));
    expect(code(await propose(pair))).toBe('merge-blocked');
    const other = await twice();
    await merge(other);
    expect(code(await propose({ kept: other.absorbed, absorbed: pair.kept }))).toBe('merge-blocked');
    expect(code(await propose({ kept: pair.kept, absorbed: other.kept }))).toBe('merge-blocked');
  });

  test('a rejection under review refuses it; a case of fraud that rests on both refuses its undoing', async () => {
    const pair = await twice();
    const claimId = await submitted(world.db, pair.absorbed, conference(randomUUID()));
    await advance(world.db, claimId);
    const [task] = await openTasks(world.db, claimId);
    done(
      await lookAndDecide(world.db, world.officer('emp-central', 'first-reviewer'), task?.id ?? '', verdict('reject')),
    );
    await advance(world.db, claimId);
    const reconsidering = (value: boolean) =>
      world.db.updateTable('claim').set({ reconsidering: value }).where('id', '=', claimId).execute();
    await reconsidering(true);
    expect(code(await propose(pair))).toBe('merge-blocked');
    await reconsidering(false);
    const id = await merge(pair);
    const opened = await world.db.transaction().execute((trx) =>
      openSanction(trx, world.officer('hrss-420000', 'supervisor'), {
        personId: pair.absorbed.personId,
        year: 2026,
        claimIds: [claimId],
        source: 'inspection',
        explanation: '系伪造',
      }),
    );
    done(await undoMerge(world.db, second, { id, reason: '不是同一人' }));
    expect(code(await confirm(id, first))).toBe('merge-blocked');
    await world.db
      .updateTable('sanction')
      .set({
        state: 'dismissed',
        decided_at: new Date(),
        ended_at: new Date(),
        decided_by: first.personId,
        confirmed_by: second.personId,
      })
      .where('id', '=', done(opened).id)
      .execute();
    done(await confirm(id, first));
  });

  test('the account and the place of the absorbed end, both keys find the kept person, certificates follow; undone, all is back', async () => {
    const pair = await twice();
    await world.db
      .insertInto('account')
      .values({ person_id: pair.absorbed.personId, username: randomUUID(), password_hash: 'x' })
      .execute();
    await recognise(pair.absorbed, 2026, course('P', 30, 'public'));
    await recognise(pair.absorbed, 2026, course('Q', 60));
    const of = { personId: pair.absorbed.personId, year: 2026 };
    await world.db.transaction().execute(async (trx) => {
      await lockYear(trx, of);
      await certify(trx, of, await yearNow(trx, { ...of, on: TODAY }), null);
    });
    const preview = done(await previewMerge(world.db, first, { ...(await pairOf(pair)), today: TODAY }));
    expect(preview.certificates).toMatchObject([{ holder: 'absorbed', effect: 'revoked' }]);
    const key = personKeyOf('secret', (await named(pair.absorbed)).idNumber).toString('hex');
    const found = async () => (await personsByKey(world.db, 'secret', [key])).get(key);
    expect(await found()).toBe(pair.absorbed.personId);
    const id = await merge(pair);
    expect(await found()).toBe(pair.kept.personId);
    expect(await disabled(pair.absorbed)).toBe(true);
    expect((await affiliationsOf(pair.absorbed)).map((each) => each.until_on)).toEqual([TODAY]);
    expect(await certificates(pair.absorbed)).toEqual(['revoked']);
    const told = await world.db
      .selectFrom('notice')
      .select('person_id')
      .where('kind', '=', 'merge-done')
      .where('key', '=', id)
      .execute();
    expect(told).toHaveLength(2);
    await undo(id);
    expect(await found()).toBe(pair.absorbed.personId);
    expect(await disabled(pair.absorbed)).toBe(false);
    expect((await affiliationsOf(pair.absorbed)).map((each) => each.until_on)).toEqual([null]);
    const again = await merge(pair);
    await undo(again);
    await isWhole(pair);
  });
});

const disabled = async ({ personId }: Caller) =>
  (
    await world.db
      .selectFrom('account')
      .select('disabled_at')
      .where('person_id', '=', personId)
      .executeTakeFirstOrThrow()
  ).disabled_at !== null;
const certificates = async ({ personId }: Caller) =>
  (await world.db.selectFrom('certificate').select('state').where('person_id', '=', personId).execute()).map(
    (row) => row.state,
  );

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noticeText } from '../../contract/notices.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { resubmitClaim } from '../../db/acts/submit.ts';
import { takeBack } from '../../db/acts/take-back.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import * as record from '../../db/claims.ts';
import { advance } from '../support/advance.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, decideAll, done, makeWorld, submitted, type World } from '../support/world.ts';

/** What the system does by itself stands in the trail with its provision, and the declarant is told, each once. */

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

async function declared(employerId = 'emp-city'): Promise<{ person: Caller; claimId: string }> {
  const person = await world.declarant(employerId);
  const claimId = await submitted(world.db, person, conference(`会议 ${randomUUID()}`));
  await advance(world.db, claimId);
  return { person, claimId };
}

async function decided(claimId: string, ...outcomes: ('approve' | 'return' | 'reject')[]): Promise<void> {
  for (const outcome of outcomes) {
    await decideAll(world, claimId, outcome);
    await advance(world.db, claimId);
  }
}

async function trail(claimId: string): Promise<[action: string, article: unknown, reading: unknown, seq: unknown][]> {
  const rows = await world.db
    .selectFrom('audit')
    .select(['action', 'actor_id', 'detail'])
    .where('subject_kind', '=', 'claim')
    .where('subject_id', '=', claimId)
    .where((eb) => eb(eb.ref('detail', '->>').key('actor'), '=', 'system'))
    .orderBy('id')
    .execute();
  expect(rows.every((row) => row.actor_id === null)).toBe(true);
  return rows.map(({ action, detail }) => [action, detail['article'], detail['interpretation'], detail['seq']]);
}

const notices = async ({ personId }: Caller) => {
  const rows = await world.db
    .selectFrom('notice')
    .select(['kind', 'key', 'detail'])
    .where('person_id', '=', personId)
    .orderBy('id')
    .execute();
  return rows.map(({ kind, key, detail }) => ({
    kind,
    key,
    claimId: detail['claimId'],
    text: noticeText(kind, detail),
  }));
};

describe('14: what the system does to a claim', () => {
  test('each stage it opens and the filing are in the trail; the declarant hears of the filing', async () => {
    const { person, claimId } = await declared();
    await decided(claimId, 'approve', 'approve', 'approve');
    expect(await trail(claimId)).toEqual([
      ['claim.stage-opened', '14', undefined, 1],
      ['claim.stage-opened', '14', undefined, 2],
      ['claim.stage-opened', '14', undefined, 3],
      ['claim.filed', '14', undefined, 4],
    ]);
    const told = await notices(person);
    expect(told).toMatchObject([{ kind: 'claim-filed', key: `${claimId}/4`, claimId }]);
    expect(told[0]?.text).toMatch(/^“会议 .*”已备案，2026年度学时已更新。$/);
  });

  test('D-16: a central unit’s claim is filed for information', async () => {
    const { claimId } = await declared('emp-central');
    await decided(claimId, 'approve');
    expect((await trail(claimId)).at(-1)).toEqual(['claim.filed', '14', 'D-16', 2]);
  });

  test('D-19: a return is told with its last day, a second return again, and the closing of one not corrected', async () => {
    const { person, claimId } = await declared();
    await decided(claimId, 'return');
    const revision = async () =>
      (await world.db.selectFrom('claim').select('revision').where('id', '=', claimId).executeTakeFirstOrThrow())
        .revision;
    done(await resubmitClaim(world.db, person, { claimId, revision: await revision(), requestKey: randomUUID() }));
    await advance(world.db, claimId);
    await decideAll(world, claimId, 'return', 2);
    await advance(world.db, claimId);
    await world.db
      .updateTable('claim')
      .set({ correction_due_at: new Date(0) })
      .where('id', '=', claimId)
      .execute();
    await record.expireCorrection(world.db, claimId);
    await record.expireCorrection(world.db, claimId);
    expect(await trail(claimId)).toEqual([
      ['claim.stage-opened', '14', undefined, 1],
      ['claim.returned', '14', 'D-19', 2],
      ['claim.stage-opened', '14', undefined, 3],
      ['claim.returned', '14', 'D-19', 4],
      ['claim.expired', '14', 'D-19', 5],
    ]);
    const told = await notices(person);
    expect(told.map(({ kind, key }) => [kind, key])).toEqual([
      ['claim-returned', `${claimId}/2`],
      ['claim-returned', `${claimId}/4`],
      ['claim-expired', `${claimId}/5`],
    ]);
    // `advance` gives until 2099-01-01T16:00Z: 24:00 of the first of January in Hubei.
    expect(told[0]?.text).toContain('请在2099年1月1日24时前修改');
    expect(told[2]?.text).toContain('未在期限内补正');
  });

  test('a rejection is told; a withdrawal is the declarant’s own', async () => {
    const rejected = await declared();
    await decided(rejected.claimId, 'reject');
    expect((await trail(rejected.claimId)).at(-1)).toEqual(['claim.rejected', '14', undefined, 2]);
    expect(await notices(rejected.person)).toMatchObject([{ kind: 'claim-rejected' }]);

    const withdrawn = await declared();
    done(await withdrawClaim(world.db, withdrawn.person, { claimId: withdrawn.claimId, requestKey: randomUUID() }));
    await advance(world.db, withdrawn.claimId);
    expect((await trail(withdrawn.claimId)).at(-1)).toEqual(['claim.withdrawn', '14', undefined, 2]);
    expect(await notices(withdrawn.person)).toEqual([]);
  });

  test('a step that is repeated, or comes too late, leaves nothing', async () => {
    const { person, claimId } = await declared();
    await decided(claimId, 'return');
    const before = [await trail(claimId), await notices(person)];
    await record.requestCorrection(world.db, { claimId, seq: 2, dueAt: '2099-01-01T16:00:00Z' });
    await record.endClaim(world.db, { claimId, seq: 2, state: 'rejected' });
    await record.fileClaim(world.db, { claimId, seq: 2, on: '2026-11-23' });
    expect([await trail(claimId), await notices(person)]).toEqual(before);
  });

  test('a decision taken back: the stage that is open again is in the trail', async () => {
    const { claimId } = await declared();
    await decided(claimId, 'approve');
    const decision = await world.db
      .selectFrom('decision')
      .select(['task_id', 'decided_by'])
      .where('claim_id', '=', claimId)
      .executeTakeFirstOrThrow();
    const reviewer = world.officer('emp-city', 'first-reviewer');
    expect(reviewer.personId).toBe(decision.decided_by);
    done(await takeBack(world.db, reviewer, decision.task_id));
    await advance(world.db, claimId);
    expect((await trail(claimId)).at(-1)).toEqual(['claim.stage-reopened', '14', undefined, 3]);
  });

  test('a return taken back: what asked for a correction says there is none to make, and the declarant is told', async () => {
    const { person, claimId } = await declared();
    await decided(claimId, 'return');
    const { task_id } = await world.db
      .selectFrom('decision')
      .select('task_id')
      .where('claim_id', '=', claimId)
      .executeTakeFirstOrThrow();
    done(await takeBack(world.db, world.officer('emp-city', 'first-reviewer'), task_id));
    await advance(world.db, claimId);
    const told = await notices(person);
    expect(told.map(({ kind, key }) => [kind, key])).toEqual([
      ['claim-returned', `${claimId}/2`],
      ['claim-return-taken-back', `${claimId}/3`],
    ]);
    expect(told[0]?.text).toMatch(/已由审核机构收回，无需补正。$/);
    expect(told[1]?.text).toContain('您无需补正');
    await record.reopenStage(world.db, { claimId, seq: 3 });
    expect(await notices(person)).toEqual(told);
  });
});

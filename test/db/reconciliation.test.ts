import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReconciliationDepth } from '../../contract/stuck.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import { beginReconciliation, recheckClaim, reconcilePage } from '../../db/reconciliation.ts';
import { advance } from '../support/advance.ts';
import { certified, claimsUnderReview, FakeWorkflows, plant, quieten, slip, withHours } from '../support/faults.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, done, makeWorld, submitted, type World } from '../support/world.ts';

/** Ten faults of each class are found within one cycle, none falsely (quality 4, row 7). */

let database: TestDatabase;
let world: World;
let workflows: FakeWorkflows;
let sound: string[];
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  workflows = new FakeWorkflows(world.db);
  sound = await claimsUnderReview(world, 12);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

async function cycle(depth: ReconciliationDepth = 'full') {
  let progress = await beginReconciliation(world.db, depth);
  while (progress.state !== 'done') progress = await reconcilePage(world.db, workflows, { id: progress.id });
  return progress;
}

const open = async (): Promise<Map<string, string[]>> => {
  const rows = await world.db
    .selectFrom('stuck_finding')
    .select(['class', 'subject_id'])
    .where('resolved_at', 'is', null)
    .execute();
  const found = new Map<string, string[]>();
  for (const row of rows) found.set(row.class, [...(found.get(row.class) ?? []), row.subject_id].sort());
  return found;
};
const sorted = (list: readonly string[]): string[] => [...list].sort();

test('a sound record has no finding', async () => {
  await certified(world);
  await withHours(world);
  const { found, checked } = await cycle();
  expect(found).toBe(0);
  expect(checked).toBeGreaterThan(20);
});

test('ten faults of each class are found in one cycle, each once, nothing else, and no second time by the next', async () => {
  const { db } = world;
  const ten = () => claimsUnderReview(world, 10);
  const [missing, ended, elsewhere, failing, withoutTask, stray, late] = [
    await ten(),
    await ten(),
    await ten(),
    await ten(),
    await ten(),
    await ten(),
    await ten(),
  ];
  const nobody = await claimsUnderReview(world, 10, 'emp-no-archive');
  const say = (list: readonly string[], what: Parameters<FakeWorkflows['said']['set']>[1]) => {
    for (const id of list) workflows.said.set(`claim/${id}`, what);
  };
  say(missing, { status: 'missing', standing: null });
  say(ended, { status: 'ended', standing: null });
  say(elsewhere, { standing: { state: 'first-review', appliedSeq: 0 } });
  say(failing, { failing: { what: 'activity', attempts: 9, code: 'database-refused' } });
  await plant.withoutTask(db, withoutTask);
  await plant.strayTask(db, stray);
  await plant.escalated(db, late);
  await plant.nobodyEligible(db, 'emp-no-archive');
  await plant.undelivered(db, sound.slice(0, 10));
  const people: string[] = [];
  for (let n = 0; n < 10; n += 1) people.push(await withHours(world));
  await plant.ledger(db, people);
  await plant.undeliverable(db, people);
  const holders: { personId: string; certificateId: string }[] = [];
  for (let n = 0; n < 10; n += 1) holders.push(await certified(world));
  await plant.otherHolder(
    db,
    holders.map((each) => each.personId),
  );
  await plant.glyph(
    db,
    holders.map((each) => each.certificateId),
  );
  await plant.aggregates(db, people);

  const first = await cycle();
  const found = await open();
  const claimsOf = (kind: string): string[] => (found.get(kind) ?? []).map((id) => id.split('/')[0] ?? '');
  expect(found.get('workflow-missing')).toEqual(sorted(missing));
  expect(found.get('workflow-ended')).toEqual(sorted(ended));
  expect(found.get('workflow-elsewhere')).toEqual(sorted(elsewhere));
  expect(found.get('activity-failing')).toEqual(sorted(failing));
  expect(found.get('claim-without-task')).toEqual(sorted(withoutTask));
  expect(found.get('overdue')).toEqual(sorted(late));
  expect(claimsOf('no-eligible-reviewer')).toEqual(sorted(nobody));
  expect(claimsOf('ledger-unequal')).toEqual(sorted(people));
  const certificates = sorted(holders.map((each) => each.certificateId));
  expect(found.get('certificate-disagrees')).toEqual(certificates);
  expect(found.get('glyph-missing')).toEqual(certificates);
  expect(found.get('aggregates-unequal')).toEqual(sorted(people.map((id) => `home ${id}`)));
  const tens = Object.fromEntries([...found].map(([kind, list]) => [kind, list.length]));
  expect(tens).toEqual(Object.fromEntries([...found.keys()].map((kind) => [kind, 10])));
  expect(found.size).toBe(14);
  expect(first.found).toBe(140);

  const second = await cycle();
  expect(second.found).toBe(0);
  expect(await open()).toEqual(found);
});

test('no name and no number of a person is kept with a finding', async () => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from stuck_finding where facts::text ~ '张三|4205001990|zhang|例'`.execute(world.db);
  expect(rows[0]?.n).toBe(0);
  const job = await world.db
    .selectFrom('stuck_finding')
    .select('facts')
    .where('class', '=', 'outbox-undelivered')
    .executeTakeFirstOrThrow();
  expect(job.facts).toMatchObject({ task: 'ring', attempts: 3, code: 'temporal-away' });
});

test('what has been mended is resolved by the next cycle, and one claim by its own recheck', async () => {
  const before = await open();
  const [one = '', ...others] = before.get('workflow-missing') ?? [];
  workflows.said.clear();
  await recheckClaim(world.db, workflows, one);
  expect((await open()).get('workflow-missing')).toEqual(others);
  await quieten(world.db);
  const { resolved } = await cycle('quick');
  const after = await open();
  for (const gone of [
    'workflow-missing',
    'workflow-ended',
    'workflow-elsewhere',
    'activity-failing',
    'outbox-undelivered',
  ])
    expect(after.has(gone)).toBe(false);
  expect(resolved).toBe(49);
  // The hourly run leaves alone what it does not compare.
  expect(after.get('ledger-unequal')).toHaveLength(10);
});

test('a claim that moves while Temporal is asked is no finding', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference('会动的'));
  await advance(world.db, claimId);
  await quieten(world.db);
  const asIs = new FakeWorkflows(world.db);
  const moving: typeof asIs.see = async (id, ask) => {
    const saw = await asIs.see(id, ask);
    if (id !== `claim/${claimId}`) return saw;
    done(await withdrawClaim(world.db, person, { claimId, requestKey: 'x' }));
    return { ...saw, standing: { state: 'first-review', appliedSeq: 99 } };
  };
  await recheckClaim(world.db, { see: moving }, claimId);
  expect((await open()).get('workflow-elsewhere') ?? []).not.toContain(claimId);
  await advance(world.db, claimId);
});

test('an act that its workflow has not applied for ten minutes is found with its reason; nine minutes are none', async () => {
  const [claimId = ''] = await claimsUnderReview(world, 1);
  const unapplied = (minutes: number) =>
    slip(
      world.db,
      sql`
        with a as (update act set at = now() - make_interval(mins => ${minutes}::int) where claim_id = ${claimId})
        update claim set applied_seq = 0, updated_at = now() - interval '1 hour' where id = ${claimId}`,
    );
  workflows.said.set(`claim/${claimId}`, { failing: { what: 'activity', attempts: 1, code: 'database-refused' } });
  await unapplied(9);
  await recheckClaim(world.db, workflows, claimId);
  expect((await open()).get('activity-failing') ?? []).not.toContain(claimId);
  await unapplied(11);
  await recheckClaim(world.db, workflows, claimId);
  expect((await open()).get('activity-failing')).toEqual([claimId]);
  workflows.said.clear();
  await recheckClaim(world.db, workflows, claimId);
  expect((await open()).get('workflow-elsewhere')).toEqual([claimId]);
  await slip(world.db, sql`update claim set applied_seq = 1 where id = ${claimId}`);
});

test('a run that was cut short goes on where it stopped, and two at once compare everything once', async () => {
  const begun = await beginReconciliation(world.db, 'full');
  const part = await reconcilePage(world.db, workflows, { id: begun.id });
  expect(part.part).toBe('claims');
  const again = await beginReconciliation(world.db, 'full');
  expect(again).toEqual(part);
  await Promise.all([1, 2].map(() => reconcilePage(world.db, workflows, { id: begun.id })));
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from claim where ended_at is null and version > 0`.execute(world.db);
  const now = await beginReconciliation(world.db, 'full');
  expect(now.part).toBe('tasks');
  expect(now.checked - part.checked).toBe(rows[0]?.n);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noticeText } from '../../contract/notices.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { resubmitClaim, submitClaim } from '../../db/acts/submit.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import { yearNow } from '../../db/ledger.ts';
import { readSanctions } from '../../db/read/sanctions.ts';
import { readTimeline } from '../../db/read/timeline.ts';
import { statisticsDifferences } from '../../db/statistics.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import { correctionDueAt, stageDueOn } from '../../rules/deadlines.ts';
import { advance } from '../support/advance.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { imposed, lifted } from '../support/sanctions.ts';
import {
  conference,
  decideAll,
  done,
  drafted,
  makeWorld,
  openTasks,
  stateOf,
  submitted,
  training,
  verdict,
  type World,
} from '../support/world.ts';

/** D-44: what a sanction closed goes on from where it stood when the sanction is lifted, and nothing of what happened is erased. */

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

/** Long after claims for 2026 were taken (31 March 2027). */
const LIFTED = new Date('2027-06-15T02:00:00Z');
const LIFTED_ON = '2027-06-15';
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);

async function claimAt(person: Caller, stage: 'first-review' | 're-review' | 'filing' | 'correction', title: string) {
  const claimId = await submitted(world.db, person, conference(title));
  await advance(world.db, claimId);
  if (stage === 'correction') await decideAll(world, claimId, 'return');
  if (stage === 're-review' || stage === 'filing') await decideAll(world, claimId, 'approve');
  await advance(world.db, claimId);
  if (stage === 'filing') await decideAll(world, claimId, 'approve');
  await advance(world.db, claimId);
  expect(await stateOf(world.db, claimId)).toBe(stage);
  return claimId;
}
const claimOf = (claimId: string) =>
  world.db.selectFrom('claim').selectAll().where('id', '=', claimId).executeTakeFirstOrThrow();
const openStageOf = (claimId: string) =>
  world.db
    .selectFrom('stage')
    .select(['kind', 'due_on', 'calendar'])
    .where('claim_id', '=', claimId)
    .where('settled_at', 'is', null)
    .execute();
const kindsOf = async (claimId: string) => (await readTimeline(world.db, claimId)).map((entry) => entry.kind);
const wordsOf = async (claimId: string) =>
  (await readTimeline(world.db, claimId)).findLast((entry) => entry.kind === 'restored')?.text ?? '';
/** What is left of the claim's way, until it is filed. */
async function toTheEnd(claimId: string, version = 1): Promise<void> {
  for (let n = 0; n < 3 && (await stateOf(world.db, claimId)) !== 'filed'; n += 1) {
    await decideAll(world, claimId, 'approve', version);
    await advance(world.db, claimId);
  }
}
const yearOf = (person: Caller) => yearNow(world.db, { personId: person.personId, year: 2026, on: LIFTED_ON });

test('a claim at any stage goes on there, also after 31 March: its tasks open again with a due date of their own, and it counts', async () => {
  for (const stage of ['first-review', 're-review', 'filing'] as const) {
    const person = await world.declarant('emp-city');
    const claimId = await claimAt(person, stage, `会议 ${stage}`);
    const [before, tasks] = [await claimOf(claimId), await openTasks(world.db, claimId)];
    const id = await imposed(world, person, { claimIds: [claimId] });
    expect(await stateOf(world.db, claimId)).toBe('rejected');
    expect(await openTasks(world.db, claimId)).toEqual([]);
    await lifted(world, id, LIFTED);
    const after = await claimOf(claimId);
    expect(after).toMatchObject({
      state: stage,
      stage_seq: before.stage_seq,
      first_submitted_at: before.first_submitted_at,
      ended_at: null,
    });
    expect(after.applied_seq).toBe(after.act_seq);
    expect(await openTasks(world.db, claimId)).toEqual(tasks);
    const due = stageDueOn(stage, LIFTED_ON);
    expect(await openStageOf(claimId)).toEqual([{ kind: stage, due_on: due.dueOn, calendar: due.calendar }]);
    expect((await kindsOf(claimId)).slice(-2)).toEqual(['sanctioned', 'restored']);
    expect(await wordsOf(claimId)).toContain(`应于 ${due.dueOn} 前办结`);
    await toTheEnd(claimId);
    expect(await yearOf(person)).toMatchObject({ professionalHundredths: 1200, verdict: 'unqualified' });
    expect(await verifyPeople(world.db, [person.personId], LIFTED_ON)).toMatchObject([{ findings: [] }]);
  }
  expect(await statisticsDifferences(world.db)).toEqual([]);
});

test('of a joint stage only the body that had not decided is asked again; what the other decided stands', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await claimAt(person, 're-review', '会签');
  const [one, other] = await openTasks(world.db, claimId);
  const officer = world.officer(one?.organisation_id ?? '', 're-reviewer');
  done(await lookAndDecide(world.db, officer, one?.id ?? '', verdict('approve')));
  const id = await imposed(world, person, { claimIds: [claimId] });
  await lifted(world, id, LIFTED);
  expect(await openTasks(world.db, claimId)).toEqual([other]);
  await decideAll(world, claimId, 'approve');
  await advance(world.db, claimId);
  expect(await stateOf(world.db, claimId)).toBe('filing');
});

test('a correction is the declarant’s again for a whole period from the lifting, and goes through, keeping its first day', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await claimAt(person, 'correction', '补正');
  const id = await imposed(world, person);
  await lifted(world, id, LIFTED);
  const claim = await claimOf(claimId);
  expect(claim.state).toBe('correction');
  expect(claim.correction_due_at).toEqual(new Date(correctionDueAt(LIFTED_ON)));
  const notices = await world.db
    .selectFrom('notice')
    .select(['kind', 'detail'])
    .where('person_id', '=', person.personId)
    .where('kind', 'in', ['claim-restored', 'sanction-lifted'])
    .orderBy('kind')
    .execute();
  expect(notices.map((n) => noticeText(n.kind, n.detail))).toEqual([
    expect.stringMatching(/“补正”.*请在2027年7月6日24时前补正/),
    expect.stringContaining('当时终止的 1 项申报已恢复办理'),
  ]);
  const sent = { claimId, revision: claim.revision, requestKey: randomUUID() };
  const second = (now: string) => resubmitClaim(world.db, person, { ...sent, requestKey: now }, new Date(now));
  expect(codeOf(await second('2027-07-06T16:00:00Z'))).toBe('correction-overdue');
  expect(codeOf(await second('2027-07-06T15:59:59Z'))).toBe('ok');
  await advance(world.db, claimId);
  await toTheEnd(claimId, 2);
  expect(await stateOf(world.db, claimId)).toBe('filed');
});

test('what nobody had carried out yet when it was closed is carried out then: a submission, a settled stage, a withdrawal', async () => {
  const person = await world.declarant('emp-city');
  const sent = await submitted(world.db, person, conference('刚提交'));
  const settled = await claimAt(person, 'first-review', '刚同意');
  await decideAll(world, settled, 'approve');
  const withdrawn = await claimAt(person, 'first-review', '刚撤回');
  done(await withdrawClaim(world.db, person, { claimId: withdrawn, requestKey: randomUUID() }));
  const id = await imposed(world, person);
  for (const claimId of [sent, settled, withdrawn]) {
    await advance(world.db, claimId);
    expect(await stateOf(world.db, claimId)).toBe('rejected');
  }
  await lifted(world, id, LIFTED);
  for (const claimId of [sent, settled, withdrawn]) await advance(world.db, claimId);
  expect(await stateOf(world.db, sent)).toBe('first-review');
  expect((await openTasks(world.db, sent)).map((t) => t.organisation_id)).toEqual(['emp-city']);
  expect(await stateOf(world.db, settled)).toBe('re-review');
  expect(await openTasks(world.db, settled)).toHaveLength(2);
  expect(await stateOf(world.db, withdrawn)).toBe('withdrawn');
});

test('closed a second time, it is given back a second time; a case that closed nothing gives nothing back', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await claimAt(person, 're-review', '两次');
  for (let n = 0; n < 2; n += 1) {
    await lifted(world, await imposed(world, person), LIFTED);
    expect(await stateOf(world.db, claimId)).toBe('re-review');
    expect(await openTasks(world.db, claimId)).toHaveLength(2);
  }
  const rejected = await claimAt(person, 'first-review', '另行驳回');
  await decideAll(world, rejected, 'reject');
  await advance(world.db, rejected);
  await lifted(world, await imposed(world, person), LIFTED);
  expect(await stateOf(world.db, rejected)).toBe('rejected');
});

test('one whose activity was declared anew meanwhile, for another year, stays closed; the lifting says so', async () => {
  const person = await world.declarant('emp-city');
  await world.db
    .insertInto('deferral')
    .values({
      person_id: person.personId,
      year: 2026,
      employer_id: 'emp-city',
      decider_id: 'emp-city',
      hrss_id: null,
      reason: 'illness',
      explanation: '住院',
      requested_until: '2027-12-31',
      until_on: '2027-12-31',
      state: 'granted',
      request_key: randomUUID(),
      requested_at: new Date('2026-12-01T02:00:00Z'),
      decided_by: world.officer('emp-city', 'first-reviewer').personId,
      decided_at: new Date('2026-12-02T02:00:00Z'),
    })
    .execute();
  const study = training('authority-training', ['2027-03-01'], '春季培训');
  const made = { ...study, makeUpFor: 2026 };
  const claimId = await submitted(world.db, person, made, new Date('2027-04-01T02:00:00Z'));
  const id = await imposed(world, person, { now: new Date('2027-05-06T02:00:00Z') });
  expect(await stateOf(world.db, claimId)).toBe('rejected');
  const anew = await submitted(world.db, person, study, new Date('2027-05-10T02:00:00Z'));
  await lifted(world, id, LIFTED);
  expect([await stateOf(world.db, claimId), await stateOf(world.db, anew)]).toEqual(['rejected', 'first-review']);
  const { detail } = await world.db
    .selectFrom('case_event')
    .select('detail')
    .where('case_id', '=', id)
    .where('kind', '=', 'lifted')
    .executeTakeFirstOrThrow();
  expect(detail).toMatchObject({ claimsRestored: 0, claimsLeft: 1 });
});

test('a declaration of the same activity at the same moment is one or the other, never both, and no fault', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await claimAt(person, 'first-review', '同时');
  const id = await imposed(world, person);
  const draft = await drafted(world.db, person, conference('同时'));
  const [, submission] = await Promise.all([
    lifted(world, id),
    submitClaim(world.db, person, { ...draft, requestKey: randomUUID() }),
  ]);
  expect(['year-cancelled', 'duplicate-open-claim']).toContain(codeOf(submission));
  expect(await stateOf(world.db, claimId)).toBe('first-review');
});

test('the list shows a date while a case waits for one, and none once it is lifted', async () => {
  const person = await world.declarant('emp-city');
  const scope = { ...person, holdings: [] };
  const nextOn = async () =>
    (await readSanctions(world.db, scope, { box: 'mine', limit: 10, after: null })).items.map((one) => one.nextOn);
  const id = await imposed(world, person, { now: new Date('2026-12-10T02:00:00Z') });
  expect(await nextOn()).toEqual(['2029-12-09']);
  await lifted(world, id);
  expect(await nextOn()).toEqual([null]);
});

test('the record of what was closed cannot be changed', async () => {
  await expect(world.db.updateTable('sanction_closing').set({ applied_seq: 0 }).execute()).rejects.toThrow(
    'append-only',
  );
});

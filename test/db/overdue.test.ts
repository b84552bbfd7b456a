import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Declared } from '../../contract/declarations.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { copyClaim } from '../../db/acts/copy.ts';
import { endLeave, recordLeave } from '../../db/acts/leaves.ts';
import { nudge } from '../../db/acts/nudge.ts';
import { recuse } from '../../db/acts/recuse.ts';
import { declareRelation, endRelation } from '../../db/acts/relations.ts';
import { claimTask, transferTask } from '../../db/acts/tasks.ts';
import { urge } from '../../db/acts/urge.ts';
import type { Db } from '../../db/connect.ts';
import { recountDueDates, remindOfReviews, tellStandIns } from '../../db/overdue.ts';
import type { Scope } from '../../db/read/scope.ts';
import { readStuck } from '../../db/read/stuck.ts';
import { recordStuck } from '../../db/stuck.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import { openNext } from '../api/support.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, done, makeWorld, openTasks, submitted, verdict, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
let db: Db;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  db = world.db;
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const TODAY = legalDay(new Date().toISOString());
const officer = (which: 0 | 1 = 0, id = 'emp-city') => world.officer(id, 'first-reviewer', which);
const noon = (day: string) => new Date(`${day}T04:00:00Z`);

type Opened = { claimId: string; taskId: string; person: Caller };

/** A claim under first review, opened and due on the days given. */
async function underReview({
  employer = 'emp-city',
  openedOn = TODAY,
  dueOn = '2099-12-31',
  declared = conference(randomUUID()),
}: {
  employer?: string;
  openedOn?: string;
  dueOn?: string;
  declared?: Declared;
} = {}): Promise<Opened> {
  const person = await world.declarant(employer);
  const claimId = await submitted(db, person, declared);
  const taskId = await openNext(db, claimId, dueOn);
  await db
    .updateTable('stage')
    .set({ opened_at: noon(openedOn) })
    .where('claim_id', '=', claimId)
    .execute();
  return { claimId, taskId, person };
}

const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) =>
  outcome.ok ? 'done' : (outcome as { refusal: { code: string } }).refusal.code;
const noticesOf = async (personId: string, kind: string) =>
  (
    await db
      .selectFrom('notice')
      .select('detail')
      .where('person_id', '=', personId)
      .where('kind', '=', kind as never)
      .execute()
  ).map((row) => row.detail);
const warningsOf = async (taskId: string) =>
  (
    await db.selectFrom('task_warning').select('warning').where('task_id', '=', taskId).orderBy('warned_on').execute()
  ).map((w) => w.warning);
const superiorsOf = async (taskId: string) =>
  (
    await db
      .selectFrom('escalation')
      .select(['organisation_id', 'own'])
      .where('task_id', '=', taskId)
      .orderBy('organisation_id')
      .execute()
  ).map(({ organisation_id, own }) => `${organisation_id}${own ? ' own' : ''}`);

describe('reminders (D-21)', () => {
  test('each warning is given once, on its day and not a day before, however often the sweep runs', async () => {
    const { taskId, claimId } = await underReview({ dueOn: '2026-09-28' });
    const days = ['2026-09-22', '2026-09-23', '2026-09-28', '2026-09-29', '2026-10-10', '2026-10-11', '2026-10-12'];
    const told: string[][] = [];
    for (const day of days) {
      await remindOfReviews(db, day);
      await remindOfReviews(db, day);
      told.push(await warningsOf(taskId));
    }
    const soon = ['due-soon'];
    const late = ['due-soon', 'overdue'];
    const all = ['due-soon', 'overdue', 'escalated'];
    expect(told).toEqual([[], soon, soon, late, late, all, all]);
    expect(await noticesOf(officer().personId, 'review-due-soon')).toHaveLength(1);
    expect(await noticesOf(officer(1).personId, 'review-overdue')).toHaveLength(1);
    expect(await noticesOf(officer().personId, 'review-escalated')).toHaveLength(1);
    const lines = await db
      .selectFrom('timeline')
      .select('kind')
      .where('claim_id', '=', claimId)
      .where('kind', '=', 'escalated')
      .execute();
    expect(lines).toHaveLength(2);
    const trail = await db
      .selectFrom('audit')
      .select(['action', 'actor_id', 'detail'])
      .where('subject_id', '=', taskId)
      .execute();
    expect(trail.filter(({ action }) => action === 'task.escalated')).toMatchObject([
      { actor_id: null, detail: { actor: 'system', article: '14', interpretation: 'D-21' } },
    ]);
    const claim = await db.selectFrom('claim').select('state').where('id', '=', claimId).executeTakeFirstOrThrow();
    expect(claim.state).toBe('first-review');
  });

  test('the superior of a unit is its re-review bodies, of a central unit the province', async () => {
    const city = await underReview({ dueOn: '2026-09-01' });
    const central = await underReview({ employer: 'emp-central', dueOn: '2026-09-01' });
    const hosted = await underReview({ employer: 'emp-hosting', dueOn: '2026-09-01' });
    await remindOfReviews(db, '2026-09-20');
    expect(await superiorsOf(city.taskId)).toEqual(['hrss-420500', 'ind-420500-health']);
    expect(await superiorsOf(central.taskId)).toEqual(['hrss-420000']);
    expect(await superiorsOf(hosted.taskId)).toEqual(['hrss-420500', 'ind-420500-health']);
  });

  test('of an authority it is the one above in the trade, and over the province’s trades stands its HRSS department', async () => {
    const { claimId, taskId } = await underReview();
    done(await lookAndDecide(db, officer(), taskId, verdict('approve')));
    await openNext(db, claimId, '2026-09-01');
    const tasks = await openTasks(db, claimId);
    const direct = await underReview({ employer: 'emp-direct' });
    done(await lookAndDecide(db, officer(0, 'emp-direct'), direct.taskId, verdict('approve')));
    await openNext(db, direct.claimId, '2026-09-01');
    const [atProvince] = await openTasks(db, direct.claimId);
    await remindOfReviews(db, '2026-09-20');
    const of = async (id: string) => superiorsOf(tasks.find((t) => t.organisation_id === id)?.id ?? '');
    expect(await of('hrss-420500')).toEqual(['hrss-420000']);
    expect(await of('ind-420500-health')).toEqual(['ind-420000-health']);
    expect(await superiorsOf(atProvince?.id ?? '')).toEqual(['hrss-420000']);
  });

  test('a returned claim stops the reviewers’ clock: nobody is reminded while its declarant corrects it', async () => {
    const { claimId, taskId } = await underReview({ dueOn: '2026-09-28' });
    done(await lookAndDecide(db, officer(), taskId, verdict('return')));
    await openNext(db, claimId);
    await remindOfReviews(db, '2026-12-01');
    expect(await warningsOf(taskId)).toEqual([]);
  });

  test('ten thousand overdue tasks are one statement and one notice a person', async () => {
    const { claimId, taskId } = await underReview({ employer: 'emp-county', dueOn: '2026-09-28' });
    await sql`
      insert into stage (claim_id, seq, kind, version, opened_at, due_on, calendar, settled_at, outcome)
      select ${claimId}, 100 + n, 'first-review', 1, now(), '2026-09-28', 'test', now(), 'superseded' from generate_series(1, 10000) n`.execute(
      db,
    );
    await sql`
      insert into task (claim_id, stage_seq, stage_kind, organisation_id, capacity, opened_at, due_on, declarant_id, declarant_name,
        employer_name, claim_number, year, form, title, claimed_hundredths, version)
      select claim_id, 100 + n, stage_kind, organisation_id, capacity, opened_at, due_on, declarant_id, declarant_name, employer_name,
        claim_number, year, form, title, claimed_hundredths, version from task, generate_series(1, 10000) n where id = ${taskId}`.execute(
      db,
    );
    const began = performance.now();
    expect(await remindOfReviews(db, '2026-09-29')).toBeGreaterThanOrEqual(10_001);
    expect(performance.now() - began).toBeLessThan(10_000);
    const [notice, ...more] = await noticesOf(officer(0, 'emp-county').personId, 'review-overdue');
    expect([notice?.['count'], more]).toEqual([10_001, []]);
    expect(await remindOfReviews(db, '2026-09-29')).toBe(0);
    await sql`update task set state = 'closed', ended_at = now() where claim_id = ${claimId} and stage_seq > 100`.execute(
      db,
    );
  });

  test('a due date counted without a year’s holidays is counted again when they are known', async () => {
    const { claimId, taskId } = await underReview({ openedOn: '2026-09-23', dueOn: '2026-10-07' });
    await db
      .updateTable('stage')
      .set({ calendar: 'cn-2025.1+weekends-only:2026' })
      .where('claim_id', '=', claimId)
      .execute();
    expect(await recountDueDates(db)).toBe(1);
    expect(await recountDueDates(db)).toBe(0);
    const task = await db.selectFrom('task').select('due_on').where('id', '=', taskId).executeTakeFirstOrThrow();
    expect(task.due_on).toBe('2026-10-14');
  });
});

describe('urging (督办)', () => {
  test('by the superior, once a day, told to the pool and kept on the timeline; by nobody else', async () => {
    const { claimId, taskId } = await underReview({ dueOn: '2026-09-28' });
    await remindOfReviews(db, '2026-10-11');
    const { id } = await db
      .selectFrom('escalation')
      .select('id')
      .where('task_id', '=', taskId)
      .where('organisation_id', '=', 'hrss-420500')
      .executeTakeFirstOrThrow();
    const superior = world.officer('hrss-420500', 're-reviewer');
    const asked = { id, note: '请三日内办结', requestKey: randomUUID() };
    for (const stranger of [officer(), world.officer('hrss-420502', 're-reviewer'), await world.declarant('emp-city')])
      expect(codeOf(await urge(db, stranger, asked))).toBe('not-found');
    done(await urge(db, superior, asked));
    done(await urge(db, superior, asked));
    expect(codeOf(await urge(db, superior, { ...asked, requestKey: randomUUID() }))).toBe('urged-today');
    expect((await noticesOf(officer().personId, 'review-urged')).at(-1)).toMatchObject({ note: '请三日内办结' });
    const lines = await db
      .selectFrom('timeline')
      .select('detail')
      .where('claim_id', '=', claimId)
      .where('kind', '=', 'urged')
      .execute();
    expect(lines).toEqual([{ detail: {} }]);
    done(await lookAndDecide(db, officer(), taskId, verdict('approve')));
    const later = new Date(Date.now() + 86_400_000);
    expect(codeOf(await urge(db, superior, { ...asked, requestKey: randomUUID() }, later))).toBe('task-closed');
  });
});

describe('nudging (催办)', () => {
  const key = () => randomUUID();

  test('from the third working day, once in three; the answer says when next', async () => {
    const { claimId, taskId, person } = await underReview({ openedOn: '2026-09-29' });
    const on = (day: string, at = 'T15:59:59Z') =>
      nudge(db, person, { claimId, requestKey: key() }, new Date(`${day}${at}`));
    const early = await on('2026-10-08');
    expect(early).toMatchObject({ ok: false, refusal: { code: 'nudge-too-soon', more: { nextOn: '2026-10-09' } } });
    expect(done(await on('2026-10-08', 'T16:00:00Z'))).toMatchObject({ nudgedOn: '2026-10-09', nextOn: '2026-10-13' });
    expect(codeOf(await on('2026-10-12'))).toBe('nudge-too-soon');
    expect(codeOf(await on('2026-10-13'))).toBe('done');
    const marked = await db.selectFrom('task').select('nudged_at').where('id', '=', taskId).executeTakeFirstOrThrow();
    expect(marked.nudged_at).toEqual(new Date('2026-10-13T15:59:59Z'));
    const lines = await db
      .selectFrom('timeline')
      .select('id')
      .where('claim_id', '=', claimId)
      .where('kind', '=', 'nudged')
      .execute();
    expect(lines).toHaveLength(2);
  });

  test('by the declarant alone; the same request gives the same answer; ten at once are one', async () => {
    const { claimId, person } = await underReview({ openedOn: '2026-11-02' });
    const now = noon('2026-11-20');
    expect(codeOf(await nudge(db, officer(), { claimId, requestKey: key() }, now))).toBe('not-found');
    const requestKey = key();
    const first = done(await nudge(db, person, { claimId, requestKey }, now));
    expect(done(await nudge(db, person, { claimId, requestKey }, noon('2026-11-27')))).toEqual(first);
    const other = await underReview({ openedOn: '2026-11-02' });
    const many = await Promise.all(
      Array.from({ length: 10 }, () => nudge(db, other.person, { claimId: other.claimId, requestKey: key() }, now)),
    );
    expect(many.map(codeOf).filter((code) => code === 'done')).toHaveLength(1);
  });

  test('tells the holder where there is one, else the pool', async () => {
    const { claimId, taskId, person } = await underReview({ openedOn: '2026-11-02' });
    done(await claimTask(db, officer(1), taskId));
    const before = (await noticesOf(officer().personId, 'claim-nudged')).length;
    const held = (await noticesOf(officer(1).personId, 'claim-nudged')).length;
    done(await nudge(db, person, { claimId, requestKey: key() }, noon('2026-11-20')));
    expect(await noticesOf(officer().personId, 'claim-nudged')).toHaveLength(before);
    expect(await noticesOf(officer(1).personId, 'claim-nudged')).toHaveLength(held + 1);
  });

  test('nobody is nudged while the declarant has the claim, or when it is over', async () => {
    const { claimId, taskId, person } = await underReview({ openedOn: '2026-11-02' });
    done(await lookAndDecide(db, officer(), taskId, verdict('return')));
    await openNext(db, claimId);
    expect(codeOf(await nudge(db, person, { claimId, requestKey: key() }, noon('2026-11-20')))).toBe(
      'nudge-not-waiting',
    );
  });
});

describe('a stand-in (代理)', () => {
  const from = (fromOn: string, untilOn: string, rest = {}) => ({
    organisationId: 'emp-no-archive',
    role: 'first-reviewer' as const,
    standInId: officer(1, 'emp-no-archive').personId,
    fromOn,
    untilOn,
    requestKey: randomUUID(),
    ...rest,
  });
  const absent = () => officer(0, 'emp-no-archive');
  const standIn = () => officer(1, 'emp-no-archive');
  const held = async () => {
    const claim = await underReview({ employer: 'emp-no-archive', declared: conference(randomUUID()) });
    done(await claimTask(db, absent(), claim.taskId));
    return claim;
  };
  /** What is recorded today, lying on other days. */
  const shift = (id: string, from_on: string, until_on: string) =>
    db.updateTable('leave').set({ from_on, until_on }).where('id', '=', id).execute();

  test('takes over what the one on leave has claimed, from the first day to the last, and the decision says for whom', async () => {
    const { id } = done(await recordLeave(db, absent(), from(TODAY, addDays(TODAY, 3))));
    const tomorrow = addDays(TODAY, 1);
    const yesterday = addDays(TODAY, -1);
    const { taskId } = await held();
    await shift(id, tomorrow, tomorrow);
    expect(codeOf(await claimTask(db, standIn(), taskId))).toBe('task-claimed-by-other');
    await shift(id, yesterday, yesterday);
    expect(codeOf(await claimTask(db, standIn(), taskId))).toBe('task-claimed-by-other');
    await shift(id, TODAY, TODAY);
    expect(done(await claimTask(db, standIn(), taskId)).assigneeId).toBe(standIn().personId);
    done(await lookAndDecide(db, standIn(), taskId, verdict('approve')));
    const { acting_for } = await db
      .selectFrom('decision')
      .select('acting_for')
      .where('task_id', '=', taskId)
      .executeTakeFirstOrThrow();
    expect(acting_for).toBe(absent().personId);
    done(await endLeave(db, absent(), id));
  });

  test('decides without claiming first too; after the leave in their own name', async () => {
    const { id } = done(await recordLeave(db, absent(), from(TODAY, TODAY)));
    const [direct, kept] = [await held(), await held()];
    done(await lookAndDecide(db, standIn(), direct.taskId, verdict('approve')));
    done(await claimTask(db, standIn(), kept.taskId));
    done(await endLeave(db, absent(), id));
    done(await lookAndDecide(db, standIn(), kept.taskId, verdict('approve')));
    const of = async (taskId: string) =>
      (await db.selectFrom('decision').select('acting_for').where('task_id', '=', taskId).executeTakeFirstOrThrow())
        .acting_for;
    expect([await of(direct.taskId), await of(kept.taskId)]).toEqual([absent().personId, null]);
  });

  test('separates duties for both: what is decided in somebody’s place is their part in the claim, and the database holds it', async () => {
    const { id } = done(await recordLeave(db, absent(), from(TODAY, TODAY)));
    const { claimId, taskId, person } = await held();
    done(
      await lookAndDecide(db, standIn(), taskId, verdict('return', { reasons: [{ code: 'other', text: '请补充' }] })),
    );
    const parts = await db
      .selectFrom('reviewer_of_claim')
      .select(['person_id', 'stage_kind'])
      .where('claim_id', '=', claimId)
      .execute();
    expect(new Set(parts.map((p) => `${p.person_id} ${p.stage_kind}`))).toEqual(
      new Set([absent(), standIn()].map((who) => `${who.personId} first-review`)),
    );
    // The same decision once more in the place of others, as a program that forgets the rules would write it.
    const inPlaceOf = (actingFor: string) =>
      sql`
        insert into decision (id, task_id, claim_id, stage_seq, stage_kind, version, declarant_id, decided_by, organisation_id, capacity,
                              outcome, reasons, decided_at, superseded_at, acting_for)
        select gen_random_uuid(), task_id, claim_id, stage_seq, stage_kind, version, declarant_id, decided_by, organisation_id, capacity,
               outcome, reasons, decided_at, now(), ${actingFor}::uuid from decision where claim_id = ${claimId} limit 1`.execute(
        db,
      );
    await inPlaceOf(absent().personId);
    const other = world.officer('hrss-420500', 're-reviewer');
    await expect(inPlaceOf(other.personId)).rejects.toMatchObject({ constraint: 'decision_absent_part' });
    await db
      .insertInto('reviewer_of_claim')
      .values({ claim_id: claimId, person_id: other.personId, stage_kind: 're-review' })
      .execute();
    await expect(inPlaceOf(other.personId)).rejects.toMatchObject({ constraint: 'decision_absent_part' });
    const { name, id_number: idNumber } = await db
      .selectFrom('person')
      .select(['name', 'id_number'])
      .where('id', '=', person.personId)
      .executeTakeFirstOrThrow();
    const family = { name, idNumber, relation: 'relative' as const, requestKey: randomUUID() };
    const relation = done(await declareRelation(db, absent(), family));
    await expect(inPlaceOf(absent().personId)).rejects.toMatchObject({ constraint: 'nobody_related' });
    done(await endRelation(db, absent(), relation.id));
    done(await endLeave(db, absent(), id));
  });

  test('a colleague who is not the stand-in takes nothing over', async () => {
    const { id } = done(await recordLeave(db, absent(), from(TODAY, TODAY)));
    const { taskId } = await held();
    const third = await world.declarant('emp-no-archive');
    await db
      .insertInto('role_holding')
      .values({
        person_id: third.personId,
        organisation_id: 'emp-no-archive',
        role: 'first-reviewer',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    const colleague = { ...third, holdings: [{ organisationId: 'emp-no-archive', role: 'first-reviewer' as const }] };
    expect(codeOf(await claimTask(db, colleague, taskId))).toBe('task-claimed-by-other');
    expect(codeOf(await transferTask(db, standIn(), { taskId, toPersonId: absent().personId }))).toBe(
      'transfer-target',
    );
    await db.deleteFrom('role_holding').where('person_id', '=', third.personId).execute();
    done(await endLeave(db, absent(), id));
  });

  test('stays barred from their own claim', async () => {
    const own = await submitted(db, await asDeclarant(standIn()), conference(randomUUID()));
    const taskId = await openNext(db, own, '2099-12-31');
    done(await claimTask(db, absent(), taskId));
    const { id } = done(await recordLeave(db, absent(), from(TODAY, TODAY)));
    expect(codeOf(await claimTask(db, standIn(), taskId))).toBe('own-claim');
    expect(codeOf(await lookAndDecide(db, standIn(), taskId, verdict('approve')))).toBe('own-claim');
    done(await endLeave(db, absent(), id));
  });

  test('must hold the same role, be there, and be somebody else; leaves do not overlap', async () => {
    const outsider = officer(0, 'emp-city').personId;
    expect(codeOf(await recordLeave(db, absent(), from(TODAY, TODAY, { standInId: outsider })))).toBe(
      'stand-in-misfit',
    );
    expect(codeOf(await recordLeave(db, absent(), from(TODAY, TODAY, { standInId: absent().personId })))).toBe(
      'stand-in-misfit',
    );
    expect(codeOf(await recordLeave(db, absent(), from(addDays(TODAY, -1), TODAY)))).toBe('leave-past');
    expect(codeOf(await recordLeave(db, officer(), from(TODAY, TODAY)))).toBe('not-found');
    const { id } = done(await recordLeave(db, absent(), from(TODAY, addDays(TODAY, 2))));
    expect(codeOf(await recordLeave(db, absent(), from(addDays(TODAY, 2), addDays(TODAY, 5))))).toBe('leave-overlaps');
    // Whoever stands in cannot go away meanwhile.
    const back = from(TODAY, TODAY, { standInId: absent().personId });
    expect(codeOf(await recordLeave(db, standIn(), back))).toBe('stand-in-misfit');
    const twice = await Promise.all([0, 1].map(() => endLeave(db, absent(), id)));
    expect(twice.map(codeOf)).toEqual(['done', 'done']);
  });

  test('hears once a day of what came new', async () => {
    const { id } = done(await recordLeave(db, absent(), from(TODAY, TODAY)));
    await underReview({ employer: 'emp-no-archive' });
    const told = await tellStandIns(db, TODAY);
    expect([told, await tellStandIns(db, TODAY)]).toEqual([1, 0]);
    done(await endLeave(db, absent(), id));
  });
});

/** An officer who also declares: with an affiliation to the unit they review at. */
async function asDeclarant(caller: Caller): Promise<Caller> {
  await db
    .insertInto('affiliation')
    .values({
      person_id: caller.personId,
      employer_id: caller.holdings[0]?.organisationId ?? '',
      unit_kind: 'ordinary',
      archive_agency_id: null,
      level: 'city',
      region_code: '420500',
      industry_code: 'health',
      from_on: '2020-01-01',
      until_on: null,
    })
    .execute();
  return caller;
}

describe('conflicts of interest (Art. 23)', () => {
  const nameOf = async (personId: string) =>
    await db.selectFrom('person').select(['name', 'id_number']).where('id', '=', personId).executeTakeFirstOrThrow();

  test('a co-author named on the paper, or who declared the same one, neither claims nor decides', async () => {
    await db.updateTable('person').set({ name: '沈知远' }).where('id', '=', officer().personId).execute();
    const named = await underReview({
      declared: { ...conference(randomUUID()), coAuthors: ['沈知远', '他人'] } as Declared,
    });
    expect(codeOf(await claimTask(db, officer(), named.taskId))).toBe('co-author');
    expect(await lookAndDecide(db, officer(), named.taskId, verdict('approve'))).toMatchObject({
      ok: false,
      refusal: { code: 'co-author', provision: '23' },
    });
    done(await lookAndDecide(db, officer(1), named.taskId, verdict('approve')));
    const paperTitle = `论文 ${randomUUID()}`;
    await submitted(db, await asDeclarant(officer(1)), { ...conference(randomUUID()), paperTitle });
    const shared = await underReview({ declared: { ...conference(randomUUID()), paperTitle } as Declared });
    expect(codeOf(await lookAndDecide(db, officer(1), shared.taskId, verdict('approve')))).toBe('co-author');
    done(await recuse(db, officer(1), shared.taskId, { relation: 'co-author', note: '' }));
    done(await lookAndDecide(db, officer(), shared.taskId, verdict('approve')));
  });

  test('declared family bars both ways, returns what was held, and ends', async () => {
    const { person, taskId } = await underReview();
    done(await claimTask(db, officer(), taskId));
    const { name, id_number } = await nameOf(person.personId);
    const asked = { name, idNumber: id_number, relation: 'spouse' as const, requestKey: randomUUID() };
    const { id } = done(await declareRelation(db, officer(), asked));
    expect(done(await declareRelation(db, officer(), asked)).id).toBe(id);
    const task = await db.selectFrom('task').select('state').where('id', '=', taskId).executeTakeFirstOrThrow();
    expect(task.state).toBe('open');
    expect(codeOf(await claimTask(db, officer(), taskId))).toBe('related');
    expect(codeOf(await lookAndDecide(db, officer(), taskId, verdict('approve')))).toBe('related');
    // The database holds it, whatever a program forgets.
    await expect(
      db
        .updateTable('task')
        .set({ state: 'claimed', assignee_id: officer().personId, claimed_at: new Date() })
        .where('id', '=', taskId)
        .execute(),
    ).rejects.toMatchObject({ constraint: 'nobody_related' });
    expect(codeOf(await endRelation(db, officer(1), id))).toBe('not-found');
    done(await endRelation(db, officer(), id));
    expect(codeOf(await claimTask(db, officer(), taskId))).toBe('done');
  });

  test('a number nobody is registered under is answered alike', async () => {
    const nobody = {
      name: '无此人',
      idNumber: '11010519491231002X',
      relation: 'relative' as const,
      requestKey: randomUUID(),
    };
    expect(codeOf(await declareRelation(db, officer(), nobody))).toBe('done');
  });
});

describe('a stage nobody may decide (滞留)', () => {
  const scope = (caller: Caller): Scope => ({
    ...caller,
    holdings: [
      {
        organisationId: 'hrss-420000',
        organisationName: '省人社厅',
        organisationKind: 'hrss',
        level: 'province',
        regionCode: '420000',
        industryCode: null,
        role: 'administrator',
        roleName: '系统管理员',
        stage: null,
      },
    ],
  });
  const stuckOf = async (claimId: string) => {
    const { items } = await readStuck(db, scope(officer()), { limit: 100, after: null, today: TODAY });
    return items.filter((item) => item.claimId === claimId);
  };

  test('everybody stepped back: it is recorded at once, told, never approved, and over when somebody can', async () => {
    const manager = await world.declarant('emp-county');
    await db
      .insertInto('role_holding')
      .values({
        person_id: manager.personId,
        organisation_id: 'emp-county',
        role: 'administrator',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    const { claimId, taskId } = await underReview({ employer: 'emp-county' });
    done(await recuse(db, officer(0, 'emp-county'), taskId, { relation: 'relative', note: '' }));
    expect(await stuckOf(claimId)).toEqual([]);
    done(await recuse(db, officer(1, 'emp-county'), taskId, { relation: 'relative', note: '' }));
    expect(await stuckOf(claimId)).toMatchObject([
      { cause: 'nobody-eligible', organisationId: 'emp-county', superiors: ['区人社局'], ageDays: 0 },
    ]);
    expect(await noticesOf(manager.personId, 'stage-stuck')).toHaveLength(1);
    await recordStuck(db);
    expect(await noticesOf(manager.personId, 'stage-stuck')).toHaveLength(1);
    const claim = await db.selectFrom('claim').select('state').where('id', '=', claimId).executeTakeFirstOrThrow();
    expect(claim.state).toBe('first-review');
    const helper = await world.declarant('emp-city');
    await db
      .insertInto('role_holding')
      .values({
        person_id: helper.personId,
        organisation_id: 'emp-county',
        role: 'first-reviewer',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    await recordStuck(db);
    expect(await stuckOf(claimId)).toEqual([]);
  });

  test('an empty pool, and a stage whose plan names no body', async () => {
    const { claimId, taskId } = await underReview({ employer: 'emp-direct' });
    await sql`update role_holding set until_on = ${TODAY}::date where organisation_id = 'emp-direct'`.execute(db);
    await recordStuck(db);
    expect(await stuckOf(claimId)).toMatchObject([{ cause: 'empty-pool' }]);
    await sql`update role_holding set until_on = null where organisation_id = 'emp-direct'`.execute(db);
    await recordStuck(db);
    expect(await stuckOf(claimId)).toEqual([]);
    done(await lookAndDecide(db, officer(0, 'emp-direct'), taskId, verdict('approve')));
    await sql`update claim set plan = jsonb_set(plan, '{stages,1,tasks}', '[]') where id = ${claimId}`.execute(db);
    await openNext(db, claimId);
    await recordStuck(db);
    expect(await stuckOf(claimId)).toMatchObject([{ cause: 'no-body', organisationName: null }]);
  });
});

describe('a copy (抄送)', () => {
  test('goes to colleagues and bodies on the way, once, and to nobody else', async () => {
    const { taskId } = await underReview();
    const to = (personIds: string[], organisationIds: string[] = []) =>
      copyClaim(db, officer(), taskId, { personIds, organisationIds, note: '' });
    expect(done(await to([officer(1).personId], ['hrss-420500'])).copied).toBe(2);
    expect(done(await to([officer(1).personId], ['hrss-420500'])).copied).toBe(0);
    expect(codeOf(await to([officer(0, 'emp-county').personId]))).toBe('copy-target');
    expect(codeOf(await to([], ['hrss-420502']))).toBe('copy-target');
    const outsider = await copyClaim(db, officer(0, 'emp-county'), taskId, {
      personIds: [],
      organisationIds: ['hrss-420500'],
      note: '',
    });
    expect(codeOf(outsider)).toBe('not-found');
  });

  test('goes to whoever serves on the day: also with an end to come, not before their beginning or from their end on', async () => {
    const { taskId } = await underReview();
    const now = new Date('2026-11-23T02:00:00Z');
    const holding = async (fromOn: string, untilOn: string | null) => {
      const { personId } = await world.appoint('emp-city', 'first-reviewer');
      await db
        .updateTable('role_holding')
        .set({ from_on: fromOn, until_on: untilOn })
        .where('person_id', '=', personId)
        .execute();
      return codeOf(
        await copyClaim(db, officer(), taskId, { personIds: [personId], organisationIds: [], note: '' }, now),
      );
    };
    expect(await holding('2026-01-01', '2026-11-24')).toBe('done');
    expect(await holding('2026-01-01', '2026-11-23')).toBe('copy-target');
    expect(await holding('2026-11-23', null)).toBe('done');
    expect(await holding('2026-11-24', null)).toBe('copy-target');
  });
});

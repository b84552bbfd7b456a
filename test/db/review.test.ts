import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saveDraft } from '../../db/acts/drafts.ts';
import { recuse } from '../../db/acts/recuse.ts';
import { resubmitClaim } from '../../db/acts/submit.ts';
import { takeBack } from '../../db/acts/take-back.ts';
import { claimTask, releaseTask, transferTask } from '../../db/acts/tasks.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import * as record from '../../db/claims.ts';
import { advance } from '../support/advance.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import {
  conference,
  done,
  makeWorld,
  openTasks,
  stateOf,
  submitted,
  until,
  verdict,
  type World,
} from '../support/world.ts';

/** A reviewer's manners on a real PostgreSQL: what a decision rests on, who may hold a task, stepping back, taking back. */

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

const code = (outcome: { ok: boolean; refusal?: { code: string } }): string | undefined =>
  outcome.ok ? 'ok' : outcome.refusal?.code;

async function inFirstReview() {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference(randomUUID()));
  await advance(world.db, claimId);
  const [task] = await openTasks(world.db, claimId);
  if (!task) throw new Error('no task');
  const reviewer = world.officer('emp-city', 'first-reviewer');
  const colleague = world.officer('emp-city', 'first-reviewer', 1);
  return { person, claimId, taskId: task.id, reviewer, colleague };
}

/** A claim in its joint re-review, with both tasks and their first officers. */
async function inReReview() {
  const first = await inFirstReview();
  done(await lookAndDecide(world.db, first.reviewer, first.taskId, verdict('approve')));
  await advance(world.db, first.claimId);
  const tasks = await openTasks(world.db, first.claimId);
  const [hrss, industry] = ['hrss-420500', 'ind-420500-health'].map((organisation) => ({
    taskId: tasks.find((t) => t.organisation_id === organisation)?.id ?? '',
    officer: world.officer(organisation, 're-reviewer'),
  }));
  if (!hrss || !industry) throw new Error('no joint stage');
  return { ...first, hrss, industry };
}

/** An officer of a pool of their own, so that leaving it disturbs no other test. */
const another = (organisationId: string, role: 'first-reviewer' | 're-reviewer') =>
  world.appoint(organisationId, role, 'emp-county');

describe('a reason', () => {
  test('of a rejection names its article (domain 5), each of them', async () => {
    const { taskId, reviewer } = await inFirstReview();
    const bare = { code: 'other' as const, text: '不符合' };
    const reasons = [{ ...bare, article: '11' as const }, bare];
    expect(code(await lookAndDecide(world.db, reviewer, taskId, verdict('reject', { reasons })))).toBe(
      'article-missing',
    );
    expect(code(await lookAndDecide(world.db, reviewer, taskId, verdict('reject')))).toBe('ok');
  });

  test('of a rejection without an article is refused by the database itself', async () => {
    const { taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('reject')));
    const stripped = sql`update decision set reasons = '[{"code": "other", "text": "x"}]' where task_id = ${taskId}`;
    await expect(stripped.execute(world.db)).rejects.toMatchObject({ constraint: 'rejection_names_its_articles' });
  });

  test('points at evidence and fields of the submission only', async () => {
    const { claimId, taskId, reviewer } = await inFirstReview();
    const answer = async (place: { field?: string; evidenceId?: string }) =>
      code(
        await lookAndDecide(
          world.db,
          reviewer,
          taskId,
          verdict('return', { reasons: [{ code: 'other', text: '请核对', ...place }] }),
        ),
      );
    expect(await answer({ evidenceId: randomUUID() })).toBe('reason-place');
    expect(await answer({ field: 'days.0.on' })).toBe('reason-place');
    expect(await answer({ field: 'on.x' })).toBe('reason-place');
    const piece = await world.db
      .selectFrom('evidence')
      .select('id')
      .where('claim_id', '=', claimId)
      .executeTakeFirstOrThrow();
    const reasons = [
      { code: 'other' as const, text: '请核对', field: 'level' },
      { code: 'other' as const, text: '请核对', evidenceId: piece.id },
    ];
    expect(code(await lookAndDecide(world.db, reviewer, taskId, verdict('return', { reasons })))).toBe('ok');
  });
});

describe('hours', () => {
  test('are lowered below what the bodies before left, never raised towards the declared (Art. 11)', async () => {
    const { claimId, taskId, reviewer } = await inFirstReview();
    const lowered = (hundredths: number) => verdict('approve', { hours: [{ line: 0, hundredths, reason: '少' }] });
    done(await lookAndDecide(world.db, reviewer, taskId, lowered(600)));
    await advance(world.db, claimId);
    const [task] = await openTasks(world.db, claimId);
    const officer = world.officer(task?.organisation_id ?? '', 're-reviewer');
    const raised = await lookAndDecide(world.db, officer, task?.id ?? '', lowered(800));
    expect(raised).toMatchObject({ ok: false, refusal: { code: 'hours-not-lower', detail: /6 学时/ } });
    expect(code(await lookAndDecide(world.db, officer, task?.id ?? '', lowered(599)))).toBe('ok');
  });
});

describe('the same decision', () => {
  test('sent again gets the same answer, also after the other body has settled the stage', async () => {
    const { hrss, industry } = await inReReview();
    const request = verdict('approve');
    const first = done(await lookAndDecide(world.db, hrss.officer, hrss.taskId, request));
    expect(first.stageOutcome).toBeNull();
    const last = verdict('approve');
    const settled = done(await lookAndDecide(world.db, industry.officer, industry.taskId, last));
    expect(settled.stageOutcome).toBe('approved');
    expect(done(await lookAndDecide(world.db, hrss.officer, hrss.taskId, request))).toEqual(first);
    expect(done(await lookAndDecide(world.db, industry.officer, industry.taskId, last))).toEqual(settled);
  });
});

describe('a task', () => {
  test('being claimed in the same moment is waited for, and not decided over its holder', async () => {
    const { taskId, reviewer, colleague } = await inFirstReview();
    let decided: ReturnType<typeof lookAndDecide> | undefined;
    await world.db.transaction().execute(async (other) => {
      await sql`update task set state = 'claimed', assignee_id = ${colleague.personId} where id = ${taskId}`.execute(
        other,
      );
      decided = lookAndDecide(world.db, reviewer, taskId, verdict('approve'));
      await until('the decision to wait for the claim', async () => {
        const { rows } = await sql`
          select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
          world.db,
        );
        return rows.length > 0;
      });
    });
    expect(code((await decided) ?? { ok: true })).toBe('task-claimed-by-other');
  });

  test('is not transferred to its declarant, in whatever case the id is written', async () => {
    const { person, taskId, reviewer } = await inFirstReview();
    await world.db
      .insertInto('role_holding')
      .values({
        person_id: person.personId,
        organisation_id: 'emp-city',
        role: 'first-reviewer',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    for (const toPersonId of [person.personId, person.personId.toUpperCase()]) {
      expect(code(await transferTask(world.db, reviewer, { taskId, toPersonId }))).toBe('own-claim');
    }
  });

  test.each(['role', 'account'])('whose holder has left (%s) is taken over by a colleague', async (what) => {
    const { taskId, reviewer } = await inFirstReview();
    const leaver = await another('emp-city', 'first-reviewer');
    done(await claimTask(world.db, leaver, taskId));
    expect(code(await claimTask(world.db, reviewer, taskId))).toBe('task-claimed-by-other');
    if (what === 'role') {
      await world.db
        .updateTable('role_holding')
        .set({ until_on: '2026-02-01' })
        .where('person_id', '=', leaver.personId)
        .execute();
    } else {
      await sql`insert into account (person_id, username, password_hash, disabled_at)
        values (${leaver.personId}, ${`x${leaver.personId}`}, 'x', now())`.execute(world.db);
    }
    expect(code(await transferTask(world.db, reviewer, { taskId, toPersonId: leaver.personId }))).toBe(
      'transfer-target',
    );
    expect(done(await claimTask(world.db, reviewer, taskId))).toMatchObject({ assigneeId: reviewer.personId });
    const audit = await world.db
      .selectFrom('audit')
      .select(['action', 'detail'])
      .where('subject_id', '=', taskId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(audit).toEqual({ action: 'task.taken-over', detail: { from: leaver.personId } });
  });
});

describe('a recusal (回避)', () => {
  test('frees the task, bars the person from the claim, and is told without the relation', async () => {
    const { claimId, taskId, reviewer, colleague } = await inFirstReview();
    done(await claimTask(world.db, reviewer, taskId));
    for (let i = 0; i < 2; i++) {
      expect(done(await recuse(world.db, reviewer, taskId, { relation: 'relative', note: '配偶' }))).toMatchObject({
        state: 'open',
        assigneeId: null,
      });
    }
    expect(code(await claimTask(world.db, reviewer, taskId))).toBe('recused');
    expect(code(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')))).toBe('recused');
    expect(code(await transferTask(world.db, colleague, { taskId, toPersonId: reviewer.personId }))).toBe('recused');
    const told = await world.db.selectFrom('timeline').selectAll().where('claim_id', '=', claimId).execute();
    expect(told.filter(({ kind }) => kind === 'recused')).toHaveLength(1);
    expect(JSON.stringify(told)).not.toMatch(/relative|配偶/);
    expect(code(await lookAndDecide(world.db, colleague, taskId, verdict('approve')))).toBe('ok');
  });

  test('in a later round bars also who decided before it', async () => {
    const { person, claimId, taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('return')));
    await advance(world.db, claimId);
    done(await resubmitClaim(world.db, person, { claimId, revision: 1, requestKey: randomUUID() }));
    await advance(world.db, claimId);
    const [task] = await openTasks(world.db, claimId);
    done(await recuse(world.db, reviewer, task?.id ?? '', { relation: 'co-author', note: '' }));
    const again = await lookAndDecide(world.db, reviewer, task?.id ?? '', verdict('approve', { version: 2 }));
    expect(code(again)).toBe('recused');
  });

  test('for another reason says which, and is of the pool only', async () => {
    const { taskId, reviewer, person } = await inFirstReview();
    expect(code(await recuse(world.db, reviewer, taskId, { relation: 'other', note: '' }))).toBe('reasons-missing');
    expect(code(await recuse(world.db, person, taskId, { relation: 'relative', note: '' }))).toBe('not-found');
    const elsewhere = world.officer('emp-county', 'first-reviewer');
    expect(code(await recuse(world.db, elsewhere, taskId, { relation: 'relative', note: '' }))).toBe('not-found');
  });

  test('holds against a claim in the same moment', async () => {
    for (let i = 0; i < 5; i++) {
      const { taskId, reviewer } = await inFirstReview();
      await Promise.all([
        claimTask(world.db, reviewer, taskId),
        recuse(world.db, reviewer, taskId, { relation: 'relative', note: '' }),
      ]);
      const task = await world.db.selectFrom('task').selectAll().where('id', '=', taskId).executeTakeFirstOrThrow();
      expect(task).toMatchObject({ state: 'open', assignee_id: null });
    }
  });
});

describe('a decision taken back (收回)', () => {
  const stages = (claimId: string) =>
    world.db
      .selectFrom('stage')
      .select(['seq', 'kind', 'outcome'])
      .where('claim_id', '=', claimId)
      .orderBy('seq')
      .execute();

  test('before the stage has settled reopens the decider’s task alone', async () => {
    const { claimId, hrss, industry } = await inReReview();
    done(await lookAndDecide(world.db, hrss.officer, hrss.taskId, verdict('approve')));
    for (let i = 0; i < 2; i++)
      expect(done(await takeBack(world.db, hrss.officer, hrss.taskId))).toMatchObject({ state: 'claimed' });
    const settled = done(await lookAndDecide(world.db, industry.officer, industry.taskId, verdict('approve')));
    expect(settled.stageOutcome).toBeNull();
    const again = done(await lookAndDecide(world.db, hrss.officer, hrss.taskId, verdict('reject')));
    expect(again.stageOutcome).toBe('rejected');
    await advance(world.db, claimId);
    expect(await stateOf(world.db, claimId)).toBe('rejected');
  });

  test('is nobody else’s to take back', async () => {
    const { taskId, reviewer, colleague, person } = await inFirstReview();
    expect(code(await takeBack(world.db, reviewer, taskId))).toBe('not-your-decision');
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
    expect(code(await takeBack(world.db, colleague, taskId))).toBe('not-your-decision');
    expect(code(await takeBack(world.db, person, taskId))).toBe('not-found');
  });

  test.each(['before', 'after'])(
    '%s the workflow opened the next stage supersedes it, and the claim goes its way anew',
    async (when) => {
      const { claimId, taskId, reviewer } = await inFirstReview();
      done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
      if (when === 'after') await advance(world.db, claimId);
      done(await takeBack(world.db, reviewer, taskId));
      await advance(world.db, claimId);
      expect(await stateOf(world.db, claimId)).toBe('first-review');
      const open = await openTasks(world.db, claimId);
      expect(open.map((t) => t.id)).toEqual([taskId]);
      done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
      await advance(world.db, claimId);
      expect(await stateOf(world.db, claimId)).toBe('re-review');
      expect((await openTasks(world.db, claimId)).map((t) => t.organisation_id)).toEqual([
        'hrss-420500',
        'ind-420500-health',
      ]);
      expect(await stages(claimId)).toEqual([
        { seq: 1, kind: 'first-review', outcome: 'approved' },
        ...(when === 'after' ? [{ seq: 2, kind: 're-review', outcome: 'superseded' }] : []),
        { seq: when === 'after' ? 3 : 2, kind: 're-review', outcome: null },
      ]);
    },
  );

  test('twice while the workflow is away: neither decision opens the next stage (simulation, claim 4866)', async () => {
    const { claimId, taskId, reviewer } = await inFirstReview();
    for (let i = 0; i < 2; i++) {
      done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
      done(await takeBack(world.db, reviewer, taskId));
    }
    await advance(world.db, claimId);
    expect(await stateOf(world.db, claimId)).toBe('first-review');
    expect((await openTasks(world.db, claimId)).map((t) => t.id)).toEqual([taskId]);
    expect(await stages(claimId)).toEqual([{ seq: 1, kind: 'first-review', outcome: null }]);
  });

  test('of a return, then approved, all while the workflow is away: it is too late to withdraw (simulation, claim 3748)', async () => {
    const person = await world.declarant('emp-central');
    const claimId = await submitted(world.db, person, conference());
    await advance(world.db, claimId);
    const taskId = (await openTasks(world.db, claimId))[0]?.id ?? '';
    const reviewer = world.officer('emp-central', 'first-reviewer');
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('return')));
    await advance(world.db, claimId);
    done(await takeBack(world.db, reviewer, taskId));
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
    const withdrawal = { claimId, requestKey: randomUUID() };
    expect(code(await withdrawClaim(world.db, person, withdrawal))).toBe('withdrawal-too-late');
    await advance(world.db, claimId);
    expect(await stateOf(world.db, claimId)).toBe('filed');
  });

  test('while the workflow opens the next stage in the same moment leaves one open stage', async () => {
    for (let i = 0; i < 5; i++) {
      const { claimId, taskId, reviewer } = await inFirstReview();
      done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
      const [back] = await Promise.all([takeBack(world.db, reviewer, taskId), advance(world.db, claimId)]);
      done(back);
      await advance(world.db, claimId);
      expect(await stateOf(world.db, claimId)).toBe('first-review');
      expect((await openTasks(world.db, claimId)).map((t) => t.id)).toEqual([taskId]);
    }
  });

  test('comes too late once somebody has claimed a task of the next stage', async () => {
    const { taskId, reviewer, hrss } = await inReReview();
    done(await claimTask(world.db, hrss.officer, hrss.taskId));
    expect(code(await takeBack(world.db, reviewer, taskId))).toBe('take-back-too-late');
    done(await releaseTask(world.db, hrss.officer, hrss.taskId));
    done(await takeBack(world.db, reviewer, taskId));
    const late = await lookAndDecide(world.db, hrss.officer, hrss.taskId, verdict('approve'));
    expect(late).toMatchObject({ ok: false, refusal: { code: 'task-closed', detail: /收回/ } });
  });

  test('and a claim of the next stage in the same moment: one of them wins', async () => {
    for (let i = 0; i < 5; i++) {
      const { taskId, reviewer, hrss } = await inReReview();
      const answers = await Promise.all([
        takeBack(world.db, reviewer, taskId),
        claimTask(world.db, hrss.officer, hrss.taskId),
      ]);
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    }
  });

  test('may be a return, until the declarant has begun to correct', async () => {
    const { person, claimId, taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('return')));
    await advance(world.db, claimId);
    done(await takeBack(world.db, reviewer, taskId));
    await advance(world.db, claimId);
    expect(await stateOf(world.db, claimId)).toBe('first-review');
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('return')));
    await advance(world.db, claimId);
    done(await saveDraft(world.db, person, { claimId, declared: conference('改过的会议'), revision: 1 }));
    expect(code(await takeBack(world.db, reviewer, taskId))).toBe('take-back-too-late');
  });

  test('is never a rejection that ended the claim, nor what was filed', async () => {
    const rejected = await inFirstReview();
    done(await lookAndDecide(world.db, rejected.reviewer, rejected.taskId, verdict('reject')));
    expect(code(await takeBack(world.db, rejected.reviewer, rejected.taskId))).toBe('take-back-too-late');
    const person = await world.declarant('emp-central');
    const claimId = await submitted(world.db, person, conference(randomUUID()));
    await advance(world.db, claimId);
    const [task] = await openTasks(world.db, claimId);
    const officer = world.officer('emp-central', 'first-reviewer');
    done(await lookAndDecide(world.db, officer, task?.id ?? '', verdict('approve')));
    expect(code(await takeBack(world.db, officer, task?.id ?? ''))).toBe('take-back-too-late');
    await advance(world.db, claimId);
    expect(code(await takeBack(world.db, officer, task?.id ?? ''))).toBe('take-back-too-late');
  });

  test('rings the workflow with a numbered act when the stage had settled, and lowers nothing any more', async () => {
    const { claimId, taskId, reviewer } = await inFirstReview();
    const hours = [{ line: 0, hundredths: 600, reason: '少' }];
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve', { hours })));
    done(await takeBack(world.db, reviewer, taskId));
    const { unapplied } = await record.loadClaim(world.db, claimId);
    expect(unapplied.map(({ seq, kind, stageKind }) => [seq, kind, stageKind])).toEqual([
      [2, 'stage-settled', 'first-review'],
      [3, 'taken-back', 'first-review'],
    ]);
    const { rows } = await sql<{ rung: number }>`
      select count(*)::int as rung from graphile_worker._private_jobs where payload ->> 'claimId' = ${claimId}`.execute(
      world.db,
    );
    expect(rows[0]?.rung).toBe(3);
    await advance(world.db, claimId);
    const higher = verdict('approve', { hours: [{ line: 0, hundredths: 900, reason: '少' }] });
    expect(code(await lookAndDecide(world.db, reviewer, taskId, higher))).toBe('ok');
  });
});

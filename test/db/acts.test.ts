import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Declared } from '../../contract/declarations.ts';
import { createDraft, discardDraft, saveDraft } from '../../db/acts/drafts.ts';
import { attachEvidence, EVIDENCE_LIMIT, removeEvidence, UPLOAD_LIMIT } from '../../db/acts/evidence.ts';
import { resubmitClaim, submitClaim } from '../../db/acts/submit.ts';
import { takeBack } from '../../db/acts/take-back.ts';
import { claimTask, releaseTask, transferTask } from '../../db/acts/tasks.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import * as record from '../../db/claims.ts';
import { readClaim } from '../../db/read/claim.ts';
import { readPreview } from '../../db/read/preview.ts';
import { advance } from '../support/advance.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import {
  aFile,
  conference,
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

/** What people do, against a real PostgreSQL; the workflow's part is played by `advance`, its own activities in order. */

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

async function inFirstReview(declared = conference(randomUUID())) {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, declared);
  await advance(world.db, claimId);
  const [task] = await openTasks(world.db, claimId);
  if (!task) throw new Error('no task');
  return { person, claimId, taskId: task.id, reviewer: world.officer('emp-city', 'first-reviewer') };
}

const code = (outcome: { ok: boolean; refusal?: { code: string } }): string | undefined =>
  outcome.ok ? 'ok' : outcome.refusal?.code;

describe('a draft', () => {
  test('made twice with one request key is one draft', async () => {
    const person = await world.declarant('emp-city');
    const requestKey = randomUUID();
    const [a, b] = await Promise.all(
      [1, 2].map(() => createDraft(world.db, person, { declared: conference(), requestKey })),
    );
    expect(a).toEqual(b);
  });

  test('is not saved over a newer one', async () => {
    const person = await world.declarant('emp-city');
    const { id, revision } = done(await createDraft(world.db, person, { declared: conference() }));
    done(await saveDraft(world.db, person, { claimId: id, declared: conference('新标题'), revision }));
    expect(code(await saveDraft(world.db, person, { claimId: id, declared: conference('旧标题'), revision }))).toBe(
      'revision-changed',
    );
  });

  test('of another person is not found, for any act', async () => {
    const person = await world.declarant('emp-city');
    const stranger = await world.declarant('emp-city');
    const { claimId, revision } = await drafted(world.db, person, conference());
    const requestKey = randomUUID();
    const answers = [
      await saveDraft(world.db, stranger, { claimId, declared: conference(), revision }),
      await discardDraft(world.db, stranger, claimId),
      await attachEvidence(world.db, stranger, { claimId, ...aFile() }),
      await removeEvidence(world.db, stranger, { claimId, evidenceId: randomUUID() }),
      await submitClaim(world.db, stranger, { claimId, revision, requestKey }),
      await resubmitClaim(world.db, stranger, { claimId, revision, requestKey }),
      await withdrawClaim(world.db, stranger, { claimId, requestKey }),
    ];
    expect(answers.map(code)).toEqual(answers.map(() => 'not-found'));
  });

  test('takes sixty uploads in all, those taken off again included', async () => {
    const person = await world.declarant('emp-city');
    const { id: claimId } = done(await createDraft(world.db, person, { declared: conference() }));
    for (let i = 0; i < UPLOAD_LIMIT; i++) {
      const { id } = done(await attachEvidence(world.db, person, { claimId, ...aFile() }));
      done(await removeEvidence(world.db, person, { claimId, evidenceId: id }));
    }
    expect(UPLOAD_LIMIT).toBe(60);
    expect(code(await attachEvidence(world.db, person, { claimId, ...aFile() }))).toBe('evidence-limit');
  });

  test('takes twenty pieces of evidence and not one more', async () => {
    const person = await world.declarant('emp-city');
    const { claimId } = await drafted(world.db, person, conference());
    for (let i = 1; i < EVIDENCE_LIMIT; i++) done(await attachEvidence(world.db, person, { claimId, ...aFile() }));
    expect(code(await attachEvidence(world.db, person, { claimId, ...aFile() }))).toBe('evidence-limit');
  });
});

describe('the trail of a draft', () => {
  test('tells each thing done to it, once, and nothing of what it says', async () => {
    const person = await world.declarant('emp-city');
    const requestKey = randomUUID();
    const { id } = done(await createDraft(world.db, person, { declared: conference('秘密会议'), requestKey }));
    done(await createDraft(world.db, person, { declared: conference('秘密会议'), requestKey }));
    const piece = done(await attachEvidence(world.db, person, { claimId: id, ...aFile() }));
    done(await removeEvidence(world.db, person, { claimId: id, evidenceId: piece.id }));
    expect(code(await removeEvidence(world.db, person, { claimId: id, evidenceId: piece.id }))).toBe('not-found');
    done(await saveDraft(world.db, person, { claimId: id, declared: conference('秘密会议二'), revision: 1 }));
    done(await discardDraft(world.db, person, id));
    const trail = await world.db
      .selectFrom('audit')
      .select(['action', 'subject_kind', 'subject_id', 'request_id', 'detail'])
      .where('actor_id', '=', person.personId)
      .orderBy('id')
      .execute();
    expect(trail).toEqual(
      [
        ['draft.created', 'claim', id, {}],
        ['evidence.added', 'evidence', piece.id, { claimId: id }],
        ['evidence.removed', 'evidence', piece.id, { claimId: id }],
        ['draft.saved', 'claim', id, { revision: 2 }],
        ['draft.discarded', 'claim', id, {}],
      ].map(([action, subject_kind, subject_id, detail]) => ({
        action,
        subject_kind,
        subject_id,
        request_id: 'test',
        detail,
      })),
    );
  });
});

describe('a correction', () => {
  const inMarch = new Date('2027-03-31T15:59:00Z');
  const inApril = new Date('2027-04-20T02:00:00Z');
  const correcting = async (declared: Parameters<typeof drafted>[2], now: Date) => {
    const person = await world.declarant('emp-city');
    const draft = await drafted(world.db, person, declared);
    done(await submitClaim(world.db, person, { ...draft, requestKey: randomUUID() }, now));
    await advance(world.db, draft.claimId);
    const [task] = await openTasks(world.db, draft.claimId);
    const reviewer = world.officer('emp-city', 'first-reviewer');
    done(await lookAndDecide(world.db, reviewer, task?.id ?? '', verdict('return')));
    await advance(world.db, draft.claimId);
    return { person, ...draft };
  };
  const again = ({ person, ...draft }: Awaited<ReturnType<typeof correcting>>, now: Date) =>
    resubmitClaim(world.db, person, { ...draft, requestKey: randomUUID() }, now);

  test('of a claim submitted on 31 March is taken in April; a claim first submitted in April is not', async () => {
    const declared = conference(randomUUID());
    const claim = await correcting(declared, inMarch);
    const preview = (claimId?: string) =>
      readPreview(world.db, claim.person.personId, { declared, hasEvidence: true, claimId }, '2027-04-20');
    expect(await preview(claim.claimId)).toMatchObject({ submittable: true, problems: [] });
    expect(await preview()).toMatchObject({ submittable: false, problems: [{ code: 'claims-closed' }] });
    done(await again(claim, inApril));

    const late = await drafted(world.db, claim.person, conference(randomUUID()));
    const answer = await submitClaim(world.db, claim.person, { ...late, requestKey: randomUUID() }, inApril);
    expect(answer).toMatchObject({ ok: false, refusal: { more: { rule: 'claims-closed' } } });
  });

  test('says nothing of days that lie ahead when it is sent', async () => {
    const claim = await correcting({ ...conference(randomUUID()), on: '2026-11-20' } as Declared, inMarch);
    const ahead = { ...conference(randomUUID()), on: '2026-12-02' } as Declared;
    const { revision } = done(await saveDraft(world.db, claim.person, { ...claim, declared: ahead }));
    const send = (now: string) => again({ ...claim, revision }, new Date(now));
    expect(await send('2026-12-01T15:59:00Z')).toMatchObject({ ok: false, refusal: { more: { rule: 'future-date' } } });
    done(await send('2026-12-01T16:00:00Z'));
  });

  test('shows its reviewers the version they returned, heading and all, until it is sent again', async () => {
    const claim = await correcting(conference('交来的会议'), new Date());
    done(await saveDraft(world.db, claim.person, { ...claim, declared: conference('正在改的会议') }));
    // A working copy from before such changes were refused.
    await world.db.updateTable('claim').set({ form: 'degree', year: 2027 }).where('id', '=', claim.claimId).execute();
    const officer = world.officer('emp-city', 'first-reviewer');
    const holdings = [
      {
        organisationId: 'emp-city',
        organisationName: '单位',
        organisationKind: 'employer',
        level: 'city',
        regionCode: '420500',
        industryCode: 'health',
        role: 'first-reviewer',
        roleName: '初审',
        stage: 'first-review',
      },
    ] as const;
    const seen = await readClaim(world.db, { ...officer, holdings: [...holdings] }, claim.claimId, '2026-11-23');
    expect(seen).toMatchObject({ title: '交来的会议', form: 'academic-conference', year: 2026 });
    const own = await readClaim(world.db, { ...claim.person, holdings: [] }, claim.claimId, '2026-11-23');
    expect(own).toMatchObject({ title: '正在改的会议' });
  });
});

describe('a submission is refused, with nothing written,', () => {
  const refused: [string, Parameters<typeof drafted>[2], string][] = [
    [
      'of a municipal conference',
      { ...conference(), level: 'municipal' } as Parameters<typeof drafted>[2],
      'conference-level',
    ],
    ['of a future day', { ...conference(), on: '2099-01-01' } as Parameters<typeof drafted>[2], 'future-date'],
    [
      'of a training held online',
      { ...training('authority-training', ['2026-09-01']), mode: 'online' } as Parameters<typeof drafted>[2],
      'not-offline',
    ],
  ];
  test.each(refused)('%s', async (_, declared, rule) => {
    const person = await world.declarant('emp-city');
    const draft = await drafted(world.db, person, declared);
    const answer = await submitClaim(world.db, person, { ...draft, requestKey: randomUUID() });
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'not-declarable', more: { rule } } });
    expect(await stateOf(world.db, draft.claimId)).toBe('draft');
  });

  test('of unit training where the employer keeps no study archive', async () => {
    const person = await world.declarant('emp-no-archive');
    const draft = await drafted(world.db, person, training('unit-training', ['2026-09-01']));
    const answer = await submitClaim(world.db, person, { ...draft, requestKey: randomUUID() });
    expect(answer).toMatchObject({ ok: false, refusal: { more: { rule: 'study-archive-missing' } } });
  });

  test('without evidence', async () => {
    const person = await world.declarant('emp-city');
    const { id, revision } = done(await createDraft(world.db, person, { declared: conference() }));
    expect(code(await submitClaim(world.db, person, { claimId: id, revision, requestKey: randomUUID() }))).toBe(
      'evidence-missing',
    );
  });

  test('of an activity that is on its way already, also when both are sent at once', async () => {
    const person = await world.declarant('emp-city');
    const drafts = await Promise.all([1, 2].map(() => drafted(world.db, person, conference('同一会议'))));
    const answers = await Promise.all(
      drafts.map((d) => submitClaim(world.db, person, { ...d, requestKey: randomUUID() })),
    );
    expect(answers.map(code).sort()).toEqual(['duplicate-open-claim', 'ok']);
  });

  test('of a person without an employer', async () => {
    const person = await world.declarant('emp-city');
    await world.db.deleteFrom('affiliation').where('person_id', '=', person.personId).execute();
    const draft = await drafted(world.db, person, conference());
    expect(code(await submitClaim(world.db, person, { ...draft, requestKey: randomUUID() }))).toBe('no-affiliation');
  });
});

describe('a task', () => {
  test('claimed by one reviewer is not another’s, until it is released or transferred', async () => {
    const { taskId, reviewer } = await inFirstReview();
    const colleague = world.officer('emp-city', 'first-reviewer', 1);
    done(await claimTask(world.db, reviewer, taskId));
    expect(code(await claimTask(world.db, colleague, taskId))).toBe('task-claimed-by-other');
    expect(code(await lookAndDecide(world.db, colleague, taskId, verdict('approve')))).toBe('task-claimed-by-other');
    done(await transferTask(world.db, reviewer, { taskId, toPersonId: colleague.personId }));
    expect(code(await releaseTask(world.db, reviewer, taskId))).toBe('task-claimed-by-other');
    done(await releaseTask(world.db, colleague, taskId));
    expect(code(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')))).toBe('ok');
  });

  test('is transferred to colleagues of the same pool only', async () => {
    const { taskId, reviewer } = await inFirstReview();
    const elsewhere = world.officer('emp-county', 'first-reviewer');
    expect(code(await transferTask(world.db, reviewer, { taskId, toPersonId: elsewhere.personId }))).toBe(
      'transfer-target',
    );
  });

  test('of another organisation is not found', async () => {
    const { taskId } = await inFirstReview();
    const elsewhere = world.officer('emp-county', 'first-reviewer');
    expect(code(await claimTask(world.db, elsewhere, taskId))).toBe('not-found');
    expect(code(await lookAndDecide(world.db, elsewhere, taskId, verdict('approve')))).toBe('not-found');
  });

  test('raced by two reviewers is decided once, and the loser is told who, what and when', async () => {
    const { taskId, reviewer } = await inFirstReview();
    const colleague = world.officer('emp-city', 'first-reviewer', 1);
    const answers = await Promise.all([
      lookAndDecide(world.db, reviewer, taskId, verdict('approve')),
      lookAndDecide(world.db, colleague, taskId, verdict('reject')),
    ]);
    expect(answers.map(code).sort()).toEqual(['ok', 'task-closed']);
    const lost = answers.find((a) => !a.ok);
    expect(lost).toMatchObject({ refusal: { more: { by: expect.any(String), at: expect.any(String) } } });
  });

  test('is judged by the version the reviewer saw', async () => {
    const { taskId, reviewer } = await inFirstReview();
    expect(code(await lookAndDecide(world.db, reviewer, taskId, verdict('approve', { version: 2 })))).toBe(
      'version-changed',
    );
  });

  test('is not approved with more hours than declared, nor returned without a reason', async () => {
    const { taskId, reviewer } = await inFirstReview();
    const raised = verdict('approve', { hours: [{ line: 0, hundredths: 1200, reason: '多' }] });
    expect(code(await lookAndDecide(world.db, reviewer, taskId, raised))).toBe('hours-not-lower');
    expect(code(await lookAndDecide(world.db, reviewer, taskId, verdict('return', { reasons: [] })))).toBe(
      'reasons-missing',
    );
    const lowered = verdict('approve', { hours: [{ line: 0, hundredths: 1199, reason: '少' }] });
    expect(code(await lookAndDecide(world.db, reviewer, taskId, lowered))).toBe('ok');
  });
});

describe('conduct (separation of duties)', () => {
  test('nobody decides or claims a task of their own claim', async () => {
    const { person, taskId } = await inFirstReview();
    const self = { ...person, holdings: [{ organisationId: 'emp-city', role: 'first-reviewer' as const }] };
    expect(code(await lookAndDecide(world.db, self, taskId, verdict('approve')))).toBe('own-claim');
    expect(code(await claimTask(world.db, self, taskId))).toBe('own-claim');
  });

  test('nobody decides at two stages of one claim, though they hold both roles', async () => {
    const { claimId, taskId, reviewer } = await inFirstReview();
    const both = {
      ...reviewer,
      holdings: [...reviewer.holdings, { organisationId: 'hrss-420500', role: 're-reviewer' as const }],
    };
    done(await lookAndDecide(world.db, both, taskId, verdict('approve')));
    await advance(world.db, claimId);
    const hrss = (await openTasks(world.db, claimId)).find((t) => t.organisation_id === 'hrss-420500');
    expect(code(await lookAndDecide(world.db, both, hrss?.id ?? '', verdict('approve')))).toBe('acted-at-other-stage');
    expect(code(await claimTask(world.db, both, hrss?.id ?? ''))).toBe('acted-at-other-stage');
  });

  test('nobody signs a joint stage for both bodies', async () => {
    const { claimId, taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
    await advance(world.db, claimId);
    const officer = world.officer('hrss-420500', 're-reviewer');
    const both = {
      ...officer,
      holdings: [...officer.holdings, { organisationId: 'ind-420500-health', role: 're-reviewer' as const }],
    };
    const [first, second] = await openTasks(world.db, claimId);
    done(await lookAndDecide(world.db, both, first?.id ?? '', verdict('approve')));
    expect(code(await lookAndDecide(world.db, both, second?.id ?? '', verdict('approve')))).toBe(
      'acted-at-other-stage',
    );
  });

  test('both bodies of a joint stage may decide in the same moment', async () => {
    const { claimId, taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
    await advance(world.db, claimId);
    const tasks = await openTasks(world.db, claimId);
    const answers = await Promise.all(
      tasks.map((t) =>
        lookAndDecide(world.db, world.officer(t.organisation_id, 're-reviewer'), t.id, verdict('approve')),
      ),
    );
    expect(answers.map((a) => (a.ok ? a.value.stageOutcome : 'refused')).sort()).toEqual(['approved', null].sort());
  });
});

describe('a withdrawal', () => {
  test('after the first review is decided comes too late, even before the workflow has heard of it', async () => {
    const { person, claimId, taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
    expect(code(await withdrawClaim(world.db, person, { claimId, requestKey: randomUUID() }))).toBe(
      'withdrawal-too-late',
    );
  });

  test('is possible again once the first review’s decision has been taken back', async () => {
    const { person, claimId, taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('approve')));
    done(await takeBack(world.db, reviewer, taskId));
    await advance(world.db, claimId);
    done(await withdrawClaim(world.db, person, { claimId, requestKey: randomUUID() }));
    await advance(world.db, claimId);
    expect(await stateOf(world.db, claimId)).toBe('withdrawn');
  });

  test('and a decision in the same moment: one of them wins', async () => {
    for (let i = 0; i < 10; i++) {
      const { person, claimId, taskId, reviewer } = await inFirstReview();
      const [withdrawal, decision] = await Promise.all([
        withdrawClaim(world.db, person, { claimId, requestKey: randomUUID() }),
        lookAndDecide(world.db, reviewer, taskId, verdict('approve')),
      ]);
      expect([withdrawal.ok, decision.ok].filter(Boolean)).toHaveLength(1);
      await advance(world.db, claimId);
      expect(await stateOf(world.db, claimId)).toBe(withdrawal.ok ? 'withdrawn' : 're-review');
    }
  });
});

describe('an activity of the workflow', () => {
  test('ends a correction after its last instant and not before, and never one that was made in time', async () => {
    const due = async (claimId: string, seconds: number) =>
      sql`update claim set correction_due_at = clock_timestamp() + make_interval(secs => ${seconds}) where id = ${claimId}`.execute(
        world.db,
      );
    const { person, claimId, taskId, reviewer } = await inFirstReview();
    done(await lookAndDecide(world.db, reviewer, taskId, verdict('return')));
    await advance(world.db, claimId);
    await due(claimId, 60);
    expect((await record.expireCorrection(world.db, claimId)).state).toBe('correction');
    const { revision } = await world.db
      .selectFrom('claim')
      .select('revision')
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    done(await resubmitClaim(world.db, person, { claimId, revision, requestKey: randomUUID() }));
    await due(claimId, -1);
    expect((await record.expireCorrection(world.db, claimId)).state).toBe('correction');

    const missed = await inFirstReview();
    done(await lookAndDecide(world.db, missed.reviewer, missed.taskId, verdict('return')));
    await advance(world.db, missed.claimId);
    await due(missed.claimId, -1);
    expect((await record.expireCorrection(world.db, missed.claimId)).state).toBe('expired');
  });

  test('done twice, or late, changes nothing', async () => {
    const { claimId } = await inFirstReview();
    const { plan } = await record.loadClaim(world.db, claimId);
    const stage = plan.stages[0];
    if (!stage) throw new Error('no stage');
    const again = await record.openStage(world.db, { claimId, seq: 1, stage, dueOn: '2026-12-31', calendar: 'test' });
    expect(again).toMatchObject({ state: 'first-review', appliedSeq: 1 });
    expect(await openTasks(world.db, claimId)).toHaveLength(1);
  });

  test('files a claim once: one recognition, and totals that are the sum of the ledger', async () => {
    const person = await world.declarant('emp-central');
    const claimId = await submitted(
      world.db,
      person,
      training(
        'authority-training',
        ['2026-12-30', '2026-12-31'].map(() => '2026-09-09'),
      ),
    );
    await advance(world.db, claimId);
    const [task] = await openTasks(world.db, claimId);
    done(
      await lookAndDecide(world.db, world.officer('emp-central', 'first-reviewer'), task?.id ?? '', verdict('approve')),
    );
    await Promise.all([1, 2, 3].map(() => record.fileClaim(world.db, { claimId, seq: 2, on: '2026-11-23' })));
    const entries = await world.db
      .selectFrom('ledger_entry')
      .selectAll()
      .where('person_id', '=', person.personId)
      .execute();
    expect(entries).toHaveLength(1);
    const year = await world.db
      .selectFrom('person_year')
      .selectAll()
      .where('person_id', '=', person.personId)
      .executeTakeFirstOrThrow();
    expect(year.professional_hundredths).toBe(800);
    expect(entries.reduce((sum, e) => sum + e.professional_delta, 0)).toBe(year.professional_hundredths);
  });

  test('of an earlier activity filed later takes hours over from the later one: an adjustment, never an edit', async () => {
    const person = await world.declarant('emp-central');
    const days = (month: string) => ['01', '02', '03', '04'].map((d) => `2026-${month}-${d}`);
    for (const month of ['08', '03']) {
      const claimId = await submitted(
        world.db,
        person,
        training('unit-training', days(month).slice(0, 2), `培训 ${month}`),
      );
      await advance(world.db, claimId);
      const [task] = await openTasks(world.db, claimId);
      done(
        await lookAndDecide(
          world.db,
          world.officer('emp-central', 'first-reviewer'),
          task?.id ?? '',
          verdict('approve'),
        ),
      );
      await advance(world.db, claimId);
    }
    const entries = await world.db
      .selectFrom('ledger_entry')
      .selectAll()
      .where('person_id', '=', person.personId)
      .orderBy('id')
      .execute();
    expect(entries.map((e) => [e.kind, e.professional_delta])).toEqual([
      ['recognition', 1600],
      ['recognition', 1600],
      ['adjustment', -1200],
    ]);
  });

  test('of twelve claims of one person filed at once never breaks a cap', async () => {
    const person = await world.declarant('emp-central');
    const claims: string[] = [];
    for (let i = 1; i <= 12; i++) {
      const claimId = await submitted(
        world.db,
        person,
        training('unit-training', [`2026-07-${String(i).padStart(2, '0')}`], `并发 ${i}`),
      );
      await advance(world.db, claimId);
      const [task] = await openTasks(world.db, claimId);
      done(
        await lookAndDecide(
          world.db,
          world.officer('emp-central', 'first-reviewer'),
          task?.id ?? '',
          verdict('approve'),
        ),
      );
      claims.push(claimId);
    }
    await Promise.all(claims.map((id) => advance(world.db, id)));
    const year = await world.db
      .selectFrom('person_year')
      .selectAll()
      .where('person_id', '=', person.personId)
      .executeTakeFirstOrThrow();
    expect(year.professional_hundredths).toBe(2000);
  });
});

describe('what must never be false is refused by the database itself:', () => {
  const refuses = async (statement: ReturnType<typeof sql>): Promise<string> =>
    statement.execute(world.db).then(
      () => 'accepted',
      (error: unknown) => (error instanceof DatabaseError ? (error.constraint ?? error.message) : String(error)),
    );

  test('two open stages of one claim', async () => {
    const { claimId } = await inFirstReview();
    const second = sql`insert into stage (claim_id, seq, kind, version, opened_at, due_on, calendar)
      values (${claimId}, 99, 'filing', 1, now(), (now() at time zone 'Asia/Shanghai')::date, 'test')`;
    expect(await refuses(second)).toBe('stage_one_open');
  });

  test('a change to the ledger, the acts, the timeline, the audit or a submitted version', async () => {
    const { claimId } = await inFirstReview();
    for (const table of ['act', 'timeline', 'claim_version']) {
      expect(await refuses(sql`delete from ${sql.table(table)} where claim_id = ${claimId}`)).toContain('append-only');
    }
    for (const table of ['ledger_entry', 'audit']) {
      expect(await refuses(sql`truncate ${sql.table(table)}`)).toContain('append-only');
    }
  });

  test('a claim of a year before the measures', async () => {
    const { claimId } = await inFirstReview();
    expect(await refuses(sql`update claim set year = 2025 where id = ${claimId}`)).toBe('claim_year_check');
  });

  test('a second affiliation on the same day', async () => {
    const { person } = await inFirstReview();
    const second = sql`insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on)
      values (${person.personId}, 'emp-county', 'ordinary', 'county', '420502', 'health', '2026-01-01')`;
    expect(await refuses(second)).toBe('one_affiliation_a_day');
  });
});

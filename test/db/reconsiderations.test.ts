import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noticeText } from '../../contract/notices.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { decideReconsideration, requestReconsideration } from '../../db/acts/reconsiderations.ts';
import { declareRelation, endRelation } from '../../db/acts/relations.ts';
import { noteSeen, seeForReconsideration } from '../../db/acts/seen.ts';
import { withdrawClaim } from '../../db/acts/withdraw.ts';
import { readClaim } from '../../db/read/claim.ts';
import { evidenceOf, seenBy } from '../../db/read/evidence.ts';
import type { Scope } from '../../db/read/scope.ts';
import { lookAtOverdueReconsiderations, lookAtReconsideration } from '../../db/reconsiderations.ts';
import { legalDay } from '../../rules/calendar.ts';
import { reconsiderationUntil } from '../../rules/reconsideration.ts';
import { advance } from '../support/advance.ts';
import { lookAndDecide, lookAtReviewed } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { imposed, lifted } from '../support/sanctions.ts';
import {
  conference,
  decideAll,
  done,
  makeWorld,
  openTasks,
  stateOf,
  submitted,
  verdict,
  type World,
} from '../support/world.ts';

/** Review of a rejection (复核): once, by the next higher body, another officer; the claim goes on from the stage that rejected it. */

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

const today = () => legalDay(Date.now());
const scopeOf = (caller: Caller): Scope => ({ ...caller, holdings: [] });
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);
type Rejected = { person: Caller; claimId: string; title: string };

/** Approved as often as said, then rejected. */
async function rejected(employerId = 'emp-city', approvals = 0): Promise<Rejected> {
  const person = await world.declarant(employerId);
  const title = `会议 ${randomUUID()}`;
  const claimId = await submitted(world.db, person, conference(title));
  await advance(world.db, claimId);
  for (let stage = 0; stage < approvals; stage += 1) {
    await decideAll(world, claimId, 'approve');
    await advance(world.db, claimId);
  }
  const [task] = await openTasks(world.db, claimId);
  if (!task) throw new Error('no task');
  const role = { 'first-review': 'first-reviewer', 're-review': 're-reviewer', filing: 'filing-officer' } as const;
  done(
    await lookAndDecide(
      world.db,
      world.officer(task.organisation_id, role[task.stage_kind]),
      task.id,
      verdict('reject'),
    ),
  );
  await advance(world.db, claimId);
  return { person, claimId, title };
}

const ask = ({ person, claimId }: Rejected, requestKey: string = randomUUID(), now = new Date()) =>
  requestReconsideration(world.db, person, { claimId, grounds: '证明材料清楚，请复核。', requestKey }, now);
const asked = async (of: Rejected): Promise<string> => done(await ask(of)).id;
const decision = (outcome: 'uphold' | 'overturn', decisionId: string = randomUUID()) => ({
  decisionId,
  outcome,
  reason: '参会证明与议程一致',
  article: '11(3)' as const,
});
/** The officer looks at the evidence, as what stands for an approval asks, and overturns the rejection. */
async function overturned(officer: Caller, id: string) {
  await lookAtReviewed(world.db, officer, id);
  return decideReconsideration(world.db, officer, { id, ...decision('overturn') });
}
const pieceOf = async ({ claimId }: Rejected) => (await evidenceOf(world.db, claimId, 'reviewer'))[0]?.id ?? '';
const noticesOf = async (personId: string) =>
  (
    await world.db
      .selectFrom('notice')
      .select(['kind', 'detail'])
      .where('person_id', '=', personId)
      .orderBy('id')
      .execute()
  ).map((n) => ({ kind: n.kind, text: noticeText(n.kind, n.detail) }));
const bodyOf = async (id: string) =>
  (
    await world.db
      .selectFrom('reconsideration')
      .select('organisation_id')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).organisation_id;
const openAt = async (claimId: string) =>
  (await openTasks(world.db, claimId)).map((t) => `${t.stage_kind} ${t.organisation_id}`);

describe('14: a rejection', () => {
  test('states to whom and by when a review can be asked for: in the notice, the timeline and the claim', async () => {
    const claim = await rejected();
    const until = reconsiderationUntil(today());
    const [year = '', month = '', day = ''] = until.split('-');
    const [notice] = (await noticesOf(claim.person.personId)).filter((n) => n.kind === 'claim-rejected');
    expect(notice?.text).toContain(`${year}年${Number(month)}月${Number(day)}日24时前向市人社局申请一次复核`);
    const detail = await readClaim(world.db, scopeOf(claim.person), claim.claimId, today());
    expect(detail?.reconsideration).toEqual({
      organisationName: '市人社局',
      untilOn: until,
      mayAsk: true,
      asked: null,
    });
    expect(detail?.remedies[0]).toContain(`${until} 24时前向市人社局申请一次复核`);
    expect(detail?.timeline.at(-1)?.text).toContain('向市人社局申请一次复核');
  });

  test('is reviewed by the next higher body', async () => {
    const cases = [
      ['emp-county', 0, 'hrss-420502'],
      ['emp-hosting', 0, 'hrss-420500'],
      ['emp-direct', 0, 'ind-420000-health'],
      ['emp-central', 0, 'hrss-420000'],
      ['emp-direct', 1, 'hrss-420000'],
      ['emp-city', 2, 'hrss-420000'],
    ] as const;
    for (const [employer, approvals, body] of cases)
      expect([employer, approvals, await bodyOf(await asked(await rejected(employer, approvals)))]).toEqual([
        employer,
        approvals,
        body,
      ]);
  });
});

test('14: a rejected claim says that it is being reviewed, and advises nothing else meanwhile', async () => {
  const claim = await rejected();
  const seen = () => readClaim(world.db, scopeOf(claim.person), claim.claimId, today());
  expect((await seen())?.remedies.join()).toContain('重新申报');
  const id = await asked(claim);
  const during = await seen();
  expect(during?.remedies).toEqual([expect.stringContaining('已申请复核，由市人社局办理')]);
  expect(during?.now).toMatchObject({ text: '不予认定，复核办理中', next: expect.stringContaining('等待复核结果') });
  const officer = world.officer(await bodyOf(id), 're-reviewer', 1);
  done(await decideReconsideration(world.db, officer, { id, ...decision('uphold') }));
  const after = await seen();
  expect(after?.now.text).toBe('不予认定，已办结');
  expect(after?.remedies).toHaveLength(3);
});

describe('14: a request', () => {
  test('is had once: the same key answers again, another is refused, two at once are one', async () => {
    const claim = await rejected();
    const key = randomUUID();
    const [first, second, other] = await Promise.all([ask(claim, key), ask(claim, key), ask(claim)]);
    const answers = [first, second, other];
    expect(answers.filter((a) => a.ok).length).toBeGreaterThanOrEqual(1);
    expect(codeOf(await ask(claim))).toBe('reconsideration-twice');
    const ids = new Set(answers.flatMap((a) => (a.ok ? [a.value.id] : [])));
    expect(ids.size).toBe(1);
  });

  test('in the last second of its last day is taken, at 24:00 it is too late, with article and cure', async () => {
    const claim = await rejected();
    const until = reconsiderationUntil(today());
    const late = await ask(claim, randomUUID(), new Date(`${until}T16:00:00.000Z`));
    expect(late).toMatchObject({ ok: false, refusal: { code: 'reconsideration-late', provision: '14' } });
    if (!late.ok) expect(late.refusal.fix).toContain('重新申报');
    expect(codeOf(await ask(claim, randomUUID(), new Date(`${until}T15:59:59.000Z`)))).toBe('ok');
  });

  test('of a claim that goes on or was withdrawn is refused; a stranger’s claim is not there', async () => {
    const person = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, conference(`会议 ${randomUUID()}`));
    await advance(world.db, claimId);
    expect(codeOf(await ask({ person, claimId, title: '' }))).toBe('reconsideration-none');
    const stranger = await world.declarant('emp-city');
    expect(codeOf(await ask({ person: stranger, claimId, title: '' }))).toBe('not-found');
    done(await withdrawClaim(world.db, person, { claimId, requestKey: randomUUID() }));
    await advance(world.db, claimId);
    expect(codeOf(await ask({ person, claimId, title: '' }))).toBe('reconsideration-none');
  });

  test('keeps the activity: declared anew meanwhile it is refused, and after the decision it is not', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    await expect(submitted(world.db, claim.person, conference(claim.title))).rejects.toThrow('duplicate-open-claim');
    done(
      await decideReconsideration(world.db, world.officer('hrss-420500', 're-reviewer'), { id, ...decision('uphold') }),
    );
    await submitted(world.db, claim.person, conference(claim.title));
  });

  test('beside a new declaration of the activity is refused', async () => {
    const claim = await rejected();
    await submitted(world.db, claim.person, conference(claim.title));
    expect(codeOf(await ask(claim))).toBe('duplicate-open-claim');
  });
});

describe('14: the decision', () => {
  test('is the reviewing body’s alone; nobody who had a part in the claim decides', async () => {
    const claim = await rejected('emp-city', 1);
    // The city's health authority or HRSS rejected; the province reviews.
    const id = await asked(claim);
    const body = await bodyOf(id);
    const foreign = world.officer('hrss-420502', 're-reviewer');
    expect(codeOf(await decideReconsideration(world.db, foreign, { id, ...decision('uphold') }))).toBe('not-found');
    const officer = world.officer(body, 're-reviewer');
    await world.db
      .insertInto('reviewer_of_claim')
      .values({ claim_id: claim.claimId, person_id: officer.personId, stage_kind: 'first-review' })
      .execute();
    expect(codeOf(await decideReconsideration(world.db, officer, { id, ...decision('uphold') }))).toBe(
      'acted-at-other-stage',
    );
    const other = world.officer(body, 're-reviewer', 1);
    expect(codeOf(await decideReconsideration(world.db, other, { id, ...decision('uphold') }))).toBe('ok');
  });

  test('is not for the declarant’s family, who do not hear of it either, and the database holds it', async () => {
    const claim = await rejected();
    const officer = world.officer('hrss-420500', 're-reviewer');
    const { name, id_number: idNumber } = await world.db
      .selectFrom('person')
      .select(['name', 'id_number'])
      .where('id', '=', claim.person.personId)
      .executeTakeFirstOrThrow();
    const family = { name, idNumber, relation: 'spouse' as const, requestKey: randomUUID() };
    const relation = done(await declareRelation(world.db, officer, family));
    const id = await asked(claim);
    const told = await world.db.selectFrom('notice').select('person_id').where('key', '=', id).execute();
    expect(told.map((n) => n.person_id)).not.toContain(officer.personId);
    expect(codeOf(await decideReconsideration(world.db, officer, { id, ...decision('uphold') }))).toBe('related');
    const past = { state: 'upheld' as const, decided_by: officer.personId };
    await expect(
      world.db.updateTable('reconsideration').set(past).where('id', '=', id).execute(),
    ).rejects.toMatchObject({ constraint: 'nobody_related' });
    done(await endRelation(world.db, officer, relation.id));
  });

  test('at the province is another officer’s than the one who rejected', async () => {
    const claim = await rejected('emp-new-trade', 2);
    const id = await asked(claim);
    expect(await bodyOf(id)).toBe('hrss-420000');
    const rejecter = world.officer('hrss-420000', 'filing-officer');
    expect(codeOf(await overturned(rejecter, id))).toBe('acted-at-other-stage');
    const other = world.officer('hrss-420000', 'filing-officer', 1);
    done(await overturned(other, id));
    await advance(world.db, claim.claimId);
    expect(await stateOf(world.db, claim.claimId)).toBe('filed');
  });

  test('brings no claim back into a year that is cancelled for fraud, also when both are decided at once', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    const officer = world.officer('hrss-420500', 're-reviewer');
    const { overturning, cancelled } = await world.db.transaction().execute(async (trx) => {
      await trx.selectFrom('person').select('id').where('id', '=', claim.person.personId).forNoKeyUpdate().execute();
      const begun = decideReconsideration(world.db, officer, { id, ...decision('overturn') });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { rows } = await sql<{ id: string }>`
        insert into sanction (person_id, year, authority_id, state, opened_by, opened_at, charge, noticed_by, noticed_at, defence_due_at,
          defence_calendar, defence_closed_at, decided_by, confirmed_by, decided_at, effective_on, ends_on, impact)
        select ${claim.person.personId}, c.year, 'hrss-420500', 'in-force', ${officer.personId}, now(), '系伪造', ${officer.personId}, now(),
          now() + interval '1 hour', 'test', now(), ${world.officer('hrss-420500', 'supervisor').personId},
          ${world.officer('hrss-420500', 'supervisor', 1).personId}, now(), '2026-11-01', '2029-11-01', '{}'
        from claim c where c.id = ${claim.claimId} returning id`.execute(trx);
      return { overturning: begun, cancelled: rows[0]?.id ?? '' };
    });
    expect(codeOf(await overturning)).toBe('year-cancelled');
    expect(await stateOf(world.db, claim.claimId)).toBe('rejected');
    await sql`
      update sanction set state = 'lifted', lifted_by = decided_by, lift_confirmed_by = confirmed_by, lifted_at = now(), ended_at = now()
      where id = ${cancelled}`.execute(world.db);
    done(await overturned(officer, id));
  });

  test('for the declarant asks the evidence looked at, like any approval; against, it does not', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    const officer = world.officer('hrss-420500', 're-reviewer');
    const piece = await pieceOf(claim);
    const seen = () => seenBy(world.db, officer.personId, { claimId: claim.claimId, version: 1 });
    const overturn = () => decideReconsideration(world.db, officer, { id, ...decision('overturn') });
    expect(await overturn()).toMatchObject({
      ok: false,
      refusal: { code: 'evidence-unseen', detail: '还有 1 份证明材料没有查看，看过才能同意。' },
    });
    // A colleague's look, a stranger's word and another claim's file are none of the officer's.
    await lookAtReviewed(world.db, world.officer('hrss-420500', 're-reviewer', 1), id);
    await noteSeen(world.db, world.officer('hrss-420502', 're-reviewer'), {
      claimId: claim.claimId,
      evidenceId: piece,
    });
    const see = (as: Caller, evidenceId: string) =>
      seeForReconsideration(world.db, as, { reviewId: id, evidenceIds: [evidenceId] });
    expect(codeOf(await see(world.officer('hrss-420502', 're-reviewer'), piece))).toBe('not-found');
    expect(codeOf(await see(officer, await pieceOf(await rejected())))).toBe('not-found');
    expect(await seen()).toEqual([]);
    expect(codeOf(await overturn())).toBe('evidence-unseen');
    await noteSeen(world.db, officer, { claimId: claim.claimId, evidenceId: piece });
    expect(await seen()).toEqual([piece]);
    expect(codeOf(await overturn())).toBe('ok');
    const unread = await asked(await rejected());
    done(await decideReconsideration(world.db, officer, { id: unread, ...decision('uphold') }));
  });

  test('upheld leaves the claim rejected, tells its reason and article, and is given once', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    const officer = world.officer('hrss-420500', 're-reviewer');
    const given = decision('uphold');
    const [one, again] = await Promise.all([
      decideReconsideration(world.db, officer, { id, ...given }),
      decideReconsideration(world.db, officer, { id, ...given }),
    ]);
    expect(done(one)).toEqual(done(again));
    const late = await decideReconsideration(world.db, world.officer('hrss-420500', 're-reviewer', 1), {
      id,
      ...decision('overturn'),
    });
    expect(codeOf(late)).toBe('case-moved');
    expect(await stateOf(world.db, claim.claimId)).toBe('rejected');
    const detail = await readClaim(world.db, scopeOf(claim.person), claim.claimId, today());
    expect(detail?.reconsideration?.asked).toMatchObject({
      state: 'upheld',
      reason: given.reason,
      citation: '第十一条第（三）项',
    });
    expect(detail?.timeline.at(-1)?.text).toContain('维持不予认定');
    expect((await noticesOf(claim.person.personId)).at(-1)?.kind).toBe('rejection-upheld');
    expect(codeOf(await ask(claim))).toBe('reconsideration-twice');
  });

  test('two at once, one to uphold and one to overturn: one stands and the claim follows it', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    const second = world.officer('hrss-420500', 're-reviewer', 1);
    await lookAtReviewed(world.db, second, id);
    const results = await Promise.all([
      decideReconsideration(world.db, world.officer('hrss-420500', 're-reviewer', 0), { id, ...decision('uphold') }),
      decideReconsideration(world.db, second, { id, ...decision('overturn') }),
    ]);
    expect(results.filter((r) => r.ok)).toHaveLength(1);
    await advance(world.db, claim.claimId);
    expect(await stateOf(world.db, claim.claimId)).toBe(results[0].ok ? 'rejected' : 're-review');
  });
});

describe('14: an overturned rejection', () => {
  test('of the first review stands for its approval: the re-review opens, and the officer acts at no other stage', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    const officer = world.officer('hrss-420500', 're-reviewer');
    done(await overturned(officer, id));
    await advance(world.db, claim.claimId);
    expect(await openAt(claim.claimId)).toEqual(['re-review hrss-420500', 're-review ind-420500-health']);
    const [task] = await openTasks(world.db, claim.claimId);
    expect(codeOf(await lookAndDecide(world.db, officer, task?.id ?? '', verdict('approve')))).toBe(
      'acted-at-other-stage',
    );
    const other = world.officer('hrss-420500', 're-reviewer', 1);
    done(await lookAndDecide(world.db, other, task?.id ?? '', verdict('approve')));
    done(
      await lookAndDecide(
        world.db,
        world.officer('ind-420500-health', 're-reviewer'),
        (await openTasks(world.db, claim.claimId))[0]?.id ?? '',
        verdict('approve'),
      ),
    );
    await advance(world.db, claim.claimId);
    await decideAll(world, claim.claimId, 'approve');
    await advance(world.db, claim.claimId);
    expect(await stateOf(world.db, claim.claimId)).toBe('filed');
    expect((await noticesOf(claim.person.personId)).map((n) => n.kind)).toEqual([
      'claim-rejected',
      'rejection-overturned',
      'claim-filed',
    ]);
  });

  test('of a joint stage opens only the other body’s task again, with a due date of its own', async () => {
    const claim = await rejected('emp-city', 1);
    const id = await asked(claim);
    done(await overturned(world.officer(await bodyOf(id), 're-reviewer'), id));
    await advance(world.db, claim.claimId);
    expect(await stateOf(world.db, claim.claimId)).toBe('re-review');
    const tasks = await openAt(claim.claimId);
    expect(tasks).toHaveLength(1);
    await decideAll(world, claim.claimId, 'approve');
    await advance(world.db, claim.claimId);
    expect(await stateOf(world.db, claim.claimId)).toBe('filing');
  });

  test('may be rejected at a later stage; then there is no second review', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    done(await overturned(world.officer('hrss-420500', 're-reviewer'), id));
    await advance(world.db, claim.claimId);
    const industry = (await openTasks(world.db, claim.claimId)).find((t) => t.organisation_id === 'ind-420500-health');
    done(
      await lookAndDecide(
        world.db,
        world.officer('ind-420500-health', 're-reviewer'),
        industry?.id ?? '',
        verdict('reject'),
      ),
    );
    await advance(world.db, claim.claimId);
    expect(codeOf(await ask(claim))).toBe('reconsideration-twice');
    const detail = await readClaim(world.db, scopeOf(claim.person), claim.claimId, today());
    expect(detail?.remedies.join()).not.toContain('可在');
    expect(detail?.timeline.at(-1)?.text).not.toContain('申请一次复核');
  });
});

describe('14: an undecided review', () => {
  const at = (day: string, time: string) => () => Promise.resolve(new Date(`${day}T${time}Z`));

  test('reminds its body past its last day, then tells the superior’s overseers, once each, and is never decided', async () => {
    const claim = await rejected();
    const id = await asked(claim);
    const { due_on, escalate_on } = await world.db
      .selectFrom('reconsideration')
      .select(['due_on', 'escalate_on'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const overseer = await world.declarant('emp-county');
    await world.db
      .insertInto('role_holding')
      .values({
        person_id: overseer.personId,
        organisation_id: 'hrss-420000',
        role: 'supervisor',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    const officer = world.officer('hrss-420500', 're-reviewer');
    const overdueOf = async () =>
      (await noticesOf(officer.personId)).filter(
        (n) => n.kind === 'reconsideration-overdue' && n.text.includes(claim.title),
      );
    expect(await lookAtReconsideration(world.db, id, at(due_on, '15:59:59'))).toEqual({ over: false, waitMs: 1_000 });
    expect(await overdueOf()).toHaveLength(0);
    const next = await lookAtReconsideration(world.db, id, at(due_on, '16:00:00'));
    expect(next.waitMs).toBe(Date.parse(`${escalate_on}T16:00:00Z`) - Date.parse(`${due_on}T16:00:00Z`));
    await lookAtReconsideration(world.db, id, at(due_on, '16:00:01'));
    expect(await overdueOf()).toHaveLength(1);
    expect(await lookAtReconsideration(world.db, id, at(escalate_on, '16:00:00'))).toEqual({
      over: false,
      waitMs: null,
    });
    expect((await noticesOf(overseer.personId)).map((n) => n.kind)).toEqual(['reconsideration-escalated']);
    done(await decideReconsideration(world.db, officer, { id, ...decision('uphold') }));
    expect(await lookAtReconsideration(world.db, id)).toEqual({ over: true, waitMs: null });
  });

  test('whose workflow was lost is rung by the sweep', async () => {
    const id = await asked(await rejected());
    await world.db
      .updateTable('reconsideration')
      .set({ due_on: '2026-11-02', escalate_on: '2026-11-09' })
      .where('id', '=', id)
      .execute();
    await lookAtOverdueReconsiderations(world.db, '30 seconds');
    await lookAtReconsideration(world.db, id);
    const { escalated_at } = await world.db
      .selectFrom('reconsideration')
      .select('escalated_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    // Both days had passed: one look does both.
    expect(escalated_at).not.toBeNull();
  });
});

test('a claim that a sanction ended has no review, also where it was rejected a moment before: its remedy is the appeal (21)', async () => {
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference(`会议 ${randomUUID()}`));
  await advance(world.db, claimId);
  const [task] = await openTasks(world.db, claimId);
  if (!task) throw new Error('no task');
  // Rejected, but its workflow has not moved it yet.
  done(
    await lookAndDecide(world.db, world.officer(task.organisation_id, 'first-reviewer'), task.id, verdict('reject')),
  );
  const sanctionId = await imposed(world, person, { claimIds: [claimId] });
  const detail = await readClaim(world.db, scopeOf(person), claimId, today());
  expect(detail).toMatchObject({ state: 'rejected', reconsideration: null });
  expect(detail?.remedies).toEqual([expect.stringContaining('申诉')]);
  expect(codeOf(await ask({ person, claimId, title: '' }))).toBe('reconsideration-sanctioned');

  // Lifted, the rejection that waited is carried out, with the remedy of a rejection.
  await lifted(world, sanctionId);
  await advance(world.db, claimId);
  expect(await readClaim(world.db, scopeOf(person), claimId, today())).toMatchObject({
    state: 'rejected',
    reconsideration: { mayAsk: true },
  });
  expect(codeOf(await ask({ person, claimId, title: '' }))).toBe('ok');
});

import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StuckClass, StuckSubject } from '../../contract/stuck.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { answerComplaint, assignComplaint, fileComplaint, investigateComplaint } from '../../db/acts/complaints.ts';
import { requestDeferral } from '../../db/acts/deferrals.ts';
import { requestReconsideration } from '../../db/acts/reconsiderations.ts';
import { appealSanction } from '../../db/acts/sanction-hearings.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import { readFinding, readFindings } from '../../db/read/repairs.ts';
import type { Scope } from '../../db/read/scope.ts';
import { beginReconciliation, reconcilePage } from '../../db/reconciliation.ts';
import { legalDay } from '../../rules/calendar.ts';
import { complaintCode } from '../../rules/complaint.ts';
import { advance } from '../support/advance.ts';
import { FakeWorkflows, quieten } from '../support/faults.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { imposed } from '../support/sanctions.ts';
import { conference, decideAll, done, makeWorld, submitted, type World } from '../support/world.ts';

/** Cases that no workflow watches, and cases that nobody may decide: ten of each are found within one cycle, none falsely (quality 4, row 7). */

let database: TestDatabase;
let world: World;
let workflows: FakeWorkflows;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  workflows = new FakeWorkflows(world.db);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

async function cycle(): Promise<number> {
  await quieten(world.db);
  let progress = await beginReconciliation(world.db, 'quick');
  while (progress.state !== 'done') progress = await reconcilePage(world.db, workflows, { id: progress.id });
  return progress.found;
}

const found = async (cause: StuckClass, subject?: StuckSubject): Promise<string[]> =>
  (
    await world.db
      .selectFrom('stuck_finding')
      .select(['subject_id', 'subject_kind'])
      .where('class', '=', cause)
      .where('resolved_at', 'is', null)
      .execute()
  )
    .filter((row) => subject === undefined || row.subject_kind === subject)
    .map((row) => row.subject_id)
    .sort();

/** As many as they are asked for, one after another. */
async function many(count: number, make: () => Promise<string>): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await make());
  return ids.sort();
}

async function complaint(about = ''): Promise<string> {
  const asked = { topic: 'other', content: `反映的情况${about}`, regionCode: '420502', industryCode: null } as const;
  const rest = { aboutOrganisationId: null, aboutText: '', complainant: null, requestId: 'test' };
  const { number } = done(await fileComplaint(world.db, { ...asked, ...rest, code: complaintCode(randomBytes(16)) }));
  return (await world.db.selectFrom('complaint').select('id').where('number', '=', number).executeTakeFirstOrThrow())
    .id;
}

async function suspected(): Promise<string> {
  const { personId } = await world.declarant('emp-county');
  const suspicion = { personId, year: 2026, claimIds: [], source: 'inspection', explanation: '证明系伪造' } as const;
  const by = world.officer('hrss-420502', 'supervisor');
  return done(await world.db.transaction().execute((trx) => openSanction(trx, by, suspicion))).id;
}

async function appealed(): Promise<string> {
  const person = await world.declarant('emp-city');
  const id = await imposed(world, person);
  done(await appealSanction(world.db, person, { id, text: '不服', requestKey: randomUUID() }));
  return id;
}

async function deferral(): Promise<string> {
  const year = Number(legalDay(Date.now()).slice(0, 4));
  const asked = { year, reason: 'illness' as const, explanation: '住院', until: `${String(year + 1)}-06-30` };
  const person = await world.declarant('emp-direct');
  return done(await requestDeferral(world.db, person, { ...asked, requestKey: randomUUID() })).id;
}

async function review(): Promise<string> {
  const person = await world.declarant('emp-new-trade');
  const claimId = await submitted(world.db, person, conference(randomUUID()));
  await advance(world.db, claimId);
  await decideAll(world, claimId, 'reject');
  await advance(world.db, claimId);
  return done(await requestReconsideration(world.db, person, { claimId, grounds: '请复核', requestKey: randomUUID() }))
    .id;
}

const leave = (organisationId: string, ...roles: Caller['holdings'][number]['role'][]) =>
  world.db
    .updateTable('role_holding')
    .set({ until_on: '2026-02-01' })
    .where('organisation_id', '=', organisationId)
    .where('role', 'in', roles)
    .execute();

/** An administrator of the province, as the console asks for them. */
async function administrator(): Promise<Scope> {
  const caller = await world.appoint('hrss-420000', 'administrator');
  const of = {
    organisationName: '省人社厅',
    organisationKind: 'hrss',
    level: 'province',
    regionCode: '420000',
  } as const;
  const holding = { ...of, organisationId: 'hrss-420000', industryCode: null, role: 'administrator' as const };
  return { ...caller, holdings: [{ ...holding, roleName: '系统管理员', stage: null }] };
}

test('ten complaints without a workflow, ten whose workflow has ended and ten whose steps fail are found; answered ones and sound ones are not', async () => {
  const [missing, ended, failing] = [await many(10, complaint), await many(10, complaint), await many(10, complaint)];
  await many(3, complaint);
  const answered = await complaint();
  const by = { ...world.officer('hrss-420502', 'supervisor') };
  const holding = {
    organisationName: '区人社局',
    organisationKind: 'hrss',
    level: 'county',
    regionCode: '420502',
  } as const;
  const scope: Scope = {
    ...by,
    holdings: [
      { ...holding, organisationId: 'hrss-420502', industryCode: null, role: 'supervisor', roleName: '', stage: null },
    ],
  };
  done(await assignComplaint(world.db, scope, { id: answered, handlerId: 'hrss-420502', note: '' }));
  done(await investigateComplaint(world.db, scope, { id: answered, finding: 'false', investigation: '不属实' }));
  done(await answerComplaint(world.db, scope, { id: answered, answer: '不属实' }));
  const say = (ids: readonly string[], what: Parameters<FakeWorkflows['said']['set']>[1]) => {
    for (const id of ids) workflows.said.set(`complaint/${id}`, what);
  };
  say([...missing, answered], { status: 'missing', standing: null });
  say(ended, { status: 'ended', standing: null });
  say(failing, { failing: { what: 'activity', attempts: 9, code: 'database-refused' } });
  expect(await cycle()).toBe(30);
  expect(await found('workflow-missing')).toEqual(missing);
  expect(await found('workflow-ended')).toEqual(ended);
  expect(await found('activity-failing')).toEqual(failing);
  expect(await cycle()).toBe(0);
  workflows.said.clear();
  await cycle();
  expect(await found('workflow-missing')).toEqual([]);
});

test('ten cases of each kind that nobody may decide are found with what is missing, none while somebody may, and none again once somebody may', async () => {
  const cases = await many(10, suspected);
  const appeals = await many(10, appealed);
  const deferrals = await many(10, deferral);
  const reviews = await many(10, review);
  expect(await cycle()).toBe(0);
  // Those who decided may not answer an appeal against it; those above them may, while they are there.
  await leave('hrss-420502', 'supervisor');
  await leave('hrss-420000', 'supervisor');
  await leave('emp-direct', 'first-reviewer');
  await leave('hrss-420500', 're-reviewer');
  expect(await cycle()).toBe(40);
  expect(await found('case-without-officers', 'sanction')).toEqual([...cases, ...appeals].sort());
  expect(await found('case-without-officers', 'deferral')).toEqual(deferrals);
  expect(await found('case-without-officers', 'reconsideration')).toEqual(reviews);

  const scope = await administrator();
  const { items, classes } = await readFindings(world.db, scope, {
    class: 'case-without-officers',
    limit: 100,
    after: null,
  });
  expect(classes.find((each) => each.class === 'case-without-officers')?.count).toBe(40);
  const today = legalDay(Date.now());
  const appeal = items.find(({ why }) => why.startsWith('申诉'));
  expect(appeal).toMatchObject({
    why: `申诉须由 2 人办理，可以办理的有 0 人（其余人员须回避），自 ${today} 起等候`,
    ownerName: '市人社局',
  });
  const detail = done(await readFinding(world.db, scope, { id: appeal?.id ?? '', temporalUi: null }));
  expect(detail.repairs).toEqual([]);
  expect(detail.links.map((each) => each.path)).toEqual([
    '/admin/organisations',
    expect.stringMatching(/^\/sanctions\//),
  ]);

  await world.appoint('hrss-420000', 'supervisor');
  await world.appoint('hrss-420000', 'supervisor');
  await cycle();
  expect(await found('case-without-officers', 'sanction')).toEqual(cases);
});

test('ten complaints about everybody who could deal with them are found; nobody they name learns of them', async () => {
  await leave('hrss-420000', 'supervisor');
  await leave('hrss-420500', 'supervisor');
  await leave('hrss-420502', 'supervisor');
  const named = await administrator();
  await world.db.updateTable('person').set({ name: '欧阳某某' }).where('id', '=', named.personId).execute();
  const ids = await many(10, () => complaint('，涉及欧阳某某'));
  await cycle();
  const open = await found('case-without-officers', 'complaint');
  expect(open).toEqual(expect.arrayContaining(ids));
  const shownTo = async (scope: Scope): Promise<string[]> => {
    const { items } = await readFindings(world.db, scope, { class: 'case-without-officers', limit: 100, after: null });
    return items.filter((each) => each.subject === 'complaint').map((each) => each.title);
  };
  expect(await shownTo(named)).toHaveLength(open.length - 10);
  const other = await administrator();
  expect(await shownTo(other)).toHaveLength(open.length);
  expect((await shownTo(other))[0]).toMatch(/^投诉举报 \d+$/);
});

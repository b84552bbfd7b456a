import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewComplaint } from '../../contract/complaints.ts';
import type { CheckConclusion, NewInspection } from '../../contract/inspections.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { concludeCheck } from '../../db/acts/checks.ts';
import {
  answerComplaint,
  assignComplaint,
  checkFromComplaint,
  fileComplaint,
  investigateComplaint,
  revealComplainant,
} from '../../db/acts/complaints.ts';
import { answerInquiry, concludeInquiry } from '../../db/acts/inquiries.ts';
import { drawInspection } from '../../db/acts/inspections.ts';
import { concludeMisconduct, recordMisconduct, referMisconduct } from '../../db/acts/misconducts.ts';
import {
  acceptRectification,
  extendRectification,
  orderRectification,
  reportRectification,
  returnRectification,
  withdrawRectification,
} from '../../db/acts/rectifications.ts';
import { declareRelation } from '../../db/acts/relations.ts';
import { endRole } from '../../db/acts/roles.ts';
import {
  lookAtComplaint,
  lookAtOverdueComplaints,
  lookAtUnattendedComplaints,
  recountComplaintDates,
  remindOfComplaints,
} from '../../db/complaints.ts';
import type { Db } from '../../db/connect.ts';
import { readCheck, readChecks } from '../../db/read/checks.ts';
import { readComplaint, readComplaintAnswer, readComplaints } from '../../db/read/complaints.ts';
import { readInquiries } from '../../db/read/inquiries.ts';
import { readInspection, readInspectionIds } from '../../db/read/inspections.ts';
import { readMisconducts } from '../../db/read/misconducts.ts';
import { readRectification, readRectifications } from '../../db/read/rectifications.ts';
import type { Scope } from '../../db/read/scope.ts';
import { lookAtRectification, remindOfRectifications } from '../../db/rectifications.ts';
import { endOfDayInstant } from '../../rules/calendar.ts';
import { complaintCode, complaintDates } from '../../rules/complaint.ts';
import { drawSample, frameHash } from '../../rules/sampling.ts';
import type { Level, OrganisationKind, Role } from '../../rules/vocabulary.ts';
import { advance } from '../support/advance.ts';
import { freshDatabase } from '../support/postgres.ts';
import { aFile, conference, decideAll, done, makeWorld, submitted, training, type World } from '../support/world.ts';

/** Supervision and inspection (Arts. 20, 22, 23) on a real record. */

let world: World;
let db: Db;
let city: Scope;
let health: Scope;
let county: Scope;
let province: Scope;
let manager: Scope;
beforeAll(async () => {
  world = await makeWorld((await freshDatabase()).url);
  db = world.db;
  city = await holder('hrss-420500', 'supervisor');
  health = await holder('ind-420500-health', 'supervisor');
  county = await holder('hrss-420502', 'supervisor');
  province = await holder('hrss-420000', 'supervisor');
  manager = await holder('emp-city', 'administrator');
});
afterAll(() => world.close());

/** Somebody of a county unit who holds the role, as the API knows them. */
async function holder(organisationId: string, role: Role): Promise<Scope> {
  const { personId } = await world.declarant('emp-county');
  await db
    .insertInto('role_holding')
    .values({ person_id: personId, organisation_id: organisationId, role, from_on: '2026-01-01', until_on: null })
    .execute();
  const name = `监督员${personId.slice(-6)}`;
  await db.updateTable('person').set({ name }).where('id', '=', personId).execute();
  return scopeOf({ personId, holdings: [], requestId: 'test' }, organisationId, role);
}

async function scopeOf(caller: Caller, organisationId: string, role: Role): Promise<Scope> {
  const o = await db.selectFrom('organisation').selectAll().where('id', '=', organisationId).executeTakeFirstOrThrow();
  const holding = {
    organisationId,
    organisationName: o.name,
    organisationKind: o.kind satisfies OrganisationKind,
    level: o.level satisfies Level,
    regionCode: o.region_code,
    industryCode: o.industry_code,
    role,
    roleName: role,
    stage: null,
  };
  return { personId: caller.personId, requestId: caller.requestId, holdings: [holding] };
}

const nobody = async (): Promise<Scope> => ({ ...(await world.declarant('emp-county')), holdings: [] });

const NOW = new Date('2026-11-23T04:00:00Z');
const TODAY = '2026-11-23';
const at = (instant: string) => new Date(instant);

async function filed(person: Caller, declared = conference(randomUUID())): Promise<string> {
  const claimId = await submitted(db, person, declared);
  for (let stage = 0; stage < 3; stage += 1) {
    await advance(db, claimId);
    await decideAll(world, claimId, 'approve');
  }
  await advance(db, claimId);
  return claimId;
}

const anOrder = (over: Record<string, unknown> = {}) => ({
  targetId: 'emp-city',
  violation: 'no-archive' as const,
  facts: '未建立学习档案',
  requirement: '建立学习档案并补录',
  dueOn: '2026-12-10',
  source: null,
  requestKey: randomUUID(),
  ...over,
});
const order = async (scope = city, over = {}) => done(await orderRectification(db, scope, anOrder(over), NOW)).id;
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);
const stateOf = async (table: 'rectification' | 'check_task' | 'use_inquiry', id: string): Promise<string> =>
  (await db.selectFrom(table).select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;

describe('a rectification order', () => {
  test('is given within place and trade, and refused with its code elsewhere', async () => {
    const ask = async (scope: Scope, over = {}) => codeOf(await orderRectification(db, scope, anOrder(over), NOW));
    expect(await ask(city)).toBe('ok');
    expect(await ask(health)).toBe('ok');
    expect(await ask(city, { targetId: 'emp-county' })).toBe('ok');
    expect(await ask(county)).toBe('rectification-out-of-scope');
    expect(await ask(health, { targetId: 'emp-new-trade' })).toBe('rectification-out-of-scope');
    expect(await ask(city, { targetId: 'emp-direct' })).toBe('rectification-out-of-scope');
    expect(await ask(city, { targetId: 'hrss-420502' })).toBe('rectification-out-of-scope');
    expect(await ask(city, { targetId: 'emp-nowhere' })).toBe('rectification-out-of-scope');
    expect(await ask(city, { dueOn: TODAY })).toBe('rectification-past');
    expect(await ask(city, { dueOn: '2027-11-24' })).toBe('rectification-too-long');
    expect(await ask(manager)).toBe('forbidden');
    expect(await ask(city, { source: { kind: 'check', id: randomUUID() } })).toBe('not-found');
  });

  test('sent twice with one key is one order; the key does not serve another', async () => {
    const one = anOrder();
    const first = done(await orderRectification(db, city, one, NOW));
    expect(done(await orderRectification(db, city, one, NOW))).toEqual(first);
    expect(codeOf(await orderRectification(db, city, { ...one, facts: '另一件事' }, NOW))).toBe('request-key-reused');
  });

  test('is overdue from the first second after its last day, escalates to the superior body, and may then be dealt with there', async () => {
    const id = await order();
    const look = (instant: string) => lookAtRectification(db, id, () => Promise.resolve(at(instant)));
    expect(await look('2026-12-10T15:59:59Z')).toEqual({ over: false, waitMs: 1_000 });
    expect(await stateOf('rectification', id)).toBe('ordered');
    expect(codeOf(await withdrawRectification(db, province, { id, explanation: '先不要' }, NOW))).toBe('not-found');
    expect(await look('2026-12-10T16:00:00Z')).toEqual({ over: false, waitMs: null });
    const row = await db.selectFrom('rectification').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'overdue', escalated_to: 'hrss-420000' });
    const told = await db
      .selectFrom('notice')
      .select('person_id')
      .where('kind', '=', 'rectification-overdue')
      .where('key', '=', `${id}/2026-12-10`)
      .execute();
    const officers = [city, province, manager].map((scope) => scope.personId);
    expect(told.map((n) => n.person_id)).toEqual(expect.arrayContaining(officers));
    await look('2026-12-11T00:00:00Z');
    expect(
      await db.selectFrom('case_event').select('id').where('case_id', '=', id).where('kind', '=', 'overdue').execute(),
    ).toHaveLength(1);
    expect(
      (await readRectifications(db, province, { box: 'escalated', limit: 20, after: null }, TODAY)).items.map(
        (o) => o.id,
      ),
    ).toEqual([id]);
    done(
      await extendRectification(
        db,
        province,
        { id, dueOn: '2027-01-10', explanation: '再给一个月' },
        at('2026-12-12T00:00:00Z'),
      ),
    );
    expect(await look('2026-12-12T00:00:01Z')).toMatchObject({ over: false, waitMs: expect.any(Number) });
  });

  test('reported in time is never overdue; accepted it is over', async () => {
    const id = await order();
    expect(codeOf(await reportRectification(db, city, { id, report: '越权' }, NOW))).toBe('not-found');
    done(await reportRectification(db, manager, { id, report: '已建立学习档案' }, at('2026-12-10T15:59:59Z')));
    expect(await lookAtRectification(db, id, () => Promise.resolve(at('2027-01-01T00:00:00Z')))).toEqual({
      over: false,
      waitMs: null,
    });
    expect(await stateOf('rectification', id)).toBe('reported');
    done(await acceptRectification(db, city, { id, explanation: '' }, at('2027-01-02T00:00:00Z')));
    expect(await lookAtRectification(db, id)).toEqual({ over: true, waitMs: null });
    expect(codeOf(await acceptRectification(db, city, { id, explanation: '' }))).toBe('case-moved');
  });

  test('reported late is marked so; sent back it has a new day', async () => {
    const id = await order();
    await lookAtRectification(db, id, () => Promise.resolve(at('2026-12-11T00:00:00Z')));
    done(await reportRectification(db, manager, { id, report: '迟了' }, at('2026-12-12T00:00:00Z')));
    expect(await readRectification(db, manager, id, TODAY)).toMatchObject({ reportedLate: true, state: 'reported' });
    const back = (dueOn: string) =>
      returnRectification(db, city, { id, dueOn, explanation: '不全' }, at('2026-12-13T00:00:00Z'));
    expect(codeOf(await back('2026-12-13'))).toBe('rectification-past');
    expect(codeOf(await back('2026-12-14'))).toBe('ok');
    expect(await stateOf('rectification', id)).toBe('ordered');
  });

  test('reported after its last day is overdue even if no worker looked; reported within more time it is not late', async () => {
    const id = await order();
    done(await reportRectification(db, manager, { id, report: '迟了' }, at('2026-12-12T00:00:00Z')));
    const row = await db.selectFrom('rectification').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'reported', escalated_to: 'hrss-420000', overdue_at: expect.any(Date) });
    expect(await readRectification(db, manager, id, TODAY)).toMatchObject({ reportedLate: true });
    const more = await order();
    await lookAtRectification(db, more, () => Promise.resolve(at('2026-12-11T00:00:00Z')));
    const given = { id: more, dueOn: '2026-12-31', explanation: '准予延长' };
    done(await extendRectification(db, city, given, at('2026-12-12T00:00:00Z')));
    done(await reportRectification(db, manager, { id: more, report: '改好了' }, at('2026-12-20T00:00:00Z')));
    expect(await readRectification(db, manager, more, TODAY)).toMatchObject({ reportedLate: false });
  });

  test('sent four times in one moment is one order', async () => {
    const one = anOrder();
    const sent = await Promise.all(Array.from({ length: 4 }, () => orderRectification(db, city, one, NOW)));
    expect(new Set(sent.map((outcome) => done(outcome).id)).size).toBe(1);
  });

  test('is seen by the ordered body and those above it, and by nobody else', async () => {
    const id = await order();
    for (const scope of [city, health, province, manager])
      expect(await readRectification(db, scope, id, TODAY)).toBeDefined();
    for (const scope of [county, await nobody()]) expect(await readRectification(db, scope, id, TODAY)).toBeUndefined();
    expect((await readRectification(db, manager, id, TODAY))?.may).toMatchObject({
      report: true,
      accept: false,
      withdraw: false,
    });
  });

  test('is reminded of once for 7, 3 and 1 days', async () => {
    const id = await order(city, { dueOn: '2026-12-20' });
    const count = async () =>
      (
        await db
          .selectFrom('notice')
          .select('id')
          .where('kind', '=', 'rectification-reminder')
          .where('key', 'like', `${id}/%`)
          .execute()
      ).length;
    const counts: number[] = [];
    for (const day of [
      '2026-12-12',
      '2026-12-13',
      '2026-12-14',
      '2026-12-17',
      '2026-12-19',
      '2026-12-20',
      '2026-12-21',
    ]) {
      await remindOfRectifications(db, day);
      counts.push(await count());
    }
    expect(counts).toEqual([0, 1, 1, 2, 3, 3, 3]);
  });
});

const aComplaint = (over: Partial<NewComplaint> = {}): NewComplaint & { code: string; requestId: string } => ({
  topic: 'fraud',
  content: '虚报培训学时',
  regionCode: '420500',
  industryCode: 'health',
  aboutOrganisationId: null,
  aboutText: '某医院',
  complainant: { name: '王举报', contact: '13900000001' },
  ...over,
  code: complaintCode(Buffer.from(randomUUID())),
  requestId: 'test',
});
async function complained(over: Partial<NewComplaint> = {}) {
  const sent = aComplaint(over);
  const { number } = done(await fileComplaint(db, sent, NOW));
  const { id } = await db.selectFrom('complaint').select('id').where('number', '=', number).executeTakeFirstOrThrow();
  return { id, code: sent.code, sent };
}

/** Of a complaint of NOW. */
const { answerDueOn } = complaintDates(TODAY);

describe('a complaint', () => {
  test('goes from receipt to the answer, which the code alone opens', async () => {
    const { id, code, sent } = await complained();
    expect(done(await fileComplaint(db, sent, NOW)).number).toBe((await readComplaintAnswer(db, code))?.number);
    expect(codeOf(await investigateComplaint(db, city, { id, finding: 'true', investigation: '早' }))).toBe(
      'not-found',
    );
    expect((await readComplaint(db, city, id))?.handlers[0]?.id).toBe('ind-420500-health');
    done(await assignComplaint(db, city, { id, handlerId: 'ind-420500-health', note: '' }, NOW));
    expect(codeOf(await answerComplaint(db, health, { id, answer: '太早' }))).toBe('case-moved');
    done(await investigateComplaint(db, health, { id, finding: 'partly', investigation: '查阅了签到表' }, NOW));
    expect(await readComplaintAnswer(db, code)).toMatchObject({
      state: 'investigated',
      answer: null,
      findingLabel: null,
    });
    done(await answerComplaint(db, health, { id, answer: '部分属实，已责令改正' }, NOW));
    expect(await readComplaintAnswer(db, code.toLowerCase().replaceAll('-', ''))).toMatchObject({
      state: 'answered',
      answer: '部分属实，已责令改正',
      findingLabel: '部分属实',
    });
    expect(await readComplaintAnswer(db, complaintCode(Buffer.alloc(16)))).toBeUndefined();
  });

  test('keeps its code nowhere, and its words out of the audit', async () => {
    const { id, code } = await complained({ content: '一句不该外传的话' });
    const plain = code.replaceAll('-', '');
    for (const table of ['complaint', 'case_event', 'audit', 'notice'] as const) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from ${sql.table(table)} t where t::text like ${`%${plain}%`} or t::text like ${`%${code}%`}`.execute(
        db,
      );
      expect([table, rows[0]?.n]).toEqual([table, 0]);
    }
    const audited = await db.selectFrom('audit').select('detail').where('subject_id', '=', id).execute();
    expect(JSON.stringify(audited)).not.toContain('外传');
  });

  test('tells the complainant’s name to those who deal with it, each sight on record, and to nobody else', async () => {
    const { id } = await complained();
    expect(JSON.stringify(await readComplaint(db, city, id))).not.toContain('王举报');
    expect(done(await revealComplainant(db, city, id))).toEqual({ name: '王举报', contact: '13900000001' });
    for (const scope of [health, county, province, manager])
      expect(codeOf(await revealComplainant(db, scope, id))).toBe('not-found');
    const seen = await db
      .selectFrom('audit')
      .select('actor_id')
      .where('subject_id', '=', id)
      .where('action', '=', 'complaint.identity-seen')
      .execute();
    expect(seen.map((row) => row.actor_id)).toEqual([city.personId]);
    done(await assignComplaint(db, city, { id, handlerId: 'ind-420500-health', note: '' }, NOW));
    expect(codeOf(await revealComplainant(db, health, id))).toBe('ok');
  });

  test('does not exist for whom it is about: by name, by body, by employer', async () => {
    const { name } = await db
      .selectFrom('person')
      .select('name')
      .where('id', '=', city.personId)
      .executeTakeFirstOrThrow();
    const byName = await complained({ aboutText: `市人社局${name}` });
    expect(await readComplaint(db, city, byName.id)).toBeUndefined();
    expect((await readComplaints(db, city, { limit: 100, after: null })).items.map((c) => c.id)).not.toContain(
      byName.id,
    );
    // Its receiver is the body above, whose supervisor is told; the accused is not.
    expect(await readComplaint(db, province, byName.id)).toBeDefined();
    const told = await db.selectFrom('notice').select('person_id').where('key', 'like', `${byName.id}/%`).execute();
    expect(told.map((n) => n.person_id)).toContain(province.personId);
    expect(told.map((n) => n.person_id)).not.toContain(city.personId);
    const byBody = await complained({ aboutOrganisationId: 'hrss-420500', aboutText: '' });
    expect(await readComplaint(db, city, byBody.id)).toBeUndefined();
    expect(await readComplaint(db, province, byBody.id)).toBeDefined();
    expect(codeOf(await assignComplaint(db, province, { id: byBody.id, handlerId: 'hrss-420500', note: '' }))).toBe(
      'complaint-accused',
    );
    // The supervisors of this test are of a county unit.
    const byEmployer = await complained({ aboutOrganisationId: 'emp-county', aboutText: '' });
    expect(await readComplaint(db, city, byEmployer.id)).toBeUndefined();
  });

  test('about the provincial department goes elsewhere; an unknown place is refused', async () => {
    const ask = async (over: Partial<NewComplaint>) => codeOf(await fileComplaint(db, aComplaint(over), NOW));
    expect(await ask({ aboutOrganisationId: 'hrss-420000', regionCode: '420000' })).toBe('complaint-elsewhere');
    // One of its supervisors named: the others take it in.
    const other = await holder('hrss-420000', 'supervisor');
    const { name } = await db
      .selectFrom('person')
      .select('name')
      .where('id', '=', province.personId)
      .executeTakeFirstOrThrow();
    const { id } = await complained({ regionCode: '420000', aboutText: `省人社厅${name}` });
    expect(await readComplaint(db, other, id)).toBeDefined();
    expect(await readComplaint(db, province, id)).toBeUndefined();
    expect(await ask({ regionCode: '999999' })).toBe('complaint-place');
    expect(await ask({ industryCode: 'nowhere' })).toBe('complaint-place');
    expect(await ask({ aboutOrganisationId: 'emp-nowhere' })).toBe('complaint-place');
    expect(await ask({ industryCode: null, complainant: null })).toBe('ok');
  });

  const look = (id: string, instant: string) => lookAtComplaint(db, id, () => Promise.resolve(at(instant)));
  const toldOf = async (id: string, kind: 'complaint-overdue' | 'complaint-escalated' | 'complaint-due-soon') =>
    (
      await db
        .selectFrom('notice')
        .select('person_id')
        .where('kind', '=', kind)
        .where('key', 'like', `${id}/%`)
        .execute()
    ).map((row) => row.person_id);
  const bodiesOf = (id: string) =>
    db.selectFrom('complaint').select(['receiver_id', 'handler_id']).where('id', '=', id).executeTakeFirstOrThrow();

  test('not transferred in ten working days is overdue from the first second, told once, and five days later above', async () => {
    const { id, code } = await complained();
    // Received on 2026-11-23, a Monday.
    expect(await look(id, '2026-12-07T15:59:59Z')).toEqual({ over: false, waitMs: 1_000 });
    expect(await toldOf(id, 'complaint-overdue')).toEqual([]);
    expect(await look(id, '2026-12-07T16:00:00Z')).toEqual({ over: false, waitMs: 7 * 86_400_000 });
    await look(id, '2026-12-08T00:00:00Z');
    const told = await toldOf(id, 'complaint-overdue');
    expect(told.filter((person) => person === city.personId)).toHaveLength(1);
    expect(told).not.toContain(province.personId);
    expect(await readComplaint(db, province, id)).toBeUndefined();
    await look(id, '2026-12-14T15:59:59Z');
    expect(await toldOf(id, 'complaint-escalated')).toEqual([]);
    expect(await look(id, '2026-12-14T16:00:00Z')).toEqual({ over: false, waitMs: null });
    expect(await toldOf(id, 'complaint-escalated')).toContain(province.personId);
    // The superior body sees it from now on, not who complained, and may give it to another.
    const seen = await readComplaint(db, province, id);
    expect(seen).toMatchObject({
      escalatedToName: '省人社厅',
      may: { assign: true, identity: false, investigate: false },
    });
    expect(seen?.events.map((event) => event.by)).toContain('系统');
    expect((await readComplaints(db, province, { limit: 100, after: null })).items.map((c) => c.id)).toContain(id);
    expect(codeOf(await revealComplainant(db, province, id))).toBe('not-found');
    expect(await readComplaintAnswer(db, code)).toMatchObject({ dutyLabel: '转办', escalatedToName: '省人社厅' });
    done(await assignComplaint(db, province, { id, handlerId: 'ind-420500-health', note: '请尽快' }, NOW));
    expect(await bodiesOf(id)).toMatchObject({ handler_id: 'ind-420500-health' });
    // What it owes now is the answer, whose day was counted from the receipt.
    expect(await readComplaint(db, health, id)).toMatchObject({ dutyLabel: '答复', dueOn: answerDueOn });
    expect(await look(id, '2026-12-14T17:00:00Z')).toEqual({
      over: false,
      waitMs: Date.parse(endOfDayInstant(answerDueOn)) - Date.parse('2026-12-14T17:00:00Z'),
    });
  });

  test('whose answer is late is its handler’s, who is reminded anew when it is given to another; answered it rests', async () => {
    const { id, code } = await complained();
    done(await assignComplaint(db, city, { id, handlerId: 'ind-420500-health', note: '' }, NOW));
    const late = endOfDayInstant(answerDueOn);
    await look(id, late);
    expect(await toldOf(id, 'complaint-overdue')).toContain(health.personId);
    done(await assignComplaint(db, city, { id, handlerId: 'hrss-420500', note: '' }, NOW));
    await look(id, late);
    expect(await toldOf(id, 'complaint-overdue')).toContain(city.personId);
    done(await investigateComplaint(db, city, { id, finding: 'false', investigation: '查无此事' }, NOW));
    done(await answerComplaint(db, city, { id, answer: '不属实' }, NOW));
    expect(await look(id, '2028-01-01T00:00:00Z')).toEqual({ over: true, waitMs: null });
    expect(await readComplaintAnswer(db, code)).toMatchObject({ dueOn: null, isOverdue: false, answerDueOn });
  });

  test('is marked overdue to those who deal with it and to who asks by its code', async () => {
    const { id, code } = await complained();
    expect(await readComplaint(db, city, id)).toMatchObject({
      isOverdue: false,
      dueOn: '2026-12-07',
      dutyLabel: '转办',
    });
    await sql`update complaint set transfer_due_on = '2026-01-05' where id = ${id}`.execute(db);
    expect(await readComplaint(db, city, id)).toMatchObject({ isOverdue: true });
    expect(await readComplaintAnswer(db, code)).toMatchObject({ isOverdue: true });
  });

  test('is reminded of once before each last day; one whose day passed unnoticed is rung for', async () => {
    const { id } = await complained();
    const counts: number[] = [];
    for (const day of ['2026-12-02', '2026-12-03', '2026-12-04', '2026-12-07']) {
      await remindOfComplaints(db, day);
      counts.push((await toldOf(id, 'complaint-due-soon')).filter((person) => person === city.personId).length);
    }
    expect(counts).toEqual([0, 1, 1, 1]);
    const rings = () => ringsOf(id);
    await ringsOf(id);
    await lookAtOverdueComplaints(db, '30 seconds');
    expect(await rings()).toBe(0);
    await sql`update complaint set transfer_due_on = '2026-01-05' where id = ${id}`.execute(db);
    await lookAtOverdueComplaints(db, '30 seconds');
    expect(await rings()).toBe(1);
    await look(id, '2026-12-08T00:00:00Z');
    await lookAtOverdueComplaints(db, '30 seconds');
    expect(await rings()).toBe(0);
  });

  /** How often it was rung for since the last time. */
  async function ringsOf(id: string): Promise<number> {
    const key = `look:complaint/${id}`;
    const { rows } = await sql`select 1 from graphile_worker.jobs where key = ${key}`.execute(db);
    await sql`select graphile_worker.remove_job(${key})`.execute(db);
    return rows.length;
  }

  /** Ends the offices of all supervisors of a body but some, for as long as something lasts. */
  async function onlyWith(bodyId: string, kept: readonly string[], work: () => Promise<void>): Promise<void> {
    const held = await db
      .updateTable('role_holding')
      .set({ until_on: '2026-01-02' })
      .where('organisation_id', '=', bodyId)
      .where('role', '=', 'supervisor')
      .where('until_on', 'is', null)
      .where('person_id', 'not in', kept.length === 0 ? [randomUUID()] : kept)
      .returning('id')
      .execute();
    try {
      await work();
    } finally {
      const ids = held.map((row) => row.id);
      await db.updateTable('role_holding').set({ until_on: null }).where('id', 'in', ids).execute();
    }
  }

  test('goes to the body above at once where those who would deal with it are all accused, by name or by their unit', async () => {
    await onlyWith('hrss-420500', [city.personId], async () => {
      // The city's only supervisor is of the county unit that it is about.
      const { id } = await complained({ aboutOrganisationId: 'emp-county', aboutText: '' });
      expect(await bodiesOf(id)).toEqual({ receiver_id: 'hrss-420000', handler_id: null });
      const told = await db.selectFrom('notice').select('person_id').where('key', 'like', `${id}/%`).execute();
      expect(told.length).toBeGreaterThan(0);
      expect(told.map((n) => n.person_id)).not.toContain(city.personId);
    });
  });

  test('cannot be given to a body where nobody may deal with it', async () => {
    await onlyWith('ind-420500-health', [health.personId], async () => {
      const { id } = await complained({ aboutOrganisationId: 'emp-county', aboutText: '' });
      const officer = await scopeOf(world.officer('hrss-420500', 'supervisor'), 'hrss-420500', 'supervisor');
      expect((await readComplaint(db, officer, id))?.handlers.map((h) => h.id)).not.toContain('ind-420500-health');
      expect(codeOf(await assignComplaint(db, officer, { id, handlerId: 'ind-420500-health', note: '' }, NOW))).toBe(
        'transfer-target',
      );
    });
  });

  test('goes to the body above when its last unaccused supervisor leaves, whatever its step, with the article on record', async () => {
    const officer = await scopeOf(world.officer('ind-420500-health', 'supervisor'), 'ind-420500-health', 'supervisor');
    const received = await complained({ aboutText: '另一处' });
    const assigned = await complained({ aboutOrganisationId: 'emp-county', aboutText: '' });
    const receiver = await scopeOf(world.officer('hrss-420500', 'supervisor'), 'hrss-420500', 'supervisor');
    done(await assignComplaint(db, receiver, { id: assigned.id, handlerId: 'ind-420500-health', note: '' }, NOW));
    expect(await readComplaint(db, officer, assigned.id)).toBeDefined();
    await look(assigned.id, '2026-11-24T00:00:00Z');
    expect(await bodiesOf(assigned.id)).toMatchObject({ handler_id: 'ind-420500-health' });
    await onlyWith('ind-420500-health', [health.personId], async () => {
      for (const { id } of [assigned, received]) await ringsOf(id);
      await lookAtUnattendedComplaints(db);
      expect([await ringsOf(assigned.id), await ringsOf(received.id)]).toEqual([1, 0]);
      await look(assigned.id, '2026-11-24T00:00:00Z');
      expect(await bodiesOf(assigned.id)).toEqual({ receiver_id: 'hrss-420500', handler_id: 'ind-420000-health' });
      const [event] = (await readComplaint(db, receiver, assigned.id))?.events.slice(-1) ?? [];
      expect(event).toMatchObject({ by: '系统', text: expect.stringContaining('省卫健委') });
    });
    await onlyWith('hrss-420500', [], async () => {
      await look(received.id, '2026-11-24T00:00:00Z');
      expect(await bodiesOf(received.id)).toEqual({ receiver_id: 'hrss-420000', handler_id: null });
    });
  });

  test('that nobody up to the province may deal with is told to its administrators, without its content', async () => {
    const { personId } = await holder('hrss-420000', 'administrator');
    const { id } = await complained();
    await onlyWith('hrss-420500', [], () =>
      onlyWith('hrss-420000', [], async () => {
        await look(id, '2026-11-24T00:00:00Z');
        await look(id, '2026-11-25T00:00:00Z');
      }),
    );
    const told = await db.selectFrom('notice').selectAll().where('kind', '=', 'complaint-unattended').execute();
    expect(told.map((notice) => [notice.person_id, Object.keys(notice.detail)])).toEqual([[personId, ['number']]]);
    expect(await bodiesOf(id)).toMatchObject({ receiver_id: 'hrss-420500' });
  });

  test('is looked at again when a supervisor’s role ends', async () => {
    const { id } = await complained();
    const admin = await holder('hrss-420500', 'administrator');
    const role = await db
      .selectFrom('role_holding')
      .select('id')
      .where('person_id', '=', (await holder('hrss-420500', 'supervisor')).personId)
      .executeTakeFirstOrThrow();
    await ringsOf(id);
    const ending = { organisationId: 'hrss-420500', holdingId: role.id, untilOn: TODAY, today: TODAY };
    done(await endRole(db, admin, ending));
    expect(await ringsOf(id)).toBe(1);
  });

  test('whose days were counted before the holidays were known is counted again, and its clock rung', async () => {
    const { id } = await complained();
    await sql`update complaint set calendar = 'none+weekends-only:2026', answer_due_on = '2026-12-31', answer_escalate_on = '2027-01-08' where id = ${id}`.execute(
      db,
    );
    await ringsOf(id);
    await recountComplaintDates(db);
    expect(await readComplaint(db, city, id)).toMatchObject({ dueOn: '2026-12-07' });
    const row = await db.selectFrom('complaint').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ answer_due_on: answerDueOn });
    expect(await ringsOf(id)).toBe(1);
  });

  test('leads to a check of the claim it is about, once', async () => {
    const person = await world.declarant('emp-city');
    const claimId = await filed(person);
    const { number } = await db
      .selectFrom('claim')
      .select('number')
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    const { id } = await complained();
    done(await assignComplaint(db, city, { id, handlerId: 'ind-420500-health', note: '' }, NOW));
    const first = done(await checkFromComplaint(db, health, { id, claimNumber: number }, NOW));
    expect(done(await checkFromComplaint(db, health, { id, claimNumber: number }, NOW))).toEqual(first);
    expect(codeOf(await checkFromComplaint(db, health, { id, claimNumber: 99_999_999 }, NOW))).toBe('not-found');
    expect((await readComplaint(db, health, id))?.leads).toEqual([
      { kind: 'check', id: first.checkId, label: `核查申报 ${number}` },
    ]);
  });
});

const drawing = (over: Partial<NewInspection> = {}) => ({
  kind: 'random' as const,
  year: 2026,
  title: '年度抽查',
  size: 3,
  requestKey: randomUUID(),
  ...over,
});

describe('an inspection', () => {
  test('by chance is recomputed from what is kept, and cannot be changed', async () => {
    const person = await world.declarant('emp-city');
    for (let n = 0; n < 6; n += 1) await filed(person);
    const asked = drawing();
    const { id } = done(await drawInspection(db, city, asked, NOW));
    expect(done(await drawInspection(db, city, asked, NOW)).id).toBe(id);
    const ids = await readInspectionIds(db, city, id);
    if (!ids) throw new Error('not there');
    expect(drawSample({ seed: ids.seed, frame: ids.frame, size: 3 })).toEqual(ids.sample);
    expect(frameHash(ids.frame)).toBe(ids.frameHash);
    expect(ids.seed).toMatch(/^[0-9a-f]{32}$/);
    const filedThere = await db
      .selectFrom('claim')
      .select('id')
      .where('state', '=', 'filed')
      .where('region_code', 'in', ['420500', '420502'])
      .execute();
    expect([...ids.frame].sort()).toEqual(filedThere.map((c) => c.id).sort());
    await expect(
      db
        .updateTable('inspection')
        .set({ seed: '0'.repeat(32) })
        .where('id', '=', id)
        .execute(),
    ).rejects.toThrow('append-only');
    // Another drawing of the same frame has another seed.
    const other = done(await drawInspection(db, city, drawing(), NOW)).id;
    expect((await readInspectionIds(db, city, other))?.seed).not.toBe(ids.seed);
  });

  test('draws within place, trade and what was asked for', async () => {
    const asked = {
      employerId: 'emp-city',
      form: 'academic-conference' as const,
      regionCode: '420500',
      industryCode: 'health',
    };
    const { id } = done(await drawInspection(db, health, drawing({ ...asked, size: 1000 }), NOW));
    const detail = await readInspection(db, health, id);
    expect(new Set(detail?.checks.map((c) => c.employerName))).toEqual(new Set(['单位 emp-city']));
    expect(detail?.filters).toEqual(['地区：宜昌市', '行业：卫生健康', '单位：单位 emp-city', '形式：学术会议']);
    expect(codeOf(await drawInspection(db, county, drawing(), NOW))).toBe('frame-empty');
    expect(codeOf(await drawInspection(db, city, drawing({ form: 'degree' }), NOW))).toBe('frame-empty');
    expect(codeOf(await drawInspection(db, city, drawing({ filedFrom: '2099-01-01' }), NOW))).toBe('frame-empty');
    expect(codeOf(await drawInspection(db, manager, drawing(), NOW))).toBe('forbidden');
    for (const scope of [city, county, manager]) expect(await readInspection(db, scope, id)).toBeUndefined();
  });

  test('by risk finds shared evidence, crowded and overlapping days, each with its reason, the heaviest first', async () => {
    const [one, two] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
    const clean = await filed(await world.declarant('emp-city'));
    const [first, second] = [await filed(one), await filed(two)];
    const { sha256 } = aFile();
    await db.updateTable('evidence').set({ sha256 }).where('claim_id', 'in', [first, second]).execute();
    const crowded = await filed(one, training('authority-training', ['2026-06-01', '2026-06-02'], '甲班'));
    await filed(one, training('authority-training', ['2026-06-02'], '乙班'));
    const { id } = done(
      await drawInspection(db, city, drawing({ kind: 'risk', employerId: 'emp-city', size: 100 }), NOW),
    );
    const checks = (await readInspection(db, city, id))?.checks ?? [];
    const kindsOf = (claimId: string) => checks.find((c) => c.claimId === claimId)?.risks.map((r) => r.kind);
    expect(kindsOf(first)).toEqual(['shared-evidence']);
    expect(kindsOf(second)).toEqual(['shared-evidence']);
    expect(kindsOf(crowded)?.sort()).toEqual(['impossible-day', 'overlapping-trainings']);
    expect(kindsOf(clean)).toBeUndefined();
    expect(checks.flatMap((c) => c.risks).every((r) => /\p{Script=Han}/u.test(r.reason) && r.score > 0)).toBe(true);
    expect(checks.map((c) => c.score)).toEqual(checks.map((c) => c.score).sort((a, b) => b - a));
  });

  test('by risk finds a unit at its cap, and a reviewer who cannot have read', async () => {
    const days = ['2026-07-01', '2026-07-02', '2026-07-03'];
    const claims: string[] = [];
    for (let n = 0; n < 5; n += 1)
      claims.push(await filed(await world.declarant('emp-county'), training('unit-training', days, `培训${n}`)));
    const reviewer = world.officer('emp-county', 'first-reviewer').personId;
    // Twenty decisions by copies of five would need twenty claims: an hour of theirs is made crowded by their own decisions.
    for (let n = 0; n < 16; n += 1) claims.push(await filed(await world.declarant('emp-county')));
    await sql`update decision set decided_at = '2026-10-01T02:00:00Z'::timestamptz + random() * interval '60 seconds' where decided_by = ${reviewer}`.execute(
      db,
    );
    const { id } = done(await drawInspection(db, county, drawing({ kind: 'risk', size: 100 }), NOW));
    const checks = (await readInspection(db, county, id))?.checks ?? [];
    expect(checks).toHaveLength(claims.length);
    expect(checks.filter((c) => c.risks.some((r) => r.kind === 'near-cap-employer'))).toHaveLength(5);
    expect(checks.every((c) => c.risks.some((r) => r.kind === 'fast-review'))).toBe(true);
  });
});

async function drawnCheck(): Promise<{ id: string; claimId: string; person: Caller }> {
  const person = await world.declarant('emp-city');
  const claimId = await filed(person);
  await db
    .updateTable('claim')
    .set({ title: `抽中-${claimId}` })
    .where('id', '=', claimId)
    .execute();
  const { id: inspectionId } = done(await drawInspection(db, city, drawing({ size: 1000 }), NOW));
  const { id } = await db
    .selectFrom('check_task')
    .select('id')
    .where('inspection_id', '=', inspectionId)
    .where('claim_id', '=', claimId)
    .executeTakeFirstOrThrow();
  return { id, claimId, person };
}
const finding = (over = {}): CheckConclusion => ({
  outcome: 'finding',
  conclusion: '签到表系伪造',
  revoke: false,
  sanction: false,
  order: null,
  ...over,
});

describe('a check', () => {
  test('is concluded once, by its authority', async () => {
    const { id } = await drawnCheck();
    const pass = (scope: Scope) => concludeCheck(db, scope, { id, outcome: 'passed', conclusion: '材料属实' }, NOW);
    for (const scope of [health, county, manager]) expect(codeOf(await pass(scope))).toBe('not-found');
    expect(codeOf(await pass(city))).toBe('ok');
    expect(codeOf(await pass(city))).toBe('case-moved');
    expect(await readCheck(db, city, id)).toMatchObject({ state: 'passed', conclusion: '材料属实' });
  });

  test('is not for the declarant, nor for who reviewed the claim', async () => {
    const { id, person } = await drawnCheck();
    const own = await scopeOf(person, 'hrss-420500', 'supervisor');
    const reviewer = await scopeOf(world.officer('hrss-420500', 're-reviewer'), 'hrss-420500', 'supervisor');
    const conclude = (scope: Scope) => concludeCheck(db, scope, { id, outcome: 'passed', conclusion: '好' }, NOW);
    expect(codeOf(await conclude(own))).toBe('own-claim');
    expect(codeOf(await conclude(reviewer))).toBe('acted-at-other-stage');
    expect((await readCheck(db, reviewer, id))?.may.conclude).toBe(false);
    expect(await stateOf('check_task', id)).toBe('open');
  });

  test('is not for the declarant’s family, which the database holds too', async () => {
    const { id, person } = await drawnCheck();
    const { name, id_number: idNumber } = await db
      .selectFrom('person')
      .select(['name', 'id_number'])
      .where('id', '=', person.personId)
      .executeTakeFirstOrThrow();
    const spouse = await holder('hrss-420500', 'supervisor');
    done(await declareRelation(db, spouse, { name, idNumber, relation: 'spouse', requestKey: randomUUID() }));
    expect(codeOf(await concludeCheck(db, spouse, { id, outcome: 'passed', conclusion: '好' }, NOW))).toBe('related');
    expect(await readCheck(db, spouse, id)).toMatchObject({
      may: { conclude: false },
      barred: expect.stringContaining('亲属'),
    });
    const past = { state: 'passed' as const, conclusion: '好', concluded_by: spouse.personId, concluded_at: NOW };
    await expect(db.updateTable('check_task').set(past).where('id', '=', id).execute()).rejects.toMatchObject({
      constraint: 'nobody_related',
    });
  });

  test('is not for a co-author of the paper the claim rests on', async () => {
    const { id, claimId } = await drawnCheck();
    const author = await holder('hrss-420500', 'supervisor');
    const { name } = await db
      .selectFrom('person')
      .select('name')
      .where('id', '=', author.personId)
      .executeTakeFirstOrThrow();
    const paper = JSON.stringify({ coAuthors: [name] });
    await db
      .updateTable('claim')
      .set({ declaration: sql`declaration || ${paper}::jsonb` })
      .where('id', '=', claimId)
      .execute();
    expect(codeOf(await concludeCheck(db, author, { id, outcome: 'passed', conclusion: '好' }, NOW))).toBe('co-author');
    expect(await readCheck(db, author, id)).toMatchObject({
      may: { conclude: false },
      barred: expect.stringContaining('作者'),
    });
    expect(codeOf(await concludeCheck(db, city, { id, outcome: 'passed', conclusion: '好' }, NOW))).toBe('ok');
  });

  test('from a complaint is not there for whom the complaint accuses', async () => {
    const accused = await holder('ind-420500-health', 'supervisor');
    const { name } = await db
      .selectFrom('person')
      .select('name')
      .where('id', '=', accused.personId)
      .executeTakeFirstOrThrow();
    const claimId = await filed(await world.declarant('emp-city'));
    const { number } = await db
      .selectFrom('claim')
      .select('number')
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    const { id: complaintId } = await complained({ content: `卫健委${name}帮人虚报学时` });
    done(await assignComplaint(db, city, { id: complaintId, handlerId: 'ind-420500-health', note: '' }, NOW));
    const { checkId: id } = done(await checkFromComplaint(db, health, { id: complaintId, claimNumber: number }, NOW));
    expect(await readCheck(db, accused, id)).toBeUndefined();
    expect((await readChecks(db, accused, { limit: 100, after: null })).items.map((c) => c.id)).not.toContain(id);
    const conclude = (scope: Scope) => concludeCheck(db, scope, { id, outcome: 'passed', conclusion: '好' }, NOW);
    expect(codeOf(await conclude(accused))).toBe('not-found');
    for (const kind of ['check', 'complaint'] as const) {
      const source = { kind, id: kind === 'check' ? id : complaintId };
      expect(codeOf(await orderRectification(db, accused, anOrder({ source }), NOW))).toBe('not-found');
    }
    expect(codeOf(await conclude(health))).toBe('ok');
  });

  test('whose finding takes the hours back, opens a case of fraud and orders the unit is all of it', async () => {
    const { id, claimId, person } = await drawnCheck();
    const orderTo = { violation: 'lax-review' as const, requirement: '整改初审', dueOn: '2026-12-31' };
    done(await concludeCheck(db, city, { id, ...finding({ revoke: true, sanction: true, order: orderTo }) }, NOW));
    const check = await readCheck(db, city, id);
    expect(check?.consequences.map((c) => c.kind).sort()).toEqual(['rectification', 'revocation', 'sanction']);
    expect(check?.claimState).toBe('revoked');
    const case_ = await db
      .selectFrom('sanction')
      .select(['person_id', 'year'])
      .where('person_id', '=', person.personId)
      .executeTakeFirst();
    expect(case_).toMatchObject({ year: 2026 });
    const ordered = await db
      .selectFrom('rectification')
      .selectAll()
      .where('source_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(ordered).toMatchObject({ target_id: 'emp-city', body_id: 'hrss-420500', source_kind: 'check' });
    expect(
      await db.selectFrom('revocation').select('source_id').where('source_id', '=', claimId).execute(),
    ).toHaveLength(1);
  });

  test('of which a part is refused is nothing at all', async () => {
    const { id, claimId, person } = await drawnCheck();
    const bad = { violation: 'lax-review' as const, requirement: '整改', dueOn: '2026-11-01' };
    expect(
      codeOf(await concludeCheck(db, city, { id, ...finding({ revoke: true, sanction: true, order: bad }) }, NOW)),
    ).toBe('rectification-past');
    expect(await stateOf('check_task', id)).toBe('open');
    expect(
      (await db.selectFrom('claim').select('state').where('id', '=', claimId).executeTakeFirstOrThrow()).state,
    ).toBe('filed');
    expect(await db.selectFrom('sanction').select('id').where('person_id', '=', person.personId).execute()).toEqual([]);
    expect((await readChecks(db, city, { state: 'open', limit: 100, after: null })).items.map((c) => c.id)).toContain(
      id,
    );
  });
});

describe('the use of results', () => {
  test('is asked of employers whose people’s year nobody looked at, answered and concluded with an order', async () => {
    const { id } = done(await drawInspection(db, city, drawing({ kind: 'use', employerId: 'emp-city', size: 5 }), NOW));
    const detail = await readInspection(db, city, id);
    expect(detail?.inquiries).toMatchObject([{ employerId: 'emp-city', considered: 0, state: 'asked' }]);
    const ids = await readInspectionIds(db, city, id);
    expect(ids && drawSample({ seed: ids.seed, frame: ids.frame, size: 5 })).toEqual(ids?.sample);
    const inquiryId = detail?.inquiries[0]?.id ?? '';
    expect((await readInquiries(db, manager, { limit: 20, after: null })).items.map((i) => i.id)).toContain(inquiryId);
    expect((await readInquiries(db, city, { limit: 20, after: null })).items).toEqual([]);
    expect(codeOf(await answerInquiry(db, city, { id: inquiryId, answer: '冒充' }))).toBe('not-found');
    done(await answerInquiry(db, manager, { id: inquiryId, answer: '纸面考核中已考虑' }, NOW));
    expect(codeOf(await answerInquiry(db, manager, { id: inquiryId, answer: '再答' }))).toBe('case-moved');
    const conclude = (dueOn: string) =>
      concludeInquiry(
        db,
        city,
        { id: inquiryId, outcome: 'finding', conclusion: '无依据', order: { requirement: '纳入考核', dueOn } },
        NOW,
      );
    expect(codeOf(await conclude('2026-11-23'))).toBe('rectification-past');
    expect(await stateOf('use_inquiry', inquiryId)).toBe('answered');
    done(await conclude('2026-12-31'));
    const row = await db.selectFrom('use_inquiry').selectAll().where('id', '=', inquiryId).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'finding', rectification_id: expect.any(String) });
  });

  test('is not asked of an employer that looked at everybody’s year', async () => {
    await db.deleteFrom('affiliation').where('employer_id', '=', 'emp-no-archive').execute();
    const { personId } = await world.declarant('emp-no-archive');
    const ask = async () =>
      codeOf(await drawInspection(db, city, drawing({ kind: 'use', employerId: 'emp-no-archive' }), NOW));
    const client = await db
      .insertInto('machine_client')
      .values({
        name: '人事系统',
        organisation_id: 'emp-no-archive',
        secret_hash: Buffer.alloc(32),
        scopes: ['assessment'],
        from_on: '2026-01-01',
        until_on: null,
        created_by: null,
        ended_by: null,
        request_key: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    expect(await ask()).toBe('ok');
    await db
      .insertInto('person_access')
      .values({
        person_id: personId,
        client_id: client.id,
        organisation_id: 'emp-no-archive',
        scope: 'assessment',
        purpose: 'annual-assessment',
        case_number: 'K-1',
        years: [2026],
        answer_digest: Buffer.alloc(32),
        request_id: 'test',
      })
      .execute();
    expect(await ask()).toBe('frame-empty');
  });
});

describe('staff misconduct', () => {
  const record = (over = {}) => ({
    organisationId: 'ind-420500-health',
    personName: '某人',
    kind: 'negligence' as const,
    facts: '长期积压不办',
    complaintId: null,
    requestKey: randomUUID(),
    ...over,
  });

  test('is recorded, referred to the body above, and concluded there', async () => {
    const { id } = done(await recordMisconduct(db, city, record(), NOW));
    expect(codeOf(await concludeMisconduct(db, province, { id, outcome: '太早' }))).toBe('not-found');
    done(await referMisconduct(db, city, id, NOW));
    const { referred_to } = await db
      .selectFrom('misconduct')
      .select('referred_to')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(referred_to).toBe('ind-420000-health');
    const above = await holder('ind-420000-health', 'supervisor');
    expect((await readMisconducts(db, above, { limit: 20, after: null })).items.map((m) => m.id)).toEqual([id]);
    done(await concludeMisconduct(db, above, { id, outcome: '已约谈' }, NOW));
  });

  test('is seen by supervisors only, and never by the person it is about', async () => {
    const { name } = await db
      .selectFrom('person')
      .select('name')
      .where('id', '=', health.personId)
      .executeTakeFirstOrThrow();
    const { id } = done(await recordMisconduct(db, city, record({ personName: name }), NOW));
    done(await referMisconduct(db, city, id, NOW));
    await db.updateTable('misconduct').set({ referred_to: 'ind-420500-health' }).where('id', '=', id).execute();
    const list = async (scope: Scope) =>
      (await readMisconducts(db, scope, { limit: 100, after: null })).items.map((m) => m.id);
    expect(await list(city)).toContain(id);
    for (const scope of [health, manager, county]) expect(await list(scope)).not.toContain(id);
    expect(codeOf(await concludeMisconduct(db, health, { id, outcome: '自己结案' }))).toBe('not-found');
    expect(codeOf(await recordMisconduct(db, health, record({ personName: name }), NOW))).toBe('misconduct-self');
    expect(codeOf(await recordMisconduct(db, county, record(), NOW))).toBe('not-found');
    expect(codeOf(await recordMisconduct(db, manager, record(), NOW))).toBe('forbidden');
  });

  test('of the province’s department has no body above here', async () => {
    const { id } = done(await recordMisconduct(db, province, record({ organisationId: 'hrss-420000' }), NOW));
    expect(codeOf(await referMisconduct(db, province, id, NOW))).toBe('no-superior');
  });
});

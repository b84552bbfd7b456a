import { sql } from 'kysely';
import type { Waiting } from '../../contract/overview.ts';
import type { Db } from '../../db/connect.ts';
import { readChecks } from '../../db/read/checks.ts';
import { readComplaint, readComplaints } from '../../db/read/complaints.ts';
import { readCounts } from '../../db/read/counts.ts';
import { readDeferrals } from '../../db/read/deferrals.ts';
import { readEscalations } from '../../db/read/escalations.ts';
import { readInquiries } from '../../db/read/inquiries.ts';
import { readLedgerCases } from '../../db/read/ledger-cases.ts';
import { readMerges } from '../../db/read/merges.ts';
import { readMisconducts } from '../../db/read/misconducts.ts';
import { readMoves, readMyMoves } from '../../db/read/moves.ts';
import { countUnread } from '../../db/read/notices.ts';
import { readProposals } from '../../db/read/proposals.ts';
import { readReconsiderations } from '../../db/read/reconsiderations.ts';
import { readRectification, readRectifications } from '../../db/read/rectifications.ts';
import { readSanction, readSanctions } from '../../db/read/sanctions.ts';
import { managedAt, type Scope } from '../../db/read/scope.ts';
import { findSession } from '../../db/read/session.ts';
import { readStuck } from '../../db/read/stuck.ts';
import { readTitleOrders } from '../../db/read/title-orders.ts';
import { readUnitPeople } from '../../db/read/unit-people.ts';

/** The scope of a demo account, as a session of theirs has it. Leaves a session behind. */
export async function scopeOf(db: Db, username: string, today: string): Promise<Scope> {
  const token = Buffer.from(username.padEnd(32, '.'));
  await sql`
    insert into session (token_hash, person_id, expires_at)
    select ${token}, person_id, now() + interval '1 hour' from account where username = ${username}`.execute(db);
  const session = await findSession(db, token, today);
  if (!session) throw new Error(`nobody is called ${username}`);
  return { personId: session.personId, holdings: session.holdings, requestId: 'test' };
}

const ALL = { limit: 100, after: null };

/** How much the lists of their own show that somebody may act on, kind by kind. */
export async function listed(db: Db, scope: Scope, today: string): Promise<Partial<Record<Waiting, number>>> {
  return {
    ...(await reviews(db, scope, today)),
    ...(await cases(db, scope, today)),
    ...(await supervision(db, scope, today)),
    ...(await management(db, scope, today)),
    notice: await countUnread(db, scope.personId),
    'own-proposal': (await readProposals(db, scope.personId)).length,
    'own-move': (await readMyMoves(db, scope, today)).items.filter((m) => m.mayAnswer.includes('person')).length,
  };
}

async function reviews(db: Db, scope: Scope, today: string): Promise<Partial<Record<Waiting, number>>> {
  const counts = await readCounts(db, scope, today);
  const stuck = await readStuck(db, scope, { ...ALL, cause: undefined, today });
  return {
    review: counts.todo.value,
    held: counts.mine.value,
    reconsideration: (await readReconsiderations(db, scope, { ...ALL, box: 'todo' }, today)).items.length,
    deferral: (await readDeferrals(db, scope, { ...ALL, box: 'deciding' }, today)).items.length,
    escalation: (await readEscalations(db, scope, { ...ALL, box: 'open', today })).open,
    stuck: stuck.causes.reduce((sum, { count }) => sum + count, 0),
  };
}

async function cases(db: Db, scope: Scope, today: string): Promise<Partial<Record<Waiting, number>>> {
  const { items } = await readSanctions(db, scope, { ...ALL, box: 'office', state: undefined });
  const now = new Date(`${today}T12:00:00+08:00`);
  const details = await Promise.all(items.map(({ id }) => readSanction(db, scope, id, now)));
  const orders = (await readTitleOrders(db, scope, ALL)).items;
  return {
    'sanction-confirm': details.filter((one) => one?.may.confirm === true).length,
    'title-order': orders.filter(({ may }) => may.report).length,
    'title-order-accept': orders.filter(({ may }) => may.accept).length,
  };
}

async function supervision(db: Db, scope: Scope, today: string): Promise<Partial<Record<Waiting, number>>> {
  const complaints = (await readComplaints(db, scope, { ...ALL, state: undefined })).items;
  const seen = await Promise.all(complaints.map(({ id }) => readComplaint(db, scope, id)));
  const orders = (
    await Promise.all(
      (['issued', 'escalated'] as const).map((box) =>
        readRectifications(db, scope, { ...ALL, box, state: undefined }, today),
      ),
    )
  ).flatMap((page) => page.items);
  const reports = await Promise.all(
    [...new Set(orders.map(({ id }) => id))].map((id) => readRectification(db, scope, id, today)),
  );
  return {
    complaint: seen.filter(
      (one) =>
        (one?.may.assign === true && one.state === 'received') ||
        one?.may.investigate === true ||
        one?.may.answer === true,
    ).length,
    'rectification-accept': reports.filter((one) => one?.may.accept === true).length,
    'rectification-overdue': (
      await readRectifications(db, scope, { ...ALL, box: 'escalated', state: 'overdue' }, today)
    ).items.length,
    check: (await readChecks(db, scope, { ...ALL, state: 'open' })).items.length,
    misconduct: (await readMisconducts(db, scope, ALL)).items.filter(({ may }) => may.refer || may.conclude).length,
  };
}

async function management(db: Db, scope: Scope, today: string): Promise<Partial<Record<Waiting, number>>> {
  const received = (await readRectifications(db, scope, { ...ALL, box: 'received', state: undefined }, today)).items;
  const moves = await Promise.all(managedAt(scope).map((id) => readMoves(db, scope, id, today)));
  const people = await Promise.all(
    managedAt(scope).map((organisationId) =>
      readUnitPeople(db, { organisationId, year: Number(today.slice(0, 4)), limit: 1 }, today),
    ),
  );
  const ledger = await readLedgerCases(db, scope, today);
  const merges = await readMerges(db, scope, today);
  return {
    rectification: received.filter(({ state }) => state === 'ordered' || state === 'overdue').length,
    inquiry: (await readInquiries(db, scope, ALL)).items.filter(({ may }) => may.answer).length,
    move: moves
      .flatMap((one) => (one.ok ? one.value.items : []))
      .filter((one) => one.mayAnswer.some((side) => side !== 'person')).length,
    'people-short': people
      .flatMap(({ counts }) => counts.standings)
      .filter(({ standing }) => standing === 'in-progress')
      .reduce((sum, one) => sum + one.people, 0),
    'ledger-case': ledger.ok ? ledger.value.items.filter(({ closedAt }) => closedAt === null).length : 0,
    merge: merges.ok
      ? merges.value.items.filter(({ state, isMine }) => state.endsWith('proposed') && !isMine).length
      : 0,
  };
}

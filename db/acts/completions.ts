import {
  COMPLETION_STATUSES,
  type CompletionResults,
  type CompletionStatus,
  type ReportedCompletion,
} from '../../contract/completions.ts';
import { again } from '../again.ts';
import {
  byPersonYear,
  type Completion,
  coursesOf,
  type Registration,
  registerCompletion,
  registeredBefore,
  whyNotRegistered,
} from '../completions.ts';
import type { Db } from '../connect.ts';
import { personsByKey } from '../person-keys.ts';
import type { Machine } from './machines.ts';
import { auditMachine } from './trail.ts';

/** So many completions a transaction: a lock is held for milliseconds, and a crash loses at most this much of the batch's answer. */
const A_TRANSACTION = 20;

type Sorted = { index: number; completion: Completion };

/**
 * Registers what the platform reports (Arts. 11(2), 14): each completion on its own merits, counted at once without review. Sent again, it
 * changes nothing and is answered `already`.
 * @param secret the key of `personKey` @param today the legal day
 * @returns one result a row, in the rows' order
 */
export async function registerCompletions(
  db: Db,
  machine: Machine,
  reported: readonly ReportedCompletion[],
  { secret, today }: { secret: string; today: string },
): Promise<CompletionResults> {
  const people = await personsByKey(db, secret, [...new Set(reported.map((row) => row.personKey))]);
  const courses = await coursesOf(
    db,
    reported.map((row) => row.course),
  );
  const before = await registeredBefore(
    db,
    machine.clientId,
    reported.map((row) => row.externalId),
  );
  const results: Registration[] = [];
  const sound: Sorted[] = [];
  for (const [index, row] of reported.entries()) {
    const personId = people.get(row.personKey);
    const course = courses.get(row.course);
    const known = before.get(row.externalId);
    if (known?.is({ personId, course: row.course, completedOn: row.completedOn })) {
      results[index] = { status: 'already', completionId: known.id };
      continue;
    }
    const status = !personId ? 'unknown-person' : !course ? 'unknown-course' : whyNotRegistered(course, row, today);
    results[index] = { status: status ?? 'registered', completionId: null };
    if (status !== undefined || !personId || !course) continue;
    const { completedOn, externalId } = row;
    sound.push({ index, completion: { personId, course, completedOn, source: machine.clientId, externalId } });
  }
  sound.sort((a, b) => byPersonYear(a.completion, b.completion) || a.index - b.index);
  for (let from = 0; from < sound.length; from += A_TRANSACTION) {
    const part = sound.slice(from, from + A_TRANSACTION);
    const done = await again(() => registerPart(db, machine, part, today));
    for (const [at, { index }] of part.entries())
      results[index] = done[at] ?? { status: 'registered', completionId: null };
  }
  await auditRefused(db, machine, results);
  return answerOf(reported, results);
}

const registerPart = (db: Db, machine: Machine, part: readonly Sorted[], today: string): Promise<Registration[]> =>
  db.transaction().execute(async (trx) => {
    const done: Registration[] = [];
    for (const { completion } of part) done.push(await registerCompletion(trx, completion, today));
    const registered = done.filter((each) => each.status === 'registered').length;
    if (registered > 0) await audit(trx, machine, 'completions.registered', { registered });
    return done;
  });

/** What is no refusal. */
const FINE: readonly CompletionStatus[] = ['already', 'course-counted', 'registered'];

async function auditRefused(db: Db, machine: Machine, results: readonly Registration[]): Promise<void> {
  const refused = results.filter(({ status }) => !FINE.includes(status));
  if (refused.length > 0) await audit(db, machine, 'completions.refused', countsOf(refused));
}

const audit = (db: Db, machine: Machine, action: string, detail: Record<string, number>): Promise<void> =>
  auditMachine(db, machine, [{ action, subjectKind: 'machine-client', subjectId: machine.clientId, detail }]);

function countsOf(results: readonly Registration[]): Partial<Record<CompletionStatus, number>> {
  const counts: Partial<Record<CompletionStatus, number>> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function answerOf(reported: readonly ReportedCompletion[], results: readonly Registration[]): CompletionResults {
  const items = reported.map(({ externalId }, index) => {
    const { status, completionId } = results[index] ?? { status: 'unknown-person', completionId: null };
    return { externalId, status, text: COMPLETION_STATUSES[status], completionId };
  });
  return { items, counts: countsOf(results) };
}

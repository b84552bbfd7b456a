import type { AuditAction } from '../../contract/audit.ts';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import {
  COMPLETION_STATUSES,
  type CompletionResults,
  type CompletionStatus,
  type ReportedCompletion,
} from '../../contract/completions.ts';
import { again } from '../again.ts';
import {
  COMPLETIONS_A_PAGE,
  type Completion,
  coursesOf,
  type Registration,
  registeredBefore,
  registerPage,
  whyNotRegistered,
} from '../completions.ts';
import type { Db } from '../connect.ts';
import { personsByKey } from '../person-keys.ts';
import type { Machine } from './machines.ts';
import { auditMachine } from './trail.ts';

type Sound = { index: number; completion: Completion };

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
  const { results, sound } = await judged(db, machine, reported, { secret, today });
  for (let from = 0; from < sound.length; from += COMPLETIONS_A_PAGE) {
    const page = sound.slice(from, from + COMPLETIONS_A_PAGE);
    const done = await again(() => countPage(db, machine, page, today));
    for (const [at, { index }] of page.entries()) results[index] = done[at] ?? results[index] ?? UNKNOWN;
  }
  await auditRefused(db, machine, results);
  return answerOf(reported, results);
}

const UNKNOWN: Registration = { status: 'unknown-person', completionId: null };

/** What can be said of each row by itself, and the sound ones, which are still to be registered. */
async function judged(
  db: Db,
  machine: Machine,
  reported: readonly ReportedCompletion[],
  { secret, today }: { secret: string; today: string },
): Promise<{ results: Registration[]; sound: Sound[] }> {
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
  const sound: Sound[] = [];
  const results = reported.map((row, index): Registration => {
    const { completedOn, externalId } = row;
    const personId = people.get(row.personKey);
    const course = courses.get(row.course);
    const known = before.get(externalId);
    if (known?.is({ personId, course: row.course, completedOn })) return { status: 'already', completionId: known.id };
    if (!personId) return UNKNOWN;
    const status = course ? whyNotRegistered(course, row, today) : 'unknown-course';
    if (status !== undefined || !course) return { status: status ?? 'unknown-course', completionId: null };
    sound.push({ index, completion: { personId, course, completedOn, externalId } });
    return { status: 'registered', completionId: null };
  });
  return { results, sound };
}

const countPage = (db: Db, machine: Machine, page: readonly Sound[], today: string): Promise<Registration[]> =>
  db.transaction().execute(async (trx) => {
    const completions = page.map(({ completion }) => completion);
    const done = await registerPage(trx, { source: machine.clientId, on: today, completions });
    const registered = done.filter((each) => each.status === 'registered').length;
    if (registered > 0) await audit(trx, machine, 'completions.registered', { registered });
    return done;
  });

/** What is no refusal. */
const FINE: readonly CompletionStatus[] = ['already', 'course-counted', 'registered'];

async function auditRefused(db: Db, machine: Machine, results: readonly Registration[]): Promise<void> {
  const refused = results.filter(({ status }) => !FINE.includes(status));
  if (refused.length > 0) await audit(db, machine, 'completions.refused', { refused: countsOf(refused) });
}

const audit = (db: Db, machine: Machine, action: AuditAction, detail: AuditFacts): Promise<void> =>
  auditMachine(db, machine, [{ action, subjectKind: 'machine-client', subjectId: machine.clientId, detail }]);

function countsOf(results: readonly Registration[]): Partial<Record<CompletionStatus, number>> {
  const counts: Partial<Record<CompletionStatus, number>> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function answerOf(reported: readonly ReportedCompletion[], results: readonly Registration[]): CompletionResults {
  const items = reported.map(({ externalId }, index) => {
    const { status, completionId } = results[index] ?? UNKNOWN;
    return { externalId, status, text: COMPLETION_STATUSES[status], completionId };
  });
  return { items, counts: countsOf(results) };
}

import { sql } from 'kysely';
import { hashOf, newToken } from '../../api/plugins/identity.ts';
import { COMPLETIONS_A_BATCH, type CompletionResults } from '../../contract/completions.ts';
import type { Db } from '../../db/connect.ts';
import { personKeyOf } from '../../db/person-keys.ts';
import { addCourses, addLearners, COURSES, learner } from '../lib/learners.ts';
import { Http, now, together } from '../lib/load.ts';
import { type Cpu, costed, rounded, type Summary, summary, usageOf } from '../lib/measure.ts';
import { say } from '../lib/settings.ts';
import { PERSON_KEY_SECRET, type System } from '../lib/system.ts';

/** The platform reports completions in full batches (Art. 14): how many rows a second are counted into people's years. */

export interface CompletionsResult {
  rows: number;
  callers: number;
  rowsPerS: number;
  batchMs: Summary;
  /** Every batch once more: nothing is counted again. */
  againRowsPerS: number;
  statuses: Record<string, number>;
  errors: string[];
  /** Of the API, over the run. */
  rssMiB: { before: number; highest: number; after: number };
  cpu: Cpu;
}

const CALLERS = 4;

export async function measureCompletions(system: System, rows: number): Promise<CompletionsResult> {
  const { db } = system.world;
  await addCourses(db);
  await addLearners(db, 1, Math.ceil(rows / COURSES.length));
  const headers = { authorization: await platform(db) };
  const http = new Http(system.base, CALLERS);
  const batches = batchesOf(rows);
  const statuses: Record<string, number> = {};
  const samples: number[] = [];
  const send = async (completions: readonly unknown[]): Promise<void> => {
    const at = now();
    const path = '/api/v1/integration/completions';
    const { counts } = await http.call<CompletionResults>({ method: 'POST', path, headers, json: { completions } });
    samples.push(now() - at);
    for (const [status, count] of Object.entries(counts)) statuses[status] = (statuses[status] ?? 0) + count;
  };
  const rss = [apiMiB(system)];
  const sampling = setInterval(() => rss.push(apiMiB(system)), 500);
  const first = await timed(() => costed(system.parts, () => together(batches, CALLERS, send)));
  const batchMs = summary(samples);
  say('completions: first', rounded(rows / first.seconds), 'rows/s');
  const second = await timed(() => together(batches, CALLERS, send));
  clearInterval(sampling);
  await http.close();
  return {
    rows,
    callers: CALLERS,
    rowsPerS: rounded(rows / first.seconds),
    batchMs,
    againRowsPerS: rounded(rows / second.seconds),
    statuses,
    errors: [...first.value.value, ...second.value].slice(0, 5),
    rssMiB: { before: rss[0] ?? 0, highest: Math.max(...rss), after: apiMiB(system) },
    cpu: first.value.cpu,
  };
}

const apiMiB = ({ parts }: System): number => usageOf(parts.api).rssMiB;

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const began = now();
  const value = await work();
  return { value, seconds: (now() - began) / 1_000 };
}

/** A machine's credentials for reporting completions, as its Authorization header. */
async function platform(db: Db): Promise<string> {
  const secret = newToken();
  const { id } = await db
    .insertInto('machine_client')
    .values({
      name: '公共服务平台',
      organisation_id: 'hrss-420000',
      secret_hash: hashOf(secret),
      scopes: sql`array['completions']`,
      from_on: '2026-01-01',
      until_on: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return `Bearer ${id}.${secret}`;
}

/** Each learner finishes every course once; a batch holds as many people as rows, as a platform reports a day. */
function batchesOf(rows: number): object[][] {
  const people = Math.ceil(rows / COURSES.length);
  const all = Array.from({ length: rows }, (_, n) => {
    const number = 1 + (n % people);
    return {
      personKey: personKeyOf(PERSON_KEY_SECRET, learner(number).idNumber).toString('hex'),
      course: COURSES[Math.floor(n / people)] ?? COURSES[0],
      completedOn: '2026-06-01',
      externalId: `bench-${String(n)}`,
    };
  });
  return Array.from({ length: Math.ceil(rows / COMPLETIONS_A_BATCH) }, (_, at) =>
    all.slice(at * COMPLETIONS_A_BATCH, (at + 1) * COMPLETIONS_A_BATCH),
  );
}

import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { openEvidence } from '../../bin/lib/evidence.ts';
import type { RouteOutput } from '../../contract/routes.ts';
import { addressOf, ROUTES } from '../../contract/routes.ts';
import { pdfFile } from '../../db/demo/evidence-files.ts';
import type { Role } from '../../rules/vocabulary.ts';
import { conference, drafted } from '../../test/support/world.ts';
import { claimWorkflowId } from '../../workflows/messages.ts';
import { Http, now, type Patience, patience, pause, together, until } from '../lib/load.ts';
import { type Cpu, costed, rounded, summary } from '../lib/measure.ts';
import { appoint, employ, newPeople, type SignedIn } from '../lib/people.ts';
import type { System } from '../lib/system.ts';

/** Claims from submission to filing over HTTP: five decisions by five officers, each of whom finds the task in their own inbox. */

export const EMPLOYER = 'emp-city';
const POOLS: readonly (readonly [string, Role])[] = [
  [EMPLOYER, 'first-reviewer'],
  ['ind-420500-health', 're-reviewer'],
  ['hrss-420500', 're-reviewer'],
  ['ind-420000-health', 'filing-officer'],
  ['hrss-420000', 'filing-officer'],
];
const STAGES = [[0], [1, 2], [3, 4]];

/** Every caller has officers of their own in each of the five pools. */
export type Officers = SignedIn[][];

export async function appointOfficers({ world: { db } }: System, callers: number): Promise<Officers> {
  const pools = await Promise.all(
    POOLS.map(async ([organisationId, role]) => {
      const people = await newPeople(db, '审核员', callers);
      await appoint(
        db,
        people,
        people.map(() => organisationId),
        role,
      );
      return people;
    }),
  );
  return Array.from({ length: callers }, (_, caller) => pools.map((people) => people[caller] ?? missing('an officer')));
}

/** A claim of a new person, not yet submitted; with `draft` when it is prepared. */
interface Declaration {
  declarant: SignedIn;
  draft: { claimId: string; revision: number } | null;
  /** Of what is declared, where one declarant has several. */
  title?: string;
}

/** New people with a draft and its evidence each; or without, when draft and upload are to be measured too. */
export async function prepare({ world: { db } }: System, count: number, withDrafts = true): Promise<Declaration[]> {
  const people = await newPeople(db, '申报人', count);
  await employ(db, people, EMPLOYER);
  const declarations: Declaration[] = [];
  const errors = await together(people, 8, async (declarant) => {
    const caller = { personId: declarant.personId, holdings: [], requestId: 'bench' };
    const draft = withDrafts ? await drafted(db, caller, conference()) : null;
    declarations.push({ declarant, draft });
  });
  if (errors.length > 0) throw new Error(`drafts could not be prepared: ${errors[0] ?? ''}`);
  return declarations;
}

export interface Samples {
  draft: number[];
  upload: number[];
  submit: number[];
  look: number[];
  open: number[];
  decision: number[];
  advance: number[];
  claim: number[];
}

interface Run {
  http: Http;
  officers: Officers;
  samples: Samples;
  stats: Patience;
  /** How long an officer reads before deciding. */
  thinkMs: number;
}

export const noSamples = (): Samples => ({
  draft: [],
  upload: [],
  submit: [],
  look: [],
  open: [],
  decision: [],
  advance: [],
  claim: [],
});

export interface ClaimsResult {
  claims: number;
  callers: number;
  errors: number;
  firstErrors: string[];
  seconds: number;
  claimsPerS: number;
  requestsPerS: number;
  extraLooks: number;
  ms: Record<keyof Samples, ReturnType<typeof summary>>;
  cpu: Cpu;
  /** Processor milliseconds of each part for a claim. */
  cpuMsPerClaim: Cpu;
}

/** Takes the declarations to their filing, so many callers at once. */
export async function measureClaims(
  system: System,
  officers: Officers,
  declarations: readonly Declaration[],
): Promise<ClaimsResult> {
  const http = new Http(system.base, officers.length);
  const samples = noSamples();
  const run: Run = { http, officers, samples, stats: patience(), thinkMs: 0 };
  const began = now();
  const { value: errors, cpu } = await costed(system.parts, () =>
    together(declarations, officers.length, (declaration, caller) => takeToItsEnd(run, declaration, caller)),
  );
  const seconds = (now() - began) / 1000;
  await http.close();
  const done = samples.claim.length;
  return {
    claims: declarations.length,
    callers: officers.length,
    errors: errors.length,
    firstErrors: errors.slice(0, 3),
    seconds: rounded(seconds),
    claimsPerS: rounded(done / seconds, 1),
    requestsPerS: rounded(run.stats.requests / seconds, 0),
    extraLooks: run.stats.polls,
    ms: Object.fromEntries(Object.entries(samples).map(([k, v]) => [k, summary(v as number[])])) as ClaimsResult['ms'],
    cpu,
    cpuMsPerClaim: Object.fromEntries(Object.entries(cpu).map(([part, s]) => [part, rounded((s * 1000) / done, 1)])),
  };
}

export async function takeToItsEnd(run: Run, { declarant, draft, title }: Declaration, caller: number): Promise<void> {
  const { stats, samples } = run;
  const began = now();
  const ready = draft ?? (await declare(run, declarant, title));
  const { number } = await timed(run, 'submit', () => submit(run.http, declarant, ready));
  const team = run.officers[caller] ?? missing('officers');
  let decided: number | null = null;
  for (const [index, stage] of STAGES.entries()) {
    const tasks = await until(
      `stage ${String(index + 1)}`,
      () =>
        allFound(
          run,
          stage.map((pool) => team[pool] ?? missing('an officer')),
          number,
        ),
      stats,
    );
    if (decided !== null) samples.advance.push(now() - decided);
    for (const { officer, taskId } of tasks) {
      if (run.thinkMs > 0) await pause(run.thinkMs);
      await timed(run, 'open', () => openTask(run.http, officer, taskId));
      decided = now();
      await timed(run, 'decision', () => approve(run.http, officer, taskId));
    }
  }
  await until('the filing', () => isFiled(run.http, declarant, ready.claimId), stats);
  samples.claim.push(now() - began);
}

/** Draft and upload over HTTP. */
async function declare(run: Run, declarant: SignedIn, title?: string): Promise<{ claimId: string; revision: number }> {
  const { id, revision } = await timed(run, 'draft', () =>
    run.http.call<RouteOutput<'createClaim'>>({
      method: 'POST',
      path: addressOf('createClaim'),
      headers: { ...declarant.headers, 'idempotency-key': randomUUID() },
      json: { declared: conference(title) },
    }),
  );
  const { content, type } = multipart();
  await timed(run, 'upload', () =>
    run.http.call({
      method: 'POST',
      path: addressOf('uploadEvidence', { params: { id } }),
      headers: { ...declarant.headers, 'content-type': type },
      raw: content,
    }),
  );
  return { claimId: id, revision };
}

function multipart(): { content: Buffer; type: string } {
  const boundary = `bench-${randomUUID()}`;
  const file = pdfFile('证明.pdf', ['会议证明', randomUUID()]);
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="proof.pdf"\r\nContent-Type: application/pdf\r\n\r\n`;
  const content = Buffer.concat([Buffer.from(head), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { content, type: `multipart/form-data; boundary=${boundary}` };
}

export const submit = (
  http: Http,
  declarant: SignedIn,
  { claimId, revision }: { claimId: string; revision: number },
): Promise<RouteOutput<'submitClaim'>> =>
  http.call({
    method: 'POST',
    path: addressOf('submitClaim', { params: { id: claimId } }),
    headers: { ...declarant.headers, 'idempotency-key': randomUUID() },
    json: { revision },
  });

/** The tasks of one claim, each in its own officer's inbox; null until all are there. */
async function allFound(
  run: Run,
  officers: readonly SignedIn[],
  number: number,
): Promise<{ officer: SignedIn; taskId: string }[] | null> {
  const found: { officer: SignedIn; taskId: string }[] = [];
  for (const officer of officers) {
    const path = addressOf('tasks', { query: { q: number } });
    const page = await timed(run, 'look', () =>
      run.http.call<RouteOutput<'tasks'>>({ path, headers: officer.headers }),
    );
    const task = page.items.find((item) => item.claimNumber === number);
    if (!task) return null;
    found.push({ officer, taskId: task.id });
  }
  return found;
}

/** The task with its evidence, as the desk shows it before anything can be approved. */
const openTask = (http: Http, { headers }: SignedIn, taskId: string): Promise<void> =>
  openEvidence(
    (name, input) =>
      http.call({
        method: ROUTES[name].method,
        path: addressOf(name, { params: { id: taskId } }),
        headers,
        ...('body' in input && { json: input.body }),
      }),
    taskId,
  );

const approve = (http: Http, officer: SignedIn, taskId: string): Promise<RouteOutput<'decide'>> =>
  http.call({
    method: 'POST',
    path: addressOf('decide', { params: { id: taskId } }),
    headers: officer.headers,
    json: { decisionId: randomUUID(), version: 1, outcome: 'approve' },
  });

async function isFiled(http: Http, declarant: SignedIn, claimId: string): Promise<true | null> {
  const path = addressOf('myClaims', { query: { state: 'filed' } });
  const page = await http.call<RouteOutput<'myClaims'>>({ path, headers: declarant.headers });
  return page.items.some((claim) => claim.id === claimId) ? true : null;
}

async function timed<T>({ samples, stats }: Run, what: keyof Samples, call: () => Promise<T>): Promise<T> {
  const at = now();
  stats.requests += 1;
  const value = await call();
  samples[what].push(now() - at);
  return value;
}

/** The history of a claim whose reviewers take their time (300 ms each), and of one that was part of a load. */
export async function historyEvents(
  system: System,
  officers: Officers,
  loaded: string,
): Promise<Record<string, number>> {
  const [declaration] = await prepare(system, 1);
  if (!declaration?.draft) return missing('a draft');
  const http = new Http(system.base, 1);
  await takeToItsEnd({ http, officers, samples: noSamples(), stats: patience(), thinkMs: 300 }, declaration, 0);
  await http.close();
  const connection = await Connection.connect({ address: system.temporalAddress });
  const client = new Client({ connection });
  const eventsOf = async (claimId: string): Promise<number> => {
    const handle = client.workflow.getHandle(claimWorkflowId(claimId));
    await handle.result();
    return (await handle.fetchHistory()).events?.length ?? 0;
  };
  const events = { unhurried: await eventsOf(declaration.draft.claimId), underLoad: await eventsOf(loaded) };
  await connection.close();
  return events;
}

function missing(what: string): never {
  throw new Error(`${what} is missing`);
}

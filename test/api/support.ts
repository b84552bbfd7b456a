import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashSync } from '@node-rs/argon2';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../api/app.ts';
import type { ApiConfig, Deps } from '../../api/deps.ts';
import { fileEvidenceStore } from '../../api/evidence/store.ts';
import { hashOf, newToken } from '../../api/plugins/identity.ts';
import type { Declared } from '../../contract/declarations.ts';
import { addressOf, ROUTES, type RouteName } from '../../contract/routes.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { openSession } from '../../db/acts/session.ts';
import { endClaim, fileClaim, loadClaim, openStage, reopenStage, requestCorrection } from '../../db/claims.ts';
import type { Db } from '../../db/connect.ts';
import { nextStep } from '../../rules/stages.ts';
import { testPrinter } from '../support/certificates.ts';
import { lookAtEvidence } from '../support/looking.ts';
import { freshDatabase } from '../support/postgres.ts';
import { makeWorld, type World } from '../support/world.ts';

/** What an API process of the tests may have otherwise than the others. */
type Parts = Partial<Omit<Deps, 'config'>>;

/** The API on a real database, called without a network; every answer is checked against its schema. */
export type Bench = {
  app: FastifyInstance;
  world: World;
  db: Db;
  /** The database's address, for connections of a test's own. */
  url: string;
  folder: string;
  /** A session's cookie for a person of the world. */
  cookieOf(caller: Caller): Promise<string>;
  call(name: RouteName, how?: How): Promise<Answer>;
  account(caller: Caller, username: string, password: string): Promise<void>;
  /** Another API process on the same record. */
  another(config?: Partial<ApiConfig>, parts?: Parts): Promise<Pick<Bench, 'app' | 'call'>>;
  close(): Promise<void>;
};

export type How = {
  as?: Caller | undefined;
  cookie?: string | undefined;
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
  /** Sent as it is, whatever it is. */
  raw?: string | Buffer;
  remoteAddress?: string;
};
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests assert
export type Answer = { status: number; json: any; headers: Record<string, unknown>; body: string; raw: Buffer };

/** The key the tests name people by. */
export const PERSON_KEY_SECRET = 'a-person-key-of-the-tests-32-long';

/** Of a password nobody knows. */
const NOBODYS_HASH = hashSync(randomUUID(), { memoryCost: 1024, timeCost: 1 });

export async function makeBench(): Promise<Bench> {
  const database = await freshDatabase();
  const world = await makeWorld(database.url);
  const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-evidence-'));
  const build = (config: Partial<ApiConfig> = {}, parts: Parts = {}): Promise<FastifyInstance> =>
    buildApp({
      db: world.db,
      evidence: fileEvidenceStore(folder),
      ...parts,
      certificates: testPrinter(),
      config: {
        logLevel: 'error',
        secureCookies: false,
        personKeySecret: PERSON_KEY_SECRET,
        webFolder: path.join(folder, 'no-pages'),
        checkAnswers: true,
        // A machine that is busy with other things is no fault of what is tested.
        maxDelayMs: 0,
        ...config,
      },
    });
  const app = await build();
  const others: FastifyInstance[] = [];
  // The promise is kept, not its cookie: two calls at once of one caller sign in once.
  const cookies = new Map<string, Promise<string>>();
  const signedIn = async (caller: Caller): Promise<string> => {
    await account(world.db, caller, `u-${caller.personId}`, NOBODYS_HASH);
    return sessionOf(world.db, caller);
  };
  const cookieOf = (caller: Caller): Promise<string> => {
    const cookie = cookies.get(caller.personId) ?? signedIn(caller);
    cookies.set(caller.personId, cookie);
    return cookie;
  };
  return {
    app,
    world,
    db: world.db,
    url: database.url,
    folder,
    cookieOf,
    account: (caller, username, password) =>
      account(world.db, caller, username, hashSync(password, { memoryCost: 1024, timeCost: 1 })),
    call: async (name, how = {}) =>
      send(app, name, { ...how, cookie: how.cookie ?? (how.as && (await cookieOf(how.as))) }),
    another: async (config, parts) => {
      const other = await build(config, parts);
      others.push(other);
      return {
        app: other,
        call: async (name, how = {}) =>
          send(other, name, { ...how, cookie: how.cookie ?? (how.as && (await cookieOf(how.as))) }),
      };
    },
    close: async () => {
      for (const one of [app, ...others]) await one.close();
      await world.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function sessionOf(db: Db, caller: Caller): Promise<string> {
  const token = newToken();
  await openSession(db, { personId: caller.personId, tokenHash: hashOf(token), requestId: 'test' });
  return `xueshi_session=${token}`;
}

const account = async (db: Db, caller: Caller, username: string, passwordHash: string): Promise<void> => {
  await db
    .insertInto('account')
    .values({ person_id: caller.personId, username, password_hash: passwordHash })
    .onConflict((c) => c.column('person_id').doUpdateSet({ username, password_hash: passwordHash }))
    .execute();
};

async function send(app: FastifyInstance, name: RouteName, how: How): Promise<Answer> {
  const isJson = how.body !== undefined;
  const payload = how.raw ?? (isJson ? JSON.stringify(how.body) : undefined);
  const response = await app.inject({
    method: ROUTES[name].method,
    url: addressOf(name, how),
    headers: {
      ...(how.cookie === undefined ? {} : { cookie: how.cookie }),
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...how.headers,
    },
    ...(payload === undefined ? {} : { payload }),
    ...(how.remoteAddress === undefined ? {} : { remoteAddress: how.remoteAddress }),
  });
  const type = String(response.headers['content-type'] ?? '');
  return {
    status: response.statusCode,
    json: type.includes('json') ? response.json() : null,
    headers: response.headers,
    body: response.body,
    raw: response.rawPayload,
  };
}

/** A multipart body with one file. */
export function upload(content: Buffer, fileName = '证明.pdf', type = 'application/pdf'): Pick<How, 'raw' | 'headers'> {
  const boundary = '----xueshitest';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: ${type}\r\n\r\n`;
  return {
    raw: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

export const aPdf = (mark = 'a'): Buffer =>
  Buffer.from(`%PDF-1.4\n% ${mark}\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n`);

/** Expects a coded refusal: problem+json with a Chinese detail and a cure, and never a fault. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  const { json } = answer;
  if (answer.status !== status || json?.code !== code) {
    throw new Error(`expected ${status} ${code}, got ${answer.status} ${answer.body.slice(0, 400)}`);
  }
  const isWhole =
    String(answer.headers['content-type']).startsWith('application/problem+json') &&
    /\p{Script=Han}/u.test(json.detail) &&
    /\p{Script=Han}/u.test(json.fix) &&
    typeof json.traceId === 'string';
  if (!isWhole) throw new Error(`not a whole problem: ${answer.body}`);
}

/** A claim of the person, submitted over the API with a real file, its first review open as the workflow would have opened it. */
export async function underReview(
  bench: Bench,
  person: Caller,
  declared: Declared,
): Promise<{ claimId: string; taskId: string; evidenceId: string }> {
  const made = await bench.call('createClaim', { as: person, body: { declared } });
  const params = { id: made.json.id };
  const file = await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(randomUUID())) });
  const sent = await bench.call('submitClaim', {
    as: person,
    params,
    headers: { 'idempotency-key': randomUUID() },
    body: { revision: made.json.revision },
  });
  if (sent.status !== 200) throw new Error(sent.body);
  return { claimId: params.id, taskId: await openNext(bench.db, params.id), evidenceId: file.json.id };
}

/** Applies the claim's last act as its workflow would: opens the next stage. */
export async function openNext(db: Db, claimId: string, dueOn = '2026-12-07'): Promise<string> {
  const { unapplied, plan } = await loadClaim(db, claimId);
  const [act] = unapplied;
  if (!act) throw new Error('nothing to apply');
  const step = nextStep(plan, act);
  if (step.do === 'open-stage') {
    await openStage(db, { claimId, seq: act.seq, stage: step.stage, dueOn, calendar: 'test' });
  } else if (step.do === 'request-correction') {
    await requestCorrection(db, { claimId, seq: act.seq, dueAt: '2026-12-20T16:00:00.000Z' });
  } else if (step.do === 'reopen-stage') {
    await reopenStage(db, { claimId, seq: act.seq });
  } else if (step.do === 'file') {
    await fileClaim(db, { claimId, seq: act.seq, on: '2026-11-23' });
  } else {
    await endClaim(db, { claimId, seq: act.seq, state: step.state });
  }
  const task = await db
    .selectFrom('task')
    .select('id')
    .where('claim_id', '=', claimId)
    .where('state', '=', 'open')
    .orderBy('organisation_id')
    .executeTakeFirst();
  return task?.id ?? '';
}

export const approval = (version = 1) => ({ decisionId: randomUUID(), version, outcome: 'approve' });

export const returning = (version = 1) => ({
  decisionId: randomUUID(),
  version,
  outcome: 'return',
  reasons: [{ code: 'evidence-unclear', text: '看不清' }],
});

/** A claim that its first reviewer returned for correction, as its workflow leaves it. */
export async function returned(bench: Bench, person: Caller, officer: Caller, declared: Declared) {
  const claim = await underReview(bench, person, declared);
  const answer = await bench.call('decide', { as: officer, params: { id: claim.taskId }, body: returning() });
  if (answer.status !== 200) throw new Error(answer.body);
  await openNext(bench.db, claim.claimId);
  return claim;
}

/** A decision over the API by somebody who has looked at the evidence first, as the desk makes them before an approval (已阅). */
export async function lookAndCall(
  bench: Bench,
  how: { as: Caller; params: { id: string }; body: unknown },
): Promise<Answer> {
  await lookAtEvidence(bench.db, how.as, how.params.id);
  return bench.call('decide', how);
}

/** The reviewer opens the file, as the desk does. */
export async function seeAll(
  bench: Bench,
  reviewer: Caller,
  { claimId, evidenceId }: { claimId: string; evidenceId: string },
): Promise<void> {
  const file = await bench.call('evidenceFile', { as: reviewer, params: { id: claimId, evidenceId } });
  if (file.status !== 200) throw new Error(file.body);
}

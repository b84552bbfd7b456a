import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { Logger, runOnce } from 'graphile-worker';
import type { Pool } from 'pg';
import { connectPool, type Db, kyselyOn } from '../../../db/connect.ts';
import { lookAtDeferral } from '../../../db/deferrals.ts';
import { seed } from '../../../db/demo/seed.ts';
import { migrate } from '../../../db/migrate.ts';
import { lookAtReconsideration } from '../../../db/reconsiderations.ts';
import { lookAtSanction } from '../../../db/sanctions.ts';
import { look, lookPayload } from '../../../relay/look.ts';
import { legalDay } from '../../../rules/calendar.ts';
import { startTimeSkipping } from '../jumping-clock.ts';
import { freePort } from '../ports.ts';
import {
  type Cluster,
  createCluster,
  databaseUrl,
  ensureDatabase,
  postgresCommand,
  untilPostgresAnswers,
} from '../postgres.ts';

/**
 * Where a story about years is played in seconds: a PostgreSQL of its own with a small demo province, a Temporal server whose clock
 * jumps, and a worker of the real workflows whose record is judged by that clock.
 */
export type Stage = {
  db: Db;
  /** The story's now, by the jumping clock. */
  now: () => Promise<Date>;
  today: () => Promise<string>;
  /** Carries the outbox's rings to Temporal, as the relay does. */
  ring: () => Promise<void>;
  /** Lets time pass until an instant (epoch milliseconds); every timer on the way fires. */
  until: (instant: number) => Promise<void>;
};

type Ending = () => Promise<unknown> | undefined;
const TASK_QUEUE = 'story';
const PEOPLE = 3_000;

/** Plays the story and clears up whatever became of it: what was started last ends first, also when the next could not start. */
export async function onStage(story: (stage: Stage) => Promise<void>): Promise<void> {
  const endings: Ending[] = [];
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: 'ERROR', forward: {} } },
    });
    const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-story-'));
    endings.push(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const url = await startPostgres(folder, endings);
    const environment = await startTimeSkipping();
    endings.push(() => environment.teardown());
    const pool = connectPool(url, 8);
    endings.push(() => pool.end());
    const stage = stageOf(pool, environment);
    await furnish(stage);
    endings.push(await startWorker(stage, environment));
    await story(stage);
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

function stageOf(pool: Pool, environment: TestWorkflowEnvironment): Stage {
  const nowMs = (): Promise<number> => environment.currentTimeMs();
  const bell = { client: environment.client, taskQueue: TASK_QUEUE };
  return {
    db: kyselyOn(pool),
    now: async () => new Date(await nowMs()),
    today: async () => legalDay(await nowMs()),
    ring: () =>
      runOnce({
        pgPool: pool,
        noHandleSignals: true,
        logger: new Logger(() => () => undefined),
        taskList: { look: (payload) => look(bell, lookPayload.parse(payload)) },
      }),
    until: async (instant) => environment.sleep(Math.max(0, instant - (await nowMs()))),
  };
}

async function startPostgres(folder: string, endings: Ending[]): Promise<string> {
  const cluster: Cluster = {
    folder: path.join(folder, 'postgres'),
    port: await freePort(),
    password: randomBytes(12).toString('hex'),
  };
  await createCluster(cluster);
  const { command, args, uid, gid } = await postgresCommand(cluster, { fsync: 'off' });
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid };
  const child = spawn(command, args, { stdio: 'ignore', ...identity });
  endings.push(() => ended(child));
  await untilPostgresAnswers(cluster, { timeoutMs: 30_000, stillRunning: () => child.exitCode === null });
  await ensureDatabase(cluster, 'xueshi');
  const url = databaseUrl(cluster);
  await migrate(url);
  return url;
}

/** SIGINT is PostgreSQL's fast end. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await gone;
}

/** The demo province without claims; nobody logs in, so there is no password. */
const furnish = async (stage: Stage): Promise<void> => {
  await seed(stage.db, {
    people: PEOPLE,
    claims: 0,
    today: await stage.today(),
    passwordHash: 'nobody logs in',
    files: { put: () => Promise.resolve() },
  });
};

async function startWorker(stage: Stage, { nativeConnection }: TestWorkflowEnvironment): Promise<() => Promise<void>> {
  const { db, now } = stage;
  const worker = await Worker.create({
    connection: nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowsPath: fileURLToPath(new URL('../../../workflows/index.ts', import.meta.url)),
    activities: {
      lookAtDeferral: (id: string) => lookAtDeferral(db, id, now),
      lookAtSanction: (id: string) => lookAtSanction(db, id, now),
      lookAtReconsideration: (id: string) => lookAtReconsideration(db, id, now),
    },
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileEvidenceStore } from '../../api/evidence/store.ts';
import { PROJECT } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { querySql } from '../../bin/lib/postgres.ts';
import { findTemporal, temporalCommand, untilTemporalAnswers } from '../../bin/lib/temporal.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { attachProof, decideDeferral, requestDeferral } from '../../db/acts/deferrals.ts';
import { createDraft } from '../../db/acts/drafts.ts';
import { attachEvidence } from '../../db/acts/evidence.ts';
import { giveNotice } from '../../db/acts/sanction-hearings.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import { resubmitClaim, submitClaim } from '../../db/acts/submit.ts';
import { sealAudit } from '../../db/audit-chain.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { claimWorkflowId } from '../../workflows/messages.ts';
import { newKeyFile } from '../support/certificates.ts';
import { lookAndDecide } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { temporalServer } from '../support/temporal.ts';
import { endProcess, startWorker } from '../support/worker.ts';
import {
  conference,
  decideAll,
  done,
  makeWorld,
  openTasks,
  reaches,
  until,
  verdict,
  type World,
} from '../support/world.ts';

/** A back-up made while people work, and restored twice: beside an empty Temporal, and beside one that is newer than the record. */

const folder = mkdtempSync(path.join(tmpdir(), 'xueshi-backup-'));
const backup = path.join(folder, 'kept');
const keys = { CERTIFICATE_KEY: newKeyFile(), PERSON_KEY_SECRET: 'a-person-key-of-the-tests-32-long' };
const taskQueue = randomUUID();
const source = { database: {} as TestDatabase, world: {} as World, evidence: path.join(folder, 'evidence') };
const databases: TestDatabase[] = [];
const children: ChildProcess[] = [];
let temporal: string;

beforeAll(async () => {
  source.database = await newDatabase(true);
  source.world = await makeWorld(source.database.url);
  temporal = (await temporalServer()).address;
});
afterAll(async () => {
  for (const child of children) await endProcess(child);
  await source.world.close();
  for (const database of databases) await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function newDatabase(migrated: boolean): Promise<TestDatabase> {
  const database = await freshDatabase({ migrated });
  databases.push(database);
  return database;
}

async function work(url: string, address: string): Promise<ChildProcess> {
  const worker = await startWorker({ DATABASE_URL: url, TEMPORAL_ADDRESS: address, TASK_QUEUE: taskQueue });
  children.push(worker);
  return worker;
}

/** What a command said, where it ended as it should. */
function saidBy({ code, output }: Ran): string {
  if (code !== 0) throw new Error(`the command ended with ${String(code)}:\n${output}`);
  return output;
}

type Ran = { code: number | null; output: string };

/** A command of the product, to its end. */
async function run(file: string, args: string[], env: Record<string, string>): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join('bin', file), ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...keys, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

const backUp = (to: string): Promise<Ran> =>
  run('backup.ts', ['--to', to], { DATABASE_URL: source.database.url, EVIDENCE_DIR: source.evidence });

const restore = (from: string, url: string, evidence: string, env = {}): Promise<Ran> =>
  run('restore.ts', ['--from', from], { DATABASE_URL: url, EVIDENCE_DIR: evidence, ...env });

const PDF = Buffer.from('%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n');

/** A file in the store, as it is uploaded. */
async function uploaded() {
  const content = Buffer.concat([PDF, Buffer.from(randomUUID())]);
  const file = done(await fileEvidenceStore(source.evidence).put(Readable.from([content])));
  return { fileName: '证明.pdf', ...file };
}

async function submitted(title: string, person?: Caller): Promise<string> {
  const { db } = source.world;
  const by = person ?? (await source.world.declarant('emp-city'));
  const { id, revision } = done(await createDraft(db, by, { declared: conference(title) }));
  done(await attachEvidence(db, by, { claimId: id, ...(await uploaded()) }));
  done(await submitClaim(db, by, { claimId: id, revision, requestKey: randomUUID() }));
  return id;
}

/** A claim that has come to a state, over the wholes of the stages before it. */
async function standing(state: 'first-review' | 're-review' | 'filing' | 'filed' | 'correction' | 'rejected') {
  const { world } = source;
  const claimId = await submitted(`停在${state}`);
  for (const stage of ['first-review', 're-review', 'filing', 'filed']) {
    await reaches(world.db, claimId, stage);
    if (stage === state) return claimId;
    const isLast = stage === 'first-review' && (state === 'correction' || state === 'rejected');
    await decideAll(world, claimId, isLast ? (state === 'correction' ? 'return' : 'reject') : 'approve');
    if (isLast) break;
  }
  await reaches(world.db, claimId, state);
  return claimId;
}

async function hearing({ world }: { world: World }): Promise<string> {
  const { db } = world;
  const { personId } = await world.declarant('emp-city');
  const by = world.officer('hrss-420500', 'supervisor');
  const suspicion = { personId, year: 2026, claimIds: [], source: 'inspection', explanation: '证明系伪造' } as const;
  const { id } = done(await db.transaction().execute((trx) => openSanction(trx, by, suspicion)));
  done(await giveNotice(db, by, { id, charge: '证明系伪造' }));
  return id;
}

async function deferred({ world }: { world: World }): Promise<string> {
  const { db } = world;
  const person = await world.declarant('emp-city');
  const wish = { year: 2026, reason: 'illness', explanation: '住院治疗', until: '2027-06-30' } as const;
  const { id } = done(await requestDeferral(db, person, { ...wish, requestKey: randomUUID() }));
  const by = world.officer('emp-city', 'first-reviewer');
  done(await attachProof(db, by, { id, ...(await uploaded()) }));
  done(await decideDeferral(db, by, { id, outcome: 'grant', until: '2027-06-30', explanation: '' }));
  return id;
}

/** What was open when the back-up was made. */
const made = { claims: {} as Record<string, string>, hearing: '', deferral: '' };

test('a back-up is made while people submit and decide: whole, with the keys, readable by its owner alone', async () => {
  const { world, database } = source;
  const worker = await work(database.url, temporal);
  for (const state of ['first-review', 're-review', 'filing', 'filed', 'correction', 'rejected'] as const)
    made.claims[state] = await standing(state);
  made.claims['late-correction'] = await standing('correction');
  made.claims['half-decided'] = await standing('re-review');
  const [hrss] = await openTasks(world.db, made.claims['half-decided']);
  done(await lookAndDecide(world.db, world.officer('hrss-420500', 're-reviewer'), hrss?.id ?? '', verdict('approve')));
  made.claims['unheard'] = await standing('first-review');
  [made.hearing, made.deferral] = [await hearing(source), await deferred(source)];
  await endProcess(worker);
  // Nobody is there to hear these: they are on record and in the outbox.
  made.claims['unstarted'] = await submitted('未启动');
  await decideAll(world, made.claims['unheard'], 'approve');
  await sealAudit(world.db);

  const making = { isOver: false };
  const ran = backUp(backup).finally(() => {
    making.isOver = true;
  });
  const person = await world.declarant('emp-city');
  for (let n = 0; n < 5 && !making.isOver; n += 1) await submitted(`备份期间 ${String(n)}`, person);
  saidBy(await ran);
  expect(existsSync(`${backup}.incomplete`)).toBe(false);
  expect((statSync(backup).mode & 0o777).toString(8)).toBe('700');
  for (const name of readdirSync(path.join(backup, 'keys')))
    expect((statSync(path.join(backup, 'keys', name)).mode & 0o777).toString(8)).toBe('600');
  expect(readFileSync(path.join(backup, 'keys', 'certificate-key.pem'))).toEqual(readFileSync(keys.CERTIFICATE_KEY));
});

test('restored into an empty database beside an empty Temporal: chain and ledger whole, every claim and every date goes on', async () => {
  const [database, evidence] = [await newDatabase(false), path.join(folder, 'evidence-of-b')];
  const said = saidBy(await restore(backup, database.url, evidence));
  expect(said).toContain('完整，末次封存与备份时一致');
  expect(said).toMatch(/重建的流程 +申报 \d+，顺延 1，弄虚作假处理 1/);
  expect(await filesIn(evidence)).toEqual(await namedIn(database.url));
  const world = { ...source.world, db: kyselyOn(connectPool(database.url, 5)) };
  try {
    const soon = new Date(Date.now() + 8_000);
    await world.db
      .updateTable('claim')
      .set({ correction_due_at: soon })
      .where('id', '=', made.claims['late-correction'] ?? '')
      .execute();
    await world.db.updateTable('sanction').set({ defence_due_at: soon }).where('id', '=', made.hearing).execute();
    const address = await emptyTemporal();
    await work(database.url, address);
    await allEnd(world, { 'late-correction': 'expired', rejected: 'rejected' });
    await until('the end of the hearing', async () => {
      const found = world.db.selectFrom('sanction').select('defence_closed_at').where('id', '=', made.hearing);
      return (await found.executeTakeFirstOrThrow()).defence_closed_at;
    });
    const agreed = saidBy(await run('reconcile.ts', [], { DATABASE_URL: database.url }));
    expect(agreed).toContain('记录、流程、任务、台账、证书与统计一致。');
    expect(await statusOf(address, `deferral/${made.deferral}`)).toBe('RUNNING');
  } finally {
    await world.db.destroy();
  }
});

test('restored beside a Temporal that is newer: workflows go back to the record, those of claims it does not hold are ended', async () => {
  const { world: before } = source;
  const worker = await work(source.database.url, temporal);
  const [ahead = '', gone] = [made.claims['re-review'], await submitted('备份之后提交')];
  await decideAll(before, ahead, 'approve');
  await reaches(before.db, ahead, 'filing');
  await reaches(before.db, gone, 'first-review');
  const goneToo = `deferral/${await deferred(source)}`;
  await until('its workflow', async () => (await statusOf(temporal, goneToo)) === 'RUNNING');
  await endProcess(worker, 'SIGKILL');

  const database = await newDatabase(false);
  saidBy(await restore(backup, database.url, path.join(folder, 'evidence-of-c')));
  const world = { ...before, db: kyselyOn(connectPool(database.url, 5)) };
  try {
    await work(database.url, temporal);
    await until(
      'the end of the orphan',
      async () => (await statusOf(temporal, claimWorkflowId(gone))) === 'TERMINATED',
    );
    await until('the end of the other', async () => (await statusOf(temporal, goneToo)) === 'TERMINATED');
    await allEnd(world, { rejected: 'rejected' });
  } finally {
    await world.db.destroy();
  }
});

/** Every claim of the back-up, also those that were submitted while it was made, is brought to its end by people's acts. */
async function allEnd(world: World, otherwise: Record<string, string>): Promise<void> {
  for (const [name, claimId] of Object.entries(made.claims)) {
    if (otherwise[name] === undefined) await toTheEnd(world, claimId);
    await reaches(world.db, claimId, otherwise[name] ?? 'filed');
  }
  const open = await world.db
    .selectFrom('claim')
    .select('id')
    .where('version', '>', 0)
    .where('ended_at', 'is', null)
    .execute();
  for (const { id } of open) await toTheEnd(world, id);
}

async function toTheEnd(world: World, claimId: string): Promise<void> {
  for (;;) {
    const claim = await until(`${claimId} to stand`, () => settledClaim(world.db, claimId));
    if (claim.ended_at !== null) return;
    if (claim.state === 'correction') {
      const by = { personId: claim.person_id, holdings: [], requestId: 'test' };
      done(await resubmitClaim(world.db, by, { claimId, revision: claim.revision, requestKey: randomUUID() }));
    } else await decideAll(world, claimId, 'approve', claim.version);
  }
}

const settledClaim = (db: Db, claimId: string) =>
  db
    .selectFrom('claim')
    .select(['state', 'ended_at', 'version', 'revision', 'person_id'])
    .where('id', '=', claimId)
    .whereRef('act_seq', '=', 'applied_seq')
    .executeTakeFirst();

async function emptyTemporal(): Promise<string> {
  const { path: program } = await findTemporal();
  const port = await freePort();
  const { command, args } = temporalCommand({ program, port });
  const child = spawn(command, args, { stdio: 'ignore' });
  children.unshift(child);
  const address = `127.0.0.1:${String(port)}`;
  await untilTemporalAnswers(address, { timeoutMs: 60_000, stillRunning: () => child.exitCode === null });
  return address;
}

async function statusOf(address: string, workflowId: string): Promise<string> {
  const connection = await Connection.connect({ address });
  try {
    return (await new Client({ connection }).workflow.getHandle(workflowId).describe()).status.name;
  } finally {
    await connection.close();
  }
}

const filesIn = (evidence: string): Promise<string[]> =>
  Promise.resolve(
    readdirSync(evidence, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort(),
  );

async function namedIn(url: string): Promise<unknown[]> {
  const rows = await querySql(
    url,
    'select storage_key from evidence union select storage_key from case_file order by 1',
  );
  return rows.map((row) => row['storage_key']);
}

test('restored into an empty data folder, as npm start keeps one: with the keys it had, another password and other ports', async () => {
  const data = path.join(folder, 'data');
  const said = saidBy(await run('restore.ts', ['--from', backup, '--data', data], {}));
  expect(said).toContain('完整，末次封存与备份时一致');
  expect(said).toContain(`npm start -- --data ${data}`);
  const settings: unknown = JSON.parse(readFileSync(path.join(data, 'settings.json'), 'utf8'));
  expect(settings).toMatchObject({ personKeySecret: keys.PERSON_KEY_SECRET });
  expect(readFileSync(path.join(data, 'certificate-key.pem'))).toEqual(readFileSync(keys.CERTIFICATE_KEY));
  for (const name of ['settings.json', 'certificate-key.pem'])
    expect((statSync(path.join(data, name)).mode & 0o777).toString(8)).toBe('600');
  for (const name of ['running.json', 'restoring', 'postgres/postmaster.pid'])
    expect(existsSync(path.join(data, name))).toBe(false);
  expect(await run('restore.ts', ['--from', backup, '--data', data], {})).toMatchObject({ code: 1 });
});

test('killed in the middle it leaves nothing that could be started; run again it begins anew and comes to its end', async () => {
  const [{ url }, evidence] = [await newDatabase(false), path.join(folder, 'evidence-of-d')];
  const dying = spawn(process.execPath, ['--import', 'tsx', path.join('bin', 'restore.ts'), '--from', backup], {
    cwd: PROJECT,
    env: { ...process.env, ...keys, DATABASE_URL: url, EVIDENCE_DIR: evidence },
    stdio: 'ignore',
  });
  const marked = `select from pg_tables where tablename in ('restoring', 'claim')`;
  await until('the mark, and a table', async () => (await querySql(url, marked)).length === 2);
  await endProcess(dying, 'SIGKILL');
  mkdirSync(evidence, { recursive: true });
  writeFileSync(path.join(evidence, 'left'), '');
  const started = await run('worker.ts', [], { DATABASE_URL: url, TEMPORAL_ADDRESS: temporal });
  expect(started).toMatchObject({ code: 1 });
  expect(started.output).toContain('恢复没有完成，不能启动');
  const said = saidBy(await restore(backup, url, evidence));
  expect(said).toContain('上次恢复没有完成，清空后重新恢复');
  expect(said).toContain('完整，末次封存与备份时一致');
  expect(await querySql(url, `select from pg_tables where tablename = 'restoring'`)).toEqual([]);
});

test('what cannot be right is refused, and nothing is touched: a folder with something in it, a partial or altered back-up, a filled database, another secret', async () => {
  const { url } = await newDatabase(false);
  const evidence = path.join(folder, 'nowhere');
  const refused = async (ran: Promise<Ran>, ...words: string[]): Promise<void> => {
    const { code, output } = await ran;
    for (const word of [...words, '办法：']) expect(output).toContain(word);
    expect(output).not.toContain('    at ');
    expect(code).toBe(1);
  };
  await refused(backUp(backup), '已经存在，不能覆盖');
  await refused(restore(folder, url, evidence), '不是备份目录');
  await refused(restore(backup, source.database.url, evidence), '不是空的', '没有改动它');
  await refused(
    restore(backup, url, evidence, { PERSON_KEY_SECRET: 'another-secret-of-32-characters-1' }),
    '不是备份时的值',
  );

  const [file = ''] = readdirSync(path.join(backup, 'tables')).filter((name) => name.startsWith('public.claim.'));
  const place = path.join(backup, 'tables', file);
  const content = readFileSync(place);
  writeFileSync(
    place,
    content.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
  );
  await refused(restore(backup, url, evidence), '缺失或被改动', 'public.claim');
  writeFileSync(place, content);
  rmSync(path.join(backup, 'manifest.json'));
  await refused(restore(backup, url, evidence), '是没有完成的备份');
  expect(await querySql(url, `select 1 from pg_tables where schemaname = 'public'`)).toEqual([]);
  expect(existsSync(evidence)).toBe(false);
});

import { sql } from 'kysely';
import pg from 'pg';
import { type Cluster, databaseUrl, ensureDatabase } from '../../bin/lib/postgres.ts';
import { addressOf, type RouteOutput } from '../../contract/routes.ts';
import { connectPool, kyselyOn } from '../../db/connect.ts';
import { seedOpenTasks } from '../../db/demo/bulk.ts';
import { Http, now, together } from '../lib/load.ts';
import { type Cpu, costed, medianSummary, rounded, type Summary, summary } from '../lib/measure.ts';
import { appoint, newPeople, type SignedIn, signIn } from '../lib/people.ts';
import type { Servers } from '../lib/servers.ts';
import { type Settings, say } from '../lib/settings.ts';
import { apiSecrets } from '../lib/system.ts';

/** Inbox pages over very many open tasks, ours and a plain table's side by side in one PostgreSQL; every reply is checked. */

const PAGE = 20;
const DEEP_PAGE = 50;
const RANDOM_GROUPS = 200;

/** One kind of look: what is asked, and what is wrong with the answer. */
type Look = () => Promise<string | null>;

export interface LookResult extends Summary {
  perS: number;
  errors: number;
  firstErrors: string[];
}

export interface InboxResult {
  openTasks: number;
  bigGroup: number;
  seedS: number;
  databaseMiB: number;
  looks: Record<string, LookResult>;
  cpu: Cpu;
}

/** Page 50, or the last but one of a small group. */
const deepPage = ({ bigTasks }: Ground): number => Math.min(DEEP_PAGE, Math.floor(bigTasks / PAGE) - 1);

interface Ground {
  url: string;
  bigEmployerId: string;
  bigTasks: number;
  reviewers: SignedIn[];
  others: SignedIn[];
}

export async function measureInbox(
  servers: Servers,
  cluster: Cluster & { pid: number },
  temporalAddress: string,
  count: number,
  settings: Settings,
): Promise<InboxResult> {
  const began = now();
  const ground = await seedOurs(servers, cluster, count);
  const seedS = (now() - began) / 1000;
  const plainUrl = await seedPlain(cluster, count);
  say('seeded', count, 'tasks twice in', rounded((now() - began) / 1000), 's');
  const env = { DATABASE_URL: ground.url, TEMPORAL_ADDRESS: temporalAddress };
  const api = await servers.http(`api-${String(count)}`, 'bin/api.ts', '/health/live', { ...env, ...apiSecrets() });
  const plain = await servers.http(`plain-${String(count)}`, 'bench/lib/plain-server.ts', '/ready', {
    DATABASE_URL: plainUrl,
  });
  const ours = new Http(api.base, settings.callers);
  const theirs = new Http(plain.base, settings.callers);
  const looks = { ...(await ourLooks(ours, ground)), ...plainLooks(theirs, ground) };
  const parts = { api: api.pid, plain: plain.pid, postgres: cluster.pid };
  const { value, cpu } = await costed(parts, () => measureLooks(looks, settings));
  await Promise.all([ours.close(), theirs.close()]);
  await servers.stop(api.pid);
  await servers.stop(plain.pid);
  return {
    openTasks: count,
    bigGroup: ground.bigTasks,
    seedS: rounded(seedS),
    databaseMiB: await databaseMiB(ground.url),
    looks: value,
    cpu,
  };
}

/** Each kind in turn, so that both sides meet the same disturbances; the medians of the repeats. */
async function measureLooks(looks: Record<string, Look>, settings: Settings): Promise<Record<string, LookResult>> {
  const { callers, repeats } = settings;
  const all: Record<string, LookResult[]> = {};
  for (const look of Object.values(looks)) await oneKind(look, { callers, looks: 150, seconds: 5 });
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const [kind, look] of Object.entries(looks)) {
      const result = await oneKind(look, { callers, looks: settings.looks, seconds: settings.lookSeconds });
      all[kind] = [...(all[kind] ?? []), result];
      say(kind, result.p50, result.p95, result.p99, result.errors > 0 ? result.firstErrors : '');
    }
  }
  const medians = Object.entries(all).map(([kind, results]) => [
    kind,
    {
      ...medianSummary(results),
      perS: rounded(results.reduce((sum, r) => sum + r.perS, 0) / results.length, 0),
      errors: results.reduce((sum, r) => sum + r.errors, 0),
      firstErrors: results.flatMap((r) => r.firstErrors).slice(0, 3),
    },
  ]);
  return Object.fromEntries(medians) as Record<string, LookResult>;
}

async function oneKind(
  look: Look,
  { callers, looks, seconds }: { callers: number; looks: number; seconds: number },
): Promise<LookResult> {
  const samples: number[] = [];
  const began = now();
  const errors = await together(
    Array.from({ length: looks }, (_, i) => i),
    callers,
    async () => {
      if (now() - began > seconds * 1000) return;
      const at = now();
      const wrong = await look();
      samples.push(now() - at);
      if (wrong !== null) throw new Error(wrong);
    },
  );
  const perS = rounded(samples.length / ((now() - began) / 1000), 0);
  return { ...summary(samples), perS, errors: errors.length, firstErrors: errors.slice(0, 3) };
}

async function ourLooks(http: Http, ground: Ground): Promise<Record<string, Look>> {
  const page = (who: SignedIn, query: Record<string, unknown>): Promise<RouteOutput<'tasks'>> =>
    http.call({ path: addressOf('tasks', { query: { limit: PAGE, ...query } }), headers: who.headers });
  const deepCursor = await cursorOfPage(page, ground, deepPage(ground));
  const big =
    (query: Record<string, unknown>, counted: boolean): Look =>
    async () => {
      const seen = await page(any(ground.reviewers), query);
      return whatIsWrong(seen, ground, counted);
    };
  const address = addressOf('taskCounts');
  return {
    'ours: big group, first page and count': big({ count: 'true' }, true),
    'ours: big group, first page': big({}, false),
    'ours: big group, page 50 by cursor': big({ after: deepCursor }, false),
    'ours: big group, counts alone': async () => {
      const { todo } = await http.call<RouteOutput<'taskCounts'>>({
        path: address,
        headers: any(ground.reviewers).headers,
      });
      return isRightCount(todo, ground) ? null : `counts: ${JSON.stringify(todo)}`;
    },
    'ours: random group, first page and count': async () => {
      const { items, count } = await page(any(ground.others), { count: 'true' });
      const groups = new Set(items.map((item) => item.organisationId));
      if (items.length !== PAGE || groups.size !== 1 || !inOrder(items.map((i) => i.dueOn)))
        return 'a wrong random page';
      return count && count.value >= PAGE ? null : 'a random page without its count';
    },
  };
}

/** Reads pages from the first on, as a person who turns them. */
async function cursorOfPage(
  page: (who: SignedIn, query: Record<string, unknown>) => Promise<RouteOutput<'tasks'>>,
  ground: Ground,
  wanted: number,
): Promise<string> {
  let after: string | null = null;
  const seen = new Set<string>();
  for (let number = 1; number < wanted; number += 1) {
    const shown: RouteOutput<'tasks'> = await page(any(ground.reviewers), after === null ? {} : { after });
    for (const item of shown.items) seen.add(item.id);
    after = shown.next;
  }
  if (seen.size !== (wanted - 1) * PAGE || after === null)
    throw new Error(`turning pages showed ${String(seen.size)} tasks`);
  return after;
}

function whatIsWrong(seen: RouteOutput<'tasks'>, ground: Ground, counted: boolean): string | null {
  const { items, next, count } = seen;
  if (items.length !== PAGE) return `${String(items.length)} items on a page`;
  if (next === null) return 'no next page';
  if (!inOrder(items.map((item) => item.dueOn))) return 'not in order of due date';
  if (items.some((item) => item.organisationId !== ground.bigEmployerId)) return 'a task of another group';
  if (items.some((item) => item.declarantName === '' || item.title === '')) return 'fields are missing';
  if (counted && !(count !== null && isRightCount(count, ground))) return `count: ${JSON.stringify(count)}`;
  return null;
}

const isRightCount = ({ value, more }: { value: number; more: boolean }, { bigTasks }: Ground): boolean =>
  value === Math.min(bigTasks, 1000) && more === bigTasks > 1000;

const inOrder = (keys: readonly string[]): boolean => keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') <= key);

interface PlainPage {
  items: { dueAt: string; claim?: { personId: string } }[];
  total: number | null;
}

function plainLooks(http: Http, ground: Ground): Record<string, Look> {
  const look =
    (query: Record<string, string | number>, total: number | null, rows = PAGE): Look =>
    async () => {
      const asked: [string, string | number][] = Object.entries(query);
      const search = new URLSearchParams([['group', BIG], ...asked.map(([k, v]): [string, string] => [k, `${v}`])]);
      const page = await http.call<PlainPage>({ path: `/tasks?${search.toString()}` });
      if (page.items.length !== rows) return `${String(page.items.length)} items on a plain page`;
      if (!inOrder(page.items.map((item) => item.dueAt))) return 'a plain page not in order';
      if (rows > 0 && page.items.some((item) => item.claim === undefined)) return 'no claim fields';
      return page.total === total ? null : `a plain total of ${String(page.total)}`;
    };
  const bounded = Math.min(ground.bigTasks, 1001);
  return {
    'plain: big group, first page and exact count': look({ fields: 1 }, ground.bigTasks),
    'plain: big group, first page and count to 1,001': look({ fields: 1, count: 'bounded' }, bounded),
    'plain: big group, first page': look({ fields: 1, count: 'none' }, null),
    'plain: big group, page 50 by offset and exact count': look(
      { fields: 1, page: deepPage(ground) - 1 },
      ground.bigTasks,
    ),
    'plain: big group, exact count alone': look({ size: 0 }, ground.bigTasks, 0),
  };
}

async function seedOurs(servers: Servers, cluster: Cluster, count: number): Promise<Ground> {
  const url = await servers.database(cluster, `inbox_${String(count)}`);
  const db = kyselyOn(connectPool(url, 4));
  try {
    const { bigEmployerId, bigTasks, reviewerIds } = await seedOpenTasks(db, { count, passwordHash: 'none' });
    const reviewers = await signIn(db, reviewerIds);
    const others = await newPeople(db, '初审', RANDOM_GROUPS);
    const organisations = others.map((_, i) => `emp-bench-${String(2 + i * 9).padStart(5, '0')}`);
    await appoint(db, others, organisations, 'first-reviewer');
    await sql`vacuum analyze`.execute(db);
    return { url, bigEmployerId, bigTasks, reviewers, others };
  } finally {
    await db.destroy();
  }
}

const BIG = 'emp-0000';

/** The peers' table with the peers' spread: every 50th task in the big group, the rest over 1,999. */
async function seedPlain(cluster: Cluster, count: number): Promise<string> {
  const name = `plain_${String(count)}`;
  await ensureDatabase(cluster, name);
  const client = new pg.Client({ connectionString: databaseUrl(cluster, name) });
  await client.connect();
  try {
    await client.query(PLAIN_TABLE);
    for (let from = 0; from < count; from += 100_000) {
      await client.query(PLAIN_ROWS, [from, Math.min(count, from + 100_000) - 1]);
    }
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
  return databaseUrl(cluster, name);
}

const PLAIN_TABLE = `
  create table task (
    id text primary key, claim_id text not null, step text not null, grp text not null, open boolean not null default true,
    due_at timestamptz not null, created_at timestamptz not null default now(), claim jsonb not null,
    decision text, decided_by text, decided_at timestamptz);
  create index task_inbox on task (grp, due_at, id) where open;
  create index task_claim on task (claim_id) where open`;

const PLAIN_ROWS = `
  insert into task (id, claim_id, step, grp, due_at, claim)
  select 'c-' || i || ':first', 'c-' || i, 'first',
    case when i % 50 = 0 then '${BIG}' else 'emp-' || lpad((1 + (i::bigint * 7919) % 1999)::text, 4, '0') end,
    now() + make_interval(mins => ((i::bigint * 104729) % 43200)::int),
    jsonb_build_object('personId', 'P' || i, 'year', 2026, 'form', 'CE-1', 'hours', 8 + i % 80, 'title', 'Senior engineer',
      'employerOrg', 'emp-0001', 'industryOrg', 'loc-001', 'hrssOrg', 'loc-061', 'provIndustryOrg', 'prov-01', 'provHrssOrg', 'prov-11')
  from generate_series($1::int, $2::int) i`;

async function databaseMiB(url: string): Promise<number> {
  const db = kyselyOn(connectPool(url, 1));
  try {
    const { rows } = await sql<{ mib: number }>`
      select (pg_database_size(current_database()) / 1048576)::int as mib`.execute(db);
    return rows[0]?.mib ?? 0;
  } finally {
    await db.destroy();
  }
}

function any<T>(list: readonly T[]): T {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error(`nothing to choose from`);
  return one;
}

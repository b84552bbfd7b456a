import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';

/** What the benchmarks ask for. */
export interface BulkOptions {
  /** How many open first-review tasks, each of a claim of its own. */
  count: number;
  /** The share of them that waits at one employer; the rest is spread evenly over 1,999 others. */
  bigShare?: number;
  /** The hash of the big employer's reviewers' password; without it they have no account. */
  passwordHash?: string;
}

/** Where the many tasks wait, and who may decide them. */
export interface BulkResult {
  bigEmployerId: string;
  bigTasks: number;
  reviewerIds: string[];
  reviewerUsernames: string[];
}

const EMPLOYERS = 2_000;
const CLAIMS_A_PERSON = 50;
const BATCH = 100_000;
const BIG_EMPLOYER_ID = 'emp-bench-00001';
const REVIEWERS = 16;

/**
 * Fills a migrated database (with or without the demo province) with open first-review tasks for measuring the inbox. Set-based
 * and sparse: claims, stages and tasks only, as if submitted and applied; a decision on one starts its workflow from the record.
 */
export async function seedOpenTasks(db: Kysely<Database>, options: BulkOptions): Promise<BulkResult> {
  const { count, bigShare = 0.02, passwordHash } = options;
  const every = Math.max(1, Math.round(1 / bigShare));
  await addGround(db, Math.ceil(count / CLAIMS_A_PERSON));
  const reviewerUsernames = await addReviewers(db, passwordHash);
  const base = await sql<{ number: number }>`select coalesce(max(number), 0)::int as number from claim`.execute(db);
  const firstNumber = base.rows[0]?.number ?? 0;
  for (let from = 1; from <= count; from += BATCH) {
    const to = Math.min(count, from + BATCH - 1);
    await db.transaction().execute(async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx);
      await addClaims(trx, { from, to, every, firstNumber });
    });
  }
  await sql`select setval(pg_get_serial_sequence('claim', 'number'), ${firstNumber + count}::bigint)`.execute(db);
  await sql`vacuum analyze claim, stage, task, person, organisation`.execute(db);
  return {
    bigEmployerId: BIG_EMPLOYER_ID,
    bigTasks: Math.floor(count / every),
    reviewerIds: Array.from({ length: REVIEWERS }, (_, index) => uuidText('b9', index + 1)),
    reviewerUsernames,
  };
}

/** Ids that tell their kind and number, so that no statement has to look another's up. */
const uuidText = (kind: string, number: number): string =>
  `000000${kind}-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const uuidSql = (kind: string, number: string) =>
  sql`(${sql.lit(`000000${kind}-0000-7000-8000-`)} || lpad(to_hex(${sql.raw(number)}), 12, '0'))::uuid`;

async function addGround(db: Kysely<Database>, people: number): Promise<void> {
  await sql`insert into region (code, name, level) values ('420000', '湖北省', 'province') on conflict do nothing`.execute(
    db,
  );
  await sql`insert into industry (code, name) values ('health', '卫生健康') on conflict do nothing`.execute(db);
  await sql`
    insert into organisation (id, name, kind, level, region_code, industry_code, unit_kind, study_archive)
    select 'emp-bench-' || lpad(n::text, 5, '0'), '基准测试单位' || n, 'employer', 'province', '420000', 'health', 'ordinary', true
    from generate_series(1, ${EMPLOYERS}::int) n`.execute(db);
  await sql`
    insert into person (id, name, id_number, title)
    select ${uuidSql('b1', 'n')}, '测试人员' || n, '999999' || lpad(n::text, 11, '0') || '0', '工程师'
    from generate_series(1, ${people}::int) n`.execute(db);
}

async function addReviewers(db: Kysely<Database>, passwordHash: string | undefined): Promise<string[]> {
  await sql`
    insert into person (id, name, id_number, title)
    select ${uuidSql('b9', 'n')}, '测试初审' || n, '999998' || lpad(n::text, 11, '0') || '0', '工程师'
    from generate_series(1, ${REVIEWERS}::int) n`.execute(db);
  await sql`
    insert into role_holding (person_id, organisation_id, role, from_on)
    select ${uuidSql('b9', 'n')}, ${BIG_EMPLOYER_ID}, 'first-reviewer', '2026-01-01'
    from generate_series(1, ${REVIEWERS}::int) n`.execute(db);
  if (passwordHash === undefined) return [];
  await sql`
    insert into account (person_id, username, password_hash)
    select ${uuidSql('b9', 'n')}, 'bench-' || n, ${passwordHash} from generate_series(1, ${REVIEWERS}::int) n`.execute(
    db,
  );
  return Array.from({ length: REVIEWERS }, (_, index) => `bench-${String(index + 1)}`);
}

interface Batch {
  from: number;
  to: number;
  /** Each so-manieth claim is of the big employer. */
  every: number;
  firstNumber: number;
}

/** One batch of claims with their open stage and task. */
async function addClaims(trx: Kysely<Database>, { from, to, every, firstNumber }: Batch): Promise<void> {
  const numbers = sql`generate_series(${from}::int, ${to}::int) n`;
  const employer = sql`'emp-bench-' || lpad((case when n % ${every}::int = 0 then 1 else 2 + (n::bigint * 7919) % ${EMPLOYERS - 1}::int end)::text, 5, '0')`;
  const opened = sql`timestamptz '2026-11-01 01:00Z' + (n % 20) * interval '1 day' + (n % 28800) * interval '1 second'`;
  const due = sql`date '2026-11-15' + (n::bigint * 31 % 40)::int`;
  const title = sql`'2026年继续教育培训班第' || n || '期'`;
  await sql`
    insert into claim (id, number, person_id, year, form, title, state, declaration, version, identity, employer_id, unit_kind, level,
      region_code, industry_code, study_archive, plan, first_submitted_at, act_seq, applied_seq, stage_seq, claimed_hundredths)
    overriding system value
    select ${uuidSql('b2', 'n')}, ${firstNumber}::bigint + n, ${uuidSql('b1', `1 + (n - 1) / ${String(CLAIMS_A_PERSON)}`)}, 2026,
      'authority-training', ${title}, 'first-review',
      jsonb_build_object('form', 'authority-training', 'organiser', 'hrss', 'mode', 'offline', 'title', ${title},
        'days', jsonb_build_array(jsonb_build_object('on', '2026-10-12', 'subject', 'professional', 'hundredths', 800))),
      1, 'bench|' || n, ${employer}, 'ordinary', 'province', '420000', 'health', true,
      jsonb_build_object('recordForInformation', false, 'stages', jsonb_build_array(jsonb_build_object('kind', 'first-review',
        'notes', '[]'::jsonb, 'basis', '["14"]'::jsonb, 'tasks', jsonb_build_array(jsonb_build_object('organisationId', ${employer},
        'capacity', 'employer', 'role', 'first-reviewer'))))),
      ${opened}, 1, 1, 1, 800
    from ${numbers}`.execute(trx);
  await sql`
    insert into stage (claim_id, seq, kind, version, opened_at, due_on, calendar)
    select ${uuidSql('b2', 'n')}, 1, 'first-review', 1, ${opened}, ${due}, 'bench' from ${numbers}`.execute(trx);
  await sql`
    insert into task (id, claim_id, stage_seq, stage_kind, organisation_id, capacity, opened_at, due_on, declarant_id, declarant_name,
      employer_name, claim_number, year, form, title, claimed_hundredths, version)
    select ${uuidSql('b3', 'n')}, ${uuidSql('b2', 'n')}, 1, 'first-review', ${employer}, 'employer', ${opened}, ${due},
      ${uuidSql('b1', `1 + (n - 1) / ${String(CLAIMS_A_PERSON)}`)}, '测试人员' || (1 + (n - 1) / ${CLAIMS_A_PERSON}::int), '基准测试单位',
      ${firstNumber}::bigint + n, 2026, 'authority-training', ${title}, 800, 1
    from ${numbers}`.execute(trx);
}

import { sql } from 'kysely';
import type { ReconciliationDepth, ReconciliationPart, ReconciliationProgress, StuckClass } from '../contract/stuck.ts';
import { tell } from './acts/notices.ts';
import type { Db } from './connect.ts';
import { findCases } from './reconciliation/cases.ts';
import { findInCertificates, findMissingGlyphs } from './reconciliation/certificates.ts';
import { findInClaims } from './reconciliation/claims.ts';
import type { ComparedPage, Finder, Workflows } from './reconciliation/finding.ts';
import { findInLedger } from './reconciliation/ledger.ts';
import { findCasesWithoutOfficers } from './reconciliation/officers.ts';
import { findInNotices, findInOutbox } from './reconciliation/outbox.ts';
import { findWithoutReviewers } from './reconciliation/reviewers.ts';
import { findInStatistics } from './reconciliation/statistics.ts';
import { findInTasks } from './reconciliation/tasks.ts';

/**
 * Reconciliation (对账): the record compared with its workflows, and what is kept with what it came from. The run's row says how far it is,
 * so it can be cut short anywhere and called again; a page's findings and the mark move in one transaction.
 */

type Part = { find: Finder; classes: readonly StuckClass[]; rows: number; depths: readonly ReconciliationDepth[] };

const BOTH = ['quick', 'full'] as const;
const NIGHTLY = ['full'] as const;

/** In the order in which they are compared. What can stop a claim is compared each hour, the rest each night. */
const PARTS: Readonly<Record<ReconciliationPart, Part>> = {
  reviewers: { find: findWithoutReviewers, classes: ['no-eligible-reviewer'], rows: 2_000, depths: BOTH },
  claims: {
    find: findInClaims,
    classes: [
      'workflow-missing',
      'workflow-ended',
      'workflow-elsewhere',
      'activity-failing',
      'claim-without-task',
      'overdue',
    ],
    rows: 200,
    depths: BOTH,
  },
  tasks: { find: findInTasks, classes: ['task-without-claim'], rows: 2_000, depths: BOTH },
  cases: {
    find: findCases,
    classes: ['workflow-missing', 'workflow-ended', 'activity-failing'],
    rows: 200,
    depths: BOTH,
  },
  officers: { find: findCasesWithoutOfficers, classes: ['case-without-officers'], rows: 1_000, depths: BOTH },
  outbox: { find: findInOutbox, classes: ['outbox-undelivered'], rows: 1_000, depths: BOTH },
  notices: { find: findInNotices, classes: ['notice-undeliverable'], rows: 1_000, depths: BOTH },
  certificates: { find: findInCertificates, classes: ['certificate-disagrees'], rows: 200, depths: NIGHTLY },
  glyphs: { find: findMissingGlyphs, classes: ['glyph-missing'], rows: 1_000, depths: BOTH },
  ledger: { find: findInLedger, classes: ['ledger-unequal'], rows: 200, depths: NIGHTLY },
  statistics: { find: findInStatistics, classes: ['aggregates-unequal'], rows: 1_000, depths: NIGHTLY },
};

const partsOf = (depth: ReconciliationDepth): ReconciliationPart[] =>
  (Object.keys(PARTS) as ReconciliationPart[]).filter((part) => PARTS[part].depths.includes(depth));

const partAfter = (depth: ReconciliationDepth, part: ReconciliationPart): ReconciliationPart | null => {
  const parts = partsOf(depth);
  return parts[parts.indexOf(part) + 1] ?? null;
};

/** Begins a reconciliation, or answers the one of this depth that was cut short. */
export async function beginReconciliation(db: Db, depth: ReconciliationDepth): Promise<ReconciliationProgress> {
  const [first = null] = partsOf(depth);
  await db
    .insertInto('reconciliation')
    .values({ depth, part: first })
    .onConflict((c) => c.column('depth').where('state', '=', 'running').doNothing())
    .execute();
  const { id } = await db
    .selectFrom('reconciliation')
    .select('id')
    .where('depth', '=', depth)
    .orderBy('begun_at', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return progressOf(db, id);
}

/**
 * Compares the next page. Reading (and asking Temporal) happens outside the transaction that keeps what was found: two workers on one run do
 * double work, and only one of them moves the mark.
 */
export async function reconcilePage(
  db: Db,
  workflows: Workflows,
  { id, now = new Date() }: { id: string; now?: Date },
): Promise<ReconciliationProgress> {
  const run = await db.selectFrom('reconciliation').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  if (run.part === null) return progressOf(db, id);
  const { find, classes, rows } = PARTS[run.part];
  const page = await find({ db, workflows, now }, { after: run.after, limit: rows });
  const next = page.last === null ? { part: partAfter(run.depth, run.part), after: null } : { after: page.last };
  await db.transaction().execute(async (trx) => {
    const held = await trx
      .selectFrom('reconciliation')
      .select(['part', 'after'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (held.part !== run.part || held.after !== run.after) return;
    const kept = await keepFindings(trx, { page, classes, after: run.after });
    const isOver = 'part' in next && next.part === null;
    await trx
      .updateTable('reconciliation')
      .set((eb) => ({
        ...next,
        checked: eb('checked', '+', page.checked),
        found: eb('found', '+', kept.found),
        resolved: eb('resolved', '+', kept.resolved),
        ...(isOver ? { state: 'done' as const, finished_at: sql`now()` } : {}),
      }))
      .where('id', '=', id)
      .execute();
    if (isOver) await tellProvince(trx, id, now);
  });
  return progressOf(db, id);
}

async function progressOf(db: Db, id: string): Promise<ReconciliationProgress> {
  return db
    .selectFrom('reconciliation')
    .select(['id', 'state', 'part', 'checked', 'found', 'resolved'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** One claim compared again, as after a repair; its findings end where they are gone. */
export async function recheckClaim(db: Db, workflows: Workflows, claimId: string): Promise<void> {
  const { find, classes } = PARTS.claims;
  const page = await find({ db, workflows, now: new Date() }, { after: null, limit: 1, only: claimId });
  await db
    .transaction()
    .execute((trx) =>
      keepFindings(trx, { page: { ...page, last: claimId }, classes, after: null, only: claimId }).then(
        () => undefined,
      ),
    );
}

type Kept = { page: ComparedPage; classes: readonly StuckClass[]; after: string | null; only?: string };

/** What is found is kept once a cause and subject; what a page covers and no longer meets is resolved. */
async function keepFindings(
  trx: Db,
  { page, classes, after, only }: Kept,
): Promise<{ found: number; resolved: number }> {
  const covered = sql`f.class = any (${sql.val([...classes])}::text[])
    and (${after}::text is null or f.page_key > ${after}) and (${page.last}::text is null or f.page_key <= ${page.last})
    and (${only ?? null}::text is null or f.page_key = ${only ?? null})
    and f.subject_kind = any (${sql.val([...page.subjects])}::text[])`;
  const { rows } = await sql<{ found: number; resolved: number }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(page.found)}::jsonb)
        as x(class text, "subjectKind" text, "subjectId" text, "pageKey" text, "claimId" uuid, "organisationId" text, facts jsonb)),
    seen as (
      insert into stuck_finding (class, subject_kind, subject_id, page_key, claim_id, organisation_id, facts)
      select class, "subjectKind", "subjectId", "pageKey", "claimId", "organisationId", coalesce(facts, '{}') from given
      on conflict (class, subject_id) where resolved_at is null do update
        set last_seen_at = greatest(now(), stuck_finding.first_seen_at + interval '1 microsecond'), facts = excluded.facts, organisation_id = excluded.organisation_id, page_key = excluded.page_key,
          repaired_at = case when stuck_finding.repaired_at < now() - ${SETTLES}::interval then null else stuck_finding.repaired_at end
      returning id, class, first_seen_at = last_seen_at as is_new),
    resolved as (
      update stuck_finding f set resolved_at = now() where f.resolved_at is null and ${covered}
        and not exists (select from given g where g.class = f.class and g."subjectId" = f.subject_id)
      returning id, class),
    audited as (
      insert into audit (action, subject_kind, subject_id, detail)
      select 'stuck.' || what, 'stuck', id::text, jsonb_build_object('actor', 'system', 'class', class)
      from (select 'found' as what, id, class from seen where is_new union all select 'resolved', id, class from resolved) news)
    select (select count(*)::int from seen where is_new) as found, (select count(*)::int from resolved) as resolved`.execute(
    trx,
  );
  return rows[0] ?? { found: 0, resolved: 0 };
}

/** A repair's effect takes so long to be seen; after it, a finding that is still there waits for another. */
const SETTLES = '5 minutes';

/** Who administers the province's system hears once a run that there is something new. */
async function tellProvince(trx: Db, id: string, now: Date): Promise<void> {
  const { found } = await progressOf(trx, id);
  if (found === 0) return;
  const { rows } = await sql<{ personId: string }>`
    select distinct person_id as "personId" from role_holding
    where organisation_id = 'hrss-420000' and role = 'administrator'
      and from_on <= ${now}::date and (until_on is null or until_on > ${now}::date)`.execute(trx);
  await tell(
    trx,
    rows.map(({ personId }) => ({
      personId,
      kind: 'stuck-found' as const,
      key: id,
      detail: { count: found, path: '/admin/stuck' },
    })),
  );
}

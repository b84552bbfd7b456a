import { type RawBuilder, sql } from 'kysely';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import { auditJson } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import { isUnderWay } from '../orphans.ts';
import type { CaseKind } from '../tables/deferrals.ts';

/**
 * A restored record goes on: every open claim and case gets its workflow anew, through the outbox, when the system starts. Temporal's part
 * may be missing, older or newer than the record; a workflow that is started anew reads from the record where it stands and until when it waits.
 */

export type Revived = { claims: number; cases: Partial<Record<CaseKind, number>>; years: number; unlocked: number };

/** The cases whose workflow lives, by the table's name. */
const OPEN_CASES: readonly (readonly [kind: CaseKind, open: RawBuilder<unknown>])[] = [
  ['complaint', sql`select id from complaint where state <> 'answered'`],
  ['deferral', sql`select id from deferral where state in ('requested', 'granted')`],
  ['rectification', sql`select id from rectification where state in ('ordered', 'reported', 'overdue')`],
  ['sanction', sql`select id from sanction where state in ('opened', 'hearing', 'decided', 'in-force')`],
  ['reconsideration', sql`select id from reconsideration where state = 'requested'`],
  ['title-order', sql`select id from title_order where state in ('ordered', 'reported', 'overdue')`],
];

/** In one transaction, with its row in the audit trail. Safe to repeat. @param detail what the audit row says of the back-up: codes and numbers */
export const revive = (db: Db, detail: AuditFacts): Promise<Revived> =>
  db.transaction().execute(async (trx) => {
    const unlocked = await unlockJobs(trx);
    const { claims, cases } = await beginWorkflows(trx);
    const years = await counted(
      trx,
      sql`graphile_worker.add_job('close-year', json_build_object('year', id), job_key := 'close-year:' || id)`,
      sql`select year as id from year_close where state <> 'closed'`,
    );
    // Workflows of what this record does not hold, in a Temporal that is newer; then everything is compared.
    await sql`
      select graphile_worker.add_job('orphans', '{}'::json, job_key := 'orphans'),
        graphile_worker.add_job('reconcile', '{"depth":"full"}'::json, job_key := 'reconcile:restored', run_at := now() + interval '3 minutes')`.execute(
      trx,
    );
    const done = { claims, cases, years, unlocked };
    await sql`
      insert into audit (action, subject_kind, subject_id, detail)
      values ('audit.restored', 'audit', 'restored', ${auditJson({ actor: 'system', ...detail, ...done })}::jsonb)`.execute(
      trx,
    );
    return done;
  });

/**
 * The workflow of every open claim and case begins, through the outbox.
 * @param apartMs so long after each other, behind what people do meanwhile; at once unless given
 */
export async function beginWorkflows(trx: Db, apartMs = 0): Promise<Pick<Revived, 'claims' | 'cases'>> {
  const when = sql`run_at := now() + open.n * ${apartMs}::int * interval '1 millisecond', priority := ${apartMs > 0 ? LATER : 0}::int`;
  const claims = await counted(
    trx,
    sql`graphile_worker.add_job('rebuild', json_build_object('claimId', id), job_key := 'rebuild:' || id, ${when})`,
    sql`select id from claim c where ${isUnderWay}`,
  );
  const cases: Revived['cases'] = {};
  for (const [kind, open] of OPEN_CASES) {
    const payload = sql`json_build_object('caseKind', ${kind}::text, 'caseId', id)`;
    cases[kind] = await counted(
      trx,
      sql`graphile_worker.add_job('look', ${payload}, job_key := 'look:' || ${kind}::text || '/' || id, ${when})`,
      open,
    );
  }
  return { claims, cases };
}
const LATER = 10;

/** One job for each row of `of`; the job may read the row's place in `open.n`. */
async function counted(trx: Db, job: RawBuilder<unknown>, of: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(${job})::int as n from (select id, row_number() over () as n from (${of}) each) open`.execute(trx);
  return rows[0]?.n ?? 0;
}

/** What a relay was doing when the back-up was made, nobody does any more. */
async function unlockJobs(trx: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from graphile_worker.jobs where locked_at is not null`.execute(trx);
  await sql`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by))
    from graphile_worker.jobs where locked_at is not null having count(*) > 0`.execute(trx);
  return rows[0]?.n ?? 0;
}

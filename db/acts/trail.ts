import { type RawBuilder, sql } from 'kysely';
import type { AuditAction, AuditSubjectKind } from '../../contract/audit.ts';
import type { AuditDetail } from '../../contract/audit-detail.ts';
import type { Act } from '../../rules/stages.ts';
import { auditJson } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import type { TimelineKind } from '../schema.ts';
import { tracedJob, tracedJson } from '../spans.ts';
import type { CaseKind } from '../tables/deferrals.ts';
import type { Machine } from './machines.ts';

/**
 * The parts every act ends in, as common table expressions, so that the act, its audit row, its line on the timeline and the
 * workflow's ring are one statement. The outbox (graphile-worker) hands the ring to Temporal once the transaction is committed.
 */

type AuditEntry = {
  action: AuditAction;
  subjectKind: AuditSubjectKind;
  /** An id, or a column of `from`. */
  subjectId: string | RawBuilder<unknown>;
  organisationId?: string | undefined;
  detail?: AuditDetail;
  /** A part of the same statement: one row for each of its rows, none where it did nothing. */
  from?: string;
};

/** Who acts, for the trail; nobody known when a log-in fails. */
type Actor = { personId: string | null; requestId: string };

export const auditCte = (actor: Actor, entry: AuditEntry): RawBuilder<unknown> => sql`
  audited as (
    insert into audit (actor_id, organisation_id, action, subject_kind, subject_id, request_id, detail)
    select ${actor.personId}::uuid, ${entry.organisationId ?? null}::text, ${entry.action}::text, ${entry.subjectKind}::text,
           ${entry.subjectId}::text, ${actor.requestId}::text, ${auditJson(entry.detail ?? {})}::jsonb
    ${entry.from === undefined ? sql`` : sql`from ${sql.table(entry.from)}`})`;

type MachineEntry = Pick<AuditEntry, 'action' | 'subjectKind' | 'detail'> & { subjectId: string };

/** What a machine did, for whom: its client is the subject or in the detail; no person acted. */
export async function auditMachine(trx: Db, machine: Machine, entries: readonly MachineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await trx
    .insertInto('audit')
    .values(
      entries.map(({ action, subjectKind, subjectId, detail = {} }) => ({
        actor_id: null,
        organisation_id: machine.organisationId,
        action,
        subject_kind: subjectKind,
        subject_id: subjectId,
        request_id: machine.requestId,
        detail: auditJson({ clientId: machine.clientId, ...detail }),
      })),
    )
    .execute();
}

/** An audit row of its own, for acts that are no single statement. */
export const audit = async (trx: Db, actor: Actor, entry: AuditEntry): Promise<void> => {
  await sql`with ${auditCte(actor, entry)} select 1`.execute(trx);
};

type TimelineEntry = {
  claimId: string;
  at: Date;
  kind: TimelineKind;
  actorId: string;
  organisationId?: string | undefined;
  stageSeq?: number | undefined;
  detail?: Record<string, unknown>;
};

export const timelineCte = (entry: TimelineEntry): RawBuilder<unknown> => sql`
  told as (
    insert into timeline (claim_id, at, kind, actor_id, organisation_id, stage_seq, detail)
    values (${entry.claimId}, ${entry.at}, ${entry.kind}, ${entry.actorId}, ${entry.organisationId ?? null}, ${entry.stageSeq ?? null},
            ${JSON.stringify(entry.detail ?? {})}::jsonb))`;

/**
 * The select that rings the claim's workflow with a copy of the act, so that the relay need not read it; last in the statement
 * because functions need a select to run in.
 */
export const ring = (claimId: string, act: Act): RawBuilder<unknown> => sql`
  select graphile_worker.add_job('ring', ${tracedJob({ claimId, act })}::json)`;

/**
 * The payload that rings again for an act which is in the record already, as an SQL expression.
 * @param claimId @param seq SQL expressions, such as columns
 */
export const recordedRing = (claimId: RawBuilder<unknown>, seq: RawBuilder<unknown>): RawBuilder<unknown> =>
  tracedJson(sql`(
  select json_build_object('claimId', a.claim_id, 'act',
    json_build_object('seq', a.seq, 'kind', a.kind, 'stageKind', coalesce(a.target, s.kind), 'outcome', a.outcome))
  from act a left join stage s on s.claim_id = a.claim_id and s.seq = a.stage_seq
  where a.claim_id = ${claimId} and a.seq = ${seq})`);

type CaseEntry = {
  caseKind: CaseKind;
  caseId: string;
  kind: string;
  actorId: string | null;
  organisationId?: string | undefined;
  detail?: Record<string, string | number>;
};

/** A line in a case's story. */
export const caseEventCte = (entry: CaseEntry): RawBuilder<unknown> => sql`
  told as (
    insert into case_event (case_kind, case_id, kind, actor_id, organisation_id, detail)
    values (${entry.caseKind}, ${entry.caseId}, ${entry.kind}, ${entry.actorId}, ${entry.organisationId ?? null},
            ${JSON.stringify(entry.detail ?? {})}::jsonb))`;

/** The select that makes a case's workflow look at the record (and starts it first, if need be); last in the statement. */
export const lookAt = (caseKind: CaseKind, caseId: string): RawBuilder<unknown> => sql`
  select graphile_worker.add_job('look', ${tracedJob({ caseKind, caseId })}::json, job_key := ${`look:${caseKind}/${caseId}`})`;

/** The same for many. @param cases a select whose rows name them by `id` */
export const lookAtEach = (caseKind: CaseKind, cases: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select graphile_worker.add_job('look', ${tracedJson(sql`json_build_object('caseKind', ${caseKind}::text, 'caseId', id)`)}, job_key := 'look:' || ${caseKind}::text || '/' || id)
  from (${cases}) as cases`;

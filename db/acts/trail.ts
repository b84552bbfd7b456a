import { type RawBuilder, sql } from 'kysely';
import type { TimelineKind } from '../schema.ts';
import type { Caller } from './caller.ts';

/**
 * The parts every act ends in, as common table expressions, so that the act, its audit row, its line on the timeline and the
 * workflow's ring are one statement. The outbox (graphile-worker) hands the ring to Temporal once the transaction is committed.
 */

type AuditEntry = {
  action: string;
  subjectKind: 'claim' | 'task' | 'evidence' | 'session';
  subjectId: string;
  organisationId?: string | undefined;
  detail?: Record<string, unknown>;
};

export const auditCte = (caller: Caller, entry: AuditEntry): RawBuilder<unknown> => sql`
  audited as (
    insert into audit (actor_id, organisation_id, action, subject_kind, subject_id, request_id, detail)
    values (${caller.personId}, ${entry.organisationId ?? null}, ${entry.action}, ${entry.subjectKind}, ${entry.subjectId},
            ${caller.requestId}, ${JSON.stringify(entry.detail ?? {})}::jsonb))`;

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

/** The select that rings the claim's workflow about act `seq`; last in the statement because functions need a select to run in. */
export const ring = (claimId: string, seq: number): RawBuilder<unknown> => sql`
  select graphile_worker.add_job('ring', json_build_object('claimId', ${claimId}::text, 'seq', ${seq}::int))`;

import { sql } from 'kysely';
import { faultCodeOf } from '../../contract/stuck.ts';
import { isOlder } from '../clock.ts';
import { type Finder, lastKey } from './finding.ts';

/** What the outbox has not delivered, to Temporal and to people outside the system. */

const UNDELIVERED = '10 minutes';

type Job = {
  key: string;
  id: string;
  task: string;
  attempts: number;
  isGivenUp: boolean;
  fault: string | null;
  claimId: string | null;
  caseKind: string | null;
  createdAt: Date;
};

/** Jobs that were written so long ago and are still there; what the timetable writes by itself is no message. */
export const findInOutbox: Finder = async ({ db }, { after, limit }) => {
  const { rows } = await sql<Job>`
    select lpad(j.id::text, 20, '0') as key, j.id::text as id, t.identifier as task, j.attempts::int as attempts,
      j.attempts >= j.max_attempts as "isGivenUp", j.last_error as fault, c.id as "claimId", j.payload ->> 'caseKind' as "caseKind",
      j.created_at as "createdAt"
    from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    left join claim c on c.id::text = j.payload ->> 'claimId'
    where t.identifier = any (${sql.val([...MESSAGES])}::text[]) and ${isOlder('j.created_at', UNDELIVERED)}
      and (j.attempts > 0 or j.run_at < now() - ${UNDELIVERED}::interval)
      ${after === null ? sql`` : sql`and j.id > ${after}::bigint`}
    order by j.id limit ${limit}`.execute(db);
  return {
    found: rows.map(({ key, id, task, attempts, isGivenUp, fault, claimId, caseKind, createdAt }) => ({
      class: 'outbox-undelivered' as const,
      subjectKind: 'job' as const,
      subjectId: id,
      pageKey: key,
      claimId,
      facts: {
        task,
        attempts,
        isGivenUp,
        caseKind,
        writtenAt: createdAt.toISOString(),
        code: fault === null ? null : faultCodeOf(fault),
      },
    })),
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: ['job'],
  };
};
const MESSAGES = ['ring', 'look', 'close-year', 'rebuild', 'import', 'what-if', 'repair'];

type Delivery = { key: string; channel: string; state: string; attempts: number; fault: string | null; kind: string };

/** Older notices are history: they are read in the system. */
const NEWS = '3 days';

/** Messages that were given up, and those whose sender died while they left: those may have arrived, and are never sent again by themselves. */
export const findInNotices: Finder = async ({ db }, { after, limit }) => {
  const { rows } = await sql<Delivery>`
    select d.notice_id || '/' || d.channel as key, d.channel, d.state, d.attempts, d.fault, n.kind
    from notice_delivery d join notice n on n.id = d.notice_id
    where n.created_at > now() - ${NEWS}::interval and (d.state = 'failed' or (d.state = 'sending' and ${isOlder('d.at', UNDELIVERED)}))
      ${after === null ? sql`` : sql`and (d.notice_id || '/' || d.channel) collate "C" > ${after}`}
    order by (d.notice_id || '/' || d.channel) collate "C" limit ${limit}`.execute(db);
  return {
    found: rows.map(({ key, channel, state, attempts, fault, kind }) => ({
      class: 'notice-undeliverable' as const,
      subjectKind: 'notice' as const,
      subjectId: key,
      pageKey: key,
      facts: { channel, state, attempts, kind, code: fault === null ? null : faultCodeOf(fault) },
    })),
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: ['notice'],
  };
};

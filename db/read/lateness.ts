import { sql } from 'kysely';
import type { ClaimDetail } from '../../contract/claims.ts';
import { escalatesOn, nudgeFrom } from '../../rules/overdue.ts';
import type { Db } from '../connect.ts';
import type { ClaimRow } from '../schema.ts';

type Row = { opened_on: string; due_on: string; last_on: string | null; nudges: number; escalated: boolean };

/** When the declarant may nudge (催办) next, and when the superior body is told (督办) of the stage that is open. */
export async function latenessOf(
  db: Db,
  claim: Pick<ClaimRow, 'id' | 'withdrawn_at'>,
  { isOwn, today }: { isOwn: boolean; today: string },
): Promise<Pick<ClaimDetail, 'nudge' | 'escalation'>> {
  const { rows } = await sql<Row>`
    select (s.opened_at at time zone 'Asia/Shanghai')::date::text as opened_on, s.due_on::text as due_on,
      max(n.nudged_on)::text as last_on, count(n.id)::int as nudges,
      exists (select from escalation e join task t on t.id = e.task_id
              where e.claim_id = s.claim_id and t.stage_seq = s.seq) as escalated
    from stage s left join nudge n on n.claim_id = s.claim_id and n.stage_seq = s.seq
    where s.claim_id = ${claim.id} and s.settled_at is null
      and exists (select from task t where t.claim_id = s.claim_id and t.stage_seq = s.seq and t.state in ('open', 'claimed'))
    group by s.claim_id, s.seq`.execute(db);
  const [open] = rows;
  if (!open || claim.withdrawn_at !== null) return { nudge: null, escalation: null };
  const fromOn = nudgeFrom(open.opened_on, open.last_on);
  return {
    nudge: isOwn ? { fromOn, mayNow: fromOn <= today, count: open.nudges } : null,
    escalation: { fromOn: escalatesOn(open.due_on), isEscalated: open.escalated },
  };
}

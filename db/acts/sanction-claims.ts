import { sql } from 'kysely';
import { SANCTION_BASIS } from '../../rules/sanction.ts';
import type { Db } from '../connect.ts';
import type { ClaimRow } from '../schema.ts';
import { tracedJson } from '../spans.ts';
import { lastDayBefore } from '../system-trail.ts';
import type { ClosingRow, SanctionRow } from '../tables/sanctions.ts';
import type { Caller } from './caller.ts';
import { giveBack } from './give-back.ts';
import { tell } from './notices.ts';
import { auditCte } from './trail.ts';

/**
 * Claims on their way in a year that is cancelled (Art. 21): each ends, and how it stood is kept; lifted, each goes on from there (D-44).
 * Both are acts on the record, carried out at once; the claim's workflow hears of them, ends, and starts again.
 */

type Closing = { sanction: SanctionRow; claimIds: readonly string[]; now: Date };

/** Ends the claims, with their open stages and tasks. */
export async function closeClaims(trx: Db, caller: Caller, { sanction, claimIds, now }: Closing): Promise<void> {
  if (claimIds.length === 0) return;
  const ids = sql`any (${sql.val([...claimIds])}::uuid[])`;
  const detail = JSON.stringify({ article: SANCTION_BASIS, sanctionId: sanction.id });
  await sql`
    with kept as (
      insert into sanction_closing (sanction_id, claim_id, state, applied_seq, stage_seq, closed_seq)
      select ${sanction.id}, c.id, c.state, c.applied_seq, s.seq, c.act_seq + 1
      from claim c left join stage s on s.claim_id = c.id and s.settled_at is null where c.id = ${ids}),
    c as (
      update claim set state = 'rejected', act_seq = act_seq + 1, applied_seq = act_seq + 1, correction_due_at = null,
        ended_at = ${now}, updated_at = ${now}
      where id = ${ids} returning id, act_seq, stage_seq),
    settled as (update stage set settled_at = ${now}, outcome = 'withdrawn' where claim_id = ${ids} and settled_at is null),
    closed as (update task set state = 'closed', ended_at = ${now} where claim_id = ${ids} and state in ('open', 'claimed')),
    done as (
      insert into act (claim_id, seq, kind, actor_id, at) select id, act_seq, 'sanctioned', ${caller.personId}, ${now} from c),
    told as (
      insert into timeline (claim_id, at, kind, actor_id, organisation_id, detail)
      select id, ${now}, 'sanctioned', ${caller.personId}, ${sanction.authority_id}, ${detail}::jsonb from c),
    ${auditCte(caller, {
      action: 'claim.sanctioned',
      subjectKind: 'claim',
      subjectId: sql`c.id`,
      organisationId: sanction.authority_id,
      detail: { article: SANCTION_BASIS, sanctionId: sanction.id },
      from: 'c',
    })}
    select graphile_worker.add_job('ring', ${tracedJson(sql`json_build_object('claimId', id, 'act',
      json_build_object('seq', act_seq, 'kind', 'sanctioned', 'stageKind', null, 'outcome', null))`)}) from c`.execute(
    trx,
  );
}

/** Locks what the case closed, in the order of the claims' ids: before the person, as whoever asks for the review of a rejection does. */
export async function lockClosedClaims(trx: Db, sanctionId: string): Promise<void> {
  await sql`
    select c.id from sanction_closing x join claim c on c.id = x.claim_id
    where x.sanction_id = ${sanctionId} order by c.id for no key update of c`.execute(trx);
}

type Lifting = { sanction: SanctionRow; organisationId: string; now: Date };

/**
 * Gives back what the case closed. A claim whose activity the declarant has declared anew meanwhile stays closed: nobody has two open
 * claims for one activity.
 * @returns how many go on, and how many stay closed
 */
export async function restoreClaims(
  trx: Db,
  caller: Caller,
  lifting: Lifting,
): Promise<{ restored: number; left: number }> {
  const { rows } = await sql<Closed>`
    select x.*, c.person_id, c.title, c.year,
      c.state = 'rejected' and c.act_seq = x.closed_seq and not exists (
        select from claim o where o.person_id = c.person_id and o.identity = c.identity and o.id <> c.id
          and (o.state in ('first-review', 're-review', 'filing', 'correction') or o.reconsidering)) as may_go_on
    from sanction_closing x join claim c on c.id = x.claim_id
    where x.sanction_id = ${lifting.sanction.id} order by c.number`.execute(trx);
  const back = rows.filter((row) => row.may_go_on);
  for (const closed of back) await restore(trx, caller, closed, lifting);
  return { restored: back.length, left: rows.length - back.length };
}

type Closed = ClosingRow & Pick<ClaimRow, 'person_id' | 'title' | 'year'> & { may_go_on: boolean };

async function restore(
  trx: Db,
  caller: Caller,
  closed: Closed,
  { now, organisationId, sanction }: Lifting,
): Promise<void> {
  const because = { article: SANCTION_BASIS, interpretation: 'D-44' as const, sanctionId: sanction.id };
  const { correctionDueAt } = await giveBack(trx, caller, closed, { now, organisationId, because });
  await tellDeclarant(trx, closed, { sanction, correctionDueAt });
}

const tellDeclarant = (
  trx: Db,
  { claim_id: claimId, person_id: personId, title, year }: Closed,
  { sanction, correctionDueAt }: { sanction: SanctionRow; correctionDueAt: string | null },
): Promise<void> =>
  tell(trx, [
    {
      personId,
      kind: 'claim-restored',
      key: `${claimId}/${sanction.id}`,
      detail: {
        claimId,
        title,
        year,
        ...(correctionDueAt !== null && { until: lastDayBefore(correctionDueAt) }),
      },
    },
  ]);

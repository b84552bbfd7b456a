import { sql } from 'kysely';
import type { WaitingCase } from '../../contract/stuck.ts';
import { RECONSIDERING_ROLES } from '../../rules/reconsideration.ts';
import type { Role } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { CASE_OFFICERS } from '../sanction-officers.ts';

/** A case that waits for officers whom its body does not have (滞留). Complaints go to another body first: db/complaints.ts. */
export type CaseWithoutOfficers = {
  kind: Exclude<WaitingCase, 'complaint'>;
  id: string;
  /** Whom it is about; the body that is to decide (an appeal may also be answered above it); and since when the case waits. */
  personId: string;
  organisationId: string;
  organisationName: string;
  since: Date;
  /** How many officers a decision takes (two of fraud, D-25; else one), how many serve there, and how many of them may decide this case. */
  needed: number;
  serving: number;
  eligible: number;
  /** Too few serve in the roles that decide; or enough do, but they are barred (Art. 23): their own, their family's, a claim they reviewed. */
  cause: 'empty-pool' | 'nobody-eligible';
};

const DECIDING: Readonly<Record<CaseWithoutOfficers['kind'], readonly Role[]>> = {
  sanction: CASE_OFFICERS,
  appeal: CASE_OFFICERS,
  deferral: ['first-reviewer'],
  reconsideration: RECONSIDERING_ROLES,
};

/**
 * Undecided cases of fraud, appeals, applications for deferral and reviews of rejections for which no body that may decide has as many
 * officers on the day as a decision takes, the longest waiting first; the numbers are of the body that has most. Co-authors are known when
 * they act.
 */
export async function casesWithoutOfficers(db: Db, today: string): Promise<CaseWithoutOfficers[]> {
  const { rows } = await sql<Omit<CaseWithoutOfficers, 'cause'>>`
    with waiting as (${WAITING}), bodies as (${BODIES}),
    officers as (
      select w.kind, w.id, b.body, h.person_id, not ${barred} as may
      from waiting w join bodies b on b.kind = w.kind and b.id = w.id join role_holding h on h.organisation_id = b.body
        and ${sql.val(JSON.stringify(DECIDING))}::jsonb -> w.kind ? h.role
        and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)
      left join account a on a.person_id = h.person_id where a.disabled_at is null),
    counted as (
      select b.kind, b.id, b.body, count(distinct o.person_id)::int as serving,
        count(distinct o.person_id) filter (where o.may)::int as eligible
      from bodies b left join officers o on o.kind = b.kind and o.id = b.id and o.body = b.body group by b.kind, b.id, b.body),
    best as (select distinct on (kind, id) * from counted order by kind, id, eligible desc, serving desc)
    select w.kind, w.id, w.person_id as "personId", w.organisation_id as "organisationId", o.name as "organisationName", w.since, w.needed,
      c.serving, c.eligible
    from waiting w join best c on c.kind = w.kind and c.id = w.id join organisation o on o.id = w.organisation_id
    where c.eligible < w.needed order by w.since, w.id`.execute(db);
  return rows.map((row) => ({ ...row, cause: row.serving < row.needed ? 'empty-pool' : 'nobody-eligible' }));
}

const WAITING = sql`
  select 'sanction' as kind, id, person_id, authority_id as organisation_id, opened_at as since, 2 as needed
  from sanction where state in ('opened', 'hearing', 'decided')
  union all
  select 'appeal', s.id, s.person_id, s.authority_id, a.appealed_at, 2
  from sanction_appeal a join sanction s on s.id = a.sanction_id where a.state = 'open'
  union all
  select 'deferral', id, person_id, decider_id, requested_at, 1 from deferral where state = 'requested'
  union all
  select 'reconsideration', id, person_id, organisation_id, requested_at, 1 from reconsideration where state = 'requested'`;

/** Who may decide what waits: its body; on an appeal also the HRSS authorities above it, until one of them all has proposed an answer. */
const BODIES = sql`
  select w.kind, w.id, b.body from waiting w, lateral (
    select w.organisation_id as body
    union
    select up.id from organisation a join region r on r.code = a.region_code
    join organisation up on up.kind = 'hrss' and up.region_code <> a.region_code and (up.level = 'province' or up.region_code = r.parent_code)
    where a.id = w.organisation_id and w.kind = 'appeal') b
  where not exists (
    select from sanction_proposal p
    where w.kind = 'appeal' and p.sanction_id = w.id and p.answer is null and p.organisation_id <> b.body)`;

/** Whether the officer `h` may not decide the case `w`: the same as the acts ask, but for co-authors. */
const barred = sql`(
  h.person_id = w.person_id or is_related(h.person_id, w.person_id)
  or (w.kind in ('sanction', 'appeal') and exists (
    select from sanction_claim s join reviewer_of_claim r on r.claim_id = s.claim_id
    where s.sanction_id = w.id and r.person_id = h.person_id and r.stage_kind <> 'revocation'))
  or (w.kind = 'appeal' and exists (select from sanction s where s.id = w.id and h.person_id in (s.decided_by, s.confirmed_by)))
  or (w.kind = 'reconsideration' and exists (
    select from reconsideration x
    where x.id = w.id and (exists (select from reviewer_of_claim r where r.claim_id = x.claim_id and r.person_id = h.person_id)
      or exists (select from claim_recusal r where r.claim_id = x.claim_id and r.person_id = h.person_id)))))`;

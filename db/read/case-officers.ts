import { sql } from 'kysely';
import { RECONSIDERING_ROLES } from '../../rules/reconsideration.ts';
import type { Role } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { CASE_OFFICERS } from '../sanction-officers.ts';

/** A case that waits for officers whom its body does not have (滞留). */
export type CaseWithoutOfficers = {
  kind: 'sanction' | 'deferral' | 'reconsideration';
  id: string;
  /** Whom it is about; the body that is to decide; and since when the case waits. */
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
  deferral: ['first-reviewer'],
  reconsideration: RECONSIDERING_ROLES,
};

/**
 * Undecided cases of fraud, applications for deferral and reviews of rejections whose body has fewer officers on the day than a decision
 * takes, the longest waiting first. Co-authors are known when they act.
 */
export async function casesWithoutOfficers(db: Db, today: string): Promise<CaseWithoutOfficers[]> {
  const { rows } = await sql<Omit<CaseWithoutOfficers, 'cause'>>`
    with waiting as (
      select 'sanction' as kind, id, person_id, authority_id as organisation_id, opened_at as since, 2 as needed
      from sanction where state in ('opened', 'hearing', 'decided')
      union all
      select 'deferral', id, person_id, decider_id, requested_at, 1 from deferral where state = 'requested'
      union all
      select 'reconsideration', id, person_id, organisation_id, requested_at, 1 from reconsideration where state = 'requested'),
    officers as (
      select w.kind, w.id, h.person_id, not ${barred} as may
      from waiting w join role_holding h on h.organisation_id = w.organisation_id
        and ${sql.val(JSON.stringify(DECIDING))}::jsonb -> w.kind ? h.role
        and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)
      left join account a on a.person_id = h.person_id where a.disabled_at is null),
    counted as (
      select w.*, count(distinct o.person_id)::int as serving, count(distinct o.person_id) filter (where o.may)::int as eligible
      from waiting w left join officers o on o.kind = w.kind and o.id = w.id
      group by w.kind, w.id, w.person_id, w.organisation_id, w.since, w.needed)
    select c.kind, c.id, c.person_id as "personId", c.organisation_id as "organisationId", o.name as "organisationName", c.since, c.needed,
      c.serving, c.eligible
    from counted c join organisation o on o.id = c.organisation_id where c.eligible < c.needed order by c.since, c.id`.execute(
    db,
  );
  return rows.map((row) => ({ ...row, cause: row.serving < row.needed ? 'empty-pool' : 'nobody-eligible' }));
}

/** Whether the officer `h` may not decide the case `w`: the same as the acts ask, but for co-authors. */
const barred = sql`(
  h.person_id = w.person_id or is_related(h.person_id, w.person_id)
  or (w.kind = 'sanction' and exists (
    select from sanction_claim s join reviewer_of_claim r on r.claim_id = s.claim_id
    where s.sanction_id = w.id and r.person_id = h.person_id and r.stage_kind <> 'revocation'))
  or (w.kind = 'reconsideration' and exists (
    select from reconsideration x
    where x.id = w.id and (exists (select from reviewer_of_claim r where r.claim_id = x.claim_id and r.person_id = h.person_id)
      or exists (select from claim_recusal r where r.claim_id = x.claim_id and r.person_id = h.person_id)))))`;

import { type RawBuilder, sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { RevocationRequest, RevokedYear } from '../../contract/revocations.ts';
import { legalDay } from '../../rules/calendar.ts';
import type { ClaimState } from '../../rules/vocabulary.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { reverseInYear } from '../ledger.ts';
import { actingFor, type Scope, visibleClaim } from '../read/scope.ts';
import type { LedgerEntry, SourceKind } from '../tables/ledger.ts';
import { notFound, refuse } from './caller.ts';
import { tell } from './notices.ts';
import { auditCte, timelineCte } from './trail.ts';

/**
 * A recognition taken back (撤销认定), by the authority that supervises it (Art. 20): a supervisor or administrator of the HRSS or
 * industry authority of its place and trade, of its level or above. Never by the declarant, their family or a co-author, nor by somebody who reviewed the claim:
 * nobody acts twice on one claim (domain section 5), and an officer who could undo their own approval unseen would be their own
 * supervisor. The years lose the hours, and what a limit had cut because of them comes back, in this one transaction.
 */

type Revocation = RevocationRequest & { requestKey: string };

type RevokedClaim = Outcomes<{ claimId: string; state: ClaimState; years: RevokedYear[] }>;

/** Revokes a filed claim. Sent again with the same `requestKey` it answers the same. */
export const revokeClaim = (
  db: Db,
  scope: Scope,
  revocation: Revocation & { claimId: string },
  now = new Date(),
): Promise<RevokedClaim> => db.transaction().execute((trx) => revokeWithin(trx, scope, revocation, now));

/** The same as a part of another act, such as a check's finding. On a refusal the caller undoes its transaction. */
export async function revokeWithin(
  trx: Db,
  scope: Scope,
  { claimId, ...revocation }: Revocation & { claimId: string },
  now: Date,
): Promise<RevokedClaim> {
  const claim = await lockClaim(trx, scope, claimId);
  if (!claim) return notFound('份申报');
  const again = await answeredBefore(trx, scope, claimId, revocation.requestKey);
  if (again) return { ok: true, value: { claimId, state: claim.state, years: again } };
  const barred = await whyNot(trx, scope, claim);
  if (barred) return barred;
  const years = await reverse(trx, { sourceId: claimId, revocation, now });
  const { reason, article } = revocation;
  await sql`
      with reviewer as (
        insert into reviewer_of_claim (claim_id, person_id, stage_kind) values (${claimId}, ${scope.personId}, 'revocation')
        on conflict (claim_id, person_id) do nothing),
      moved as (update claim set state = 'revoked', updated_at = ${now} where id = ${claimId}),
      ${revocationCte({ sourceKind: 'claim', sourceId: claimId, of: claim, scope, revocation, years, now })},
      ${timelineCte({ claimId, at: now, kind: 'revoked', actorId: scope.personId, organisationId: claim.acting_for ?? undefined, detail: { reason, article, years } })},
      ${auditCte(scope, { action: 'claim.revoked', subjectKind: 'claim', subjectId: claimId, organisationId: claim.acting_for ?? undefined, detail: { article, years } })}
      select 1`.execute(trx);
  await tell(trx, [
    {
      personId: claim.person_id,
      kind: 'claim-revoked',
      key: claimId,
      detail: { claimId, number: claim.number, title: claim.title, reason, article },
    },
  ]);
  return { ok: true, value: { claimId, state: 'revoked', years } };
}

/** Revokes a wrong registration of the platform. Sent again with the same `requestKey` it answers the same. */
export async function revokeCompletion(
  db: Db,
  scope: Scope,
  { completionId, ...revocation }: Revocation & { completionId: string },
  now = new Date(),
): Promise<Outcomes<{ completionId: string; years: RevokedYear[] }>> {
  return db.transaction().execute(async (trx) => {
    const completion = await lockCompletion(trx, scope, completionId, legalDay(now.getTime()));
    if (!completion) return notFound('条登记');
    const again = await answeredBefore(trx, scope, completionId, revocation.requestKey);
    if (again) return { ok: true, value: { completionId, years: again } };
    const refusal = await whyBarred(trx, [scope.personId], { kind: 'revocation', personId: completion.person_id });
    if (refusal) return { ok: false, refusal };
    const earlier = await trx
      .selectFrom('revocation')
      .select('revoked_at')
      .where('source_id', '=', completionId)
      .executeTakeFirst();
    if (earlier)
      return refuse('completion-already-revoked', '这条平台登记已被撤销。', '无需再次办理；请刷新页面查看最新学时。');
    const years = await reverse(trx, { sourceId: completionId, revocation, now });
    const { reason, article } = revocation;
    await sql`
      with ${revocationCte({ sourceKind: 'platform', sourceId: completionId, of: completion, scope, revocation, years, now })},
      ${auditCte(scope, { action: 'completion.revoked', subjectKind: 'completion', subjectId: completionId, organisationId: completion.acting_for, detail: { article, years } })}
      select 1`.execute(trx);
    await tell(trx, [
      {
        personId: completion.person_id,
        kind: 'completion-revoked',
        key: completionId,
        detail: { title: completion.title, year: completion.year, reason, article },
      },
    ]);
    return { ok: true, value: { completionId, years } };
  });
}

type LockedClaim = {
  id: string;
  person_id: string;
  number: number;
  title: string;
  state: ClaimState;
  acting_for: string | null;
  has_reviewed: boolean;
};

async function lockClaim(trx: Db, scope: Scope, claimId: string): Promise<LockedClaim | undefined> {
  const { rows } = await sql<LockedClaim>`
    select c.id, c.person_id, c.number, c.title, c.state, ${actingFor(scope)} as acting_for,
      exists (select from reviewer_of_claim r where r.claim_id = c.id and r.person_id = ${scope.personId}) as has_reviewed
    from claim c where c.id = ${claimId} and ${visibleClaim(scope)} for no key update of c`.execute(trx);
  return rows[0];
}

type LockedCompletion = { person_id: string; year: number; title: string; acting_for: string };

/** A completion of somebody whom one of the caller's authorities oversees today; nobody else learns that it is there. */
async function lockCompletion(trx: Db, scope: Scope, id: string, today: string): Promise<LockedCompletion | undefined> {
  const { rows } = await sql<Omit<LockedCompletion, 'acting_for'> & { acting_for: string | null }>`
    select i.person_id, x.year, x.title, (
      select ${actingFor(scope)} from affiliation c
      where c.person_id = i.person_id and c.from_on <= ${today}::date and (c.until_on is null or c.until_on > ${today}::date)) as acting_for
    from platform_completion x join person_identity i on i.own_id = x.person_id where x.id = ${id} for no key update of x`.execute(
    trx,
  );
  const [row] = rows;
  return row && row.acting_for !== null ? { ...row, acting_for: row.acting_for } : undefined;
}

async function whyNot(trx: Db, scope: Scope, claim: LockedClaim) {
  const matter = { kind: 'revocation', personId: claim.person_id, claimIds: [claim.id] } as const;
  const refusal = await whyBarred(trx, [scope.personId], matter);
  if (refusal) return { ok: false as const, refusal };
  if (claim.acting_for === null) {
    return refuse(
      'forbidden',
      '您无权撤销这份申报的认定。',
      '撤销由同级以上人社部门或行业主管部门的监督人员、管理员办理。',
      {
        provision: '20',
      },
    );
  }
  // Before the question who reviewed it: its revoker has acted on it too.
  if (claim.state === 'revoked')
    return refuse('claim-already-revoked', '这份申报的认定已被撤销。', '无需再次办理；请刷新页面查看最新状态。');
  if (claim.has_reviewed) {
    return refuse('acted-at-other-stage', '您审核过这份申报，不能再由您撤销。', '请由本机构其他工作人员办理。', {
      provision: '20',
    });
  }
  if (claim.state === 'filed') return null;
  return refuse('claim-not-filed', '只有已备案的申报可以撤销认定。', '仍在审核的申报，请由审核机构退回或不予认定。');
}

/** Takes the source out of every year that counts it, in ascending order of the years' locks. */
async function reverse(
  trx: Db,
  { sourceId, revocation, now }: { sourceId: string; revocation: Revocation; now: Date },
): Promise<RevokedYear[]> {
  const { reason, article } = revocation;
  const within = await trx
    .selectFrom('ledger_entry')
    .select(['person_id', 'year'])
    .distinct()
    .where('source_id', '=', sourceId)
    .where('kind', '=', 'recognition')
    .orderBy('person_id')
    .orderBy('year')
    .execute();
  const years: RevokedYear[] = [];
  for (const { person_id: personId, year } of within) {
    const of = { personId, year, on: legalDay(now.getTime()) };
    const done = await reverseInYear(trx, of, { sourceId, causedBy: sourceId, basis: [article], reason });
    if (!done) continue;
    const total = (entries: readonly LedgerEntry[]) =>
      entries.reduce((sum, e) => sum + e.public_delta + e.professional_delta, 0);
    years.push({
      year,
      lostHundredths: -total(done.entries.filter((e) => e.kind === 'reversal')),
      cameBackHundredths: total(done.entries.filter((e) => e.kind === 'adjustment')),
      totalHundredths: done.result.totalHundredths,
    });
  }
  return years;
}

/** The answer given when this very request came before. */
async function answeredBefore(
  trx: Db,
  scope: Scope,
  sourceId: string,
  requestKey: string,
): Promise<RevokedYear[] | null> {
  const row = await trx
    .selectFrom('revocation')
    .select('years')
    .where('source_id', '=', sourceId)
    .where('revoked_by', '=', scope.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  return row?.years ?? null;
}

type Recorded = {
  sourceKind: SourceKind;
  sourceId: string;
  of: { person_id: string; acting_for: string | null };
  scope: Scope;
  revocation: Revocation;
  years: RevokedYear[];
  now: Date;
};

const revocationCte = ({
  sourceKind,
  sourceId,
  of,
  scope,
  revocation,
  years,
  now,
}: Recorded): RawBuilder<unknown> => sql`
  taken_back as (
    insert into revocation (source_id, source_kind, person_id, revoked_by, organisation_id, reason, article, years, request_key, revoked_at)
    values (${sourceId}, ${sourceKind}, ${of.person_id}, ${scope.personId}, ${of.acting_for}, ${revocation.reason}, ${revocation.article},
            ${JSON.stringify(years)}::jsonb, ${revocation.requestKey}, ${now}))`;

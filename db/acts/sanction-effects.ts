import { sql } from 'kysely';
import { legalDay } from '../../rules/calendar.ts';
import { SANCTION_BASIS } from '../../rules/sanction.ts';
import { certify } from '../certificates.ts';
import type { Db } from '../connect.ts';
import { lockYear, recomputeYear } from '../ledger.ts';
import { lockOpenClaims, type Recipient, readImpact } from '../read/sanction-impact.ts';
import type { ProposalRow, SanctionRow } from '../tables/sanctions.ts';
import type { Caller } from './caller.ts';
import { tell } from './notices.ts';
import { closeClaims, lockClosedClaims, restoreClaims } from './sanction-claims.ts';
import { recordSanction, tellPerson } from './sanctions.ts';
import { orderRestorations, orderRevocations } from './title-orders.ts';

/**
 * What a confirmed decision does (Art. 21), in its transaction: the year's hours are cancelled, its certificate is revoked, claims still open
 * for it are closed, the dishonesty record begins, the bodies that approved a title are ordered to revoke it, and everybody concerned is
 * told; or, when it is lifted, all of that is undone as far as it was done. Locks: the case, the person and the claims on their way,
 * the year; a lifting the closed claims before the person.
 */

type Deed = { caller: Caller; sanction: SanctionRow; proposal: ProposalRow; now: Date };

export async function impose(trx: Db, { caller, sanction, proposal, now }: Deed): Promise<void> {
  const on = legalDay(now.getTime());
  const of = { personId: sanction.person_id, year: sanction.year, on };
  await lockPerson(trx, sanction.person_id);
  await lockOpenClaims(trx, sanction);
  await lockYear(trx, of, { across: true });
  const impact = await readImpact(trx, { sanction, titles: proposal.titles, on });
  const { from, endsOn } = impact.shown.record;
  await trx
    .updateTable('sanction')
    .set({
      state: 'in-force',
      // Its end may have passed while no worker ran.
      defence_closed_at: sanction.defence_closed_at ?? now,
      decided_by: proposal.proposed_by,
      confirmed_by: caller.personId,
      decided_at: now,
      effective_on: from,
      ends_on: endsOn,
      impact: JSON.stringify(impact.shown),
      version: sql`version + 1`,
    })
    .where('id', '=', sanction.id)
    .execute();
  await recomputeYear(trx, of, sanction.id);
  await closeClaims(trx, caller, { sanction, claimIds: impact.closing, now });
  await orderRevocations(trx, caller, { sanction, titles: proposal.titles, now });
  await recordSanction(trx, caller, {
    id: sanction.id,
    kind: 'imposed',
    organisationId: proposal.organisation_id,
    detail: { reason: proposal.reason, endsOn, article: SANCTION_BASIS },
  });
  await tellPerson(trx, sanction, { kind: 'sanction-imposed', detail: { endsOn } });
  await tellOthers(trx, sanction, { told: impact.told, kind: 'sanction-imposed-told' });
}

/** Submissions of the person's drafts wait at their trigger for what is decided here. */
const lockPerson = (trx: Db, personId: string): Promise<unknown> =>
  trx.selectFrom('person').select('id').where('id', '=', personId).forNoKeyUpdate().execute();

type Told = { told: readonly Recipient[]; kind: 'sanction-imposed-told' | 'sanction-lifted-told' };

/** No name in the words: whoever may see the year sees whose it is. */
async function tellOthers(trx: Db, { id, number, year, person_id }: SanctionRow, { told, kind }: Told): Promise<void> {
  const detail = { number, year, path: `/people/${person_id}/years/${year}` };
  await tell(
    trx,
    told.flatMap(({ personId }) => (personId === person_id ? [] : [{ personId, kind, key: id, detail }])),
  );
}

/**
 * Lifted by appeal or for an error: the year is judged as if there had been no finding, and the claims it closed go on; nothing of what
 * happened is erased.
 */
export async function lift(trx: Db, { caller, sanction, proposal, now }: Deed): Promise<void> {
  const on = legalDay(now.getTime());
  const of = { personId: sanction.person_id, year: sanction.year, on };
  await lockClosedClaims(trx, sanction.id);
  await lockPerson(trx, sanction.person_id);
  await lockYear(trx, of, { across: true });
  await trx
    .updateTable('sanction')
    .set({
      state: 'lifted',
      lifted_by: proposal.proposed_by,
      lift_confirmed_by: caller.personId,
      lifted_at: now,
      // A record that had run out ended then, whatever becomes of the decision.
      ended_at: sanction.ended_at ?? now,
      version: sql`version + 1`,
    })
    .where('id', '=', sanction.id)
    .execute();
  const result = await recomputeYear(trx, of, sanction.id);
  if (sanction.impact?.certificateNumber) {
    await certify(trx, of, result, { ...caller, organisationId: proposal.organisation_id });
  }
  const organisationId = proposal.organisation_id;
  const claims = await restoreClaims(trx, caller, { sanction, organisationId, now });
  await answerAppeal(trx, { sanction, state: 'upheld', answer: proposal.reason, now });
  await orderRestorations(trx, caller, { sanction, now });
  const detail = { reason: proposal.reason, claimsRestored: claims.restored, claimsLeft: claims.left };
  await recordSanction(trx, caller, { id: sanction.id, kind: 'lifted', organisationId, detail });
  await tellPerson(trx, sanction, { kind: 'sanction-lifted', detail: claims });
  const titles = sanction.impact?.titles ?? [];
  const { told } = await readImpact(trx, { sanction, titles, on });
  await tellOthers(trx, sanction, { told, kind: 'sanction-lifted-told' });
}

type Answered = { sanction: SanctionRow; state: 'upheld' | 'refused'; answer: string; now: Date };

/** Answers the appeal that is open, if one is. */
export async function answerAppeal(trx: Db, { sanction, state, answer, now }: Answered): Promise<void> {
  await trx
    .updateTable('sanction_appeal')
    .set({ state, answer, answered_at: now })
    .where('sanction_id', '=', sanction.id)
    .where('state', '=', 'open')
    .execute();
}

import { sql } from 'kysely';
import type { DeferralChanged, TitleExtension } from '../../contract/deferrals.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { DEFERRAL_BASIS } from '../../rules/deferral.ts';
import type { Db } from '../connect.ts';
import type { DeferralRow } from '../tables/deferrals.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { decides, lockDeferral, recordDeferral, whyNotHandle } from './deferrals.ts';
import { tell } from './notices.ts';

/**
 * Extension of the years before the next title application (Art. 17: 无正当理由不参加补学的，用人单位应在其申报职称时延长相应年限). It
 * rests on a deferral that expired; what is recorded is told to the person and to the title review, and ends but is never erased.
 */

/** Records it. The same years again change nothing; other years while one is in force are refused. */
export async function extendTitle(
  db: Db,
  caller: Caller,
  { id, years, explanation }: TitleExtension & { id: string },
): Promise<Outcomes<DeferralChanged>> {
  return db.transaction().execute(async (trx) => {
    const deferral = await deferralOf(trx, caller, id);
    if (!deferral.ok) return deferral;
    const { person_id, year, employer_id, state } = deferral.value;
    if (state !== 'expired') return notDue('只有期满未完成的顺延才能登记延长年限。', '请在顺延期满后再登记。');
    const known = await inForce(trx, deferral.value);
    if (known && known.years !== years)
      return notDue(`该年度已登记延长 ${known.years} 年。`, '如登记有误，请先取消原登记。');
    if (known) return changed(deferral.value);
    await trx
      .insertInto('title_extension')
      .values({ person_id, year, years, employer_id, explanation, recorded_by: caller.personId })
      .execute();
    await note(trx, caller, deferral.value, { kind: 'title-extended', detail: { years, explanation } });
    return changed(deferral.value);
  });
}

/** Ends it, for a reason; ending it twice is ending it once. */
export async function endTitleExtension(
  db: Db,
  caller: Caller,
  { id, explanation }: { id: string; explanation: string },
): Promise<Outcomes<DeferralChanged>> {
  return db.transaction().execute(async (trx) => {
    const deferral = await deferralOf(trx, caller, id);
    if (!deferral.ok) return deferral;
    const known = await inForce(trx, deferral.value);
    if (!known) return changed(deferral.value);
    await trx.updateTable('title_extension').set({ ended_at: sql`now()` }).where('id', '=', known.id).execute();
    await note(trx, caller, deferral.value, { kind: 'title-extension-ended', detail: { explanation } });
    return changed(deferral.value);
  });
}

/** The deferral under its lock, which all that hangs on it takes first. */
async function deferralOf(trx: Db, caller: Caller, id: string): Promise<Outcomes<DeferralRow>> {
  const deferral = await lockDeferral(trx, id);
  if (!deferral || !decides(caller, deferral)) return notFound('份顺延');
  return (await whyNotHandle(trx, caller, deferral)) ?? { ok: true, value: deferral };
}

const inForce = (trx: Db, { person_id, year }: DeferralRow) =>
  trx
    .selectFrom('title_extension')
    .select(['id', 'years'])
    .where('person_id', '=', person_id)
    .where('year', '=', year)
    .where('ended_at', 'is', null)
    .executeTakeFirst();

const notDue = (detail: string, fix: string) => refuse('extension-not-due', detail, fix, { provision: DEFERRAL_BASIS });

const changed = ({ id, state, until_on }: DeferralRow) => ({
  ok: true as const,
  value: { id, state, until: until_on },
});

type Note = { kind: 'title-extended' | 'title-extension-ended'; detail: Record<string, string | number> };

async function note(trx: Db, caller: Caller, deferral: DeferralRow, { kind, detail }: Note): Promise<void> {
  const { id, person_id, year, decider_id } = deferral;
  await recordDeferral(trx, caller, { id, kind, organisationId: decider_id, detail });
  const { n } = await trx
    .selectFrom('title_extension')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('person_id', '=', person_id)
    .where('year', '=', year)
    .executeTakeFirstOrThrow();
  const facts = { year, years: detail['years'] ?? 0, path: '/deferrals' };
  await tell(trx, [{ personId: person_id, kind, key: `${id}/${n}`, detail: facts }]);
}

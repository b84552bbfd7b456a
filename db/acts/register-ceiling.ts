import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import { yearOf } from '../../rules/calendar.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { hoursOfMinutes } from '../../rules/hours.ts';
import { inForce, MEASURES_FROM_YEAR, MINUTES_PER_HOUR } from '../../rules/parameters.ts';
import type { Day } from '../columns.ts';
import type { Db } from '../connect.ts';
import { type ArchivedTraining, declaredFrom } from '../trainings.ts';
import { refuse } from './caller.ts';

type Claimed = { claimId: string; personId: string; declared: Declared };
type Registered = ArchivedTraining & { missed: Day[]; proposed: boolean };
type Training = Extract<Declared, { form: 'authority-training' | 'unit-training' }>;

/**
 * Why a declaration says more of a base's training than the base's register: a day that is not in it, another subject, more hours. Null
 * for what no base registered for the person, and for what stays within it. Asked also of a claim returned for correction, which the
 * person may change again.
 * @article 11(1)
 */
export async function whyNotInRegister(trx: Db, { claimId, personId, declared }: Claimed) {
  if (declared.form !== 'authority-training') return null;
  const { rows } = await sql<Registered>`
    select t.title, t.place, t.organiser_name, t.organiser_kind, t.mode, t.days, a.missed::text[] as missed,
      exists (select from proposal x where x.training_id = t.id and x.claim_id = ${claimId}) as proposed
    from attendance a join training t on t.id = a.training_id
    where a.person_id = ${personId} and t.holder_kind = 'education-base'`.execute(trx);
  const identity = identityOf(asActivity(declared, true));
  const over = rows.some((row) => {
    const registered = declaredFrom(row, row.missed);
    if (registered.form !== 'authority-training') return false;
    return (row.proposed || identityOf(asActivity(registered, true)) === identity) && exceeds(declared, registered);
  });
  if (!over) return null;
  return refuse(
    'hours-over-register',
    '填写的日期、科目或学时超出继续教育基地的培训登记。',
    '请按基地登记的内容填写；登记有误的，请联系举办培训的基地。',
    { provision: '11(1)' },
  );
}

function exceeds(declared: Training, registered: Training): boolean {
  const limits = amounts(registered);
  return [...amounts(declared)].some(([key, hundredths]) => hundredths > (limits.get(key) ?? 0));
}

/** Hundredths by day and subject; minutes as the hours they make. */
function amounts({ days }: Training): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { on, subject, travel, hundredths, minutes } of days) {
    if (travel === true) continue;
    const key = `${on}/${subject}`;
    sums.set(key, (sums.get(key) ?? 0) + (hundredths ?? asHours(on, minutes ?? 0)));
  }
  return sums;
}

/** A day before the measures is refused elsewhere; here it only must not be a fault. */
const asHours = (on: Day, minutes: number): number =>
  hoursOfMinutes(minutes, inForce(MINUTES_PER_HOUR, Math.max(yearOf(on), MEASURES_FROM_YEAR)));

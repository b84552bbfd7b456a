import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import {
  REMINDER_OUTCOMES,
  REMINDERS_AT_ONCE,
  type ReminderRequest,
  type ReminderResult,
} from '../../contract/unit-people.ts';
import { legalDay } from '../../rules/calendar.ts';
import { formatHundredths } from '../../rules/hours.ts';
import type { Db } from '../connect.ts';
import { isShort, missingSql, ofUnit } from '../read/shortfall.ts';
import { standsAs } from '../read/statistics-counts.ts';
import { tell } from './notices.ts';
import { auditCte } from './trail.ts';
import { type UnitCaller, WITH_PEOPLE, whyNotManager } from './units.ts';

type Reminding = ReminderRequest & { organisationId: string };

/**
 * Reminds a unit's people who are behind in a year (Art. 10: 督促专业技术人员完成规定的继续教育学时); each at most once within seven days,
 * which the database holds. Asked again it tells nobody twice. Whose year is deferred (Art. 17) is not behind while the deferral runs.
 * @returns what became of each person asked for, in a page; `next` where everybody was asked for and more follow
 */
export async function remindPeople(
  db: Db,
  caller: UnitCaller,
  reminding: Reminding,
  now = new Date(),
): Promise<Outcomes<ReminderResult>> {
  const { organisationId } = reminding;
  const barred = await whyNotManager(db, caller, organisationId, WITH_PEOPLE);
  if (barred) return barred;
  const today = legalDay(now.toISOString());
  return db.transaction().execute(async (trx) => {
    const people = await candidates(trx, reminding, today);
    const sent = await record(trx, caller, reminding, { people, today });
    const behind = people.filter((person) => sent.has(person.personId));
    await tell(
      trx,
      behind.map(({ personId, missing, organisation }) => ({
        personId,
        kind: 'employer-reminder' as const,
        key: `${organisationId}/${reminding.year}/${today}`,
        detail: { organisation, year: reminding.year, missing: formatHundredths(missing), path: '/' },
      })),
    );
    return { ok: true, value: resultOf(reminding, people, { sent, today }) };
  });
}

type Candidate = {
  personId: string;
  organisation: string;
  behind: boolean;
  deferred: boolean;
  missing: number;
  remindedOn: string | null;
};

/** The people asked for who are the unit's today; of everybody, those who are behind, in the order of their ids. */
async function candidates(trx: Db, { organisationId, year, people }: Reminding, today: string): Promise<Candidate[]> {
  const deferred = standsAs('deferred', sql.ref('f.person_id'), { year, asOf: today });
  const behind = sql`(${isShort} and not ${deferred})`;
  const narrowed =
    'ids' in people
      ? sql`and f.person_id = any (${sql.val(people.ids)}::uuid[])`
      : sql`and ${behind} ${people.after === undefined ? sql`` : sql`and f.person_id > ${people.after}::uuid`}`;
  const { rows } = await sql<Candidate>`
    select f.person_id as "personId", o.name as organisation, ${behind} as behind, ${deferred} as deferred, ${missingSql('y', year)} as missing,
      (select max(sent_on) from reminder r where r.person_id = f.person_id) as "remindedOn"
    from affiliation f join organisation o on o.id = ${organisationId}
    left join person_year y on y.person_id = f.person_id and y.year = ${year}::int
    where ${ofUnit(organisationId, today)} ${narrowed}
    order by f.person_id limit ${REMINDERS_AT_ONCE}`.execute(trx);
  return rows;
}

/** Who is reminded now: those whose last reminder lies seven days back, as the exclusion constraint sees it. */
async function record(
  trx: Db,
  caller: UnitCaller,
  { organisationId, year }: Reminding,
  { people, today }: { people: readonly Candidate[]; today: string },
): Promise<Set<string>> {
  const behind = people.filter((person) => person.behind).map((person) => person.personId);
  const { rows } = await sql<{ person_id: string }>`
    with sent as (
      insert into reminder (person_id, organisation_id, year, sent_on, sent_by)
      select id, ${organisationId}, ${year}::int, ${today}::date, ${caller.personId}::uuid from unnest(${sql.val(behind)}::uuid[]) id
      on conflict do nothing returning person_id),
    ${auditCte(caller, {
      action: 'person.reminded',
      subjectKind: 'person',
      subjectId: sql`sent.person_id`,
      organisationId,
      detail: { year },
      from: 'sent',
    })}
    select person_id from sent`.execute(trx);
  return new Set(rows.map((row) => row.person_id));
}

function resultOf(
  { people: asked }: Reminding,
  people: readonly Candidate[],
  { sent, today }: { sent: ReadonlySet<string>; today: string },
): ReminderResult {
  const known = new Map(people.map((person) => [person.personId, person]));
  const ids = 'ids' in asked ? [...new Set(asked.ids)] : people.map((person) => person.personId);
  const items = ids.map((personId) => {
    const person = known.get(personId);
    const outcome = sent.has(personId)
      ? ('sent' as const)
      : person === undefined
        ? ('unknown' as const)
        : person.behind
          ? ('reminded-recently' as const)
          : person.deferred
            ? ('deferred' as const)
            : ('not-behind' as const);
    const remindedOn = outcome === 'sent' ? today : (person?.remindedOn ?? null);
    return { personId, outcome, text: REMINDER_OUTCOMES[outcome], remindedOn };
  });
  const isMore = !('ids' in asked) && people.length === REMINDERS_AT_ONCE;
  return { items, next: isMore ? (people.at(-1)?.personId ?? null) : null };
}

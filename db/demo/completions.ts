import type { Day } from '../../rules/activity.ts';
import { addDays, daysBetween } from '../../rules/calendar.ts';
import { DEMO_YEAR } from './claims.ts';
import { PROFESSIONAL_COURSES, PUBLIC_COURSES } from './courses.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Row, Rows } from './rows.ts';

/** Who must start with an empty year: see the story. */
const WITHOUT_COMPLETIONS: ReadonlySet<string> = new Set(['doctor']);
const PLATFORM_OPENED: Day = '2026-06-01';

/** Courses people completed on the platform, from its opening until the day before `today`; in the order of registration. */
export function inventCompletions(
  rows: Rows,
  random: Random,
  people: readonly Person[],
  today: Day,
): Row<'platform_completion'>[] {
  const span = daysBetween(PLATFORM_OPENED, today) - 1;
  const completions = people.flatMap((person) => {
    const industryCode = person.affiliations.at(-1)?.industryCode;
    if (industryCode === undefined || WITHOUT_COMPLETIONS.has(person.username) || random.chance(0.2)) return [];
    // A third have all but finished by November; most have begun.
    const keen = random.chance(0.35);
    const courses = [
      ...random.shuffled(PUBLIC_COURSES).slice(0, keen ? random.int(6, 9) : random.int(0, 4)),
      ...random
        .shuffled(PROFESSIONAL_COURSES.get(industryCode) ?? [])
        .slice(0, keen ? random.int(4, 7) : random.int(0, 1)),
    ];
    return courses.map(({ code, title, subject, hundredths }): Row<'platform_completion'> => {
      const on = addDays(PLATFORM_OPENED, random.int(0, span));
      const at = new Date(Date.parse(`${on}T00:00:00Z`) + random.int(1, 14 * 60) * 60_000);
      return {
        id: random.uuid(at),
        person_id: person.id,
        year: DEMO_YEAR,
        course: code,
        title,
        subject,
        hundredths,
        completed_on: on,
        registered_at: at.toISOString(),
        source: null,
        external_id: null,
      };
    });
  });
  for (const completion of completions) rows.add('platform_completion', completion);
  return completions;
}

import { sql } from 'kysely';
import { asActivity } from '../../contract/declarations.ts';
import { cite } from '../../contract/explained.ts';
import type { PendingClaim, Year, YearItem } from '../../contract/years.ts';
import type { Activity } from '../../rules/activity.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { claimYears } from '../../rules/deadlines.ts';
import { ANNUAL_PROFESSIONAL, ANNUAL_PUBLIC, ANNUAL_TOTAL, inForce } from '../../rules/parameters.ts';
import { recognise } from '../../rules/recognition.ts';
import { CLAIM_STATES, FORMS } from '../../rules/vocabulary.ts';
import { claimsCloseOn, deferralLatestOn } from '../../rules/year.ts';
import type { Db } from '../connect.ts';
import { activeSources, judgedBy } from '../ledger.ts';
import { judgeYear, type Source } from '../ledger-entries.ts';
import { explainCaps, explainItem, standing } from './explain.ts';
import { registrationsOf } from './registrations.ts';
import { readReversals } from './reversals.ts';

/** A person's year with every hour explained: computed from the ledger's frozen inputs by the rules, when it is read. */
export async function readYear(db: Db, personId: string, year: number, asOf: string): Promise<Year> {
  // Before what is told of them: entries are only added, so that whatever is filed meanwhile leaves no source without its facts.
  const sources = await activeSources(db, { personId, year });
  const [facts, pending, courses, reversals] = await Promise.all([
    sourceFacts(db, personId, year),
    pendingClaims(db, personId, year),
    platformCourses(db, personId, year),
    readReversals(db, personId, year),
  ]);
  const result = judgeYear({ year, on: asOf, ...(await judgedBy(db, { personId, year }, sources)) }, sources);
  const counted = new Set(result.items.filter((i) => i.status === 'counted').map((i) => i.id));
  return {
    ...standing(result),
    asOf,
    required: {
      publicHundredths: inForce(ANNUAL_PUBLIC, year),
      professionalHundredths: inForce(ANNUAL_PROFESSIONAL, year),
      totalHundredths: inForce(ANNUAL_TOTAL, year),
    },
    closesOn: claimsCloseOn(year),
    items: itemsOf(result, sources, facts),
    reversals,
    caps: explainCaps(result),
    pending,
    pendingHours: hoursOf(pending),
    platformCourses: courses.map((course) => ({ ...course, counted: counted.has(course.id) })),
    basis: cite(result.basis),
    trace: [...result.trace],
  };
}

type Fact = { sourceId: string; title: string | null; number: number | null; recordedAt: Date };

function itemsOf(result: AnnualResult, sources: Source[], facts: Fact[]): YearItem[] {
  return result.items.map((item) => {
    const source = sources.find((s) => s.sourceId === item.id);
    const fact = facts.find((f) => f.sourceId === item.id);
    if (!source || !fact) throw new Error(`the ledger has no entry for ${item.id}`);
    const kind = source.sourceKind;
    return {
      ...explainItem(item, source.activity),
      sourceKind: kind,
      claimId: kind === 'claim' ? item.id : null,
      claimNumber: fact.number,
      title: fact.title ?? FORMS[item.form],
      formLabel: FORMS[item.form],
      recordedAt: fact.recordedAt.toISOString(),
    };
  });
}

async function sourceFacts(db: Db, personId: string, year: number): Promise<Fact[]> {
  return db
    .selectFrom('ledger_entry as l')
    .leftJoin('claim as c', 'c.id', 'l.source_id')
    .leftJoin('platform_completion as p', 'p.id', 'l.source_id')
    .select(['l.source_id as sourceId', 'c.number', 'l.recorded_at as recordedAt'])
    .select(sql<string | null>`coalesce(c.title, p.title)`.as('title'))
    .where('l.person_id', '=', personId)
    .where('l.year', '=', year)
    .where('l.kind', '=', 'recognition')
    .execute();
}

/** Claims on their way that are for the year, each with this year's share by subject: a training across new year shows in both. */
async function pendingClaims(db: Db, personId: string, year: number): Promise<PendingClaim[]> {
  const rows = await db
    .selectFrom('claim as c')
    .innerJoin('claim_version as v', (j) => j.onRef('v.claim_id', '=', 'c.id').onRef('v.version', '=', 'c.version'))
    .select(['c.id', 'c.number', 'c.state', 'v.declaration', 'c.study_archive'])
    .where('c.person_id', '=', personId)
    // A claim is filed under the first year it is for.
    .where('c.year', '<=', year)
    .where('c.state', 'in', ['first-review', 're-review', 'filing', 'correction'])
    .orderBy('c.number')
    .execute();
  return rows.flatMap((row) => {
    const { form, title } = row.declaration;
    const activity = asActivity(row.declaration, true);
    if (!claimYears(activity).includes(year)) return [];
    return [
      {
        claimId: row.id,
        claimNumber: row.number,
        title,
        form,
        formLabel: FORMS[form],
        state: row.state,
        stateLabel: CLAIM_STATES[row.state],
        ...shareOf(activity, { year, studyArchive: row.study_archive ?? false }),
        text: row.state === 'correction' ? '待您补正，尚未计入' : '审核中，尚未计入',
      },
    ];
  });
}

type Hours = { publicHundredths: number; professionalHundredths: number; totalHundredths: number };

/** What the rules recognise of an activity in one year, by subject, before the year's caps. */
export function shareOf(
  activity: Activity,
  { year, studyArchive }: { year: number; studyArchive: boolean },
): Hours & { deemedComplete: boolean } {
  // Whether a deferral was granted is judged at filing; what waits is shown as it was declared.
  const deferral = activity.makeUpFor === undefined ? undefined : { until: deferralLatestOn(activity.makeUpFor) };
  const ruling = recognise(activity, { year, unit: { studyArchive }, deferral });
  if (ruling.outcome === 'refused') return { ...hoursOf([]), deemedComplete: false };
  const lines = ruling.lines.map(({ subject, hundredths }) => ({
    publicHundredths: subject === 'public' ? hundredths : 0,
    professionalHundredths: subject === 'professional' ? hundredths : 0,
  }));
  return { ...hoursOf(lines), deemedComplete: ruling.deemedComplete };
}

function hoursOf(parts: readonly Omit<Hours, 'totalHundredths'>[]): Hours {
  const publicHundredths = parts.reduce((sum, part) => sum + part.publicHundredths, 0);
  const professionalHundredths = parts.reduce((sum, part) => sum + part.professionalHundredths, 0);
  return { publicHundredths, professionalHundredths, totalHundredths: publicHundredths + professionalHundredths };
}

/** Also those registered under a number that was merged into the person's. */
const platformCourses = (db: Db, personId: string, year: number) =>
  db
    .selectFrom('platform_completion')
    .select(['id', 'course', 'title', 'subject', 'hundredths', 'completed_on as completedOn'])
    .where('person_id', '=', sql<string>`any (${registrationsOf(personId)})`)
    .where('year', '=', year)
    .orderBy('completed_on')
    .orderBy('id')
    .execute();

import { sql } from 'kysely';
import { cite } from '../../contract/explained.ts';
import type { PendingClaim, Year, YearItem } from '../../contract/years.ts';
import { type AnnualResult, annualYear } from '../../rules/annual.ts';
import { ANNUAL_PROFESSIONAL, ANNUAL_PUBLIC, ANNUAL_TOTAL, inForce } from '../../rules/parameters.ts';
import { CLAIM_STATES, FORMS } from '../../rules/vocabulary.ts';
import { claimsCloseOn } from '../../rules/year.ts';
import type { Db } from '../connect.ts';
import { activeSources, asRecognised, type Source } from '../ledger.ts';
import { explainCaps, explainItem, standing } from './explain.ts';

/** A person's year with every hour explained: computed from the ledger's frozen inputs by the rules, when it is read. */
export async function readYear(db: Db, personId: string, year: number, asOf: string): Promise<Year> {
  const [sources, facts, pending, courses] = await Promise.all([
    activeSources(db, { personId, year }),
    sourceFacts(db, personId, year),
    pendingClaims(db, personId, year),
    platformCourses(db, personId, year),
  ]);
  const result = annualYear({ year, asOf, unit: { studyArchive: true }, activities: sources.map(asRecognised) });
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
    caps: explainCaps(result),
    pending,
    pendingHundredths: pending.reduce((sum, claim) => sum + claim.claimedHundredths, 0),
    platformCourses: courses.map((course) => ({ ...course, counted: counted.has(course.id) })),
    basis: cite(result.basis),
    trace: [...result.trace],
  };
}

type Fact = { sourceId: string; title: string | null; number: number | null; recordedAt: Date };

function itemsOf(result: AnnualResult, sources: Source[], facts: Fact[]): YearItem[] {
  return result.items.map((item) => {
    const kind = sources.find((s) => s.sourceId === item.id)?.sourceKind ?? 'claim';
    const fact = facts.find((f) => f.sourceId === item.id);
    if (!fact) throw new Error(`the ledger has no entry for ${item.id}`);
    return {
      ...explainItem(item),
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

async function pendingClaims(db: Db, personId: string, year: number): Promise<PendingClaim[]> {
  const rows = await db
    .selectFrom('claim')
    .select(['id', 'number', 'title', 'form', 'state', 'claimed_hundredths'])
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('state', 'in', ['first-review', 're-review', 'filing', 'correction'])
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    claimId: row.id,
    claimNumber: row.number,
    title: row.title,
    form: row.form,
    formLabel: FORMS[row.form],
    state: row.state,
    stateLabel: CLAIM_STATES[row.state],
    claimedHundredths: row.claimed_hundredths,
    text: row.state === 'correction' ? '待您补正，尚未计入' : '审核中，尚未计入',
  }));
}

const platformCourses = (db: Db, personId: string, year: number) =>
  db
    .selectFrom('platform_completion')
    .select(['id', 'course', 'title', 'subject', 'hundredths', 'completed_on as completedOn'])
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .orderBy('completed_on')
    .orderBy('id')
    .execute();

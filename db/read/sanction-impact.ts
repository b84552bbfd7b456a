import { type RawBuilder, sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { SanctionImpact, TitleToRevoke } from '../../contract/sanctions.ts';
import type { Purpose, ReviewScope } from '../../contract/title-review.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { legalDay } from '../../rules/calendar.ts';
import { claimYears } from '../../rules/deadlines.ts';
import {
  competentBodies,
  type DishonestyRecord,
  dishonestUntil,
  isClosedBySanction,
  recordEndsOn,
} from '../../rules/sanction.ts';
import { reviewStanding } from '../../rules/title-review.ts';
import type { ClaimState } from '../../rules/vocabulary.ts';
import { affiliationOn, bodiesFor } from '../affiliations.ts';
import type { Db } from '../connect.ts';
import { recordsOf } from '../findings.ts';
import { judgeLedger, type Ledger, ledgersOf } from '../ledger-years.ts';
import { CASE_OFFICERS, officersAt, UNIT_OFFICERS } from '../sanction-officers.ts';
import type { SanctionRow } from '../tables/sanctions.ts';
import { readExtensionYears } from './person-years.ts';

/**
 * What imposing a sanction on a day changes (Art. 21): read before the decision to be shown, and read again under its locks to be carried
 * out and kept, so that what was shown is what is done.
 */

type Asked = { sanction: SanctionRow; titles: readonly TitleToRevoke[]; on: string };

export type Impact = { shown: SanctionImpact; closing: readonly string[]; told: readonly Recipient[] };
export type Recipient = { personId: string; organisationId: string | null };

export async function readImpact(db: Db, { sanction, titles, on }: Asked): Promise<Impact> {
  const { person_id: personId, year } = sanction;
  const record = { from: on, endsOn: recordEndsOn(on) };
  const years = await judgedTwice(db, sanction, on);
  const [claims, certificateNumber, answers] = [
    await openClaims(db, sanction),
    await validNumber(db, sanction),
    await changedAnswers(db, sanction, { on, record, ...years }),
  ];
  const closing = claims.filter((claim) => isClosedBySanction(claim.years, year));
  const told = await recipients(db, sanction, { on, titles, askers: answers.map((one) => one.organisationId) });
  return {
    closing: closing.map((claim) => claim.claimId),
    told,
    shown: {
      on,
      year,
      before: totalsOf(years.before.get(year)),
      after: totalsOf(years.after.get(year)),
      otherYears: otherYears(years, year),
      certificateNumber,
      claimsClosed: closing.map(shownClaim),
      claimsKept: claims.filter((claim) => !closing.includes(claim)).map(shownClaim),
      record,
      titles: await withNames(db, titles),
      answers: answers.map(({ organisationId: _, ...answer }) => answer),
      told: await counted(db, personId, told),
    },
  };
}

type Years = { before: Map<number, AnnualResult>; after: Map<number, AnnualResult> };

/** Every year of the person without the finding and with it, as the ledger's recomputation will see them. */
async function judgedTwice(db: Db, { person_id: personId, year }: SanctionRow, on: string): Promise<Years> {
  const ledger = (await ledgersOf(db, [personId])).get(personId);
  const asked = await askedYears(db, personId);
  const years = [...new Set([year, ...asked])];
  const findings = new Map(ledger?.findings);
  findings.set(year, [...(findings.get(year) ?? []), { kind: 'fraud', effectiveOn: on }]);
  const found: Ledger = {
    years: ledger?.years ?? new Map(),
    deferrals: ledger?.deferrals ?? new Map(),
    findings,
  };
  return { before: judgeLedger(ledger, { on, years }), after: judgeLedger(found, { on, years }) };
}

async function askedYears(db: Db, personId: string): Promise<number[]> {
  const { rows } = await sql<{ year: number }>`
    select distinct unnest(years) as year from person_access where person_id = ${personId}`.execute(db);
  return rows.map((row) => row.year);
}

const hoursOf = ({ publicHundredths, professionalHundredths, totalHundredths }: AnnualResult) => ({
  publicHundredths,
  professionalHundredths,
  totalHundredths,
});

function totalsOf(result: AnnualResult | undefined): SanctionImpact['before'] {
  if (!result) throw new Error('a year that was not judged');
  return { ...hoursOf(result), verdict: result.verdict };
}

const otherYears = ({ before, after }: Years, year: number): SanctionImpact['otherYears'] =>
  [...before].flatMap(([other, was]) => {
    const is = after.get(other);
    return other === year || !is || is.totalHundredths === was.totalHundredths
      ? []
      : [{ year: other, before: hoursOf(was), after: hoursOf(is) }];
  });

type OpenClaim = { claimId: string; number: number; title: string; state: ClaimState; years: readonly number[] };

/** Claims on their way that are for the year, in the order of their numbers. */
async function openClaims(db: Db, { person_id, year }: SanctionRow): Promise<OpenClaim[]> {
  const { rows } = await sql<Omit<OpenClaim, 'years'> & { declaration: Declared }>`
    select c.id as "claimId", c.number, c.title, c.state, c.declaration
    from claim c join person_identity i on i.own_id = c.person_id
    where i.person_id = ${person_id} and c.year <= ${year} and c.state in ('first-review', 're-review', 'filing', 'correction')
    order by c.number`.execute(db);
  return rows.flatMap(({ declaration, ...claim }) => {
    const years = claimYears(asActivity(declaration, true));
    return years.includes(year) ? [{ ...claim, years }] : [];
  });
}

const shownClaim = ({ claimId, number, title, state }: OpenClaim) => ({ claimId, number, title, state });

async function validNumber(db: Db, { person_id, year }: SanctionRow): Promise<string | null> {
  const row = await db
    .selectFrom('certificate')
    .select('number')
    .where('person_id', '=', person_id)
    .where('year', '=', year)
    .where('state', '=', 'valid')
    .executeTakeFirst();
  return row?.number ?? null;
}

type Access = {
  organisationId: string;
  organisationName: string;
  scope: ReviewScope;
  purpose: Purpose;
  caseNumber: string;
  askedAt: Date;
  years: number[];
};
type ChangedAnswer = SanctionImpact['answers'][number] & { organisationId: string };

/** The last answer to each body about each of its matters, where it would be another now. */
async function changedAnswers(
  db: Db,
  { person_id: personId, year }: SanctionRow,
  { on, record, before, after }: Years & { on: string; record: DishonestyRecord },
): Promise<ChangedAnswer[]> {
  const { rows } = await sql<Access>`
    select * from (
      select distinct on (a.organisation_id, a.scope, a.purpose, a.case_number) a.organisation_id as "organisationId",
        o.name as "organisationName", a.scope, a.purpose, a.case_number as "caseNumber", a.at as "askedAt", a.years, a.id
      from person_access a join organisation o on o.id = a.organisation_id
      where a.person_id = ${personId}
      order by a.organisation_id, a.scope, a.purpose, a.case_number, a.id desc) last
    order by id`.execute(db);
  const extensionYears = (await readExtensionYears(db, { personIds: [personId] })).get(personId) ?? 0;
  const records = (await recordsOf(db, [personId])).get(personId) ?? [];
  return rows.flatMap(({ scope, organisationId, organisationName, purpose, caseNumber, askedAt, years }) => {
    const standing = (of: Map<number, AnnualResult>, known: readonly DishonestyRecord[]) =>
      reviewStanding({
        kind: scope,
        years: years.flatMap((one) => of.get(one) ?? []),
        extensionYears,
        dishonestUntil: dishonestUntil(known, on),
      }).value;
    const [was, is] = [standing(before, records), standing(after, [...records, record])];
    if (was === is && !years.includes(year)) return [];
    const shown = { organisationName, purpose, caseNumber, askedAt: askedAt.toISOString(), years };
    return [{ ...shown, organisationId, before: was, after: is }];
  });
}

type Telling = { on: string; titles: readonly TitleToRevoke[]; askers: readonly string[] };

/** The person; their unit; the competent bodies; the bodies that approved a title or were given an answer that is another now. */
async function recipients(db: Db, sanction: SanctionRow, { on, titles, askers }: Telling): Promise<Recipient[]> {
  const { person_id: personId, employer_id, authority_id } = sanction;
  const bodies = await competentFor(db, sanction);
  const organisationIds = [authority_id, ...bodies, ...titles.map((one) => one.organisationId), ...askers];
  const ofBodies = await officersAt(db, { organisationIds, roles: CASE_OFFICERS, today: on, except: [personId] });
  const except = [personId, ...ofBodies.map((one) => one.personId)];
  const units = [employer_id, ...askers].filter((one) => one !== null);
  const ofUnits = await officersAt(db, { organisationIds: units, roles: UNIT_OFFICERS, today: on, except });
  return [{ personId, organisationId: null }, ...ofBodies, ...ofUnits];
}

async function competentFor(db: Db, { person_id, opened_at }: SanctionRow): Promise<string[]> {
  const affiliation = await affiliationOn(db, person_id, legalDay(opened_at.getTime()));
  if (!affiliation) return [];
  const { hrssId, industryId } = competentBodies(affiliation.unit, await bodiesFor(db, affiliation));
  return [hrssId, industryId].filter((one) => one !== null);
}

const namesOf = async (db: Db, ids: readonly string[]): Promise<Map<string, string>> => {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
};

/** The titles with the names of the bodies that approved them. */
export async function withNames(db: Db, titles: readonly TitleToRevoke[]): Promise<SanctionImpact['titles']> {
  const names = await namesOf(
    db,
    titles.map((one) => one.organisationId),
  );
  return titles.map((one) => ({ ...one, organisationName: names.get(one.organisationId) ?? one.organisationId }));
}

async function counted(db: Db, personId: string, told: readonly Recipient[]): Promise<SanctionImpact['told']> {
  const ids = [...new Set(told.flatMap(({ organisationId }) => organisationId ?? []))];
  const names = await namesOf(db, ids);
  const at = (id: string) => told.filter((one) => one.organisationId === id).length;
  const bodies = ids.map((id) => ({ organisationName: names.get(id) ?? id, people: at(id) }));
  return told.some((one) => one.personId === personId)
    ? [{ organisationName: '当事人', people: 1 }, ...bodies]
    : bodies;
}

/** Locks the claims that a sanction may close, in the order of their ids, before the year's lock as a filing does. */
export const lockOpenClaims = (trx: Db, { person_id, year }: SanctionRow): Promise<unknown> => {
  const locked: RawBuilder<unknown> = sql`
    select c.id from claim c join person_identity i on i.own_id = c.person_id
    where i.person_id = ${person_id} and c.year <= ${year} and c.state in ('first-review', 're-review', 'filing', 'correction')
    order by c.id for no key update of c`;
  return locked.execute(trx);
};

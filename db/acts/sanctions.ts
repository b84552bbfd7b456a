import { sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit.ts';
import { asActivity } from '../../contract/declarations.ts';
import type { NoticeKind } from '../../contract/notices.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { SanctionChanged, SanctionOpened, SanctionReport } from '../../contract/sanctions.ts';
import { legalDay } from '../../rules/calendar.ts';
import { claimYears } from '../../rules/deadlines.ts';
import {
  CANCELLING_STATES,
  competentBodies,
  JOINED_STATES,
  SANCTION_BASIS,
  SANCTION_REFUSALS,
  type SanctionRefusal,
  type SanctionSource,
  whyNotOpen,
} from '../../rules/sanction.ts';
import { affiliationOn, bodiesFor } from '../affiliations.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { declaredBy } from '../declared.ts';
import { type Scope, visibleClaim } from '../read/scope.ts';
import { CASE_OFFICERS, officersAt } from '../sanction-officers.ts';
import type { SanctionRow } from '../tables/sanctions.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { tell } from './notices.ts';
import { auditCte, caseEventCte, lookAt } from './trail.ts';

/**
 * Fraud in a declaration (弄虚作假, Art. 21): how a case comes up. Every act on a case is one transaction under the case's lock, which comes
 * before those of claims and years, and makes its workflow look.
 */

/** A suspicion. `claimIds`: claims of the person for the year; none when it rests on something else. `origin`: the check task or complaint. */
export type Suspicion = {
  personId: string;
  year: number;
  claimIds: readonly string[];
  source: SanctionSource;
  explanation: string;
  origin?: { kind: string; id: string } | undefined;
  organisationId?: string | undefined;
  requestKey?: string | undefined;
};

/**
 * Opens a case at the competent authority, or adds the suspicion to the case that person's year has (D-45). Whether the caller may report
 * is decided before; nobody reports on themselves. Sent again with its `requestKey` or `origin` it changes nothing.
 * @returns `isNew`: whether a case was opened
 */
export async function openSanction(
  trx: Db,
  caller: Caller,
  suspicion: Suspicion,
  now = new Date(),
): Promise<Outcomes<SanctionOpened>> {
  const today = legalDay(now.getTime());
  const personId = await identityOf(trx, suspicion.personId);
  if (personId === undefined) return notFound('位人员');
  if (personId === caller.personId) return refuseBy('sanction-own');
  const refused = whyNotOpen({ year: suspicion.year, today });
  if (refused) return refuseBy(refused);
  if (!(await areOfYear(trx, { ...suspicion, personId }))) return refuseBy('sanction-claims');
  // Two suspicions at once are one case with two grounds.
  await sql`select pg_advisory_xact_lock(hashtextextended('sanction ' || ${personId} || ${suspicion.year}, 0))`.execute(
    trx,
  );
  const again = await reportedBefore(trx, caller, { ...suspicion, personId });
  if (again) return again;
  const known = await caseOfYear(trx, { personId, year: suspicion.year });
  if (known === undefined && !(await holdsStill(trx, personId))) return caseMoved('该人员的登记刚刚合并或拆分。');
  const opened = known ?? (await insertCase(trx, caller, { personId, year: suspicion.year, now, today }));
  if (opened === null) return noBody();
  const isAdded = await addGround(trx, caller, opened.id, { suspicion, now });
  if (!isAdded) return { ok: true, value: { id: opened.id, isNew: false } };
  const isNew = known === undefined;
  const detail = { source: suspicion.source, explanation: suspicion.explanation };
  await recordSanction(trx, caller, {
    id: opened.id,
    kind: isNew ? 'opened' : 'reported-again',
    detail,
    ...of(suspicion),
  });
  await tellOfficers(trx, opened, {
    kind: isDecided(opened) ? 'sanction-reported-again' : 'sanction-to-handle',
    key: `${opened.id}/${now.getTime()}`,
    today,
    except: [caller.personId],
  });
  return { ok: true, value: { id: opened.id, isNew } };
}

const isDecided = ({ state }: SanctionRow): boolean => CANCELLING_STATES.some((one) => one === state);

/** A reviewer, or whoever oversees the claims, reports what they have seen; the person is the claims' declarant. */
export async function reportFraud(
  db: Db,
  scope: Scope,
  { requestKey, ...report }: SanctionReport & { requestKey: string },
  now = new Date(),
): Promise<Outcomes<SanctionOpened>> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ person_id: string }>`
      select distinct i.person_id from claim c join person_identity i on i.own_id = c.person_id
      where c.id = any (${sql.val(report.claimIds)}::uuid[]) and ${visibleClaim(scope)}
        and (select count(*) from claim c where c.id = any (${sql.val(report.claimIds)}::uuid[]) and ${visibleClaim(scope)})
          = ${new Set(report.claimIds).size}`.execute(trx);
    const [only, ...others] = rows;
    if (!only) return notFound('份申报');
    if (others.length > 0) return refuseBy('sanction-claims');
    const organisationId = scope.holdings[0]?.organisationId;
    return openSanction(trx, scope, { ...report, personId: only.person_id, requestKey, organisationId }, now);
  });
}

const of = ({ organisationId }: Suspicion) => ({ organisationId });

export const refuseBy = (code: SanctionRefusal) =>
  refuse(code, SANCTION_REFUSALS[code].message, SANCTION_REFUSALS[code].fix, { provision: SANCTION_BASIS });

const noBody = () =>
  refuse('no-reviewing-body', '没有找到有权处理的机构。', '请联系省人力资源和社会保障厅。', {
    provision: SANCTION_BASIS,
  });

/** Who is meant by a registration today: the person it was merged into. */
async function identityOf(trx: Db, personId: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('person_identity')
    .select('person_id')
    .where('own_id', '=', personId)
    .executeTakeFirst();
  return row?.person_id;
}

/** No case for a registration that is being merged: the merge waits for this one and is then refused, or is done and seen. */
async function holdsStill(trx: Db, personId: string): Promise<boolean> {
  await trx.selectFrom('person').select('id').where('id', '=', personId).forShare().execute();
  return (await identityOf(trx, personId)) === personId;
}

type Reporting = Pick<Suspicion, 'personId' | 'year' | 'requestKey'>;

/** The answer given when this very request came before, also of a case that is closed since; a key names one person's year. */
async function reportedBefore(trx: Db, caller: Caller, { personId, year, requestKey }: Reporting) {
  if (requestKey === undefined) return undefined;
  const row = await trx
    .selectFrom('sanction_ground as g')
    .innerJoin('sanction as s', 's.id', 'g.sanction_id')
    .select(['s.id', 's.person_id', 's.year'])
    .where('g.reported_by', '=', caller.personId)
    .where('g.request_key', '=', requestKey)
    .executeTakeFirst();
  if (!row) return undefined;
  return row.person_id === personId && row.year === year
    ? { ok: true as const, value: { id: row.id, isNew: false } }
    : refuse('request-key-reused', '这个请求编号已用于另一条线索。', '请刷新页面后重新提交。');
}

/** Whether all claims were submitted by the person (or under a registration merged into theirs) and are for the year. */
async function areOfYear(trx: Db, { personId, year, claimIds }: Suspicion): Promise<boolean> {
  if (claimIds.length === 0) return true;
  const rows = await trx
    .selectFrom('claim as c')
    .innerJoin('person_identity as i', 'i.own_id', 'c.person_id')
    .select(['c.declaration'])
    .where('c.id', 'in', [...claimIds])
    .where('i.person_id', '=', personId)
    .where('c.version', '>', 0)
    .execute();
  return (
    rows.length === new Set(claimIds).size &&
    rows.every((claim) => claimYears(asActivity(declaredBy(claim), true)).includes(year))
  );
}

/** The case that the suspicion joins, also one that is decided: a year is cancelled once. */
const caseOfYear = (
  trx: Db,
  { personId, year }: { personId: string; year: number },
): Promise<SanctionRow | undefined> =>
  trx
    .selectFrom('sanction')
    .selectAll()
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('state', 'in', JOINED_STATES)
    .forNoKeyUpdate()
    .executeTakeFirst();

type Opening = { personId: string; year: number; now: Date; today: string };

/** At the industry authority when one of its officers opens it, else at the HRSS authority; null when there is none. */
async function insertCase(
  trx: Db,
  caller: Caller,
  { personId, year, now, today }: Opening,
): Promise<SanctionRow | null> {
  const affiliation = await lastAffiliation(trx, personId, today);
  const bodies = affiliation && competentBodies(affiliation.unit, await bodiesFor(trx, affiliation));
  const own = caller.holdings.find((h) => h.organisationId === bodies?.industryId && CASE_OFFICERS.includes(h.role));
  const authorityId = own?.organisationId ?? bodies?.hrssId ?? (await provinceOf(trx));
  if (authorityId === undefined) return null;
  return trx
    .insertInto('sanction')
    .values({
      person_id: personId,
      year,
      employer_id: affiliation?.employerId ?? null,
      authority_id: authorityId,
      opened_by: caller.personId,
      opened_at: now,
      ...NOTHING_YET,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

const NOTHING_YET = {
  charge: null,
  noticed_by: null,
  defence_calendar: null,
  decided_by: null,
  confirmed_by: null,
  effective_on: null,
  ends_on: null,
  impact: null,
  lifted_by: null,
  lift_confirmed_by: null,
} as const;

/** The affiliation of today, or the last there was: whoever has left their unit stays answerable at its place. */
async function lastAffiliation(trx: Db, personId: string, today: string) {
  const current = await affiliationOn(trx, personId, today);
  if (current) return current;
  const last = await trx
    .selectFrom('affiliation')
    .select('from_on')
    .where('person_id', '=', personId)
    .where('from_on', '<=', today)
    .orderBy('from_on', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ? affiliationOn(trx, personId, last.from_on) : null;
}

async function provinceOf(trx: Db): Promise<string | undefined> {
  const row = await trx
    .selectFrom('organisation')
    .select('id')
    .where('kind', '=', 'hrss')
    .where('level', '=', 'province')
    .executeTakeFirst();
  return row?.id;
}

/** @returns false when this very report is on record already */
async function addGround(
  trx: Db,
  caller: Caller,
  sanctionId: string,
  { suspicion, now }: { suspicion: Suspicion; now: Date },
): Promise<boolean> {
  const { source, explanation, origin, organisationId, requestKey, claimIds } = suspicion;
  const made = await trx
    .insertInto('sanction_ground')
    .values({
      sanction_id: sanctionId,
      source,
      explanation,
      origin_kind: origin?.kind ?? null,
      origin_id: origin?.id ?? null,
      reported_by: caller.personId,
      organisation_id: organisationId ?? null,
      request_key: requestKey ?? null,
      reported_at: now,
    })
    .onConflict((c) => c.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) return false;
  if (claimIds.length > 0) {
    await trx
      .insertInto('sanction_claim')
      .values(claimIds.map((claimId) => ({ sanction_id: sanctionId, claim_id: claimId })))
      .onConflict((c) => c.doNothing())
      .execute();
  }
  await trx.updateTable('sanction').set({ version: sql`version + 1` }).where('id', '=', sanctionId).execute();
  return true;
}

/** The case under its lock, which all that hangs on it takes first. */
export const lockSanction = (trx: Db, id: string): Promise<SanctionRow | undefined> =>
  trx.selectFrom('sanction').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

/** Whether the caller handles the case: an officer of exactly its authority. */
export const handles = (caller: Caller, { authority_id }: Pick<SanctionRow, 'authority_id'>): boolean =>
  caller.holdings.some((h) => h.organisationId === authority_id && CASE_OFFICERS.includes(h.role));

/**
 * Who may not handle a case, whatever their office (Art. 23): whom it is about, their family and the co-authors of what it rests on, and
 * whoever reviewed a claim in question.
 */
export async function whyNotHandle(trx: Db, caller: Caller, { id, person_id: personId }: SanctionRow) {
  const rows = await trx.selectFrom('sanction_claim').select('claim_id').where('sanction_id', '=', id).execute();
  const claimIds = rows.map((row) => row.claim_id);
  const refusal = await whyBarred(trx, [caller.personId], { kind: 'case', personId, claimIds });
  if (refusal) return { ok: false as const, refusal };
  if (claimIds.length === 0) return undefined;
  const reviewed = await trx
    .selectFrom('reviewer_of_claim')
    .select('claim_id')
    .where('claim_id', 'in', claimIds)
    .where('person_id', '=', caller.personId)
    .where('stage_kind', '<>', 'revocation')
    .executeTakeFirst();
  return reviewed && refuseBy('officer-reviewed');
}

export const changed = ({ id, state, version }: SanctionRow): { ok: true; value: SanctionChanged } => ({
  ok: true,
  value: { id, state, version },
});

export const caseMoved = (detail: string) => refuse('case-moved', detail, '请刷新页面查看最新状态。');

type Told = {
  kind: NoticeKind;
  key: string;
  today: string;
  except?: readonly string[];
  organisationIds?: readonly string[];
};

/** Tells those who handle cases at the authority, or at other organisations; never the person it is about. */
export async function tellOfficers(
  trx: Db,
  { id, number, year, person_id, authority_id }: SanctionRow,
  { kind, key, today, except = [], organisationIds = [authority_id] }: Told,
): Promise<void> {
  const asked = { organisationIds, roles: CASE_OFFICERS, today, except: [person_id, ...except] };
  const officers = await officersAt(trx, asked);
  const detail = { number, year, path: `/sanctions/${id}` };
  await tell(
    trx,
    officers.map(({ personId }) => ({ personId, kind, key, detail })),
  );
}

export const tellPerson = (
  trx: Db,
  { id, number, year, person_id }: SanctionRow,
  { kind, key = '', detail = {} }: { kind: NoticeKind; key?: string; detail?: Record<string, string | number> },
): Promise<void> =>
  tell(trx, [
    { personId: person_id, kind, key: `${id}/${key}`, detail: { number, year, ...detail, path: `/sanctions/${id}` } },
  ]);

type Line = {
  id: string;
  kind: AuditDeed;
  organisationId?: string | undefined;
  detail?: Record<string, string | number>;
};

/** The case's story, the audit and the workflow's look: one statement. The audit holds no words of anybody. */
export async function recordSanction(
  trx: Db,
  caller: Caller,
  { id, kind, organisationId, detail = {} }: Line,
): Promise<void> {
  const audited = auditCte(caller, {
    action: `sanction.${kind}`,
    subjectKind: 'sanction',
    subjectId: id,
    organisationId,
  });
  await sql`
    with ${caseEventCte({ caseKind: 'sanction', caseId: id, kind, actorId: caller.personId, organisationId, detail })}, ${audited}
    ${lookAt('sanction', id)}`.execute(trx);
}

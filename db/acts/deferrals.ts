import { type RawBuilder, sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit.ts';
import type { DeferralChanged, DeferralDecision, DeferralRequest } from '../../contract/deferrals.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import {
  DEFERRAL_REFUSALS,
  type DeferralRefusal,
  deferralRefusalBasis,
  whyNotDefer,
  whyNotShorten,
  whyNotUntil,
  type YearOnRecord,
} from '../../rules/deferral.ts';
import { affiliationOn, bodiesFor } from '../affiliations.ts';
import { whyBarred } from '../conflict-of-interest.ts';
import type { Db } from '../connect.ts';
import { deferralOfficers } from '../deferral-officers.ts';
import { findingsOf } from '../findings.ts';
import { recomputeYear } from '../ledger.ts';
import { returnMakeUp } from '../make-up.ts';
import type { DeferralRow } from '../tables/deferrals.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { absorbed, isOfAbsorbed } from './conflicts.ts';
import { tell } from './notices.ts';
import { auditCte, caseEventCte, lookAt } from './trail.ts';

/** What people do about a deferral (顺延, Art. 17). Each is one transaction under the deferral's lock that makes its workflow look. */

const refuseBy = (code: DeferralRefusal) =>
  refuse(code, DEFERRAL_REFUSALS[code].message, DEFERRAL_REFUSALS[code].fix, { provision: deferralRefusalBasis(code) });

/** The person applies; their employer (the agency of archive-hosted people) will decide, the HRSS authority of its place is told. */
export async function requestDeferral(
  db: Db,
  caller: Caller,
  request: DeferralRequest & { requestKey: string },
  now = new Date(),
): Promise<Outcomes<DeferralChanged>> {
  const today = legalDay(now.toISOString());
  try {
    return await db.transaction().execute(async (trx) => {
      const again = await findByKey(trx, caller, request);
      if (again) return again;
      const refused = whyNotDefer({ ...request, today, earlier: await earlierOf(trx, caller.personId, request.year) });
      if (refused) return refuseBy(refused);
      const affiliation = await affiliationOn(trx, caller.personId, today);
      if (!affiliation)
        return refuse(
          'no-affiliation',
          '您目前没有登记任职单位，无法确定由谁决定。',
          '请联系单位人事部门登记您的任职信息。',
        );
      const { reReviewHrssId, filingHrssId } = await bodiesFor(trx, affiliation);
      const deferral = await trx
        .insertInto('deferral')
        .values({
          person_id: caller.personId,
          year: request.year,
          employer_id: affiliation.employerId,
          decider_id: affiliation.unit.archiveAgencyId ?? affiliation.employerId,
          hrss_id: reReviewHrssId ?? filingHrssId,
          reason: request.reason,
          explanation: request.explanation,
          requested_until: request.until,
          until_on: null,
          request_key: request.requestKey,
          requested_at: now,
          decided_by: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await recordDeferral(trx, caller, { id: deferral.id, kind: 'requested', detail: { until: request.until } });
      await tellDeciders(trx, deferral, today);
      return { ok: true, value: { id: deferral.id, state: 'requested', until: null } };
    });
  } catch (error) {
    if (isTwice(error)) return refuseBy('deferral-requested');
    if (isOfAbsorbed(error)) return absorbed();
    throw error;
  }
}

/** The employer's reviewer grants until a day, with the unit's proof on file, or refuses with a reason. */
export async function decideDeferral(
  db: Db,
  caller: Caller,
  { id, ...decision }: DeferralDecision & { id: string },
  now = new Date(),
): Promise<Outcomes<DeferralChanged>> {
  return db.transaction().execute(async (trx) => {
    const deferral = await lockDeferral(trx, id);
    if (!deferral || !decides(caller, deferral)) return notFound('份顺延申请');
    const barred = await whyNotHandle(trx, caller, deferral);
    if (barred) return barred;
    if (deferral.state !== 'requested') return alreadyDecided(deferral);
    const grants = decision.outcome === 'grant';
    const refused = grants ? await whyNotGrant(trx, deferral, decision.until, now) : undefined;
    if (refused) return refuseBy(refused);
    const state = grants ? 'granted' : 'refused';
    const until = grants ? decision.until : null;
    await trx
      .updateTable('deferral')
      .set({ state, until_on: until, decided_by: caller.personId, decided_at: now, ended_at: grants ? null : now })
      .where('id', '=', id)
      .execute();
    if (grants) await recomputeYear(trx, yearOf(deferral, now), id);
    const detail = { ...(until && { until }), explanation: decision.explanation };
    await recordDeferral(trx, caller, { id, kind: state, organisationId: deferral.decider_id, detail });
    await tellPerson(trx, deferral, grants ? 'deferral-granted' : 'deferral-refused', until ? { until } : {});
    if (until) await tellOverseers(trx, deferral, { until, today: legalDay(now.toISOString()) });
    return { ok: true, value: { id, state, until } };
  });
}

/** The person ends it early, or the employer shortens it; never longer. */
export async function shortenDeferral(
  db: Db,
  caller: Caller,
  { id, until, explanation }: { id: string; until: string; explanation: string },
  now = new Date(),
): Promise<Outcomes<DeferralChanged>> {
  return db.transaction().execute(async (trx) => {
    const deferral = await lockDeferral(trx, id);
    const isOwn = deferral?.person_id === caller.personId;
    if (!deferral || !(isOwn || decides(caller, deferral))) return notFound('份顺延');
    const barred = isOwn ? undefined : await whyNotHandle(trx, caller, deferral);
    if (barred) return barred;
    if (deferral.state !== 'granted' || deferral.until_on === null) return notGranted(deferral);
    const refused = whyNotShorten({ until: deferral.until_on, today: legalDay(now.toISOString()) }, until);
    if (refused) return refuseBy(refused);
    await trx.updateTable('deferral').set({ until_on: until }).where('id', '=', id).execute();
    await recomputeYear(trx, yearOf(deferral, now), id);
    const organisationId = isOwn ? undefined : deferral.decider_id;
    await recordDeferral(trx, caller, { id, kind: 'shortened', organisationId, detail: { until, explanation } });
    if (!isOwn) await tellPerson(trx, deferral, 'deferral-shortened', { until });
    return { ok: true, value: { id, state: 'granted', until } };
  });
}

/** The HRSS authority of the employer's place revokes a deferral that should not have been granted (D-11): as if it had never been. */
export async function revokeDeferral(
  db: Db,
  caller: Caller,
  { id, explanation }: { id: string; explanation: string },
  now = new Date(),
): Promise<Outcomes<DeferralChanged>> {
  return db.transaction().execute(async (trx) => {
    const deferral = await lockDeferral(trx, id);
    if (!deferral || !oversees(caller, deferral)) return notFound('份顺延');
    const barred = await whyNotHandle(trx, caller, deferral);
    if (barred) return barred;
    if (deferral.state !== 'granted') return notGranted(deferral);
    await trx.updateTable('deferral').set({ state: 'revoked', ended_at: now }).where('id', '=', id).execute();
    const year = yearOf(deferral, now);
    await returnMakeUp(trx, { ...year, causedBy: id });
    await recomputeYear(trx, year, id);
    await recordDeferral(trx, caller, {
      id,
      kind: 'revoked',
      organisationId: deferral.hrss_id ?? undefined,
      detail: { explanation },
    });
    await tellPerson(trx, deferral, 'deferral-revoked', {});
    return { ok: true, value: { id, state: 'revoked', until: deferral.until_on } };
  });
}

/** The person takes an undecided application back. */
export async function withdrawDeferral(
  db: Db,
  caller: Caller,
  id: string,
  now = new Date(),
): Promise<Outcomes<DeferralChanged>> {
  return db.transaction().execute(async (trx) => {
    const deferral = await lockDeferral(trx, id);
    if (!deferral || deferral.person_id !== caller.personId) return notFound('份顺延申请');
    if (deferral.state === 'withdrawn') return { ok: true, value: { id, state: 'withdrawn', until: null } };
    if (deferral.state !== 'requested') return alreadyDecided(deferral);
    await trx.updateTable('deferral').set({ state: 'withdrawn', ended_at: now }).where('id', '=', id).execute();
    await recordDeferral(trx, caller, { id, kind: 'withdrawn' });
    return { ok: true, value: { id, state: 'withdrawn', until: null } };
  });
}

type StoredProof = {
  id: string;
  fileName: string;
  mediaType: 'application/pdf' | 'image/jpeg' | 'image/png';
  sizeBytes: number;
  sha256: Buffer;
  storageKey: string;
};
const PROOF_LIMIT = 10;

/** A file of the person or the unit, while the application is undecided. On a refusal the caller removes the stored file. */
export async function attachProof(db: Db, caller: Caller, file: StoredProof): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    const deferral = await lockDeferral(trx, file.id);
    const isOwn = deferral?.person_id === caller.personId;
    if (!deferral || !(isOwn || decides(caller, deferral))) return notFound('份顺延申请');
    if (deferral.state !== 'requested') return alreadyDecided(deferral);
    const { n } = await trx
      .selectFrom('case_file')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('case_kind', '=', 'deferral')
      .where('case_id', '=', file.id)
      .executeTakeFirstOrThrow();
    if (n >= PROOF_LIMIT)
      return refuse('evidence-limit', `一份申请最多上传 ${PROOF_LIMIT} 份证明。`, '请合并为一个 PDF 后上传。');
    const made = await trx
      .insertInto('case_file')
      .values({
        case_kind: 'deferral',
        case_id: file.id,
        uploaded_by: caller.personId,
        organisation_id: isOwn ? null : deferral.decider_id,
        file_name: file.fileName,
        media_type: file.mediaType,
        size_bytes: file.sizeBytes,
        sha256: file.sha256,
        storage_key: file.storageKey,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordDeferral(trx, caller, {
      id: file.id,
      kind: 'proof-added',
      organisationId: isOwn ? undefined : deferral.decider_id,
    });
    return { ok: true, value: made };
  });
}

/** Decides: a first reviewer of the employer or the agency. */
export const decides = (caller: Caller, { decider_id }: Pick<DeferralRow, 'decider_id'>): boolean =>
  caller.holdings.some((h) => h.organisationId === decider_id && h.role === 'first-reviewer');
/** Is told, and may revoke: the HRSS authority's own people. */
const oversees = (caller: Caller, { hrss_id }: Pick<DeferralRow, 'hrss_id'>): boolean =>
  caller.holdings.some(
    (h) =>
      h.organisationId === hrss_id &&
      (h.role === 'supervisor' || h.role === 'administrator' || h.role === 're-reviewer'),
  );

/** Nobody decides on their own deferral, or their family's (Art. 23). */
export async function whyNotHandle(trx: Db, caller: Caller, { person_id: personId }: DeferralRow) {
  const refusal = await whyBarred(trx, [caller.personId], { kind: 'deferral', personId });
  return refusal ? { ok: false as const, refusal } : undefined;
}

export const lockDeferral = (trx: Db, id: string): Promise<DeferralRow | undefined> =>
  trx.selectFrom('deferral').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

async function earlierOf(trx: Db, personId: string, year: number): Promise<YearOnRecord> {
  const cancelled = await isCancelled(trx, { personId, year });
  const rows = await trx
    .selectFrom('deferral')
    .select('state')
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .execute();
  return {
    cancelled,
    requested: rows.some((r) => r.state === 'requested'),
    granted: rows.some((r) => r.state !== 'requested' && r.state !== 'refused' && r.state !== 'withdrawn'),
  };
}

/** Whether fraud has cancelled the year (Art. 21); a decision on it at the same moment is waited for. */
async function isCancelled(trx: Db, of: { personId: string; year: number }): Promise<boolean> {
  await trx.selectFrom('person').select('id').where('id', '=', of.personId).forShare().execute();
  return (await findingsOf(trx, of)).length > 0;
}

async function findByKey(
  trx: Db,
  caller: Caller,
  { requestKey, year, until }: DeferralRequest & { requestKey: string },
) {
  const row = await trx
    .selectFrom('deferral')
    .select(['id', 'state', 'until_on', 'year', 'requested_until'])
    .where('person_id', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.year !== year || row.requested_until !== until)
    return refuse('request-key-reused', '这个请求编号已用于另一份申请。', '请刷新页面后重新提交。');
  return { ok: true as const, value: { id: row.id, state: row.state, until: row.until_on } };
}

/** The proof must be the unit's (Art. 17: 由所在单位出具证明), so a file of the person alone is not enough. */
async function whyNotGrant(
  trx: Db,
  deferral: DeferralRow,
  until: string,
  now: Date,
): Promise<DeferralRefusal | undefined> {
  const refused = whyNotUntil(deferral.year, until, legalDay(now.toISOString()));
  if (refused) return refused;
  if (await isCancelled(trx, { personId: deferral.person_id, year: deferral.year })) return 'deferral-cancelled';
  const proof = await trx
    .selectFrom('case_file')
    .select('id')
    .where('case_kind', '=', 'deferral')
    .where('case_id', '=', deferral.id)
    .where('organisation_id', '=', deferral.decider_id)
    .executeTakeFirst();
  return proof ? undefined : 'deferral-proof-missing';
}

const alreadyDecided = ({ state }: DeferralRow) =>
  refuse(
    'case-moved',
    state === 'withdrawn' ? '本人已撤回这份申请。' : '这份申请已经决定。',
    '请刷新页面查看最新状态。',
  );
const notGranted = (_: DeferralRow) => refuse('case-moved', '这份顺延目前不在批准期内。', '请刷新页面查看最新状态。');

const yearOf = (deferral: DeferralRow, now: Date) => ({
  personId: deferral.person_id,
  year: deferral.year,
  on: legalDay(now.toISOString()),
});

const tellPerson = (
  trx: Db,
  { id, person_id, year }: DeferralRow,
  kind: DeferralNotice,
  detail: Record<string, string>,
) =>
  tell(trx, [
    {
      personId: person_id,
      kind,
      key: `${id}/${detail['until'] ?? ''}`,
      detail: { year, ...detail, path: '/deferrals' },
    },
  ]);
/** Who can decide is told that somebody waits. */
async function tellDeciders(trx: Db, deferral: DeferralRow, today: string): Promise<void> {
  const told = await deferralOfficers(trx, deferral, { at: ['unit'], today });
  const detail = { year: deferral.year, path: '/deferrals' };
  await tell(
    trx,
    told.map((personId) => ({ personId, kind: 'deferral-to-decide' as const, key: deferral.id, detail })),
  );
}

/** The HRSS authority is told of every grant, because it may revoke it (D-11). */
async function tellOverseers(trx: Db, deferral: DeferralRow, { until, today }: { until: string; today: string }) {
  const { name } = await trx
    .selectFrom('organisation')
    .select('name')
    .where('id', '=', deferral.decider_id)
    .executeTakeFirstOrThrow();
  const told = await deferralOfficers(trx, deferral, { at: ['hrss'], today });
  const detail = { organisation: name, year: deferral.year, until, path: '/deferrals' };
  await tell(
    trx,
    told.map((personId) => ({ personId, kind: 'deferral-to-oversee' as const, key: deferral.id, detail })),
  );
}

type DeferralNotice = 'deferral-granted' | 'deferral-refused' | 'deferral-shortened' | 'deferral-revoked';

type Line = {
  id: string;
  kind: AuditDeed;
  organisationId?: string | undefined;
  detail?: Record<string, string | number>;
};

/** The case's story, the audit and the workflow's look: one statement. */
export async function recordDeferral(
  trx: Db,
  caller: Caller,
  { id, kind, organisationId, detail = {} }: Line,
): Promise<void> {
  const audited: RawBuilder<unknown> = auditCte(caller, {
    action: `deferral.${kind}`,
    subjectKind: 'deferral',
    subjectId: id,
    organisationId,
  });
  await sql`
    with ${caseEventCte({ caseKind: 'deferral', caseId: id, kind, actorId: caller.personId, organisationId, detail })}, ${audited}
    ${lookAt('deferral', id)}`.execute(trx);
}

const isTwice = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'deferral_one_requested';

import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { FrameQuery, NewInspection } from '../../contract/inspections.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay, yearOf } from '../../rules/calendar.ts';
import { type RiskFacts, risksOf } from '../../rules/risk.ts';
import { drawSample, FRAME_LIMIT, frameHash, frameOf, SAMPLING_ALGORITHM } from '../../rules/sampling.ts';
import { isResultUseDoubtful, SUPERVISION_BASIS } from '../../rules/supervision.ts';
import type { Db } from '../connect.ts';
import { claimFrame, type EmployerUse, employerFrame, inspectingAt, riskFacts } from '../read/frames.ts';
import type { Scope, ScopeHolding } from '../read/scope.ts';
import { officersOf } from '../superiors.ts';
import type { InspectionFilters } from '../tables/supervision.ts';
import { refuse } from './caller.ts';
import { keyReused, oneAtATime } from './conflicts.ts';
import { tell } from './notices.ts';
import { audit } from './trail.ts';

/**
 * Drawing (抽查, Art. 20). The frame is fixed first, the seed made after it by the system and never by who inspects; both are kept with
 * the algorithm's name, in a row that cannot change, and every drawing stays on record: who does not like a sample cannot draw in secret
 * until they do.
 */

/** How many a drawing would be from. */
export async function countFrame(
  db: Db,
  scope: Scope,
  asked: FrameQuery,
  now = new Date(),
): Promise<Outcomes<{ size: number; limit: number }>> {
  const at = inspectingAt(scope, asked.organisationId);
  if (!at) return notInspecting();
  const { ids } = await frameFor(db, scope, at, { asked, now });
  return { ok: true, value: { size: ids.length, limit: FRAME_LIMIT } };
}

/** Draws, and opens what is drawn: checks of claims, or inquiries to employers. Sent again with the same key it answers the same. */
export async function drawInspection(
  db: Db,
  scope: Scope,
  { requestKey, ...asked }: NewInspection & { requestKey: string },
  now = new Date(),
): Promise<Outcomes<{ id: string }>> {
  const at = inspectingAt(scope, asked.organisationId);
  if (!at) return notInspecting();
  return db.transaction().execute(async (trx) => {
    await oneAtATime(trx, scope.personId, requestKey);
    const again = await drawnBefore(trx, scope, { requestKey, ...asked });
    if (again) return again;
    const frame = await frameFor(trx, scope, at, { asked, now });
    const refused = whyNotFrame(frame.ids, asked);
    if (refused) return refused;
    const seed = randomBytes(16).toString('hex');
    const id = await keep(trx, scope, { at, asked, requestKey, seed, ids: frame.ids, now });
    const drawn = sampleOf(frame, { seed, size: asked.size });
    if (asked.kind === 'use') await openInquiries(trx, { id, at, asked, uses: frame.uses, drawn, now });
    else await openChecks(trx, { id, at, drawn, facts: frame.facts, now });
    const detail = { kind: asked.kind, drawn: drawn.length };
    await audit(trx, scope, {
      action: 'inspection.drawn',
      subjectKind: 'inspection',
      subjectId: id,
      organisationId: at.organisationId,
      detail,
    });
    return { ok: true, value: { id } };
  });
}

type Frame = { ids: readonly string[]; facts: ReadonlyMap<string, RiskFacts[]>; uses: readonly EmployerUse[] };
type Asked = { asked: FrameQuery; now: Date };

/** What is drawn from; by risk only what has one. */
async function frameFor(db: Db, scope: Scope, at: ScopeHolding, { asked, now }: Asked): Promise<Frame> {
  const none = { facts: new Map<string, RiskFacts[]>(), uses: [] };
  if (asked.kind === 'use') {
    const today = legalDay(now.getTime());
    const on = yearOf(today) > asked.year ? `${asked.year}-12-31` : today;
    const uses = (await employerFrame(db, scope, at, { asked, on })).filter(isResultUseDoubtful);
    return { ...none, uses, ids: frameOf(uses.map((use) => use.id)) };
  }
  const claims = await claimFrame(db, scope, at, asked);
  if (asked.kind === 'random' || claims.length > FRAME_LIMIT) return { ...none, ids: frameOf(claims) };
  const facts = await riskFacts(db, claims, asked.year);
  const risky = claims.filter((id) => risksOf(facts.get(id) ?? []).score > 0);
  return { ...none, facts, ids: frameOf(risky) };
}

/** By risk the heaviest first, and by the seed among equals; otherwise by the seed alone. */
function sampleOf({ ids, facts }: Frame, { seed, size }: { seed: string; size: number }): readonly string[] {
  if (facts.size === 0) return drawSample({ seed, frame: ids, size });
  const scoreOf = new Map(ids.map((id) => [id, risksOf(facts.get(id) ?? []).score]));
  return [...drawSample({ seed, frame: ids, size: ids.length })]
    .sort((a, b) => (scoreOf.get(b) ?? 0) - (scoreOf.get(a) ?? 0))
    .slice(0, size);
}

function whyNotFrame(ids: readonly string[], { kind, year }: NewInspection) {
  const basis = { provision: SUPERVISION_BASIS };
  if (ids.length === 0) {
    const what = {
      random: '没有已认定的申报',
      risk: '没有带风险的已认定申报',
      use: '没有未应用结果的单位',
    }[kind];
    return refuse(
      'frame-empty',
      `所选范围内${year}年度${what}。`,
      '请放宽地区、行业、单位、形式或日期后再抽取。',
      basis,
    );
  }
  if (ids.length <= FRAME_LIMIT) return null;
  return refuse(
    'frame-too-large',
    `所选范围超过 ${FRAME_LIMIT} 个，不能一次抽取。`,
    '请按地区、行业、单位、形式或备案日期缩小范围，分次抽取。',
    basis,
  );
}

type Kept = {
  at: ScopeHolding;
  asked: NewInspection;
  requestKey: string;
  seed: string;
  ids: readonly string[];
  now: Date;
};

async function keep(trx: Db, scope: Scope, { at, asked, requestKey, seed, ids, now }: Kept): Promise<string> {
  const { kind, year, title, size, organisationId: _, ...filters } = asked;
  const { id } = await trx
    .insertInto('inspection')
    .values({
      kind,
      organisation_id: at.organisationId,
      title,
      year,
      filters: JSON.stringify(filters satisfies InspectionFilters),
      algorithm: kind === 'risk' ? RISK_ALGORITHM : SAMPLING_ALGORITHM,
      seed,
      frame: [...ids],
      frame_hash: frameHash(ids),
      size,
      drawn_by: scope.personId,
      drawn_at: now,
      request_key: requestKey,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** By score, and by the hash with the seed among equal scores. */
const RISK_ALGORITHM = 'risk-1';

type Opened = { id: string; at: ScopeHolding; drawn: readonly string[]; now: Date };

async function openChecks(
  trx: Db,
  { id, at, drawn, facts, now }: Opened & { facts: ReadonlyMap<string, RiskFacts[]> },
): Promise<void> {
  const rows = drawn.map((claimId, index) => {
    const { score, risks } = risksOf(facts.get(claimId) ?? []);
    return { claim_id: claimId, position: index + 1, score, risks };
  });
  await sql`
    insert into check_task (inspection_id, organisation_id, claim_id, person_id, position, score, risks, opened_at)
    select ${id}, ${at.organisationId}, d.claim_id, c.person_id, d.position, d.score, d.risks, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(claim_id uuid, position int, score int, risks jsonb)
    join claim c on c.id = d.claim_id`.execute(trx);
}

type Asking = Opened & { asked: NewInspection; uses: readonly EmployerUse[] };

async function openInquiries(trx: Db, { id, at, asked, uses, drawn, now }: Asking): Promise<void> {
  const useOf = new Map(uses.map((use) => [use.id, use]));
  for (const [index, employerId] of drawn.entries()) {
    const use = useOf.get(employerId);
    if (!use) throw new Error(`drawn out of the frame: ${employerId}`);
    const made = await trx
      .insertInto('use_inquiry')
      .values({
        inspection_id: id,
        organisation_id: at.organisationId,
        employer_id: employerId,
        year: asked.year,
        position: index + 1,
        people: use.people,
        considered: use.considered,
        asked_at: now,
        answer: null,
        answered_by: null,
        conclusion: null,
        concluded_by: null,
        rectification_id: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const managers = await officersOf(trx, employerId, 'administrator', legalDay(now.getTime()));
    const detail = { organisation: at.organisationName, year: asked.year, path: '/unit/inquiries' };
    await tell(
      trx,
      managers.map((personId) => ({ personId, kind: 'inquiry-asked', key: made.id, detail })),
    );
  }
}

async function drawnBefore(
  trx: Db,
  scope: Scope,
  { requestKey, title, kind, year }: NewInspection & { requestKey: string },
) {
  const row = await trx
    .selectFrom('inspection')
    .select(['id', 'title', 'kind', 'year'])
    .where('drawn_by', '=', scope.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  if (!row) return undefined;
  const isSame = row.title === title && row.kind === kind && row.year === year;
  return isSame ? { ok: true as const, value: { id: row.id } } : keyReused();
}

const notInspecting = () =>
  refuse('forbidden', '抽查由人社部门或行业主管部门的监督检查人员办理。', '请联系有监督检查岗位的人员。', {
    provision: SUPERVISION_BASIS,
  });

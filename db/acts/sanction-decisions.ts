import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type {
  SanctionAnswer,
  SanctionChanged,
  SanctionImpact,
  SanctionProposal,
  TitleToRevoke,
} from '../../contract/sanctions.ts';
import { legalDay } from '../../rules/calendar.ts';
import type { ProposalKind } from '../../rules/sanction.ts';
import { mayBeDue } from '../../rules/title-order.ts';
import type { Db } from '../connect.ts';
import { readImpact } from '../read/sanction-impact.ts';
import { CASE_OFFICERS } from '../sanction-officers.ts';
import type { ProposalRow, SanctionRow } from '../tables/sanctions.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { answerAppeal, impose, lift } from './sanction-effects.ts';
import { hasBeenHeard, openAppeal } from './sanction-hearings.ts';
import {
  caseMoved,
  changed,
  handles,
  lockSanction,
  recordSanction,
  refuseBy,
  tellOfficers,
  tellPerson,
  whyNotHandle,
} from './sanctions.ts';

/**
 * Decisions on a case of fraud (Art. 21): one officer proposes, a second of the same body confirms, and only then something happens. Nobody
 * decides on themselves or their family, nor over claims they reviewed, nor on an appeal against their own decision.
 */

/** Proposes to impose, to dismiss, to lift, or to refuse an appeal. Sent again with its key it answers the same. */
export async function proposeSanction(
  db: Db,
  caller: Caller,
  { id, kind, reason, titles, version, requestKey }: SanctionProposal & { id: string; requestKey: string },
  now = new Date(),
): Promise<Outcomes<SanctionChanged>> {
  return db.transaction().execute(async (trx) => {
    const sanction = await lockSanction(trx, id);
    const organisationId = sanction && (await bodyOf(trx, caller, sanction, kind));
    if (!sanction || organisationId === undefined) return notFound('件案件');
    const again = await proposedBefore(trx, caller, { id, kind, requestKey });
    if (again) return again === 'same' ? changed(sanction) : keyReused();
    const refused =
      (await whyNotDecide(trx, caller, sanction, kind)) ??
      (await whyNotPropose(trx, sanction, { kind, now })) ??
      (sanction.version === version ? undefined : moved(sanction)) ??
      (await whyNotTitles(trx, kind === 'impose' ? titles : [], now));
    if (refused) return refused;
    await trx
      .insertInto('sanction_proposal')
      .values({
        sanction_id: id,
        person_id: sanction.person_id,
        kind,
        reason,
        titles: JSON.stringify(kind === 'impose' ? titles : []),
        request_key: requestKey,
        organisation_id: organisationId,
        proposed_by: caller.personId,
        proposed_at: now,
        answer: null,
        answer_reason: null,
        answered_by: null,
      })
      .execute();
    const state = kind === 'impose' || kind === 'dismiss' ? 'decided' : sanction.state;
    const next = await set(trx, sanction, { state });
    await recordSanction(trx, caller, { id, kind: 'proposed', organisationId, detail: { proposal: kind, reason } });
    await tellOfficers(trx, next, {
      kind: 'sanction-to-confirm',
      key: `${id}/${next.version}`,
      today: legalDay(now.getTime()),
      except: [caller.personId],
      organisationIds: [organisationId],
    });
    return changed(next);
  });
}

/** The second officer confirms what was proposed, or sends it back with a reason. */
export async function answerProposal(
  db: Db,
  caller: Caller,
  { id, ...given }: SanctionAnswer & { id: string },
  now = new Date(),
): Promise<Outcomes<SanctionChanged>> {
  return db.transaction().execute(async (trx) => {
    const sanction = await lockSanction(trx, id);
    const proposal = await proposalOf(trx, id, given.proposalId);
    if (!sanction || !proposal || !isOfficerAt(caller, proposal.organisation_id)) return notFound('件案件');
    if (proposal.answer !== null) return alreadyAnswered(caller, sanction, proposal, given.answer);
    const refused = await whyNotDecide(trx, caller, sanction, proposal.kind);
    if (refused) return refused;
    if (given.answer === 'refuse') return sendBack(trx, { caller, sanction, proposal, reason: given.reason, now });
    if (proposal.proposed_by === caller.personId) return refuseBy('second-officer');
    if (sanction.version !== given.version) return moved(sanction);
    const late = await whyNotTitles(trx, proposal.titles, now);
    if (late) return late;
    await answer(trx, { caller, proposal, now, answer: 'confirmed' });
    await carryOut(trx, { caller, sanction, proposal, now });
    return changed((await lockSanction(trx, id)) ?? sanction);
  });
}

/** What imposing today would change. Nothing is written. */
export async function previewSanction(
  db: Db,
  caller: Caller,
  { id, titles }: { id: string; titles: readonly TitleToRevoke[] },
  now = new Date(),
): Promise<Outcomes<SanctionImpact>> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const sanction = await trx.selectFrom('sanction').selectAll().where('id', '=', id).executeTakeFirst();
      if (!sanction || !handles(caller, sanction) || sanction.person_id === caller.personId) return notFound('件案件');
      const { state } = sanction;
      if (state !== 'opened' && state !== 'hearing' && state !== 'decided') return caseMoved('案件已有结论。');
      const { shown } = await readImpact(trx, { sanction, titles, on: legalDay(now.getTime()) });
      return { ok: true, value: shown };
    });
}

const isOfficerAt = (caller: Caller, organisationId: string): boolean =>
  caller.holdings.some((h) => h.organisationId === organisationId && CASE_OFFICERS.includes(h.role));

/** For which body the caller may propose: the case's authority; for what took effect also an HRSS authority above it. */
async function bodyOf(trx: Db, caller: Caller, sanction: SanctionRow, kind: ProposalKind): Promise<string | undefined> {
  if (handles(caller, sanction)) return sanction.authority_id;
  if (kind === 'impose' || kind === 'dismiss') return undefined;
  const own = caller.holdings.filter((h) => CASE_OFFICERS.includes(h.role)).map((h) => h.organisationId);
  const { rows } = await sql<{ id: string }>`
    select above.id from organisation a join region r on r.code = a.region_code
    join organisation above on above.kind = 'hrss' and above.region_code <> a.region_code
      and (above.level = 'province' or above.region_code = r.parent_code)
    where a.id = ${sanction.authority_id} and above.id = any (${sql.val(own)}::text[]) order by above.id`.execute(trx);
  return rows[0]?.id;
}

/** Who may not decide: whoever may not handle the case, and on an appeal whoever made the decision. */
async function whyNotDecide(trx: Db, caller: Caller, sanction: SanctionRow, kind: ProposalKind) {
  const barred = await whyNotHandle(trx, caller, sanction);
  if (barred) return barred;
  const isOnAppeal =
    kind === 'refuse-appeal' || (kind === 'lift' && (await openAppeal(trx, sanction.id)) !== undefined);
  const decided = [sanction.decided_by, sanction.confirmed_by].includes(caller.personId);
  return isOnAppeal && decided ? refuseBy('appeal-own-decision') : undefined;
}

/** Whether the case stands where such a proposal can be made. */
async function whyNotPropose(trx: Db, sanction: SanctionRow, { kind, now }: { kind: ProposalKind; now: Date }) {
  const { state } = sanction;
  if (await openProposal(trx, sanction.id)) return caseMoved('已有一份拟定的处理在等待确认。');
  switch (kind) {
    case 'impose':
      if (state === 'opened') return refuseBy('sanction-not-noticed');
      if (state !== 'hearing') return caseMoved('案件已有结论。');
      return hasBeenHeard(sanction, now) ? undefined : refuseBy('defence-open');
    case 'dismiss':
      return state === 'opened' || state === 'hearing' ? undefined : caseMoved('案件已有结论。');
    case 'lift':
      return state === 'in-force' || state === 'ended' ? undefined : caseMoved('只有已生效的处理可以撤销。');
    case 'refuse-appeal':
      return (await openAppeal(trx, sanction.id)) ? undefined : refuseBy('appeal-none');
  }
}

async function whyNotTitles(trx: Db, titles: readonly TitleToRevoke[], now: Date) {
  if (titles.some((one) => !mayBeDue(one.dueOn, legalDay(now.getTime())))) return refuseBy('title-order-day');
  const ids = [...new Set(titles.map((one) => one.organisationId))];
  if (ids.length === 0) return undefined;
  const keys = new Set(titles.map((one) => `${one.title} ${one.organisationId}`));
  if (keys.size < titles.length)
    return refuse('invalid-input', '同一项职称填写了两次。', '请删除重复的一项。', { provision: '21' });
  const known = await trx.selectFrom('organisation').select('id').where('id', 'in', ids).execute();
  return known.length === ids.length
    ? undefined
    : refuse('invalid-input', '没有找到职称的核准部门。', '请从机构列表中选择核准部门。', { provision: '21' });
}

const moved = ({ version }: SanctionRow) =>
  refuse(
    'version-changed',
    '案件有新的内容（如新的陈述或材料），您看到的不是最新的。',
    '请刷新后核对最新内容再办理。',
    {
      more: { version },
    },
  );

const openProposal = (trx: Db, sanctionId: string): Promise<{ id: string } | undefined> =>
  trx
    .selectFrom('sanction_proposal')
    .select('id')
    .where('sanction_id', '=', sanctionId)
    .where('answer', 'is', null)
    .executeTakeFirst();

const proposalOf = (trx: Db, sanctionId: string, id: string): Promise<ProposalRow | undefined> =>
  trx
    .selectFrom('sanction_proposal')
    .selectAll()
    .where('id', '=', id)
    .where('sanction_id', '=', sanctionId)
    .executeTakeFirst();

type Proposing = { id: string; kind: ProposalKind; requestKey: string };

async function proposedBefore(
  trx: Db,
  caller: Caller,
  { id, kind, requestKey }: Proposing,
): Promise<'same' | 'other' | undefined> {
  const row = await trx
    .selectFrom('sanction_proposal')
    .select(['sanction_id', 'kind'])
    .where('proposed_by', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  return row && (row.sanction_id === id && row.kind === kind ? 'same' : 'other');
}

const keyReused = () => refuse('request-key-reused', '这个请求编号已用于另一份拟定的处理。', '请刷新页面后重新提交。');

/** The same answer of the same officer is answered again; any other comes too late. */
function alreadyAnswered(caller: Caller, sanction: SanctionRow, proposal: ProposalRow, given: 'confirm' | 'refuse') {
  const isSame =
    (proposal.answer === 'confirmed') === (given === 'confirm') && proposal.answered_by === caller.personId;
  return isSame ? changed(sanction) : caseMoved('这份拟定的处理已经答复。');
}

type Deed = { caller: Caller; sanction: SanctionRow; proposal: ProposalRow; now: Date };

async function carryOut(trx: Db, deed: Deed): Promise<void> {
  switch (deed.proposal.kind) {
    case 'impose':
      return impose(trx, deed);
    case 'dismiss':
      return dismiss(trx, deed);
    case 'lift':
      return lift(trx, deed);
    case 'refuse-appeal':
      return refuseAppeal(trx, deed);
  }
}

/** Whoever was told of the charge is told that nothing follows. */
async function dismiss(trx: Db, { caller, sanction, proposal, now }: Deed): Promise<void> {
  const done = { decided_by: proposal.proposed_by, confirmed_by: caller.personId, decided_at: now, ended_at: now };
  await set(trx, sanction, { state: 'dismissed', ...done });
  const { id, organisation_id: organisationId, reason } = { ...proposal, id: sanction.id };
  await recordSanction(trx, caller, { id, kind: 'dismissed', organisationId, detail: { reason } });
  if (sanction.noticed_at !== null) await tellPerson(trx, sanction, { kind: 'sanction-dismissed' });
}

async function refuseAppeal(trx: Db, { caller, sanction, proposal, now }: Deed): Promise<void> {
  await answerAppeal(trx, { sanction, state: 'refused', answer: proposal.reason, now });
  const next = await set(trx, sanction, {});
  const { id, organisation_id: organisationId, reason } = { ...proposal, id: sanction.id };
  await recordSanction(trx, caller, { id, kind: 'appeal-refused', organisationId, detail: { reason } });
  await tellPerson(trx, next, { kind: 'sanction-appeal-refused', key: String(next.version) });
}

async function sendBack(trx: Db, { caller, sanction, proposal, reason, now }: Deed & { reason: string }) {
  await answer(trx, { caller, proposal, now, answer: 'refused', reason });
  const before = sanction.noticed_at === null ? ('opened' as const) : ('hearing' as const);
  const next = await set(trx, sanction, sanction.state === 'decided' ? { state: before } : {});
  const organisationId = proposal.organisation_id;
  await recordSanction(trx, caller, { id: sanction.id, kind: 'sent-back', organisationId, detail: { reason } });
  return changed(next);
}

type Answer = { caller: Caller; proposal: ProposalRow; now: Date; answer: 'confirmed' | 'refused'; reason?: string };

const answer = (trx: Db, { caller, proposal, now, answer: given, reason }: Answer): Promise<unknown> =>
  trx
    .updateTable('sanction_proposal')
    .set({ answer: given, answer_reason: reason ?? null, answered_by: caller.personId, answered_at: now })
    .where('id', '=', proposal.id)
    .execute();

type Set = Partial<Pick<SanctionRow, 'state' | 'decided_by' | 'confirmed_by' | 'decided_at' | 'ended_at'>>;

const set = (trx: Db, { id, version }: SanctionRow, values: Set): Promise<SanctionRow> =>
  trx
    .updateTable('sanction')
    .set({ ...values, version: version + 1 })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

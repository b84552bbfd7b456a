import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import { declarable } from '../../rules/declarable.ts';
import { type Plan, route } from '../../rules/routing.ts';
import type { ClaimState } from '../../rules/vocabulary.ts';
import { type Affiliation, affiliationOn, bodiesFor } from '../affiliations.ts';
import { whyNotListed } from '../catalogued.ts';
import type { Db } from '../connect.ts';
import { deferralFor } from '../deferral-of.ts';
import type { ClaimRow } from '../schema.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import {
  absorbed,
  actOfKey,
  duplicateOpenClaim,
  isOfAbsorbed,
  isOneOpenClaim,
  keyReused,
  whyNotCorrected,
} from './conflicts.ts';
import { whyNotInRegister } from './register-ceiling.ts';
import { auditCte, ring, timelineCte } from './trail.ts';

type Submission = { claimId: string; revision: number; requestKey: string };
type Submitted = { claimId: string; number: number; state: ClaimState; version: number };

/**
 * Submits a draft (申报): the declaration is frozen as version 1, the affiliation of the day fixes the route, the workflow is rung.
 * Whether it is in time is judged by the record's clock, whichever process was asked. Sent again with the same `requestKey` it answers the same.
 */
export const submitClaim = (db: Db, caller: Caller, submission: Submission, now?: Date): Promise<Outcomes<Submitted>> =>
  inOneTransaction(db, caller, submission, now, WAYS.submitted);

/** Submits a corrected claim again (补正后重新提交), until the last day of its correction ends. The route stays that of the first submission. */
export const resubmitClaim = (
  db: Db,
  caller: Caller,
  submission: Submission,
  now?: Date,
): Promise<Outcomes<Submitted>> => inOneTransaction(db, caller, submission, now, WAYS.resubmitted);

const isOfCancelledYear = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'claim_of_cancelled_year';
const yearCancelled = () =>
  refuse(
    'year-cancelled',
    '该年度的学时已因弄虚作假取消，不再受理该年度的申报。',
    '对处理不服的，可以在案件页面申诉；跨年度的培训，请只申报其他年度的日期。',
    { provision: '21' },
  );

/** A claim whose declaration is all there: what was typed last is what it declares. */
type Whole = ClaimRow & { declaration: Declared };
const isWhole = (claim: ClaimRow): claim is Whole => claim.declaration !== null && claim.written === null;
const notWhole = () =>
  refuse('draft-incomplete', '这份申报还没有填写完整。', '请打开草稿，按页面顶部的提示补全后再提交。', {
    provision: '14',
  });

type Way = {
  kind: 'submitted' | 'resubmitted';
  act: (trx: Db, caller: Caller, claim: ClaimRow, submission: Submission, now: Date) => Promise<Outcomes<Submitted>>;
};

async function inOneTransaction(db: Db, caller: Caller, submission: Submission, now: Date | undefined, way: Way) {
  try {
    return await db.transaction().execute(async (trx) => {
      const claim = await trx
        .selectFrom('claim')
        .selectAll()
        .select(sql<Date>`clock_timestamp()`.as('asked_at'))
        .where('id', '=', submission.claimId)
        .where('person_id', '=', caller.personId)
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (!claim) return notFound('份申报');
      return (
        (await answeredBefore(trx, claim, { ...submission, kind: way.kind })) ??
        (await way.act(trx, caller, claim, submission, now ?? claim.asked_at))
      );
    });
  } catch (error) {
    if (isOneOpenClaim(error)) return duplicateOpenClaim();
    if (isOfAbsorbed(error)) return absorbed();
    if (isOfCancelledYear(error)) return yearCancelled();
    throw error;
  }
}

async function submitDraft(trx: Db, caller: Caller, claim: ClaimRow, submission: Submission, now: Date) {
  if (claim.state !== 'draft') return refuse('claim-not-draft', '这份申报已经提交。', '请在“我的申报”中查看进度。');
  if (!isWhole(claim)) return notWhole();
  const barred = await whyNotSubmittable(trx, claim, submission, now);
  if (barred) return barred;
  const today = legalDay(now.toISOString());
  const affiliation = await affiliationOn(trx, caller.personId, today);
  if (!affiliation)
    return refuse(
      'no-affiliation',
      '您目前没有登记任职单位，无法确定由谁初审。',
      '请联系单位人事部门在平台登记您的任职信息。',
    );
  const refused = whyNotRecognised(claim, affiliation.studyArchive);
  if (refused) return refused;
  const plan = route(affiliation.unit, await bodiesFor(trx, affiliation)).value;
  if (plan.stages[0]?.tasks.length === 0) {
    return refuse('no-reviewing-body', '没有找到可受理这份申报的审核机构。', '请联系所在地人力资源和社会保障部门。', {
      provision: '14',
    });
  }
  return record(trx, caller, claim, { kind: 'submitted', now, affiliation, plan, requestKey: submission.requestKey });
}

async function submitCorrection(trx: Db, caller: Caller, claim: ClaimRow, submission: Submission, now: Date) {
  if (!isInCorrection(claim)) {
    return refuse('claim-not-in-correction', '这份申报目前不需要补正。', '请刷新页面查看最新状态。');
  }
  if (claim.correction_due_at !== null && now >= claim.correction_due_at) {
    return refuse('correction-overdue', '补正期限已过，系统将按规定办结这份申报。', '如仍在申报期内，可重新申报。', {
      provision: '14',
    });
  }
  if (!isWhole(claim)) return notWhole();
  const barred =
    (await whyNotCorrected(trx, claim.id, claim.declaration)) ??
    (await whyNotSubmittable(trx, claim, submission, now)) ??
    whyNotRecognised(claim, claim.study_archive ?? false);
  return barred ?? record(trx, caller, claim, { kind: 'resubmitted', now, requestKey: submission.requestKey });
}

const WAYS = {
  submitted: { kind: 'submitted', act: submitDraft },
  resubmitted: { kind: 'resubmitted', act: submitCorrection },
} as const satisfies Record<string, Way>;

type Acceptance = {
  kind: Way['kind'];
  now: Date;
  requestKey: string;
  affiliation?: Affiliation;
  plan?: Plan;
};

/** Writes the submission: version, act, timeline, audit and ring in one statement under the claim's lock. */
async function record(trx: Db, caller: Caller, claim: Whole, { kind, now, requestKey, affiliation, plan }: Acceptance) {
  const seq = claim.act_seq + 1;
  const version = claim.version + 1;
  const state: ClaimState = kind === 'submitted' ? 'first-review' : claim.state;
  const of = affiliation;
  await sql`
    with moved as (
      update claim set state = ${state}, version = ${version}, act_seq = ${seq}, updated_at = ${now},
        claimed_hundredths = ${claimedHundredths(claim.declaration)},
        plan = coalesce(${plan ? JSON.stringify(plan) : null}::jsonb, plan),
        employer_id = coalesce(${of?.employerId ?? null}, employer_id), unit_kind = coalesce(${of?.unit.kind ?? null}, unit_kind),
        level = coalesce(${of?.unit.level ?? null}, level), region_code = coalesce(${of?.regionCode ?? null}, region_code),
        industry_code = coalesce(${of?.industryCode ?? null}, industry_code),
        study_archive = coalesce(study_archive, ${of?.studyArchive ?? null}), first_submitted_at = coalesce(first_submitted_at, ${now})
      where id = ${claim.id}),
    frozen as (
      insert into claim_version (claim_id, version, declaration, evidence_ids, submitted_by, submitted_at)
      select ${claim.id}, ${version}, ${JSON.stringify(claim.declaration)}::jsonb,
        coalesce((select array_agg(id order by id) from evidence where claim_id = ${claim.id} and removed_at is null), '{}'),
        ${caller.personId}, ${now}),
    done as (
      insert into act (claim_id, seq, kind, actor_id, request_key, at)
      values (${claim.id}, ${seq}, ${kind}, ${caller.personId}, ${requestKey}, ${now})),
    ${timelineCte({ claimId: claim.id, at: now, kind, actorId: caller.personId, detail: { version } })},
    ${auditCte(caller, { action: `claim.${kind}`, subjectKind: 'claim', subjectId: claim.id, detail: { version } })}
    ${ring(claim.id, { seq, kind, stageKind: null, outcome: null })}`.execute(trx);
  return { ok: true as const, value: { claimId: claim.id, number: claim.number, state, version } };
}

/** The hours the declaration asks for, before any cap of the year. */
function claimedHundredths(declared: Declared): number {
  const ruling = recogniseClaim(asActivity(declared, true), { studyArchive: true });
  return ruling.outcome === 'accepted' ? ruling.lines.reduce((sum, line) => sum + line.hundredths, 0) : 0;
}

async function whyNotSubmittable(trx: Db, claim: Whole, submission: Submission, now: Date) {
  if (claim.revision !== submission.revision) {
    return refuse('revision-changed', '这份申报已在别处保存过新的内容。', '请刷新后核对最新内容再提交。', {
      more: { revision: claim.revision },
    });
  }
  const today = legalDay(now.toISOString());
  const firstSubmittedOn = claim.first_submitted_at ? legalDay(claim.first_submitted_at.toISOString()) : today;
  const activity = asActivity(claim.declaration, true);
  const refusal = declarable(activity, today, await deferralFor(trx, claim.person_id, activity), firstSubmittedOn);
  if (refusal) {
    return refuse('not-declarable', refusal.message, refusal.fix, {
      provision: refusal.basis[0],
      more: { rule: refusal.code },
    });
  }
  const unlisted = await whyNotListed(trx, claim.person_id, claim.declaration);
  if (unlisted) {
    const { message, fix, provision, code } = unlisted;
    return refuse('not-declarable', message, fix, { provision, more: { rule: code } });
  }
  const over = await whyNotInRegister(trx, {
    claimId: claim.id,
    personId: claim.person_id,
    declared: claim.declaration,
  });
  if (over) return over;
  return (await hasEvidence(trx, claim.id)) ? null : evidenceMissing();
}

async function hasEvidence(trx: Db, claimId: string): Promise<boolean> {
  const piece = await trx
    .selectFrom('evidence')
    .select('id')
    .where('claim_id', '=', claimId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return piece !== undefined;
}

const evidenceMissing = () =>
  refuse('evidence-missing', '还没有上传证明材料。', '请上传参训证明、证书或认可文件（PDF、JPEG 或 PNG）后再提交。', {
    provision: '11',
  });

/** What the rules refuse on the declared facts alone cannot be reviewed into hours: the declarant is told now, with the article. */
function whyNotRecognised(claim: Whole, studyArchive: boolean) {
  const ruling = recogniseClaim(asActivity(claim.declaration, true), { studyArchive });
  if (ruling.outcome === 'accepted') return null;
  return refuse('not-declarable', ruling.message, ruling.fix, {
    provision: ruling.basis[0],
    more: { rule: ruling.code },
  });
}

/**
 * The answer given when this very request came before. A claim returned once more is no longer what the key's resubmission answered:
 * to say "done" again would let a second correction be lost.
 */
async function answeredBefore(
  trx: Db,
  claim: ClaimRow,
  { requestKey, kind }: { requestKey: string; kind: Acceptance['kind'] },
): Promise<Outcomes<Submitted> | null> {
  const known = await actOfKey(trx, claim.id, requestKey);
  if (known === undefined) return null;
  if (known !== kind || (kind === 'resubmitted' && isInCorrection(claim))) return keyReused();
  return { ok: true, value: { claimId: claim.id, number: claim.number, state: claim.state, version: claim.version } };
}

const isInCorrection = (claim: ClaimRow): boolean =>
  claim.state === 'correction' && claim.act_seq === claim.applied_seq;

import type { DecisionRequest, Reason } from '../../contract/decisions.ts';
import { asActivity, hasField } from '../../contract/declarations.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import { formatHours } from '../../rules/hours.ts';
import { hoursLeft } from '../approvals.ts';
import type { Db } from '../connect.ts';
import { declaredBy } from '../declared.ts';
import { refuse } from './caller.ts';
import type { LockedClaim } from './lock.ts';

/** What a decision rests on: the reasons of a return or a rejection, the hours of an approval. */

/** A return or rejection gives its reasons; a rejection names the article of each; what they point at is part of the submission. */
export async function whyNotReasons(trx: Db, claim: LockedClaim, { outcome, reasons }: DecisionRequest) {
  if (outcome === 'approve') return null;
  if (reasons.length === 0) {
    return refuse('reasons-missing', '退回补正或不予认定须写明理由。', '请至少选择一条理由并作说明。');
  }
  const without = outcome === 'reject' ? reasons.findIndex((reason) => reason.article === undefined) : -1;
  if (without >= 0) {
    return refuse('article-missing', '不予认定的每条理由须注明依据的条款。', '请为每条理由选择依据条款。', {
      fields: [{ path: `reasons.${without}.article`, message: '请选择依据条款' }],
    });
  }
  return whyNotPlaces(trx, claim, reasons);
}

async function whyNotPlaces(trx: Db, claim: LockedClaim, reasons: Reason[]) {
  if (reasons.every((reason) => reason.evidenceId === undefined && reason.field === undefined)) return null;
  const submitted = await trx
    .selectFrom('claim_version')
    .select(['declaration', 'evidence_ids'])
    .where('claim_id', '=', claim.id)
    .where('version', '=', claim.version)
    .executeTakeFirstOrThrow();
  const fields = reasons.flatMap(({ evidenceId, field }, index) => [
    ...(evidenceId === undefined || submitted.evidence_ids.includes(evidenceId)
      ? []
      : [{ path: `reasons.${index}.evidenceId`, message: '不是这次提交的证明材料' }]),
    ...(field === undefined || hasField(submitted.declaration, field)
      ? []
      : [{ path: `reasons.${index}.field`, message: '这种申报形式没有这一栏' }]),
  ]);
  if (fields.length === 0) return null;
  return refuse('reason-place', '理由所指的栏目或材料不在这次提交的内容中。', '请刷新后重新选择栏目或材料。', {
    fields,
  });
}

/** Each body may only lower what the bodies before it left, line by line, and only when it approves (Art. 11). */
export async function whyNotHours(trx: Db, claim: LockedClaim, request: DecisionRequest) {
  if (request.hours.length === 0) return null;
  if (request.outcome !== 'approve')
    return refuse('hours-not-lower', '只有同意时才能核减学时。', '请清除核减后再提交。');
  const ruling = recogniseClaim(asActivity(declaredBy(claim), true), { studyArchive: true });
  const lines = ruling.outcome === 'accepted' ? ruling.lines : [];
  const left = await hoursLeft(trx, { claimId: claim.id, version: claim.version });
  for (const lowered of request.hours) {
    const declared = lines.find((l) => l.index === lowered.line)?.hundredths;
    const limit = declared === undefined ? undefined : Math.min(declared, left[lowered.line] ?? declared);
    if (limit !== undefined && lowered.hundredths < limit) continue;
    return notLower(lowered.line, left[lowered.line]);
  }
  return null;
}

const notLower = (line: number, left: number | undefined) =>
  refuse(
    'hours-not-lower',
    left === undefined
      ? `第 ${line + 1} 条的学时只能低于申报的学时。`
      : `第 ${line + 1} 条已由其他审核机构核减为 ${formatHours(left)}，只能再低。`,
    '请填写更低的学时，或清除这一条的核减。',
    {
      provision: '11',
      fields: [
        { path: `hours.${line}`, message: left === undefined ? '应低于申报学时' : `应低于 ${formatHours(left)}` },
      ],
    },
  );

import { asActivity } from '../../contract/declarations.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import { declarable } from '../../rules/declarable.ts';
import { type ArchivedTraining, declaredFrom } from '../trainings.ts';
import { refuse } from './caller.ts';

type Facts = { training: ArchivedTraining; files: number; studyArchive: boolean; today: string };

/**
 * Why no claim can be proposed from a training, whoever was there; null when some can. The rules of the review, applied before.
 * @param today the legal day
 */
export function whyNotProposable({ training, files, studyArchive, today }: Facts) {
  if (files === 0) {
    return refuse('evidence-missing', '学习档案中还没有培训证明。', '请先上传签到表等证明（PDF、JPEG 或 PNG）。', {
      provision: '11',
    });
  }
  const activity = asActivity(declaredFrom(training), true);
  const barred = declarable(activity, today);
  if (barred) {
    return refuse('not-declarable', barred.message, barred.fix, {
      provision: barred.basis[0],
      more: { rule: barred.code },
    });
  }
  const ruling = recogniseClaim(activity, { studyArchive });
  if (ruling.outcome === 'accepted') return null;
  return refuse('not-declarable', ruling.message, ruling.fix, {
    provision: ruling.basis[0],
    more: { rule: ruling.code },
  });
}

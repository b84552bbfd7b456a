import { refuse } from './caller.ts';

/** Rules of conduct (Art. 23) are held by the database; what it refuses becomes words here. Anything else is a fault, and thrown on. */
export function becauseOfConduct(error: unknown) {
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : undefined;
  switch (constraint) {
    case 'nobody_on_their_own_claim':
    case 'not_ones_own_task':
    case 'nobody_reviews_their_own_rejection':
      return refuse('own-claim', '不能审核本人的申报。', '请由本机构其他审核人员办理。', { provision: '23' });
    case 'nobody_after_recusal':
      return refuse('recused', '该人员已回避这份申报，不能再办理。', '请由本机构其他审核人员办理。', {
        provision: '23',
      });
    case 'nobody_related':
      return refuse('related', '该人员与申报人有亲属关系，不能办理这份申报。', '请回避，由本机构其他审核人员办理。', {
        provision: '23',
      });
    case 'decision_absent_part':
    case 'decision_claim_id_decided_by_stage_kind_fkey':
    case 'decision_one_a_person_and_stage':
    case 'reviewer_of_claim_pkey':
      return refuse(
        'acted-at-other-stage',
        '您已审核过这份申报，不能再次审核。',
        '请由本机构其他审核人员办理，或把任务释放回待办。',
        { provision: '14' },
      );
    case 'decision_pkey':
      return refuse('request-key-reused', '这个决定编号已用于另一项任务。', '请刷新页面后重新办理。');
    default:
      throw error;
  }
}

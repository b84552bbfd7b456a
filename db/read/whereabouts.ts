import type { ClaimDetail, ClaimReconsideration, ShownStage } from '../../contract/claims.ts';
import { legalDay } from '../../rules/calendar.ts';
import type { PlanStage } from '../../rules/routing.ts';
import { stagesAfter } from '../../rules/stages.ts';
import { type ClaimState, STAGE_KINDS } from '../../rules/vocabulary.ts';
import type { ClaimRow } from '../schema.ts';

/** Where a claim is, in plain words: who has it, by when, and what comes next. */

type Names = Map<string, string>;
type Standing = Pick<
  ClaimRow,
  'reconsidering' | 'state' | 'plan' | 'act_seq' | 'applied_seq' | 'stage_seq' | 'correction_due_at' | 'withdrawn_at'
>;

/** The claim's whole way: what is behind it, where it is, what is to come. */
export function wayOf(claim: Standing, stages: ShownStage[], names: Names): ClaimDetail['way'] {
  const plan = claim.plan?.stages ?? [];
  const at = plan.findIndex((stage) => stage.kind === claim.state);
  return plan.map((stage, index) => ({
    kind: stage.kind,
    label: STAGE_KINDS[stage.kind],
    status: statusOf({ claim, stages, stage, isBefore: index < at, isAt: index === at }),
    bodies: stage.tasks.map((task) => ({
      organisationId: task.organisationId,
      organisationName: names.get(task.organisationId) ?? task.organisationId,
      capacity: task.capacity,
    })),
    notes: [...stage.notes],
  }));
}

type Place = { claim: Standing; stages: ShownStage[]; stage: PlanStage; isBefore: boolean; isAt: boolean };

function statusOf({ claim, stages, stage, isBefore, isAt }: Place): ClaimDetail['way'][number]['status'] {
  // Only a filed claim is revoked: every step was done, and none counts any more.
  if (claim.state === 'revoked') return 'revoked';
  if (isAt) return 'current';
  if (isBefore || claim.state === 'filed') return 'done';
  // An ended claim has done what its last round approved.
  const last = stages.findLast((s) => s.kind === stage.kind);
  return claim.state !== 'correction' && last?.outcome === 'approved' && last.version === stages.at(-1)?.version
    ? 'done'
    : 'next';
}

export function nowOf(claim: Standing, stages: ShownStage[], names: Names, today: string): ClaimDetail['now'] {
  const nobody = { holders: [], dueOn: null, overdue: false };
  switch (claim.state) {
    case 'draft':
      return { ...nobody, text: '草稿，尚未提交', next: '提交后进入初审' };
    case 'first-review':
    case 're-review':
    case 'filing':
      return inReview(claim, stages, names, today);
    case 'correction':
      return inCorrection(claim, today);
    case 'filed':
      return { ...nobody, text: '已备案，学时已计入学年', next: '无需办理' };
    case 'rejected':
      return claim.reconsidering
        ? { ...nobody, text: '不予认定，复核办理中', next: '等待复核结果' }
        : { ...nobody, text: '不予认定，已办结', next: '有异议或者能补充材料的，见“您可以这样做”' };
    case 'withdrawn':
      return { ...nobody, text: '已由申报人撤回', next: '需要时可重新申报' };
    case 'expired':
      return { ...nobody, text: '逾期未补正，已由系统办结', next: '仍在申报期内的，可重新申报' };
    case 'revoked':
      return { ...nobody, text: '已撤销，学时不再计入', next: '无需办理' };
  }
}

function inReview(claim: Standing, stages: ShownStage[], names: Names, today: string): ClaimDetail['now'] {
  const stage = stages.find((s) => s.seq === claim.stage_seq);
  const next = nextWords(claim, names);
  const label = STAGE_KINDS[claim.state as keyof typeof STAGE_KINDS];
  if (!stage || stage.settledAt !== null || claim.act_seq > claim.applied_seq) {
    const text = claim.withdrawn_at === null ? `${label}环节流转中，即将进入下一步` : '已撤回，正在办结';
    return { holders: [], dueOn: null, overdue: false, text, next };
  }
  const open = stage.tasks.filter((task) => task.state === 'open' || task.state === 'claimed');
  const holders = open.map(({ organisationName, assigneeName }) => ({ organisationName, assigneeName }));
  const who = holders
    .map((h) => (h.assigneeName === null ? h.organisationName : `${h.organisationName}（${h.assigneeName}）`))
    .join('、');
  const overdue = stage.dueOn < today;
  const when = overdue ? `应于 ${stage.dueOn} 前办结，已逾期` : `应于 ${stage.dueOn} 前办结`;
  const text = holders.length === 0 ? `${label}没有可办理的机构，等待管理员指定` : `正在由${who}${label}，${when}`;
  return { holders, dueOn: stage.dueOn, overdue, text, next };
}

function inCorrection(claim: Standing, today: string): ClaimDetail['now'] {
  // The deadline is 24:00 of its last day: the first instant that is too late.
  const dueOn = claim.correction_due_at ? legalDay(claim.correction_due_at.getTime() - 1) : null;
  const overdue = dueOn !== null && dueOn < today;
  return {
    holders: [],
    dueOn,
    overdue,
    text: overdue ? `补正期限 ${dueOn} 已过，即将办结` : `已退回，待申报人于 ${dueOn ?? ''} 前补正`,
    next: '重新提交后从初审开始；逾期未补正将由系统办结',
  };
}

function nextWords(claim: Standing, names: Names): string {
  const [next] = claim.plan ? stagesAfter(claim.plan, claim.state) : [];
  if (!next)
    return claim.plan?.recordForInformation ? '同意后即计入学年，并由系统报省备查' : '同意后备案完成，学时计入学年';
  const bodies = next.tasks.map((task) => names.get(task.organisationId) ?? task.organisationId).join('、');
  return `${STAGE_KINDS[next.kind]}：${bodies}${next.tasks.length > 1 ? '（会签）' : ''}`;
}

/** What a declarant may do against a rejection (domain section 5); against the end by a sanction, only its appeal. */
export function remediesOf(
  state: ClaimState,
  { review, isSanctioned }: { review: ClaimReconsideration | null; isSanctioned: boolean },
): string[] {
  if (state !== 'rejected') return [];
  if (isSanctioned)
    return ['这份申报因弄虚作假处理而终止，不适用复核；对处理不服的，请在“弄虚作假案件”中提出申诉（第二十一条）。'];
  // While it is reviewed the same matter cannot be declared again, and nothing is to be done.
  if (review?.asked?.state === 'requested') return reviewWords(review);
  return [
    ...reviewWords(review),
    '事实或材料有变化的，可补充材料后重新申报。',
    '也可向当地人力资源和社会保障部门咨询或反映情况。',
  ];
}

/** Who reviews, by when; where it has been asked for, how far it is. */
function reviewWords(review: ClaimReconsideration | null): string[] {
  if (review === null) return [];
  const { organisationName, untilOn, mayAsk, asked } = review;
  if (asked?.state === 'requested')
    return [`已申请复核，由${organisationName}办理，应于 ${asked.dueOn} 前办结；请等待结果，不必重新申报。`];
  if (asked?.state === 'upheld') return [`${organisationName}已复核并维持不予认定；复核以一次为限。`];
  if (asked) return ['这份申报此前已复核过一次，不再复核。'];
  const late = mayAsk ? '' : '（期限届满后不能再申请）';
  return [
    `对不予认定有异议的，可在 ${untilOn ?? ''} 24时前向${organisationName}申请一次复核，由另一名工作人员办理${late}（系统默认解释 D-26、D-27）。`,
  ];
}

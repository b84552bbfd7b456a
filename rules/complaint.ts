/** Complaints (投诉举报), anonymous ones too: received by the HRSS authority, investigated by the trade's authority, answered (Art. 20). */

/** What a complaint can be. @article 20 调查核实关于本行业继续教育的投诉举报 */
export const COMPLAINT_STATES = {
  received: '已受理，待转办',
  assigned: '已转办，调查核实中',
  investigated: '已调查，待答复',
  answered: '已答复',
} as const;
export type ComplaintState = keyof typeof COMPLAINT_STATES;

/** What a complaint is about. @article 20 关于本行业继续教育的投诉举报 */
export const COMPLAINT_TOPICS = {
  fraud: '弄虚作假、虚报学时',
  employer: '单位不组织、不审核或刁难',
  institution: '培训机构虚假培训或违规收费',
  staff: '工作人员不履职、徇私舞弊',
  other: '其他',
} as const;
export type ComplaintTopic = keyof typeof COMPLAINT_TOPICS;

/** What the investigation found. @article 20 调查核实 */
export const COMPLAINT_FINDINGS = {
  true: '属实',
  partly: '部分属实',
  false: '不属实',
  unclear: '线索不足，无法查实',
} as const;
export type ComplaintFinding = keyof typeof COMPLAINT_FINDINGS;

export type ComplaintAct = 'assign' | 'investigate' | 'answer';

const STEPS: Readonly<Record<ComplaintAct, { from: readonly ComplaintState[]; to: ComplaintState }>> = {
  assign: { from: ['received', 'assigned'], to: 'assigned' },
  investigate: { from: ['assigned'], to: 'investigated' },
  answer: { from: ['investigated'], to: 'answered' },
};

/**
 * The state an act leads to; null when the complaint is not where the act begins: nobody is answered before the matter is looked into.
 * @article 20 调查核实关于本行业继续教育的投诉举报
 */
export const afterComplaintAct = (state: ComplaintState, act: ComplaintAct): ComplaintState | null =>
  STEPS[act].from.includes(state) ? STEPS[act].to : null;

const CODE_SIGNS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const CODE_LENGTH = 16;

/**
 * The query code of a complaint from random bytes, each sign worth five bits, without signs that are mistaken for one another:
 * `ABCD-EFGH-JKLM-NPQR`.
 * @article 20 投诉举报
 */
export function complaintCode(random: ArrayLike<number>): string {
  const signs = Array.from({ length: CODE_LENGTH }, (_, at) => CODE_SIGNS[(random[at] ?? 0) % CODE_SIGNS.length] ?? '');
  return signs.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/**
 * A code as people type it (small letters, spaces, no dashes), in the one way it is kept; null for what can be none.
 * @article 20 投诉举报
 */
export function readComplaintCode(typed: string): string | null {
  const signs = typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');
  return signs.length === CODE_LENGTH && [...signs].every((sign) => CODE_SIGNS.includes(sign)) ? signs : null;
}

import type { Day } from './activity.ts';
import { calendarVersion, compareDays, workingDaysAfter, yearOf } from './calendar.ts';
import { CHINA } from './holidays.ts';
import { type LateStep, lateStep } from './overdue.ts';
import {
  COMPLAINT_ANSWER_WORKING_DAYS,
  COMPLAINT_TRANSFER_WORKING_DAYS,
  DUE_SOON_WORKING_DAYS,
  ESCALATION_WORKING_DAYS,
  inForce,
} from './parameters.ts';

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

/** The two things an authority owes a complainant, each by a day of its own. @article 20 调查核实关于本行业继续教育的投诉举报 */
export const COMPLAINT_DUTIES = { transfer: '转办', answer: '答复' } as const;
export type ComplaintDuty = keyof typeof COMPLAINT_DUTIES;

/** By when both are owed, when the superior body is told otherwise, and the calendar they were counted with. */
export type ComplaintDates = {
  readonly transferDueOn: Day;
  readonly transferEscalateOn: Day;
  readonly answerDueOn: Day;
  readonly answerEscalateOn: Day;
  readonly calendar: string;
};

/**
 * By when a complaint is to be transferred and answered.
 * @param receivedOn the day it came in; counting starts the day after
 * @article 20 调查核实关于本行业继续教育的投诉举报
 * @interpretation D-47
 */
export function complaintDates(receivedOn: Day): ComplaintDates {
  const year = yearOf(receivedOn);
  const within = (figure: typeof COMPLAINT_ANSWER_WORKING_DAYS): [dueOn: Day, escalateOn: Day] => {
    const dueOn = workingDaysAfter(receivedOn, inForce(figure, year), CHINA);
    return [dueOn, workingDaysAfter(dueOn, inForce(ESCALATION_WORKING_DAYS, yearOf(dueOn)), CHINA)];
  };
  const [transferDueOn, transferEscalateOn] = within(COMPLAINT_TRANSFER_WORKING_DAYS);
  const [answerDueOn, answerEscalateOn] = within(COMPLAINT_ANSWER_WORKING_DAYS);
  const calendar = calendarVersion(receivedOn, answerEscalateOn, CHINA);
  return { transferDueOn, transferEscalateOn, answerDueOn, answerEscalateOn, calendar };
}

/**
 * What is owed now, and by when; null once the complainant is answered. A transfer that was late leaves the answer's day as it was.
 * @article 20 调查核实关于本行业继续教育的投诉举报
 * @interpretation D-47
 */
export function complaintDuty(
  state: ComplaintState,
  dates: Omit<ComplaintDates, 'calendar'>,
): { duty: ComplaintDuty; dueOn: Day; escalateOn: Day } | null {
  switch (state) {
    case 'received':
      return { duty: 'transfer', dueOn: dates.transferDueOn, escalateOn: dates.transferEscalateOn };
    case 'assigned':
    case 'investigated':
      return { duty: 'answer', dueOn: dates.answerDueOn, escalateOn: dates.answerEscalateOn };
    case 'answered':
      return null;
  }
}

/**
 * What an unanswered complaint's clock does next: past the last day the body is reminded, past the escalation's last day its superior
 * is told. The system neither transfers for it nor answers.
 * @param now an instant, epoch milliseconds
 * @article 20 调查核实关于本行业继续教育的投诉举报
 * @interpretation D-47
 */
export const complaintStep = (
  facts: { dueOn: Day; escalateOn: Day; reminded: boolean; escalated: boolean },
  now: number,
): LateStep => lateStep(facts, now);

/**
 * Whether a duty's last day is so near that the body is reminded of it in advance: within two working days, that day included.
 * @article 20 调查核实关于本行业继续教育的投诉举报
 * @interpretation D-47
 */
export const isComplaintDueSoon = (dueOn: Day, today: Day): boolean =>
  compareDays(today, dueOn) <= 0 &&
  compareDays(dueOn, workingDaysAfter(today, inForce(DUE_SOON_WORKING_DAYS, yearOf(today)), CHINA)) <= 0;

/** A body's supervisors: how many there are, how many a complaint names, and how many it does not accuse in any way. */
export type SupervisorsThere = {
  readonly id: string;
  readonly there: number;
  readonly named: number;
  readonly free: number;
};

/**
 * Which body deals with a complaint, of the body it would go to and those above it, in this order: the first of whose supervisors it
 * names none and accuses not all; else the highest with one it does not accuse; else the first that has none yet. Null where it accuses
 * all there are.
 * @article 20 调查核实关于本行业继续教育的投诉举报
 * @article 23 由其上级主管部门或纪检监察机关责令改正
 * @interpretation D-48
 */
export function complaintBody(upwards: readonly SupervisorsThere[]): string | null {
  const clear = upwards.find(({ named, free }) => free > 0 && named === 0);
  const others = upwards.findLast(({ free }) => free > 0);
  const empty = upwards.find(({ there }) => there === 0);
  return (clear ?? others ?? empty)?.id ?? null;
}

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

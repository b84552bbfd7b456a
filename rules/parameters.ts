import type { Provision } from './articles.ts';
import type { InterpretationId } from './interpretations.ts';
import type { StageKind } from './vocabulary.ts';

/**
 * The figures of the law as dated data: a change of the law adds a line, and a year is judged by the line in force
 * in it. Hours are hundredths. Figures the text leaves open name the reading they follow.
 */
export type FigureLine<T> = {
  readonly fromYear: number;
  readonly value: T;
  readonly basis: Provision;
  readonly interpretation?: InterpretationId;
};
/** A figure through the years: oldest line first, never empty. */
export type Figure<T> = readonly [FigureLine<T>, ...FigureLine<T>[]];

/**
 * A year without law: asking for its figure is a fault of the caller, who asks `isGoverned` first.
 * @article 25 本办法自印发之日起施行
 */
export class NotInForceError extends RangeError {
  readonly code = 'before-measures';
}

/** The figure in force in a year; throws `NotInForceError` for a year before its first line. */
export const inForce = <T>(figure: Figure<T>, year: number): T => lineInForce(figure, year).value;

/** The line of a figure in force in a year, with what it rests on; throws as `inForce` does. */
export function lineInForce<T>(figure: Figure<T>, year: number): FigureLine<T> {
  const line = figure.findLast((candidate) => candidate.fromYear <= year);
  if (line === undefined) throw new NotInForceError(`no figure is in force in ${year}`);
  return line;
}

/** Reads a figure for a year: the law in force, or the law as somebody supposes it. */
export type Law = <T>(figure: Figure<T>, year: number) => T;

/**
 * The first year the measures govern.
 * @article 25 本办法自印发之日起施行
 * @interpretation D-4
 */
export const MEASURES_FROM_YEAR = 2026;

/** Whether the measures govern a year; earlier ones are refused as `before-measures`. */
export const isGoverned = (year: number): boolean => year >= MEASURES_FROM_YEAR;

/** @article 4 每年累计应不少于90学时 */
export const ANNUAL_TOTAL: Figure<number> = [{ fromYear: 2026, value: 9000, basis: '4' }];
/** @article 4 公需科目不少于30学时 */
export const ANNUAL_PUBLIC: Figure<number> = [{ fromYear: 2026, value: 3000, basis: '4' }];
/** @article 4 专业科目不少于60学时 */
export const ANNUAL_PROFESSIONAL: Figure<number> = [{ fromYear: 2026, value: 6000, basis: '4' }];
/** @article 4 1学时时长不少于45分钟 */
export const MINUTES_PER_HOUR: Figure<number> = [{ fromYear: 2026, value: 45, basis: '4' }];

/** @article 11(1) 每天不超过8学时 */
export const TRAINING_DAY_CAP: Figure<number> = [{ fromYear: 2026, value: 800, basis: '11(1)' }];
/**
 * What a day may hold when unit training is added to it. The text caps authority trainings only, so this has a line
 * of its own: an authority that reads it otherwise raises this figure alone.
 * @article 11(1) 每天不超过8学时
 * @interpretation D-8
 */
export const TRAINING_DAY_CAP_WITH_UNIT: Figure<number> = [
  { fromYear: 2026, value: 800, basis: '11(1)', interpretation: 'D-8' },
];
/** @article 11(1) 每年认定不超过20学时 */
export const UNIT_TRAINING_YEAR_CAP: Figure<number> = [{ fromYear: 2026, value: 2000, basis: '11(1)' }];
/** @article 11(1) 此类学时每年累计认定不超过90学时 */
export const TRAINING_YEAR_CAP: Figure<number> = [{ fromYear: 2026, value: 9000, basis: '11(1)' }];

/** @article 11(3) 每次可认定专业科目8学时 */
export const CONFERENCE_HOURS: Figure<number> = [{ fromYear: 2026, value: 800, basis: '11(3)' }];
/** @article 11(3) 报告论文者额外加计4学时 */
export const CONFERENCE_PAPER_HOURS: Figure<number> = [{ fromYear: 2026, value: 400, basis: '11(3)' }];
/** @article 11(3) 此类学时每年累计认定不超过30学时 */
export const CONFERENCE_YEAR_CAP: Figure<number> = [{ fromYear: 2026, value: 3000, basis: '11(3)' }];

/** @article 11(4) 按照课件内容和课时的6倍计算 */
export const LECTURING_FACTOR: Figure<number> = [{ fromYear: 2026, value: 6, basis: '11(4)' }];

/** @article 11(5) 当年度可认定完成专业科目60学时 */
export const EXAM_HOURS: Figure<number> = [{ fromYear: 2026, value: 6000, basis: '11(5)' }];
/**
 * @article 11(5) 当年度可认定完成专业科目60学时
 * @interpretation D-6
 */
export const EXAM_YEAR_CAP: Figure<number> = [{ fromYear: 2026, value: 6000, basis: '11(5)', interpretation: 'D-6' }];

/**
 * The month and day of the next year until which claims for a year are taken.
 * @article 4 每年累计应不少于90学时
 * @interpretation D-10
 */
export const CLAIMS_CLOSE: Figure<string> = [{ fromYear: 2026, value: '03-31', basis: '4', interpretation: 'D-10' }];

/**
 * The month and day of the next year that a deferral reaches at the latest: twelve months after the year's end.
 * @article 17 顺延期限最长不超过12个月
 * @interpretation D-12
 */
export const DEFERRAL_LATEST: Figure<string> = [
  { fromYear: 2026, value: '12-31', basis: '17', interpretation: 'D-12' },
];

/**
 * Working days a stage may take, from the day after it opened.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export const REVIEW_WORKING_DAYS: Readonly<Record<StageKind, Figure<number>>> = {
  'first-review': [{ fromYear: 2026, value: 10, basis: '14', interpretation: 'D-21' }],
  're-review': [{ fromYear: 2026, value: 15, basis: '14', interpretation: 'D-21' }],
  filing: [{ fromYear: 2026, value: 15, basis: '14', interpretation: 'D-21' }],
};
/**
 * Working days an overdue task stays with its pool before the superior body is told.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export const ESCALATION_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 5, basis: '14', interpretation: 'D-21' },
];
/**
 * Working days before its due date from which a task is called due soon.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-21
 */
export const DUE_SOON_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 2, basis: '14', interpretation: 'D-21' },
];
/**
 * Working days a stage has before its declarant may nudge it (催办).
 * @article 14 专业技术人员申报
 * @interpretation D-41
 */
export const NUDGE_AFTER_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 3, basis: '14', interpretation: 'D-41' },
];
/**
 * Working days from one nudge of a stage to the next.
 * @article 14 专业技术人员申报
 * @interpretation D-41
 */
export const NUDGE_EVERY_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 3, basis: '14', interpretation: 'D-41' },
];
/**
 * Working days for a correction, from the day after the notice.
 * @article 14 专业技术人员申报
 * @interpretation D-19
 */
export const CORRECTION_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 15, basis: '14', interpretation: 'D-19' },
];

/**
 * Working days for a statement and defence (陈述申辩), from the day after the notice.
 * @article 21 弄虚作假的，取消有关人员相应年度继续教育学时
 * @interpretation D-14
 */
export const DEFENCE_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 10, basis: '21', interpretation: 'D-14' },
];
/**
 * Years a dishonesty record (失信记录) lasts.
 * @article 21 记录期限为3年
 */
export const DISHONESTY_YEARS: Figure<number> = [{ fromYear: 2026, value: 3, basis: '21' }];

/**
 * Working days in which a declarant may ask for the review of a rejection, from the day after its notice.
 * @article 14 专业技术人员申报
 * @interpretation D-26
 */
export const RECONSIDERATION_REQUEST_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 15, basis: '14', interpretation: 'D-26' },
];
/**
 * Working days in which the higher body decides a review, from the day after the request.
 * @article 14 用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 * @interpretation D-28
 */
export const RECONSIDERATION_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 15, basis: '14', interpretation: 'D-28' },
];

/**
 * Working days in which a complaint is transferred to the authority that looks into it, from the day after its receipt.
 * @article 20 调查核实关于本行业继续教育的投诉举报
 * @interpretation D-47
 */
export const COMPLAINT_TRANSFER_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 10, basis: '20', interpretation: 'D-47' },
];
/**
 * Working days in which a complainant is answered, from the day after the receipt.
 * @article 20 调查核实关于本行业继续教育的投诉举报
 * @interpretation D-47
 */
export const COMPLAINT_ANSWER_WORKING_DAYS: Figure<number> = [
  { fromYear: 2026, value: 40, basis: '20', interpretation: 'D-47' },
];

/**
 * The figures of a year's hours and verdict that can be supposed otherwise, by name: hundredths of an hour, but for the factor and the
 * minutes.
 * @article 24 本办法由湖北省人力资源和社会保障厅负责解释
 */
export const SUPPOSABLE = {
  annualTotal: { label: '每年合计学时', figure: ANNUAL_TOTAL, unit: 'hours' },
  annualPublic: { label: '每年公需科目学时', figure: ANNUAL_PUBLIC, unit: 'hours' },
  annualProfessional: { label: '每年专业科目学时', figure: ANNUAL_PROFESSIONAL, unit: 'hours' },
  minutesPerHour: { label: '1 学时的分钟数', figure: MINUTES_PER_HOUR, unit: 'minutes' },
  trainingDayCap: { label: '线下培训每天上限', figure: TRAINING_DAY_CAP, unit: 'hours' },
  trainingDayCapWithUnit: { label: '含本单位培训时每天上限', figure: TRAINING_DAY_CAP_WITH_UNIT, unit: 'hours' },
  unitTrainingYearCap: { label: '本单位培训每年上限', figure: UNIT_TRAINING_YEAR_CAP, unit: 'hours' },
  trainingYearCap: { label: '线下培训每年合计上限', figure: TRAINING_YEAR_CAP, unit: 'hours' },
  conferenceHours: { label: '学术会议每次学时', figure: CONFERENCE_HOURS, unit: 'hours' },
  conferencePaperHours: { label: '报告论文加计学时', figure: CONFERENCE_PAPER_HOURS, unit: 'hours' },
  conferenceYearCap: { label: '学术会议每年上限', figure: CONFERENCE_YEAR_CAP, unit: 'hours' },
  lecturingFactor: { label: '授课课件倍数', figure: LECTURING_FACTOR, unit: 'times' },
  examHours: { label: '资格考试学时', figure: EXAM_HOURS, unit: 'hours' },
  examYearCap: { label: '资格考试每年上限', figure: EXAM_YEAR_CAP, unit: 'hours' },
} as const satisfies Record<string, { label: string; figure: Figure<number>; unit: 'hours' | 'minutes' | 'times' }>;
export type SupposableName = keyof typeof SUPPOSABLE;

/**
 * The law with some figures supposed otherwise, in every year; the rest as in force.
 * @article 24 本办法由湖北省人力资源和社会保障厅负责解释
 */
export function supposing(values: Readonly<Partial<Record<SupposableName, number | undefined>>>): Law {
  const supposed = new Map<Figure<unknown>, unknown>();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) supposed.set(SUPPOSABLE[name as SupposableName].figure, value);
  }
  // What was put in under a figure has that figure's type.
  return <T>(figure: Figure<T>, year: number): T =>
    supposed.has(figure) ? (supposed.get(figure) as T) : inForce(figure, year);
}

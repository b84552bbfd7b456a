import type { Activity, AuthorityRecognised, Day, TrainingDay } from './activity.ts';
import { citation, citations, type Provision } from './articles.ts';
import { formatCredits, formatHours, formatHundredths, hoursOfMinutes, multiplyDown } from './hours.ts';
import { reading } from './interpretations.ts';
import {
  CONFERENCE_HOURS,
  CONFERENCE_PAPER_HOURS,
  EXAM_HOURS,
  inForce,
  isGoverned,
  type Law,
  LECTURING_FACTOR,
  MINUTES_PER_HOUR,
} from './parameters.ts';
import { refusal } from './refusals.ts';
import { AID_REGIONS, DEGREE_LEVELS, type Form, REFUSAL_CODES, type RefusalCode, type Subject } from './vocabulary.ts';
import { type Deferral, daysOf, yearRefusal } from './year.ts';

/** What recognising one activity needs to know besides it: the judged year, the unit, a granted deferral. */
export type RecognitionContext = {
  year: number;
  unit: { studyArchive: boolean };
  deferral?: Deferral | undefined;
};

/**
 * One entry's hours before the caps of the year. `rawHundredths` as declared, `hundredths` after conversion; a day
 * that does not belong to the judged year has a `refusal` and no hours.
 */
export type Line = {
  index: number;
  on: Day;
  subject: Subject;
  rawHundredths: number;
  hundredths: number;
  refusal?: RefusalCode;
};

/** A training has one line per entry, a degree or aid mission none (it completes the year), any other form one. */
export type Recognition =
  | {
      outcome: 'accepted';
      lines: readonly Line[];
      deemedComplete: boolean;
      basis: readonly Provision[];
      trace: readonly string[];
    }
  | {
      outcome: 'refused';
      code: RefusalCode;
      message: string;
      fix: string;
      basis: readonly Provision[];
      trace: readonly string[];
    };

/** The item of Art. 11 a form rests on. */
export const FORM_BASIS: Readonly<Record<Form, readonly [Provision, ...Provision[]]>> = {
  'authority-training': ['11(1)'],
  'unit-training': ['11(1)'],
  'platform-course': ['11(2)', '14'],
  'academic-conference': ['11(3)'],
  'courseware-lecturing': ['11(4)'],
  'qualification-exam': ['11(5)'],
  degree: ['11(6)'],
  'aid-mission': ['11(7)'],
  'authority-recognised': ['11(8)', '15'],
};

/**
 * Whether one activity is recognised for a year, and for how many hours before the year's caps.
 * The first refusal in the order of the law's conditions is given: form, proof, study archive, date.
 * @article 11 达到相应合格条件的，由用人单位按以下标准核定学时
 */
export function recognise(activity: Activity, context: RecognitionContext, law: Law = inForce): Recognition {
  if (!isGoverned(context.year)) return refused('before-measures');
  const unmet = unmetCondition(activity, context);
  if (unmet !== undefined) return refused(unmet);
  const measured = measure(activity, context.year, law);
  const dates = daysOf(activity).map((on) => ({ on, code: yearRefusal(activity, on, context) }));
  const last = latestRefusal(dates);
  if (last !== undefined) return refused(last.code, `${last.on}：${REFUSAL_CODES[last.code]}`);
  const lines = measured.lines.map((line, at) => dated(line, dates[at]?.code));
  const left = dates.flatMap(({ on, code }) => (code === undefined ? [] : [`${on}：不计入，${REFUSAL_CODES[code]}`]));
  return {
    outcome: 'accepted',
    lines,
    deemedComplete: measured.deemedComplete,
    basis: FORM_BASIS[activity.form],
    trace: [...measured.trace, ...left],
  };
}

function refused(code: RefusalCode, detail?: string): Recognition {
  const { message, fix, basis } = refusal(code);
  const sentence = `${message}（${citations(basis)}）`;
  return {
    outcome: 'refused',
    code,
    message,
    fix,
    basis,
    trace: detail === undefined ? [sentence] : [detail, sentence],
  };
}

const dated = (line: Line, code: RefusalCode | undefined): Line =>
  code === undefined ? line : { ...line, hundredths: 0, refusal: code };

type DayRefusal = { on: Day; code: RefusalCode };

/**
 * The refusal of the last day when every day is refused; otherwise the refused days merely do not count.
 * @article 18 在当年度内有效
 * @interpretation D-13
 */
function latestRefusal(dates: readonly { on: Day; code: RefusalCode | undefined }[]): DayRefusal | undefined {
  let last: DayRefusal | undefined;
  for (const { on, code } of dates) {
    if (code === undefined) return undefined;
    if (last === undefined || on >= last.on) last = { on, code };
  }
  return last;
}

/** The first condition an activity does not meet, before any question of dates. */
function unmetCondition(activity: Activity, context: RecognitionContext): RefusalCode | undefined {
  switch (activity.form) {
    case 'authority-training':
    case 'unit-training':
      return unmetByTraining(activity, context);
    case 'platform-course':
      return undefined;
    case 'academic-conference':
      return unmetByConference(activity);
    case 'courseware-lecturing':
      return activity.inCatalogue ? undefined : 'not-in-catalogue';
    case 'qualification-exam':
      return unmetByExam(activity);
    case 'degree':
      return unmetByDegree(activity);
    case 'aid-mission':
      return passedAssessment(activity) ? undefined : 'assessment-not-passed';
    case 'authority-recognised':
      return unmetByDocument(activity);
  }
}

type Of<F extends Form> = Extract<Activity, { form: F }>;

/**
 * @article 11(1) 线下培训班、研修班、进修班学习，能提供参训证明的；用人单位未建立学习档案的不予认定学时
 * @article 15 未经省级以上行业主管部门发文认可的线上继续教育学习平台，不纳入学时认定范围
 */
function unmetByTraining(
  training: Of<'authority-training' | 'unit-training'>,
  context: RecognitionContext,
): RefusalCode | undefined {
  if (training.mode !== 'offline') return 'not-offline';
  if (!eligibleOrganiser(training)) return 'organiser-not-eligible';
  if (!training.proof) return 'proof-missing';
  if (training.form === 'unit-training' && !context.unit.studyArchive) return 'study-archive-missing';
  return undefined;
}

/** @article 11(1) 各级组织部门、人力资源社会保障部门、行业主管部门举办的；参加本单位组织的 */
function eligibleOrganiser(training: Of<'authority-training' | 'unit-training'>): boolean {
  switch (training.organiser) {
    case 'organisation-department':
    case 'hrss':
    case 'industry-authority':
      return training.form === 'authority-training';
    case 'own-employer':
      return training.form === 'unit-training';
    case 'company':
      return false;
  }
}

/** @article 11(3) 参加省级以上本专业领域学术会议的 */
function unmetByConference(conference: Of<'academic-conference'>): RefusalCode | undefined {
  if (conference.level === 'municipal') return 'conference-level';
  return conference.ownField ? undefined : 'not-own-field';
}

/** @article 11(5) 参加本专业执（职）业资格准入、水平评价类考试并合格的 */
function unmetByExam(exam: Of<'qualification-exam'>): RefusalCode | undefined {
  if (!exam.ownProfession) return 'not-own-profession';
  return exam.passed ? undefined : 'not-passed';
}

/** @article 11(6) 国家教育行政部门认可的本科及以上学历（学位）教育 */
function unmetByDegree(degree: Of<'degree'>): RefusalCode | undefined {
  if (degree.level === 'junior-college') return 'degree-level';
  return degree.recognised ? undefined : 'degree-not-recognised';
}

/** @article 11(7) 年度考核合格者 */
const passedAssessment = (mission: Of<'aid-mission'>): boolean =>
  mission.assessment === 'excellent' || mission.assessment === 'qualified';

/**
 * A document that was not yet issued on the activity's day had recognised nothing on it.
 * @article 11(8) 省级以上行业主管部门已发文认可的继续教育形式
 * @article 15 未经省级以上行业主管部门发文认可
 * @interpretation D-22
 */
function unmetByDocument(activity: AuthorityRecognised): RefusalCode | undefined {
  const { document } = activity;
  if (document === undefined) return 'document-missing';
  if (document.level === 'municipal') return 'document-level';
  return document.on !== undefined && document.on > activity.on ? 'document-missing' : undefined;
}

type Measured = { lines: readonly Line[]; deemedComplete: boolean; trace: readonly string[] };

/** The hours of an activity that meets its conditions, with the arithmetic in words. */
function measure(activity: Activity, year: number, law: Law): Measured {
  switch (activity.form) {
    case 'authority-training':
    case 'unit-training':
      return measureTraining(activity, year, law);
    case 'platform-course':
      return single(activity.on, activity.subject, activity.hundredths, activity.hundredths, [
        `课件标定 ${formatHours(activity.hundredths)}（${citation('11(2)')}）`,
      ]);
    case 'academic-conference':
      return measureConference(activity, year, law);
    case 'courseware-lecturing':
      return measureLecturing(activity, year, law);
    case 'qualification-exam': {
      const hours = law(EXAM_HOURS, year);
      return single(activity.on, 'professional', hours, hours, [
        `资格考试合格，认定专业科目 ${formatHours(hours)}（${citation('11(5)')}）`,
      ]);
    }
    case 'degree':
      return deemed(`获得${DEGREE_LEVELS[activity.level]}学历（学位）证书的当年度视为完成（${citation('11(6)')}）`);
    case 'aid-mission':
      return deemed(`${AID_REGIONS[activity.region]}期间年度考核合格，视为完成当年度学时（${citation('11(7)')}）`);
    case 'authority-recognised':
      return measureRecognised(activity);
  }
}

const deemed = (sentence: string): Measured => ({ lines: [], deemedComplete: true, trace: [sentence] });

const single = (
  on: Day,
  subject: Subject,
  rawHundredths: number,
  hundredths: number,
  trace: readonly string[],
): Measured => ({ lines: [{ index: 0, on, subject, rawHundredths, hundredths }], deemedComplete: false, trace });

/**
 * @article 3 公需科目和专业科目
 * @article 11(1) 按实际培训内容和时间计算；参加本单位组织的……按实际培训时间计算专业科目学时
 */
function measureTraining(training: Of<'authority-training' | 'unit-training'>, year: number, law: Law): Measured {
  const entries = training.days.map((day, index) => {
    const subject: Subject = training.form === 'unit-training' ? 'professional' : day.subject;
    const { rawHundredths, hundredths, text } = measureDay(day, law(MINUTES_PER_HOUR, year));
    return { line: { index, on: day.on, subject, rawHundredths, hundredths }, text };
  });
  return {
    lines: entries.map((entry) => entry.line),
    deemedComplete: false,
    trace: entries.map((entry) => entry.text),
  };
}

/**
 * @article 11(1) 在途时间不计入，不足1天的，按实际学时计算
 * @article 4 1学时时长不少于45分钟
 * @interpretation D-1
 */
function measureDay(
  day: TrainingDay,
  minutesPerHour: number,
): Pick<Line, 'rawHundredths' | 'hundredths'> & { text: string } {
  const { on, minutes = 0 } = day;
  const rawHundredths = day.hundredths ?? Math.floor((minutes * 100) / minutesPerHour);
  if (day.travel === true) {
    return { rawHundredths, hundredths: 0, text: `${on}：在途时间不计入（${citation('11(1)')}）` };
  }
  if (day.hundredths !== undefined) {
    return {
      rawHundredths,
      hundredths: rawHundredths,
      text: `${on}：${formatHours(rawHundredths)}（${citation('11(1)')}）`,
    };
  }
  const hundredths = hoursOfMinutes(minutes, minutesPerHour);
  const text = `${on}：${minutes} 分钟 ÷ ${minutesPerHour} = ${formatHours(hundredths)}（${citation('4')}）`;
  return { rawHundredths, hundredths, text };
}

/** @article 11(3) 每次可认定专业科目8学时，报告论文者额外加计4学时 */
function measureConference(conference: Of<'academic-conference'>, year: number, law: Law): Measured {
  const base = law(CONFERENCE_HOURS, year);
  const extra = conference.presentedPaper ? law(CONFERENCE_PAPER_HOURS, year) : 0;
  const sum = `${formatHundredths(base)} + 报告论文 ${formatHundredths(extra)} = ${formatHours(base + extra)}`;
  const text = conference.presentedPaper ? `学术会议 ${sum}` : `学术会议 ${formatHours(base)}`;
  return single(conference.on, 'professional', base, base + extra, [`${text}（${citation('11(3)')}）`]);
}

/**
 * @article 11(4) 按照课件内容和课时的6倍计算年度继续教育学时
 * @interpretation D-5
 */
function measureLecturing(lecturing: Of<'courseware-lecturing'>, year: number, law: Law): Measured {
  const factor = law(LECTURING_FACTOR, year);
  const raw = lecturing.coursewareHundredths;
  const text = `课件 ${formatHours(raw)} × ${factor} = ${formatHours(raw * factor)}（${citation('11(4)')}）`;
  return single(lecturing.on, 'public', raw, raw * factor, [text]);
}

/**
 * Credits and their ratio, where both are given, are what the authority's document counts by.
 * @article 11(8) 按实际时长及计算标准纳入学时认定范围，实行学分制管理的，由行业主管部门将……学分情况换算成学时
 * @interpretation D-2
 */
function measureRecognised(activity: AuthorityRecognised): Measured {
  const { on, subject, ratioHundredths: ratio } = activity;
  const credits = creditsOf(activity);
  if (credits === undefined || ratio === undefined) {
    const hours = activity.hundredths ?? 0;
    return single(on, subject, hours, hours, [`实际时长 ${formatHours(hours)}（${citation('11(8)')}）`]);
  }
  const hours = multiplyDown(credits, ratio);
  const text = `${formatCredits(credits)} × ${formatHundredths(ratio)} = ${formatHours(hours)}`;
  return single(on, subject, credits, hours, [`${text}（${citation('11(8)')}，${reading('D-2')}）`]);
}

/**
 * The credits an activity is declared in, in hundredths; undefined when it is declared in hours. Its lines' `rawHundredths` are these.
 * @article 11(8) 实行学分制管理的，由行业主管部门将专业技术人员年度继续教育学分情况换算成学时
 */
export function creditsOf(activity: Activity): number | undefined {
  if (activity.form !== 'authority-recognised' || activity.ratioHundredths === undefined) return undefined;
  return activity.creditsHundredths;
}

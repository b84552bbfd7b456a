import type { Activity, Day } from './activity.ts';
import { citations, type Provision } from './articles.ts';
import { compareDays } from './calendar.ts';
import { type CapUse, capConferences, capExams, capTrainings, type Entry } from './caps.ts';
import { coursewareKey, firstDay, onceOnlyKey } from './duplicates.ts';
import { formatHours } from './hours.ts';
import { compareText } from './order.ts';
import { inForce, isGoverned, type Law } from './parameters.ts';
import { FORM_BASIS, type Recognition, recognise } from './recognition.ts';
import { type Refusal, refusal } from './refusals.ts';
import { type Finding, type Hours, isCancelled, type Missing, missingHours, verdictOf } from './verdict.ts';
import { CAPS, type Cap, type Form, REFUSAL_CODES, type StepKind, SUBJECTS, type Verdict } from './vocabulary.ts';
import type { Deferral } from './year.ts';

/**
 * The year of a person: every recognised activity judged again, in one fixed order, so that the result depends on
 * what was done and never on when it was approved. Taking an activity away and computing again is its revocation.
 */

/** The version of the rules a kept figure was computed by. Raise it with every change that can alter a figure. */
export const RULE_VERSION = '2026-05-25/2';

/**
 * An activity the reviewers recognised. `loweredTo`: hundredths by line index; a line is never raised. `unit`: as it
 * was on the day of recognition, where that differs from the year's.
 */
export type Recognised = {
  id: string;
  activity: Activity;
  loweredTo?: Readonly<Record<number, number>> | undefined;
  unit?: { studyArchive: boolean } | undefined;
};

export type AnnualInput = {
  year: number;
  asOf: Day;
  unit: { studyArchive: boolean };
  activities: readonly Recognised[];
  deferral?: Deferral | undefined;
  findings?: readonly Finding[] | undefined;
  /** The courseware that counted in an earlier year, by `coursewareKey`: it counts in none after (D-5). */
  countedEarlier?: readonly string[] | undefined;
};

/** One step of an item's hours, in words; `cap` where a limit cut. */
export type ItemStep = { step: StepKind; hundredths: number; basis: readonly Provision[]; text: string; cap?: Cap };

/** Hours that were cut, and by what. */
export type NotCounted = { hundredths: number; cap: Cap; basis: readonly Provision[]; text: string };

export type ItemResult = {
  id: string;
  form: Form;
  status: 'counted' | 'refused';
  refusal?: Refusal;
  countedHundredths: number;
  publicHundredths: number;
  professionalHundredths: number;
  deemedComplete: boolean;
  steps: readonly ItemStep[];
  notCounted: readonly NotCounted[];
};

export type AnnualResult = Hours & {
  year: number;
  verdict: Verdict;
  missing: Missing;
  /** By first day, then id. */
  items: readonly ItemResult[];
  caps: readonly CapUse[];
  basis: readonly Provision[];
  trace: readonly string[];
};

/**
 * The hours and the verdict of a person's year.
 * @article 4 每年累计应不少于90学时，公需科目不少于30学时，专业科目不少于60学时
 * @article 18 当年度内有效，不得结转至以后年度
 */
export function annualYear(input: AnnualInput, law: Law = inForce): AnnualResult {
  if (!isGoverned(input.year)) return beforeMeasures(input);
  const judged = judge(input, law);
  const entries = judged.flatMap((item) => item.entries);
  const caps = [
    ...capTrainings(entries, input.year, law),
    capConferences(entries, input.year, law),
    capExams(entries, input.year, law),
  ];
  const cancelled = isCancelled(input.findings, input.asOf);
  const items = judged.map((item) => (cancelled ? cancel(itemResult(item)) : itemResult(item)));
  const hours = sumOf(items);
  const verdict = verdictOf({ ...input, hours, deemedBy: deemedBy(items) }, law);
  return {
    year: input.year,
    ...hours,
    verdict: verdict.value,
    missing:
      verdict.value === 'deemed-complete'
        ? { public: 0, professional: 0, total: 0 }
        : missingHours(input.year, hours, law),
    items,
    caps: cancelled ? caps.map((cap) => ({ ...cap, usedHundredths: 0, leftHundredths: 0 })) : caps,
    basis: verdict.basis,
    trace: [totalSentence(hours), ...verdict.trace],
  };
}

/** @article 11 the items by which a degree or an aid mission completes the year */
/**
 * Whether something recognised stands for the whole year.
 * @article 11(6) @article 11(7) 视为完成当年度继续教育学时
 */
export const isDeemedComplete = ({ items }: Pick<AnnualResult, 'items'>): boolean =>
  items.some((item) => item.deemedComplete);

/**
 * Whether nothing of the year is missing, by hours or because it is deemed complete; says nothing of a finding against it.
 * @article 4 专业技术人员参加继续教育的时间，每年累计应不少于90学时
 */
export const isYearComplete = (result: Pick<AnnualResult, 'items' | 'missing'>): boolean =>
  result.missing.total === 0 || isDeemedComplete(result);

const deemedBy = (items: readonly ItemResult[]): readonly Provision[] => [
  ...new Set(items.flatMap((item) => (item.deemedComplete ? FORM_BASIS[item.form] : []))),
];

/**
 * The courseware a year counted, by key: no later year counts it again.
 * @param activities those the result was computed from
 * @article 11(4) 按照课件内容和课时的6倍计算年度继续教育学时
 * @interpretation D-5
 */
export function coursewareCounted(result: AnnualResult, activities: readonly Recognised[]): readonly string[] {
  const counted = new Set(result.items.filter((item) => item.status === 'counted').map((item) => item.id));
  return activities.flatMap(({ id, activity }) =>
    activity.form === 'courseware-lecturing' && counted.has(id) ? [coursewareKey(activity)] : [],
  );
}

/** An activity on its way through the caps. */
type Judged = { recognised: Recognised; recognition: Recognition; entries: readonly Entry[] };

/** Every activity recognised in the year's order: by first day, then id; a repeated course only the first time. */
function judge(input: AnnualInput, law: Law): readonly Judged[] {
  const seen = new Set(input.countedEarlier);
  return input.activities
    .map((recognised) => ({ recognised, on: firstDay(recognised.activity) }))
    .sort((a, b) => compareDays(a.on, b.on) || compareText(a.recognised.id, b.recognised.id))
    .map(({ recognised }) => {
      const context = { ...input, unit: recognised.unit ?? input.unit };
      const recognition = onceOnly(recognised.activity, recognise(recognised.activity, context, law), seen);
      return { recognised, recognition, entries: entriesOf(recognised, recognition) };
    });
}

/**
 * A course counts once in a year, a courseware once at all: the earlier by (date, id).
 * @article 11(2) 按照课件标定学时自动登记相应学时
 * @article 11(4) 按照课件内容和课时的6倍计算年度继续教育学时
 * @interpretation D-5
 */
function onceOnly(activity: Activity, recognition: Recognition, seen: Set<string>): Recognition {
  const key = onceOnlyKey(activity);
  if (key === undefined || recognition.outcome === 'refused') return recognition;
  if (!seen.has(key)) {
    seen.add(key);
    return recognition;
  }
  const { code, message, fix } = refusal('duplicate');
  const basis = FORM_BASIS[activity.form];
  return { outcome: 'refused', code, message, fix, basis, trace: [`${message}（${citations(basis)}）`] };
}

/** The lines of an accepted activity, each with what the reviewers left of it. */
function entriesOf(recognised: Recognised, recognition: Recognition): readonly Entry[] {
  if (recognition.outcome === 'refused') return [];
  return recognition.lines.map((line) => ({
    id: recognised.id,
    form: recognised.activity.form,
    line,
    left: lowered(line.hundredths, recognised.loweredTo?.[line.index]),
    cuts: [],
  }));
}

/** Reviewers lower a line or leave it; they never raise it. */
const lowered = (hundredths: number, to: number | undefined): number =>
  to === undefined ? hundredths : Math.max(0, Math.min(hundredths, to));

const NOTHING = {
  countedHundredths: 0,
  publicHundredths: 0,
  professionalHundredths: 0,
  deemedComplete: false,
  steps: [],
  notCounted: [],
} as const;

function itemResult({ recognised, recognition, entries }: Judged): ItemResult {
  const id = recognised.id;
  const { form } = recognised.activity;
  if (recognition.outcome === 'refused') {
    const { code, message, fix, basis } = recognition;
    return { ...NOTHING, id, form, status: 'refused', refusal: { code, message, fix, basis } };
  }
  const publicHundredths = sum(entries, (entry) => (entry.line.subject === 'public' ? entry.left : 0));
  const countedHundredths = sum(entries, (entry) => entry.left);
  const notCounted = cutsOf(entries);
  return {
    id,
    form,
    status: 'counted',
    countedHundredths,
    publicHundredths,
    professionalHundredths: countedHundredths - publicHundredths,
    deemedComplete: recognition.deemedComplete,
    steps: stepsOf(recognition, entries, notCounted, countedHundredths),
    notCounted,
  };
}

type Accepted = Extract<Recognition, { outcome: 'accepted' }>;

/** raw → converted (→ lowered by the reviewers) → capped → counted. */
function stepsOf(
  { lines, basis, trace }: Accepted,
  entries: readonly Entry[],
  notCounted: readonly NotCounted[],
  counted: number,
): readonly ItemStep[] {
  const raw = sum(lines, (line) => line.rawHundredths);
  const converted = sum(lines, (line) => line.hundredths);
  const steps: ItemStep[] = [
    { step: 'raw', hundredths: raw, basis, text: `填报 ${formatHours(raw)}` },
    { step: 'converted', hundredths: converted, basis, text: trace.join('；') },
  ];
  let left = sum(entries, (entry) => entry.left) + sum(notCounted, (cut) => (isDateCut(cut) ? 0 : cut.hundredths));
  if (left < converted) {
    const text = `审核核减 ${formatHours(converted - left)}，核定 ${formatHours(left)}（${citations(['11'])}）`;
    steps.push({ step: 'converted', hundredths: left, basis: ['11'], text });
  }
  for (const cut of notCounted) {
    if (isDateCut(cut)) continue;
    left -= cut.hundredths;
    steps.push({ step: 'capped', hundredths: left, basis: cut.basis, text: cut.text, cap: cut.cap });
  }
  steps.push({
    step: 'counted',
    hundredths: counted,
    basis,
    text: `计入 ${formatHours(counted)}（${citations(basis)}）`,
  });
  return steps;
}

const isDateCut = (cut: NotCounted): boolean => cut.cap === 'other-year';

/** What each limit cut from an item, in the order of the limits; then the days that belong to another year. */
function cutsOf(entries: readonly Entry[]): readonly NotCounted[] {
  const byCap = new Map<Cap, { hundredths: number; days: Day[]; cut: Entry['cuts'][number] }>();
  for (const { line, cuts } of entries) {
    for (const cut of cuts) {
      const known = byCap.get(cut.cap) ?? { hundredths: 0, days: [], cut };
      known.hundredths += cut.hundredths;
      known.days.push(line.on);
      byCap.set(cut.cap, known);
    }
  }
  const capped = [...byCap].map(([cap, { hundredths, days, cut }]) => {
    const text = `${days.join('、')}：超出${CAPS[cap]} ${formatHours(cut.limitHundredths)}的 ${formatHours(hundredths)}不计入（${citations(cut.basis)}）`;
    return { hundredths, cap, basis: cut.basis, text };
  });
  return [...capped.sort((a, b) => CAP_ORDER.indexOf(a.cap) - CAP_ORDER.indexOf(b.cap)), ...otherYears(entries)];
}

const CAP_ORDER = Object.keys(CAPS);

/** @article 18 在当年度内有效，不得结转至以后年度 */
function otherYears(entries: readonly Entry[]): readonly NotCounted[] {
  return entries.flatMap(({ line }) => {
    if (line.refusal === undefined) return [];
    const text = `${line.on}：${formatHours(line.rawHundredths)}不计入，${REFUSAL_CODES[line.refusal]}`;
    return [{ hundredths: line.rawHundredths, cap: 'other-year' as const, basis: refusal(line.refusal).basis, text }];
  });
}

/**
 * A cancelled year counts nothing; what was refused stays listed as it was.
 * @article 21 取消有关人员相应年度继续教育学时
 */
function cancel(item: ItemResult): ItemResult {
  if (item.status === 'refused') return item;
  const text = `本年度学时取消，${formatHours(item.countedHundredths)}不计入（${citations(['21'])}）`;
  const cut: NotCounted = { hundredths: item.countedHundredths, cap: 'cancelled', basis: ['21'], text };
  return {
    ...item,
    countedHundredths: 0,
    publicHundredths: 0,
    professionalHundredths: 0,
    deemedComplete: false,
    steps: [...item.steps.slice(0, -1), { step: 'counted', hundredths: 0, basis: ['21'], text, cap: 'cancelled' }],
    notCounted: [...item.notCounted, cut],
  };
}

function sumOf(items: readonly ItemResult[]): Hours {
  const publicHundredths = sum(items, (item) => item.publicHundredths);
  const professionalHundredths = sum(items, (item) => item.professionalHundredths);
  return { publicHundredths, professionalHundredths, totalHundredths: publicHundredths + professionalHundredths };
}

const totalSentence = (hours: Hours): string =>
  `${SUBJECTS.public} ${formatHours(hours.publicHundredths)} + ${SUBJECTS.professional} ${formatHours(hours.professionalHundredths)} = ${formatHours(hours.totalHundredths)}`;

const sum = <T>(list: readonly T[], of: (element: T) => number): number =>
  list.reduce((total, element) => total + of(element), 0);

/**
 * A year before the measures has no hours here and no verdict but an open one: to call it unqualified would be untrue.
 * @article 25 本办法自印发之日起施行
 * @interpretation D-4
 */
function beforeMeasures(input: AnnualInput): AnnualResult {
  const items = judge(input, inForce).map(itemResult);
  const { message, basis } = refusal('before-measures');
  return {
    year: input.year,
    ...sumOf(items),
    verdict: 'in-progress',
    missing: { public: 0, professional: 0, total: 0 },
    items,
    caps: [],
    basis,
    trace: [`${message}（${citations(basis)}）`],
  };
}

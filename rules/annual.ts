import type { Activity, Day } from './activity.ts';
import type { Provision } from './articles.ts';
import { applyCaps, type CapUse, type Cut, type Entry } from './caps.ts';
import { onceAYearKey } from './duplicates.ts';
import { formatHours } from './hours.ts';
import { ANNUAL_PROFESSIONAL, ANNUAL_PUBLIC, ANNUAL_TOTAL, inForce } from './parameters.ts';
import { FORM_BASIS, type Recognition, recognise } from './recognition.ts';
import { type Refusal, refusal } from './refusals.ts';
import { type Cap, type Form, type StepKind, SUBJECTS, VERDICTS, type Verdict } from './vocabulary.ts';
import { claimsCloseOn, type Deferral, daysOf, deferralEndsOn } from './year.ts';

/** Names the rules that a figure was computed by; a change that can change a figure raises it. */
export const RULE_VERSION = '2026-05-25/1';

/** An activity the reviewers recognised. They may have lowered a line; `unit` is frozen from the day of recognition. */
export type Recognised = {
  id: string;
  activity: Activity;
  loweredTo?: Readonly<Record<number, number>> | undefined;
  unit?: { studyArchive: boolean } | undefined;
};

export type Finding = { kind: 'fraud'; effectiveOn: Day };

export type AnnualInput = {
  year: number;
  asOf: Day;
  unit: { studyArchive: boolean };
  activities: readonly Recognised[];
  deferral?: Deferral | undefined;
  findings?: readonly Finding[] | undefined;
};

export type ItemStep = { step: StepKind; hundredths: number; basis: readonly Provision[]; text: string; cap?: Cap };

/** One activity's hours in the year, each explained. */
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
  notCounted: readonly Cut[];
};

export type AnnualResult = {
  year: number;
  publicHundredths: number;
  professionalHundredths: number;
  totalHundredths: number;
  verdict: Verdict;
  missing: { public: number; professional: number; total: number };
  items: readonly ItemResult[];
  caps: readonly CapUse[];
  basis: readonly Provision[];
  trace: readonly string[];
};

/**
 * A person's year: what each recognised activity counts under the caps, the totals, and the verdict on a day. A pure function of the
 * set of activities: their order never matters.
 * @article 4 每年累计应不少于90学时，其中公需科目不少于30学时，专业科目不少于60学时
 * @interpretation D-7
 */
export function annualYear(input: AnnualInput): AnnualResult {
  const judged = refuseDuplicates(input.activities.map((recognised) => judge(recognised, input)));
  const capped = applyCaps(
    judged.flatMap((j) => j.entries),
    input.year,
  );
  const cancelled = (input.findings ?? []).some((f) => f.effectiveOn <= input.asOf);
  const items = judged.map((j) => itemOf(j, capped.counted, capped.cuts, cancelled));
  const publicHundredths = sum(items.map((i) => i.publicHundredths));
  const professionalHundredths = sum(items.map((i) => i.professionalHundredths));
  const totals = {
    publicHundredths,
    professionalHundredths,
    totalHundredths: publicHundredths + professionalHundredths,
  };
  const missing = missingHours(totals, input.year);
  const deemed = !cancelled && items.some((i) => i.deemedComplete);
  const { verdict, basis } = verdictOn(input, { cancelled, deemed, complete: isNothing(missing) });
  return {
    year: input.year,
    ...totals,
    verdict,
    missing,
    items,
    caps: capped.caps,
    basis,
    trace: traceOf(totals, verdict),
  };
}

type Judged = { recognised: Recognised; ruling: Recognition; entries: Entry[] };

function judge(recognised: Recognised, { year, unit, deferral }: AnnualInput): Judged {
  const { id, activity, loweredTo } = recognised;
  const ruling = recognise(activity, { year, unit: recognised.unit ?? unit, deferral });
  if (ruling.outcome === 'refused') return { recognised, ruling, entries: [] };
  const entries = ruling.lines.map((line) => ({
    ...{ id, form: activity.form, on: line.on, subject: line.subject, index: line.index },
    hundredths: Math.min(line.hundredths, loweredTo?.[line.index] ?? line.hundredths),
  }));
  return { recognised, ruling, entries };
}

/**
 * The same course or courseware in the year: the earlier one counts, by (date, id).
 * @article 11(2) 系统按照课件标定学时自动登记相应学时
 * @article 11(4) 纳入课件目录
 */
function refuseDuplicates(judged: readonly Judged[]): Judged[] {
  const first = new Map<string, Judged>();
  for (const j of judged.filter((j) => j.ruling.outcome === 'accepted')) {
    const key = onceAYearKey(j.recognised.activity);
    const earlier = key === undefined ? undefined : first.get(key);
    if (key !== undefined && (earlier === undefined || byDateAndId(j, earlier) < 0)) first.set(key, j);
  }
  return judged.map((j) => {
    const key = j.ruling.outcome === 'accepted' ? onceAYearKey(j.recognised.activity) : undefined;
    if (key === undefined || first.get(key) === j) return j;
    const { code, message, fix, basis } = refusal('duplicate');
    return { ...j, entries: [], ruling: { outcome: 'refused', code, message, fix, basis, trace: [message] } };
  });
}

const byDateAndId = (a: Judged, b: Judged): number =>
  compare(dateOf(a), dateOf(b)) || compare(a.recognised.id, b.recognised.id);
const dateOf = (j: Judged): Day => [...daysOf(j.recognised.activity)].sort()[0] ?? '';
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** @article 21 取消有关人员相应年度继续教育学时: in a cancelled year nothing counts, and refusals stay listed */
function itemOf(
  j: Judged,
  counted: ReadonlyMap<Entry, number>,
  cuts: ReadonlyMap<Entry, readonly Cut[]>,
  cancelled: boolean,
): ItemResult {
  const { recognised, ruling, entries } = j;
  const of = { id: recognised.id, form: recognised.activity.form };
  const nothing = {
    countedHundredths: 0,
    publicHundredths: 0,
    professionalHundredths: 0,
    deemedComplete: false,
    notCounted: [],
  };
  if (ruling.outcome === 'refused') {
    const { code, message, fix, basis } = ruling;
    const steps = [{ step: 'counted' as const, hundredths: 0, basis, text: ruling.trace.join('；') }];
    return { ...of, ...nothing, status: 'refused', refusal: { code, message, fix, basis }, steps };
  }
  if (cancelled) {
    const steps = [
      { step: 'counted' as const, hundredths: 0, basis: ['21' as const], text: '因弄虚作假，相应年度学时已取消' },
    ];
    return { ...of, ...nothing, status: 'counted', steps };
  }
  const left = (subject: keyof typeof SUBJECTS): number =>
    sum(entries.filter((e) => e.subject === subject).map((e) => counted.get(e) ?? 0));
  const [publicHundredths, professionalHundredths] = [left('public'), left('professional')];
  const notCounted = entries.flatMap((e) => cuts.get(e) ?? []);
  return {
    ...{ ...of, status: 'counted', publicHundredths, professionalHundredths, notCounted },
    countedHundredths: publicHundredths + professionalHundredths,
    deemedComplete: ruling.deemedComplete,
    steps: stepsOf(j, ruling, notCounted, publicHundredths + professionalHundredths),
  };
}

/** raw → converted (with the reviewers' lowering) → capped → counted. */
function stepsOf(
  j: Judged,
  ruling: Recognition & { outcome: 'accepted' },
  notCounted: readonly Cut[],
  total: number,
): ItemStep[] {
  const basis = FORM_BASIS[j.recognised.activity.form];
  const raw = sum(ruling.lines.map((l) => l.rawHundredths));
  const converted = sum(ruling.lines.map((l) => l.hundredths));
  const left = sum(j.entries.map((e) => e.hundredths));
  const lowered =
    left < converted
      ? [{ step: 'converted' as const, hundredths: left, basis, text: `审核机构核减 ${formatHours(converted - left)}` }]
      : [];
  const capped = notCounted.map((c) => ({
    step: 'capped' as const,
    hundredths: -c.hundredths,
    basis: c.basis,
    text: c.text,
    cap: c.cap,
  }));
  const text = ruling.deemedComplete ? '视为完成当年度继续教育学时' : `计入 ${formatHours(total)}`;
  return [
    { step: 'raw', hundredths: raw, basis, text: `填报 ${formatHours(raw)}` },
    { step: 'converted', hundredths: converted, basis: ruling.basis, text: ruling.trace.join('；') },
    ...lowered,
    ...capped,
    { step: 'counted', hundredths: total, basis, text },
  ];
}

type Totals = Pick<AnnualResult, 'publicHundredths' | 'professionalHundredths' | 'totalHundredths'>;

/** @article 4 surplus of one subject does not stand in for the other */
function missingHours(totals: Totals, year: number): AnnualResult['missing'] {
  const lack = (need: number, have: number): number => Math.max(0, need - have);
  const lacking = {
    public: lack(inForce(ANNUAL_PUBLIC, year), totals.publicHundredths),
    professional: lack(inForce(ANNUAL_PROFESSIONAL, year), totals.professionalHundredths),
  };
  const total = lack(inForce(ANNUAL_TOTAL, year), totals.totalHundredths);
  return { ...lacking, total: Math.max(total, lacking.public + lacking.professional) };
}

const isNothing = (missing: AnnualResult['missing']): boolean => missing.total === 0;

/**
 * The verdict of a person-year on a day, the first that applies.
 * @article 21 取消有关人员相应年度继续教育学时
 * @article 17 逾期未完成者视为当年度学时不合格
 * @article 11(6) 当年度可视为完成继续教育学时
 * @interpretation D-10
 */
function verdictOn(
  input: AnnualInput,
  is: { cancelled: boolean; deemed: boolean; complete: boolean },
): { verdict: Verdict; basis: Provision[] } {
  if (is.cancelled) return { verdict: 'cancelled', basis: ['21'] };
  if (is.deemed) return { verdict: 'deemed-complete', basis: ['11(6)', '11(7)'] };
  if (is.complete) return { verdict: 'qualified', basis: ['4'] };
  if (input.deferral && input.asOf <= deferralEndsOn(input.deferral, input.year))
    return { verdict: 'deferred', basis: ['17'] };
  if (input.asOf <= claimsCloseOn(input.year)) return { verdict: 'in-progress', basis: ['4'] };
  return { verdict: 'unqualified', basis: input.deferral ? ['4', '17'] : ['4'] };
}

const traceOf = (totals: Totals, verdict: Verdict): string[] => [
  `${SUBJECTS.public} ${formatHours(totals.publicHundredths)}，${SUBJECTS.professional} ${formatHours(totals.professionalHundredths)}，合计 ${formatHours(totals.totalHundredths)}`,
  `年度结论：${VERDICTS[verdict]}`,
];

import type { Day } from './activity.ts';
import { citations, type Provision } from './articles.ts';
import { compareDays } from './calendar.ts';
import { formatHours } from './hours.ts';
import { compareText } from './order.ts';
import {
  ANNUAL_PROFESSIONAL,
  ANNUAL_PUBLIC,
  CONFERENCE_YEAR_CAP,
  EXAM_YEAR_CAP,
  inForce,
  type Law,
  TRAINING_DAY_CAP,
  TRAINING_DAY_CAP_WITH_UNIT,
  TRAINING_YEAR_CAP,
  UNIT_TRAINING_YEAR_CAP,
} from './parameters.ts';
import type { Line } from './recognition.ts';
import { CAPS, type Cap, type Form, type Subject } from './vocabulary.ts';

/** The limits of a year. Each step runs over what the one before left, in one fixed order of the lines. */

/** Hours a limit cut from a line. */
export type Cut = { cap: Cap; hundredths: number; limitHundredths: number; basis: readonly Provision[] };

/** A line on its way through the limits: `left` of its hours, and what was cut. */
export type Entry = {
  readonly id: string;
  readonly form: Form;
  readonly line: Line;
  left: number;
  readonly cuts: Cut[];
};

/** How much of a limit of the year is used, and what is left under it. */
export type CapUse = {
  cap: Cap;
  limitHundredths: number;
  usedHundredths: number;
  leftHundredths: number;
  basis: readonly Provision[];
  text: string;
};

type Limit = { cap: Cap; limitHundredths: number; basis: readonly Provision[] };

/**
 * The three limits of trainings: a day's eight hours, unit training's twenty, ninety together.
 * @article 11(1) 每天不超过8学时；每年认定不超过20学时；此类学时每年累计认定不超过90学时
 * @interpretation D-7
 */
export function capTrainings(entries: readonly Entry[], year: number, law: Law = inForce): readonly CapUse[] {
  const trainings = entries
    .filter((entry) => entry.form === 'authority-training' || entry.form === 'unit-training')
    .sort(trainingOrder);
  capDays(trainings, year, law);
  const unit: Limit = {
    cap: 'unit-training-year',
    limitHundredths: law(UNIT_TRAINING_YEAR_CAP, year),
    basis: ['11(1)'],
  };
  const unitUse = capInOrder(
    trainings.filter((entry) => entry.form === 'unit-training'),
    unit,
  );
  return [unitUse, capTogether(trainings, year, law)];
}

/**
 * By date, authority before unit training, id, public before professional; the sort is stable, so lines alike in all
 * of these stay as they were entered.
 * @article 11(1) 此类学时每年累计认定不超过90学时
 * @interpretation D-9
 */
function trainingOrder(a: Entry, b: Entry): number {
  return (
    compareDays(a.line.on, b.line.on) ||
    Number(a.form === 'unit-training') - Number(b.form === 'unit-training') ||
    compareText(a.id, b.id) ||
    Number(a.line.subject === 'professional') - Number(b.line.subject === 'professional')
  );
}

/**
 * All trainings of a person on one day share its eight hours.
 * @article 11(1) 每天不超过8学时
 * @interpretation D-8
 */
function capDays(trainings: readonly Entry[], year: number, law: Law): void {
  const alone = law(TRAINING_DAY_CAP, year);
  const withUnit = law(TRAINING_DAY_CAP_WITH_UNIT, year);
  const usedOn = new Map<Day, number>();
  for (const entry of trainings) {
    const used = usedOn.get(entry.line.on) ?? 0;
    const limitHundredths = entry.form === 'unit-training' ? withUnit : alone;
    keep(entry, Math.max(0, limitHundredths - used), { cap: 'training-day', limitHundredths, basis: ['11(1)'] });
    usedOn.set(entry.line.on, used + entry.left);
  }
}

/**
 * Ninety hours of training: first what the year needs of each subject, then the rest, each in order.
 * So that more public hours never cost professional ones the year needs, nor the other way.
 * @article 11(1) 此类学时每年累计认定不超过90学时
 * @interpretation D-7
 */
function capTogether(trainings: readonly Entry[], year: number, law: Law): CapUse {
  const limit: Limit = { cap: 'training-year', limitHundredths: law(TRAINING_YEAR_CAP, year), basis: ['11(1)'] };
  const need: Record<Subject, number> = {
    public: law(ANNUAL_PUBLIC, year),
    professional: law(ANNUAL_PROFESSIONAL, year),
  };
  let room = limit.limitHundredths;
  const needed = trainings.map((entry) => {
    const taken = Math.min(entry.left, need[entry.line.subject], room);
    need[entry.line.subject] -= taken;
    room -= taken;
    return { entry, taken };
  });
  for (const { entry, taken } of needed) {
    const more = Math.min(entry.left - taken, room);
    room -= more;
    keep(entry, taken + more, limit);
  }
  return capUse(limit, limit.limitHundredths - room);
}

/** @article 11(3) 此类学时每年累计认定不超过30学时 */
export const capConferences = (entries: readonly Entry[], year: number, law: Law = inForce): CapUse =>
  capInOrder(inDateOrder(entries, 'academic-conference'), {
    cap: 'conference-year',
    limitHundredths: law(CONFERENCE_YEAR_CAP, year),
    basis: ['11(3)'],
  });

/**
 * @article 11(5) 当年度可认定完成专业科目60学时
 * @interpretation D-6
 */
export const capExams = (entries: readonly Entry[], year: number, law: Law = inForce): CapUse =>
  capInOrder(inDateOrder(entries, 'qualification-exam'), {
    cap: 'exam-year',
    limitHundredths: law(EXAM_YEAR_CAP, year),
    basis: ['11(5)'],
  });

const inDateOrder = (entries: readonly Entry[], form: Form): readonly Entry[] =>
  entries
    .filter((entry) => entry.form === form)
    .sort((a, b) => compareDays(a.line.on, b.line.on) || compareText(a.id, b.id));

/** A limit filled in order: what comes after it is full is cut. */
function capInOrder(entries: readonly Entry[], limit: Limit): CapUse {
  let used = 0;
  for (const entry of entries) {
    keep(entry, limit.limitHundredths - used, limit);
    used += entry.left;
  }
  return capUse(limit, used);
}

/** Leaves at most `room` of an entry's hours and notes what was cut. */
function keep(entry: Entry, room: number, limit: Limit): void {
  const kept = Math.min(entry.left, room);
  if (kept < entry.left) entry.cuts.push({ ...limit, hundredths: entry.left - kept });
  entry.left = kept;
}

function capUse(limit: Limit, usedHundredths: number): CapUse {
  const leftHundredths = limit.limitHundredths - usedHundredths;
  const text = `${CAPS[limit.cap]} ${formatHours(limit.limitHundredths)}，已用 ${formatHours(usedHundredths)}，还可计 ${formatHours(leftHundredths)}（${citations(limit.basis)}）`;
  return { ...limit, usedHundredths, leftHundredths, text };
}

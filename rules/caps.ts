import type { Day } from './activity.ts';
import { citation, type Provision } from './articles.ts';
import { formatHours } from './hours.ts';
import {
  ANNUAL_PROFESSIONAL,
  ANNUAL_PUBLIC,
  CONFERENCE_YEAR_CAP,
  EXAM_YEAR_CAP,
  inForce,
  TRAINING_DAY_CAP,
  TRAINING_DAY_CAP_WITH_UNIT,
  TRAINING_YEAR_CAP,
  UNIT_TRAINING_YEAR_CAP,
} from './parameters.ts';
import { CAPS, type Cap, type Form, type Subject } from './vocabulary.ts';

/** One recognised line of hours before the caps of the year. */
export type Entry = { id: string; form: Form; on: Day; subject: Subject; index: number; hundredths: number };

/** Hours over a cap: shown with the reason, and lost unless a revocation makes room. */
export type Cut = { hundredths: number; cap: Cap; basis: readonly Provision[]; text: string };

/** What a cap of the year has taken and what is left under it. */
export type CapUse = {
  cap: Cap;
  limitHundredths: number;
  usedHundredths: number;
  leftHundredths: number;
  basis: readonly Provision[];
};

export type Capped = {
  counted: ReadonlyMap<Entry, number>;
  cuts: ReadonlyMap<Entry, readonly Cut[]>;
  caps: readonly CapUse[];
};

/**
 * The caps of a year in their fixed order (D-7), so that neither the order of approval nor learning more ever costs anything: the day's
 * eight hours, the twenty of unit training, the ninety of all training, the thirty of conferences, one exam.
 * @article 11(1) 每天不超过8学时；每年认定不超过20学时；每年累计认定不超过90学时
 * @article 11(3) 每年累计认定不超过30学时
 * @interpretation D-7
 */
export function applyCaps(entries: readonly Entry[], year: number): Capped {
  const book = new Book(entries);
  const trainings = entries.filter(isTraining).sort(inOrder);
  capDays(book, trainings, year);
  const units = trainings.filter((e) => e.form === 'unit-training');
  const unitUse = book.cap('unit-training-year', units, inForce(UNIT_TRAINING_YEAR_CAP, year), '11(1)');
  const trainingUse = capTrainings(book, trainings, year);
  const conferences = entries.filter((e) => e.form === 'academic-conference').sort(inOrder);
  const conferenceUse = book.cap('conference-year', conferences, inForce(CONFERENCE_YEAR_CAP, year), '11(3)');
  const exams = entries.filter((e) => e.form === 'qualification-exam').sort(inOrder);
  const examUse = book.cap('exam-year', exams, inForce(EXAM_YEAR_CAP, year), '11(5)');
  return { counted: book.left, cuts: book.cuts, caps: [unitUse, trainingUse, conferenceUse, examUse] };
}

const isTraining = (e: Entry): boolean => e.form === 'authority-training' || e.form === 'unit-training';

/** @interpretation D-9 (date, authority before unit training, id in code-point order, public before professional) */
function inOrder(a: Entry, b: Entry): number {
  return (
    compare(a.on, b.on) ||
    rank(a) - rank(b) ||
    compare(a.id, b.id) ||
    subjectRank(a) - subjectRank(b) ||
    a.index - b.index
  );
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const rank = (e: Entry): number => (e.form === 'unit-training' ? 1 : 0);
const subjectRank = (e: Entry): number => (e.subject === 'public' ? 0 : 1);

/**
 * All trainings of a day share its hours.
 * @article 11(1) 每天不超过8学时
 * @interpretation D-8
 */
function capDays(book: Book, trainings: readonly Entry[], year: number): void {
  for (const on of new Set(trainings.map((e) => e.on))) {
    const day = trainings.filter((e) => e.on === on);
    book.cap(
      'training-day',
      day.filter((e) => e.form === 'authority-training'),
      inForce(TRAINING_DAY_CAP, year),
      '11(1)',
    );
    book.cap('training-day', day, inForce(TRAINING_DAY_CAP_WITH_UNIT, year), '11(1)');
  }
}

/**
 * Ninety together: first what the year needs of each subject, then the rest in order, so that surplus hours of one subject never
 * displace needed ones of the other.
 * @article 11(1) 此类学时每年累计认定不超过90学时
 */
function capTrainings(book: Book, trainings: readonly Entry[], year: number): CapUse {
  const limit = inForce(TRAINING_YEAR_CAP, year);
  const wanted = new Map(trainings.map((e) => [e, book.of(e)]));
  const granted = new Map(trainings.map((e) => [e, 0]));
  let room = limit;
  const grant = (subject: Subject | null, upTo: number): void => {
    let share = Math.min(upTo, room);
    for (const e of trainings) {
      if (subject !== null && e.subject !== subject) continue;
      const more = Math.min((wanted.get(e) ?? 0) - (granted.get(e) ?? 0), share);
      granted.set(e, (granted.get(e) ?? 0) + more);
      share -= more;
      room -= more;
    }
  };
  grant('public', inForce(ANNUAL_PUBLIC, year));
  grant('professional', inForce(ANNUAL_PROFESSIONAL, year));
  grant(null, room);
  for (const e of trainings) book.lower(e, granted.get(e) ?? 0, 'training-year', '11(1)');
  return use('training-year', limit, limit - room, '11(1)');
}

const use = (cap: Cap, limit: number, used: number, basis: Provision): CapUse => ({
  cap,
  limitHundredths: limit,
  usedHundredths: used,
  leftHundredths: limit - used,
  basis: [basis],
});

/** What is left of each entry, and why the rest is not counted. */
class Book {
  readonly left: Map<Entry, number>;
  readonly cuts = new Map<Entry, Cut[]>();

  constructor(entries: readonly Entry[]) {
    this.left = new Map(entries.map((e) => [e, e.hundredths]));
  }

  of(entry: Entry): number {
    return this.left.get(entry) ?? 0;
  }

  /** Lets the entries, in their order, share a limit. */
  cap(cap: Cap, entries: readonly Entry[], limit: number, basis: Provision): CapUse {
    let room = limit;
    for (const entry of entries) {
      const kept = Math.min(this.of(entry), room);
      this.lower(entry, kept, cap, basis);
      room -= kept;
    }
    return use(cap, limit, limit - room, basis);
  }

  lower(entry: Entry, to: number, cap: Cap, basis: Provision): void {
    const lost = this.of(entry) - to;
    if (lost <= 0) return;
    this.left.set(entry, to);
    const text = `${entry.on}：${formatHours(lost)}超过${CAPS[cap]}，不计入（${citation(basis)}）`;
    this.cuts.set(entry, [...(this.cuts.get(entry) ?? []), { hundredths: lost, cap, basis: [basis], text }]);
  }
}

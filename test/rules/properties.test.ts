import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Activity, TrainingDay } from '../../rules/activity.ts';
import type { AnnualInput, AnnualResult, Recognised } from '../../rules/annual.ts';
import { addDays } from '../../rules/calendar.ts';
import { daysOf } from '../../rules/year.ts';
import {
  aid,
  authorityRecognised,
  authorityTraining,
  conference,
  course,
  degree,
  exam,
  lecturing,
  unitTraining,
  yearOfThese,
} from './support/facts.ts';

/** What must hold of every year, whatever a person did. */

/** Few days, so that trainings meet on them; some before the year and some in its deferral. */
const day = fc.oneof(
  { weight: 8, arbitrary: fc.nat(25).map((n) => addDays('2026-06-01', n)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01', '2027-06-30', '2027-07-01'),
  },
);
const makeUp = fc.constantFrom({}, {}, {}, { makeUpFor: 2026 });
const subject = fc.constantFrom('public', 'professional');
const hundredths = fc.oneof(fc.constantFrom(0, 100, 400, 800, 801), fc.integer({ min: 0, max: 1200 }));
const trainingDay: fc.Arbitrary<TrainingDay> = fc.oneof(
  fc.record({ on: day, subject, hundredths }),
  fc.record({
    on: day,
    subject,
    minutes: fc.integer({ min: 0, max: 600 }),
    travel: fc.constantFrom(undefined, undefined, true),
  }),
);
const trainingDays = fc.array(trainingDay, { minLength: 1, maxLength: 12 });

const training: fc.Arbitrary<Activity> = fc.oneof(
  fc.tuple(trainingDays, makeUp).map(([entries, change]) => authorityTraining(entries, change)),
  fc.tuple(trainingDays, makeUp).map(([entries, change]) => unitTraining(entries, change)),
);

/** A course has one label and a courseware one length, however often it is done. */
const once: fc.Arbitrary<Activity> = fc.oneof(
  fc
    .tuple(day, fc.nat(6), makeUp)
    .map(([on, n, change]) =>
      course({ on, course: `C${n}`, hundredths: n * 333, subject: n % 2 ? 'public' : 'professional', ...change }),
    ),
  fc.tuple(day, fc.nat(3)).map(([on, n]) => lecturing({ on, courseware: `K${n}`, coursewareHundredths: n * 50 })),
);

const others: fc.Arbitrary<Activity> = fc.oneof(
  fc.tuple(day, fc.boolean()).map(([on, presentedPaper]) => conference({ on, presentedPaper })),
  fc.tuple(day, fc.boolean()).map(([on, passed]) => exam({ on, passed })),
  fc
    .tuple(day, hundredths, subject)
    .map(([on, hours, of]) => authorityRecognised({ on, hundredths: hours, subject: of })),
  fc.constantFrom<Activity>(
    degree(),
    degree({ level: 'junior-college' }),
    aid('none'),
    conference({ level: 'municipal' }),
  ),
);

const activity = fc.oneof(
  { weight: 4, arbitrary: training },
  { weight: 1, arbitrary: once },
  { weight: 2, arbitrary: others },
);

/** Reviewers lower anything but what counts once: which of two the year counts is decided by date, not by hours. */
const recognised: fc.Arbitrary<Recognised> = fc
  .record({
    id: fc.uuid(),
    activity,
    lowered: fc.option(fc.integer({ min: 0, max: 900 }), { nil: undefined, freq: 3 }),
  })
  .map(({ id, activity: did, lowered }) =>
    lowered === undefined || 'course' in did || 'courseware' in did
      ? { id, activity: did }
      : { id, activity: did, loweredTo: { 0: lowered } },
  );

const activities = fc.uniqueArray(recognised, { maxLength: 14, selector: (one) => one.id });
const circumstances: fc.Arbitrary<Partial<AnnualInput>> = fc.constantFrom<Partial<AnnualInput>>(
  {},
  { deferral: { until: '2027-06-30' } },
  { unit: { studyArchive: false } },
  { asOf: '2026-12-31', findings: [{ kind: 'fraud', effectiveOn: '2026-12-31' }] },
);
const governed = fc.constantFrom<Partial<AnnualInput>>(
  {},
  { deferral: { until: '2027-06-30' } },
  { unit: { studyArchive: false } },
);

const holds = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns: 400 });

const byForm = (result: AnnualResult, ...forms: readonly string[]) =>
  result.items.filter((item) => forms.includes(item.form)).reduce((sum, item) => sum + item.countedHundredths, 0);

const needsMet = (result: AnnualResult) => [
  Math.min(result.publicHundredths, 3000),
  Math.min(result.professionalHundredths, 6000),
];

/** An activity that is none of the others', to be added. */
const withOneMore = fc
  .tuple(activities, recognised, governed)
  .filter(([before, added]) => before.every((one) => one.id !== added.id));

describe('every year', () => {
  test('11, 11(1): the order of approval never changes it', () => {
    const shuffled = activities.chain((all) =>
      fc.record({
        all: fc.constant(all),
        order: fc.shuffledSubarray(all, { minLength: all.length }),
        given: circumstances,
      }),
    );
    holds(shuffled, ({ all, order, given }) => {
      expect(yearOfThese(order, given)).toEqual(yearOfThese(all, given));
    });
  });

  test('11(1), 11(3), 11(5): no cap of the year is ever exceeded', () => {
    holds(fc.tuple(activities, circumstances), ([all, given]) => {
      const result = yearOfThese(all, given);
      expect(byForm(result, 'authority-training', 'unit-training')).toBeLessThanOrEqual(9000);
      expect(byForm(result, 'unit-training')).toBeLessThanOrEqual(2000);
      expect(byForm(result, 'academic-conference')).toBeLessThanOrEqual(3000);
      expect(byForm(result, 'qualification-exam')).toBeLessThanOrEqual(6000);
      for (const cap of result.caps) expect(cap.leftHundredths).toBeGreaterThanOrEqual(0);
    });
  });

  test('11(1): no day ever counts more than eight hours of training', () => {
    const oneDay = fc.uniqueArray(fc.record({ id: fc.uuid(), entry: trainingDay, unit: fc.boolean() }), {
      maxLength: 12,
      selector: (one) => one.id,
    });
    holds(oneDay, (all) => {
      const did = all.map(({ id, entry, unit }) => ({
        id,
        activity: unit ? unitTraining([entry]) : authorityTraining([entry]),
      }));
      const perDay = new Map<string, number>();
      for (const item of yearOfThese(did).items) {
        const on = all.find((one) => one.id === item.id)?.entry.on ?? '';
        perDay.set(on, (perDay.get(on) ?? 0) + item.countedHundredths);
      }
      for (const [on, hours] of perDay) expect(hours, on).toBeLessThanOrEqual(800);
    });
  });

  test('11: adding an activity never lowers its total', () => {
    holds(withOneMore, ([before, added, given]) => {
      const more = yearOfThese([...before, added], given);
      expect(more.totalHundredths).toBeGreaterThanOrEqual(yearOfThese(before, given).totalHundredths);
    });
  });

  test('4, 11(1): adding one that shares no training day never costs what the year needs of a subject', () => {
    holds(withOneMore, ([before, added, given]) => {
      const taken = new Set(before.flatMap((one) => daysOf(one.activity)));
      fc.pre(!daysOf(added.activity).some((on) => taken.has(on)));
      const [fewer, more] = [yearOfThese(before, given), yearOfThese([...before, added], given)];
      needsMet(more).forEach((met, at) => {
        expect(met).toBeGreaterThanOrEqual(needsMet(fewer)[at] ?? 0);
      });
      expect(more.missing.total).toBeLessThanOrEqual(fewer.missing.total);
    });
  });

  test('11: removing an activity gives the others back what it had taken: never less than they had, never more than it counted', () => {
    holds(withOneMore, ([others, removed, given]) => {
      const both = yearOfThese([...others, removed], given);
      const after = yearOfThese(others, given);
      const took = both.items.find((item) => item.id === removed.id)?.countedHundredths ?? 0;
      const back = after.totalHundredths - (both.totalHundredths - took);
      expect(back).toBeGreaterThanOrEqual(0);
      expect(back).toBeLessThanOrEqual(took);
    });
  });

  test('11: judging a year changes nothing of what it is given', () => {
    holds(fc.tuple(activities, circumstances), ([all, given]) => {
      const before = structuredClone([all, given]);
      yearOfThese(all, given);
      expect([all, given]).toEqual(before);
    });
  });

  test('11: lowering an activity never raises its total', () => {
    holds(fc.tuple(withOneMore, fc.integer({ min: 0, max: 900 })), ([[before, one, given], to]) => {
      const lowered = { ...one, loweredTo: { ...one.loweredTo, 0: Math.min(to, one.loweredTo?.[0] ?? to) } };
      const result = yearOfThese([...before, lowered], given);
      expect(result.totalHundredths).toBeLessThanOrEqual(yearOfThese([...before, one], given).totalHundredths);
    });
  });

  test('11: every hour is accounted for: what was converted is counted, lowered or shown as not counted', () => {
    holds(fc.tuple(activities, circumstances), ([all, given]) => {
      for (const item of yearOfThese(all, given).items) {
        if (item.status === 'refused') continue;
        const agreed = item.steps.filter((step) => step.step === 'converted').at(-1)?.hundredths ?? 0;
        const cut = item.notCounted.reduce((sum, one) => sum + (one.cap === 'other-year' ? 0 : one.hundredths), 0);
        expect(item.countedHundredths + cut).toBe(agreed);
        expect(item.publicHundredths + item.professionalHundredths).toBe(item.countedHundredths);
      }
    });
  });

  test('hours stay whole hundredths and every figure cites an article', () => {
    holds(fc.tuple(activities, circumstances), ([all, given]) => {
      const result = yearOfThese(all, given);
      expect(result.totalHundredths).toBe(result.publicHundredths + result.professionalHundredths);
      expect(result.basis.length).toBeGreaterThan(0);
      for (const item of result.items) {
        expect(Number.isSafeInteger(item.countedHundredths) && item.countedHundredths >= 0).toBe(true);
        for (const step of item.steps) expect(step.basis.length).toBeGreaterThan(0);
      }
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { Activity } from '../../rules/activity.ts';
import { type RecognitionContext, recognise } from '../../rules/recognition.ts';
import { refusal } from '../../rules/refusals.ts';
import { ASSESSMENTS, codes, ORGANISERS, REFUSAL_CODES } from '../../rules/vocabulary.ts';
import {
  aid,
  authorityRecognised,
  authorityTraining,
  conference,
  course,
  days,
  degree,
  exam,
  lecturing,
  unitTraining,
} from './support/facts.ts';

const context: RecognitionContext = { year: 2026, unit: { studyArchive: true } };
const granted: RecognitionContext = { ...context, deferral: { until: '2027-06-30' } };

/** The refusal's code, or what each line counts before the year's caps. */
function outcome(activity: Activity, change: Partial<RecognitionContext> = {}): string | readonly number[] {
  const recognition = recognise(activity, { ...context, ...change });
  return recognition.outcome === 'refused' ? recognition.code : recognition.lines.map((line) => line.hundredths);
}

const trace = (activity: Activity, change: Partial<RecognitionContext> = {}) =>
  recognise(activity, { ...context, ...change }).trace;

describe('trainings', () => {
  test('11(1): organisation departments, HRSS and industry authorities are the organisers of authority training', () => {
    const eligible = codes(ORGANISERS).filter(
      (organiser) => outcome(authorityTraining(days('2026-06-01', 1), { organiser })) !== 'organiser-not-eligible',
    );
    expect(eligible).toEqual(['organisation-department', 'hrss', 'industry-authority']);
  });

  test('11(1): only the own employer organises unit training', () => {
    const eligible = codes(ORGANISERS).filter(
      (organiser) => outcome(unitTraining(days('2026-06-01', 1), { organiser })) !== 'organiser-not-eligible',
    );
    expect(eligible).toEqual(['own-employer']);
  });

  test('11(1): hours are as given, for part days too', () => {
    expect(outcome(authorityTraining(days('2026-06-01', 2, 350)))).toEqual([350, 350]);
  });

  test('4, 11(1): minutes become whole hours entry by entry, with the arithmetic shown', () => {
    const training = authorityTraining([
      { on: '2026-09-01', minutes: 100, subject: 'professional' },
      { on: '2026-09-02', minutes: 44, subject: 'professional' },
      { on: '2026-09-03', minutes: 45, subject: 'public' },
    ]);
    expect(outcome(training)).toEqual([200, 0, 100]);
    expect(trace(training)[0]).toBe('2026-09-01：100 分钟 ÷ 45 = 2 学时（第四条）');
    const recognition = recognise(training, context);
    expect(recognition.outcome === 'accepted' && recognition.lines.map((line) => line.rawHundredths)).toEqual([
      222, 97, 100,
    ]);
  });

  test('11(1): travel counts nothing, in hours or minutes', () => {
    const training = authorityTraining([
      { on: '2026-06-01', hundredths: 400, subject: 'public', travel: true },
      { on: '2026-06-02', minutes: 400, subject: 'public', travel: true },
      { on: '2026-06-03', hundredths: 400, subject: 'public', travel: false },
    ]);
    expect(outcome(training)).toEqual([0, 0, 400]);
    expect(trace(training)[0]).toBe('2026-06-01：在途时间不计入（第十一条第（一）项）');
  });

  test('3, 11(1): an authority training counts by each content, unit training as professional whatever it says', () => {
    const entries = days('2026-06-01', 1, 400, 'public');
    const subjects = [authorityTraining(entries), unitTraining(entries)].map((training) => {
      const recognition = recognise(training, context);
      return recognition.outcome === 'accepted' && recognition.lines[0]?.subject;
    });
    expect(subjects).toEqual(['public', 'professional']);
  });

  test('11(1): the study archive is asked of unit training only', () => {
    const without = { unit: { studyArchive: false } };
    expect(outcome(unitTraining(days('2026-06-01', 1)), without)).toBe('study-archive-missing');
    expect(outcome(authorityTraining(days('2026-06-01', 1)), without)).toEqual([800]);
  });

  test('11(1), 15: of several refusals the first is given: mode, organiser, proof, study archive, date', () => {
    const all = { mode: 'online', organiser: 'company', proof: false } as const;
    const without = { unit: { studyArchive: false } };
    const late = days('2027-06-01', 1);
    expect(outcome(unitTraining(late, all), without)).toBe('not-offline');
    expect(outcome(unitTraining(late, { ...all, mode: 'offline' }), without)).toBe('organiser-not-eligible');
    expect(outcome(unitTraining(late, { proof: false }), without)).toBe('proof-missing');
    expect(outcome(unitTraining(late), without)).toBe('study-archive-missing');
    expect(outcome(unitTraining(late))).toBe('wrong-year');
  });
});

describe('the other forms', () => {
  test('11(2): a course counts what its courseware is labelled', () => {
    expect(outcome(course({ hundredths: 1850 }))).toEqual([1850]);
    expect(trace(course({ hundredths: 1850 }))).toEqual(['课件标定 18.5 学时（第十一条第（二）项）']);
  });

  test('11(3): a conference is eight professional hours, four more with a paper', () => {
    expect(outcome(conference())).toEqual([800]);
    expect(outcome(conference({ presentedPaper: true }))).toEqual([1200]);
    expect(trace(conference({ presentedPaper: true }))).toEqual([
      '学术会议 8 + 报告论文 4 = 12 学时（第十一条第（三）项）',
    ]);
    expect(trace(conference())).toEqual(['学术会议 8 学时（第十一条第（三）项）']);
    expect(recognise(conference(), context)).toMatchObject({
      lines: [{ subject: 'professional', rawHundredths: 800 }],
    });
  });

  test('11(3): provincial, national and international conferences of the own field are accepted', () => {
    expect(outcome(conference({ level: 'municipal', ownField: false }))).toBe('conference-level');
    expect(outcome(conference({ ownField: false }))).toBe('not-own-field');
    expect(outcome(conference({ level: 'national' }))).toEqual([800]);
    expect(outcome(conference({ level: 'international' }))).toEqual([800]);
  });

  test('11(4): lecturing is six times the courseware, in public hours', () => {
    expect(recognise(lecturing({ coursewareHundredths: 150 }), context)).toMatchObject({
      outcome: 'accepted',
      lines: [{ subject: 'public', rawHundredths: 150, hundredths: 900 }],
      trace: ['课件 1.5 学时 × 6 = 9 学时（第十一条第（四）项）'],
    });
    expect(outcome(lecturing({ inCatalogue: false }))).toBe('not-in-catalogue');
  });

  test('11(5): a passed exam of the own profession is sixty professional hours', () => {
    expect(recognise(exam(), context)).toMatchObject({ lines: [{ subject: 'professional', hundredths: 6000 }] });
    expect(outcome(exam({ ownProfession: false, passed: false }))).toBe('not-own-profession');
    expect(outcome(exam({ passed: false }))).toBe('not-passed');
  });

  test('11(6): a recognised bachelor, master or doctor completes the year', () => {
    for (const level of ['bachelor', 'master', 'doctor'] as const) {
      expect(recognise(degree({ level }), context)).toMatchObject({
        outcome: 'accepted',
        deemedComplete: true,
        lines: [],
      });
    }
    expect(outcome(degree({ level: 'junior-college', recognised: false }))).toBe('degree-level');
    expect(outcome(degree({ recognised: false }))).toBe('degree-not-recognised');
  });

  test('11(7): an assessment of qualified or better completes the assessed year', () => {
    const passed = codes(ASSESSMENTS).filter(
      (assessment) => recognise(aid(assessment), context).outcome === 'accepted',
    );
    expect(passed).toEqual(['excellent', 'qualified']);
    expect(recognise(aid('qualified'), context)).toMatchObject({ deemedComplete: true });
    expect(outcome(aid('none'))).toBe('assessment-not-passed');
    expect(outcome(aid('qualified'), { year: 2027 })).toBe('wrong-year');
  });

  test('11(8): a document of a provincial or national authority recognises actual hours', () => {
    expect(outcome(authorityRecognised())).toEqual([500]);
    expect(outcome(authorityRecognised({ document: { number: 'x', level: 'national' } }))).toEqual([500]);
    expect(outcome(authorityRecognised({ document: { number: 'x', level: 'municipal' } }))).toBe('document-level');
    expect(outcome(authorityRecognised({ document: undefined }))).toBe('document-missing');
  });

  test('11(8), 15: a document counts from its own date', () => {
    const issued = (on: string) => authorityRecognised({ document: { number: 'x', level: 'provincial', on } });
    expect(outcome(issued('2026-06-01'))).toEqual([500]);
    expect(outcome(issued('2026-06-02'))).toBe('document-missing');
  });

  test('11(8): credits are converted by the ratio and rounded down', () => {
    const credits = authorityRecognised({ hundredths: undefined, creditsHundredths: 233, ratioHundredths: 333 });
    expect(outcome(credits)).toEqual([775]);
    expect(trace(credits)).toEqual(['2.33 学分 × 3.33 = 7.75 学时（第十一条第（八）项，系统默认解释 D-2）']);
  });

  test('25: nothing is recognised for a year before the measures', () => {
    expect(outcome(course({ on: '2025-06-01' }), { year: 2025 })).toBe('before-measures');
  });
});

describe('the year an activity belongs to', () => {
  test('18: the first and the last day of the year are in it, their neighbours are not', () => {
    const of = (on: string) => outcome(course({ on, hundredths: 1 }));
    expect(['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01'].map(of)).toEqual([
      'wrong-year',
      [1],
      [1],
      'wrong-year',
    ]);
  });

  test('17: make-up study counts from 1 January to the deferral’s last day', () => {
    const of = (on: string) => outcome(course({ on, hundredths: 1, makeUpFor: 2026 }), granted);
    expect(of('2027-01-01')).toEqual([1]);
    expect(of('2027-06-30')).toEqual([1]);
    expect(of('2027-07-01')).toBe('make-up-after-deferral');
    expect(of('2028-01-01')).toBe('make-up-after-deferral');
    expect(of('2025-12-31')).toBe('wrong-year');
    expect(outcome(course({ on: '2027-01-01', makeUpFor: 2026 }))).toBe('make-up-without-deferral');
    expect(outcome(course({ on: '2027-01-01' }), granted)).toBe('wrong-year');
  });

  test('17: no grant reaches beyond the next year’s last day', () => {
    const long = { deferral: { until: '2028-03-31' } };
    expect(outcome(course({ on: '2027-12-31', hundredths: 1, makeUpFor: 2026 }), long)).toEqual([1]);
    expect(outcome(course({ on: '2028-01-01', makeUpFor: 2026 }), long)).toBe('make-up-after-deferral');
  });

  test('17, 18: what is made up for the year before does not count in its own, and the own year is ordinary', () => {
    expect(outcome(course({ makeUpFor: 2025 }))).toBe('wrong-year');
    expect(outcome(course({ makeUpFor: 2027 }))).toBe('wrong-year');
    expect(outcome(course({ makeUpFor: 2026 }))).toEqual([1000]);
    expect(outcome(course({ on: '2027-03-01', makeUpFor: 2026 }), { year: 2027 })).toBe('wrong-year');
  });

  test('17, 11(5), 11(6), 11(7): exams, degrees and aid are never made up', () => {
    for (const activity of [exam, degree]) {
      expect(outcome(activity({ on: '2027-03-01', makeUpFor: 2026 }), granted)).toBe('wrong-year');
      expect(outcome(activity({ on: '2027-03-01', makeUpFor: 2026 }), { year: 2027 })).toBe('wrong-year');
    }
    expect(outcome({ ...aid('qualified'), year: 2027, makeUpFor: 2026 }, granted)).toBe('wrong-year');
    for (const activity of [conference, lecturing, authorityRecognised]) {
      expect(outcome(activity({ on: '2027-03-01', makeUpFor: 2026 }), granted)).not.toBe('wrong-year');
    }
    expect(outcome(unitTraining(days('2027-03-01', 1), { makeUpFor: 2026 }), granted)).toEqual([800]);
  });

  test('18, 11(1): a training is split by day, and its foreign days merely do not count', () => {
    const training = authorityTraining(days('2026-12-30', 4));
    expect(outcome(training)).toEqual([800, 800, 0, 0]);
    expect(outcome(training, { year: 2027 })).toEqual([0, 0, 800, 800]);
    expect(trace(training).at(-1)).toBe('2027-01-02：不计入，不属于本年度');
  });

  test('17, 18: a training of which no day counts is refused with its last day’s code', () => {
    const entries = [...days('2027-07-01', 1), ...days('2027-06-30', 1)];
    expect(outcome(authorityTraining(entries, { makeUpFor: 2026 }), { deferral: { until: '2027-06-29' } })).toBe(
      'make-up-after-deferral',
    );
    const mixed = [...days('2027-07-01', 1), ...days('2025-06-01', 1)];
    expect(outcome(authorityTraining(mixed, { makeUpFor: 2026 }), granted)).toBe('make-up-after-deferral');
    expect(outcome(authorityTraining(mixed, { makeUpFor: 2026 }))).toBe('make-up-without-deferral');
  });
});

test('11: every refusal says what is wrong, what to do, and by which article', () => {
  for (const code of codes(REFUSAL_CODES)) {
    const { message, fix, basis } = refusal(code);
    expect(message).toMatch(/。$/);
    expect(fix).toMatch(/。$/);
    expect(basis.length).toBeGreaterThan(0);
  }
  const refused = recognise(conference({ level: 'municipal' }), context);
  expect(refused).toMatchObject({
    ...refusal('conference-level'),
    trace: ['学术会议级别低于省级。（第十一条第（三）项）'],
  });
});

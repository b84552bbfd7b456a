import { describe, expect, test } from 'vitest';
import type { Activity } from '../../rules/activity.ts';
import { annualYear, coursewareCounted } from '../../rules/annual.ts';
import { compareText } from '../../rules/order.ts';
import { supposing } from '../../rules/parameters.ts';
import {
  authorityRecognised,
  authorityTraining,
  conference,
  counted,
  course,
  days,
  degree,
  exam,
  lecturing,
  named,
  refusedCodes,
  unitTraining,
  yearOfThese,
} from './support/facts.ts';

const totals = (result: ReturnType<typeof yearOfThese>) => [
  result.publicHundredths,
  result.professionalHundredths,
  result.totalHundredths,
];

describe('the day', () => {
  test('11(1): the eighth hour of a day counts, the next hundredth does not', () => {
    expect(counted(yearOfThese(named(authorityTraining(days('2026-06-01', 1, 800)))))).toEqual({ a1: 800 });
    expect(counted(yearOfThese(named(authorityTraining(days('2026-06-01', 1, 801)))))).toEqual({ a1: 800 });
    expect(counted(yearOfThese(named(unitTraining(days('2026-06-01', 1, 801)))))).toEqual({ a1: 800 });
  });

  test('11(1): trainings of one day share it by id, authority before unit, public before professional', () => {
    const shared = yearOfThese([
      { id: 'u', activity: unitTraining(days('2026-06-01', 1, 100)) },
      { id: 'b', activity: authorityTraining(days('2026-06-01', 1, 500)) },
      {
        id: 'a',
        activity: authorityTraining([...days('2026-06-01', 1, 200), ...days('2026-06-01', 1, 200, 'public')]),
      },
      { id: 'z', activity: authorityTraining(days('2026-06-02', 1, 800)) },
    ]);
    expect(counted(shared)).toEqual({ a: 400, b: 400, u: 0, z: 800 });
    const mixed = yearOfThese(
      named(authorityTraining([...days('2026-06-01', 1, 500), ...days('2026-06-01', 1, 500, 'public')])),
    );
    expect(totals(mixed)).toEqual([500, 300, 800]);
  });

  test('11(1): what a unit training lost to the day is not lost to the twenty', () => {
    const result = yearOfThese([
      { id: 'a', activity: authorityTraining(days('2026-06-01', 1)) },
      { id: 'u', activity: unitTraining(days('2026-06-01', 4, 800)) },
    ]);
    expect(counted(result)).toEqual({ a: 800, u: 2000 });
    expect(result.items.find((item) => item.id === 'u')?.notCounted.map((cut) => [cut.cap, cut.hundredths])).toEqual([
      ['training-day', 800],
      ['unit-training-year', 400],
    ]);
  });
});

describe('the year', () => {
  test('11(1): what several limits cut is listed in the order of the limits, not of the days', () => {
    const result = yearOfThese(named(unitTraining([...days('2026-06-01', 3, 800), ...days('2026-06-04', 1, 900)])));
    expect(result.items[0]?.notCounted.map((cut) => [cut.cap, cut.hundredths])).toEqual([
      ['training-day', 100],
      ['unit-training-year', 1200],
    ]);
    expect(result.items[0]?.steps.map((step) => step.hundredths)).toEqual([3300, 3300, 3200, 2000, 2000]);
  });

  test('11(1): the twentieth hour of unit training counts, the twenty-first does not', () => {
    expect(counted(yearOfThese(named(unitTraining(days('2026-06-01', 4, 500)))))).toEqual({ a1: 2000 });
    const over = yearOfThese(named(unitTraining([...days('2026-06-01', 4, 500), ...days('2026-07-01', 1, 100)])));
    expect(counted(over)).toEqual({ a1: 2000 });
    expect(over.items[0]?.notCounted).toEqual([
      {
        hundredths: 100,
        cap: 'unit-training-year',
        basis: ['11(1)'],
        text: '2026-07-01：超出本单位培训年度上限 20 学时的 1 学时不计入（第十一条第（一）项）',
      },
    ]);
  });

  test('11(1): the ninetieth hour of training counts, the ninety-first does not', () => {
    const ninety = [...days('2026-06-01', 11, 800), ...days('2026-07-01', 1, 200)];
    expect(counted(yearOfThese(named(authorityTraining(ninety))))).toEqual({ a1: 9000 });
    expect(counted(yearOfThese(named(authorityTraining([...ninety, ...days('2026-08-01', 1, 100)]))))).toEqual({
      a1: 9000,
    });
  });

  test('4, 11(1): the ninety hold thirty public and sixty professional hours before any surplus', () => {
    const early = authorityTraining(days('2026-01-01', 12, 800, 'public'));
    const late = authorityTraining(days('2026-09-01', 9, 800, 'professional'));
    expect(totals(yearOfThese(named(early)))).toEqual([9000, 0, 9000]);
    expect(totals(yearOfThese(named(early, late)))).toEqual([3000, 6000, 9000]);
    expect(totals(yearOfThese(named(early, authorityTraining(days('2026-09-01', 5, 800)))))).toEqual([
      5000, 4000, 9000,
    ]);
    const professional = authorityTraining(days('2026-01-01', 12, 800));
    expect(totals(yearOfThese(named(professional, authorityTraining(days('2026-09-01', 2, 800, 'public')))))).toEqual([
      1600, 7400, 9000,
    ]);
    expect(totals(yearOfThese(named(professional, authorityTraining(days('2026-09-01', 5, 800, 'public')))))).toEqual([
      3000, 6000, 9000,
    ]);
  });

  test('11(3): the thirtieth conference hour counts, what is over is cut from the later one', () => {
    const paper = (on: string) => conference({ on, presentedPaper: true });
    expect(counted(yearOfThese(named(paper('2026-08-01'), paper('2026-07-01'), paper('2026-06-01'))))).toEqual({
      a1: 600,
      a2: 1200,
      a3: 1200,
    });
    expect(counted(yearOfThese(named(paper('2026-06-01'), paper('2026-06-01'), paper('2026-06-01'))))).toEqual({
      a1: 1200,
      a2: 1200,
      a3: 600,
    });
  });

  test('11(3): conferences are outside the ninety hours of training', () => {
    const result = yearOfThese(named(authorityTraining(days('2026-01-01', 12)), conference({ on: '2026-01-01' })));
    expect(totals(result)).toEqual([0, 9800, 9800]);
  });

  test('11(5): exams are sixty hours a year, however many, and another year has its own', () => {
    const two = named(exam({ on: '2026-11-20' }), exam({ on: '2026-06-20' }));
    expect(counted(yearOfThese(two))).toEqual({ a1: 0, a2: 6000 });
    expect(yearOfThese(two).items[1]).toMatchObject({
      status: 'counted',
      notCounted: [{ cap: 'exam-year', hundredths: 6000 }],
    });
    const lowered = [{ id: 'a', activity: exam({ on: '2026-01-20' }), loweredTo: { 0: 4000 } }, ...two];
    expect(yearOfThese(lowered).totalHundredths).toBe(6000);
  });

  test('11(2), 11(4): a course or courseware counts once, the earlier by date, then by id', () => {
    const result = yearOfThese([
      { id: 'b', activity: course({ on: '2026-06-02' }) },
      { id: 'c', activity: course({ on: '2026-06-01' }) },
      { id: 'd', activity: course({ on: '2026-06-01', course: 'C2' }) },
      { id: 'z', activity: lecturing({ courseware: 'C1' }) },
      { id: 'y', activity: lecturing({ courseware: 'C1' }) },
    ]);
    expect(refusedCodes(result)).toEqual({ b: 'duplicate', z: 'duplicate' });
    expect(counted(result)).toEqual({ b: 0, c: 1000, d: 1000, y: 1200, z: 0 });
  });

  test('11(2): what is refused for another reason does not stand in the way of the same course', () => {
    const result = yearOfThese(named(course({ on: '2025-12-31' }), course({ on: '2026-01-01' })));
    expect(refusedCodes(result)).toEqual({ a1: 'wrong-year' });
    expect(counted(result)).toEqual({ a1: 0, a2: 1000 });
  });

  test('17, 11(2): a course made up for the year is its second time there', () => {
    const twice = named(course(), course({ on: '2027-02-01', makeUpFor: 2026 }));
    expect(refusedCodes(yearOfThese(twice, { deferral: { until: '2027-06-30' } }))).toEqual({ a2: 'duplicate' });
  });

  test('11(2), 11(8): platform courses and authority-recognised forms have no cap', () => {
    const result = yearOfThese(named(course({ hundredths: 20_000 }), authorityRecognised({ hundredths: 20_000 })));
    expect(totals(result)).toEqual([20_000, 20_000, 40_000]);
  });
});

describe('lowering by reviewers', () => {
  test('11: a line is lowered, never raised, and never below nothing', () => {
    const lowered = (to: number) =>
      counted(yearOfThese([{ id: 'a', activity: authorityRecognised(), loweredTo: { 0: to } }])).a;
    expect([499, 500, 501, -1].map(lowered)).toEqual([499, 500, 500, 0]);
  });

  test('11(1): lowering comes before the caps, line by line', () => {
    const result = yearOfThese([
      { id: 'a', activity: authorityTraining(days('2026-06-01', 2, 1000)), loweredTo: { 0: 900, 1: 300 } },
      { id: 'u', activity: unitTraining(days('2026-06-02', 1, 800)) },
    ]);
    expect(counted(result)).toEqual({ a: 1100, u: 500 });
  });

  test('11(3): a lowered conference leaves room for the next', () => {
    const result = yearOfThese([
      { id: 'a', activity: conference({ on: '2026-05-01', presentedPaper: true }), loweredTo: { 0: 800 } },
      { id: 'b', activity: conference({ on: '2026-06-01', presentedPaper: true }) },
      { id: 'c', activity: conference({ on: '2026-07-01', presentedPaper: true }) },
    ]);
    expect(counted(result)).toEqual({ a: 800, b: 1200, c: 1000 });
  });
});

describe('the explanation', () => {
  test('11(1), 11: raw, converted, lowered, capped and counted, each with its hours and words', () => {
    const activity = authorityTraining([
      { on: '2026-06-01', minutes: 500, subject: 'public' },
      ...days('2026-06-02', 1, 900),
    ]);
    const item = yearOfThese([{ id: 'a', activity, loweredTo: { 0: 1000 } }]).items[0];
    expect(item?.steps).toEqual([
      { step: 'raw', hundredths: 2011, basis: ['11(1)'], text: '填报 20.11 学时' },
      {
        step: 'converted',
        hundredths: 2000,
        basis: ['11(1)'],
        text: '2026-06-01：500 分钟 ÷ 45 = 11 学时（第四条）；2026-06-02：9 学时（第十一条第（一）项）',
      },
      { step: 'converted', hundredths: 1900, basis: ['11'], text: '审核核减 1 学时，核定 19 学时（第十一条）' },
      {
        step: 'capped',
        hundredths: 1600,
        basis: ['11(1)'],
        cap: 'training-day',
        text: '2026-06-01、2026-06-02：超出线下培训每天学时上限 8 学时的 3 学时不计入（第十一条第（一）项）',
      },
      { step: 'counted', hundredths: 1600, basis: ['11(1)'], text: '计入 16 学时（第十一条第（一）项）' },
    ]);
    expect(item).toMatchObject({ countedHundredths: 1600, publicHundredths: 800, professionalHundredths: 800 });
  });

  test('18: days of another year are listed as not counted, and are no cap of this one', () => {
    const item = yearOfThese(named(authorityTraining(days('2026-12-31', 2)))).items[0];
    expect(item?.notCounted).toEqual([
      { hundredths: 800, cap: 'other-year', basis: ['18'], text: '2027-01-01：8 学时不计入，不属于本年度' },
    ]);
    expect(item?.steps.map((step) => [step.step, step.hundredths])).toEqual([
      ['raw', 1600],
      ['converted', 800],
      ['counted', 800],
    ]);
  });

  test('11(1), 11(3), 11(5): what is left under each cap of the year', () => {
    const result = yearOfThese(
      named(unitTraining(days('2026-06-01', 3, 400)), authorityTraining(days('2026-07-01', 2)), conference(), exam()),
    );
    const shown = result.caps.map(({ cap, usedHundredths, leftHundredths, basis }) => [
      cap,
      usedHundredths,
      leftHundredths,
      ...basis,
    ]);
    expect(shown).toEqual([
      ['unit-training-year', 1200, 800, '11(1)'],
      ['training-year', 2800, 6200, '11(1)'],
      ['conference-year', 800, 2200, '11(3)'],
      ['exam-year', 6000, 0, '11(5)'],
    ]);
    expect(result.caps[0]?.text).toBe('本单位培训年度上限 20 学时，已用 12 学时，还可计 8 学时（第十一条第（一）项）');
  });

  test('11(3), 11(5): a cap is filled by date, whatever was recognised first; on one day by id', () => {
    const paper = (on: string) => conference({ on, presentedPaper: true });
    const late = { id: 'late', activity: paper('2026-09-01') };
    const early = { id: 'early', activity: paper('2026-03-01') };
    const middle = { id: 'middle', activity: paper('2026-06-01') };
    expect(counted(yearOfThese([late, early, middle]))).toEqual({ early: 1200, middle: 1200, late: 600 });
    const sameDay = (id: string) => ({ id, activity: paper('2026-06-01') });
    expect(counted(yearOfThese([sameDay('c'), sameDay('a'), sameDay('b')]))).toEqual({ a: 1200, b: 1200, c: 600 });
    const exams = [
      { id: 'second', activity: exam({ on: '2026-10-01' }) },
      { id: 'first', activity: exam({ on: '2026-05-01' }) },
    ];
    expect(counted(yearOfThese(exams))).toEqual({ first: 6000, second: 0 });
  });

  test('4: the year says its sum and what it lacks', () => {
    expect(yearOfThese(named(course(), authorityRecognised())).trace).toEqual([
      '公需科目 10 学时 + 专业科目 5 学时 = 15 学时',
      '还差 75 学时（公需科目 20 学时，专业科目 55 学时），申报截至 2027-03-31（第四条，系统默认解释 D-10）',
    ]);
  });

  test('the items stand in the order of their first day, then their id', () => {
    const result = yearOfThese([
      { id: 'b', activity: authorityTraining([...days('2026-06-05', 1), ...days('2026-06-01', 1)]) },
      { id: 'c', activity: conference({ on: '2026-06-02' }) },
      { id: 'a', activity: conference({ on: '2026-06-02' }) },
    ]);
    expect(result.items.map((item) => item.id)).toEqual(['b', 'a', 'c']);
  });

  test('ids are ordered by code points, not by UTF-16 units', () => {
    expect(['\u{1F600}', '\uFF21', 'b', 'a', 'ab', ''].sort(compareText)).toEqual([
      '',
      'a',
      'ab',
      'b',
      '\uFF21',
      '\u{1F600}',
    ]);
    expect(compareText('a\u{1F600}b', 'a\u{1F600}b')).toBe(0);
    expect(compareText('\u{1F600}a', '\u{1F600}b')).toBeLessThan(0);
  });
});

describe('cancelled, deemed and ungoverned years', () => {
  const fraud = { findings: [{ kind: 'fraud' as const, effectiveOn: '2026-12-01' }] };

  test('21: a cancelled year counts nothing, keeps its refusals and says why', () => {
    const result = yearOfThese(named(degree(), course(), conference({ level: 'municipal' })), {
      ...fraud,
      asOf: '2026-12-01',
    });
    expect(totals(result)).toEqual([0, 0, 0]);
    expect(result).toMatchObject({
      verdict: 'cancelled',
      basis: ['21'],
      missing: { public: 3000, professional: 6000, total: 9000 },
    });
    expect(refusedCodes(result)).toEqual({ a3: 'conference-level' });
    const item = result.items.find((one) => one.id === 'a2');
    expect(item).toMatchObject({
      status: 'counted',
      countedHundredths: 0,
      publicHundredths: 0,
      professionalHundredths: 0,
      deemedComplete: false,
    });
    expect(item?.notCounted).toMatchObject([
      { cap: 'cancelled', hundredths: 1000, text: '本年度学时取消，10 学时不计入（第二十一条）' },
    ]);
    expect(item?.steps.at(-1)).toMatchObject({ step: 'counted', hundredths: 0, basis: ['21'] });
    expect(result.caps.every((cap) => cap.leftHundredths === 0 && cap.usedHundredths === 0)).toBe(true);
  });

  test('21: the day before the finding nothing is cancelled', () => {
    expect(yearOfThese(named(degree(), course()), { ...fraud, asOf: '2026-11-30' })).toMatchObject({
      verdict: 'deemed-complete',
      totalHundredths: 1000,
    });
  });

  test('11(6): a deemed year lacks nothing, and its hours stay what they are', () => {
    expect(yearOfThese(named(degree(), course()))).toMatchObject({
      verdict: 'deemed-complete',
      totalHundredths: 1000,
      missing: { public: 0, professional: 0, total: 0 },
    });
  });

  test('25: a year before the measures refuses everything and is never called unqualified', () => {
    const result = annualYear({
      year: 2025,
      asOf: '2026-12-31',
      unit: { studyArchive: true },
      activities: named(course({ on: '2025-06-01' })),
    });
    expect(refusedCodes(result)).toEqual({ a1: 'before-measures' });
    expect(result).toMatchObject({ verdict: 'in-progress', totalHundredths: 0, caps: [], basis: ['25'] });
  });

  test('11(1): the study archive of the day of recognition goes before that of the year', () => {
    const activity = unitTraining(days('2026-06-01', 1));
    const unit = { studyArchive: false };
    expect(counted(yearOfThese([{ id: 'a', activity, unit: { studyArchive: true } }], { unit }))).toEqual({ a: 800 });
    expect(refusedCodes(yearOfThese([{ id: 'a', activity, unit }]))).toEqual({ a: 'study-archive-missing' });
    expect(refusedCodes(yearOfThese([{ id: 'a', activity }], { unit }))).toEqual({ a: 'study-archive-missing' });
  });
});

describe('a courseware through the years', () => {
  const lectured = [{ id: 'a', activity: lecturing({ courseware: '职业道德（第2讲）', coursewareHundredths: 100 }) }];

  test('11(4): what counted in an earlier year counts in none after, however it is typed', () => {
    const earlier = yearOfThese(lectured);
    expect(counted(earlier)).toEqual({ a: 600 });
    const keys = coursewareCounted(earlier, lectured);
    const later = [{ id: 'b', activity: lecturing({ on: '2027-03-01', courseware: '职业道德 第２讲' }) }];
    const year = { year: 2027, asOf: '2027-12-31' };
    expect(refusedCodes(yearOfThese(later, { ...year, countedEarlier: keys }))).toEqual({ b: 'duplicate' });
    expect(counted(yearOfThese(later, year))).toEqual({ b: expect.any(Number) });
  });

  test('11(4): one that was refused in an earlier year takes nothing from a later one', () => {
    const refused = [{ id: 'a', activity: lecturing({ inCatalogue: false }) }];
    expect(coursewareCounted(yearOfThese(refused), refused)).toEqual([]);
  });
});

describe('the law supposed otherwise', () => {
  const NOTHING = { year: 2026, asOf: '2027-01-15', unit: { studyArchive: true } };
  const did = [
    { id: 'a', activity: conference({ presentedPaper: true }) },
    { id: 'b', activity: exam() },
  ];

  test('24: only the figures named change, for each of them', () => {
    expect(annualYear({ ...NOTHING, activities: did }, supposing({}))).toEqual(
      annualYear({ ...NOTHING, activities: did }),
    );
    const of = (values: Parameters<typeof supposing>[0]) =>
      counted(annualYear({ ...NOTHING, activities: did }, supposing(values)));
    expect(of({ conferenceHours: 600 })).toEqual({ a: 1000, b: 6000 });
    expect(of({ conferencePaperHours: 0 })).toEqual({ a: 800, b: 6000 });
    expect(of({ conferenceYearCap: 500 })).toEqual({ a: 500, b: 6000 });
    expect(of({ examHours: 4000 })).toEqual({ a: 1200, b: 4000 });
    expect(of({ examYearCap: 3000 })).toEqual({ a: 1200, b: 3000 });
  });

  test('24: trainings, lecturing, minutes and what a year needs follow the supposed figures', () => {
    const of = (activity: Activity, values: Parameters<typeof supposing>[0]) =>
      counted(annualYear({ ...NOTHING, activities: [{ id: 'a', activity }] }, supposing(values)))['a'];
    expect(of(authorityTraining(days('2026-06-01', 2)), { trainingDayCap: 600 })).toBe(1200);
    expect(of(authorityTraining(days('2026-06-01', 2)), { trainingYearCap: 1000 })).toBe(1000);
    expect(of(unitTraining(days('2026-06-01', 2)), { unitTrainingYearCap: 900 })).toBe(900);
    expect(of(unitTraining(days('2026-06-01', 2)), { trainingDayCapWithUnit: 300 })).toBe(600);
    expect(of(lecturing({ coursewareHundredths: 100 }), { lecturingFactor: 4 })).toBe(400);
    const minutes = authorityTraining([{ on: '2026-06-01', subject: 'public', minutes: 90 }]);
    expect(of(minutes, { minutesPerHour: 30 })).toBe(300);
    const needs = { annualTotal: 1200, annualPublic: 0, annualProfessional: 1200 };
    expect(annualYear({ ...NOTHING, activities: did }, supposing(needs)).verdict).toBe('qualified');
  });
});

import { expect, test } from 'vitest';
import type { Declaration } from '../../rules/activity.ts';
import { firstDay, identityOf, onceOnlyKey } from '../../rules/duplicates.ts';
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

const same = (a: Declaration, b: Declaration) => identityOf(a) === identityOf(b);

test('11: a title typed in other width, case, spacing or punctuation is the same title', () => {
  const titled = (title: string) => ({ ...conference(), title });
  expect(same(titled('第5届 ICU 论坛（宜昌）'), titled('第５届icu论坛(宜昌)'))).toBe(true);
  expect(same(titled('C++ 论坛'), titled('C# 论坛'))).toBe(false);
  expect(same(titled('甲'), titled('乙'))).toBe(false);
  expect(same(conference(), titled(' '))).toBe(true);
});

test('11(1): a training is known by its first day and title, whatever its hours, days’ order or make-up', () => {
  const training = { ...authorityTraining(days('2026-06-01', 2)), title: '培训' };
  expect(
    same(training, {
      ...authorityTraining([...days('2026-06-02', 1, 100), ...days('2026-06-01', 1, 300, 'public')]),
      title: '培训',
    }),
  ).toBe(true);
  expect(same(training, { ...training, makeUpFor: 2025 })).toBe(true);
  expect(same(training, { ...authorityTraining(days('2026-06-02', 2)), title: '培训' })).toBe(false);
  expect(same(training, { ...unitTraining(days('2026-06-01', 2)), title: '培训' })).toBe(false);
  expect(firstDay(authorityTraining([]))).toBe('');
});

test('11: each form is known by its key facts', () => {
  expect(same(course({ on: '2026-01-01' }), course({ on: '2026-12-31' }))).toBe(true);
  expect(same(course({ on: '2026-12-31' }), course({ on: '2027-01-01' }))).toBe(false);
  expect(same(course(), course({ course: 'C2' }))).toBe(false);
  expect(same(conference(), conference({ presentedPaper: true }))).toBe(true);
  expect(same(conference(), conference({ on: '2026-06-02' }))).toBe(false);
  expect(same(exam(), exam({ on: '2026-06-02' }))).toBe(false);
  expect(same(lecturing(), lecturing({ on: '2027-06-01' }))).toBe(true);
  expect(same(lecturing(), lecturing({ courseware: 'K2' }))).toBe(false);
  expect(same(degree(), degree({ level: 'master' }))).toBe(false);
  expect(same(degree(), degree({ on: '2026-06-02' }))).toBe(false);
  expect(same({ ...degree(), title: '法学' }, { ...degree(), title: '医学' })).toBe(false);
  expect(same(aid('qualified'), aid('excellent'))).toBe(true);
  expect(same(aid('qualified'), { ...aid('qualified'), region: 'foreign' })).toBe(false);
  expect(same(aid('qualified'), { ...aid('qualified'), year: 2027 })).toBe(false);
  const numbered = (number: string) => authorityRecognised({ document: { number, level: 'provincial' } });
  expect(same(numbered('鄂卫发〔2026〕8号'), numbered('鄂卫发[2026]8号'))).toBe(true);
  expect(same(numbered('鄂卫发〔2026〕8号'), numbered('鄂卫发〔2026〕9号'))).toBe(false);
  expect(same(authorityRecognised(), authorityRecognised({ on: '2026-06-02' }))).toBe(false);
  expect(identityOf(authorityRecognised({ document: undefined }))).toBe('authority-recognised|2026-06-01||');
});

test('11(2), 11(4): only courses and coursewares count once a year by themselves', () => {
  expect(onceOnlyKey(course())).not.toBe(onceOnlyKey(course({ course: 'C2' })));
  expect(onceOnlyKey(course({ course: 'K1' }))).not.toBe(onceOnlyKey(lecturing({ courseware: 'K1' })));
  const others = [
    authorityTraining([]),
    unitTraining([]),
    conference(),
    exam(),
    degree(),
    aid('none'),
    authorityRecognised(),
  ];
  expect(others.map(onceOnlyKey)).toEqual(others.map(() => undefined));
});

test('11(4): a courseware is one courseware however its name is typed; a course is known by its exact code', () => {
  const key = (courseware: string) => onceOnlyKey(lecturing({ courseware }));
  expect(key('职业道德　（第２讲）')).toBe(key('职业道德(第2讲)'));
  expect(key('职业道德 第2讲')).not.toBe(key('职业道德 第3讲'));
  expect(key('——')).not.toBe(key('……'));
  expect(onceOnlyKey(course({ course: 'C-1.1' }))).not.toBe(onceOnlyKey(course({ course: 'C-11' })));
});

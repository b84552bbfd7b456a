import { expect, test } from 'vitest';
import type { Day, Declaration } from '../../rules/activity.ts';
import { claimYear, claimYears, correctionDueAt, isSameClaim, stageDueOn } from '../../rules/deadlines.ts';
import { declarable } from '../../rules/declarable.ts';
import { aid, authorityTraining, conference, course, days, exam, unitTraining } from './support/facts.ts';

const code = (declaration: Declaration, today: Day = '2026-11-23', until?: Day) =>
  declarable(declaration, today, until === undefined ? undefined : { until })?.code;

test('14, 11(2): a platform course is registered by the system and not declared', () => {
  expect(code(course())).toBe('not-declarable');
});

test('25: a year before 2026 is refused with that reason and the cure', () => {
  expect(declarable(conference({ on: '2025-12-31' }), '2026-11-23')).toMatchObject({
    code: 'before-measures',
    message: '2026年以前的年度不适用本办法，不予受理。',
    basis: ['25'],
  });
  expect(code(conference({ on: '2026-01-01' }))).toBeUndefined();
  expect(code({ ...aid('qualified'), year: 2025 })).toBe('before-measures');
  expect(code(conference({ on: '2026-01-01', makeUpFor: 2025 }))).toBe('before-measures');
});

test('25, 18: a training that reaches into 2026 may be declared', () => {
  expect(code(authorityTraining(days('2025-12-31', 2)))).toBeUndefined();
  expect(code(authorityTraining(days('2025-12-30', 2)))).toBe('before-measures');
});

test('11: what lies ahead is not declared; today’s is', () => {
  expect(code(conference({ on: '2026-11-23' }))).toBeUndefined();
  expect(code(conference({ on: '2026-11-24' }))).toBe('future-date');
  expect(code(authorityTraining(days('2026-11-23', 2)))).toBe('future-date');
  expect(code({ ...aid('qualified'), year: 2026 })).toBeUndefined();
  expect(code({ ...aid('qualified'), year: 2027 })).toBe('future-date');
});

test('4: a year’s claims are taken on 31 March and no more on 1 April', () => {
  expect(code(conference(), '2027-03-31')).toBeUndefined();
  expect(code(conference(), '2027-04-01')).toBe('claims-closed');
  expect(code({ ...aid('qualified') }, '2027-04-01')).toBe('claims-closed');
  expect(code(conference({ makeUpFor: 2026 }), '2027-04-01')).toBe('claims-closed');
});

test('18, 4: a training across new year carries no days of a closed year in with open ones', () => {
  const training = authorityTraining(days('2026-12-31', 2));
  expect(code(training, '2027-03-31')).toBeUndefined();
  expect(code(training, '2027-04-01')).toBe('claims-closed');
  expect(code(authorityTraining(days('2025-12-31', 2)), '2027-03-31')).toBeUndefined();
});

test('4, 14: a correction is late or in time by the day of its first submission, and ahead by today', () => {
  const corrected = (firstSubmittedOn: Day, on: Day = '2026-09-12') =>
    declarable(conference({ on }), '2027-04-20', undefined, firstSubmittedOn)?.code;
  expect(corrected('2027-03-31')).toBeUndefined();
  expect(corrected('2027-04-01')).toBe('claims-closed');
  expect(corrected('2027-03-31', '2027-04-20')).toBeUndefined();
  expect(corrected('2027-03-31', '2027-04-21')).toBe('future-date');
});

test('14: a correction stays the claim it was: its form, and the years it is for', () => {
  const training = authorityTraining(days('2026-12-31', 2));
  expect(isSameClaim(training, authorityTraining(days('2026-12-30', 3)))).toBe(true);
  expect(isSameClaim(training, authorityTraining(days('2026-12-30', 2)))).toBe(false);
  expect(isSameClaim(training, authorityTraining(days('2027-12-31', 2)))).toBe(false);
  expect(isSameClaim(authorityTraining(days('2026-12-30', 2)), training)).toBe(false);
  const twoYearsLater = [...days('2026-12-31', 1), ...days('2028-01-01', 1)];
  expect(isSameClaim(training, authorityTraining(twoYearsLater))).toBe(false);
  expect(isSameClaim(conference(), conference({ on: '2026-01-02' }))).toBe(true);
  expect(isSameClaim(conference(), exam())).toBe(false);
  expect(isSameClaim(conference(), conference({ on: '2027-01-02' }))).toBe(false);
});

test('17: make-up study is declared until the deferral’s last day, also after claims closed', () => {
  const madeUp = unitTraining(days('2027-05-01', 1), { makeUpFor: 2026 });
  expect(code(madeUp, '2027-06-30', '2027-06-30')).toBeUndefined();
  expect(code(madeUp, '2027-07-01', '2027-06-30')).toBe('make-up-after-deferral');
  expect(code(madeUp, '2027-12-31', '2028-06-30')).toBeUndefined();
  expect(code(madeUp, '2028-01-01', '2028-06-30')).toBe('make-up-after-deferral');
  expect(code(madeUp, '2027-05-02')).toBe('make-up-without-deferral');
});

test('17, 18: a year that the day can neither belong to nor make up is the wrong one', () => {
  expect(code(conference({ makeUpFor: 2027 }))).toBe('wrong-year');
  expect(code(conference({ on: '2028-01-01', makeUpFor: 2026 }), '2028-01-02', '2027-12-31')).toBe('wrong-year');
  expect(code(exam({ on: '2027-01-10', makeUpFor: 2026 }), '2027-01-11', '2027-12-31')).toBe('wrong-year');
  expect(code(exam({ makeUpFor: 2026 }))).toBeUndefined();
});

test('14: a first review has ten working days, re-review and filing fifteen, from the day after', () => {
  expect(stageDueOn('first-review', '2026-11-23')).toEqual({ dueOn: '2026-12-07', calendar: 'cn-2026.1' });
  expect(stageDueOn('re-review', '2026-11-23').dueOn).toBe('2026-12-14');
  expect(stageDueOn('filing', '2026-11-23').dueOn).toBe('2026-12-14');
  expect(stageDueOn('first-review', '2026-12-28').calendar).toBe('cn-2026.1+weekends-only:2027');
});

test('14: a correction ends at 24:00 in Shanghai of its fifteenth working day', () => {
  expect(correctionDueAt('2026-11-23')).toBe('2026-12-14T16:00:00.000Z');
});

test('18, 25: a claim is for the governed years of its days, and filed under the first', () => {
  expect(claimYears(authorityTraining(days('2026-12-31', 2)))).toEqual([2026, 2027]);
  expect(claimYears(authorityTraining([...days('2027-01-01', 1), ...days('2025-12-31', 2)]))).toEqual([2026, 2027]);
  expect(claimYear(conference({ on: '2027-02-01', makeUpFor: 2026 }))).toBe(2026);
  expect(claimYear(conference({ on: '2025-02-01' }))).toBeNull();
});

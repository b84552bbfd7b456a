import { describe, expect, test } from 'vitest';
import { missingHours, type VerdictFacts, verdictOf } from '../../rules/verdict.ts';

const hours = (publicHundredths: number, professionalHundredths: number) => ({
  publicHundredths,
  professionalHundredths,
  totalHundredths: publicHundredths + professionalHundredths,
});

const verdict = (change: Partial<VerdictFacts>) =>
  verdictOf({ year: 2026, asOf: '2027-01-15', hours: hours(0, 0), deemedBy: [], ...change }).value;

describe('verdict', () => {
  test('4: thirty public and sixty professional hours qualify, a hundredth less of either does not', () => {
    expect(verdict({ hours: hours(3000, 6000) })).toBe('qualified');
    expect(verdict({ hours: hours(2999, 9000) })).toBe('in-progress');
    expect(verdict({ hours: hours(9000, 5999) })).toBe('in-progress');
  });

  test('4: the total is needed besides both subjects', () => {
    expect(missingHours(2026, { ...hours(3000, 6000), totalHundredths: 8999 })).toEqual({
      public: 0,
      professional: 0,
      total: 1,
    });
  });

  test('4: a surplus of one subject does not stand in for the other in what is missing', () => {
    expect(missingHours(2026, hours(2900, 10_000))).toEqual({ public: 100, professional: 0, total: 100 });
    expect(missingHours(2026, hours(0, 0))).toEqual({ public: 3000, professional: 6000, total: 9000 });
    expect(missingHours(2026, hours(3000, 6000))).toEqual({ public: 0, professional: 0, total: 0 });
  });

  test('4: claims are taken until 31 March; from 1 April the year is unqualified', () => {
    expect(verdict({ asOf: '2027-03-31' })).toBe('in-progress');
    expect(verdict({ asOf: '2027-04-01' })).toBe('unqualified');
    expect(verdict({ asOf: '2026-01-01' })).toBe('in-progress');
  });

  test('17: a granted deferral holds through its last day, before the year’s end too', () => {
    const deferral = { until: '2027-09-30' };
    expect(verdict({ deferral, asOf: '2026-06-01' })).toBe('deferred');
    expect(verdict({ deferral, asOf: '2027-09-30' })).toBe('deferred');
    expect(verdict({ deferral, asOf: '2027-10-01' })).toBe('unqualified');
  });

  test('17: a deferral that ends before claims close leaves the year open until then', () => {
    const deferral = { until: '2027-01-31' };
    expect(verdict({ deferral, asOf: '2027-01-31' })).toBe('deferred');
    expect(verdict({ deferral, asOf: '2027-02-01' })).toBe('in-progress');
    expect(verdict({ deferral, asOf: '2027-04-01' })).toBe('unqualified');
  });

  test('17: twelve months after the year’s end every deferral is over', () => {
    const deferral = { until: '2028-06-30' };
    expect(verdict({ deferral, asOf: '2027-12-31' })).toBe('deferred');
    expect(verdict({ deferral, asOf: '2028-01-01' })).toBe('unqualified');
  });

  test('17, 4: hours made up in time qualify while the deferral runs', () => {
    expect(verdict({ deferral: { until: '2027-09-30' }, hours: hours(3000, 6000) })).toBe('qualified');
  });

  test('21: a finding goes before everything from its day on', () => {
    const findings = [{ kind: 'fraud' as const, effectiveOn: '2027-01-15' }];
    const facts = {
      findings,
      deemedBy: ['11(6)'] as const,
      hours: hours(3000, 6000),
      deferral: { until: '2027-09-30' },
    };
    expect(verdict(facts)).toBe('cancelled');
    expect(verdict({ ...facts, asOf: '2027-01-14' })).toBe('deemed-complete');
    expect(verdict({ ...facts, findings: [] })).toBe('deemed-complete');
  });

  test('11(6), 11(7): deemed complete goes before qualified', () => {
    expect(verdict({ deemedBy: ['11(6)'], hours: hours(3000, 6000) })).toBe('deemed-complete');
  });

  test('4, 17, 21: every verdict cites its article and says why in Chinese', () => {
    const of = (change: Partial<VerdictFacts>) =>
      verdictOf({ year: 2026, asOf: '2027-04-01', hours: hours(1000, 500), deemedBy: [], ...change });
    expect(of({})).toEqual({
      value: 'unqualified',
      basis: ['4'],
      trace: [
        '还差 75 学时（公需科目 20 学时，专业科目 55 学时），申报已于 2027-03-31 截止（第四条，系统默认解释 D-10）',
      ],
    });
    expect(of({ deferral: { until: '2027-06-30' } })).toEqual({
      value: 'deferred',
      basis: ['17'],
      trace: ['已批准顺延，最后一天 2027-06-30，还差 75 学时（公需科目 20 学时，专业科目 55 学时）（第十七条）'],
    });
    expect(of({ hours: hours(3000, 6000) })).toEqual({
      value: 'qualified',
      basis: ['4'],
      trace: ['公需科目 30 学时，专业科目 60 学时，合计 90 学时，达到年度要求（第四条）'],
    });
    expect(of({ findings: [{ kind: 'fraud', effectiveOn: '2026-01-01' }] })).toMatchObject({ basis: ['21'] });
    expect(of({ deemedBy: ['11(6)'] })).toEqual({
      value: 'deemed-complete',
      basis: ['11(6)'],
      trace: ['视为完成当年度继续教育学时（第十一条第（六）项）'],
    });
    expect(of({ deemedBy: ['11(7)'] })).toMatchObject({ basis: ['11(7)'] });
  });

  test('17: only a year whose deferral lapsed is unqualified by Art. 17', () => {
    const of = (change: Partial<VerdictFacts>) =>
      verdictOf({ year: 2026, asOf: '2027-12-31', hours: hours(1000, 500), deemedBy: [], ...change });
    expect(of({})).toMatchObject({ value: 'unqualified', basis: ['4'] });
    const lapsed = of({ deferral: { until: '2027-06-30' } });
    expect(lapsed).toMatchObject({ value: 'unqualified', basis: ['4', '17'] });
    expect(lapsed.trace.at(-1)).toBe('顺延已于 2027-06-30 到期，逾期未完成（第十七条）');
  });
});

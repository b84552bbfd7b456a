import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annualYear } from '../../rules/annual.ts';
import {
  certificateNumber,
  endOfCertificate,
  groupedCode,
  maskedName,
  mayBeCertified,
  readCode,
  type Statement,
  statementOf,
  verificationCode,
} from '../../rules/certificate.ts';

const HOLDER = { name: '张三丰', idNumberMasked: '420***********1234', employerName: '市第一医院' };
const ISSUE = { number: '2026-420500-00000001', on: '2026-12-01' };

const platform = (id: string, subject: 'public' | 'professional', hundredths: number) => ({
  id,
  activity: { form: 'platform-course', on: '2026-06-01', course: id, hundredths, subject } as const,
});
const degree = {
  id: 'degree',
  activity: { form: 'degree', on: '2026-07-01', level: 'master', recognised: true } as const,
};
type Given = Parameters<typeof annualYear>[0]['activities'];
const yearOf = (activities: Given, rest: { asOf?: string; fraud?: boolean; deferred?: boolean } = {}) =>
  annualYear({
    year: 2026,
    asOf: rest.asOf ?? '2026-12-01',
    unit: { studyArchive: true },
    activities,
    ...(rest.deferred && { deferral: { until: '2027-06-30' } }),
    ...(rest.fraud && { findings: [{ kind: 'fraud', effectiveOn: '2026-11-01' }] }),
  });
const COMPLETE = [platform('a', 'public', 3000), platform('b', 'professional', 6000)];
const certified = (activities: Given): Statement => {
  const statement = statementOf(yearOf(activities), HOLDER, ISSUE);
  if (statement === null) throw new Error('no certificate');
  return statement;
};

describe('when', () => {
  test('16: ninety hours with thirty public and sixty professional give a certificate, a hundredth less gives none', () => {
    expect(mayBeCertified(yearOf(COMPLETE))).toMatchObject({ value: true, basis: ['16', '4'] });
    const short = yearOf([platform('a', 'public', 3000), platform('b', 'professional', 5999)]);
    expect(mayBeCertified(short)).toMatchObject({
      value: false,
      trace: ['进行中，还差 0.01 学时（专业科目 0.01 学时）'],
    });
    expect(statementOf(short, HOLDER, ISSUE)).toBeNull();
  });

  test('16, 11(6): a year deemed complete by a degree has one without hours, and says by which item', () => {
    expect(mayBeCertified(yearOf([degree])).basis).toEqual(['16', '11(6)']);
    expect(certified([degree])).toMatchObject({
      verdict: 'deemed-complete',
      totalHundredths: 0,
      forms: [{ form: 'degree', deemed: true }],
    });
  });

  test('16, 21: a cancelled year has none, whatever was counted', () => {
    const ruling = mayBeCertified(yearOf([...COMPLETE, degree], { fraud: true }));
    expect(ruling).toMatchObject({ value: false, basis: ['21'] });
  });

  test('16, 17: a deferred or unqualified year has none', () => {
    expect(mayBeCertified(yearOf([], { deferred: true })).value).toBe(false);
    expect(mayBeCertified(yearOf([], { asOf: '2027-04-01' })).value).toBe(false);
  });
});

describe('what', () => {
  test('16: hours are stated by subject and by form in the law’s order, and forms add up to the total', () => {
    const statement = certified([
      ...COMPLETE,
      platform('c', 'professional', 150),
      {
        id: 'conference',
        activity: {
          form: 'academic-conference',
          on: '2026-03-01',
          level: 'national',
          ownField: true,
          presentedPaper: false,
        },
      },
    ]);
    expect(statement.forms).toEqual([
      { form: 'platform-course', publicHundredths: 3000, professionalHundredths: 6150, deemed: false },
      { form: 'academic-conference', publicHundredths: 0, professionalHundredths: 800, deemed: false },
    ]);
    expect(statement.totalHundredths).toBe(9950);
  });

  test('16: it ends when the year’s hours or the holder change, and not when only the employer does', () => {
    const statement = certified(COMPLETE);
    expect(endOfCertificate(statement, yearOf(COMPLETE), HOLDER)).toBeNull();
    expect(endOfCertificate(statement, yearOf(COMPLETE), { ...HOLDER, employerName: '别处' })).toBeNull();
    expect(endOfCertificate(statement, yearOf(COMPLETE), { ...HOLDER, name: '张三豐' })).toBe('holder-changed');
    const more = yearOf([...COMPLETE, platform('c', 'public', 1)]);
    expect(endOfCertificate(statement, more, HOLDER)).toBe('hours-changed');
    expect(endOfCertificate(statement, yearOf(COMPLETE.slice(1)), HOLDER)).toBe('no-longer-complete');
  });

  test('16: the same hours by other forms are another certificate', () => {
    const conference = {
      id: 'x',
      activity: {
        form: 'academic-conference',
        on: '2026-03-01',
        level: 'national',
        ownField: true,
        presentedPaper: false,
      } as const,
    };
    const statement = certified([...COMPLETE, platform('c', 'professional', 800)]);
    expect(endOfCertificate(statement, yearOf([...COMPLETE, conference]), HOLDER)).toBe('hours-changed');
  });

  test('21: fraud ends it first', () => {
    expect(endOfCertificate(certified(COMPLETE), yearOf(COMPLETE, { fraud: true }), HOLDER)).toBe('fraud');
  });
});

describe('names', () => {
  test('16: a number says year, region and running number', () => {
    expect(certificateNumber({ year: 2026, regionCode: '420502', sequence: 123 })).toBe('2026-420502-00000123');
  });

  test('16: a code has a hundred bits, and is read back however it was typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const code = verificationCode(bytes);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{20}$/);
        const lookalikes = code.replaceAll('0', 'o').replaceAll('1', 'l');
        expect(readCode(` ${groupedCode(lookalikes).toLowerCase()} `)).toBe(code);
      }),
    );
    // Every one of the hundred bits changes the code.
    const codes = new Set(
      Array.from({ length: 100 }, (_, bit) =>
        verificationCode(
          Uint8Array.from({ length: 20 }, (__, at) => (at === Math.floor(bit / 5) ? 1 << (bit % 5) : 0)),
        ),
      ),
    );
    expect(codes.size).toBe(100);
    expect(() => verificationCode(new Uint8Array(19))).toThrow(RangeError);
  });

  test('16: what can be no code is none', () => {
    const bad = ['', 'A'.repeat(19), 'A'.repeat(21), `U${'A'.repeat(19)}`, '张'.repeat(20), 'A'.repeat(9999)];
    expect(bad.map(readCode)).toEqual(bad.map(() => null));
  });

  test('16: a name is masked sign by sign, also one outside the basic plane', () => {
    expect(['张三', '张三丰', '欧阳静怡', '𠮷田𠮷', '李', ''].map(maskedName)).toEqual([
      '张*',
      '张*丰',
      '欧**怡',
      '𠮷*𠮷',
      '*',
      '*',
    ]);
  });
});

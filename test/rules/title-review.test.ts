import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ReviewedYear, type ReviewFacts, reviewStanding } from '../../rules/title-review.ts';
import { codes, VERDICTS, type Verdict } from '../../rules/vocabulary.ts';

const yearOf = (verdict: Verdict, year = 2026): ReviewedYear => ({
  year,
  verdict,
  totalHundredths: 9000,
  basis: ['4'],
});
const ask = (years: readonly ReviewedYear[], rest: Partial<ReviewFacts> = {}) =>
  reviewStanding({ kind: 'title-review', years, extensionYears: 0, dishonestUntil: null, ...rest });

describe('whether the years meet the condition', () => {
  test.each([
    ['qualified', 'qualified'],
    ['deemed-complete', 'qualified'],
    ['deferred', 'open'],
    ['in-progress', 'open'],
    ['unqualified', 'not-qualified'],
    ['cancelled', 'not-qualified'],
  ] as const)('5: a year that is %s gives %s', (verdict, outcome) => {
    expect(ask([yearOf(verdict)]).value).toBe(outcome);
  });

  test('5: every year must be complete by itself', () => {
    expect(ask([yearOf('qualified'), yearOf('qualified', 2027)]).value).toBe('qualified');
    expect(ask([yearOf('qualified'), yearOf('in-progress', 2027)]).value).toBe('open');
    expect(ask([yearOf('in-progress', 2027), yearOf('unqualified')]).value).toBe('not-qualified');
  });

  test('5, 6, 12, 19: the answer names the article it was asked under', () => {
    expect(ask([yearOf('qualified')]).basis).toEqual(['5', '12', '19', '4']);
    expect(ask([yearOf('qualified')], { kind: 'registration' }).basis).toEqual(['5', '4']);
    expect(ask([yearOf('qualified')], { kind: 'assessment' }).basis).toEqual(['6', '4']);
  });

  test('21: a dishonesty record in force bars from review and registration, and is only told for an annual assessment', () => {
    const record = { dishonestUntil: '2029-05-01' };
    expect(ask([yearOf('qualified')], record)).toMatchObject({ value: 'not-qualified' });
    expect(ask([yearOf('qualified')], { ...record, kind: 'registration' }).value).toBe('not-qualified');
    const assessed = ask([yearOf('qualified')], { ...record, kind: 'assessment' });
    expect(assessed.value).toBe('qualified');
    expect(assessed.basis).toContain('21');
    expect(assessed.trace.join()).toContain('2029-05-01');
  });

  test('17: extension years are told to title review alone, and change no year', () => {
    const asked = ask([yearOf('qualified')], { extensionYears: 2 });
    expect(asked.value).toBe('qualified');
    expect(asked.trace).toContain('申报职称的年限延长 2 年（第十七条）');
    expect(ask([yearOf('qualified')], { extensionYears: 2, kind: 'assessment' }).basis).not.toContain('17');
  });

  test('5: the order of the years changes nothing, and a worse year never betters the answer', () => {
    const rank = { qualified: 0, open: 1, 'not-qualified': 2 };
    const verdicts = fc.array(fc.constantFrom(...codes(VERDICTS)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(verdicts, fc.constantFrom(...codes(VERDICTS)), (some, more) => {
        const years = some.map((verdict, at) => yearOf(verdict, 2026 + at));
        expect(ask(years.toReversed())).toEqual(ask(years));
        const longer = ask([...years, yearOf(more, 2040)]).value;
        expect(rank[longer]).toBeGreaterThanOrEqual(rank[ask(years).value]);
      }),
    );
  });
});

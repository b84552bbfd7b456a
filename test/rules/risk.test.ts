import { describe, expect, test } from 'vitest';
import { INTERPRETATIONS } from '../../rules/interpretations.ts';
import { RISKS, type RiskFacts, riskOf, risksOf } from '../../rules/risk.ts';

const score = (facts: RiskFacts): number => riskOf(facts)?.score ?? 0;

describe('a risk', () => {
  test.each<[string, RiskFacts, boolean]>([
    ['a file nobody else uses', { kind: 'shared-evidence', otherPeople: 0 }, false],
    ['a file of one other person', { kind: 'shared-evidence', otherPeople: 1 }, true],
    ['twelve hours on a day', { kind: 'impossible-day', on: '2026-05-01', hundredths: 1200 }, false],
    ['a hundredth more', { kind: 'impossible-day', on: '2026-05-01', hundredths: 1201 }, true],
    ['no day in common', { kind: 'overlapping-trainings', on: '2026-05-01', days: 0 }, false],
    ['one day in common', { kind: 'overlapping-trainings', on: '2026-05-01', days: 1 }, true],
    ['four people, all near the cap', { kind: 'near-cap-employer', near: 4, people: 4 }, false],
    ['two of five near the cap', { kind: 'near-cap-employer', near: 2, people: 5 }, false],
    ['three of five near the cap', { kind: 'near-cap-employer', near: 3, people: 5 }, true],
    ['nineteen decisions in a moment', { kind: 'fast-review', decisions: 19, seconds: 1 }, false],
    ['twenty in 380 seconds', { kind: 'fast-review', decisions: 20, seconds: 380 }, false],
    ['twenty in 379 seconds', { kind: 'fast-review', decisions: 20, seconds: 379 }, true],
  ])('20: %s', (_what, facts, isRisk) => {
    expect(riskOf(facts) !== null).toBe(isRisk);
  });

  test('20: has a reason in Chinese with its figures, and never weighs more than 100', () => {
    const risk = riskOf({ kind: 'fast-review', decisions: 60, seconds: 118 });
    expect(risk?.reason).toBe('审核人员在一小时内办理 60 件，平均每件 2 秒，短于阅读材料所需的 20 秒');
    expect(riskOf({ kind: 'near-cap-employer', near: 6, people: 8 })?.reason).toContain('75%');
    for (const n of [1, 5, 50, 5000]) {
      expect(score({ kind: 'shared-evidence', otherPeople: n })).toBeLessThanOrEqual(100);
      expect(score({ kind: 'impossible-day', on: '2026-01-01', hundredths: n * 2000 })).toBeLessThanOrEqual(100);
      expect(score({ kind: 'overlapping-trainings', on: '2026-01-01', days: n })).toBeLessThanOrEqual(100);
    }
  });

  test('20: weighs more the worse it is', () => {
    expect(score({ kind: 'shared-evidence', otherPeople: 3 })).toBeGreaterThan(
      score({ kind: 'shared-evidence', otherPeople: 1 }),
    );
    expect(score({ kind: 'fast-review', decisions: 30, seconds: 30 })).toBeGreaterThan(
      score({ kind: 'fast-review', decisions: 30, seconds: 400 }),
    );
  });

  test('20: of a kind counts once, with its heaviest fact; a claim’s sum stops at 100', () => {
    const { score: sum, risks } = risksOf([
      { kind: 'overlapping-trainings', on: '2026-05-01', days: 1 },
      { kind: 'overlapping-trainings', on: '2026-06-01', days: 3 },
      { kind: 'shared-evidence', otherPeople: 9 },
      { kind: 'impossible-day', on: '2026-05-01', hundredths: 900 },
    ]);
    expect(risks.map((risk) => risk.kind)).toEqual(['shared-evidence', 'overlapping-trainings']);
    expect(risks[1]?.score).toBe(40);
    expect(sum).toBe(100);
    expect(risksOf([])).toEqual({ score: 0, risks: [] });
  });

  test('20: rests on a reading of ours, and every kind has its Chinese name', () => {
    expect(INTERPRETATIONS['D-32'].text).toContain('不是认定的结论');
    expect(Object.values(RISKS).every((label) => /\p{Script=Han}/u.test(label))).toBe(true);
  });
});

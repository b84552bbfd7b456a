import { describe, expect, test } from 'vitest';
import { type RoutedUnit, route } from '../../rules/routing.ts';
import {
  type Act,
  isEnded,
  lowestHours,
  mayWithdraw,
  nextStep,
  ROLE_OF_STAGE,
  settle,
  stagesAfter,
} from '../../rules/stages.ts';
import { CLAIM_STATES, type ClaimState } from '../../rules/vocabulary.ts';

const bodies = {
  reReviewIndustryId: 'ind-city',
  reReviewHrssId: 'hrss-city',
  filingIndustryId: 'ind-province',
  filingHrssId: 'hrss-province',
};
const planOf = (kind: RoutedUnit['kind']) =>
  route({ kind, level: 'city', employerId: 'emp-1', archiveAgencyId: null, supervisingDepartmentId: null }, bodies)
    .value;
const plan = planOf('ordinary');
const [first, second, third] = plan.stages;
const states = Object.keys(CLAIM_STATES) as ClaimState[];

const act = (kind: Act['kind'], rest: Partial<Act> = {}): Act => ({
  seq: 2,
  kind,
  stageKind: null,
  outcome: null,
  ...rest,
});

describe('14: a stage is settled', () => {
  test('approved when all of its bodies approve, and not before', () => {
    expect(settle(['approve', 'approve'])).toBe('approved');
    expect(settle(['approve'])).toBe('approved');
    expect(settle(['approve', null])).toBeNull();
    expect(settle([null, null])).toBeNull();
  });

  test('by one return or one rejection, a rejection before a return, whoever has not decided', () => {
    expect(settle(['return', null])).toBe('returned');
    expect(settle(['approve', 'return'])).toBe('returned');
    expect(settle([null, 'reject'])).toBe('rejected');
    expect(settle(['return', 'reject'])).toBe('rejected');
  });

  test('never without a task: half of a joint stage does not pass for the whole', () => {
    expect(settle([])).toBeNull();
  });
});

describe('14: the claim’s way', () => {
  test('begins at the first review, a corrected one too (D-20)', () => {
    for (const kind of ['submitted', 'resubmitted'] as const)
      expect(nextStep(plan, act(kind))).toEqual({ do: 'open-stage', stage: first });
  });

  test('leads from first review over re-review and filing to filed', () => {
    const approved = (stageKind: Act['stageKind']) =>
      nextStep(plan, act('stage-settled', { stageKind, outcome: 'approved' }));
    expect([first?.kind, second?.kind, third?.kind]).toEqual(['first-review', 're-review', 'filing']);
    expect(approved('first-review')).toEqual({ do: 'open-stage', stage: second });
    expect(approved('re-review')).toEqual({ do: 'open-stage', stage: third });
    expect(approved('filing')).toEqual({ do: 'file' });
  });

  test('of a central unit ends with its own review', () => {
    const settled = act('stage-settled', { stageKind: 'first-review', outcome: 'approved' });
    expect(nextStep(planOf('central'), settled)).toEqual({ do: 'file' });
  });

  test('goes to the declarant when returned, and ends when rejected, at every stage', () => {
    for (const stageKind of ['first-review', 're-review', 'filing'] as const) {
      const settled = (outcome: Act['outcome']) => nextStep(plan, act('stage-settled', { stageKind, outcome }));
      expect(settled('returned')).toEqual({ do: 'request-correction' });
      expect(settled('rejected')).toEqual({ do: 'end', state: 'rejected' });
    }
  });

  test.each([
    ['withdrawn', 'withdrawn'],
    ['correction-expired', 'expired'],
    ['sanctioned', 'rejected'],
    ['closed', 'rejected'],
  ] as const)('ends when it is %s', (kind, state) => {
    expect(nextStep(plan, act(kind))).toEqual({ do: 'end', state });
  });

  test.each(['taken-back', 'overturned', 'restored'] as const)('goes on at its stage when %s', (kind) => {
    expect(nextStep(plan, act(kind))).toEqual({ do: 'reopen-stage' });
  });

  test('goes on at the stage an administrator moved it to', () => {
    expect(nextStep(plan, act('moved', { stageKind: 're-review' }))).toEqual({ do: 'open-stage', stage: second });
    expect(nextStep(plan, act('moved', { stageKind: 'first-review' }))).toEqual({ do: 'open-stage', stage: first });
  });

  test('what comes next: the stages after the present one, all of them while a correction is awaited', () => {
    expect(stagesAfter(plan, 'first-review')).toEqual([second, third]);
    expect(stagesAfter(plan, 're-review')).toEqual([third]);
    expect(stagesAfter(plan, 'filing')).toEqual([]);
    expect(stagesAfter(plan, 'correction')).toEqual(plan.stages);
    expect(stagesAfter(plan, 'filed')).toEqual([]);
  });

  test('nothing happens to it by its workflow after it has ended', () => {
    expect(states.filter(isEnded).sort()).toEqual(['expired', 'filed', 'rejected', 'revoked', 'withdrawn']);
  });

  test('may be withdrawn until the first review is decided, and while a correction is awaited', () => {
    expect(states.filter(mayWithdraw).sort()).toEqual(['correction', 'first-review']);
  });

  test('each stage has its role', () => {
    expect(
      plan.stages.map(({ kind, tasks }) => [ROLE_OF_STAGE[kind], ...new Set(tasks.map(({ role }) => role))]),
    ).toEqual([
      ['first-reviewer', 'first-reviewer'],
      ['re-reviewer', 're-reviewer'],
      ['filing-officer', 'filing-officer'],
    ]);
  });
});

test('11: where two bodies lower a line differently, the lower counts; a line nobody lowered stays', () => {
  const lowered = [
    [
      { line: 0, hundredths: 600 },
      { line: 2, hundredths: 0 },
    ],
    [
      { line: 0, hundredths: 400 },
      { line: 1, hundredths: 800 },
    ],
    [{ line: 0, hundredths: 500 }],
  ];
  expect(lowestHours(lowered)).toEqual({ 0: 400, 1: 800, 2: 0 });
  expect(lowestHours([])).toEqual({});
});

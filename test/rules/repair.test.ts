import { describe, expect, test } from 'vitest';
import { stagesToMoveTo } from '../../rules/repair.ts';
import type { Plan } from '../../rules/routing.ts';
import { nextStep } from '../../rules/stages.ts';

const stage = (kind: 'first-review' | 're-review' | 'filing') => ({
  kind,
  tasks: [],
  notes: [],
  basis: ['14'] as const,
});
const plan: Plan = {
  stages: [stage('first-review'), stage('re-review'), stage('filing')],
  recordForInformation: false,
};

describe('an administrator’s move (Art. 14)', () => {
  test('leads to the stage a claim is at or an earlier one, never past a review', () => {
    expect(stagesToMoveTo(plan, 'first-review')).toEqual(['first-review']);
    expect(stagesToMoveTo(plan, 're-review')).toEqual(['first-review', 're-review']);
    expect(stagesToMoveTo(plan, 'filing')).toEqual(['first-review', 're-review', 'filing']);
  });

  test('leads nowhere from a correction or an end', () => {
    for (const state of ['correction', 'filed', 'rejected', 'withdrawn', 'expired', 'revoked'] as const)
      expect(stagesToMoveTo(plan, state)).toEqual([]);
  });

  test('opens the stage it names; a closing ends the claim', () => {
    const act = { seq: 3, kind: 'moved', stageKind: 're-review', outcome: null } as const;
    expect(nextStep(plan, act)).toMatchObject({ do: 'open-stage', stage: { kind: 're-review' } });
    expect(nextStep(plan, { ...act, kind: 'closed', stageKind: null })).toEqual({ do: 'end', state: 'rejected' });
  });
});

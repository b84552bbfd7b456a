import { expect, test } from 'vitest';
import { authorityAnswersFrom } from '../../rules/moves.ts';
import { rolesAt } from '../../rules/offices.ts';
import { roleNameAt } from '../../rules/vocabulary.ts';

test('8: the authority answers for a silent unit after ten working days, not on the tenth (D-24)', () => {
  // Monday 23 November 2026: the tenth working day is Monday 7 December.
  expect(authorityAnswersFrom('2026-11-23')).toBe('2026-12-08');
  // A Friday's request is counted from Monday.
  expect(authorityAnswersFrom('2026-11-20')).toBe('2026-12-05');
});

test('14: only the province files, and only who stands at the beginning reviews first', () => {
  expect(rolesAt('hrss', 'province')).toContain('filing-officer');
  expect(rolesAt('hrss', 'city')).not.toContain('filing-officer');
  expect(rolesAt('industry-authority', 'county')).not.toContain('filing-officer');
  expect(rolesAt('industry-authority', 'province')).not.toContain('first-reviewer');
  expect(rolesAt('employer', 'city')).toEqual(['first-reviewer', 'administrator']);
  expect(rolesAt('education-base', 'city')).toEqual(['administrator']);
});

test('who administers a unit is its manager, who administers an authority keeps the system there', () => {
  expect(roleNameAt('administrator', 'employer')).toBe('单位管理员');
  expect(roleNameAt('administrator', 'education-base')).toBe('单位管理员');
  expect(roleNameAt('administrator', 'hrss')).toBe('系统管理员');
  expect(roleNameAt('first-reviewer', 'employer')).toBe('初审人员');
});

import { describe, expect, test } from 'vitest';
import { type RoutedBodies, type RoutedUnit, route } from '../../rules/routing.ts';

const unit: RoutedUnit = {
  kind: 'ordinary',
  level: 'city',
  employerId: 'emp-1',
  archiveAgencyId: 'agency-1',
  supervisingDepartmentId: 'dept-1',
};
const bodies: RoutedBodies = {
  reReviewIndustryId: 'ind-city',
  reReviewHrssId: 'hrss-city',
  filingIndustryId: 'ind-province',
  filingHrssId: 'hrss-province',
};

const stages = (change: Partial<RoutedUnit>, bodiesChange: Partial<RoutedBodies> = {}) =>
  route({ ...unit, ...change }, { ...bodies, ...bodiesChange }).value.stages;

/** `kind: organisation/capacity/role` of every task. */
const tasks = (change: Partial<RoutedUnit>, bodiesChange: Partial<RoutedBodies> = {}) =>
  stages(change, bodiesChange).map((stage) => [
    stage.kind,
    ...stage.tasks.map((task) => `${task.organisationId}/${task.capacity}/${task.role}`),
  ]);

const filing = ['filing', 'ind-province/industry/filing-officer', 'hrss-province/hrss/filing-officer'];
const jointReReview = ['re-review', 'ind-city/industry/re-reviewer', 'hrss-city/hrss/re-reviewer'];

describe('who reviews', () => {
  test('7, 8, 9, 10, 14: ordinary: the employer, then industry and HRSS of its level, then those of the province', () => {
    expect(tasks({})).toEqual([['first-review', 'emp-1/employer/first-reviewer'], jointReReview, filing]);
    expect(route(unit, bodies)).toMatchObject({
      basis: ['10', '14', '7', '8', '9'],
      value: { recordForInformation: false },
    });
  });

  test('14: archive hosted: the agency reviews first, the rest is as for ordinary units', () => {
    expect(tasks({ kind: 'archive-hosted' })).toEqual([
      ['first-review', 'agency-1/archive-agency/first-reviewer'],
      jointReReview,
      filing,
    ]);
    expect(stages({ kind: 'archive-hosted' })[0]).toMatchObject({
      basis: ['14'],
      notes: ['初审：档案托管人员由人事档案管理服务机构初审（第十四条）'],
    });
  });

  test('14: provincial-direct: the supervising department re-reviews alone', () => {
    expect(tasks({ kind: 'provincial-direct', level: 'province' })).toEqual([
      ['first-review', 'emp-1/employer/first-reviewer'],
      ['re-review', 'dept-1/supervising/re-reviewer'],
      filing,
    ]);
    expect(stages({ kind: 'provincial-direct', level: 'province' })[1]).toMatchObject({
      basis: ['14'],
      notes: ['复审：省直单位由省直主管部门单独复审（第十四条）'],
    });
  });

  test('14: a central unit reviews by itself and the province is told for information', () => {
    const plan = route({ ...unit, kind: 'central' }, bodies).value;
    expect(plan.stages.map((stage) => [stage.kind, stage.tasks])).toEqual([
      ['first-review', [{ organisationId: 'emp-1', capacity: 'employer', role: 'first-reviewer' }]],
    ]);
    expect(plan.recordForInformation).toBe(true);
    expect(plan.stages[0]?.notes).toEqual([
      '初审：中央在鄂单位由本单位审核，审核同意即计入学时，系统报省备查（系统默认解释 D-16）（第十四条）',
    ]);
  });

  test('8, 14: without an industry authority HRSS decides alone and the claim says so', () => {
    expect(tasks({ level: 'county' }, { reReviewIndustryId: null })).toEqual([
      ['first-review', 'emp-1/employer/first-reviewer'],
      ['re-review', 'hrss-city/hrss/re-reviewer'],
      filing,
    ]);
    expect(stages({ level: 'county' }, { reReviewIndustryId: null })[1]).toMatchObject({
      notes: ['复审：县区级没有对应的行业主管部门，由同级人社部门单独复审（系统默认解释 D-17）（第八条、第十四条）'],
      basis: ['8', '14'],
    });
  });

  test('8, 14: where the province has no industry authority either HRSS files alone', () => {
    const without = { reReviewIndustryId: null, filingIndustryId: null };
    expect(tasks({}, without)[2]).toEqual(['filing', 'hrss-province/hrss/filing-officer']);
    expect(stages({}, without)[2]?.notes).toEqual([
      '备案：省级没有对应的行业主管部门，由省人社厅单独备案（系统默认解释 D-17）（第八条、第十四条）',
    ]);
  });

  test('14: where filing and re-review are one body both stages stay and another officer must act', () => {
    const same = { reReviewHrssId: 'hrss-province', reReviewIndustryId: 'ind-province' };
    expect(tasks({ level: 'province' }, same).map(([kind]) => kind)).toEqual(['first-review', 're-review', 'filing']);
    const note = '备案机构与复审机构相同，须由另一名工作人员办理（系统默认解释 D-18）';
    expect(stages({ level: 'province' }, same)[2]?.notes).toContain(note);
    expect(stages({ kind: 'provincial-direct', supervisingDepartmentId: 'ind-province' })[2]?.notes).toContain(note);
    expect(stages({})[2]?.notes).not.toContain(note);
  });

  test('14: a missing body leaves its stage without tasks, so that half of a joint stage never passes for the whole', () => {
    expect(tasks({}, { reReviewHrssId: null })[1]).toEqual(['re-review']);
    expect(tasks({}, { filingHrssId: null })[2]).toEqual(['filing']);
    expect(tasks({ kind: 'archive-hosted', archiveAgencyId: null })[0]).toEqual(['first-review']);
    expect(tasks({ kind: 'provincial-direct', supervisingDepartmentId: undefined })[1]).toEqual(['re-review']);
    expect(stages({}, { reReviewHrssId: null })[1]?.notes).toContain('复审：未登记有权办理的机构，等待管理员指定');
  });

  test('14: the trace is what the declarant is told of each stage', () => {
    expect(route(unit, bodies).trace).toEqual([
      '初审：由用人单位初审（第十条、第十四条）',
      '复审：由同级行业主管部门和人社部门共同复审，均同意方为通过（第七条、第八条、第九条、第十四条）',
      '备案：由省级行业主管部门和省人社厅共同备案，均同意方为通过（第七条、第八条、第九条、第十四条）',
    ]);
  });
});

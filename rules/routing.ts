import type { Provision, Ruling } from './articles.ts';
import { citations } from './articles.ts';
import { reading } from './interpretations.ts';
import {
  type Capacity,
  LEVELS,
  type Level,
  type Role,
  STAGE_KINDS,
  type StageKind,
  type UnitKind,
} from './vocabulary.ts';

/** The declarant's unit on the day of submission. */
export type RoutedUnit = {
  kind: UnitKind;
  /** For archive-hosted people the agency's level. */
  level: Level;
  employerId: string;
  archiveAgencyId?: string | null | undefined;
  supervisingDepartmentId?: string | null | undefined;
};

/** The bodies found for the unit's level and industry; null where there is none. */
export type RoutedBodies = {
  reReviewIndustryId: string | null;
  reReviewHrssId: string | null;
  filingIndustryId: string | null;
  filingHrssId: string | null;
};

/** One body's task in a stage: a pool of the people who hold the role there. */
export type PlanTask = { organisationId: string; capacity: Capacity; role: Role };

/**
 * A stage to open. All of its tasks must be approved (会签). A stage without tasks has no competent body on record:
 * it goes to the stuck console and is never passed over.
 */
export type PlanStage = {
  kind: StageKind;
  tasks: readonly PlanTask[];
  notes: readonly string[];
  basis: readonly Provision[];
};

/** The whole way of a claim; `recordForInformation`: the province is told and decides nothing (D-16). */
export type Plan = { stages: readonly PlanStage[]; recordForInformation: boolean };

/**
 * Who reviews a claim, by the kind of the person's unit.
 * @article 14 专业技术人员申报、用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 */
export function route(unit: RoutedUnit, bodies: RoutedBodies): Ruling<Plan> {
  const plan = planOf(unit, bodies);
  return {
    value: plan,
    basis: [...new Set(plan.stages.flatMap((stage) => stage.basis))],
    trace: plan.stages.flatMap((stage) => stage.notes),
  };
}

function planOf(unit: RoutedUnit, bodies: RoutedBodies): Plan {
  switch (unit.kind) {
    case 'ordinary':
      return ordinaryWay(firstReviewByEmployer(unit), jointReReview(unit, bodies), bodies);
    case 'archive-hosted':
      return ordinaryWay(firstReviewByAgency(unit), jointReReview(unit, bodies), bodies);
    case 'provincial-direct':
      return ordinaryWay(firstReviewByEmployer(unit), reReviewByDepartment(unit), bodies);
    case 'central':
      return { stages: [reviewByCentralUnit(unit)], recordForInformation: true };
  }
}

const ordinaryWay = (firstReview: PlanStage, reReview: PlanStage, bodies: RoutedBodies): Plan => ({
  stages: [firstReview, reReview, filingAfter(reReview, bodies)],
  recordForInformation: false,
});

/** @article 10 用人单位负责组织本单位专业技术人员参加继续教育 */
const firstReviewByEmployer = (unit: RoutedUnit): PlanStage =>
  stage('first-review', ['10', '14'], [task(unit.employerId, 'employer', 'first-reviewer')], '由用人单位初审');

/** @article 14 档案托管在符合条件的人事档案管理服务机构的技术人员，其继续教育学时由相应人事档案管理服务机构负责初审 */
const firstReviewByAgency = (unit: RoutedUnit): PlanStage =>
  stage(
    'first-review',
    ['14'],
    [task(unit.archiveAgencyId, 'archive-agency', 'first-reviewer')],
    '档案托管人员由人事档案管理服务机构初审',
  );

/**
 * @article 14 中央在鄂单位专业技术人员继续教育学时由本单位负责审核
 * @interpretation D-16
 */
const reviewByCentralUnit = (unit: RoutedUnit): PlanStage =>
  stage(
    'first-review',
    ['14'],
    [task(unit.employerId, 'employer', 'first-reviewer')],
    `中央在鄂单位由本单位审核，审核同意即计入学时，系统报省备查（${reading('D-16')}）`,
  );

/** @article 14 省直单位专业技术人员继续教育学时由省直主管部门负责复审 */
const reReviewByDepartment = (unit: RoutedUnit): PlanStage =>
  stage(
    're-review',
    ['14'],
    [task(unit.supervisingDepartmentId, 'supervising', 're-reviewer')],
    '省直单位由省直主管部门单独复审',
  );

/**
 * @article 7 综合管理与分级分类负责相结合
 * @article 8 各级人力资源社会保障部门负责本地区专业技术人员继续教育工作的综合管理
 * @article 9 各级行业主管部门在各自职责范围内具体负责本行业专业技术人员继续教育的管理
 * @interpretation D-17
 */
function jointReReview(unit: RoutedUnit, bodies: RoutedBodies): PlanStage {
  const hrss = task(bodies.reReviewHrssId, 'hrss', 're-reviewer');
  if (bodies.reReviewIndustryId === null) {
    const note = `${LEVELS[unit.level]}没有对应的行业主管部门，由同级人社部门单独复审（${reading('D-17')}）`;
    return stage('re-review', ['8', '14'], [hrss], note);
  }
  const industry = task(bodies.reReviewIndustryId, 'industry', 're-reviewer');
  return stage(
    're-review',
    ['7', '8', '9', '14'],
    [industry, hrss],
    '由同级行业主管部门和人社部门共同复审，均同意方为通过',
  );
}

/**
 * @article 14 省级行业主管部门和人社部门备案
 * @interpretation D-17
 * @interpretation D-18
 */
function filingAfter(reReview: PlanStage, bodies: RoutedBodies): PlanStage {
  const hrss = task(bodies.filingHrssId, 'hrss', 'filing-officer');
  const filing =
    bodies.filingIndustryId === null
      ? stage('filing', ['8', '14'], [hrss], `省级没有对应的行业主管部门，由省人社厅单独备案（${reading('D-17')}）`)
      : stage(
          'filing',
          ['7', '8', '9', '14'],
          [task(bodies.filingIndustryId, 'industry', 'filing-officer'), hrss],
          '由省级行业主管部门和省人社厅共同备案，均同意方为通过',
        );
  const before = new Set(reReview.tasks.map((planned) => planned.organisationId));
  if (!filing.tasks.some((planned) => before.has(planned.organisationId))) return filing;
  return {
    ...filing,
    notes: [...filing.notes, `备案机构与复审机构相同，须由另一名工作人员办理（${reading('D-18')}）`],
  };
}

type PossibleTask = PlanTask | undefined;

const task = (organisationId: string | null | undefined, capacity: Capacity, role: Role): PossibleTask =>
  organisationId == null ? undefined : { organisationId, capacity, role };

/** One missing body empties the stage: half of a joint stage must never pass for the whole. */
function stage(kind: StageKind, basis: readonly Provision[], possible: PossibleTask[], note: string): PlanStage {
  const tasks = possible.filter((planned) => planned !== undefined);
  const cited = `${STAGE_KINDS[kind]}：${note}（${citations(basis)}）`;
  if (tasks.length === possible.length) return { kind, tasks, notes: [cited], basis };
  const missing = `${STAGE_KINDS[kind]}：未登记有权办理的机构，等待管理员指定`;
  return { kind, tasks: [], notes: [cited, missing], basis };
}

import type { Day } from './activity.ts';
import { formatHours } from './hours.ts';

/** Risk-based inspection (按风险抽查): what in a recognised claim deserves a look, why, and how much it weighs. A risk is no finding. */

/** The kinds of risk. @article 20 特别是学时登记情况……进行监督检查 */
export const RISKS = {
  'shared-evidence': '不同人员使用同一份证明',
  'impossible-day': '一天内学时过多',
  'overlapping-trainings': '培训时间重叠',
  'near-cap-employer': '单位人员集中顶格申报',
  'fast-review': '审核过快',
} as const;
export type RiskKind = keyof typeof RISKS;

/** What the record says about a claim, for each kind of risk. Hours are hundredths, spans seconds. @article 20 监督检查 */
export type RiskFacts =
  /** Other people whose claims carry a file of the same content. */
  | { kind: 'shared-evidence'; otherPeople: number }
  /** All declared offline hours of the person on one day. */
  | { kind: 'impossible-day'; on: Day; hundredths: number }
  /** Another recognised offline activity of the person on the same days. */
  | { kind: 'overlapping-trainings'; on: Day; days: number }
  /** Of the unit's people with unit training, how many reach the cap of the year, or nearly. */
  | { kind: 'near-cap-employer'; near: number; people: number }
  /** Decisions of one reviewer in one hour, and the seconds from the first to the last. */
  | { kind: 'fast-review'; decisions: number; seconds: number };

export type Risk = { kind: RiskKind; score: number; reason: string };

/**
 * From where on a fact is a risk; ours, because the measures name none.
 * @article 20 监督检查
 * @interpretation D-32
 */
export const RISK_THRESHOLDS = {
  /** Hours of one day: 12 hours of 45 minutes are nine hours in class. */
  dayHundredths: 1200,
  /** Hours of unit training in a year from which somebody is near the cap of twenty. */
  nearCapHundredths: 1900,
  /** People with unit training a unit must have, and the share of them near the cap. */
  capPeople: 5,
  capShare: 0.5,
  /** Decisions in one hour, and the seconds each must take on average to have been read. */
  decisionsAnHour: 20,
  secondsADecision: 20,
} as const;

/**
 * What a fact weighs, from 0 to 100, with its reason in Chinese; null where it is no risk.
 * @article 20 特别是学时登记情况……进行监督检查
 * @interpretation D-32
 */
export function riskOf(facts: RiskFacts): Risk | null {
  switch (facts.kind) {
    case 'shared-evidence':
      return sharedEvidence(facts.otherPeople);
    case 'impossible-day':
      return impossibleDay(facts);
    case 'overlapping-trainings':
      return overlapping(facts);
    case 'near-cap-employer':
      return nearCap(facts);
    case 'fast-review':
      return fastReview(facts);
  }
}

/**
 * The risks of a claim, heaviest first, one of each kind, and their sum, at most 100.
 * @article 20 监督检查
 * @interpretation D-32
 */
export function risksOf(facts: readonly RiskFacts[]): { score: number; risks: readonly Risk[] } {
  const heaviest = new Map<RiskKind, Risk>();
  for (const fact of facts) {
    const risk = riskOf(fact);
    if (risk && risk.score > (heaviest.get(risk.kind)?.score ?? 0)) heaviest.set(risk.kind, risk);
  }
  const risks = [...heaviest.values()].sort((a, b) => b.score - a.score);
  return {
    score: Math.min(
      100,
      risks.reduce((sum, risk) => sum + risk.score, 0),
    ),
    risks,
  };
}

function sharedEvidence(otherPeople: number): Risk | null {
  if (otherPeople < 1) return null;
  const score = bounded(40 + 10 * otherPeople, 80);
  return { kind: 'shared-evidence', score, reason: `另有 ${otherPeople} 人的申报使用了内容完全相同的证明文件` };
}

function impossibleDay({ on, hundredths }: { on: Day; hundredths: number }): Risk | null {
  const { dayHundredths } = RISK_THRESHOLDS;
  if (hundredths <= dayHundredths) return null;
  const score = bounded(30 + Math.floor((hundredths - dayHundredths) / 100) * 5, 70);
  return {
    kind: 'impossible-day',
    score,
    reason: `${on} 一天内各项线下活动合计申报 ${formatHours(hundredths)}，超过 ${formatHours(dayHundredths)}`,
  };
}

function overlapping({ on, days }: { on: Day; days: number }): Risk | null {
  if (days < 1) return null;
  return {
    kind: 'overlapping-trainings',
    score: bounded(25 + 5 * days, 60),
    reason: `自 ${on} 起有 ${days} 天与本人另一项已认定的线下活动时间重叠`,
  };
}

function nearCap({ near, people }: { near: number; people: number }): Risk | null {
  const { capPeople, capShare, nearCapHundredths } = RISK_THRESHOLDS;
  if (people < capPeople || near < people * capShare) return null;
  const percent = Math.round((100 * near) / people);
  return {
    kind: 'near-cap-employer',
    score: bounded(Math.round(percent / 2), 50),
    reason: `该单位有本单位培训的 ${people} 人中，${near} 人（${percent}%）当年达到 ${formatHours(nearCapHundredths)}以上，接近上限`,
  };
}

function fastReview({ decisions, seconds }: { decisions: number; seconds: number }): Risk | null {
  const { decisionsAnHour, secondsADecision } = RISK_THRESHOLDS;
  if (decisions < decisionsAnHour) return null;
  const each = seconds / (decisions - 1);
  if (each >= secondsADecision) return null;
  return {
    kind: 'fast-review',
    score: bounded(Math.round(20 + (secondsADecision - each) * 2), 60),
    reason: `审核人员在一小时内办理 ${decisions} 件，平均每件 ${Math.max(1, Math.round(each))} 秒，短于阅读材料所需的 ${secondsADecision} 秒`,
  };
}

const bounded = (score: number, most: number): number => Math.min(score, most);

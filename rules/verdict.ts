import type { Day } from './activity.ts';
import { citations, type Provision, type Ruling } from './articles.ts';
import { formatHours } from './hours.ts';
import { reading } from './interpretations.ts';
import { ANNUAL_PROFESSIONAL, ANNUAL_PUBLIC, ANNUAL_TOTAL, inForce, type Law } from './parameters.ts';
import type { Verdict } from './vocabulary.ts';
import { claimsCloseOn, type Deferral, deferralEndsOn } from './year.ts';

/** A finding of fraud, in effect from its day. */
export type Finding = { kind: 'fraud'; effectiveOn: Day };

/** Hours by subject, in hundredths. */
export type Hours = { publicHundredths: number; professionalHundredths: number; totalHundredths: number };

/** What a year still lacks, in hundredths; `total` is how many hours must be earned at the least. */
export type Missing = { public: number; professional: number; total: number };

/** What the verdict of a person-year rests on. */
export type VerdictFacts = {
  year: number;
  asOf: Day;
  hours: Hours;
  /** The items of Art. 11 by which the year is deemed complete; empty when none is. */
  deemedBy: readonly Provision[];
  deferral?: Deferral | undefined;
  findings?: readonly Finding[] | undefined;
};

/**
 * What a year still lacks: a surplus of one subject does not stand in for the other.
 * @article 4 每年累计应不少于90学时，其中，公需科目不少于30学时，专业科目不少于60学时
 */
export function missingHours(year: number, hours: Hours, law: Law = inForce): Missing {
  const lacking = (need: number, have: number) => Math.max(0, need - have);
  const ofPublic = lacking(law(ANNUAL_PUBLIC, year), hours.publicHundredths);
  const ofProfessional = lacking(law(ANNUAL_PROFESSIONAL, year), hours.professionalHundredths);
  const ofTotal = lacking(law(ANNUAL_TOTAL, year), hours.totalHundredths);
  return { public: ofPublic, professional: ofProfessional, total: Math.max(ofTotal, ofPublic + ofProfessional) };
}

/**
 * Whether a fraud finding is in effect on a day.
 * @article 21 弄虚作假的，取消有关人员相应年度继续教育学时
 */
export const isCancelled = (findings: readonly Finding[] | undefined, asOf: Day): boolean =>
  (findings ?? []).some((finding) => finding.effectiveOn <= asOf);

/**
 * The verdict of a person-year on a day: the first that applies.
 * @article 4 每年累计应不少于90学时
 * @article 17 逾期未完成者视为当年度学时不合格
 * @article 21 取消有关人员相应年度继续教育学时
 * @interpretation D-10
 */
export function verdictOf(facts: VerdictFacts, law: Law = inForce): Ruling<Verdict> {
  const { year, asOf, deferral } = facts;
  if (isCancelled(facts.findings, asOf)) {
    return { value: 'cancelled', basis: ['21'], trace: ['弄虚作假已认定，本年度学时全部取消（第二十一条）'] };
  }
  if (facts.deemedBy.length > 0) {
    const sentence = `视为完成当年度继续教育学时（${citations(facts.deemedBy)}）`;
    return { value: 'deemed-complete', basis: facts.deemedBy, trace: [sentence] };
  }
  const missing = missingHours(year, facts.hours, law);
  if (missing.total === 0) {
    const { publicHundredths: ofPublic, professionalHundredths: ofProfessional, totalHundredths } = facts.hours;
    const sum = `公需科目 ${formatHours(ofPublic)}，专业科目 ${formatHours(ofProfessional)}，合计 ${formatHours(totalHundredths)}`;
    return { value: 'qualified', basis: ['4'], trace: [`${sum}，达到年度要求（第四条）`] };
  }
  const lack = `还差 ${formatHours(missing.total)}（公需科目 ${formatHours(missing.public)}，专业科目 ${formatHours(missing.professional)}）`;
  if (deferral !== undefined && asOf <= deferralEndsOn(deferral, year)) {
    const until = `已批准顺延，最后一天 ${deferralEndsOn(deferral, year)}`;
    return { value: 'deferred', basis: ['17'], trace: [`${until}，${lack}（第十七条）`] };
  }
  const close = claimsCloseOn(year);
  if (asOf <= close) {
    return { value: 'in-progress', basis: ['4'], trace: [`${lack}，申报截至 ${close}（第四条，${reading('D-10')}）`] };
  }
  return unqualified(lack, close, deferral && deferralEndsOn(deferral, year));
}

/** A year not done when claims closed; one whose deferral lapsed rests on Art. 17 too. */
function unqualified(lack: string, close: Day, lapsedOn: Day | undefined): Ruling<Verdict> {
  const closed = `${lack}，申报已于 ${close} 截止（第四条，${reading('D-10')}）`;
  if (lapsedOn === undefined) return { value: 'unqualified', basis: ['4'], trace: [closed] };
  const lapsed = `顺延已于 ${lapsedOn} 到期，逾期未完成（第十七条）`;
  return { value: 'unqualified', basis: ['4', '17'], trace: [closed, lapsed] };
}

/** What of a verdict does not depend on the day: a year that is short is in progress, deferred or unqualified by the calendar. */
export type Standing = 'cancelled' | 'deemed-complete' | 'qualified' | 'short';

/** The part of a verdict that only the record can change. @article 4 每年累计应不少于90学时 */
export function standingOf(verdict: Verdict): Standing {
  switch (verdict) {
    case 'cancelled':
    case 'deemed-complete':
    case 'qualified':
      return verdict;
    case 'deferred':
    case 'in-progress':
    case 'unqualified':
      return 'short';
  }
}

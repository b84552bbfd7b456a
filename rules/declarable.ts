import type { Day, Declaration } from './activity.ts';
import { yearOf } from './calendar.ts';
import { isGoverned } from './parameters.ts';
import { type Refusal, refusal } from './refusals.ts';
import type { RefusalCode } from './vocabulary.ts';
import { canBeMadeUp, claimsCloseOn, type Deferral, daysOf, declaredYear, deferralEndsOn } from './year.ts';

/**
 * Why a declaration cannot be submitted on a day; undefined when it can. What the activity is worth is not judged
 * here (`recognise`), nor whether its evidence is attached (the API).
 * `deferral`: the granted one of the year in `makeUpFor`.
 * `firstSubmittedOn`: of a correction, the day of its first submission; whether it came in time is judged by that day,
 * what lies ahead by today.
 * @article 14 通过……公共服务平台进行的学习……无需上传申报材料
 * @article 25 本办法自印发之日起施行
 * @interpretation D-4
 * @interpretation D-10
 * @interpretation D-19
 */
export function declarable(
  declaration: Declaration,
  today: Day,
  deferral?: Deferral,
  firstSubmittedOn: Day = today,
): Refusal | undefined {
  if (declaration.form === 'platform-course') return refusal('not-declarable');
  const days = daysOf(declaration);
  const code =
    yearCode(declaration, days) ??
    (liesAhead(declaration, days, today) ? 'future-date' : lateCode(declaration, days, firstSubmittedOn, deferral));
  return code === undefined ? undefined : refusal(code);
}

/**
 * Days before the measures count nothing; a training that reaches into a governed year may still be declared.
 * @article 18 不得结转至以后年度
 */
function yearCode(declaration: Declaration, days: readonly Day[]): RefusalCode | undefined {
  const { makeUpFor } = declaration;
  if (!days.some((on) => isGoverned(declaredYear(on, makeUpFor)))) return 'before-measures';
  if (makeUpFor === undefined || days.some((on) => makeUpFor === yearOf(on))) return undefined;
  const nextYear = days.some((on) => yearOf(on) === makeUpFor + 1);
  return nextYear && canBeMadeUp(declaration.form) ? undefined : 'wrong-year';
}

/** An assessment is given in its year; its mission's stand-in day must not make December of it. */
const liesAhead = (declaration: Declaration, days: readonly Day[], today: Day): boolean =>
  declaration.form === 'aid-mission' ? declaration.year > yearOf(today) : days.some((on) => on > today);

/**
 * Every year the days are declared for must still be open: its own until claims close, a made-up one until the
 * deferral's last day. One closed year refuses the whole, or a late claim could carry old days in with new ones.
 * @article 17 顺延期限最长不超过12个月，逾期未完成者视为当年度学时不合格
 */
function lateCode(
  declaration: Declaration,
  days: readonly Day[],
  submittedOn: Day,
  deferral: Deferral | undefined,
): RefusalCode | undefined {
  const codes = days.map((on) => {
    const year = declaredYear(on, declaration.makeUpFor);
    if (!isGoverned(year)) return undefined;
    if (year < yearOf(on)) return lateForDeferral(year, submittedOn, deferral);
    return submittedOn > claimsCloseOn(year) ? 'claims-closed' : undefined;
  });
  return codes.find((code) => code !== undefined);
}

function lateForDeferral(year: number, submittedOn: Day, deferral: Deferral | undefined): RefusalCode | undefined {
  if (deferral === undefined) return 'make-up-without-deferral';
  return submittedOn > deferralEndsOn(deferral, year) ? 'make-up-after-deferral' : undefined;
}

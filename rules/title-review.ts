import type { Day } from './activity.ts';
import { citations, type Provision, type Ruling } from './articles.ts';
import { formatHours } from './hours.ts';
import type { Hours } from './verdict.ts';
import { VERDICTS, type Verdict } from './vocabulary.ts';

/** What those who appoint, review, register or assess a person make of the person's years. */

/** Who asks: the title-review system, a body of professional registration, an employer for its annual assessment. */
export type ReviewKind = 'title-review' | 'registration' | 'assessment';

/** `qualified`: every year asked for is complete. `open`: one can still become so. `not-qualified`: one is not, or the person is barred. */
export type ReviewOutcome = 'qualified' | 'open' | 'not-qualified';

export type ReviewedYear = Pick<Hours, 'totalHundredths'> & {
  year: number;
  verdict: Verdict;
  basis: readonly Provision[];
};

export type ReviewFacts = {
  kind: ReviewKind;
  years: readonly ReviewedYear[];
  /** Years by which the employer extends the wait for the next title; 0 when there are none. */
  extensionYears: number;
  /** The last day of a dishonesty record in force on the day of asking; null when there is none. */
  dishonestUntil: Day | null;
};

/**
 * Whether a person's years meet the condition of the one who asks. Every year must be complete by itself: none makes up for another.
 * @article 5 应当作为聘任专业技术岗位或申报评定上一级职称的重要条件
 * @article 6 作为专业技术人员年度考核、岗位聘任（聘用）的重要依据
 * @article 12 审核职称申报人的继续教育学时完成情况
 * @article 17 用人单位应在其申报职称时延长相应年限
 * @article 19 统一衔接湖北省专业技术人员继续教育公共服务平台的学时数据
 * @article 21 取消其职称申报资格
 */
export function reviewStanding(facts: ReviewFacts): Ruling<ReviewOutcome> {
  const years = [...facts.years].sort((a, b) => a.year - b.year);
  const outcome = worst(years.map(({ verdict }) => outcomeOf(verdict)));
  const barred = facts.dishonestUntil !== null && facts.kind !== 'assessment';
  const extended = facts.extensionYears > 0 && facts.kind === 'title-review';
  const basis: Provision[] = [...ASKED_UNDER[facts.kind], ...years.flatMap((year) => year.basis)];
  if (extended) basis.push('17');
  if (facts.dishonestUntil !== null) basis.push('21');
  return {
    value: barred ? 'not-qualified' : outcome,
    basis: [...new Set(basis)],
    trace: [
      ...years.map(yearSentence),
      ...(extended ? [`申报职称的年限延长 ${facts.extensionYears} 年（${citations(['17'])}）`] : []),
      ...(facts.dishonestUntil === null ? [] : [dishonestSentence(facts.dishonestUntil, barred)]),
    ],
  };
}

/** The articles under which each may ask. */
const ASKED_UNDER: Readonly<Record<ReviewKind, readonly Provision[]>> = {
  'title-review': ['5', '12', '19'],
  registration: ['5'],
  assessment: ['6'],
};

function outcomeOf(verdict: Verdict): ReviewOutcome {
  switch (verdict) {
    case 'qualified':
    case 'deemed-complete':
      return 'qualified';
    case 'deferred':
    case 'in-progress':
      return 'open';
    case 'cancelled':
    case 'unqualified':
      return 'not-qualified';
  }
}

function worst(outcomes: readonly ReviewOutcome[]): ReviewOutcome {
  if (outcomes.includes('not-qualified')) return 'not-qualified';
  return outcomes.includes('open') ? 'open' : 'qualified';
}

const yearSentence = ({ year, verdict, totalHundredths, basis }: ReviewedYear): string =>
  `${year}年：${VERDICTS[verdict]}，已计入 ${formatHours(totalHundredths)}（${citations(basis)}）`;

const dishonestSentence = (until: Day, barred: boolean): string =>
  `职称评审诚信档案库有失信记录，至 ${until} 止${barred ? '，期间不得申报' : ''}（${citations(['21'])}）`;

import {
  type CapLeft,
  cite,
  type ExplainedItem,
  type ExplainedRecognition,
  type YearChange,
  type YearStanding,
} from '../../contract/explained.ts';
import type { Activity } from '../../rules/activity.ts';
import type { AnnualResult, ItemResult } from '../../rules/annual.ts';
import { formatCredits, formatHours } from '../../rules/hours.ts';
import { creditsOf, type Recognition } from '../../rules/recognition.ts';
import { CAPS, REFUSAL_CODES, STEPS, VERDICTS } from '../../rules/vocabulary.ts';
import { type Judged, judgeYear, type Source } from '../ledger-entries.ts';

/** The rules' results as people read them: each figure with its article's sentence. One wording for both sides. */

export const explainItem = (item: ItemResult, activity: Activity): ExplainedItem => ({
  id: item.id,
  form: item.form,
  status: item.status,
  refusal: item.refusal
    ? {
        code: item.refusal.code,
        label: REFUSAL_CODES[item.refusal.code],
        message: item.refusal.message,
        fix: item.refusal.fix,
        basis: cite(item.refusal.basis),
      }
    : null,
  countedHundredths: item.countedHundredths,
  publicHundredths: item.publicHundredths,
  professionalHundredths: item.professionalHundredths,
  deemedComplete: item.deemedComplete,
  steps: item.steps.map((s) => explainStep(s, creditsOf(activity))),
  notCounted: item.notCounted.map((cut) => ({
    hundredths: cut.hundredths,
    cap: cut.cap,
    text: cut.text,
    basis: cite(cut.basis),
  })),
});

/** What was declared in credits (学分) is said in credits: to call them hours would misstate what was handed in. */
function explainStep(s: ItemResult['steps'][number], credits: number | undefined): ExplainedItem['steps'][number] {
  const inCredits = s.step === 'raw' && credits !== undefined;
  return {
    step: s.step,
    label: STEPS[s.step],
    hundredths: s.hundredths,
    unit: inCredits ? 'credits' : 'hours',
    text: inCredits ? `${STEPS.raw} ${formatCredits(credits)}` : s.text,
    basis: cite(s.basis),
    cap: s.cap ?? null,
  };
}

export function explainRecognition(recognition: Recognition): ExplainedRecognition {
  const basis = cite(recognition.basis);
  const trace = [...recognition.trace];
  if (recognition.outcome === 'refused') {
    const { code, message, fix } = recognition;
    return { outcome: 'refused', code, message, fix, basis, trace };
  }
  const lines = recognition.lines.map((line) => ({
    index: line.index,
    on: line.on,
    subject: line.subject,
    rawHundredths: line.rawHundredths,
    hundredths: line.hundredths,
    refusal: line.refusal ?? null,
  }));
  return { outcome: 'accepted', lines, deemedComplete: recognition.deemedComplete, basis, trace };
}

export const explainCaps = (result: AnnualResult): CapLeft[] =>
  result.caps.map(({ cap, limitHundredths, usedHundredths, leftHundredths }) => ({
    cap,
    label: CAPS[cap],
    limitHundredths,
    usedHundredths,
    leftHundredths,
  }));

export function standing(result: AnnualResult): YearStanding {
  const { publicHundredths, professionalHundredths, totalHundredths, missing, verdict, year } = result;
  return {
    year,
    publicHundredths,
    professionalHundredths,
    totalHundredths,
    missing: {
      publicHundredths: missing.public,
      professionalHundredths: missing.professional,
      totalHundredths: lacking(result),
    },
    verdict,
    verdictLabel: VERDICTS[verdict],
    sentence: sentenceOf(result),
  };
}

/** Hours still to be earned: a surplus of one subject does not stand in for the other (Art. 4). */
const lacking = ({ missing }: AnnualResult): number => Math.max(missing.total, missing.public + missing.professional);

function sentenceOf(result: AnnualResult): string {
  switch (result.verdict) {
    case 'cancelled':
      return '本年度学时已取消';
    case 'deemed-complete':
      return '视为完成本年度学时';
    case 'qualified':
      return '已完成本年度学时';
    case 'deferred':
      return `已批准顺延，${missingWords(result)}`;
    case 'in-progress':
    case 'unqualified':
      return missingWords(result);
  }
}

function missingWords(result: AnnualResult): string {
  const { missing } = result;
  const parts = [
    missing.public > 0 ? `公需科目 ${formatHours(missing.public)}` : '',
    missing.professional > 0 ? `专业科目 ${formatHours(missing.professional)}` : '',
  ].filter((part) => part !== '');
  return `还差 ${formatHours(lacking(result))}${parts.length > 0 ? `（${parts.join('，')}）` : ''}`;
}

type Change = {
  year: number;
  asOf: string;
  /** What the year has without the activity. */
  others: readonly Source[];
  candidate: Source;
} & Pick<Judged, 'countedEarlier' | 'deferral'>;

/** The year without an activity and with it: the same rules as the ledger's. */
export function changeOf({ year, asOf: on, others, candidate, ...judged }: Change): YearChange {
  const before = judgeYear({ year, on, ...judged }, others);
  const after = judgeYear({ year, on, ...judged }, [...others, candidate]);
  const item = after.items.find((i) => i.id === candidate.sourceId);
  return {
    before: standing(before),
    after: standing(after),
    item: item ? explainItem(item, candidate.activity) : null,
    caps: explainCaps(after),
  };
}

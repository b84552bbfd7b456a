import type { Activity } from './activity.ts';
import { claimYears } from './deadlines.ts';
import { isGoverned } from './parameters.ts';
import { type Line, type Recognition, recognise } from './recognition.ts';
import { deferralLatestOn } from './year.ts';

/**
 * The rules' answer on a whole claim, before the caps of any year. A training across new year is recognised in both years, day by day;
 * here each line stands with the hours of the year it belongs to. Refused only when every year refuses.
 * Make-up study is taken as allowed here: whether a deferral was granted is judged when it is declared and when it is filed.
 * @article 18 在当年度内有效
 * @interpretation D-3
 */
export function recogniseClaim(activity: Activity, unit: { studyArchive: boolean }): Recognition {
  const { makeUpFor } = activity;
  // A year before the measures has no deferral; the year itself is what is refused.
  const mayBeMadeUp = makeUpFor !== undefined && isGoverned(makeUpFor);
  const deferral = mayBeMadeUp ? { until: deferralLatestOn(makeUpFor) } : undefined;
  const rulings = claimYears(activity).map((year) => recognise(activity, { year, unit, deferral }));
  const accepted = rulings.filter((ruling) => ruling.outcome === 'accepted');
  const [first] = accepted;
  if (first === undefined) return rulings[0] ?? recognise(activity, { year: 0, unit });
  const lines = first.lines.map((line) =>
    inItsYear(
      line,
      accepted.map((ruling) => ruling.lines),
    ),
  );
  return { ...first, lines };
}

/** The line as the year it belongs to sees it: the other years refuse it and count nothing. */
const inItsYear = (line: Line, years: readonly (readonly Line[])[]): Line =>
  years.flat().find((other) => other.index === line.index && other.refusal === undefined) ?? line;

import { statisticsDifferences } from '../statistics.ts';
import type { Finder } from './finding.ts';

const SHOWN = 1_000;

/** The kept numbers against the record, from one snapshot: the statement goes by year and employer, not by pages of ours. */
export const findInStatistics: Finder = async ({ db }) => {
  const differences = await statisticsDifferences(db, SHOWN);
  return {
    found: [...new Map(differences.map((each) => [each.of, each])).values()].map(({ of, kept, counted }) => ({
      class: 'aggregates-unequal' as const,
      subjectKind: 'statistic' as const,
      subjectId: of,
      pageKey: of,
      facts: { kept, counted },
    })),
    last: null,
    checked: differences.length,
    subjects: ['statistic'],
  };
};

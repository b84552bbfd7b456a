import type { Level } from '../../rules/vocabulary.ts';

/** What the kept numbers count; `item` says which of it (migration 0009 lists them). */
export type Measure = 'people' | 'standing' | 'hours' | 'claims' | 'waiting' | 'settled';

interface Place {
  region_code: string;
  level: Level;
  industry_code: string;
}

interface Count extends Place {
  year: number;
  measure: Measure;
  item: string;
  n: number;
}

/** Statistics (migration 0009); all but the views are written by triggers and the fold alone. */
export interface StatisticsTables {
  person_home: Place & { person_id: string; from_year: number; until_year: number | null; employer_id: string };
  person_home_truth: StatisticsTables['person_home'];
  statistic_delta: Count & { employer_id: string };
  statistic: Count & { employer_id: string };
  statistic_of_place: Count;
  statistic_now: Count & { employer_id: string };
  statistic_truth: Count & { employer_id: string };
}

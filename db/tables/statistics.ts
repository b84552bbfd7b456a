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

/** Statistics (migrations 0009, 0024); all but the views are written by triggers and the fold alone. */
export interface StatisticsTables {
  person_home: Place & { person_id: string; from_year: number; until_year: number | null; employer_id: string };
  person_home_truth: StatisticsTables['person_home'];
  statistic_delta: Count & { employer_id: string };
  statistic: Count & { employer_id: string };
  statistic_of_place: Count;
  /** The same for less (migration 0024): the fewer rows, the sooner summed. */
  statistic_of_region: Omit<Count, 'industry_code'>;
  statistic_of_industry: Omit<Count, 'region_code' | 'level'>;
  statistic_of_employer: Omit<Count, 'item'> & { employer_id: string };
  statistic_now: Count & { employer_id: string };
  statistic_truth: Count & { employer_id: string };
}

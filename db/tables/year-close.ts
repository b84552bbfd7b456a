import type { Generated } from 'kysely';
import type { Verdict } from '../../rules/vocabulary.ts';
import type { Day, InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';

/** The closing of years (migration 0011). */
export interface YearCloseTables {
  year_close: {
    year: number;
    state: Generated<'running' | 'closed'>;
    as_of: Day;
    rule_version: string;
    started_by: string | null;
    started_at: InstantNow;
    finished_at: InstantOrNull;
    people_total: number | null;
    people_done: Generated<number>;
    open_claims: Generated<number>;
    verdicts: JsonWithDefault<Partial<Record<Verdict, number>>>;
    after: string | null;
  };
  year_verdict: {
    year: number;
    person_id: string;
    verdict: Verdict;
    public_hundredths: number;
    professional_hundredths: number;
    deemed_complete: boolean;
    open_claims: number;
    rule_version: string;
    closed_at: InstantNow;
  };
}

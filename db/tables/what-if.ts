import type { Generated } from 'kysely';
import type { SupposedFigures } from '../../contract/what-if.ts';
import type { Verdict } from '../../rules/vocabulary.ts';
import type { Day, InstantNow, InstantOrNull, Json, JsonWithDefault } from '../columns.ts';

/** What-ifs (migration 0026). */
export interface WhatIfTables {
  what_if: {
    id: Generated<string>;
    requested_by: string;
    request_key: string;
    year: number;
    region_code: string | null;
    employer_id: string | null;
    figures: Json<SupposedFigures>;
    state: Generated<'running' | 'done' | 'cancelled'>;
    as_of: Day;
    people_total: number;
    people_done: Generated<number>;
    changed: Generated<number>;
    gain: Generated<number>;
    lose: Generated<number>;
    verdicts: JsonWithDefault<Record<string, number>>;
    after: string | null;
    created_at: InstantNow;
    ended_at: InstantOrNull;
  };
  what_if_change: {
    what_if_id: string;
    person_id: string;
    employer_id: string | null;
    public_before: number;
    professional_before: number;
    verdict_before: Verdict;
    public_after: number;
    professional_after: number;
    verdict_after: Verdict;
  };
}

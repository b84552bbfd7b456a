import type { Generated } from 'kysely';
import type { MoveSide, MoveState } from '../../contract/moves.ts';
import type { Level, UnitKind } from '../../rules/vocabulary.ts';
import type { Day, InstantNow, InstantOrNull } from '../columns.ts';

/** People and organisations through time (migration 0015). */
export interface PeopleTables {
  person_registration: {
    person_id: string;
    organisation_id: string;
    registered_by: string;
    request_key: string;
    registered_at: InstantNow;
  };
  organisation_change: {
    id: Generated<string>;
    organisation_id: string;
    from_on: Day;
    name: string;
    unit_kind: UnitKind | null;
    level: Level;
    region_code: string;
    industry_code: string | null;
    supervising_department_id: string | null;
    study_archive: boolean;
    recorded_by: string;
    recorded_at: InstantNow;
  };
  move: MoveTable;
  move_answer: {
    move_id: string;
    side: MoveSide;
    accepts: boolean;
    reason: Generated<string>;
    answered_by: string;
    organisation_id: string | null;
    answered_at: InstantNow;
  };
}

interface MoveTable {
  id: Generated<string>;
  person_id: string;
  from_employer_id: string | null;
  from_agency_id: string | null;
  to_employer_id: string;
  to_agency_id: string | null;
  from_on: Day;
  requested_by: string;
  requested_side: Exclude<MoveSide, 'old-unit'>;
  requested_at: InstantNow;
  request_key: string;
  authority_from_on: Day;
  state: Generated<MoveState>;
  effective_on: Day | null;
  ended_at: InstantOrNull;
}

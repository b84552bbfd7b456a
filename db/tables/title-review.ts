import type { Generated, GeneratedAlways } from 'kysely';
import type { MachineScope } from '../../contract/machines.ts';
import type { Purpose, ReviewScope } from '../../contract/title-review.ts';
import type { Day, InstantNow, InstantOrNull } from '../columns.ts';

/** The link to title review (migration 0010). */
export interface TitleReviewTables {
  person_access: {
    id: GeneratedAlways<number>;
    person_id: string;
    client_id: string;
    organisation_id: string;
    scope: ReviewScope;
    purpose: Purpose;
    case_number: string;
    years: number[];
    answer_digest: Buffer;
    request_id: string;
    at: InstantNow;
  };
}

/** The credentials of a machine, with who issued and who ended them. */
export interface MachineClientTable {
  id: Generated<string>;
  name: string;
  organisation_id: string;
  secret_hash: Buffer;
  scopes: MachineScope[];
  from_on: Day;
  until_on: Day | null;
  created_at: InstantNow;
  created_by: string | null;
  ended_by: string | null;
  ended_at: InstantOrNull;
  request_key: string | null;
}

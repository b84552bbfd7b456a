import type { Generated } from 'kysely';
import type { DeskFilter } from '../../contract/desk.ts';
import type { Provision } from '../../rules/articles.ts';
import type { ReturnReason } from '../../rules/vocabulary.ts';
import type { InstantNow, Json } from '../columns.ts';

/** What reviewers arrange at their desks (migration 0036). */
export interface DeskTables {
  saved_view: {
    id: Generated<string>;
    person_id: string;
    name: string;
    filter: Json<DeskFilter>;
    created_at: InstantNow;
    request_key: string;
  };
  saved_reply: {
    id: Generated<string>;
    person_id: string;
    text: string;
    code: ReturnReason | null;
    article: Provision | null;
    created_at: InstantNow;
    request_key: string;
  };
}

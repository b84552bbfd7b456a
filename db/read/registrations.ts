import { type RawBuilder, sql } from 'kysely';

/**
 * The person and every registration merged into theirs, as an array for `= any (...)`: the other way about, through the view
 * `person_identity`, no index helps.
 */
export const registrationsOf = (personId: string): RawBuilder<string[]> => sql<string[]>`array(
  select ${personId}::uuid union all
  select absorbed_id from person_merge where kept_id = ${personId}::uuid and state in ('in-force', 'undo-proposed'))`;

import { type Kysely, sql } from 'kysely';

/**
 * Continuing-education bases (继续教育基地, Arts. 13, 22) register trainings that an authority commissioned, for people of any unit.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(trainings).execute(db);
}

const trainings = `
-- What a row is may be named together with what kind of body it is, so that a reference can ask for a kind.
alter table organisation add constraint organisation_of_kind unique (id, kind);

alter table training
  add column holder_kind text not null default 'employer' check (holder_kind in ('employer', 'education-base')),
  -- The authority that commissioned a base's training (Art. 11(1)).
  add column organiser_id text,
  add column organiser_kind text check (organiser_kind in ('hrss', 'industry-authority')),
  add constraint training_holder foreign key (organisation_id, holder_kind) references organisation (id, kind),
  add constraint training_organiser foreign key (organiser_id, organiser_kind) references organisation (id, kind),
  add constraint training_commissioned check (
    (holder_kind = 'education-base') = (organiser_id is not null) and (organiser_id is null) = (organiser_kind is null)),
  -- A unit's training is professional by law; a base says of each day what it was.
  add constraint training_subjects check (
    (holder_kind = 'education-base' and not jsonb_path_exists(days, '$[*] ? (!exists(@.subject))'))
    or (holder_kind = 'employer' and not jsonb_path_exists(days, '$[*] ? (exists(@.subject))')));
create index training_commissioned_by on training (organiser_id) where organiser_id is not null;
`;

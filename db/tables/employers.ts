import type { ColumnType, Generated } from 'kysely';
import type { Mode, Subject } from '../../rules/vocabulary.ts';
import type { Day, InstantNow, InstantOrNull, Json } from '../columns.ts';

/** A day of a training in the study archive: its hours, or its minutes. */
export type TrainingDay = { on: Day; subject?: Subject | undefined } & ({ hundredths: number } | { minutes: number });

/** An authority whose trainings a base may hold (Art. 11(1)). */
export type CommissioningKind = 'organisation-department' | 'hrss' | 'industry-authority';

/** The employer's side (migration 0013). */
export interface EmployerTables {
  reminder: {
    id: Generated<string>;
    person_id: string;
    organisation_id: string;
    year: number;
    sent_on: Day;
    sent_by: string;
  };
  planned_training: {
    id: Generated<string>;
    organisation_id: string;
    year: number;
    title: string;
    month: number;
    subject: Subject;
    hundredths: number;
    revision: Generated<number>;
    request_key: string;
    created_by: string;
    created_at: InstantNow;
  };
  training: {
    id: Generated<string>;
    organisation_id: string;
    planned_id: string | null;
    title: string;
    place: string;
    organiser_name: string;
    holder_kind: ColumnType<'employer' | 'education-base', 'employer' | 'education-base' | undefined, never>;
    organiser_id: string | null;
    organiser_kind: CommissioningKind | null;
    mode: Mode;
    days: Json<TrainingDay[]>;
    first_on: Day;
    last_on: Day;
    revision: Generated<number>;
    request_key: string;
    created_by: string;
    created_at: InstantNow;
  };
  training_file: {
    id: Generated<string>;
    training_id: string;
    uploaded_by: string;
    file_name: string;
    media_type: 'application/pdf' | 'image/jpeg' | 'image/png';
    size_bytes: number;
    sha256: Buffer;
    storage_key: string;
    uploaded_at: InstantNow;
  };
  attendance: {
    training_id: string;
    person_id: string;
    missed: ColumnType<Day[], Day[] | undefined, Day[]>;
    added_by: string;
    added_at: InstantNow;
  };
  proposal: {
    id: Generated<string>;
    training_id: string;
    person_id: string;
    claim_id: string | null;
    proposed_by: string;
    proposed_at: InstantNow;
    objected_at: InstantOrNull;
    objection: string | null;
  };
}

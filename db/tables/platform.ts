import type { ColumnType, Generated } from 'kysely';
import type { CatalogueCounting, RecognisedKind } from '../../contract/documents.ts';
import type { ImportKind, ImportState, RowError, WholeProblem } from '../../contract/imports.ts';
import type { DocumentLevel, Subject } from '../../rules/vocabulary.ts';
import type { Day, InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';

/** The platform's catalogues and completions, courseware, recognition documents, imports (migration 0007). */
export interface PlatformTables {
  person_key_secret: { one: Generated<boolean>; fingerprint: Buffer };
  platform_course: {
    code: string;
    title: string;
    subject: Subject;
    hundredths: number;
    from_on: Day;
    until_on: Day | null;
    revision: Generated<number>;
    created_at: InstantNow;
    created_by: Generated<string | null>;
    request_key: Generated<string | null>;
  };
  courseware: {
    code: string;
    title: string;
    hundredths: number;
    entered_on: Day;
    withdrawn_on: Day | null;
    revision: Generated<number>;
    created_at: InstantNow;
    created_by: Generated<string | null>;
    request_key: Generated<string | null>;
  };
  courseware_lecturer: { courseware_code: string; person_id: string };
  recognition_document: {
    id: Generated<string>;
    number: string;
    level: Exclude<DocumentLevel, 'municipal'>;
    authority_name: string;
    organisation_id: string;
    kind: RecognisedKind;
    title: string;
    subject: Subject;
    counting: CatalogueCounting;
    ratio_hundredths: number | null;
    most_hundredths: number | null;
    issued_on: Day;
    from_on: Day;
    until_on: Day | null;
    revision: Generated<number>;
    created_at: InstantNow;
    created_by: Generated<string | null>;
    request_key: Generated<string | null>;
  };
  import: ImportTable;
  import_chunk: { import_id: string; seq: number; content: Buffer };
  import_row: {
    import_id: string;
    number: number;
    content: ColumnType<unknown, string | null, string | null>;
    key: string | null;
    errors: ColumnType<RowError[] | null, string | null, string | null>;
    outcome: string | null;
  };
}

interface ImportTable {
  id: Generated<string>;
  kind: ImportKind;
  organisation_id: string;
  uploaded_by: string;
  request_key: string;
  file_name: string;
  size_bytes: Generated<number>;
  sha256: Buffer | null;
  state: Generated<ImportState>;
  problem: ColumnType<WholeProblem | null, string | null | undefined, string | null>;
  format: string | null;
  rows_read: Generated<number>;
  rows_good: Generated<number>;
  rows_bad: Generated<number>;
  cursor: Generated<number>;
  rows_done: Generated<number>;
  /** How many rows came to which end. */
  outcomes: JsonWithDefault<Record<string, number>>;
  created_at: InstantNow;
  confirmed_by: string | null;
  confirmed_at: InstantOrNull;
  ended_at: InstantOrNull;
}

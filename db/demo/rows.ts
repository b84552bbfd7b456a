import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { EvidenceFile } from './evidence-files.ts';

/** How a column's value travels as JSON: instants and bytes as text, all else as it is. */
type Carried<T> = T extends Date | Buffer ? string : T;

/** A row of a table as it is handed to PostgreSQL in one JSON document with thousands of others. */
export type Row<T extends keyof Database> = {
  [K in Exclude<keyof Selectable<Database[T]>, T extends 'claim' ? Computed : never>]: Carried<
    Selectable<Database[T]>[K]
  >;
};

/** Columns that PostgreSQL computes from a claim's plan. */
type Computed = 'archive_agency_id' | 'supervising_department_id';

/** Identity columns may be left to the database. */
type NewRow<T extends keyof Database> = T extends 'timeline' | 'audit' | 'ledger_entry' | 'case_event'
  ? Omit<Row<T>, 'id'>
  : Row<T>;

/** In the order of their references. */
const TABLES = [
  'region',
  'industry',
  'organisation',
  'person',
  'affiliation',
  'role_holding',
  'account',
  'move',
  'move_answer',
  'platform_course',
  'recognition_document',
  'courseware',
  'courseware_lecturer',
  'machine_client',
  'reminder',
  'planned_training',
  'training',
  'training_file',
  'attendance',
  'claim',
  'claim_version',
  'evidence',
  'proposal',
  'act',
  'stage',
  'task',
  'reviewer_of_claim',
  'decision',
  'leave',
  'declared_relation',
  'nudge',
  'claim_copy',
  'reconsideration',
  'revocation',
  'platform_completion',
  'person_year',
  'certificate',
  'deferral',
  'sanction',
  'sanction_ground',
  'sanction_claim',
  'sanction_defence',
  'sanction_appeal',
  'sanction_proposal',
  'title_order',
  'case_file',
  'case_event',
  'ledger_entry',
  'timeline',
  'audit',
] as const satisfies readonly (keyof Database)[];

export type SeededTable = (typeof TABLES)[number];

const ROWS_A_STATEMENT = 4_000;

/** All rows of the seed, gathered first and written in a few large statements. */
export class Rows {
  readonly #rows = new Map<SeededTable, object[]>(TABLES.map((table) => [table, []]));
  /** The files behind the evidence rows, by storage key. */
  readonly files = new Map<string, EvidenceFile>();

  /** Adds a row; it may still be changed until `write`. */
  add<T extends SeededTable>(table: T, row: NewRow<T>): void {
    this.#rows.get(table)?.push(row);
  }

  /** Orders a table's rows before their identity is given, such as a trail by its instants. */
  sort(table: 'timeline' | 'audit' | 'ledger_entry', keyOf: 'at' | 'recorded_at'): void {
    const instant = (row: object): string => String((row as Record<string, unknown>)[keyOf]);
    this.#rows.get(table)?.sort((a, b) => (instant(a) < instant(b) ? -1 : instant(a) > instant(b) ? 1 : 0));
  }

  counts(): Record<string, number> {
    return Object.fromEntries(TABLES.map((table) => [table, this.#rows.get(table)?.length ?? 0]));
  }

  async write(db: Kysely<Database>): Promise<void> {
    for (const table of TABLES) {
      const rows = this.#rows.get(table) ?? [];
      for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
        await insertAll(db, table, rows.slice(from, from + ROWS_A_STATEMENT));
      }
    }
  }
}

async function insertAll(db: Kysely<Database>, table: SeededTable, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(table)} (${columns}) overriding system value
    select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(
    db,
  );
}

import type { ImportKind, ImportRowsQuery, RowError, ShownImport } from '../../contract/imports.ts';
import type { Caller } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import { IMPORTERS } from '../imports.ts';

const SHOWN = 50;

/** The caller's organisation's imports of a kind, newest first; null when the kind is not theirs to import. */
export async function listImports(
  db: Db,
  caller: Caller,
  kind: ImportKind,
  today: string,
): Promise<ShownImport[] | null> {
  const organisationId = await IMPORTERS[kind].organisationFor(db, caller, today);
  if (organisationId === null) return null;
  const rows = await imports(db)
    .where('i.organisation_id', '=', organisationId)
    .where('i.kind', '=', kind)
    .where('i.state', '<>', 'uploading')
    .orderBy('i.id', 'desc')
    .limit(SHOWN)
    .execute();
  return rows.map(shown);
}

/** One import with what became of its rows; null for a foreign or unknown one. */
export async function readImport(db: Db, caller: Caller, id: string, today: string): Promise<ShownImport | null> {
  const row = await imports(db).where('i.id', '=', id).executeTakeFirst();
  if (!row || (await IMPORTERS[row.kind].organisationFor(db, caller, today)) !== row.organisation_id) return null;
  return shown(row);
}

const imports = (db: Db) =>
  db
    .selectFrom('import as i')
    .innerJoin('person as p', 'p.id', 'i.uploaded_by')
    .select(['i.id', 'i.kind', 'i.organisation_id', 'i.state', 'i.file_name', 'i.size_bytes', 'i.format', 'i.problem'])
    .select(['i.rows_read', 'i.rows_good', 'i.rows_bad', 'i.rows_done', 'i.outcomes'])
    .select(['i.created_at', 'i.confirmed_at', 'i.ended_at'])
    .select('p.name as uploadedBy');

type Row = Awaited<ReturnType<ReturnType<typeof imports>['execute']>>[number];

function shown(row: Row): ShownImport {
  const words = IMPORTERS[row.kind].outcomes;
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    format: row.format,
    problem: row.problem,
    rowsRead: row.rows_read,
    rowsGood: row.rows_good,
    rowsBad: row.rows_bad,
    rowsDone: row.rows_done,
    outcomes: Object.entries(row.outcomes)
      .map(([outcome, count]) => ({ outcome, text: words[outcome] ?? outcome, count }))
      .sort((a, b) => b.count - a.count),
    uploadedBy: row.uploadedBy,
    createdAt: row.created_at.toISOString(),
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** The rows of an import after a number: those with errors, or all. Whoever asks has been shown the import. */
export async function importRows(db: Db, { id, kind }: ShownImport, { only, limit, after }: ImportRowsQuery) {
  const rows = await db
    .selectFrom('import_row')
    .select(['number', 'errors', 'outcome'])
    .where('import_id', '=', id)
    .where('number', '>', after)
    .$if(only === 'errors', (some) => some.where('errors', 'is not', null))
    .orderBy('number')
    .limit(limit + 1)
    .execute();
  const words = IMPORTERS[kind].outcomes;
  const items = rows.slice(0, limit).map(({ number, errors, outcome }) => ({
    number,
    errors: errors ?? [],
    outcome,
    text: errors
      ? errors.map((e) => (e.column === '' ? e.message : `${e.column}：${e.message}`)).join('；')
      : outcome === null
        ? '可以导入'
        : (words[outcome] ?? outcome),
  }));
  return { items, next: rows.length > limit ? (items.at(-1)?.number ?? null) : null };
}

const ERRORS_AT_ONCE = 1_000;

/** Every row that is wrong, a page at a time. Whoever asks has been shown the import. */
export async function* everyError(db: Db, id: string): AsyncGenerator<{ number: number; errors: readonly RowError[] }> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('import_row')
      .select(['number', 'errors'])
      .where('import_id', '=', id)
      .where('number', '>', after)
      .where('errors', 'is not', null)
      .orderBy('number')
      .limit(ERRORS_AT_ONCE)
      .execute();
    for (const { number, errors } of rows) yield { number, errors: errors ?? [] };
    const last = rows.at(-1);
    if (!last || rows.length < ERRORS_AT_ONCE) return;
    after = last.number;
  }
}

import { sql } from 'kysely';
import { IMPORT_LIMITS, type ImportKind, type WholeProblem } from '../contract/imports.ts';
import { isBlank, type Places, placesOf } from '../imports/columns.ts';
import { type SheetRow, type Source, UnreadableError } from '../imports/row.ts';
import { readSheet } from '../imports/sheet.ts';
import { BusyError } from '../imports/threads.ts';
import { legalDay } from '../rules/calendar.ts';
import { again } from './again.ts';
import type { Db } from './connect.ts';
import { completionImporter } from './import-completions.ts';
import type { Checked, ImportContext, Importer } from './import-kind.ts';

/** The job of an import: reading its file into rows, then carrying the confirmed rows out. It can be cut short anywhere and called again. */

export const IMPORTERS: Readonly<Record<ImportKind, Importer>> = { completions: completionImporter };

type Job = { id: string; kind: ImportKind; state: string; organisation_id: string; file_name: string; cursor: number };

const ROWS_READ_AT_ONCE = 1_000;
/** A transaction each, whose locks others wait for: some hundred milliseconds. */
const ROWS_DONE_AT_ONCE = 250;

/**
 * Works on an import for a while.
 * @param budgetMs after so long, at the end of a page, it stops; `again` says that there is more. The way back to where an earlier job
 * stopped is not counted: late in a file of a million rows it alone takes longer, and each job would keep a single page.
 * `later`: too many workbooks are being read.
 */
export async function continueImport(
  db: Db,
  importId: string,
  { budgetMs = 8_000, now = () => new Date() }: { budgetMs?: number; now?: () => Date } = {},
): Promise<Left> {
  const job = await db
    .selectFrom('import')
    .select(['id', 'kind', 'state', 'organisation_id', 'file_name', 'cursor'])
    .where('id', '=', importId)
    .executeTakeFirst();
  const today = legalDay(now().toISOString());
  if (job?.state === 'reading') return readPart(db, job, { today, budgetMs });
  if (job?.state === 'running') return runPart(db, job, { today, budgetMs });
  return 'ended';
}

/** What is left of an import when a job of it stops. */
type Left = 'again' | 'later' | 'ended';

type Turn = { today: string; budgetMs: number };

const contextOf = (job: Job, { today }: Turn): ImportContext => ({ organisationId: job.organisation_id, today });

/** The file as it lies in the database, a piece at a time. */
const sourceOf = (db: Db, job: Job): Source => ({
  name: job.file_name,
  bytes: async function* () {
    for (let seq = 0; ; seq += 1) {
      const chunk = await db
        .selectFrom('import_chunk')
        .select('content')
        .where('import_id', '=', job.id)
        .where('seq', '=', seq)
        .executeTakeFirst();
      if (!chunk) return;
      yield chunk.content;
    }
  },
});

/** Reads on behind the last row kept: rows before it are parsed again, which costs little, and kept once. */
async function readPart(db: Db, job: Job, turn: Turn): Promise<Left> {
  try {
    const { format, rows } = await readSheet(sourceOf(db, job));
    return await stage(db, job, turn, { format, rows });
  } catch (error) {
    if (error instanceof BusyError) return 'later';
    if (!(error instanceof UnreadableError)) throw error;
    await refuseFile(db, job, error.problem);
    return 'ended';
  }
}

async function stage(
  db: Db,
  job: Job,
  turn: Turn,
  { format, rows }: { format: string; rows: AsyncGenerator<SheetRow> },
): Promise<'again' | 'ended'> {
  const importer = IMPORTERS[job.kind];
  let places: Places<string> | undefined;
  let page: SheetRow[] = [];
  let cursor = job.cursor;
  let until: number | undefined;
  const keep = async (): Promise<boolean> => {
    const checked = await importer.check(db, contextOf(job, turn), places ?? new Map(), page);
    const kept = await keepRows(db, job, { format, from: cursor, to: page.at(-1)?.number ?? cursor, checked });
    cursor = page.at(-1)?.number ?? cursor;
    page = [];
    return kept;
  };
  for await (const row of rows) {
    if (isBlank(row)) continue;
    if (!places) {
      places = placesOf(importer.schema, row);
      continue;
    }
    if (row.number <= cursor) continue;
    until ??= performance.now() + turn.budgetMs;
    if (row.number > IMPORT_LIMITS.rows + 1) throw new UnreadableError(TOO_MANY_ROWS);
    page.push(row);
    if (page.length < ROWS_READ_AT_ONCE) continue;
    // Another job of this import is ahead: it goes on, this one does not.
    if (!(await keep())) return 'ended';
    if (performance.now() >= until) return 'again';
  }
  if (page.length > 0 && !(await keep())) return 'ended';
  if (cursor === 0) throw new UnreadableError(EMPTY);
  await endReading(db, job, cursor);
  return 'ended';
}

type Page = { format: string; from: number; to: number; checked: readonly Checked[] };

/** Keeps a page's rows if the import still stands where the page begins. */
const keepRows = (db: Db, job: Job, { format, from, to, checked }: Page): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    const bad = checked.filter((row) => 'errors' in row).length;
    const moved = await trx
      .updateTable('import')
      .set((eb) => ({
        format,
        cursor: to,
        rows_read: eb('rows_read', '+', checked.length),
        rows_good: eb('rows_good', '+', checked.length - bad),
        rows_bad: eb('rows_bad', '+', bad),
      }))
      .where('id', '=', job.id)
      .where('state', '=', 'reading')
      .where('cursor', '=', from)
      .returning('id')
      .executeTakeFirst();
    if (!moved) return false;
    await sql`
      insert into import_row (import_id, number, content, key, errors)
      select ${job.id}, number, content, key, errors
      from jsonb_to_recordset(${JSON.stringify(checked)}::jsonb) as r(number int, content jsonb, key text, errors jsonb)`.execute(
      trx,
    );
    return true;
  });

/** Rows that ask for what an earlier row asks for are told so; then the preview stands, and the file is not needed any more. */
const endReading = (db: Db, job: Job, cursor: number): Promise<void> =>
  db.transaction().execute(async (trx) => {
    const moved = await trx
      .updateTable('import')
      .set({ state: 'previewed', cursor: 0 })
      .where('id', '=', job.id)
      .where('state', '=', 'reading')
      .where('cursor', '=', cursor)
      .returning('id')
      .executeTakeFirst();
    if (!moved) return;
    await sql`
      with repeated as (
        update import_row r set content = null, key = null, errors = jsonb_build_array(jsonb_build_object(
          'column', '', 'code', 'duplicate-row', 'message', '与第 ' || f.first || ' 行重复'))
        from (select number, first_value(number) over (partition by key order by number) as first
              from import_row where import_id = ${job.id} and key is not null) f
        where r.import_id = ${job.id} and r.number = f.number and f.number <> f.first
        returning r.number),
      counted as (select count(*)::int as n from repeated)
      update import set rows_good = rows_good - n, rows_bad = rows_bad + n from counted where id = ${job.id}`.execute(
      trx,
    );
    await trx.deleteFrom('import_chunk').where('import_id', '=', job.id).execute();
  });

/** The file as a whole is refused: nothing of it stays but the reason. */
const refuseFile = (db: Db, job: Job, problem: WholeProblem): Promise<void> =>
  db.transaction().execute(async (trx) => {
    await trx
      .updateTable('import')
      .set({ state: 'refused', problem: JSON.stringify(problem), ended_at: sql`now()` })
      .where('id', '=', job.id)
      .where('state', '=', 'reading')
      .execute();
    await trx.deleteFrom('import_chunk').where('import_id', '=', job.id).execute();
    await trx.deleteFrom('import_row').where('import_id', '=', job.id).execute();
  });

const EMPTY: WholeProblem = {
  code: 'import-empty',
  detail: '文件里没有数据行。',
  fix: '第一行为表头，从第二行起填写数据后重新上传。',
};
const TOO_MANY_ROWS: WholeProblem = {
  code: 'import-too-large',
  detail: `一次最多导入 ${IMPORT_LIMITS.rows / 10_000} 万行。`,
  fix: '请拆分文件后分别上传。',
};

async function runPart(db: Db, job: Job, turn: Turn): Promise<'again' | 'ended'> {
  const until = performance.now() + turn.budgetMs;
  for (;;) {
    const left = await again(() => runPage(db, job, turn));
    if (!left) return 'ended';
    if (performance.now() >= until) return 'again';
  }
}

/** One page in one transaction, the cursor with it; false when there was nothing left. */
const runPage = (db: Db, job: Job, turn: Turn): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    // Two jobs of one import take turns here; the second finds the cursor behind the first's page.
    const held = await trx
      .selectFrom('import')
      .select(['cursor', 'outcomes'])
      .where('id', '=', job.id)
      .where('state', '=', 'running')
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!held) return false;
    const rows = await trx
      .selectFrom('import_row')
      .select(['number', 'content'])
      .where('import_id', '=', job.id)
      .where('number', '>', held.cursor)
      .where('content', 'is not', null)
      .orderBy('number')
      .limit(ROWS_DONE_AT_ONCE)
      .execute();
    const last = rows.at(-1);
    if (!last) {
      await endRun(trx, job);
      return false;
    }
    const outcomes = await IMPORTERS[job.kind].apply(trx, contextOf(job, turn), rows);
    await noteOutcomes(trx, job, outcomes);
    await trx
      .updateTable('import')
      .set((eb) => ({
        cursor: last.number,
        rows_done: eb('rows_done', '+', rows.length),
        outcomes: JSON.stringify(counted(held.outcomes, outcomes.values())),
      }))
      .where('id', '=', job.id)
      .execute();
    return true;
  });

const noteOutcomes = (trx: Db, job: Job, outcomes: ReadonlyMap<number, string>) =>
  sql`
    update import_row r set outcome = o.outcome
    from unnest(${[...outcomes.keys()]}::int[], ${[...outcomes.values()]}::text[]) as o(number, outcome)
    where r.import_id = ${job.id} and r.number = o.number`.execute(trx);

/** With a page's outcomes. */
function counted(before: Readonly<Record<string, number>>, outcomes: Iterable<string>): Record<string, number> {
  const counts = new Map(Object.entries(before));
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return Object.fromEntries(counts);
}

async function endRun(trx: Db, job: Job): Promise<void> {
  await sql`
    with done as (
      update import set state = 'done', ended_at = now() where id = ${job.id} returning *)
    insert into audit (actor_id, organisation_id, action, subject_kind, subject_id, detail)
    select confirmed_by, organisation_id, 'import.done', 'import', id::text, jsonb_build_object('kind', kind, 'rows', rows_done)
    from done`.execute(trx);
}

/** Files whose upload broke off with the process that took them in: they hold people's numbers, and nobody will read them. */
export const dropAbandonedUploads = (db: Db, after: string) =>
  sql`delete from import where state = 'uploading' and created_at < now() - ${after}::interval`.execute(db);

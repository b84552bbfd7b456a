import { sql } from 'kysely';
import type { AuditAction } from '../../contract/audit.ts';
import type { ImportKind } from '../../contract/imports.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { IMPORTERS } from '../imports.ts';
import { tracedJob } from '../spans.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { audit } from './trail.ts';

/** What people do with an import: begin it with a file, confirm its preview, cancel it. The work between is the job's (db/imports.ts). */

type Begun = { id: string; isNew: boolean };

/** Makes room for a file. With a request's key seen before, the import made then is answered and none is made. */
export async function beginImport(
  db: Db,
  caller: Caller,
  { kind, fileName, requestKey, today }: { kind: ImportKind; fileName: string; requestKey: string; today: string },
): Promise<Outcomes<Begun>> {
  const organisationId = await IMPORTERS[kind].organisationFor(db, caller, today);
  if (organisationId === null)
    return refuse('forbidden', '您不能导入这类名单。', '请由省人社厅或平台运营单位的系统管理员办理。');
  const made = await db
    .insertInto('import')
    .values({
      kind,
      organisation_id: organisationId,
      uploaded_by: caller.personId,
      request_key: requestKey,
      file_name: fileName,
      format: null,
      sha256: null,
      confirmed_by: null,
    })
    .onConflict((c) => c.columns(['uploaded_by', 'request_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made) return { ok: true, value: { id: made.id, isNew: true } };
  const { id } = await db
    .selectFrom('import')
    .select('id')
    .where('uploaded_by', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirstOrThrow();
  return { ok: true, value: { id, isNew: false } };
}

export const keepChunk = (db: Db, importId: string, seq: number, content: Buffer) =>
  db.insertInto('import_chunk').values({ import_id: importId, seq, content }).execute();

/** The file did not arrive whole: nothing of it stays. */
export const dropImport = (db: Db, importId: string) =>
  db.deleteFrom('import').where('id', '=', importId).where('state', '=', 'uploading').execute();

/** The file is there: it is read in the background. */
export async function startReading(
  db: Db,
  caller: Caller,
  { importId, sizeBytes, sha256 }: { importId: string; sizeBytes: number; sha256: Buffer },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { kind, organisation_id } = await trx
      .updateTable('import')
      .set({ state: 'reading', size_bytes: sizeBytes, sha256 })
      .where('id', '=', importId)
      .where('state', '=', 'uploading')
      .returning(['kind', 'organisation_id'])
      .executeTakeFirstOrThrow();
    const detail = { kind, sizeBytes, sha256: sha256.toString('hex') };
    const entry = { action: 'import.uploaded', subjectKind: 'import', subjectId: importId, detail } as const;
    await audit(trx, caller, { ...entry, organisationId: organisation_id });
    await queue(trx, importId);
  });
}

/** Confirms a preview: its good rows are carried out. Confirmed again, it changes nothing. */
export const confirmImport = (
  db: Db,
  caller: Caller,
  importId: string,
  today: string,
): Promise<Outcomes<{ id: string }>> =>
  db.transaction().execute(async (trx) => {
    const held = await lockOwn(trx, caller, importId, today);
    if (!held) return notFound('次导入');
    if (held.state === 'running' || held.state === 'done') return { ok: true, value: { id: importId } };
    if (held.state !== 'previewed') return wrongState('目前不能确认', '请等待校验完成；已取消或无法导入的请重新上传。');
    if (held.rows_good === 0) return wrongState('没有可以导入的行', '请按逐行提示修改文件后重新上传。');
    await trx
      .updateTable('import')
      .set({ state: 'running', confirmed_by: caller.personId, confirmed_at: sql`now()` })
      .where('id', '=', importId)
      .execute();
    await queue(trx, importId);
    return record(trx, caller, held, 'import.confirmed');
  });

/** Cancels an import nobody has confirmed: its rows go, the fact stays. */
export const cancelImport = (
  db: Db,
  caller: Caller,
  importId: string,
  today: string,
): Promise<Outcomes<{ id: string }>> =>
  db.transaction().execute(async (trx) => {
    const held = await lockOwn(trx, caller, importId, today);
    if (!held) return notFound('次导入');
    if (held.state === 'cancelled') return { ok: true, value: { id: importId } };
    if (held.state !== 'previewed' && held.state !== 'reading')
      return wrongState('已确认或已结束，不能取消', '已导入的学时如有错误，请按撤销登记办理。');
    await trx
      .updateTable('import')
      .set({ state: 'cancelled', ended_at: sql`now()` })
      .where('id', '=', importId)
      .execute();
    await trx.deleteFrom('import_chunk').where('import_id', '=', importId).execute();
    await trx.deleteFrom('import_row').where('import_id', '=', importId).execute();
    return record(trx, caller, held, 'import.cancelled');
  });

type Held = { id: string; kind: ImportKind; organisation_id: string; state: string; rows_good: number };

/** Of the caller's organisation, and still theirs to handle; else as if it were not there. */
async function lockOwn(trx: Db, caller: Caller, importId: string, today: string): Promise<Held | null> {
  const held = await trx
    .selectFrom('import')
    .select(['id', 'kind', 'organisation_id', 'state', 'rows_good'])
    .where('id', '=', importId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!held) return null;
  const mine = await IMPORTERS[held.kind].organisationFor(trx, caller, today);
  return mine === held.organisation_id ? held : null;
}

async function record(trx: Db, caller: Caller, held: Held, action: AuditAction): Promise<Outcomes<{ id: string }>> {
  const { id, kind, organisation_id: organisationId, rows_good: rows } = held;
  await audit(trx, caller, { action, subjectKind: 'import', subjectId: id, organisationId, detail: { kind, rows } });
  return { ok: true, value: { id } };
}

const wrongState = (what: string, fix: string) => refuse('import-state', `这次导入${what}。`, fix);

/** One waiting job an import, however often it is asked for. */
const queue = (trx: Db, importId: string) =>
  sql`select graphile_worker.add_job('import', ${tracedJob({ importId })}::json, job_key := ${`import:${importId}`})`.execute(
    trx,
  );

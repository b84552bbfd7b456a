import { type RawBuilder, sql } from 'kysely';
import { REPLIES_MOST, type ReplyRequest, VIEWS_MOST, type ViewChange, type ViewRequest } from '../../contract/desk.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { keyReused } from './conflicts.ts';
import { constraintOf } from './people.ts';
import { audit, auditCte } from './trail.ts';

/**
 * What a reviewer arranges at their own desk: views (我的视图) and replies (常用语). The audit row names what was kept or removed by its id
 * only: a view's search text is somebody's name, a reply may quote a claim.
 */

type Made = Outcomes<{ id: string }>;

/** Filters kept under a name, one name once; sent again with its key it is the same view. */
export async function saveView(
  db: Db,
  caller: Caller,
  { name, filter, requestKey }: ViewRequest & { requestKey: string },
): Promise<Made> {
  const kept = JSON.stringify(filter);
  const again = async (trx: Db) => {
    const view = await trx
      .selectFrom('saved_view')
      .select(['id', 'name'])
      .where('person_id', '=', caller.personId)
      .where('request_key', '=', requestKey)
      .executeTakeFirst();
    return view && (view.name === name ? given(view.id) : keyReused());
  };
  try {
    return await db.transaction().execute(async (trx) => {
      await alone(trx, caller);
      const before = await again(trx);
      if (before) return before;
      if ((await howMany(trx, sql`saved_view`, caller)) >= VIEWS_MOST) return full(`视图最多保存 ${VIEWS_MOST} 个。`);
      const { id } = await trx
        .insertInto('saved_view')
        .values({ person_id: caller.personId, name, filter: kept, request_key: requestKey })
        .returning('id')
        .executeTakeFirstOrThrow();
      await audit(trx, caller, { action: 'view.saved', subjectKind: 'view', subjectId: id });
      return given(id);
    });
  } catch (error) {
    return nameTaken(error);
  }
}

/** Another name, or other filters. */
export async function changeView(db: Db, caller: Caller, id: string, { name, filter }: ViewChange): Promise<Made> {
  try {
    const { rows } = await sql<{ id: string }>`
      with changed as (
        update saved_view set name = coalesce(${name ?? null}, name),
          filter = coalesce(${filter === undefined ? null : JSON.stringify(filter)}::jsonb, filter)
        where id = ${id} and person_id = ${caller.personId} returning id),
      ${auditCte(caller, { action: 'view.changed', subjectKind: 'view', subjectId: sql`id`, from: 'changed' })}
      select id from changed`.execute(db);
    return rows[0] ? given(rows[0].id) : notFound('个视图');
  } catch (error) {
    return nameTaken(error);
  }
}

/** Gone for good: nothing rests on a view. */
export async function removeView(db: Db, caller: Caller, id: string): Promise<Made> {
  const { rows } = await sql<{ id: string }>`
    with removed as (delete from saved_view where id = ${id} and person_id = ${caller.personId} returning id),
    ${auditCte(caller, { action: 'view.removed', subjectKind: 'view', subjectId: sql`id`, from: 'removed' })}
    select id from removed`.execute(db);
  return rows[0] ? given(rows[0].id) : notFound('个视图');
}

/** A reason's words kept for the next time, the same ones once. */
export async function saveReply(
  db: Db,
  caller: Caller,
  { text, code, article, requestKey }: ReplyRequest & { requestKey: string },
): Promise<Made> {
  try {
    return await db.transaction().execute(async (trx) => {
      await alone(trx, caller);
      const before = await trx
        .selectFrom('saved_reply')
        .select(['id', 'text'])
        .where('person_id', '=', caller.personId)
        .where('request_key', '=', requestKey)
        .executeTakeFirst();
      if (before) return before.text === text ? given(before.id) : keyReused();
      if ((await howMany(trx, sql`saved_reply`, caller)) >= REPLIES_MOST)
        return full(`常用语最多保存 ${REPLIES_MOST} 条。`);
      const { id } = await trx
        .insertInto('saved_reply')
        .values({
          person_id: caller.personId,
          text,
          code: code ?? null,
          article: article ?? null,
          request_key: requestKey,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      await audit(trx, caller, { action: 'reply.saved', subjectKind: 'reply', subjectId: id });
      return given(id);
    });
  } catch (error) {
    return replyTaken(error);
  }
}

/** Other words, another kind or article: the reply as a whole, at its place and with its key. */
export async function changeReply(
  db: Db,
  caller: Caller,
  id: string,
  { text, code, article }: ReplyRequest,
): Promise<Made> {
  try {
    const { rows } = await sql<{ id: string }>`
      with changed as (
        update saved_reply set text = ${text}, code = ${code ?? null}, article = ${article ?? null}
        where id = ${id} and person_id = ${caller.personId} returning id),
      ${auditCte(caller, { action: 'reply.changed', subjectKind: 'reply', subjectId: sql`id`, from: 'changed' })}
      select id from changed`.execute(db);
    return rows[0] ? given(rows[0].id) : notFound('条常用语');
  } catch (error) {
    return replyTaken(error);
  }
}

export async function removeReply(db: Db, caller: Caller, id: string): Promise<Made> {
  const { rows } = await sql<{ id: string }>`
    with removed as (delete from saved_reply where id = ${id} and person_id = ${caller.personId} returning id),
    ${auditCte(caller, { action: 'reply.removed', subjectKind: 'reply', subjectId: sql`id`, from: 'removed' })}
    select id from removed`.execute(db);
  return rows[0] ? given(rows[0].id) : notFound('条常用语');
}

const given = (id: string): { ok: true; value: { id: string } } => ({ ok: true, value: { id } });
const full = (detail: string) => refuse('desk-full', detail, '请先删除不再使用的，再保存新的。');

function nameTaken(error: unknown): Made {
  if (constraintOf(error) !== 'saved_view_name') throw error;
  return refuse('view-exists', '您已有一个同名的视图。', '请换一个名称，或更新原来的视图。');
}

function replyTaken(error: unknown): Made {
  if (constraintOf(error) !== 'saved_reply_once') throw error;
  return refuse('reply-exists', '已有一条相同的常用语。', '直接使用已有的一条即可。');
}

/** One save of a person at a time, so that two together do not both find room. */
const alone = (trx: Db, { personId }: Caller) =>
  sql`select pg_advisory_xact_lock(hashtextextended('desk ' || ${personId}::text, 0))`.execute(trx);

async function howMany(trx: Db, table: RawBuilder<unknown>, { personId }: Caller): Promise<number> {
  const { rows } = await sql<{
    n: number;
  }>`select count(*)::int as n from ${table} where person_id = ${personId}`.execute(trx);
  return rows[0]?.n ?? 0;
}

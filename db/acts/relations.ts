import { sql } from 'kysely';
import type { RelationRequest } from '../../contract/leaves.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { oneAtATime } from './conflicts.ts';
import { auditCte } from './trail.ts';

type Declaring = RelationRequest & { requestKey: string };

/**
 * Somebody declares family for good (回避关系): neither reviews the other's claims from now on, which the database holds; what one of them
 * has claimed of the other's returns to the pool. The answer is the same whether or not anybody is registered under the number.
 * @article 23
 */
export async function declareRelation(
  db: Db,
  caller: Caller,
  { name, idNumber, relation, requestKey }: Declaring,
  now = new Date(),
): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    await oneAtATime(trx, caller.personId, requestKey);
    const again = await trx
      .selectFrom('declared_relation')
      .select('id')
      .where('person_id', '=', caller.personId)
      .where('request_key', '=', requestKey)
      .executeTakeFirst();
    if (again) return { ok: true, value: again };
    const other = await trx
      .selectFrom('person')
      .select('id')
      .where('id_number', '=', idNumber)
      .where('name', '=', name)
      .executeTakeFirst();
    if (other?.id === caller.personId)
      return refuse('relation-own', '这是您本人。', '请填写亲属的姓名和身份证号码。', { provision: '23' });
    const { id } = await trx
      .insertInto('declared_relation')
      .values({
        person_id: caller.personId,
        other_id: other?.id ?? null,
        other_name: name,
        other_number_masked: `${idNumber.slice(0, 3)}${'*'.repeat(11)}${idNumber.slice(-4)}`,
        relation,
        declared_at: now,
        request_key: requestKey,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const entry = { action: 'relation.declared', subjectKind: 'person', subjectId: caller.personId } as const;
    await sql`
      with returned as (
        update task set state = 'open', assignee_id = null, claimed_at = null, standing_in_for = null
        where state = 'claimed' and ${other?.id ?? null}::uuid is not null
          and (assignee_id, declarant_id) in ((${caller.personId}::uuid, ${other?.id ?? null}::uuid), (${other?.id ?? null}::uuid, ${caller.personId}::uuid))),
      ${auditCte(caller, { ...entry, detail: { relationId: id, relation } })} select 1`.execute(trx);
    return { ok: true, value: { id } };
  });
}

/** Their own declaration no longer holds (a divorce, a mistake). Done twice it gives the same answer. */
export async function endRelation(
  db: Db,
  caller: Caller,
  id: string,
  now = new Date(),
): Promise<Outcomes<{ id: string }>> {
  const { rows } = await sql<{ id: string }>`
    with ended as (
      update declared_relation set ended_at = coalesce(ended_at, ${now}) where id = ${id} and person_id = ${caller.personId} returning id),
    ${auditCte(caller, { action: 'relation.ended', subjectKind: 'person', subjectId: caller.personId, detail: { relationId: id }, from: 'ended' })}
    select id from ended`.execute(db);
  const [row] = rows;
  return row ? { ok: true, value: row } : notFound('条回避关系');
}

import { sql } from 'kysely';
import type { AuditFacts } from '../../contract/audit-detail.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { Supposition } from '../../contract/what-if.ts';
import type { Db } from '../connect.ts';
import { tracedJson } from '../spans.ts';
import { type Place, peopleOfPlace } from '../what-if.ts';
import { type Caller, isProvinceAdministrator, notFound, provinceOnly, refuse } from './caller.ts';
import { auditCte } from './trail.ts';

/** What an administrator of the province does with what-ifs (规则试算); judging is the job's (db/what-if.ts). */

type Wish = Supposition & { requestKey: string; today: string };

/** Begins a what-if. With a request's key seen before, the one begun then is answered. One runs at a time. */
export async function startWhatIf(db: Db, caller: Caller, wish: Wish): Promise<Outcomes<{ id: string }>> {
  const { year, region, employer, figures, requestKey, today } = wish;
  if (!isProvinceAdministrator(caller)) {
    await noteWhatIf(db, caller, 'what-if.denied', { id: String(year), detail: { region, employer, figures } });
    return provinceOnly();
  }
  const unknown = await whyNoPlace(db, wish);
  if (unknown) return unknown;
  const place: Place = { year, region_code: region ?? null, employer_id: employer ?? null, as_of: today };
  const { rows } = await sql<{ id: string | null }>`
    with made as (
      insert into what_if (requested_by, request_key, year, region_code, employer_id, figures, as_of, people_total)
      select ${caller.personId}::uuid, ${requestKey}, ${year}, ${place.region_code}, ${place.employer_id},
        ${JSON.stringify(figures)}::jsonb, ${today}::date, (select count(*)::int ${peopleOfPlace(place)})
      on conflict do nothing
      returning id),
    queued as (select graphile_worker.add_job('what-if', ${tracedJson(sql`json_build_object('whatIfId', id)`)}, job_key := 'what-if:' || id) from made),
    ${auditCte(caller, {
      action: 'what-if.started',
      subjectKind: 'what-if',
      subjectId: sql.ref('made.id'),
      detail: { year, region, employer, figures },
      from: 'made',
    })}
    select (select id from made) as id, (select count(*) from queued) as queued`.execute(db);
  // One begun by the same request at the same moment is not in that statement's snapshot: it is asked for after it.
  const id = rows[0]?.id ?? (await byRequest(db, caller, requestKey));
  return id
    ? { ok: true, value: { id } }
    : refuse('what-if-running', '另一次规则试算正在进行。', '请等待其完成，或先取消后再开始。');
}

async function byRequest(db: Db, caller: Caller, requestKey: string): Promise<string | undefined> {
  const known = await db
    .selectFrom('what_if')
    .select('id')
    .where('requested_by', '=', caller.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  return known?.id;
}

async function whyNoPlace(db: Db, { region, employer }: Supposition) {
  const { rows } = await sql<{ region: boolean; employer: boolean }>`
    select ${region ?? null}::text is null or exists (select from region where code = ${region ?? null}) as region,
      ${employer ?? null}::text is null or exists (select from organisation where id = ${employer ?? null} and kind = 'employer') as employer`.execute(
    db,
  );
  const fix = '请从列表中选择。';
  if (rows[0]?.region === false)
    return refuse('invalid-input', '没有这个地区。', fix, { fields: [{ path: 'region', message: '没有这个地区' }] });
  if (rows[0]?.employer === false)
    return refuse('invalid-input', '没有这个单位。', fix, { fields: [{ path: 'employer', message: '没有这个单位' }] });
  return null;
}

/** Cancels a what-if that runs: its list goes, the fact stays. Cancelled again, it changes nothing. */
export async function cancelWhatIf(db: Db, caller: Caller, id: string): Promise<Outcomes<{ id: string }>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  return db.transaction().execute(async (trx) => {
    const held = await trx
      .selectFrom('what_if')
      .select('state')
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!held) return notFound('次试算');
    if (held.state === 'done')
      return refuse('what-if-ended', '这次试算已经完成。', '结果可以查看或导出；如需其他参数，请另行试算。');
    if (held.state === 'cancelled') return { ok: true, value: { id } };
    await trx.deleteFrom('what_if_change').where('what_if_id', '=', id).execute();
    await sql`
      with cancelled as (update what_if set state = 'cancelled', ended_at = now() where id = ${id}),
      ${auditCte(caller, { action: 'what-if.cancelled', subjectKind: 'what-if', subjectId: id })}
      select 1`.execute(trx);
    return { ok: true, value: { id } };
  });
}

/** Leaves a trail of who looks at a what-if's list, which shows people by name: never who was seen. */
export async function noteWhatIf(
  db: Db,
  caller: Caller,
  action: 'what-if.read' | 'what-if.export' | 'what-if.denied',
  { id, detail = {} }: { id: string; detail?: AuditFacts },
): Promise<void> {
  await sql`with ${auditCte(caller, { action, subjectKind: 'what-if', subjectId: id, detail })} select 1`.execute(db);
}

import { sql } from 'kysely';
import type { MisconductChanged, NewMisconduct } from '../../contract/misconducts.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import { SUPERVISING } from '../../rules/supervision.ts';
import type { Db } from '../connect.ts';
import { visibleComplaint } from '../read/complaints.ts';
import { isAccusedOfMisconduct } from '../read/misconducts.ts';
import { type Scope, supervisingAt, supervisingFor } from '../read/scope.ts';
import { officersOf, superiorOf } from '../superiors.ts';
import type { MisconductRow } from '../tables/supervision.ts';
import { notFound, refuse } from './caller.ts';
import { recordCase } from './cases.ts';
import { keyReused, oneAtATime } from './conflicts.ts';
import { tell } from './notices.ts';

/** Staff misconduct (Art. 23): recorded by a supervisor, referred to the body above the one concerned, concluded there. */

/** A supervisor records what staff of an authority of their place did. Sent again with the same key it answers the same. */
export async function recordMisconduct(
  db: Db,
  scope: Scope,
  { requestKey, ...record }: NewMisconduct & { requestKey: string },
  now = new Date(),
): Promise<Outcomes<MisconductChanged>> {
  return db.transaction().execute(async (trx) => {
    await oneAtATime(trx, scope.personId, requestKey);
    const again = await recordedBefore(trx, scope, { requestKey, ...record });
    if (again) return again;
    if (supervisingAt(scope).length === 0)
      return refuse(
        'forbidden',
        '问题线索由人社部门或行业主管部门的监督检查人员登记。',
        '请联系有监督检查岗位的人员。',
        {
          provision: '23',
        },
      );
    const body = await bodyOver(trx, scope, record.organisationId);
    if (body === null) return notFound('个部门');
    if (!(await mayCite(trx, scope, record.complaintId))) return notFound('件投诉举报');
    const person = await staffNamed(trx, record);
    if (person === scope.personId)
      return refuse('misconduct-self', '不能登记本人。', '请由其他监督检查人员登记。', { provision: '23' });
    const { id } = await trx
      .insertInto('misconduct')
      .values({
        body_id: body,
        organisation_id: record.organisationId,
        person_id: person,
        person_name: record.personName,
        kind: record.kind,
        facts: record.facts,
        complaint_id: record.complaintId,
        recorded_by: scope.personId,
        recorded_at: now,
        request_key: requestKey,
        referred_to: null,
        outcome: null,
        concluded_by: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordCase(trx, scope, { caseKind: 'misconduct', id, kind: 'recorded', organisationId: body });
    return { ok: true, value: { id, state: 'recorded' } };
  });
}

/** Referred to the body above the one where the person serves. */
export async function referMisconduct(
  db: Db,
  scope: Scope,
  id: string,
  now = new Date(),
): Promise<Outcomes<MisconductChanged>> {
  return db.transaction().execute(async (trx) => {
    const row = await lock(trx, id);
    if (!row || isAccusedOfMisconduct(scope, row) || !supervisingAt(scope).includes(row.body_id))
      return notFound('条线索');
    if (row.state !== 'recorded') return refuse('case-moved', '这条线索已经移送。', '请刷新页面查看最新状态。');
    const superior = await superiorOf(trx, row.organisation_id);
    if (superior === null)
      return refuse('no-superior', '该部门在本系统中没有上级部门。', '请按干部管理权限移送纪检监察机关。', {
        provision: '23',
      });
    await trx
      .updateTable('misconduct')
      .set({ state: 'referred', referred_to: superior, referred_at: now })
      .where('id', '=', id)
      .execute();
    await recordCase(trx, scope, { caseKind: 'misconduct', id, kind: 'referred', organisationId: row.body_id });
    const from = await trx
      .selectFrom('organisation')
      .select('name')
      .where('id', '=', row.body_id)
      .executeTakeFirstOrThrow();
    const people = (await officersOf(trx, superior, 'supervisor', legalDay(now.getTime()))).filter(
      (personId) => personId !== row.person_id,
    );
    const detail = { organisation: from.name, path: '/supervision/misconducts' };
    await tell(
      trx,
      people.map((personId) => ({ personId, kind: 'misconduct-referred', key: id, detail })),
    );
    return { ok: true, value: { id, state: 'referred' } };
  });
}

/** What the body above did about it. */
export async function concludeMisconduct(
  db: Db,
  scope: Scope,
  { id, outcome }: { id: string; outcome: string },
  now = new Date(),
): Promise<Outcomes<MisconductChanged>> {
  return db.transaction().execute(async (trx) => {
    const row = await lock(trx, id);
    const isTheirs = row?.referred_to != null && supervisingAt(scope).includes(row.referred_to);
    if (!row || isAccusedOfMisconduct(scope, row) || !isTheirs) return notFound('条线索');
    if (row.state !== 'referred') return refuse('case-moved', '这条线索已有处理结果。', '请刷新页面查看最新状态。');
    await trx
      .updateTable('misconduct')
      .set({ state: 'concluded', outcome, concluded_by: scope.personId, concluded_at: now })
      .where('id', '=', id)
      .execute();
    await recordCase(trx, scope, {
      caseKind: 'misconduct',
      id,
      kind: 'concluded',
      organisationId: row.referred_to ?? undefined,
    });
    return { ok: true, value: { id, state: 'concluded' } };
  });
}

const lock = (trx: Db, id: string): Promise<MisconductRow | undefined> =>
  trx.selectFrom('misconduct').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

/** The caller's authority over an authority of its place. */
async function bodyOver(trx: Db, scope: Scope, organisationId: string): Promise<string | null> {
  const { rows } = await sql<{ body: string | null }>`
    select ${supervisingFor(scope, 'o')} as body from organisation o
    where o.id = ${organisationId} and o.kind = any (${sql.val([...SUPERVISING])}::text[])`.execute(trx);
  return rows[0]?.body ?? null;
}

async function mayCite(trx: Db, scope: Scope, complaintId: string | null): Promise<boolean> {
  if (complaintId === null) return true;
  const { rows } =
    await sql`select 1 from complaint x where x.id = ${complaintId} and ${visibleComplaint(scope)}`.execute(trx);
  return rows.length > 0;
}

/** The only holder of a role there who has the name; nobody when there are two, or none: then the name alone is on record. */
async function staffNamed(trx: Db, { organisationId, personName }: NewMisconduct): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select distinct p.id from person p join role_holding h on h.person_id = p.id
    where h.organisation_id = ${organisationId} and p.name = ${personName} limit 2`.execute(trx);
  return rows.length === 1 ? (rows[0]?.id ?? null) : null;
}

async function recordedBefore(
  trx: Db,
  scope: Scope,
  { requestKey, ...record }: NewMisconduct & { requestKey: string },
) {
  const row = await trx
    .selectFrom('misconduct')
    .select(['id', 'state', 'facts', 'person_name'])
    .where('recorded_by', '=', scope.personId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  if (!row) return undefined;
  const isSame = row.facts === record.facts && row.person_name === record.personName;
  return isSame ? { ok: true as const, value: { id: row.id, state: row.state } } : keyReused();
}

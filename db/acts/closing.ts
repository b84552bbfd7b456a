import { sql } from 'kysely';
import type { Closing, ClosingPreview } from '../../contract/organisations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { openOrganisation } from './people.ts';
import { administersPlace } from './places.ts';
import { auditCte } from './trail.ts';

/**
 * 撤销单位: a unit ends while its people's claims are under way. Its first reviews go to the body that the HRSS authority names (an archive
 * agency or itself), those that come later as well; its people have no unit until another registers or moves them.
 */

type Asked = { id: string; today: string };

/** A unit that the caller may close; anything else is not there. */
async function closable(db: Db, caller: Pick<Caller, 'holdings'>, id: string) {
  const open = await openOrganisation(db, id);
  if (!open.ok && open.refusal.code === 'not-found') return open;
  const unit = await db
    .selectFrom('organisation')
    .select(['kind', 'region_code'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (unit.kind !== 'employer' || !(await administersPlace(db, caller, unit.region_code))) return notFound('家单位');
  return open;
}

/** What closing the unit today would do, without doing it. */
export async function previewClosing(
  db: Db,
  caller: Pick<Caller, 'holdings'>,
  { id, today }: Asked,
): Promise<Outcomes<ClosingPreview>> {
  const unit = await closable(db, caller, id);
  if (!unit.ok) return unit;
  const { rows } = await sql<Omit<ClosingPreview, 'successors'>>`
    select
      (select count(*)::int from task t where t.organisation_id = ${id} and t.stage_kind = 'first-review' and t.state in ('open', 'claimed')) as "firstReviewTasks",
      (select count(*)::int from claim c where c.employer_id = ${id} and c.state in ('re-review', 'filing', 'correction')) as "laterClaims",
      (select count(distinct a.person_id)::int from affiliation a where a.employer_id = ${id}
         and (a.until_on is null or a.until_on > ${today}::date)) as people,
      (select count(*)::int from role_holding h where h.organisation_id = ${id} and (h.until_on is null or h.until_on > ${today}::date)) as roles,
      (select count(*)::int from move m where m.state = 'open' and ${id} in (m.from_employer_id, m.to_employer_id)) as "openMoves"`.execute(
    db,
  );
  const [counts] = rows;
  if (!counts) throw new Error('a count gave no row');
  return { ok: true, value: { ...counts, successors: await successorsOf(db, { id, today }) } };
}

/** Agencies and HRSS authorities of the unit's place and of those above it, with how many first reviewers serve there. */
async function successorsOf(db: Db, { id, today }: Asked): Promise<ClosingPreview['successors']> {
  const { rows } = await sql<ClosingPreview['successors'][number]>`
    select o.id, o.name, (select count(distinct h.person_id)::int from role_holding h left join account a on a.person_id = h.person_id
        where h.organisation_id = o.id and h.role = 'first-reviewer' and a.disabled_at is null
          and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)) as reviewers
    from organisation u join region r on r.code = u.region_code
    join organisation o on o.kind in ('hrss', 'personnel-archive-agency') and o.closed_on is null
      and (o.region_code in (r.code, r.parent_code) or o.level = 'province')
    where u.id = ${id} order by o.kind, o.id`.execute(db);
  return rows;
}

/** Closes the unit today, in one transaction. */
export async function closeOrganisation(
  db: Db,
  caller: Caller,
  { id, today, successorId, reason }: Asked & Closing,
): Promise<Outcomes<{ id: string; reassigned: number; people: number }>> {
  return db.transaction().execute(async (trx) => {
    await trx.selectFrom('organisation').select('id').where('id', '=', id).forUpdate().execute();
    const unit = await closable(trx, caller, id);
    if (!unit.ok) return unit;
    const successor = (await successorsOf(trx, { id, today })).find((one) => one.id === successorId);
    if (!successor || successor.reviewers === 0) {
      return refuse(
        'successor-misfit',
        successor ? '承接机构还没有初审人员。' : '只能移交给所在地的人事档案管理服务机构或人社部门。',
        successor ? '请先由该机构管理员授予初审岗位。' : '请从预览列出的机构中选择。',
        { provision: '14' },
      );
    }
    await sql`update organisation set closed_on = ${today}::date, successor_id = ${successorId} where id = ${id}`.execute(
      trx,
    );
    const reassigned = await reassignTasks(trx, caller, { id, successorId });
    const people = await releasePeople(trx, caller, { id, today });
    const entry = {
      action: 'organisation.closed',
      subjectKind: 'organisation',
      subjectId: id,
      organisationId: id,
    } as const;
    await sql`with ${auditCte(caller, { ...entry, detail: { successorId, reason, reassigned, people } })} select 1`.execute(
      trx,
    );
    return { ok: true, value: { id, reassigned, people } };
  });
}

/** The unit's open first reviews go to the successor's pool; each claim's timeline and the trail say so. */
async function reassignTasks(trx: Db, caller: Caller, { id, successorId }: { id: string; successorId: string }) {
  const { rows } = await sql<{ n: number }>`
    with moved as (
      update task t set organisation_id = o.id, state = 'open', assignee_id = null, claimed_at = null,
        capacity = case o.kind when 'personnel-archive-agency' then 'archive-agency' else 'hrss' end
      from organisation o
      where o.id = ${successorId} and t.organisation_id = ${id} and t.stage_kind = 'first-review' and t.state in ('open', 'claimed')
      returning t.id, t.claim_id, t.stage_seq),
    told as (
      insert into timeline (claim_id, at, kind, actor_id, organisation_id, stage_seq, detail)
      select claim_id, now(), 'reassigned', ${caller.personId}, ${successorId}, stage_seq, ${JSON.stringify({ from: id })}::jsonb from moved),
    ${auditCte(caller, { action: 'task.reassigned', subjectKind: 'task', subjectId: sql`moved.id`, organisationId: successorId, from: 'moved', detail: { from: id } })}
    select count(*)::int as n from moved`.execute(trx);
  return rows[0]?.n ?? 0;
}

/** Affiliations and roles end today; an open move from here needs no word of the unit any more, one to here ends. */
async function releasePeople(trx: Db, caller: Caller, { id, today }: Asked): Promise<number> {
  // What would have begun today or later never does.
  await sql`delete from affiliation where employer_id = ${id} and from_on >= ${today}::date`.execute(trx);
  const { rows } = await sql`
    update affiliation set until_on = ${today}::date
    where employer_id = ${id} and (until_on is null or until_on > ${today}::date) returning person_id`.execute(trx);
  await sql`
    update role_holding set until_on = greatest(from_on, ${today}::date), ended_by = ${caller.personId}
    where organisation_id = ${id} and (until_on is null or until_on > greatest(from_on, ${today}::date))`.execute(trx);
  await sql`update move set state = 'withdrawn', ended_at = now() where state = 'open' and to_employer_id = ${id}`.execute(
    trx,
  );
  await sql`
    update move set from_employer_id = null, from_agency_id = null where state = 'open' and from_employer_id = ${id}`.execute(
    trx,
  );
  return rows.length;
}

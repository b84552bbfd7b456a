import { sql } from 'kysely';
import type { NewPlanned, PlannedPatch } from '../../contract/plans.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import { notFound, refuse } from './caller.ts';
import { keyReused } from './conflicts.ts';
import { audit, auditCte } from './trail.ts';
import { type UnitCaller, WITH_PLANS, whyNotManager } from './units.ts';

/** The unit's annual plan (年度培训计划, Art. 10: 制定本单位的继续教育计划). */

type Saved = { id: string; revision: number };
type Adding = NewPlanned & { organisationId: string; requestKey: string };

/** Adds a line to the plan. The same `requestKey` again answers the line it made, unless it asks for another. */
export async function addPlanned(db: Db, caller: UnitCaller, adding: Adding): Promise<Outcomes<Saved>> {
  const { organisationId, year, title, month, subject, hundredths, requestKey } = adding;
  const barred = await whyNotManager(db, caller, organisationId, WITH_PLANS);
  if (barred) return barred;
  const { rows } = await sql<Saved>`
    with made as (
      insert into planned_training (organisation_id, year, title, month, subject, hundredths, request_key, created_by)
      values (${organisationId}, ${year}, ${title}, ${month}, ${subject}, ${hundredths}, ${requestKey}, ${caller.personId})
      on conflict (created_by, request_key) do nothing returning id, revision),
    ${auditCte(caller, { action: 'plan.added', subjectKind: 'planned-training', subjectId: sql`made.id`, organisationId, from: 'made' })}
    select id, revision from made`.execute(db);
  const [made] = rows;
  return made ? { ok: true, value: made } : madeBefore(db, caller, adding);
}

async function madeBefore(db: Db, caller: UnitCaller, adding: Adding): Promise<Outcomes<Saved>> {
  const before = await db
    .selectFrom('planned_training')
    .select(['id', 'revision', 'organisation_id', 'year', 'title'])
    .where('created_by', '=', caller.personId)
    .where('request_key', '=', adding.requestKey)
    .executeTakeFirstOrThrow();
  const isSame =
    before.organisation_id === adding.organisationId && before.year === adding.year && before.title === adding.title;
  return isSame ? { ok: true, value: { id: before.id, revision: before.revision } } : keyReused();
}

type Saving = PlannedPatch & { organisationId: string; plannedId: string };

/** Changes a line of the plan. `revision` is the one last seen: a newer one is never overwritten. */
export async function savePlanned(db: Db, caller: UnitCaller, saving: Saving): Promise<Outcomes<Saved>> {
  const { organisationId, plannedId, revision, title, month, subject, hundredths } = saving;
  const barred = await whyNotManager(db, caller, organisationId, WITH_PLANS);
  if (barred) return barred;
  return db.transaction().execute(async (trx) => {
    const old = await trx
      .selectFrom('planned_training')
      .select(['title', 'month', 'subject', 'hundredths', 'revision'])
      .where('id', '=', plannedId)
      .where('organisation_id', '=', organisationId)
      .forUpdate()
      .executeTakeFirst();
    if (!old) return notFound('项计划');
    if (old.revision !== revision) return planChanged();
    const { revision: _seen, ...before } = old;
    const now = { title, month, subject, hundredths };
    const saved = { id: plannedId, revision: revision + 1 };
    await trx
      .updateTable('planned_training')
      .set({ ...now, revision: saved.revision })
      .where('id', '=', plannedId)
      .execute();
    const of = { subjectKind: 'planned-training', subjectId: plannedId, organisationId } as const;
    await audit(trx, caller, { action: 'plan.saved', ...of, detail: changesOf(before, now) });
    return { ok: true, value: saved };
  });
}

/** Takes a line off the plan that no training has carried out. */
export async function removePlanned(
  db: Db,
  caller: UnitCaller,
  of: { organisationId: string; plannedId: string },
): Promise<Outcomes<{ id: string }>> {
  const barred = await whyNotManager(db, caller, of.organisationId, WITH_PLANS);
  if (barred) return barred;
  return db.transaction().execute(async (trx) => {
    // The lock keeps a training from being linked to the line meanwhile.
    const { rows } = await sql<{ held: boolean }>`
      select exists (select from training t where t.planned_id = n.id) as held from planned_training n
      where n.id = ${of.plannedId} and n.organisation_id = ${of.organisationId} for update`.execute(trx);
    const [line] = rows;
    if (!line) return notFound('项计划');
    if (line.held) {
      return refuse(
        'planned-held',
        '这项计划已有对应的培训，不能删除。',
        '如需更正，请修改计划内容，或在学习档案中解除对应。',
      );
    }
    await sql`
      with removed as (delete from planned_training where id = ${of.plannedId}),
      ${auditCte(caller, {
        action: 'plan.removed',
        subjectKind: 'planned-training',
        subjectId: of.plannedId,
        organisationId: of.organisationId,
      })}
      select 1`.execute(trx);
    return { ok: true, value: { id: of.plannedId } };
  });
}

const planChanged = () =>
  refuse('revision-changed', '这项计划已在别处修改过。', '请刷新后在最新内容上修改；您刚填写的内容仍在页面上。');

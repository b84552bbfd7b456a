import { type RawBuilder, sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { CopyReceipt, CopyRequest } from '../../contract/tasks.ts';
import { legalDay } from '../../rules/calendar.ts';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import { codes, STAGE_KINDS } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { type Caller, isInPool, notFound, refuse } from './caller.ts';
import { auditCte, timelineCte } from './trail.ts';

/**
 * A reviewer copies (抄送) a claim to colleagues who review at the same organisation, or to bodies on the claim's way: for information,
 * into their box 抄送. Copying again to somebody who has it changes nothing.
 * @article 7
 */
export async function copyClaim(
  db: Db,
  caller: Caller,
  taskId: string,
  { personIds, organisationIds, note }: CopyRequest,
  now = new Date(),
): Promise<Outcomes<CopyReceipt>> {
  return db.transaction().execute(async (trx) => {
    const task = await trx.selectFrom('task').selectAll().where('id', '=', taskId).forNoKeyUpdate().executeTakeFirst();
    if (!task || !isInPool(caller, task)) return notFound('项任务');
    const today = legalDay(now.getTime());
    const wrong = await whyNotTo(trx, { task, personIds, organisationIds, callerId: caller.personId, today });
    if (wrong) return wrong;
    const of = {
      organisationId: task.organisation_id,
      detail: { people: personIds.length, organisations: organisationIds },
    };
    const { rows } = await sql<{ n: number }>`
      with copied as (
        insert into claim_copy (task_id, claim_id, to_person_id, to_organisation_id, note, copied_by, organisation_id, copied_at)
        select ${taskId}::uuid, ${task.claim_id}::uuid, x.person, x.organisation, ${note}, ${caller.personId}::uuid, ${task.organisation_id}, ${now}
        from (select unnest(${sql.val(personIds)}::uuid[]) as person, null::text as organisation
              union all select null, unnest(${sql.val(organisationIds)}::text[])) x
        on conflict do nothing returning to_person_id, to_organisation_id),
      noticed as (
        insert into notice (person_id, kind, key, detail)
        select distinct h.person_id, 'claim-copied', ${taskId}::text,
          jsonb_build_object('claimId', ${task.claim_id}::text, 'title', ${task.title}::text, 'note', ${note}::text,
            'person', (select name from person where id = ${caller.personId}))
        from copied c join role_holding h on h.person_id = c.to_person_id
          or (h.organisation_id = c.to_organisation_id and h.role = any (${sql.val(REVIEWING)}::text[]))
        where ${serving(today)} and h.person_id not in (${caller.personId}, ${task.declarant_id})
        on conflict do nothing),
      ${timelineCte({ claimId: task.claim_id, at: now, kind: 'copied', actorId: caller.personId, stageSeq: task.stage_seq, organisationId: task.organisation_id })},
      ${auditCte(caller, { action: 'task.copied', subjectKind: 'task', subjectId: taskId, ...of })}
      select count(*)::int as n from copied`.execute(trx);
    return { ok: true, value: { taskId, copied: rows[0]?.n ?? 0 } };
  });
}

const REVIEWING = codes(STAGE_KINDS).map((kind) => ROLE_OF_STAGE[kind]);

type To = {
  task: { claim_id: string; organisation_id: string; declarant_id: string };
  personIds: string[];
  organisationIds: string[];
  callerId: string;
  today: string;
};

/** Whether the holding `h` runs on the day: one with an end to come does, one that has not begun does not. */
const serving = (today: string): RawBuilder<boolean> =>
  sql<boolean>`h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)`;

/** A colleague reviews at the task's organisation and is not the declarant; a body is on the claim's plan or has had a task of it. */
async function whyNotTo(trx: Db, { task, personIds, organisationIds, callerId, today }: To) {
  const { rows } = await sql<{ people: number; bodies: number }>`
    select (select count(distinct h.person_id)::int from role_holding h
            where h.person_id = any (${sql.val(personIds)}::uuid[]) and h.organisation_id = ${task.organisation_id} and ${serving(today)}
              and h.role = any (${sql.val(REVIEWING)}::text[]) and h.person_id not in (${task.declarant_id}, ${callerId})) as people,
      (select count(*)::int from organisation o where o.id = any (${sql.val(organisationIds)}::text[])
        and (exists (select from task t where t.claim_id = ${task.claim_id} and t.organisation_id = o.id)
          or exists (select from claim c where c.id = ${task.claim_id}
                     and jsonb_path_exists(c.plan, '$.stages[*].tasks[*] ? (@.organisationId == $id)', jsonb_build_object('id', o.id))))) as bodies`.execute(
    trx,
  );
  const [found] = rows;
  const isFit = found?.people === new Set(personIds).size && found.bodies === new Set(organisationIds).size;
  return isFit
    ? null
    : refuse('copy-target', '只能抄送给本机构的审核人员，或这份申报经过的机构。', '请从名单中重新选择。', {
        provision: '7',
      });
}

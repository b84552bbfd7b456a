import { sql } from 'kysely';
import { NOTICES, type NoticeKind } from '../../contract/notices.ts';
import type { RepairEffect } from '../../contract/repairs.ts';
import { formatHundredths } from '../../rules/hours.ts';
import {
  CLAIM_STATES,
  type ClaimState,
  STAGE_KINDS,
  type StageKind,
  TASK_STATES,
  type TaskState,
} from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { Subject } from '../repairs.ts';

/** What of the record a repair may change, in words: taken before and after it, the difference is its legal effect. */

type Picture = readonly (readonly [label: string, value: string])[];

type Row = {
  state: ClaimState | null;
  tasks: { stage: StageKind; organisation: string; state: TaskState; holder: string | null }[] | null;
  publicHundredths: number | null;
  professionalHundredths: number | null;
  certificate: string | null;
};

export async function pictureOf(trx: Db, { claimId, personId, year }: Subject): Promise<Picture> {
  const { rows } = await sql<Row>`
    select (select state from claim where id = ${claimId}::uuid) as state,
      (select jsonb_agg(jsonb_build_object('stage', t.stage_kind, 'organisation', o.name, 'state', t.state, 'holder', p.name) order by o.name)
       from task t join organisation o on o.id = t.organisation_id left join person p on p.id = t.assignee_id
       where t.claim_id = ${claimId}::uuid and t.state in ('open', 'claimed')) as tasks,
      y.public_hundredths as "publicHundredths", y.professional_hundredths as "professionalHundredths",
      (select number from certificate c where c.person_id = ${personId}::uuid and c.year = ${year}::smallint and c.state = 'valid') as certificate
    from (select 1) one left join person_year y on y.person_id = ${personId}::uuid and y.year = ${year}::smallint`.execute(
    trx,
  );
  const [row] = rows;
  if (!row) return [];
  const ofClaim: Picture =
    row.state === null
      ? []
      : [
          ['申报状态', CLAIM_STATES[row.state]],
          ['在办任务', (row.tasks ?? []).map(taskWords).join('；') || '无'],
        ];
  if (year === null) return ofClaim;
  return [
    ...ofClaim,
    [`${year}年度公需学时`, formatHundredths(row.publicHundredths ?? 0)],
    [`${year}年度专业学时`, formatHundredths(row.professionalHundredths ?? 0)],
    [`${year}年度证书`, row.certificate ?? '无'],
  ];
}

const taskWords = ({ stage, organisation, state, holder }: NonNullable<Row['tasks']>[number]): string =>
  `${organisation}${STAGE_KINDS[stage]}（${holder ?? TASK_STATES[state]}）`;

export const changesBetween = (before: Picture, after: Picture): RepairEffect['changes'] =>
  before.map(([label, value], at) => ({ label, before: value, after: after[at]?.[1] ?? value }));

/** Whom this very transaction tells what. */
export async function toldIn(trx: Db): Promise<string[]> {
  const { rows } = await sql<{ kind: NoticeKind; name: string }>`
    select n.kind, p.name from notice n join person p on p.id = n.person_id
    where n.created_at > now() - interval '1 minute' and n.xmin = pg_current_xact_id()::xid order by p.name`.execute(
    trx,
  );
  return rows.map(({ kind, name }) => `${name}：${NOTICES[kind]}`);
}

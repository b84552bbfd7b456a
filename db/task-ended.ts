import { sql } from 'kysely';
import { OUTCOMES, type Outcome } from '../rules/vocabulary.ts';
import type { Db } from './connect.ts';
import { isEndedBySanction } from './rejection.ts';

/** Why a task is over: the decision that ended it, whoever made it and wherever; or no decision of its stage at all. */
export type TaskEnd = {
  /** In words, without a full stop: who decided what and when, or what else ended the stage. */
  words: string;
  /** The decision, for who shows more of it; null when none settled the stage. */
  by: { personId: string; name: string; organisation: string; outcome: Outcome; at: string } | null;
};

/**
 * Told to whoever comes too late, from the record and not from what their page last saw.
 * @param task one that has ended @param reader whose own decision is told as theirs
 */
export async function whyEnded(
  db: Db,
  { id, claim_id, stage_seq }: { id: string; claim_id: string; stage_seq: number },
  reader: string,
): Promise<TaskEnd> {
  const { rows } = await sql<{ person_id: string; name: string; organisation: string; outcome: Outcome; at: Date }>`
    select d.decided_by as person_id, p.name, o.name as organisation, d.outcome, d.decided_at as at
    from decision d join person p on p.id = d.decided_by join organisation o on o.id = d.organisation_id
    where d.claim_id = ${claim_id} and d.stage_seq = ${stage_seq} and d.superseded_at is null
      and (d.task_id = ${id} or d.outcome <> 'approve')
    order by d.task_id = ${id} desc limit 1`.execute(db);
  const [by] = rows;
  if (by === undefined) return { words: await withoutDecision(db, claim_id, stage_seq), by: null };
  const who = by.person_id === reader ? '您' : `${by.organisation}${by.name}`;
  return {
    words: `${who}已于${formatInstant(by.at)}作出“${OUTCOMES[by.outcome]}”的决定`,
    by: {
      personId: by.person_id,
      name: by.name,
      organisation: by.organisation,
      outcome: by.outcome,
      at: by.at.toISOString(),
    },
  };
}

/** A stage that no decision settled: the decision that opened it was taken back, a sanction ended the claim, or its declarant withdrew. */
async function withoutDecision(db: Db, claimId: string, stageSeq: number): Promise<string> {
  const stage = await db
    .selectFrom('stage')
    .select('outcome')
    .where('claim_id', '=', claimId)
    .where('seq', '=', stageSeq)
    .executeTakeFirst();
  if (stage?.outcome === 'superseded') return '上一环节的审核机构已收回决定';
  return (await isEndedBySanction(db, claimId)) ? '该年度学时因弄虚作假取消' : '申报人已撤回申报';
}

/** An instant as officials write it, in Asia/Shanghai to the minute. */
const formatInstant = (at: Date): string =>
  new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'long', timeStyle: 'short' }).format(at);

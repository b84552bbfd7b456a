import { sql } from 'kysely';
import type { RepairWish } from '../../contract/repairs.ts';
import type { Caller } from '../acts/caller.ts';
import { answerRepair, repair, tryRepair } from '../acts/repairs.ts';
import { remindOfReviews } from '../overdue.ts';
import type { Workflows } from '../reconciliation/finding.ts';
import { recheckClaim } from '../reconciliation.ts';
import { done, type Stage } from './stage.ts';

/**
 * Repairs of claims that are long overdue (滞留事项): one waits for its second administrator, one was confirmed and done, one was not agreed to.
 */
export async function addRepairs(stage: Stage): Promise<void> {
  const { db, cast } = stage;
  const { admin, secondAdmin } = cast;
  const [waiting, settled, refused] = await lateFindings(stage);
  if (waiting === undefined || settled === undefined || refused === undefined) throw new Error('too little is overdue');
  await proposed(stage, admin, waiting, {
    wish: MOVED,
    reason: '原初审人员已调离，经与单位核实，重新开启初审，由现任人员办理。',
  });
  const confirmed = await proposed(stage, secondAdmin, settled, {
    wish: MOVED,
    reason: '单位撤并科室，任务留在已停用的岗位，重新开启初审。',
  });
  await done(answerRepair(db, admin, { id: confirmed, confirms: true, note: '' }));
  const sentBack = await proposed(stage, admin, refused, {
    wish: { kind: 'close' },
    reason: '多次督办后单位仍未办理，拟终止申报。',
  });
  const note = '申报材料齐全，未办结是单位的责任，应继续督办，不宜终止。';
  await done(answerRepair(db, secondAdmin, { id: sentBack, confirms: false, note }));
}

const MOVED: RepairWish = { kind: 'move', toStage: 'first-review' };

type Proposal = { wish: RepairWish; reason: string };

async function proposed({ db }: Stage, by: Caller, findingId: string, { wish, reason }: Proposal): Promise<string> {
  const { version } = await done(tryRepair(db, by, { ...wish, findingId }));
  const asked = { ...wish, findingId, version, reason, requestKey: `demo-repair-${findingId}` };
  return (await done(repair(db, by, asked))).id;
}

/** Claims at first review that went to the superior body, as the comparison of each finds them. */
async function lateFindings({ db, today }: Stage): Promise<string[]> {
  await remindOfReviews(db, today);
  const { rows } = await sql<{ id: string }>`
    select c.id from claim c join account a on a.person_id = c.person_id
    where c.state = 'first-review' and c.ended_at is null and c.applied_seq = c.act_seq and a.username like 'p%'
      and exists (select from task t join escalation e on e.task_id = t.id where t.claim_id = c.id and t.state in ('open', 'claimed'))
    order by c.number limit 3`.execute(db);
  for (const { id } of rows) await recheckClaim(db, ALL_RUN, id);
  const ids = rows.map(({ id }) => id);
  const found = await db
    .selectFrom('stuck_finding as f')
    .innerJoin('claim as c', 'c.id', 'f.claim_id')
    .select('f.id')
    .where('f.class', '=', 'overdue')
    .where('f.claim_id', 'in', ids)
    .where('f.resolved_at', 'is', null)
    .orderBy('c.number')
    .execute();
  return found.map(({ id }) => id);
}

/** Before the first start there is no workflow to ask; all begin with it. */
const ALL_RUN: Workflows = {
  see: () => Promise.resolve({ status: 'running', runId: null, failing: null, standing: null }),
};

import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { sealAudit } from '../../db/audit-chain.ts';
import { isMismatch } from '../../db/cases.ts';
import type { Db } from '../../db/connect.ts';
import { checkChain } from '../../db/read/audit-chain.ts';
import { foldStatistics, statisticsDifferences } from '../../db/statistics.ts';
import { everybodyWithAYear, verifyPeople } from '../../db/verify-ledger.ts';
import { legalDay } from '../../rules/calendar.ts';
import { until } from '../support/world.ts';
import type { House } from './house.ts';
import type { Acknowledged } from './lives.ts';

/** What must be true when the faults are over, each proved from the record and told in a sentence when it is not. */

export interface Played {
  acknowledged: readonly Acknowledged[];
  /** The state each claim must have ended in. */
  endings: ReadonlyMap<string, string>;
}

/** Everything that is not as it must be; nothing when all is whole. @param patienceMs how long what is still on its way is waited for */
export async function faultsIn(house: House, played: Played, patienceMs = 120_000): Promise<string[]> {
  const { db } = house.world;
  return [
    ...(await notEnded(db, played, patienceMs)),
    ...(await workflowsLeft(house, patienceMs)),
    ...(await outboxLeft(db, patienceMs)),
    ...(await notOnceInTheRecord(db, played)),
    ...(await outOfOrder(db, played)),
    ...(await ledgerFaults(db)),
    ...(await chainFaults(db)),
    ...(await aggregateFaults(db)),
  ];
}

/** Every claim ends, in the state its life led to, with no act left to apply. */
async function notEnded(db: Db, { endings }: Played, patienceMs: number): Promise<string[]> {
  const read = () => db.selectFrom('claim').select(['id', 'state', 'act_seq', 'applied_seq']).execute();
  const isDone = (claim: Awaited<ReturnType<typeof read>>[number]): boolean =>
    claim.state === endings.get(claim.id) && claim.act_seq === claim.applied_seq;
  await until('every claim’s end', async () => (await read()).every(isDone), patienceMs).catch(() => undefined);
  const claims = await read();
  const strangers = claims.length - endings.size;
  return [
    ...claims
      .filter((claim) => !isDone(claim))
      .map(({ id, state }) => `claim ${id} is ${state}, should be ${endings.get(id) ?? 'no claim at all'}`),
    ...(strangers === 0 ? [] : [`${String(strangers)} claims more than were declared`]),
  ];
}

/** Temporal holds no open workflow of an ended claim. */
async function workflowsLeft({ temporalAddress }: House, patienceMs: number): Promise<string[]> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const client = new Client({ connection });
    const open = () => client.workflow.count(`WorkflowType = 'claim' and ExecutionStatus = 'Running'`);
    await until('the workflows’ end', async () => (await open()).count === 0, patienceMs).catch(() => undefined);
    const { count } = await open();
    return count === 0 ? [] : [`${String(count)} workflows of ended claims still run`];
  } finally {
    await connection.close();
  }
}

async function outboxLeft(db: Db, patienceMs: number): Promise<string[]> {
  const jobs = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from graphile_worker.jobs where task_identifier in ('ring', 'look')`.execute(db);
    return rows[0]?.n ?? 0;
  };
  await until('an empty outbox', async () => (await jobs()) === 0, patienceMs).catch(() => undefined);
  const left = await jobs();
  return left === 0 ? [] : [`${String(left)} rings were never delivered`];
}

/** Every acknowledged act is in its table and, as a person's, in the audit trail, exactly once. */
async function notOnceInTheRecord(db: Db, { acknowledged }: Played): Promise<string[]> {
  const { rows } = await sql<{ action: string; subjectId: string; inTable: number; inTrail: number }>`
    select a.action, a."subjectId",
      case
        when a.action = 'draft.created' then (select count(*) from claim where id::text = a."subjectId")
        when a.action = 'evidence.added' then (select count(*) from evidence where id::text = a."subjectId")
        when a.action like 'task.%' then
          (select count(*) from decision where id::text = a.key and task_id::text = a."subjectId" and 'task.' || outcome = a.action)
        else (select count(*) from act where claim_id::text = a."subjectId" and request_key = a.key and 'claim.' || kind = a.action)
      end::int as "inTable",
      (select count(*) from audit where action = a.action and subject_id = a."subjectId" and actor_id is not null)::int
        - (select count(*) from ${told(acknowledged)} other
           where other.action = a.action and other."subjectId" = a."subjectId" and other.key <> a.key)::int as "inTrail"
    from ${told(acknowledged)} a`.execute(db);
  return rows
    .filter(({ inTable, inTrail }) => inTable !== 1 || inTrail !== 1)
    .map(
      (act) =>
        `${act.action} of ${act.subjectId} was acknowledged; it is ${String(act.inTable)} times in its table, ${String(act.inTrail)} times in the trail`,
    );
}

/** What was acknowledged before something else was sent comes before it in the trail, claim by claim. */
async function outOfOrder(db: Db, { acknowledged }: Played): Promise<string[]> {
  const { rows } = await sql<{ earlier: string; later: string; claimId: string }>`
    with told as (
      select a.*, (select max(id) from audit where action = a.action and subject_id = a."subjectId" and actor_id is not null) as place from ${told(acknowledged)} a
      where a.action <> 'claim.resubmitted')
    select e.action as earlier, l.action as later, e."claimId" from told e join told l on l."claimId" = e."claimId"
    where e."answeredAt" < l."sentAt" and e.place >= l.place`.execute(db);
  return rows.map(({ earlier, later, claimId }) => `${later} stands before ${earlier} in the trail of ${claimId}`);
}

const told = (acknowledged: readonly Acknowledged[]) => sql`(
  select * from jsonb_to_recordset(${JSON.stringify(acknowledged)}::jsonb)
    as x("claimId" text, action text, "subjectId" text, key text, "sentAt" float8, "answeredAt" float8))`;

/** The ledger equals its recomputation: so no cap is broken and no hour is counted twice. */
async function ledgerFaults(db: Db): Promise<string[]> {
  const faults: string[] = [];
  for await (const people of everybodyWithAYear(db)) {
    const years = await verifyPeople(db, people, legalDay(Date.now()));
    faults.push(...years.filter(isMismatch).map(({ personId, year }) => `the ledger of ${personId} ${String(year)}`));
  }
  const { rows } = await sql<{ id: string; entries: number }>`
    select c.id, count(e.id)::int as entries from claim c
    left join ledger_entry e on e.source_id = c.id and e.kind = 'recognition'
    where c.state = 'filed' group by c.id having count(e.id) <> 1`.execute(db);
  return [...faults, ...rows.map(({ id, entries }) => `filed claim ${id} was recognised ${String(entries)} times`)];
}

async function chainFaults(db: Db): Promise<string[]> {
  await sealAudit(db);
  const faults: string[] = [];
  for (let from: number | null = 1; from !== null; ) {
    const page = await checkChain(db, { from, rows: 20_000 });
    faults.push(...page.faults.map((fault) => `the audit trail: ${JSON.stringify(fault)}`));
    from = page.next;
  }
  return faults;
}

async function aggregateFaults(db: Db): Promise<string[]> {
  await foldStatistics(db);
  const differences = await statisticsDifferences(db, 20);
  return differences.map(
    ({ of, kept, counted }) => `statistics of ${of}: ${String(kept)} kept, ${String(counted)} counted`,
  );
}

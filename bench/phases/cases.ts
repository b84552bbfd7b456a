import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { legalToday } from '../../db/clock.ts';
import { pause } from '../lib/load.ts';
import { type Cpu, costed, rounded, usageOf } from '../lib/measure.ts';
import { newPeople } from '../lib/people.ts';
import { say } from '../lib/settings.ts';
import type { System } from '../lib/system.ts';

/** What open deferrals and sanctions cost, each with its workflow waiting for a date, while nothing happens. */

export interface CasesResult {
  openCases: number;
  /** Running workflows of cases, as Temporal counts them: without them the measurement says nothing. */
  workflows: number;
  seconds: number;
  empty: Cpu;
  waiting: Cpu;
  /** Worker, API, Temporal and PostgreSQL, less the same without the cases. */
  moreCpuS: number;
  /** `start` and `end` of the waiting window: what stands while nothing happens must not grow. */
  rssMiB: { before: Memory; start: Memory; end: Memory };
  /** The asked-for bounds: at most a second more in a minute, the worker's memory flat. */
  withinBounds: boolean;
}

type Memory = Record<string, number>;
type Wanted = { cases: number; caseSeconds: number };

export async function measureCases(system: System, { cases, caseSeconds }: Wanted): Promise<CasesResult> {
  await untilQuiet(system);
  const before = memory(system);
  const empty = await atRest(system, caseSeconds);
  say('opening', cases, 'deferrals and sanctions');
  await openCases(system, cases);
  await untilRung(system);
  await untilQuiet(system);
  const start = memory(system);
  const waiting = await atRest(system, caseSeconds);
  const end = memory(system);
  const sum = (cpu: Cpu): number => Object.keys(system.parts).reduce((total, part) => total + (cpu[part] ?? 0), 0);
  const moreCpuS = rounded(sum(waiting) - sum(empty));
  const isFlat = (end['worker'] ?? 0) <= (start['worker'] ?? 0) + FLAT_MIB;
  return {
    openCases: await openNow(system),
    workflows: await workflowsOf(system),
    seconds: caseSeconds,
    empty,
    waiting,
    moreCpuS,
    rssMiB: { before, start, end },
    withinBounds: moreCpuS <= caseSeconds / 60 && isFlat,
  };
}

/** A collection may come between two looks at the same heap. */
const FLAT_MIB = 8;
const BATCH = 1_000;

/** Half of each, as their acts leave them: a deferral until next year's end, a dishonesty record that runs three years; each is rung. */
async function openCases({ world: { db } }: System, count: number): Promise<void> {
  for (let left = count; left > 0; left -= BATCH) {
    const people = await newPeople(db, '案件', Math.min(left, BATCH));
    const [deferred, sanctioned] = [people.filter((_, i) => i % 2 === 0), people.filter((_, i) => i % 2 === 1)].map(
      (half) => half.map((person) => person.personId),
    );
    const [officer, second] = (await newPeople(db, '办案人员', 2)).map((person) => person.personId);
    await sql`
      with made as (
        insert into deferral (person_id, year, employer_id, decider_id, hrss_id, reason, explanation, requested_until, state, until_on,
                              request_key, requested_at, decided_by, decided_at)
        select id, 2026, 'emp-city', 'emp-city', 'hrss-420500', 'illness', '住院', '2027-12-31', 'granted', '2027-12-31', id, now(),
               ${officer}::uuid, now()
        from unnest(${deferred}::uuid[]) as x(id) returning id)
      select graphile_worker.add_job('look', json_build_object('caseKind', 'deferral', 'caseId', id), job_key := 'look:deferral/' || id) from made`.execute(
      db,
    );
    await sql`
      with made as (
        insert into sanction (person_id, year, employer_id, authority_id, opened_by, opened_at, state, charge, noticed_by, noticed_at,
                              defence_due_at, defence_calendar, defence_closed_at, decided_by, confirmed_by, decided_at, effective_on, ends_on, impact)
        select id, 2026, 'emp-city', 'hrss-420500', ${officer}::uuid, now(), 'in-force', '材料不实', ${officer}::uuid,
               now() - interval '20 days', now() - interval '5 days', 'bench', now(), ${officer}::uuid, ${second}::uuid, now(), ${legalToday},
               ${legalToday} + interval '3 years', '{}'
        from unnest(${sanctioned}::uuid[]) as x(id) returning id)
      select graphile_worker.add_job('look', json_build_object('caseKind', 'sanction', 'caseId', id), job_key := 'look:sanction/' || id) from made`.execute(
      db,
    );
    say('cases', count - left + people.length);
  }
}

async function untilRung({ world: { db } }: System): Promise<void> {
  for (const end = Date.now() + 600_000; Date.now() < end; ) {
    await pause(1_000);
    const { rows } = await sql<{ left: number }>`
      select count(*)::int as left from graphile_worker.jobs where task_identifier = 'look'`.execute(db);
    if (rows[0]?.left === 0) return;
  }
  throw new Error('the cases were not all rung in ten minutes');
}

/** Until three seconds in a row use little: workflows begin after their rings, caches settle. */
async function untilQuiet(system: System): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { cpu } = await costed(system.parts, () => pause(3_000));
    if (Object.keys(system.parts).reduce((total, part) => total + (cpu[part] ?? 0), 0) < 0.4) return;
  }
  say('the system did not become quiet in ten minutes');
}

const atRest = async (system: System, seconds: number): Promise<Cpu> =>
  (await costed(system.parts, () => pause(seconds * 1_000))).cpu;

const memory = ({ parts }: System): Memory =>
  Object.fromEntries(Object.entries(parts).map(([part, pid]) => [part, usageOf(pid).rssMiB]));

async function workflowsOf({ temporalAddress }: System): Promise<number> {
  const connection = await Connection.connect({ address: temporalAddress });
  const query = "ExecutionStatus = 'Running' and WorkflowType in ('deferral', 'sanction')";
  const { count } = await new Client({ connection }).workflow.count(query);
  await connection.close();
  return count;
}

/** Living ones on the record: none may have ended, or the measurement says nothing. */
async function openNow({ world: { db } }: System): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select ((select count(*) from deferral where state = 'granted') + (select count(*) from sanction where state = 'in-force'))::int as open`.execute(
    db,
  );
  return rows[0]?.open ?? 0;
}

import { sql } from 'kysely';
import { PLAN_STATES, type Plan, type Planned, type PlanState } from '../../contract/plans.ts';
import type { Db } from '../connect.ts';

type Row = Omit<Planned, 'state' | 'stateLabel'>;

/**
 * A unit's plan of a year with what the study archive shows of it (Art. 10).
 * @param today the legal day: a training is held when its last day has come, and a month that is over without one is late
 */
export async function readPlan(
  db: Db,
  { organisationId, year }: { organisationId: string; year: number },
  today: string,
): Promise<Plan> {
  const { rows } = await sql<Row>`
    select n.id, n.year, n.title, n.month, n.subject, n.hundredths, n.revision,
      coalesce((select json_agg(json_build_object('id', t.id, 'title', t.title, 'firstOn', t.first_on, 'lastOn', t.last_on)
        order by t.first_on, t.id) from training t where t.planned_id = n.id), '[]') as trainings
    from planned_training n
    where n.organisation_id = ${organisationId} and n.year = ${year}::int order by n.month, n.id`.execute(db);
  const items = rows.map((row): Planned => {
    const state = stateOf(row, today);
    return { ...row, state, stateLabel: PLAN_STATES[state] };
  });
  const done = items.filter((item) => item.state === 'done');
  const sum = (of: readonly Planned[]): number => of.reduce((total, item) => total + item.hundredths, 0);
  return { year, items, done: done.length, plannedHundredths: sum(items), doneHundredths: sum(done) };
}

function stateOf({ trainings, year, month }: Row, today: string): PlanState {
  if (trainings.some((training) => training.lastOn <= today)) return 'done';
  const thisMonth = today.slice(0, 7);
  return `${year}-${String(month).padStart(2, '0')}` < thisMonth ? 'late' : 'ahead';
}

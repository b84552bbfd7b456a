import { sql } from 'kysely';
import type { Leave, LeavePool, Leaves, Relation } from '../../contract/leaves.ts';
import { type ReviewingRole, ROLE_OF_STAGE } from '../../rules/stages.ts';
import {
  codes,
  DECLARED_RELATIONS,
  type DeclaredRelation,
  STAGE_KINDS,
  type StageKind,
} from '../../rules/vocabulary.ts';
import { claimedTasks } from '../acts/roles.ts';
import type { Db } from '../connect.ts';
import { idsWith, poolsOf, type Scope } from './scope.ts';

type Row = {
  id: string;
  person_id: string;
  person_name: string;
  stand_in_id: string;
  stand_in_name: string;
  organisation_id: string;
  organisation_name: string;
  role: ReviewingRole;
  from_on: string;
  until_on: string;
  is_cancelled: boolean;
  recorded_by_name: string;
  claimed_tasks: number;
};

const stageOf = (role: ReviewingRole): StageKind =>
  codes(STAGE_KINDS).find((kind) => ROLE_OF_STAGE[kind] === role) ?? 'first-review';

/** Leaves the caller has to do with: their own, those they stand in for, and those of the bodies they administer; and the pools to choose from. */
export async function readLeaves(db: Db, scope: Scope, today: string): Promise<Leaves> {
  const administered = idsWith(scope, ['administrator']);
  const [{ rows }, pools] = await Promise.all([
    sql<Row>`
      select l.id, l.person_id, p.name as person_name, l.stand_in_id, s.name as stand_in_name, l.organisation_id, o.name as organisation_name,
        l.role, l.from_on::text as from_on, l.until_on::text as until_on, l.cancelled_at is not null as is_cancelled,
        r.name as recorded_by_name, ${claimedTasks(sql.ref('l.person_id'), sql.ref('l.organisation_id'), sql.ref('l.role'))} as claimed_tasks
      from leave l join person p on p.id = l.person_id join person s on s.id = l.stand_in_id join person r on r.id = l.recorded_by
      join organisation o on o.id = l.organisation_id
      where ${scope.personId} in (l.person_id, l.stand_in_id) or l.organisation_id = any (${sql.val(administered)}::text[])
      order by l.until_on desc, l.id desc limit 200`.execute(db),
    readPools(db, scope, { administered, today }),
  ]);
  return {
    items: rows.map((row) =>
      shown(row, today, row.person_id === scope.personId || administered.includes(row.organisation_id)),
    ),
    pools,
  };
}

function shown(row: Row, today: string, mayEnd: boolean): Leave {
  const state = stateOf(row, today);
  return {
    id: row.id,
    personId: row.person_id,
    personName: row.person_name,
    standInId: row.stand_in_id,
    standInName: row.stand_in_name,
    organisationId: row.organisation_id,
    organisationName: row.organisation_name,
    role: row.role,
    stage: stageOf(row.role),
    fromOn: row.from_on,
    untilOn: row.until_on,
    state,
    recordedByName: row.recorded_by_name,
    claimedTasks: row.claimed_tasks,
    mayEnd: mayEnd && (state === 'coming' || state === 'running'),
  };
}

function stateOf({ is_cancelled, from_on, until_on }: Row, today: string): Leave['state'] {
  if (is_cancelled) return 'cancelled';
  if (until_on < today) return 'over';
  return from_on > today ? 'coming' : 'running';
}

/** The caller's own pools, and all of the bodies they administer, each with the people who serve it today. */
async function readPools(
  db: Db,
  scope: Scope,
  { administered, today }: { administered: string[]; today: string },
): Promise<LeavePool[]> {
  const own = poolsOf(scope).map(({ organisationId }) => organisationId);
  const { rows } = await sql<{
    organisation_id: string;
    name: string;
    role: ReviewingRole;
    people: LeavePool['people'];
  }>`
    select h.organisation_id, o.name, h.role,
      jsonb_agg(jsonb_build_object('personId', p.id, 'name', p.name, 'title', p.title) order by p.name collate "zh-x-icu", p.id) as people
    from role_holding h join organisation o on o.id = h.organisation_id join person p on p.id = h.person_id
    left join account a on a.person_id = h.person_id
    where h.organisation_id = any (${sql.val([...own, ...administered])}::text[])
      and h.role = any (${sql.val(codes(STAGE_KINDS).map((kind) => ROLE_OF_STAGE[kind]))}::text[]) and a.disabled_at is null
      and h.from_on <= ${today}::date and (h.until_on is null or h.until_on > ${today}::date)
    group by h.organisation_id, o.name, h.role order by o.name, h.role`.execute(db);
  return rows
    .map((row) => ({
      organisationId: row.organisation_id,
      organisationName: row.name,
      role: row.role,
      stage: stageOf(row.role),
      mayRecordFor: administered.includes(row.organisation_id) ? ('anybody' as const) : ('self' as const),
      people: row.people,
    }))
    .filter(
      ({ mayRecordFor, people }) => mayRecordFor === 'anybody' || people.some((p) => p.personId === scope.personId),
    );
}

/** The family the caller declared (回避关系). */
export async function readRelations(db: Db, scope: Scope): Promise<Relation[]> {
  const rows = await db
    .selectFrom('declared_relation')
    .select(['id', 'other_name', 'other_number_masked', 'relation', 'declared_at'])
    .where('person_id', '=', scope.personId)
    .where('ended_at', 'is', null)
    .orderBy('declared_at', 'desc')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.other_name,
    idNumberMasked: row.other_number_masked,
    relation: row.relation,
    relationLabel: labelOf(row.relation),
    declaredAt: row.declared_at.toISOString(),
  }));
}

const labelOf = (relation: DeclaredRelation): string => DECLARED_RELATIONS[relation];

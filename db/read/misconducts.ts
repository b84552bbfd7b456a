import { type RawBuilder, sql } from 'kysely';
import type { ShownMisconduct } from '../../contract/misconducts.ts';
import { MISCONDUCT_STATES, MISCONDUCTS, SUPERVISING } from '../../rules/supervision.ts';
import type { Db } from '../connect.ts';
import type { MisconductRow } from '../tables/supervision.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { type Scope, supervisingAt, supervisingFor } from './scope.ts';

/** A record about oneself is as good as not there. */
export const isAccusedOfMisconduct = (
  scope: Pick<Scope, 'personId'>,
  { person_id }: Pick<MisconductRow, 'person_id'>,
): boolean => person_id === scope.personId;

/** The condition under which the record `x` is the caller's: never one about them, whoever bears the name. */
export function visibleMisconduct(scope: Scope): RawBuilder<boolean> {
  const at = supervisingAt(scope);
  return sql<boolean>`(
    (x.body_id = any (${at}::text[]) or x.referred_to = any (${at}::text[])) and x.person_id is distinct from ${scope.personId}
    and not (x.person_id is null and x.organisation_id = any (${at}::text[])
      and x.person_name = (select name from person where id = ${scope.personId})))`;
}

type Row = MisconductRow & {
  sort_key: string;
  body_name: string;
  organisation_name: string;
  referred_to_name: string | null;
};

/** What the caller's authorities recorded or were referred, the latest first; never what is about the caller, whoever bears the name. */
export async function readMisconducts(
  db: Db,
  scope: Scope,
  { limit, after }: { limit: number; after: Cursor | null },
): Promise<{ items: ShownMisconduct[]; next: string | null }> {
  const at = supervisingAt(scope);
  const past = after ? sql`and (x.recorded_at, x.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const found = await sql<Row>`
    select x.*, x.recorded_at::text as sort_key, b.name as body_name, o.name as organisation_name, s.name as referred_to_name
    from misconduct x join organisation b on b.id = x.body_id join organisation o on o.id = x.organisation_id
    left join organisation s on s.id = x.referred_to
    where ${visibleMisconduct(scope)} ${past}
    order by x.recorded_at desc, x.id desc limit ${limit + 1}`.execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map((row) => shown(row, at)), next };
}

const shown = (row: Row, at: readonly string[]): ShownMisconduct => ({
  id: row.id,
  bodyName: row.body_name,
  organisationName: row.organisation_name,
  personName: row.person_name,
  kindLabel: MISCONDUCTS[row.kind],
  facts: row.facts,
  state: row.state,
  stateLabel: MISCONDUCT_STATES[row.state],
  recordedAt: row.recorded_at.toISOString(),
  referredToName: row.referred_to_name,
  outcome: row.outcome,
  may: {
    refer: row.state === 'recorded' && at.includes(row.body_id),
    conclude: row.state === 'referred' && row.referred_to !== null && at.includes(row.referred_to),
  },
});

const BODIES_SHOWN = 20;

/** Authorities whose staff the caller's authorities supervise, by a part of their name. */
export async function findStaffedBodies(db: Db, scope: Scope, q: string): Promise<{ id: string; name: string }[]> {
  if (supervisingAt(scope).length === 0) return [];
  const { rows } = await sql<{ id: string; name: string }>`
    select o.id, o.name from organisation o
    where o.kind = any (${sql.val([...SUPERVISING])}::text[]) and o.closed_on is null and position(${q} in o.name) > 0
      and ${supervisingFor(scope, 'o')} is not null
    order by o.name, o.id limit ${BODIES_SHOWN}`.execute(db);
  return rows;
}

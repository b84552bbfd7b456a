import { type RawBuilder, sql } from 'kysely';
import { MOVE_SIDES, MOVE_STATES, type Move, type MoveSide } from '../../contract/moves.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { managesUnit, notFound } from '../acts/caller.ts';
import { bodyOf, type MoveRow, sidesOf } from '../acts/moves.ts';
import { administersPlace } from '../acts/places.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';

type Row = MoveRow &
  Pick<Move, 'personName' | 'fromEmployerName' | 'fromAgencyName' | 'toEmployerName' | 'toAgencyName'> & {
    requested_side: MoveSide;
    requested_at: string;
    effective_on: string | null;
    from_region: string | null;
    answers: { side: MoveSide; accepts: boolean; reason: string; organisationName: string | null; at: string }[];
  };

const SHOWN = 200;

const select = (db: Db, where: RawBuilder<unknown>) =>
  sql<Row>`
    select m.*, p.name as "personName", fe.name as "fromEmployerName", fa.name as "fromAgencyName", te.name as "toEmployerName",
      ta.name as "toAgencyName", coalesce(fa.region_code, fe.region_code) as from_region,
      coalesce((select json_agg(json_build_object('side', x.side, 'accepts', x.accepts, 'reason', x.reason, 'organisationName', o.name,
                                'at', x.answered_at) order by x.answered_at, x.side)
                from move_answer x left join organisation o on o.id = x.organisation_id where x.move_id = m.id), '[]') as answers
    from move m join person p on p.id = m.person_id join organisation te on te.id = m.to_employer_id
    left join organisation ta on ta.id = m.to_agency_id left join organisation fe on fe.id = m.from_employer_id
    left join organisation fa on fa.id = m.from_agency_id
    where ${where} order by m.state = 'open' desc, m.id desc limit ${SHOWN}`.execute(db);

/** The person's own moves. */
export async function readMyMoves(db: Db, scope: Scope, today: string): Promise<{ items: Move[] }> {
  const { rows } = await select(db, sql`m.person_id = ${scope.personId}`);
  return { items: await Promise.all(rows.map((row) => shown(db, scope, row, today))) };
}

/** The moves a unit has a word in; for an HRSS authority those of its place that wait for a former unit. */
export async function readMoves(db: Db, scope: Scope, id: string, today: string): Promise<Outcomes<{ items: Move[] }>> {
  if (!managesUnit(scope, id)) return notFound('家机构');
  const { rows } = await select(
    db,
    sql`${id} in (coalesce(m.to_agency_id, m.to_employer_id), coalesce(m.from_agency_id, m.from_employer_id))
      or (m.state = 'open' and exists (
        select 1 from organisation h where h.id = ${id} and h.kind = 'hrss' and (h.level = 'province'
          or coalesce(fa.region_code, fe.region_code) in (select code from region where h.region_code in (code, parent_code)))))`,
  );
  return { ok: true, value: { items: await Promise.all(rows.map((row) => shown(db, scope, row, today))) } };
}

async function shown(db: Db, scope: Scope, row: Row, today: string): Promise<Move> {
  const open = row.state === 'open';
  const waitingFor = open ? sidesOf(row).filter((side) => !row.answers.some((a) => a.side === side)) : [];
  const isPerson = row.person_id === scope.personId;
  const isNew = managesUnit(scope, bodyOf(row, 'new-unit') ?? '');
  const isOld = managesUnit(scope, bodyOf(row, 'old-unit') ?? '');
  const isAuthority = row.from_region !== null && (await administersPlace(db, scope, row.from_region));
  const may: Record<MoveSide, boolean> = {
    person: isPerson,
    'new-unit': isNew && !isPerson,
    'old-unit': (isOld || (isAuthority && today >= row.authority_from_on)) && !isPerson,
  };
  // Where somebody works is their former unit's to say, not the new one's to learn.
  const mayKnowFrom = isPerson || isOld || isAuthority;
  return {
    id: row.id,
    personId: row.person_id,
    personName: row.personName,
    fromEmployerName: mayKnowFrom ? row.fromEmployerName : null,
    fromAgencyName: mayKnowFrom ? row.fromAgencyName : null,
    toEmployerName: row.toEmployerName,
    toAgencyName: row.toAgencyName,
    fromOn: row.from_on,
    requestedSide: row.requested_side,
    requestedAt: new Date(row.requested_at).toISOString(),
    authorityFromOn: row.authority_from_on,
    state: row.state,
    stateName: MOVE_STATES[row.state],
    effectiveOn: row.effective_on,
    answers: row.answers.map((a) => ({
      ...a,
      sideName: MOVE_SIDES[a.side],
      organisationName: a.side === 'old-unit' && !mayKnowFrom ? null : a.organisationName,
      at: new Date(a.at).toISOString(),
    })),
    waitingFor,
    mayAnswer: waitingFor.filter((side) => may[side]),
    mayWithdraw: open && (row.requested_side === 'person' ? isPerson : isNew),
  };
}

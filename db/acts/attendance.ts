import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import {
  ATTENDANCE_OUTCOMES,
  type AttendanceResult,
  type AttendanceRow,
  BASE_ATTENDANCE_OUTCOMES,
} from '../../contract/trainings.ts';
import type { Db } from '../connect.ts';
import { giveMissingKeys } from '../person-keys.ts';
import { type Facts, GOOD, type Judged, judgeRows, type Member } from './attendance-match.ts';
import { notFound } from './caller.ts';
import { isBase } from './holders.ts';
import { auditCte } from './trail.ts';
import { declaredAlready, lockTraining, type TrainingKey } from './trainings.ts';
import { type UnitCaller, WITH_TRAININGS, whyNotManager } from './units.ts';

/** Who was at a training (参训名单): rows of a list, each with its own outcome. A unit's people are looked for among its own
 * only; a base's among everybody, by ID number or key together with the name, so that a list of numbers finds out nothing. */

type Recording = TrainingKey & {
  rows: readonly AttendanceRow[];
  preview: boolean;
  /** The secret of the keys by which systems outside name people. */
  personKeySecret: string;
};

/**
 * Enters a page of an attendance list, or looks what would become of it. A row that is in the archive already changes nothing, so that
 * an interrupted import is simply sent again. Somebody of another unit is as unknown as nobody.
 */
export async function recordAttendance(
  db: Db,
  caller: UnitCaller,
  recording: Recording,
): Promise<Outcomes<AttendanceResult>> {
  const barred = await whyNotManager(db, caller, recording.organisationId, WITH_TRAININGS);
  if (barred) return barred;
  if (recording.rows.some((row) => row.personKey)) await giveMissingKeys(db, recording.personKeySecret);
  return db.transaction().execute(async (trx) => {
    if (!(await lockTraining(trx, recording))) return notFound('次培训');
    const atBase = isBase(caller, recording.organisationId);
    const rows = atBase ? recording.rows.map((row) => ({ ...row, workNumber: undefined })) : recording.rows;
    const facts = await factsOf(trx, { ...recording, rows }, atBase);
    const judged = judgeRows(rows, facts);
    if (!recording.preview) await write(trx, caller, recording, judged);
    return { ok: true, value: resultOf(judged, atBase) };
  });
}

async function factsOf(trx: Db, recording: Recording, atBase: boolean): Promise<Facts> {
  const [training, members] = await Promise.all([
    trx.selectFrom('training').select('days').where('id', '=', recording.trainingId).executeTakeFirstOrThrow(),
    atBase ? anybody(trx, recording) : ownPeople(trx, recording),
  ]);
  return { days: training.days.map((each) => each.on), members, atBase };
}

function namedIn(rows: readonly AttendanceRow[]) {
  const given = (of: (row: AttendanceRow) => string | undefined) => rows.map(of).filter((value) => value);
  return {
    workNumbers: given((row) => row.workNumber),
    idNumbers: given((row) => row.idNumber),
    keys: given((row) => row.personKey).filter((key) => /^[0-9a-f]{64}$/.test(key ?? '')),
  };
}

/** Whom the list's numbers and keys mean today, as the common table expression `named`: a former number means who was kept. */
function identitiesIn(asked: readonly AttendanceRow[]) {
  const { idNumbers, keys } = namedIn(asked);
  return sql`named as (
    select person_id, name, id_number, encode(person_key, 'hex') as key from person_identity
    where id_number = any (${sql.val(idNumbers)}::text[])
      or person_key = any (array(select decode(key, 'hex') from unnest(${sql.val(keys)}::text[]) key)))`;
}

const memberColumns = (trainingId: string) => sql`
  i.person_id as "personId", i.name, i.id_number as "idNumber", i.key as "personKey", a.person_id is not null as listed, a.missed::text[] as missed,
  exists (select from proposal x where x.training_id = ${trainingId} and x.person_id = i.person_id and x.objected_at is null) as declared`;

/** A member for each affiliation with the unit and each number: somebody registered twice is known by both, and was there under either. */
async function ownPeople(trx: Db, { organisationId, trainingId, rows: asked }: Recording): Promise<Member[]> {
  const { rows } = await sql<Member>`
    with ${identitiesIn(asked)}
    select ${memberColumns(trainingId)}, f.work_number as "workNumber", f.from_on as "fromOn", f.until_on as "untilOn"
    from affiliation f join person_identity o on o.own_id = f.person_id
    cross join lateral (
      select p.id as person_id, p.name, p.id_number, encode(p.person_key, 'hex') as key from person p where p.id = o.person_id
      union select * from named n where n.person_id = o.person_id) i
    left join attendance a on a.training_id = ${trainingId} and a.person_id = i.person_id
    where f.employer_id = ${organisationId} and (
      f.work_number = any (${sql.val(namedIn(asked).workNumbers)}::text[]) or o.person_id in (select person_id from named))`.execute(
    trx,
  );
  return rows;
}

async function anybody(trx: Db, { trainingId, rows: asked }: Recording): Promise<Member[]> {
  const { rows } = await sql<Member>`
    with ${identitiesIn(asked)}
    select ${memberColumns(trainingId)}, null as "workNumber", '0001-01-01'::text as "fromOn", null as "untilOn"
    from named i left join attendance a on a.training_id = ${trainingId} and a.person_id = i.person_id`.execute(trx);
  return rows;
}

async function write(trx: Db, caller: UnitCaller, { trainingId, organisationId }: Recording, judged: Judged[]) {
  const entered = judged.filter(({ outcome }) => outcome === 'added' || outcome === 'changed');
  if (entered.length === 0) return;
  const rows = JSON.stringify(entered.map(({ personId, missed }) => ({ person_id: personId, missed })));
  await sql`
    with entered as (
      insert into attendance (training_id, person_id, missed, added_by)
      select ${trainingId}, g.person_id, g.missed, ${caller.personId}::uuid
      from jsonb_to_recordset(${rows}::jsonb) as g (person_id uuid, missed date[])
      on conflict (training_id, person_id) do update set missed = excluded.missed, added_by = excluded.added_by, added_at = excluded.added_at),
    ${auditCte(caller, {
      action: 'training.attendance-recorded',
      subjectKind: 'training',
      subjectId: trainingId,
      organisationId,
      detail: { people: entered.length },
    })}
    select 1`.execute(trx);
}

function resultOf(judged: readonly Judged[], atBase: boolean): AttendanceResult {
  const texts = atBase ? BASE_ATTENDANCE_OUTCOMES : ATTENDANCE_OUTCOMES;
  const items = judged.map(({ row, outcome, name }) => ({ row, outcome, text: texts[outcome], name }));
  const good = items.filter(({ outcome }) => GOOD.has(outcome)).length;
  return { items, good, bad: items.length - good };
}

/** Takes somebody off the list for whom no claim is proposed. */
export async function removeAttendee(
  db: Db,
  caller: UnitCaller,
  of: TrainingKey & { personId: string },
): Promise<Outcomes<{ id: string }>> {
  const { organisationId, trainingId, personId } = of;
  const barred = await whyNotManager(db, caller, organisationId, WITH_TRAININGS);
  if (barred) return barred;
  return db.transaction().execute(async (trx) => {
    if (!(await lockTraining(trx, of))) return notFound('次培训');
    const { rows } = await sql<{ declared: boolean }>`
      select exists (select from proposal x where x.training_id = a.training_id and x.person_id = a.person_id and x.objected_at is null) as declared
      from attendance a where a.training_id = ${trainingId} and a.person_id = ${personId}`.execute(trx);
    const [listed] = rows;
    if (!listed) return notFound('个人的参训记录');
    if (listed.declared) return declaredAlready('条参训记录');
    await sql`
      with removed as (delete from attendance where training_id = ${trainingId} and person_id = ${personId}),
      ${auditCte(caller, {
        action: 'training.attendee-removed',
        subjectKind: 'training',
        subjectId: trainingId,
        organisationId,
        detail: { personId },
      })}
      select 1`.execute(trx);
    return { ok: true, value: { id: personId } };
  });
}

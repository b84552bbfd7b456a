import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { NewTraining, TrainingPatch } from '../../contract/trainings.ts';
import type { Mode } from '../../rules/vocabulary.ts';
import { changesOf } from '../audit-detail.ts';
import type { Db } from '../connect.ts';
import { notFound, refuse } from './caller.ts';
import { keyReused } from './conflicts.ts';
import { type Held, heldBy } from './holders.ts';
import { auditCte } from './trail.ts';
import { type UnitCaller, WITH_TRAININGS, whyNotManager } from './units.ts';

/** The unit's study archive (学习档案, Arts. 10, 11(1)). What claims rest on stays as it is. */

type Saved = { id: string; revision: number };
type Adding = NewTraining & { organisationId: string; requestKey: string };

/** Puts a training into the archive. The same `requestKey` again answers the one it made, unless it asks for another. */
export async function addTraining(db: Db, caller: UnitCaller, adding: Adding): Promise<Outcomes<Saved>> {
  const { organisationId, requestKey } = adding;
  const barred = (await whyNotManager(db, caller, organisationId, WITH_TRAININGS)) ?? (await whyNotPlanned(db, adding));
  if (barred) return barred;
  const held = await heldBy(db, caller, adding);
  if (!held.ok) return held;
  const { holderKind, organiserId, organiserKind, organiserName } = held.value;
  const { days, firstOn, lastOn } = daysOf(adding);
  const { rows } = await sql<Saved>`
    with made as (
      insert into training (organisation_id, planned_id, title, place, organiser_name, mode, days, first_on, last_on, request_key,
        created_by, holder_kind, organiser_id, organiser_kind)
      values (${organisationId}, ${adding.plannedId}, ${adding.title}, ${adding.place}, ${organiserName}, ${adding.mode},
              ${days}::jsonb, ${firstOn}, ${lastOn}, ${requestKey}, ${caller.personId}, ${holderKind}, ${organiserId}, ${organiserKind})
      on conflict (created_by, request_key) do nothing returning id, revision),
    ${auditCte(caller, { action: 'training.added', subjectKind: 'training', subjectId: sql`made.id`, organisationId, from: 'made' })}
    select id, revision from made`.execute(db);
  const [made] = rows;
  return made ? { ok: true, value: made } : madeBefore(db, caller, adding);
}

async function madeBefore(db: Db, caller: UnitCaller, adding: Adding): Promise<Outcomes<Saved>> {
  const { days } = daysOf(adding);
  const before = await db
    .selectFrom('training')
    .select([
      'id',
      'revision',
      'title',
      'organisation_id',
      'organiser_id',
      sql<boolean>`days = ${days}::jsonb`.as('same_days'),
    ])
    .where('created_by', '=', caller.personId)
    .where('request_key', '=', adding.requestKey)
    .executeTakeFirstOrThrow();
  const isSame =
    before.organisation_id === adding.organisationId &&
    before.organiser_id === adding.organiserId &&
    before.title === adding.title &&
    before.same_days;
  return isSame ? { ok: true, value: { id: before.id, revision: before.revision } } : keyReused();
}

type Saving = TrainingPatch & { organisationId: string; trainingId: string };

/** Changes a training from which nothing has been proposed. `revision` is the one last seen. */
export async function saveTraining(db: Db, caller: UnitCaller, saving: Saving): Promise<Outcomes<Saved>> {
  const { organisationId } = saving;
  const barred = (await whyNotManager(db, caller, organisationId, WITH_TRAININGS)) ?? (await whyNotPlanned(db, saving));
  if (barred) return barred;
  const held = await heldBy(db, caller, saving);
  if (!held.ok) return held;
  return db.transaction().execute(async (trx) => {
    const training = await lockTraining(trx, saving);
    if (!training) return notFound('次培训');
    if (training.declared) return declaredAlready('次培训');
    if (training.revision !== saving.revision) return trainingChanged();
    const old = await trx
      .selectFrom('training')
      .select(['title', 'mode', 'days'])
      .where('id', '=', training.id)
      .executeTakeFirstOrThrow();
    return { ok: true, value: await write(trx, caller, saving, { held: held.value, old }) };
  });
}

type Writing = { held: Held; old: { title: string; mode: Mode; days: unknown } };

async function write(trx: Db, caller: UnitCaller, saving: Saving, { held, old }: Writing): Promise<Saved> {
  const { trainingId, organisationId, title, mode } = saving;
  const { days, firstOn, lastOn } = daysOf(saving);
  const revision = saving.revision + 1;
  const kept: unknown = JSON.parse(days);
  const detail = { revision, ...changesOf(old, { title, mode, days: kept }) };
  await sql`
    with saved as (
      update training set planned_id = ${saving.plannedId}, title = ${saving.title}, place = ${saving.place},
        organiser_name = ${held.organiserName}, organiser_id = ${held.organiserId}, organiser_kind = ${held.organiserKind}, mode = ${saving.mode}, days = ${days}::jsonb, first_on = ${firstOn}, last_on = ${lastOn},
        revision = ${revision}
      where id = ${trainingId}),
    -- A day that is no longer one cannot have been missed.
    kept as (
      update attendance set missed = array(
        select d from unnest(missed) d where d in (select (each ->> 'on')::date from jsonb_array_elements(${days}::jsonb) each))
      where training_id = ${trainingId} and missed <> '{}'),
    ${auditCte(caller, { action: 'training.saved', subjectKind: 'training', subjectId: trainingId, organisationId, detail })}
    select 1`.execute(trx);
  return { id: trainingId, revision };
}

export type TrainingKey = { organisationId: string; trainingId: string };
type Locked = { id: string; revision: number; declared: boolean };

/** The unit's training under its lock; `declared` when somebody has a proposal from it that they did not object to. */
export async function lockTraining(trx: Db, { organisationId, trainingId }: TrainingKey): Promise<Locked | undefined> {
  const locked = await trx
    .selectFrom('training')
    .select(['id', 'revision'])
    .where('id', '=', trainingId)
    .where('organisation_id', '=', organisationId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!locked) return undefined;
  // Asked after the lock: who waited for a batch must see what it made.
  const living = await trx
    .selectFrom('proposal')
    .select('id')
    .where('training_id', '=', trainingId)
    .where('objected_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return { ...locked, declared: living !== undefined };
}

export const declaredAlready = (what: string) =>
  refuse(
    'training-declared',
    `已按这次培训代报，这${what}不能更改或删除。`,
    '内容有误的，请通知有关人员提出异议后重新登记培训。',
    { provision: '11(1)' },
  );

/** The days as kept: each once, in their order. */
function daysOf({ days }: Pick<NewTraining, 'days'>): { days: string; firstOn: string; lastOn: string } {
  const sorted = [...days].sort((a, b) => (a.on < b.on ? -1 : 1));
  return { days: JSON.stringify(sorted), firstOn: sorted[0]?.on ?? '', lastOn: sorted.at(-1)?.on ?? '' };
}

async function whyNotPlanned(
  db: Db,
  { plannedId, organisationId }: { plannedId: string | null; organisationId: string },
) {
  if (plannedId === null) return null;
  const line = await db
    .selectFrom('planned_training')
    .select('id')
    .where('id', '=', plannedId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return line ? null : notFound('项计划');
}

const trainingChanged = () =>
  refuse('revision-changed', '这次培训已在别处修改过。', '请刷新后在最新内容上修改；您刚填写的内容仍在页面上。');

/** Papers one training can hold; a claim proposed from it shows all of them. */
export const TRAINING_FILES_LIMIT = 10;

type StoredFile = TrainingKey & {
  fileName: string;
  mediaType: 'application/pdf' | 'image/jpeg' | 'image/png';
  sizeBytes: number;
  sha256: Buffer;
  storageKey: string;
};

/** Puts a stored paper to the training. On a refusal the caller removes the stored file. */
export async function addTrainingFile(db: Db, caller: UnitCaller, file: StoredFile): Promise<Outcomes<{ id: string }>> {
  const barred = await whyNotManager(db, caller, file.organisationId, WITH_TRAININGS);
  if (barred) return barred;
  return db.transaction().execute(async (trx) => {
    const training = await lockTraining(trx, file);
    if (!training) return notFound('次培训');
    const { papers } = await trx
      .selectFrom('training_file')
      .select((eb) => eb.fn.countAll<number>().as('papers'))
      .where('training_id', '=', file.trainingId)
      .executeTakeFirstOrThrow();
    if (papers >= TRAINING_FILES_LIMIT) {
      return refuse(
        'training-files-limit',
        `一次培训最多保留 ${TRAINING_FILES_LIMIT} 份证明。`,
        '请合并为一个 PDF，或删除不需要的证明后再上传。',
      );
    }
    const { rows } = await sql<{ id: string }>`
      with made as (
        insert into training_file (training_id, uploaded_by, file_name, media_type, size_bytes, sha256, storage_key)
        values (${file.trainingId}, ${caller.personId}, ${file.fileName}, ${file.mediaType}, ${file.sizeBytes}, ${file.sha256},
                ${file.storageKey})
        returning id),
      ${auditCte(caller, {
        action: 'training.file-added',
        subjectKind: 'training',
        subjectId: file.trainingId,
        organisationId: file.organisationId,
        from: 'made',
      })}
      select id from made`.execute(trx);
    const [made] = rows;
    if (!made) throw new Error('a paper of a training was neither stored nor refused');
    return { ok: true, value: made };
  });
}

/**
 * Takes a paper off the training that no claim shows.
 * @returns the key of its file, which the caller removes
 */
export async function removeTrainingFile(
  db: Db,
  caller: UnitCaller,
  of: TrainingKey & { fileId: string },
): Promise<Outcomes<{ id: string; storageKey: string }>> {
  const barred = await whyNotManager(db, caller, of.organisationId, WITH_TRAININGS);
  if (barred) return barred;
  return db.transaction().execute(async (trx) => {
    if (!(await lockTraining(trx, of))) return notFound('次培训');
    const { rows } = await sql<{ storageKey: string; shown: boolean }>`
      select f.storage_key as "storageKey", exists (select from evidence e where e.training_file_id = f.id) as shown
      from training_file f where f.id = ${of.fileId} and f.training_id = ${of.trainingId}`.execute(trx);
    const [file] = rows;
    if (!file) return notFound('份培训证明');
    if (file.shown) return declaredAlready('份证明');
    await sql`
      with removed as (delete from training_file where id = ${of.fileId}),
      ${auditCte(caller, {
        action: 'training.file-removed',
        subjectKind: 'training',
        subjectId: of.trainingId,
        organisationId: of.organisationId,
      })}
      select 1`.execute(trx);
    return { ok: true, value: { id: of.fileId, storageKey: file.storageKey } };
  });
}

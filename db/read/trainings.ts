import { sql } from 'kysely';
import {
  type Attendee,
  type Organisers,
  PROPOSAL_STATES,
  type TrainingDay,
  type TrainingDetail,
  type TrainingSummary,
} from '../../contract/trainings.ts';
import type { ClaimState, Mode } from '../../rules/vocabulary.ts';
import { whyNotProposable } from '../acts/proposable.ts';
import { COMMISSIONING } from '../commissioning.ts';
import type { Db } from '../connect.ts';
import type { CommissioningKind } from '../tables/employers.ts';
import { declaredFrom, recognisedHundredths } from '../trainings.ts';
import { type Cursor, pageOf } from './cursor.ts';

/** The unit's study archive (学习档案), read. */

export type TrainingKey = { organisationId: string; trainingId: string };

type Row = {
  id: string;
  title: string;
  place: string;
  organiser_name: string;
  organiser_id: string | null;
  organiser_kind: CommissioningKind | null;
  mode: Mode;
  days: TrainingDay[];
  first_on: string;
  last_on: string;
  revision: number;
  planned_id: string | null;
  planned_title: string | null;
  study_archive: boolean;
  files: number;
  attended: number;
  proposed: number;
  confirmed: number;
  objected: number;
};

const select = sql`
  select t.id, t.title, t.place, t.organiser_name, t.organiser_id, t.organiser_kind, t.mode, t.days, t.first_on, t.last_on, t.revision, t.planned_id,
    n.title as planned_title, o.study_archive,
    (select count(*)::int from training_file where training_id = t.id) as files,
    (select count(*)::int from attendance where training_id = t.id) as attended, x.*
  from training t join organisation o on o.id = t.organisation_id left join planned_training n on n.id = t.planned_id
  cross join lateral (
    select count(*) filter (where c.state = 'draft')::int as proposed,
      count(*) filter (where c.state <> 'draft')::int as confirmed,
      count(*) filter (where x.objected_at is not null)::int as objected
    from proposal x left join claim c on c.id = x.claim_id where x.training_id = t.id) x`;

type Asked = { organisationId: string; year: number; limit: number; after: Cursor | null };

/** A unit's trainings of a year, the latest first. */
export async function readTrainings(
  db: Db,
  { organisationId, year, limit, after }: Asked,
): Promise<{ items: TrainingSummary[]; next: string | null }> {
  const { rows } = await sql<Row>`${select}
    where t.organisation_id = ${organisationId} and t.first_on between ${`${year}-01-01`}::date and ${`${year}-12-31`}::date
      ${after === null ? sql`` : sql`and (t.first_on, t.id) < (${after.key}::date, ${after.id}::uuid)`}
    order by t.first_on desc, t.id desc limit ${limit + 1}`.execute(db);
  const page = pageOf(rows, limit, (row) => ({ key: row.first_on, id: row.id }));
  return { items: page.rows.map(summaryOf), next: page.next };
}

function summaryOf(row: Row): TrainingSummary {
  const { attended, proposed, confirmed, objected } = row;
  return {
    id: row.id,
    title: row.title,
    firstOn: row.first_on,
    lastOn: row.last_on,
    hundredths: recognisedHundredths(declaredFrom(row)),
    files: row.files,
    counts: { attended, proposed, confirmed, objected },
  };
}

/** One training with its papers; undefined for another unit's. */
export async function readTraining(
  db: Db,
  { organisationId, trainingId }: TrainingKey,
  today: string,
): Promise<TrainingDetail | undefined> {
  const { rows } =
    await sql<Row>`${select} where t.organisation_id = ${organisationId} and t.id = ${trainingId}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const papers = await papersOf(db, trainingId);
  const barred = whyNotProposable({ training: row, files: row.files, studyArchive: row.study_archive, today });
  return {
    ...summaryOf(row),
    place: row.place,
    organiserName: row.organiser_name,
    mode: row.mode,
    days: row.days,
    plannedId: row.planned_id,
    plannedTitle: row.planned_title,
    organiserId: row.organiser_id,
    revision: row.revision,
    papers,
    editable: row.proposed + row.confirmed === 0,
    barred: barred && { detail: barred.refusal.detail, fix: barred.refusal.fix },
  };
}

async function papersOf(db: Db, trainingId: string): Promise<TrainingDetail['papers']> {
  const rows = await db
    .selectFrom('training_file')
    .selectAll()
    .where('training_id', '=', trainingId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    fileName: row.file_name,
    mediaType: row.media_type,
    sizeBytes: row.size_bytes,
    sha256: row.sha256.toString('hex'),
    uploadedAt: row.uploaded_at.toISOString(),
  }));
}

/** One paper, for the answer to its upload. */
export async function readPaper(db: Db, trainingId: string, fileId: string): Promise<TrainingDetail['papers'][number]> {
  const paper = (await papersOf(db, trainingId)).find((each) => each.id === fileId);
  if (!paper) throw new Error('a paper just stored is not there');
  return paper;
}

/** A paper's file, of the unit's own training. */
export const paperFile = (db: Db, { organisationId, trainingId }: TrainingKey, fileId: string) =>
  db
    .selectFrom('training_file as f')
    .innerJoin('training as t', 't.id', 'f.training_id')
    .select(['f.storage_key', 'f.file_name', 'f.media_type', 'f.size_bytes'])
    .where('f.id', '=', fileId)
    .where('t.id', '=', trainingId)
    .where('t.organisation_id', '=', organisationId)
    .executeTakeFirst();

type AttendeeRow = Omit<Attendee, 'proposal'> & {
  at: Date | null;
  objection: string | null;
  claimState: ClaimState | null;
};

/**
 * Who was at the training, in the order of their ids, with the latest proposal of each; undefined for another unit's training.
 */
export async function readAttendees(
  db: Db,
  { organisationId, trainingId, limit, after }: TrainingKey & { limit: number; after?: string | undefined },
): Promise<{ items: Attendee[]; next: string | null } | undefined> {
  const known = await db
    .selectFrom('training')
    .select('holder_kind')
    .where('id', '=', trainingId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  if (!known) return undefined;
  const { rows } = await sql<AttendeeRow>`
    select a.person_id as "personId", p.name, p.title, a.missed::text[] as missed,
      (select f.work_number from affiliation f where f.person_id = a.person_id and f.employer_id = ${organisationId}
        order by f.from_on desc limit 1) as "workNumber",
      coalesce(x.objected_at, x.proposed_at) as at, x.objection, c.state as "claimState"
    from attendance a join person p on p.id = a.person_id
    left join lateral (
      select * from proposal where training_id = a.training_id and person_id = a.person_id
      order by objected_at desc nulls first limit 1) x on true
    left join claim c on c.id = x.claim_id
    where a.training_id = ${trainingId} ${after === undefined ? sql`` : sql`and a.person_id > ${after}::uuid`}
    order by a.person_id limit ${limit + 1}`.execute(db);
  const items = rows
    .slice(0, limit)
    .map(shown)
    .map(known.holder_kind === 'education-base' ? toBase : (each) => each);
  return { items, next: rows.length > limit ? (items.at(-1)?.personId ?? null) : null };
}

function shown({ at, objection, claimState, ...row }: AttendeeRow): Attendee {
  if (at === null) return { ...row, proposal: null };
  const state = claimState === null ? 'objected' : claimState === 'draft' ? 'proposed' : 'confirmed';
  return {
    ...row,
    proposal: { state, label: PROPOSAL_STATES[state], claimState, objection, at: at.toISOString() },
  };
}

/** A base sees who was there and whether they confirmed; the rest of them, and what becomes of their claim, is not its business. */
const toBase = (attendee: Attendee): Attendee => ({
  ...attendee,
  title: null,
  proposal: attendee.proposal && { ...attendee.proposal, claimState: null },
});

/** Authorities whose trainings a base may hold, found by a part of the name (Art. 11(1)). */
export async function readOrganisers(db: Db, q: string): Promise<Organisers['items']> {
  return db
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('kind', 'in', COMMISSIONING)
    .where('closed_on', 'is', null)
    .where(sql<boolean>`strpos(name, ${q}) > 0`)
    .orderBy('name')
    .limit(20)
    .execute();
}

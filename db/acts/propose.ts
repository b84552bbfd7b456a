import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { BATCH_OUTCOMES, type BatchOutcome, type BatchResult } from '../../contract/trainings.ts';
import { legalDay } from '../../rules/calendar.ts';
import { claimYear } from '../../rules/deadlines.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { formatHours } from '../../rules/hours.ts';
import type { Day } from '../columns.ts';
import type { Db } from '../connect.ts';
import { keyOf, readPersonYears } from '../read/person-years.ts';
import { type ArchivedTraining, declaredFrom, recognisedHundredths } from '../trainings.ts';
import { notFound } from './caller.ts';
import { tell } from './notices.ts';
import { whyNotProposable } from './proposable.ts';
import { auditCte } from './trail.ts';
import { lockTraining, type TrainingKey } from './trainings.ts';
import { type UnitCaller, WITH_TRAININGS, whyNotManager } from './units.ts';

/** Batch declaration (批量代报): from a training of the archive to a proposed claim for each person who was there. */

type Batch = TrainingKey & { limit: number; after?: string | undefined; preview: boolean };

/**
 * Proposes claims for a page of the people who were at a training: drafts of theirs, with the archive's papers as evidence, that they
 * confirm or object to. A person has one living proposal a training, so a page sent again changes nothing and an interrupted batch
 * goes on where it stopped. Not one statement a person: a page is a handful of them.
 * @returns what became of each person, and where the next page begins
 */
export async function proposeClaims(
  db: Db,
  caller: UnitCaller,
  batch: Batch,
  now = new Date(),
): Promise<Outcomes<BatchResult>> {
  const barred = await whyNotManager(db, caller, batch.organisationId, WITH_TRAININGS);
  if (barred) return barred;
  const today = legalDay(now.toISOString());
  return db.transaction().execute(async (trx) => {
    if (!(await lockTraining(trx, batch))) return notFound('次培训');
    const training = await trainingOf(trx, batch);
    const refused = whyNotProposable({ training, files: training.files, studyArchive: training.study_archive, today });
    if (refused) return refused;
    const people = await attendees(trx, batch, { training, today });
    const page = people.slice(0, batch.limit);
    const judged = await judgeAll(trx, page, { training, today });
    if (!batch.preview) await write(trx, caller, batch, { training, judged });
    const next = people.length > batch.limit ? (page.at(-1)?.personId ?? null) : null;
    return { ok: true, value: { items: judged.map(({ item }) => item), next } };
  });
}

type Training = ArchivedTraining & { study_archive: boolean; files: number; employer: string };

async function trainingOf(trx: Db, { trainingId }: Batch): Promise<Training> {
  const { rows } = await sql<Training>`
    select t.title, t.place, t.organiser_name, t.organiser_kind, t.mode, t.days, o.study_archive, o.name as employer,
      (select count(*)::int from training_file where training_id = t.id) as files
    from training t join organisation o on o.id = t.organisation_id where t.id = ${trainingId}`.execute(trx);
  const [training] = rows;
  if (!training) throw new Error('a locked training is not there');
  return training;
}

type Person = {
  personId: string;
  name: string;
  missed: Day[];
  employed: boolean;
  proposal: 'none' | 'proposed' | 'declared' | 'objected';
};
type Of = { training: Training; today: string };

async function attendees(trx: Db, batch: Batch, { training, today }: Of): Promise<Person[]> {
  const { organisationId, trainingId, limit, after } = batch;
  const days = training.days.map((each) => each.on);
  const { rows } = await sql<Person>`
    select a.person_id as "personId", p.name, a.missed::text[] as missed,
      -- A base's people are of any unit; whose they are it is not told.
      ${training.organiser_kind !== null} or not exists (
        select from unnest(${sql.val([...days, today])}::date[]) d
        where d <> all (a.missed) and not exists (
          select from affiliation f where f.person_id = a.person_id and f.employer_id = ${organisationId}
            and f.from_on <= d and (f.until_on is null or f.until_on > d))) as employed,
      case when c.state = 'draft' then 'proposed' when c.state is not null then 'declared'
        when exists (select from proposal x where x.training_id = a.training_id and x.person_id = a.person_id and x.objected_at >= a.added_at)
          then 'objected' else 'none' end as proposal
    from attendance a join person p on p.id = a.person_id
    left join proposal l on l.training_id = a.training_id and l.person_id = a.person_id and l.objected_at is null
    left join claim c on c.id = l.claim_id
    where a.training_id = ${trainingId} ${after === undefined ? sql`` : sql`and a.person_id > ${after}::uuid`}
    order by a.person_id limit ${limit + 1}`.execute(trx);
  return rows;
}

type Judged = { item: BatchResult['items'][number]; declared: Declared; identity: string; year: number };

async function judgeAll(trx: Db, people: readonly Person[], { training, today }: Of): Promise<Judged[]> {
  const content = people.map((person) => contentOf(person, training));
  const rivals = await rivalsOf(trx, content);
  const fresh = content.filter((each) => isFresh(each.person) && !rivals.has(each.person.personId));
  // What room somebody's year has left is their unit's to know, not a base's.
  const warnings = training.organiser_kind === null ? await capWarnings(trx, fresh, today) : new Map<string, string>();
  return content.map((each) => {
    const { person, declared, identity, year } = each;
    const outcome = outcomeOf(person, rivals.get(person.personId));
    const warning = outcome === 'proposed' ? (warnings.get(person.personId) ?? null) : null;
    const item = { personId: person.personId, name: person.name, outcome, text: BATCH_OUTCOMES[outcome], warning };
    return { item, declared, identity, year };
  });
}

type Content = { person: Person; declared: Declared; identity: string; year: number; hundredths: number };

function contentOf(person: Person, training: Training): Content {
  const declared = declaredFrom(training, person.missed);
  const activity = asActivity(declared, true);
  const year = claimYear(activity);
  if (year === null) throw new Error('a training before the measures came into a batch');
  return { person, declared, identity: identityOf(activity), year, hundredths: recognisedHundredths(declared) };
}

const isFresh = ({ proposal, employed }: Person): boolean => proposal === 'none' && employed;

function outcomeOf({ proposal, employed }: Person, rival: 'draft' | 'declared' | undefined): BatchOutcome {
  if (proposal === 'proposed') return 'already-proposed';
  if (proposal === 'declared') return 'already-declared';
  if (rival !== undefined) return rival === 'draft' ? 'own-draft' : 'already-declared';
  if (proposal === 'objected') return 'objected';
  return employed ? 'proposed' : 'no-affiliation';
}

/** Claims that people made of the same activity themselves, and that count or may come to count. */
async function rivalsOf(trx: Db, content: readonly Content[]): Promise<Map<string, 'draft' | 'declared'>> {
  const asked = JSON.stringify(content.map(({ person, identity }) => ({ person_id: person.personId, identity })));
  const { rows } = await sql<{ personId: string; draft: boolean }>`
    select c.person_id as "personId", bool_and(c.state = 'draft') as draft
    from jsonb_to_recordset(${asked}::jsonb) as g (person_id uuid, identity text)
    join claim c on c.person_id = g.person_id and c.identity = g.identity
    where c.state in ('draft', 'first-review', 're-review', 'filing', 'filed', 'correction') group by 1`.execute(trx);
  return new Map(rows.map((row) => [row.personId, row.draft ? 'draft' : 'declared']));
}

/**
 * Whose unit training of the year would go over its limit with this one: what is counted, and what is on its way, both take room.
 * @article 11(1) 每年认定不超过20学时
 */
async function capWarnings(trx: Db, content: readonly Content[], asOf: string): Promise<Map<string, string>> {
  const [first] = content;
  if (!first) return new Map();
  const personIds = content.map(({ person }) => person.personId);
  const years = [...new Set(content.map(({ year }) => year))];
  const [results, onTheWay] = [
    await readPersonYears(trx, { personIds, years, asOf }),
    await pendingUnitHours(trx, personIds, years),
  ];
  const warnings = new Map<string, string>();
  for (const { person, year, hundredths } of content) {
    const key = keyOf({ personId: person.personId, year });
    const cap = results.get(key)?.caps.find((each) => each.cap === 'unit-training-year');
    const over = hundredths + (onTheWay.get(key) ?? 0) - (cap?.leftHundredths ?? hundredths);
    if (cap && over > 0) {
      const left = formatHours(Math.max(0, hundredths - over));
      warnings.set(
        person.personId,
        `本单位培训每年至多认定 ${formatHours(cap.limitHundredths)}，连同在办的申报，这次只余 ${left}可计入（第十一条第一项）`,
      );
    }
  }
  return warnings;
}

async function pendingUnitHours(trx: Db, personIds: string[], years: number[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ personId: string; year: number; hundredths: number; drafts: Declared[] | null }>`
    select person_id as "personId", year, sum(claimed_hundredths)::int as hundredths,
      jsonb_agg(declaration) filter (where state = 'draft') as drafts
    from claim c where person_id = any (${sql.val(personIds)}::uuid[]) and year = any (${sql.val(years)}::smallint[])
      and form = 'unit-training' and (state in ('first-review', 're-review', 'filing', 'correction')
        or (state = 'draft' and exists (select from proposal x where x.claim_id = c.id)))
    group by 1, 2`.execute(trx);
  return new Map(
    rows.map((row) => [
      keyOf(row),
      row.hundredths + (row.drafts ?? []).reduce((sum, declared) => sum + recognisedHundredths(declared), 0),
    ]),
  );
}

type Writing = { training: Training; judged: readonly Judged[] };

/** Drafts, their evidence, the proposals and the audit of a page in one statement; then each person is told. */
async function write(trx: Db, caller: UnitCaller, batch: Batch, { training, judged }: Writing): Promise<void> {
  const given = judged.filter(({ item }) => item.outcome === 'proposed');
  if (given.length === 0) return;
  const { trainingId, organisationId } = batch;
  const rows = JSON.stringify(
    given.map(({ item, year, declared, identity }) => ({
      person_id: item.personId,
      year,
      title: declared.title,
      form: declared.form,
      declaration: declared,
      identity,
    })),
  );
  const { rows: made } = await sql<{ id: string; person_id: string }>`
    with made as (
      insert into claim (person_id, year, form, title, declaration, identity)
      select g.person_id, g.year, g.form, g.title, g.declaration, g.identity
      from jsonb_to_recordset(${rows}::jsonb) as g (person_id uuid, year smallint, form text, title text, declaration jsonb, identity text)
      returning id, person_id),
    shown as (
      insert into evidence (claim_id, uploaded_by, file_name, media_type, size_bytes, sha256, storage_key, training_file_id)
      select made.id, f.uploaded_by, f.file_name, f.media_type, f.size_bytes, f.sha256, f.storage_key, f.id
      from made cross join training_file f where f.training_id = ${trainingId}),
    proposed as (
      insert into proposal (training_id, person_id, claim_id, proposed_by)
      select ${trainingId}, made.person_id, made.id, ${caller.personId}::uuid from made),
    ${auditCte(caller, {
      action: 'claim.proposed',
      subjectKind: 'claim',
      subjectId: sql`made.id`,
      organisationId,
      detail: { trainingId },
      from: 'made',
    })}
    select id, person_id from made`.execute(trx);
  await tell(
    trx,
    made.map(({ id, person_id }) => ({
      personId: person_id,
      kind: 'attendance-to-confirm' as const,
      key: id,
      detail: { organisation: training.employer, title: training.title, path: '/claims' },
    })),
  );
}

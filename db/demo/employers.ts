import type { Day } from '../../rules/activity.ts';
import { addDays } from '../../rules/calendar.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { declaredFrom } from '../trainings.ts';
import { withProof } from './activities.ts';
import { DEMO_YEAR, planFor } from './claims.ts';
import { pdfFile } from './evidence-files.ts';
import { ClaimLife } from './life.ts';
import { organisationOf, STORY_HOSPITAL_ID } from './organisations.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Row, Rows } from './rows.ts';

/** The story's hospital as its manager sees it: a plan, a study archive, claims proposed from it, reminders. */

type Line = { title: string; month: number; subject: 'public' | 'professional'; hundredths: number };
const PLAN: readonly Line[] = [
  { title: '医患沟通能力培训', month: 7, subject: 'professional', hundredths: 400 },
  { title: '心肺复苏与急救技能培训', month: 9, subject: 'professional', hundredths: 1200 },
  { title: '医院感染防控专题培训', month: 10, subject: 'professional', hundredths: 600 },
  { title: '医德医风与职业道德教育', month: 11, subject: 'public', hundredths: 400 },
  { title: '危急值管理培训', month: 12, subject: 'professional', hundredths: 400 },
];

type Held = { line: number; organiser: string; place: string; days: Row<'training'>['days'] };
const HELD: readonly Held[] = [
  {
    line: 1,
    organiser: '医务科',
    place: '技能培训中心',
    days: [
      { on: '2026-09-15', hundredths: 800 },
      { on: '2026-09-16', minutes: 180 },
    ],
  },
  { line: 2, organiser: '医院感染管理科', place: '门诊楼六楼会议室', days: [{ on: '2026-10-20', hundredths: 600 }] },
];

/** Who declares nothing yet: see the story. */
const WITHOUT_PROPOSALS: ReadonlySet<string> = new Set(['doctor', 'hospital-manager']);

type Stage = { rows: Rows; random: Random; manager: Person; colleagues: readonly Person[]; claimsBefore: number };

/** Adds the hospital's year; the rest of the province has none of its own. */
export function addEmployers(
  rows: Rows,
  random: Random,
  people: readonly Person[],
  { claimsBefore, today }: { claimsBefore: number; today: Day },
): void {
  const manager = people.find((person) => person.username === 'hospital-manager');
  const colleagues = people.filter((person) => {
    const current = person.affiliations.at(-1);
    return (
      current?.employerId === STORY_HOSPITAL_ID && current.untilOn === null && !WITHOUT_PROPOSALS.has(person.username)
    );
  });
  if (manager === undefined) throw new Error('the demo has no manager of its hospital');
  const stage: Stage = { rows, random, manager, colleagues, claimsBefore };
  const lines = PLAN.map((line) => addLine(stage, line));
  const [first, second] = HELD.map((held) => addTraining(stage, held, lines[held.line] ?? ''));
  if (first) {
    attend(stage, first, 40);
    propose(stage, first, 25);
  }
  if (second) attend(stage, second, 30);
  for (const person of colleagues.slice(-3)) {
    rows.add('reminder', {
      id: random.uuid(instant(addDays(today, -3))),
      person_id: person.id,
      organisation_id: STORY_HOSPITAL_ID,
      year: DEMO_YEAR,
      sent_on: addDays(today, -3),
      sent_by: manager.id,
    });
  }
}

const instant = (on: Day): Date => new Date(`${on}T02:00:00.000Z`);

function addLine({ rows, random, manager }: Stage, line: Line): string {
  const at = instant('2026-05-28');
  const id = random.uuid(at);
  rows.add('planned_training', {
    id,
    organisation_id: STORY_HOSPITAL_ID,
    year: DEMO_YEAR,
    ...line,
    revision: 1,
    request_key: id,
    created_by: manager.id,
    created_at: at.toISOString(),
  });
  return id;
}

type Archived = { training: Row<'training'>; file: Row<'training_file'> };

function addTraining({ rows, random, manager }: Stage, held: Held, plannedId: string): Archived {
  const last = held.days.at(-1)?.on ?? '';
  const at = instant(addDays(last, 2));
  const title = PLAN[held.line]?.title ?? '';
  const id = random.uuid(at);
  const training: Row<'training'> = {
    id,
    organisation_id: STORY_HOSPITAL_ID,
    planned_id: plannedId,
    title,
    place: held.place,
    organiser_name: held.organiser,
    holder_kind: 'employer',
    organiser_id: null,
    organiser_kind: null,
    mode: 'offline',
    days: held.days,
    first_on: held.days[0]?.on ?? last,
    last_on: last,
    revision: 1,
    request_key: id,
    created_by: manager.id,
    created_at: at.toISOString(),
  };
  const sheet = pdfFile('签到表.pdf', [organisationOf(STORY_HOSPITAL_ID).name, title, `签到表　${last}`]);
  const fileId = random.uuid(at);
  const file: Row<'training_file'> = {
    id: fileId,
    training_id: id,
    uploaded_by: manager.id,
    file_name: sheet.fileName,
    media_type: sheet.mediaType,
    size_bytes: sheet.content.length,
    sha256: `\\x${sheet.sha256.toString('hex')}`,
    storage_key: fileId,
    uploaded_at: at.toISOString(),
  };
  rows.files.set(fileId, sheet);
  rows.add('training', training);
  rows.add('training_file', file);
  return { training, file };
}

function attend({ rows, manager, colleagues }: Stage, { training }: Archived, count: number): void {
  for (const person of colleagues.slice(0, count)) {
    rows.add('attendance', {
      training_id: training.id,
      person_id: person.id,
      missed: [],
      added_by: manager.id,
      added_at: training.created_at,
    });
  }
}

/** Proposals that wait for their people's word; the last of them has been objected to. */
function propose(stage: Stage, archived: Archived, count: number): void {
  const { rows, random, manager, colleagues } = stage;
  const { training } = archived;
  const at = new Date(Date.parse(training.created_at) + 86_400_000);
  const proposed = colleagues.slice(0, count);
  for (const [index, person] of proposed.entries()) {
    const isObjected = index === proposed.length - 1;
    const claimId = isObjected ? null : proposeClaim(stage, archived, { person, index, at });
    rows.add('proposal', {
      id: random.uuid(at),
      training_id: training.id,
      person_id: person.id,
      claim_id: claimId,
      proposed_by: manager.id,
      proposed_at: at.toISOString(),
      objected_at: isObjected ? new Date(at.getTime() + 3_600_000).toISOString() : null,
      objection: isObjected ? '9月15日当天在外院会诊，没有参加培训。' : null,
    });
  }
}

type Proposing = { person: Person; index: number; at: Date };

function proposeClaim(stage: Stage, { training, file }: Archived, { person, index, at }: Proposing): string {
  const { rows, random, claimsBefore } = stage;
  const affiliation = person.affiliations.at(-1);
  if (affiliation === undefined) throw new Error('a colleague without an affiliation');
  const declared = declaredFrom(training);
  const id = random.uuid(at);
  const life = new ClaimLife(
    {
      id,
      number: claimsBefore + index + 1,
      person,
      affiliation,
      declared,
      identity: identityOf(withProof(declared)),
      claimedHundredths: 0,
      plan: planFor(affiliation),
      year: DEMO_YEAR,
      createdAt: at,
    },
    rows,
    random,
  );
  rows.add('evidence', {
    id: random.uuid(at),
    claim_id: life.seed.id,
    uploaded_by: file.uploaded_by,
    file_name: file.file_name,
    media_type: file.media_type,
    size_bytes: file.size_bytes,
    sha256: file.sha256,
    storage_key: file.storage_key,
    training_file_id: file.id,
    uploaded_at: at.toISOString(),
    removed_at: null,
  });
  return id;
}

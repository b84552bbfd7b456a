import { pdfFile } from './evidence-files.ts';
import { organisationOf } from './organisations.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Row, Rows } from './rows.ts';

/** A continuing-education base (继续教育基地) with a training the city's HRSS authority commissioned, ready to be proposed. */

const STORY_BASE_ID = 'base-ctgu';
const ORGANISER_ID = 'hrss-420500';
const TITLE = '数字技术应用高级研修班';
const DAYS: Row<'training'>['days'] = [
  { on: '2026-11-05', hundredths: 400, subject: 'public' },
  { on: '2026-11-06', hundredths: 800, subject: 'professional' },
];
const AT = new Date('2026-11-09T02:00:00.000Z');

/** Adds the training, its attendance sheet and the people of several units who were there; one of them missed the second day. */
export function addBases(rows: Rows, random: Random, people: readonly Person[]): void {
  const manager = people.find((person) => person.username === 'base-manager');
  if (manager === undefined) throw new Error('the demo has no manager of its base');
  const trainingId = addTraining(rows, random, manager);
  const guests = people.filter(
    (person) =>
      person.username === 'teacher' || (person.roles.length === 0 && person.affiliations.at(-1)?.untilOn === null),
  );
  const chosen = guests.filter(({ username }, index) => username === 'teacher' || index % 97 === 50).slice(0, 12);
  for (const [index, person] of chosen.entries()) {
    rows.add('attendance', {
      training_id: trainingId,
      person_id: person.id,
      missed: index === 1 ? ['2026-11-06'] : [],
      added_by: manager.id,
      added_at: AT.toISOString(),
    });
  }
}

function addTraining(rows: Rows, random: Random, manager: Person): string {
  const organiser = organisationOf(ORGANISER_ID).name;
  const id = random.uuid(AT);
  rows.add('training', {
    id,
    organisation_id: STORY_BASE_ID,
    planned_id: null,
    title: TITLE,
    place: '三峡大学继续教育楼报告厅',
    organiser_name: organiser,
    holder_kind: 'education-base',
    organiser_id: ORGANISER_ID,
    organiser_kind: 'hrss',
    mode: 'offline',
    days: DAYS,
    first_on: '2026-11-05',
    last_on: '2026-11-06',
    revision: 1,
    request_key: id,
    created_by: manager.id,
    created_at: AT.toISOString(),
  });
  const sheet = pdfFile('考勤表.pdf', [organisationOf(STORY_BASE_ID).name, TITLE, `组织部门　${organiser}`]);
  const fileId = random.uuid(AT);
  rows.files.set(fileId, sheet);
  rows.add('training_file', {
    id: fileId,
    training_id: id,
    uploaded_by: manager.id,
    file_name: sheet.fileName,
    media_type: sheet.mediaType,
    size_bytes: sheet.content.length,
    sha256: `\\x${sheet.sha256.toString('hex')}`,
    storage_key: fileId,
    uploaded_at: AT.toISOString(),
  });
  return id;
}

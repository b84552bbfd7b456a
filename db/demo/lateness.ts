import { type Kysely, sql } from 'kysely';
import type { Day } from '../../rules/activity.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import { nudgeFrom } from '../../rules/overdue.ts';
import { type ReviewingRole, ROLE_OF_STAGE } from '../../rules/stages.ts';
import { remindOfReviews } from '../overdue.ts';
import type { Database } from '../schema.ts';
import { recordStuck } from '../stuck.ts';
import type { ClaimLife } from './life.ts';
import { STORY_HOSPITAL_ID } from './organisations.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { Rows } from './rows.ts';

/**
 * What a demo shows of late reviews besides what the sweep finds: a colleague of the story's reviewers on leave, a nudged claim, one copied
 * to the hospital, and a declared relation.
 */
export function addLateness(
  rows: Rows,
  random: Random,
  people: readonly Person[],
  { lives, today }: { lives: readonly ClaimLife[]; today: Day },
): void {
  const at = `${addDays(today, -1)}T02:00:00.000Z`;
  for (const [username, role] of [
    ['hospital', 'first-reviewer'],
    ['yc-hrss', 're-reviewer'],
  ] as const)
    addLeave(rows, random, people, { username, role, lives, today });
  const waiting = lives.filter(
    ({ state, openStage }) =>
      state === 'first-review' &&
      openStage !== null &&
      nudgeFrom(legalDay(openStage.row.opened_at), null) <= addDays(today, -1),
  );
  const nudged = [
    ...waiting.filter((life) => life.seed.affiliation.employerId === STORY_HOSPITAL_ID).slice(0, 2),
    ...waiting.filter((life) => life.seed.person.username === 'teacher').slice(0, 1),
  ];
  for (const life of nudged) addNudge(rows, random, life, at);
  addCopy(rows, random, people, { lives, at });
  addRelation(rows, random, people, at);
}

type Pool = { username: string; role: ReviewingRole; lives: readonly ClaimLife[]; today: Day };

/** A colleague of the account is away for a week, the account stands in; one of the pool's tasks was claimed before. */
function addLeave(rows: Rows, random: Random, people: readonly Person[], { username, role, lives, today }: Pool): void {
  const standIn = people.find((person) => person.username === username);
  const organisationId = standIn?.roles.find((held) => held.role === role)?.organisationId;
  const absent = people.find(
    (person) =>
      person !== standIn && person.roles.some((held) => held.organisationId === organisationId && held.role === role),
  );
  if (!standIn || !absent || organisationId === undefined) return;
  const at = `${addDays(today, -2)}T02:00:00.000Z`;
  rows.add('leave', {
    id: random.uuid(new Date(at)),
    person_id: absent.id,
    organisation_id: organisationId,
    role,
    stand_in_id: standIn.id,
    from_on: addDays(today, -1),
    until_on: addDays(today, 5),
    recorded_by: absent.id,
    recorded_at: at,
    cancelled_at: null,
    request_key: `demo-leave-${username}`,
  });
  const life = lives.find(
    ({ openStage, seed, reviewers }) =>
      openStage !== null &&
      ROLE_OF_STAGE[openStage.kind] === role &&
      seed.person.id !== absent.id &&
      !reviewers.has(absent.id) &&
      openStage.tasks.some((task) => task.organisation_id === organisationId && task.state === 'open'),
  );
  const index = life?.openStage?.tasks.findIndex((task) => task.organisation_id === organisationId) ?? -1;
  if (life && index >= 0) life.take(index, absent.id, new Date(at));
}

function addNudge(rows: Rows, random: Random, life: ClaimLife, at: string): void {
  const { openStage, seed } = life;
  if (openStage === null) return;
  rows.add('nudge', {
    id: random.uuid(new Date(at)),
    claim_id: seed.id,
    stage_seq: openStage.row.seq,
    nudged_by: seed.person.id,
    nudged_on: at.slice(0, 10),
    nudged_at: at,
    request_key: `demo-nudge-${seed.number}`,
  });
  for (const task of openStage.tasks) task.nudged_at = at;
  rows.add('timeline', {
    claim_id: seed.id,
    at,
    kind: 'nudged',
    actor_id: seed.person.id,
    organisation_id: null,
    stage_seq: openStage.row.seq,
    detail: {},
  });
}

/** The city's health authority copied one of the hospital's claims to the hospital. */
function addCopy(
  rows: Rows,
  random: Random,
  people: readonly Person[],
  { lives, at }: { lives: readonly ClaimLife[]; at: string },
): void {
  const officer = people.find((person) => person.username === 'yc-health');
  const copied = lives.filter(
    (life) => life.state === 're-review' && life.seed.affiliation.employerId === STORY_HOSPITAL_ID,
  );
  if (!officer) return;
  for (const { openStage, seed } of copied.slice(0, 2)) {
    const task = openStage?.tasks.find(({ organisation_id }) => organisation_id === 'ind-420500-health');
    if (!task) continue;
    rows.add('claim_copy', {
      id: random.uuid(new Date(at)),
      task_id: task.id,
      claim_id: seed.id,
      to_person_id: null,
      to_organisation_id: STORY_HOSPITAL_ID,
      note: '请留意本院同类材料的填报',
      copied_by: officer.id,
      organisation_id: task.organisation_id,
      copied_at: at,
    });
  }
}

/** The hospital's reviewer is married to one of its people. */
function addRelation(rows: Rows, random: Random, people: readonly Person[], at: string): void {
  const reviewer = people.find((person) => person.username === 'hospital');
  const spouse = people.find(
    (person) =>
      person.roles.length === 0 &&
      person.username !== 'doctor' &&
      person.affiliations.at(-1)?.employerId === STORY_HOSPITAL_ID,
  );
  if (!reviewer || !spouse) return;
  rows.add('declared_relation', {
    id: random.uuid(new Date(at)),
    person_id: reviewer.id,
    other_id: spouse.id,
    other_name: spouse.name,
    other_number_masked: `${spouse.idNumber.slice(0, 3)}${'*'.repeat(11)}${spouse.idNumber.slice(-4)}`,
    relation: 'spouse',
    declared_at: at,
    ended_at: null,
    request_key: 'demo-relation-1',
  });
}

/** What the sweep makes of the day: reminders, escalations and stuck stages; the city's HRSS authority has urged one. */
export async function sweepLateness(db: Kysely<Database>, today: Day): Promise<void> {
  await remindOfReviews(db, today);
  await recordStuck(db);
  await sql`
    with urged as (
      insert into urging (escalation_id, urged_by, note, urged_on, urged_at, request_key)
      select e.id, a.person_id, '请于三日内办结，并说明逾期原因。', ${addDays(today, -1)}::date, ${`${addDays(today, -1)}T07:00:00.000Z`}::timestamptz, 'demo-urging-1'
      from escalation e cross join account a where a.username = 'yc-hrss' and e.organisation_id = 'hrss-420500'
      order by e.task_id limit 1 returning escalation_id, urged_at)
    update task t set urged_at = u.urged_at from urged u join escalation e on e.id = u.escalation_id where t.id = e.task_id`.execute(
    db,
  );
}

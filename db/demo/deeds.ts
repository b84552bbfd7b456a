import type { Kysely } from 'kysely';
import type { Day } from '../../rules/activity.ts';
import type { Role } from '../../rules/vocabulary.ts';
import type { Caller } from '../acts/caller.ts';
import { saveCourse } from '../acts/courses.ts';
import { saveReply, saveView } from '../acts/desk.ts';
import { createDraft } from '../acts/drafts.ts';
import { cancelWhatIf, startWhatIf } from '../acts/what-if.ts';
import type { Database } from '../schema.ts';
import { continueWhatIf } from '../what-if.ts';
import { addImports } from './imports.ts';
import { addLedgerCases } from './ledger-cases.ts';
import { addMerges } from './merges.ts';
import { STORY_HOSPITAL_ID } from './organisations.ts';
import { addRepairs } from './repairs.ts';
import { done, type Stage } from './stage.ts';

const PROVINCE = 'hrss-420000';
const CITY_CODE = '420500';

/**
 * What people have done by themselves since: lists imported, people merged, rules tried, late claims repaired, a draft begun, a desk arranged. The acts do it, so
 * their rows carry the clock: they are no part of the reproducible seed.
 */
export async function addDeeds(
  db: Kysely<Database>,
  { today, passwordHash }: { today: Day; passwordHash: string },
): Promise<void> {
  const cast = {
    admin: await callerOf(db, 'admin', PROVINCE, 'administrator'),
    secondAdmin: await callerOf(db, 'second-admin', PROVINCE, 'administrator'),
    hospital: await callerOf(db, 'hospital-manager', STORY_HOSPITAL_ID, 'administrator'),
  };
  const stage = { db, today, cast, passwordHash };
  await addMerges(stage);
  await addImports(stage);
  await addWhatIfs(stage);
  await addLedgerCases(stage);
  await addRepairs(stage);
  await addDraft(stage);
  await addDesks(stage);
  await endCourse(stage);
}

async function callerOf(db: Kysely<Database>, username: string, organisationId: string, role: Role): Promise<Caller> {
  const { person_id } = await db
    .selectFrom('account')
    .select('person_id')
    .where('username', '=', username)
    .executeTakeFirstOrThrow();
  return { personId: person_id, holdings: [{ organisationId, role }], requestId: 'demo' };
}

/** One with gains and losses over the story's city, and one that was given up. */
async function addWhatIfs({ db, today, cast: { admin } }: Stage): Promise<void> {
  const year = Number(today.slice(0, 4));
  const figures = { conferenceHours: 1_200, trainingDayCap: 600 };
  const asked = { year, region: CITY_CODE, figures, requestKey: 'demo-what-if-1', today };
  const { id } = await done(startWhatIf(db, admin, asked));
  await continueWhatIf(db, id, { budgetMs: 60_000 });
  const other = { year, figures: { annualTotal: 7_200 }, requestKey: 'demo-what-if-2', today };
  const cancelled = await done(startWhatIf(db, admin, other));
  await done(cancelWhatIf(db, admin, cancelled.id));
}

/** The teacher has begun a claim and stopped in the middle of it. */
async function addDraft({ db }: Stage): Promise<void> {
  const teacher = { ...(await callerOf(db, 'teacher', '', 'first-reviewer')), holdings: [] };
  await done(
    createDraft(db, teacher, {
      requestKey: 'demo-draft-1',
      written: {
        form: 'academic-conference',
        title: '基础教育信息化学术年会',
        organiserName: '中国教育学会',
        conferenceLevel: 'national',
      },
    }),
  );
}

/** A course leaves the platform at the year's end: the trail tells what its entry was and is. */
async function endCourse({ db, today, cast: { secondAdmin } }: Stage): Promise<void> {
  const { code, title, subject, hundredths, from_on, revision } = await db
    .selectFrom('platform_course')
    .selectAll()
    .orderBy('code', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const untilOn = `${today.slice(0, 4)}-12-31`;
  await done(saveCourse(db, secondAdmin, { code, title, subject, hundredths, fromOn: from_on, untilOn, revision }));
}

async function addDesks({ db }: Stage): Promise<void> {
  const reviewer = await callerOf(db, 'hospital', STORY_HOSPITAL_ID, 'first-reviewer');
  const officer = await callerOf(db, 'yc-hrss', `hrss-${CITY_CODE}`, 're-reviewer');
  await done(
    saveView(db, reviewer, {
      name: '学术会议',
      filter: { box: 'todo', form: 'academic-conference' },
      requestKey: 'demo-view-1',
    }),
  );
  await done(
    saveView(db, officer, { name: '已逾期', filter: { box: 'todo', overdue: true }, requestKey: 'demo-view-1' }),
  );
  for (const [caller, key] of [
    [reviewer, 'demo-reply-1'],
    [officer, 'demo-reply-1'],
  ] as const)
    await done(
      saveReply(db, caller, {
        text: '请上传盖有举办单位印章的结业证书扫描件。',
        code: 'evidence-unclear',
        requestKey: key,
      }),
    );
  await done(
    saveReply(db, reviewer, { text: '同一天的培训请合并填写，每天最多计 8 学时。', requestKey: 'demo-reply-2' }),
  );
}

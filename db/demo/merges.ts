import { sql } from 'kysely';
import { addDays } from '../../rules/calendar.ts';
import { confirmMerge, proposeMerge, undoMerge, withdrawMerge } from '../acts/merges.ts';
import { registerPerson } from '../acts/people.ts';
import { registerPage } from '../completions.ts';
import { inventIdNumber } from './names.ts';
import { STORY_HOSPITAL_ID } from './organisations.ts';
import { type Random, randomOf } from './random.ts';
import { done, type Stage } from './stage.ts';

type Registration = { name: string; idNumber: string };
type Twice = { kept: Registration; absorbed: Registration };

/**
 * People whom the hospital of the story registered anew instead of asking for their move (人员合并), in every state: proposed by the second
 * administrator and waiting for the first, in force, waiting to be undone, undone, withdrawn. The second registrations have hours of their own.
 */
export async function addMerges(stage: Stage): Promise<void> {
  const { db, today, cast } = stage;
  const { admin, secondAdmin } = cast;
  const [inForce, undone, undoProposed, proposed] = await registeredTwice(stage);
  if (!inForce || !undone || !undoProposed || !proposed) throw new Error('the city has too few people');
  let requests = 0;
  const propose = (two: Twice, reason: string) => {
    requests += 1;
    return done(proposeMerge(db, secondAdmin, { ...two, reason, requestKey: `demo-merge-${requests}` }));
  };
  const confirm = (id: string, by = admin) => done(confirmMerge(db, by, { id, today }));

  await confirm(
    (await propose(inForce, '调入医院时未提出调动，又以录错的身份证号登记；已核对身份证原件，系同一人。')).id,
  );
  const mistaken = await propose(undone, '姓名相同，身份证号仅出生日期不同。');
  await confirm(mistaken.id);
  await done(undoMerge(db, admin, { id: mistaken.id, reason: '本人提交户籍证明，系同名的两个人。' }));
  await confirm(mistaken.id, secondAdmin);
  const doubted = await propose(undoProposed, '医院登记时出生日期录错，已出具情况说明。');
  await confirm(doubted.id);
  await done(undoMerge(db, secondAdmin, { id: doubted.id, reason: '医院的情况说明填错了人员，请恢复后重新核对。' }));
  const early = await propose(proposed, '姓名相同，待医院核实。');
  await done(withdrawMerge(db, secondAdmin, early.id));
  await propose(proposed, '医院已核对身份证原件：登记时出生日期录错，系同一人。');
}

const HOW_MANY = 4;

/** Registers some people of other units a second time, with the day of their birth mistaken, and what they learned under that number. */
async function registeredTwice({ db, today, cast, passwordHash }: Stage): Promise<Twice[]> {
  const { rows: people } = await sql<Registration & { title: string | null }>`
    select p.name, p.title, p.id_number as "idNumber" from account c join person p on p.id = c.person_id
    join affiliation a on a.person_id = p.id and a.until_on is null and a.region_code like '4205%' and a.employer_id <> ${STORY_HOSPITAL_ID}
    -- Those of the story have names of their own.
    where c.username like 'p%' and not exists (select from sanction s where s.person_id = p.id)
    order by c.username desc limit ${HOW_MANY}`.execute(db);
  const random = randomOf('registered twice');
  const twice: Twice[] = [];
  for (const [at, { name, title, idNumber }] of people.entries()) {
    const mistaken = { name, idNumber: anotherBirthday(random, idNumber) };
    const { personId } = await done(
      registerPerson(db, cast.hospital, {
        organisationId: STORY_HOSPITAL_ID,
        person: { ...mistaken, title, fromOn: addDays(today, -60) },
        username: `twice-${at + 1}`,
        passwordHash,
        requestKey: `demo-twice-${at + 1}`,
        today,
      }),
    );
    await learn({ db, today }, personId, at);
    twice.push({ kept: { name, idNumber }, absorbed: mistaken });
  }
  return twice;
}

function anotherBirthday(random: Random, idNumber: string): string {
  const day = (Number(idNumber.slice(12, 14)) % 28) + 1;
  const birth = `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${String(day).padStart(2, '0')}`;
  return inventIdNumber(random, idNumber.slice(0, 6), birth, Number(idNumber.charAt(16)) % 2 === 0);
}

const COURSES_EACH = 2;

async function learn({ db, today }: Pick<Stage, 'db' | 'today'>, personId: string, at: number): Promise<void> {
  const courses = await db
    .selectFrom('platform_course')
    .select(['code', 'title', 'subject', 'hundredths', 'from_on', 'until_on'])
    .where('subject', '=', 'public')
    .orderBy('code')
    .offset(at)
    .limit(COURSES_EACH)
    .execute();
  const completions = courses.map((course) => ({
    personId,
    course,
    completedOn: addDays(today, -10),
    externalId: null,
  }));
  await db.transaction().execute((trx) => registerPage(trx, { source: 'demo', on: today, completions }));
}

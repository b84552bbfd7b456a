import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../db/acts/caller.ts';
import { answerProposal, proposeSanction } from '../../../db/acts/sanction-decisions.ts';
import { giveNotice, stateDefence } from '../../../db/acts/sanction-hearings.ts';
import { openSanction } from '../../../db/acts/sanctions.ts';
import type { Db } from '../../../db/connect.ts';
import { STORY_HOSPITAL_ID } from '../../../db/demo/organisations.ts';
import { recogniseInYear } from '../../../db/ledger.ts';
import type { SanctionRow } from '../../../db/tables/sanctions.ts';
import { legalDay, yearOf } from '../../../rules/calendar.ts';
import { defenceDeadline, recordEndsAt, recordEndsOn } from '../../../rules/sanction.ts';
import { VERDICTS } from '../../../rules/vocabulary.ts';
import { appoint, doctors } from './cast.ts';
import { trainingFrom, verdictOf } from './deferrals.ts';
import type { Stage } from './stage.ts';
import { dayWords, done, type Telling } from './telling.ts';

type Person = Caller & { name: string };

/** A forged proof (第二十一条): found, heard, decided by two officers, on record for three years, and off it by itself. */
export async function playFraud(stage: Stage, telling: Telling): Promise<void> {
  const [accused, one, two] = await doctors(stage.db, 3);
  if (!accused || !one || !two) throw new Error('three people are needed');
  const year = yearOf(await stage.today());
  telling.heading(`四、${year}年度弄虚作假（第二十一条）`);
  const officers = await appointed(stage, [one, two]);
  await recognised(stage, accused, year);
  const id = await found(stage, telling, { accused, year, officer: officers[0] });
  await heard(stage, telling, { id, accused, officer: officers[0] });
  await decided(stage, telling, { id, accused, year, officers });
  await ends(stage, telling, { id, accused, year });
}

async function appointed({ db, today }: Stage, [one, two]: [Person, Person]): Promise<[Person, Person]> {
  const { region_code } = await db
    .selectFrom('organisation')
    .select('region_code')
    .where('id', '=', STORY_HOSPITAL_ID)
    .executeTakeFirstOrThrow();
  const office = { organisationId: `hrss-${region_code}`, role: 'supervisor' as const, from: await today() };
  return [await appoint(db, one, office), await appoint(db, two, office)];
}

const recognised = async ({ db, today }: Stage, { personId }: Person, year: number): Promise<void> => {
  const on = await today();
  const source = trainingFrom(`${year}-01-04`, { subject: 'professional', days: 5 });
  await db.transaction().execute((trx) => recogniseInYear(trx, { personId, year, on }, source));
};

type Case = { id: string; accused: Person; year: number };

async function found(
  { db, now, ring }: Stage,
  telling: Telling,
  { accused, year, officer }: { accused: Person; year: number; officer: Person },
): Promise<string> {
  const suspicion = {
    personId: accused.personId,
    year,
    claimIds: [],
    source: 'inspection' as const,
    explanation: '参训证明系伪造',
    requestKey: randomUUID(),
  };
  const at = await now();
  const { id } = done(await db.transaction().execute((trx) => openSanction(trx, officer, suspicion, at)));
  await ring();
  telling.say(at, `检查发现${accused.name}的参训证明系伪造，立案`);
  return id;
}

/** The notice opens ten working days; the person states a defence on the first, and the hearing is over by itself after the last. */
async function heard(
  { db, now, ring, until }: Stage,
  telling: Telling,
  { id, accused, officer }: { id: string; accused: Person; officer: Person },
): Promise<void> {
  const at = await now();
  done(await giveNotice(db, officer, { id, charge: '参训证明系伪造，签章与主办单位不符' }, at));
  await ring();
  const { lastDay, dueAt } = defenceDeadline(legalDay(at.getTime()));
  telling.say(at, `告知当事人，陈述申辩至${dayWords(lastDay)}24时`);
  const defence = { id, text: '证明由他人代办，本人不知情', isFinal: false, requestKey: randomUUID() };
  done(await stateDefence(db, accused, defence, await now()));
  telling.say(await now(), `${accused.name}陈述申辩：${defence.text}`);
  await ring();
  await until(Date.parse(dueAt) - 1_000);
  telling.expect('期满前一秒，陈述申辩', (await caseOf(db, id)).defence_closed_at, null);
  await until(Date.parse(dueAt) + 1_000);
  const closed = await eventually(db, id, (row) => row.defence_closed_at !== null);
  telling.expect('期满后，陈述申辩已结束', closed.defence_closed_at !== null, true);
  telling.say(closed.defence_closed_at ?? new Date(dueAt), '系统登记：陈述申辩期满，可以作出处理');
}

async function decided(
  stage: Stage,
  telling: Telling,
  { id, accused, year, officers: [first, second] }: Case & { officers: [Person, Person] },
): Promise<void> {
  const { db, now, ring } = stage;
  const { version } = await caseOf(db, id);
  const proposal = { id, kind: 'impose' as const, reason: '经核实，证明系伪造', titles: [], version };
  done(await proposeSanction(db, first, { ...proposal, requestKey: randomUUID() }, await now()));
  telling.say(await now(), `${first.name}拟定处理`);
  const { id: proposalId } = await db
    .selectFrom('sanction_proposal')
    .select('id')
    .where('sanction_id', '=', id)
    .executeTakeFirstOrThrow();
  const answer = { id, answer: 'confirm' as const, proposalId, version: (await caseOf(db, id)).version };
  const alone = await answerProposal(db, first, answer, await now());
  telling.expect('一人不能既拟定又确认', alone.ok ? 'ok' : alone.refusal.code, 'second-officer');
  const at = await now();
  done(await answerProposal(db, second, answer, at));
  await ring();
  const row = await caseOf(db, id);
  telling.expect('处理后的状态', row.state, 'in-force');
  telling.expect('失信记录终止之日', row.ends_on, recordEndsOn(legalDay(at.getTime())));
  telling.expect(
    '处理后的年度结论',
    await verdictOf(stage, { person: accused, year }, legalDay(at.getTime())),
    'cancelled',
  );
  telling.say(
    at,
    `${second.name}确认：${year}年度${VERDICTS.cancelled}，失信记录三年，至${dayWords(row.ends_on ?? '')}零时终止`,
  );
}

async function ends(stage: Stage, telling: Telling, { id, accused, year }: Case): Promise<void> {
  const { ends_on: endsOn } = await caseOf(stage.db, id);
  if (endsOn === null) throw new Error('the record has no end');
  const ends = Date.parse(recordEndsAt(endsOn));
  await stage.until(ends - 1_000);
  telling.expect('终止前一秒的状态', (await caseOf(stage.db, id)).state, 'in-force');
  telling.say(new Date(ends - 1_000), '失信记录仍在期内');
  await stage.until(ends + 1_000);
  const row = await eventually(stage.db, id, ({ state }) => state === 'ended');
  telling.expect('期满后的状态', row.state, 'ended');
  telling.expect('终止之日', row.ended_at && legalDay(row.ended_at.getTime()), endsOn);
  const verdict = await verdictOf(stage, { person: accused, year }, endsOn);
  telling.expect('终止后该年度的结论', verdict, 'cancelled');
  telling.say(row.ended_at ?? new Date(ends), `系统登记：失信记录期满自动终止；${year}年度仍为${VERDICTS[verdict]}`);
}

const caseOf = (db: Db, id: string): Promise<SanctionRow> =>
  db.selectFrom('sanction').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** The case once its workflow has looked: it needs a moment after its timer. */
async function eventually(db: Db, id: string, isSo: (row: SanctionRow) => boolean): Promise<SanctionRow> {
  for (let tries = 0; ; tries += 1) {
    const row = await caseOf(db, id);
    if (isSo(row) || tries === 100) return row;
    await new Promise((soon) => setTimeout(soon, 100));
  }
}

import { randomUUID } from 'node:crypto';
import type { Caller } from '../../../db/acts/caller.ts';
import { attachProof, decideDeferral, requestDeferral } from '../../../db/acts/deferrals.ts';
import type { Db } from '../../../db/connect.ts';
import { remindOfDeferrals } from '../../../db/deferrals.ts';
import { STORY_HOSPITAL_ID } from '../../../db/demo/organisations.ts';
import { recogniseInYear, yearNow } from '../../../db/ledger.ts';
import { addDays, legalDay, yearOf } from '../../../rules/calendar.ts';
import { DEFERRAL_STATES, type DeferralState, deferralEndsAt } from '../../../rules/deferral.ts';
import { VERDICTS, type Verdict } from '../../../rules/vocabulary.ts';
import { doctors, officer } from './cast.ts';
import type { Stage } from './stage.ts';
import { dayWords, done, type Telling } from './telling.ts';

/** The year’s deferral (第十七条) of two doctors: one lets it pass, the other makes the study up. */
export async function playDeferrals(stage: Stage, telling: Telling): Promise<void> {
  const [late, diligent] = await doctors(stage.db, 2);
  if (!late || !diligent) throw new Error('two doctors are needed');
  const year = yearOf(await stage.today());
  telling.heading(`一、${year}年度顺延，期满未补学（第十七条）`);
  const expiring = await granted(stage, telling, { person: late, year, until: `${year + 1}-06-30` });
  telling.heading(`二、${year}年度顺延，期限内补学完成（第十七条）`);
  const madeUp = await granted(stage, telling, { person: diligent, year, until: `${year + 1}-09-30` });
  telling.heading('三、到期');
  await remindersOf(stage, telling, expiring);
  await expires(stage, telling, expiring);
  await makesUp(stage, telling, madeUp);
}

type Person = Caller & { name: string };
type Deferral = { id: string; person: Person; year: number; until: string };

/** Applied for by the doctor, decided by the hospital with its proof; the workflow starts waiting. */
async function granted(
  { db, now, ring }: Stage,
  telling: Telling,
  { person, year, until }: Omit<Deferral, 'id'>,
): Promise<Deferral> {
  const hospital = await officer(db, STORY_HOSPITAL_ID, 'first-reviewer');
  const request = { year, until, reason: 'illness' as const, explanation: '住院治疗三个月', requestKey: randomUUID() };
  const { id } = done(await requestDeferral(db, person, request, await now()));
  telling.say(await now(), `${person.name}申请顺延至${dayWords(until)}`);
  done(await attachProof(db, hospital, proofOf(id)));
  done(await decideDeferral(db, hospital, { id, outcome: 'grant', until, explanation: '情况属实' }, await now()));
  telling.say(await now(), `医院${hospital.name}出具证明，批准顺延`);
  await ring();
  telling.expect('批准后的状态', await stateOf(db, id), 'granted');
  return { id, person, year, until };
}

const proofOf = (id: string) => ({
  id,
  fileName: '单位证明.pdf',
  mediaType: 'application/pdf' as const,
  sizeBytes: 1,
  sha256: Buffer.alloc(32, 1),
  storageKey: randomUUID(),
});

/** The sweep of each of the three days, and of one in between, tells once for each. */
async function remindersOf({ db, until }: Stage, telling: Telling, deferral: Deferral): Promise<void> {
  const toldTo = async (): Promise<number> =>
    (
      await db
        .selectFrom('notice')
        .select('id')
        .where('person_id', '=', deferral.person.personId)
        .where('kind', '=', 'deferral-reminder')
        .execute()
    ).length;
  for (const [days, told] of [
    [60, 1],
    [45, 1],
    [30, 2],
    [7, 3],
  ] as const) {
    const on = addDays(deferral.until, -days);
    const at = Date.parse(`${on}T00:00:00+08:00`);
    await until(at);
    await remindOfDeferrals(db, on);
    telling.expect(`${dayWords(on)}后的提醒次数`, await toldTo(), told);
    if (days !== 45) telling.say(new Date(at), `系统提醒${deferral.person.name}：还有 ${days} 天到期`);
  }
}

async function expires(stage: Stage, telling: Telling, deferral: Deferral): Promise<void> {
  const ends = Date.parse(deferralEndsAt(deferral.until));
  await stage.until(ends - 1_000);
  telling.expect('期满前一秒的状态', await stateOf(stage.db, deferral.id), 'granted');
  telling.expect('期满前一秒的年度结论', await verdictOf(stage, deferral, deferral.until), 'deferred');
  telling.say(new Date(ends - 1_000), `仍在顺延期内，年度结论：${VERDICTS.deferred}`);
  await stage.until(ends + 1_000);
  const { state, ended } = await endOf(stage, deferral.id);
  telling.expect('期满后的状态', state, 'expired');
  telling.expect('期满之日', ended && legalDay(ended.getTime()), addDays(deferral.until, 1));
  const verdict = await verdictOf(stage, deferral, addDays(deferral.until, 1));
  telling.expect('期满后的年度结论', verdict, 'unqualified');
  telling.say(ended ?? new Date(ends), `系统登记：${DEFERRAL_STATES[state]}，${deferral.year}年度${VERDICTS[verdict]}`);
}

/** Twelve days of training fill the year: four public, eight professional. */
async function makesUp(stage: Stage, telling: Telling, deferral: Deferral): Promise<void> {
  const filedOn = `${deferral.year + 1}-08-20`;
  const at = Date.parse(`${filedOn}T10:00:00+08:00`);
  await stage.until(at);
  const first = `${deferral.year + 1}-07-05`;
  for (const [from, subject, days] of [
    [first, 'public', 4],
    [addDays(first, 10), 'professional', 8],
  ] as const) {
    await stage.db
      .transaction()
      .execute((trx) =>
        recogniseInYear(
          trx,
          { personId: deferral.person.personId, year: deferral.year, on: filedOn },
          trainingFrom(from, { subject, days, makeUpFor: deferral.year }),
        ),
      );
  }
  telling.say(
    new Date(at),
    `${deferral.person.name}的补学备案：公需科目 32 学时、专业科目 64 学时，只计入${deferral.year}年度`,
  );
  await stage.ring();
  await stage.until(at + 60_000);
  const { state, ended } = await endOf(stage, deferral.id);
  telling.expect('补学后的状态', state, 'made-up');
  const verdict = await verdictOf(stage, deferral, filedOn);
  telling.expect('补学后的年度结论', verdict, 'qualified');
  telling.say(ended ?? new Date(at), `系统登记：${DEFERRAL_STATES[state]}，${deferral.year}年度${VERDICTS[verdict]}`);
  await stage.until(Date.parse(deferralEndsAt(deferral.until)) + 1_000);
  telling.expect('期满后仍为', await stateOf(stage.db, deferral.id), 'made-up');
}

type Study = { subject: 'public' | 'professional'; days: number; makeUpFor?: number };

/** An authority's training of eight hours a day, as a filed claim brings it into the ledger. */
export const trainingFrom = (from: string, { subject, days, makeUpFor }: Study) => ({
  sourceKind: 'claim' as const,
  sourceId: randomUUID(),
  activity: {
    form: 'authority-training' as const,
    organiser: 'hrss' as const,
    proof: true,
    mode: 'offline' as const,
    ...(makeUpFor !== undefined && { makeUpFor }),
    days: Array.from({ length: days }, (_, day) => ({ on: addDays(from, day), subject, hundredths: 800 })),
  },
  loweredTo: {},
  studyArchive: true,
});

const stateOf = async (db: Db, id: string): Promise<DeferralState> =>
  (await db.selectFrom('deferral').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;

/** Its state and when it ended, once its workflow has looked: it needs a moment after its timer. */
async function endOf({ db }: Stage, id: string): Promise<{ state: DeferralState; ended: Date | null }> {
  for (let tries = 0; ; tries += 1) {
    const row = await db
      .selectFrom('deferral')
      .select(['state', 'ended_at'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (row.ended_at !== null || tries === 100) return { state: row.state, ended: row.ended_at };
    await new Promise((soon) => setTimeout(soon, 100));
  }
}

export const verdictOf = async (
  { db }: Stage,
  { person, year }: { person: Caller; year: number },
  on: string,
): Promise<Verdict> => (await yearNow(db, { personId: person.personId, year, on })).verdict;

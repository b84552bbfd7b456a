import { sql } from 'kysely';
import { addDays } from '../../rules/calendar.ts';
import { closeLedgerCase } from '../acts/ledger-cases.ts';
import { verifyAndKeep } from '../cases.ts';
import { done, type Stage } from './stage.ts';

/**
 * Cases of the ledger (台账核对): one open, one closed by the system, one by an administrator. The check itself finds them, in years whose
 * totals are wrong for as long as it looks; the ledger is whole afterwards, so the next night's check closes the open one too.
 */
export async function addLedgerCases({ db, today, cast }: Stage): Promise<void> {
  const people = await db
    .selectFrom('person_year as y')
    .innerJoin('account as a', 'a.person_id', 'y.person_id')
    .select('y.person_id as id')
    .where('a.username', 'like', 'p%')
    .where('y.public_hundredths', '>', 0)
    .orderBy('a.username')
    .limit(3)
    .execute();
  const ids = people.map(({ id }) => id);
  const [, bySystem, byAdministrator] = ids;
  if (bySystem === undefined || byAdministrator === undefined) throw new Error('too few people have hours');
  await shifted(db, ids, 300);
  try {
    await verifyAndKeep(db, ids, today);
  } finally {
    await shifted(db, ids, -300);
  }
  await verifyAndKeep(db, [bySystem], today);
  const { id } = await db
    .selectFrom('ledger_case')
    .select('id')
    .where('person_id', '=', byAdministrator)
    .executeTakeFirstOrThrow();
  const reason = '迁移旧系统数据时合计多记 3 学时，已按台账更正，明细无误。';
  await done(closeLedgerCase(db, cast.admin, { id, reason }));
  await foundAtNight({ db, today });
}

const shifted = (db: Stage['db'], ids: readonly string[], hundredths: number) =>
  sql`update person_year set public_hundredths = public_hundredths + ${hundredths} where person_id = any (${sql.val([...ids])}::uuid[])`.execute(
    db,
  );

/** The check runs at three in the morning: they were found last night, and the system closed its own then. */
async function foundAtNight({ db, today }: Pick<Stage, 'db' | 'today'>): Promise<void> {
  const lastNight = `${today}T03:00:00+08:00`;
  const before = `${addDays(today, -1)}T03:00:00+08:00`;
  await sql`
    update ledger_case set opened_at = ${before}::timestamptz, seen_at = case when closed_at is null then ${lastNight} else ${before} end::timestamptz,
      closed_at = case when closed_at is not null and closed_by is null then ${lastNight}::timestamptz else closed_at end`.execute(
    db,
  );
}

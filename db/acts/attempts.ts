import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/**
 * Attempts counted in the record for all API processes together, by a key (an address, a name that no account has). An attempt is
 * reserved before it is made and given back when it succeeded: guesses sent at the same moment cannot all pass a count that none of
 * them has raised yet.
 */
export type Counter = {
  kind:
    | 'address'
    | 'name'
    | 'told'
    | 'provider'
    | 'probe-account'
    | 'probe-organisation'
    | 'complaint'
    | 'complaint-file'
    | 'complaint-code';
  limit: number;
  windowSeconds: number;
  /** The window runs from the first attempt and then begins anew, or it is the wait after the attempt that reached the limit. */
  runsFrom: 'first' | 'limit';
};

/** @returns 0 when the attempt may be made, and is counted; else the seconds until the key may try again */
export async function reserveAttempt(db: Db, counter: Counter, what: string): Promise<number> {
  const { limit, windowSeconds, runsFrom } = counter;
  const window = sql`make_interval(secs => ${windowSeconds}::int)`;
  // A window that begins later than now was begun before the clock went back: it would last for as long as that.
  const isPast = sql`a.since <= clock_timestamp() - ${window} or a.since > clock_timestamp() + interval '1 minute'`;
  const isOver = runsFrom === 'first' ? sql`(${isPast})` : sql`a.failures >= ${limit}::int and (${isPast})`;
  const since =
    runsFrom === 'first' ? sql`case when ${isOver} then clock_timestamp() else a.since end` : sql`clock_timestamp()`;
  const key = keyOf(counter, what);
  const { rows } = await sql<{ reserved: boolean; seconds: number | null }>`
    with tried as (
      insert into login_attempt as a (key, failures, since) values (${key}, 1, clock_timestamp())
      on conflict (key) do update set failures = case when ${isOver} then 1 else a.failures + 1 end, since = ${since}
        where a.failures < ${limit}::int or ${isOver}
      returning 1)
    select exists (select from tried) as reserved,
      (select ceil(extract(epoch from b.since + ${window} - clock_timestamp()))::int from login_attempt b where b.key = ${key}) as seconds`.execute(
    db,
  );
  const [row] = rows;
  if (row?.reserved) return 0;
  // Who was refused by an attempt made in the same moment reads the row as it was before it.
  return Math.max(1, row?.seconds ?? windowSeconds);
}

/** The reserved attempt was none: it succeeded, or was not made. */
export async function giveBackAttempt(db: Db, counter: Counter, what: string): Promise<void> {
  await db
    .updateTable('login_attempt')
    .set({ failures: sql`failures - 1` })
    .where('key', '=', keyOf(counter, what))
    .where('failures', '>', 0)
    .execute();
}

/** What nobody tried for a day is forgotten. */
export async function forgetAttempts(db: Db): Promise<void> {
  await sql`delete from login_attempt where since < now() - interval '1 day'`.execute(db);
}

/** Hashed: a name typed there may be a password, and a forwarded address has no bound. */
const keyOf = ({ kind }: Counter, what: string): string =>
  `${kind}:${createHash('sha256').update(what).digest('base64url')}`;

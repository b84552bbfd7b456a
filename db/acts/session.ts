import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { auditCte } from './trail.ts';

/** Signing in and out. Only a token's hash is stored, so the table opens nothing to who reads it. */

/** So many failures in a row lock the account, for so long; a session ends so long after it began, whatever happens in it. */
export const FAILURES_TO_LOCK = 5;
export const LOCK_MINUTES = 15;
const SESSION_HOURS = 12;

export type Account = { personId: string; passwordHash: string; disabled: boolean };

/** An account with one attempt reserved, or the seconds until it may be tried again. */
export type ReservedAccount = (Account & { lockedSeconds: 0 }) | { personId: string; lockedSeconds: number };

/**
 * Counts an attempt at an account before its password is looked at; the last one allowed locks the account in the same statement, and
 * the count begins anew after the lock. A session opened gives all attempts back.
 * @returns undefined when no account has the name
 */
export async function reserveAccount(db: Db, username: string): Promise<ReservedAccount | undefined> {
  const lockMinutes = sql`make_interval(mins => ${LOCK_MINUTES}::int)`;
  const isLast = sql`failed_logins + 1 >= ${FAILURES_TO_LOCK}::int`;
  const { rows } = await sql<{
    reserved: boolean;
    id: string;
    hash: string;
    disabled: boolean;
    seconds: number | null;
  }>`
    with tried as (
      -- A lock that would last longer than any was set before the clock went back.
      update account set
        failed_logins = case when ${isLast} then 0 else failed_logins + 1 end,
        locked_until = case when ${isLast} then clock_timestamp() + ${lockMinutes} else locked_until end
      where username = ${username} and (locked_until is null or locked_until not between clock_timestamp() and clock_timestamp() + ${lockMinutes} + interval '1 minute')
      returning 1)
    select person_id as id, password_hash as hash, disabled_at is not null as disabled, exists (select from tried) as reserved,
      ceil(extract(epoch from locked_until - clock_timestamp()))::int as seconds
    from account where username = ${username}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  if (row.reserved) return { personId: row.id, passwordHash: row.hash, disabled: row.disabled, lockedSeconds: 0 };
  // Locked by an attempt made in the same moment: this statement reads the row as it was before it.
  return { personId: row.id, lockedSeconds: row.seconds !== null && row.seconds > 0 ? row.seconds : LOCK_MINUTES * 60 };
}

type FailedLogin = { personId: string | null; requestId: string };

/** Whoever knew the password, without signing in by it, gives all attempts back. */
export async function forgiveAttempts(db: Db, personId: string): Promise<void> {
  await db
    .updateTable('account')
    .set({ failed_logins: 0, locked_until: null })
    .where('person_id', '=', personId)
    .execute();
}

/** A name that no account has is on record as such, without the name: what is typed there may be a password. */
export async function recordFailedLogin(db: Db, { personId, requestId }: FailedLogin): Promise<void> {
  await sql`
    with ${auditCte({ personId: null, requestId }, { action: 'login.failed', ...accountOf(personId) })}
    select 1`.execute(db);
}

/** Somebody tried to sign in to a locked account, or under a name that is held back like one. */
export async function recordLockedLogin(db: Db, { personId, requestId }: FailedLogin): Promise<void> {
  await sql`
    with ${auditCte({ personId: null, requestId }, { action: 'login.locked', ...accountOf(personId) })}
    select 1`.execute(db);
}

/** Who tried is not known; whose account it was may be. */
const accountOf = (personId: string | null) =>
  ({ subjectKind: 'account', subjectId: personId ?? 'unknown', detail: { known: personId !== null } }) as const;

type Opening = {
  personId: string;
  tokenHash: Buffer;
  requestId: string;
  /** The identity provider that vouches for the person; without one it was the password. */
  issuer?: string | null;
};

/** A session begins. Only who knew the password ends the count of wrong ones. */
export async function openSession(db: Db, { personId, tokenHash, requestId, issuer = null }: Opening): Promise<void> {
  await sql`
    with cleared as (
      update account set failed_logins = 0, locked_until = null where person_id = ${personId} and ${issuer}::text is null),
    swept as (delete from session where person_id = ${personId} and expires_at < now()),
    opened as (
      insert into session (token_hash, person_id, expires_at, issuer)
      values (${tokenHash}, ${personId}, now() + make_interval(hours => ${SESSION_HOURS}::int), ${issuer})),
    ${auditCte(
      { personId, requestId },
      {
        action: 'session.opened',
        subjectKind: 'session',
        subjectId: personId,
        ...(issuer === null ? {} : { detail: { by: 'oidc' } }),
      },
    )}
    select 1`.execute(db);
}

/**
 * Ends a session at once; an unknown one is no fault and leaves no trace.
 * @returns the identity provider that had opened it; null for a password
 */
export async function closeSession(
  db: Db,
  { tokenHash, requestId }: { tokenHash: Buffer; requestId: string },
): Promise<string | null> {
  const { rows } = await sql<{ issuer: string | null }>`
    with closed as (delete from session where token_hash = ${tokenHash} returning person_id, issuer),
    audited as (
      insert into audit (actor_id, action, subject_kind, subject_id, request_id)
      select person_id, 'session.closed', 'session', person_id::text, ${requestId} from closed)
    select issuer from closed`.execute(db);
  return rows[0]?.issuer ?? null;
}

/** Keeps an active session from idling out. */
export async function touchSession(db: Db, tokenHash: Buffer): Promise<void> {
  await db.updateTable('session').set({ last_seen_at: sql`now()` }).where('token_hash', '=', tokenHash).execute();
}

/** The name by which a person signs in; undefined for somebody without an account. */
export async function usernameOf(db: Db, personId: string): Promise<string | undefined> {
  const row = await db.selectFrom('account').select('username').where('person_id', '=', personId).executeTakeFirst();
  return row?.username;
}

/** A new password (修改密码): every session ends but the new one, and so does a linking under way: who knew the old password is out. */
export async function changePassword(
  db: Db,
  {
    personId,
    passwordHash,
    tokenHash,
    requestId,
  }: { personId: string; passwordHash: string; tokenHash: Buffer; requestId: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('session').where('person_id', '=', personId).execute();
    await trx.deleteFrom('oidc_attempt').where('person_id', '=', personId).execute();
    await sql`
      with changed as (
        update account set password_hash = ${passwordHash}, must_change_password = false, failed_logins = 0, locked_until = null
        where person_id = ${personId}),
      opened as (
        insert into session (token_hash, person_id, expires_at)
        values (${tokenHash}, ${personId}, now() + make_interval(hours => ${SESSION_HOURS}::int))),
      ${auditCte({ personId, requestId }, { action: 'password.changed', subjectKind: 'account', subjectId: personId })}
      select 1`.execute(trx);
  });
}

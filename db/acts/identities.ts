import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, refuse } from './caller.ts';
import { tell } from './notices.ts';
import { constraintOf, maySignInFor } from './people.ts';
import { audit, auditCte } from './trail.ts';

/** Signing in at an identity provider (统一身份认证): whose subject is whose account. A provider's word opens no account by itself. */

/** So long a sign-in may take there, and so long a code may wait to be told. */
const ATTEMPT_MINUTES = 10;
const CODE_HOURS = 24;

export type Subject = { issuer: string; subject: string };

export type Attempt = { verifier: string; nonce: string; nextPath: string | null };

/** A sign-in begins. What was begun and never came back is forgotten. */
export async function beginAttempt(
  db: Db,
  { stateHash, browserHash, verifier, nonce, nextPath }: Attempt & { stateHash: Buffer; browserHash: Buffer },
): Promise<void> {
  await sql`
    with swept as (delete from oidc_attempt where created_at < now() - make_interval(mins => ${ATTEMPT_MINUTES}::int))
    insert into oidc_attempt (state_hash, browser_hash, verifier, nonce, next_path)
    values (${stateHash}, ${browserHash}, ${verifier}, ${nonce}, ${nextPath})`.execute(db);
}

/** @returns the sign-in that returns, once, in time and in the browser it began in; else undefined */
export async function takeAttempt(
  db: Db,
  { stateHash, browserHash }: { stateHash: Buffer; browserHash: Buffer },
): Promise<Attempt | undefined> {
  const { rows } = await sql<Attempt>`
    delete from oidc_attempt where state_hash = ${stateHash} and browser_hash = ${browserHash}
      and created_at > now() - make_interval(mins => ${ATTEMPT_MINUTES}::int)
    returning verifier, nonce, next_path as "nextPath"`.execute(db);
  return rows[0];
}

/** Keeps the code by which somebody may link the subject; an earlier one no longer counts. */
export async function offerCode(db: Db, { issuer, subject }: Subject, codeHash: Buffer): Promise<void> {
  await sql`
    with swept as (
      delete from identity_code where created_at < now() - make_interval(hours => ${CODE_HOURS}::int)
        and (issuer, subject) <> (${issuer}, ${subject}))
    insert into identity_code (issuer, subject, code_hash) values (${issuer}, ${subject}, ${codeHash})
    on conflict (issuer, subject) do update set code_hash = excluded.code_hash, created_at = now()`.execute(db);
}

/**
 * Links a subject to the account that a claim names, where the operator configured one. An account that has another subject of the
 * provider is left alone: the name may have been given to somebody else there.
 * @returns the account's person; undefined when none was linked
 */
export async function linkByName(
  db: Db,
  { issuer, subject }: Subject,
  { username, requestId }: { username: string; requestId: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ person_id: string }>`
    with linked as (
      insert into account_identity (issuer, subject, person_id)
      select ${issuer}, ${subject}, person_id from account where username = ${username} and disabled_at is null
      on conflict do nothing returning person_id),
    ${auditCte(
      { personId: null, requestId },
      {
        action: 'identity.linked',
        subjectKind: 'account',
        subjectId: sql`person_id`,
        from: 'linked',
        detail: { by: 'claim' },
      },
    )}
    select person_id from linked`.execute(db);
  const [row] = rows;
  if (row) await tell(db, [linkedNotice(row.person_id, requestId)]);
  return row?.person_id;
}

type Of = { organisationId: string; personId: string; today: string };

/**
 * Links the subject that was given the code to a person of the unit (关联统一身份). As powerful as a new password, so the same people may.
 * @param codeHash the hash of the code that the person read on the log-in page
 */
export async function linkIdentity(
  db: Db,
  caller: Caller,
  { codeHash, ...of }: Of & { codeHash: Buffer },
): Promise<Outcomes<{ personId: string }>> {
  const { organisationId, personId } = of;
  try {
    return await db.transaction().execute(async (trx) => {
      const allowed = await maySignInFor(trx, caller, of, OWN);
      if (!allowed.ok) return allowed;
      const { rows } = await sql<Subject>`
        delete from identity_code where code_hash = ${codeHash}
          and created_at > now() - make_interval(hours => ${CODE_HOURS}::int)
        returning issuer, subject`.execute(trx);
      const [found] = rows;
      if (!found) return UNKNOWN_CODE;
      await trx
        .insertInto('account_identity')
        .values({ ...found, person_id: personId, linked_by: caller.personId })
        .execute();
      await audit(trx, caller, {
        action: 'identity.linked',
        subjectKind: 'account',
        subjectId: personId,
        organisationId,
        detail: { by: 'administrator' },
      });
      await tell(trx, [linkedNotice(personId, caller.requestId)]);
      return { ok: true, value: { personId } };
    });
  } catch (error) {
    if (constraintOf(error) === 'account_identity_person_id_fkey') return NO_ACCOUNT;
    if (constraintOf(error) === 'one_subject_an_account') return ALREADY_LINKED;
    // The same code entered twice at the same moment.
    if (constraintOf(error) === 'account_identity_pkey') return UNKNOWN_CODE;
    throw error;
  }
}

/** Takes the link off (解除关联) and ends the sessions that it opened. One without a link is no fault. */
export async function unlinkIdentity(db: Db, caller: Caller, of: Of): Promise<Outcomes<{ personId: string }>> {
  const { organisationId, personId } = of;
  return db.transaction().execute(async (trx) => {
    const allowed = await maySignInFor(trx, caller, of, OWN);
    if (!allowed.ok) return allowed;
    await sql`
      with unlinked as (delete from account_identity where person_id = ${personId} returning person_id),
      ended as (delete from session where person_id = ${personId} and issuer is not null),
      ${auditCte(caller, {
        action: 'identity.unlinked',
        subjectKind: 'account',
        subjectId: sql`person_id`,
        organisationId,
        from: 'unlinked',
      })}
      select 1`.execute(trx);
    return { ok: true, value: { personId } };
  });
}

const linkedNotice = (personId: string, key: string) =>
  ({ personId, kind: 'identity-linked', key, detail: { path: '/me/career' } }) as const;

const OWN = { detail: '不能关联或解除本人的统一身份。', fix: '请由另一名管理员办理。' };
const UNKNOWN_CODE = refuse(
  'identity-code',
  '没有这个关联码，或已超过 24 小时、已被使用。',
  '请本人在登录页用统一身份认证再登录一次，把页面上新的关联码告诉您。',
);
const ALREADY_LINKED = refuse('identity-linked', '该账号已关联一个统一身份。', '需要更换时，请先解除原来的关联。');
const NO_ACCOUNT = refuse('identity-linked', '该人员还没有账号，不能关联统一身份。', '请先重置密码，为其开立账号。');

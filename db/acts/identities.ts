import { type RawBuilder, sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { SignInFault } from '../../contract/sign-in-faults.ts';
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

/** `personId`: who links their account; null when somebody signs in. */
export type Attempt = { verifier: string; nonce: string; nextPath: string | null; personId: string | null };

/** Somebody is sent to the provider. */
export async function beginAttempt(
  db: Db,
  { stateHash, browserHash, verifier, nonce, nextPath, personId }: Attempt & { stateHash: Buffer; browserHash: Buffer },
): Promise<void> {
  await sql`
    insert into oidc_attempt (state_hash, browser_hash, verifier, nonce, next_path, person_id)
    values (${stateHash}, ${browserHash}, ${verifier}, ${nonce}, ${nextPath}, ${personId})`.execute(db);
}

/** @returns what returns, once, in time and in the browser it began in; else undefined */
export async function takeAttempt(
  db: Db,
  { stateHash, browserHash }: { stateHash: Buffer; browserHash: Buffer },
): Promise<Attempt | undefined> {
  const { rows } = await sql<Attempt>`
    delete from oidc_attempt where state_hash = ${stateHash} and browser_hash = ${browserHash}
      and created_at > now() - make_interval(mins => ${ATTEMPT_MINUTES}::int)
    returning verifier, nonce, next_path as "nextPath", person_id as "personId"`.execute(db);
  return rows[0];
}

/** What was begun and never came back, and codes that nobody told, are forgotten. */
export async function forgetAbandonedSignIns(db: Db): Promise<void> {
  await sql`delete from oidc_attempt where created_at <= now() - make_interval(mins => ${ATTEMPT_MINUTES}::int)`.execute(
    db,
  );
  await sql`delete from identity_code where created_at <= now() - make_interval(hours => ${CODE_HOURS}::int)`.execute(
    db,
  );
}

/** Keeps the code by which somebody may link the subject; an earlier one no longer counts. */
export async function offerCode(db: Db, { issuer, subject }: Subject, codeHash: Buffer): Promise<void> {
  await sql`
    insert into identity_code (issuer, subject, code_hash) values (${issuer}, ${subject}, ${codeHash})
    on conflict (issuer, subject) do update set code_hash = excluded.code_hash, created_at = now()`.execute(db);
}

/**
 * Links a subject to the account that a claim names, where the operator configured one. An account that has another subject of the
 * provider is left alone: the name may have been given to somebody else there. So is one that somebody unlinked from it.
 * @returns the account's person; undefined when none was linked
 */
export async function linkByName(
  db: Db,
  { issuer, subject }: Subject,
  { username, requestId }: { username: string; requestId: string },
): Promise<string | undefined> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ person_id: string }>`
      with linked as (
        insert into account_identity (issuer, subject, person_id)
        select ${issuer}, ${subject}, a.person_id from account a where a.username = ${username} and a.disabled_at is null
          and not exists (select from account_identity_ended e
                          where e.issuer = ${issuer} and e.subject = ${subject} and e.person_id = a.person_id)
        on conflict do nothing returning person_id),
      ${auditCte({ personId: null, requestId }, linkedEntry(sql`person_id`, 'claim', { from: 'linked' }))}
      select person_id from linked`.execute(trx);
    const [row] = rows;
    if (row) await tell(trx, [linkedNotice(row.person_id, requestId)]);
    return row?.person_id;
  });
}

/**
 * Links the subject that signed in to who asked for it (本人关联), signed in here by their password.
 * @returns why it was not; null when it is linked
 */
export async function linkOwnIdentity(
  db: Db,
  { personId, requestId }: { personId: string; requestId: string },
  subject: Subject,
): Promise<Extract<SignInFault, 'closed' | 'taken' | 'other'> | null> {
  try {
    return await db.transaction().execute(async (trx) => {
      const open = await trx
        .selectFrom('account')
        .select('person_id')
        .where('person_id', '=', personId)
        .where('disabled_at', 'is', null)
        .forKeyShare()
        .executeTakeFirst();
      if (!open) return 'closed';
      if (!(await link(trx, subject, { personId, linkedBy: personId }))) return 'taken';
      await audit(trx, { personId, requestId }, linkedEntry(personId, 'self'));
      await tell(trx, [linkedNotice(personId, requestId)]);
      return null;
    });
  } catch (error) {
    if (constraintOf(error) === 'one_subject_an_account') return 'other';
    throw error;
  }
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
      // Linked meanwhile in another way: the code is as good as used.
      if (!found || !(await link(trx, found, { personId, linkedBy: caller.personId }))) return UNKNOWN_CODE;
      await audit(trx, caller, linkedEntry(personId, 'administrator', { organisationId }));
      await tell(trx, [linkedNotice(personId, caller.requestId)]);
      return { ok: true, value: { personId } };
    });
  } catch (error) {
    if (constraintOf(error) === 'account_identity_person_id_fkey') return NO_ACCOUNT;
    if (constraintOf(error) === 'one_subject_an_account') return ALREADY_LINKED;
    throw error;
  }
}

/**
 * Links a subject that is nobody's, or an absorbed registration's (人员合并): its account is closed, and whose it was has one that is kept.
 * @returns whether it is linked; not when it is another living account's
 */
async function link(
  trx: Db,
  { issuer, subject }: Subject,
  { personId, linkedBy }: { personId: string; linkedBy: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into account_identity as i (issuer, subject, person_id, linked_by)
    values (${issuer}, ${subject}, ${personId}, ${linkedBy})
    on conflict (issuer, subject) do update set person_id = excluded.person_id, linked_by = excluded.linked_by, linked_at = now()
      where exists (select from person_merge m where m.absorbed_id = i.person_id and m.state in ('in-force', 'undo-proposed'))
    returning 1`.execute(trx);
  return rows.length > 0;
}

/** Takes the link off (解除关联) and ends the sessions that it opened. One without a link is no fault. */
export async function unlinkIdentity(db: Db, caller: Caller, of: Of): Promise<Outcomes<{ personId: string }>> {
  const { organisationId, personId } = of;
  return db.transaction().execute(async (trx) => {
    const allowed = await maySignInFor(trx, caller, of, OWN);
    if (!allowed.ok) return allowed;
    await unlink(trx, caller, { personId, organisationId });
    return { ok: true, value: { personId } };
  });
}

/** The same by the person: a session of their own that the provider opened ends with it. */
export const unlinkOwnIdentity = (db: Db, caller: Pick<Caller, 'personId' | 'requestId'>): Promise<void> =>
  unlink(db, caller, { personId: caller.personId });

async function unlink(
  trx: Db,
  by: Pick<Caller, 'personId' | 'requestId'>,
  { personId, organisationId }: { personId: string; organisationId?: string },
): Promise<void> {
  await sql`
    with unlinked as (delete from account_identity where person_id = ${personId} returning issuer, subject, person_id),
    ended as (delete from session where person_id = ${personId} and issuer is not null),
    kept as (
      insert into account_identity_ended (issuer, subject, person_id) select issuer, subject, person_id from unlinked
      on conflict (issuer, subject, person_id) do update set ended_at = now()),
    ${auditCte(by, {
      action: 'identity.unlinked',
      subjectKind: 'account',
      subjectId: sql`person_id`,
      organisationId,
      from: 'unlinked',
    })}
    select 1`.execute(trx);
}

type Way = 'self' | 'administrator' | 'claim';
const linkedEntry = (
  subjectId: string | RawBuilder<unknown>,
  by: Way,
  more: { organisationId?: string; from?: string } = {},
) => ({ action: 'identity.linked', subjectKind: 'account', subjectId, detail: { by }, ...more }) as const;

const linkedNotice = (personId: string, key: string) =>
  ({ personId, kind: 'identity-linked', key, detail: { path: '/me/career' } }) as const;

const OWN = { detail: '本人的统一身份不在这里关联或解除。', fix: '请在“我的”菜单的“任职与密码”中办理。' };
const UNKNOWN_CODE = refuse(
  'identity-code',
  '没有这个关联码，或已超过 24 小时、已被使用。',
  '请本人在登录页用统一身份认证再登录一次，把页面上新的关联码告诉您。',
);
const ALREADY_LINKED = refuse('identity-linked', '该账号已关联一个统一身份。', '需要更换时，请先解除原来的关联。');
const NO_ACCOUNT = refuse('identity-linked', '该人员还没有账号，不能关联统一身份。', '请先重置密码，为其开立账号。');

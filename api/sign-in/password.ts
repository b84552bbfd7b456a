import { verify } from '@node-rs/argon2';
import { recordFailedLogin, reserveAccount, usernameOf } from '../../db/acts/session.ts';
import type { Deps } from '../deps.ts';
import { refused } from '../serve.ts';

/** Why the current password is not the person's; an attempt counts like one at the log-in, for a stolen session must not guess either. */
export async function wrongPassword({ db }: Deps, personId: string, password: string, requestId: string) {
  const username = await usernameOf(db, personId);
  const account = username === undefined ? undefined : await reserveAccount(db, username);
  if (account && account.lockedSeconds > 0) return lockedOut(account.lockedSeconds);
  const kept = account && 'passwordHash' in account ? account.passwordHash : undefined;
  if (typeof kept === 'string' && (await verify(kept, password))) return null;
  await recordFailedLogin(db, { personId, requestId });
  return refused({
    code: 'wrong-password',
    detail: '当前密码不正确。',
    fix: '请核对后重试；忘记密码时请联系单位管理员重置。',
  });
}

export const lockedOut = (seconds: number) =>
  refused({
    code: 'account-locked',
    detail: '密码连续输错，账号已临时锁定。',
    fix: `请 ${Math.ceil(seconds / 60)} 分钟后再试，或联系管理员重置密码。`,
    more: { retryAfterSeconds: seconds },
  });

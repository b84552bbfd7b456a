import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import { isSameClaim } from '../../rules/deadlines.ts';
import type { ClaimAct } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { refuse } from './caller.ts';

/** What a declarant's acts have in common to refuse: a second open claim, another claim in a correction, a key used before. */

/** Two open claims of a person for one activity are held apart by the database. */
export const isOneOpenClaim = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'claim_one_open';

/** Nothing may be in flight for a person whose registration has just been merged into another: the database holds it. */
export const isOfAbsorbed = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'claim_of_absorbed';

export const absorbed = () =>
  refuse(
    'registration-merged',
    '这条登记属于重复登记，刚刚已与您的另一条登记合并，本次操作没有执行。',
    '请用保留的那个账号登录后重新办理；草稿中的内容请重新填写。',
  );

export const duplicateOpenClaim = () =>
  refuse(
    'duplicate-open-claim',
    '同一活动已有一份申报正在审核，不能重复提交。',
    '请在“我的申报”中查看已提交的那一份；如填写有误，可撤回后重新申报。',
  );

/** Why a corrected declaration is no longer the claim its reviewers returned; null when it is. */
export async function whyNotCorrected(trx: Db, claimId: string, declared: Declared) {
  const submitted = await trx
    .selectFrom('claim_version')
    .select('declaration')
    .where('claim_id', '=', claimId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  if (isSameClaim(asActivity(submitted.declaration, true), asActivity(declared, true))) return null;
  return refuse('correction-other-claim', OTHER_CLAIM.message, OTHER_CLAIM.fix, { provision: '14' });
}

export const OTHER_CLAIM = {
  message: '补正时不能更改申报形式或所属年度。',
  fix: '请改回原来的形式和年度；确需更改的，请撤回这份申报后重新申报。',
};

/** The kind of the act that a request with this key was; undefined for a new key. */
export async function actOfKey(trx: Db, claimId: string, requestKey: string): Promise<ClaimAct | undefined> {
  const act = await trx
    .selectFrom('act')
    .select('kind')
    .where('claim_id', '=', claimId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  return act?.kind;
}

export const keyReused = (more: Record<string, unknown> = {}) =>
  refuse(
    'request-key-reused',
    '这个请求编号已用于另一项请求，本次操作没有执行。',
    '请刷新页面查看最新状态后重新办理。',
    {
      more,
    },
  );

/** The same request of one person at the same moment waits here, and then finds what the first has done. */
export const oneAtATime = (trx: Db, who: string, requestKey: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${who}::text || ' ' || ${requestKey}::text, 0))`.execute(trx);

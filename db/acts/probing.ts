import type { Outcomes, ProblemCode } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Counter, giveBackAttempt, reserveAttempt } from './attempts.ts';
import { type Caller, refuse } from './caller.ts';
import { audit } from './trail.ts';

/**
 * An answer that tells whether an ID number is registered is given so often and no more, to an account and to an organisation: a
 * manager who types people's numbers meets a few, who tries numbers meets little else.
 */
const OF_ACCOUNT: Counter = { kind: 'probe-account', limit: 20, windowSeconds: 3_600, runsFrom: 'first' };
const OF_ORGANISATION: Counter = { kind: 'probe-organisation', limit: 60, windowSeconds: 86_400, runsFrom: 'first' };
/** One row in the trail an hour says that somebody goes on trying. */
const TOLD_OF_PROBING: Counter = { kind: 'told', limit: 1, windowSeconds: 3_600, runsFrom: 'first' };

type Asking = { organisationId: string; telling: readonly ProblemCode[] };

/**
 * Does the work unless the caller or the organisation has had too many telling answers. The attempt is counted before and given back
 * when the answer told nothing. @param asking.telling the refusals that tell whether somebody is registered
 */
export async function unlessProbing<T>(
  db: Db,
  caller: Caller,
  { organisationId, telling }: Asking,
  work: () => Promise<Outcomes<T>>,
): Promise<Outcomes<T>> {
  const ofAccount = await reserveAttempt(db, OF_ACCOUNT, caller.personId);
  if (ofAccount > 0) return stop(db, caller, organisationId, ofAccount);
  const ofOrganisation = await reserveAttempt(db, OF_ORGANISATION, organisationId);
  if (ofOrganisation > 0) {
    await giveBackAttempt(db, OF_ACCOUNT, caller.personId);
    return stop(db, caller, organisationId, ofOrganisation);
  }
  let told = false;
  try {
    const outcome = await work();
    told = !outcome.ok && telling.includes(outcome.refusal.code);
    return outcome;
  } finally {
    if (!told) {
      await giveBackAttempt(db, OF_ACCOUNT, caller.personId);
      await giveBackAttempt(db, OF_ORGANISATION, organisationId);
    }
  }
}

async function stop(db: Db, caller: Caller, organisationId: string, seconds: number) {
  const isNews = (await reserveAttempt(db, TOLD_OF_PROBING, `probing ${caller.personId}`)) === 0;
  const entry = { action: 'person.probing-stopped', subjectKind: 'organisation', subjectId: organisationId } as const;
  if (isNews) await audit(db, caller, { ...entry, organisationId });
  return refuse(
    'too-many-requests',
    '按身份证号码登记或查找人员未成功的次数过多，暂时不能继续。',
    `请 ${Math.ceil(seconds / 60)} 分钟后再试；确有大量人员需要核对的，请联系所在地人社部门。`,
    { more: { retryAfterSeconds: seconds } },
  );
}

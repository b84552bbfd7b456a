import { sql } from 'kysely';
import type { CheckConclusion } from '../../contract/inspections.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import { type CheckState, type Consequence, SUPERVISION_BASIS } from '../../rules/supervision.ts';
import type { Db } from '../connect.ts';
import { visibleCheck, whyNotCheck } from '../read/checks.ts';
import type { Scope } from '../read/scope.ts';
import type { CheckTaskRow } from '../tables/supervision.ts';
import { notFound, refuse } from './caller.ts';
import { recordCase } from './cases.ts';
import { orderWithin } from './rectifications.ts';
import { revokeWithin } from './revoke.ts';
import { openSanction } from './sanctions.ts';

/**
 * A check task (核查任务, Art. 20) is concluded once, by a supervisor of its authority who neither declared nor reviewed the claim. A
 * finding and all that follows from it (hours taken back, a case of fraud, an order to the unit) is one transaction: all of it, or nothing.
 */

type Concluded = Outcomes<{ id: string; state: CheckState }>;

export async function concludeCheck(
  db: Db,
  scope: Scope,
  { id, ...conclusion }: CheckConclusion & { id: string },
  now = new Date(),
): Promise<Concluded> {
  try {
    return await db.transaction().execute((trx) => conclude(trx, scope, { id, ...conclusion }, now));
  } catch (error) {
    if (error instanceof Undone) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** A part was refused: the whole is undone. */
class Undone extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}
const orUndo = <T>(outcome: Outcomes<T>): T => {
  if (!outcome.ok) throw new Undone(outcome.refusal);
  return outcome.value;
};

type Asked = CheckConclusion & { id: string };

async function conclude(trx: Db, scope: Scope, asked: Asked, now: Date): Promise<Concluded> {
  const check = await lock(trx, scope, asked.id);
  if (!check) return notFound('项核查任务');
  if (check.state !== 'open')
    return refuse('case-moved', '这项核查已有结论。', '请刷新页面查看最新状态。', { provision: SUPERVISION_BASIS });
  const refusal = await whyNotCheck(trx, scope, check);
  if (refusal) return { ok: false, refusal };
  const state = asked.outcome;
  // Before what follows: a revoker counts as somebody who acted on the claim, and a check must not be open while its hours are gone.
  await trx
    .updateTable('check_task')
    .set({ state, conclusion: asked.conclusion, concluded_by: scope.personId, concluded_at: now })
    .where('id', '=', asked.id)
    .execute();
  const organisationId = check.organisation_id;
  await recordCase(trx, scope, { caseKind: 'check', id: asked.id, kind: state, organisationId });
  if (asked.outcome === 'finding') await follow(trx, scope, { check, finding: asked, now });
  return { ok: true, value: { id: asked.id, state } };
}

type Following = { check: Locked; finding: Extract<Asked, { outcome: 'finding' }>; now: Date };

async function follow(trx: Db, scope: Scope, { check, finding, now }: Following): Promise<void> {
  const note = (kind: Consequence, reference: string) => consequence(trx, { checkId: check.id, kind, reference });
  // First, as the locks go: the case before the claim and its years.
  if (finding.sanction) {
    const suspicion = {
      personId: check.person_id,
      year: check.year,
      claimIds: [check.claim_id],
      source: check.complaint_id === null ? ('inspection' as const) : ('complaint' as const),
      explanation: finding.conclusion,
      origin: { kind: 'check', id: check.id },
      organisationId: check.organisation_id,
    };
    await note('sanction', orUndo(await openSanction(trx, scope, suspicion, now)).id);
  }
  if (finding.revoke) {
    const revocation = { claimId: check.claim_id, reason: finding.conclusion.slice(0, 500), article: '20' as const };
    orUndo(await revokeWithin(trx, scope, { ...revocation, requestKey: `check-${check.id}` }, now));
    await note('revocation', check.claim_id);
  }
  if (finding.order) {
    const order = {
      ...finding.order,
      targetId: check.employer_id,
      facts: finding.conclusion,
      source: { kind: 'check' as const, id: check.id },
      requestKey: `check-${check.id}`,
    };
    await note('rectification', orUndo(await orderWithin(trx, scope, order, now)).id);
  }
}

const consequence = (
  trx: Db,
  { checkId, kind, reference }: { checkId: string; kind: Consequence; reference: string },
) => trx.insertInto('check_consequence').values({ check_id: checkId, kind, reference }).execute();

type Locked = CheckTaskRow & { employer_id: string; year: number };

/** The check under its lock, if it is the caller's to see at all. */
async function lock(trx: Db, scope: Scope, id: string): Promise<Locked | undefined> {
  const { rows } = await sql<Locked>`
    select x.*, c.employer_id, c.year
    from check_task x join claim c on c.id = x.claim_id
    where x.id = ${id} and ${visibleCheck(scope)} for no key update of x`.execute(trx);
  return rows[0];
}

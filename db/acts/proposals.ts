import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { Db } from '../connect.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import { tell } from './notices.ts';
import { submitClaim } from './submit.ts';
import { auditCte } from './trail.ts';

/** What a person does with a claim their unit proposed (单位代报): confirms it, and it is their own act; or objects. */

type Confirmation = { proposalId: string; revision: number; requestKey: string };

/**
 * Submits the proposed draft as the person's own claim. `revision` is the draft as they saw it; sent again with the same `requestKey`
 * it answers the same.
 */
export async function confirmProposal(
  db: Db,
  caller: Caller,
  { proposalId, ...rest }: Confirmation,
  now = new Date(),
): ReturnType<typeof submitClaim> {
  const proposal = await db
    .selectFrom('proposal')
    .select('claim_id')
    .where('id', '=', proposalId)
    .where('person_id', '=', caller.personId)
    .executeTakeFirst();
  if (!proposal) return notFound('份代报');
  return proposal.claim_id === null
    ? answered()
    : submitClaim(db, caller, { claimId: proposal.claim_id, ...rest }, now);
}

/**
 * The person objects: the draft goes, the reason stays in the archive, and who proposed it is told. Objecting twice is objecting once.
 */
export async function objectToProposal(
  db: Db,
  caller: Caller,
  { proposalId, reason }: { proposalId: string; reason: string },
): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    const proposal = await lockOwn(trx, caller, proposalId);
    if (!proposal) return notFound('份代报');
    if (proposal.claimId === null) return { ok: true, value: { id: proposalId } };
    if (proposal.state !== 'draft') return answered();
    await sql`
      with objected as (
        update proposal set objected_at = clock_timestamp(), objection = ${reason}, claim_id = null where id = ${proposalId}),
      ${auditCte(caller, {
        action: 'proposal.objected',
        subjectKind: 'proposal',
        subjectId: proposalId,
        organisationId: proposal.organisationId,
        detail: { claimId: proposal.claimId },
      })}
      select 1`.execute(trx);
    // The archive keeps the papers themselves: the draft's rows only show them.
    await trx.deleteFrom('evidence').where('claim_id', '=', proposal.claimId).execute();
    await trx.deleteFrom('claim').where('id', '=', proposal.claimId).execute();
    const { trainingId, title } = proposal;
    const path = `/unit/trainings/${trainingId}`;
    const notice = { kind: 'proposal-objected' as const, key: proposalId, detail: { title, path } };
    await tell(trx, [{ personId: proposal.proposedBy, ...notice }]);
    return { ok: true, value: { id: proposalId } };
  });
}

type Own = {
  claimId: string | null;
  state: string | null;
  proposedBy: string;
  organisationId: string;
  trainingId: string;
  title: string;
};

/** The caller's proposal with its claim under the claim's lock, then its own: the order of every act on a claim. */
async function lockOwn(trx: Db, caller: Caller, proposalId: string): Promise<Own | undefined> {
  await sql`
    select 1 from claim where id = (select claim_id from proposal where id = ${proposalId} and person_id = ${caller.personId})
    for update`.execute(trx);
  const { rows } = await sql<Own>`
    select x.claim_id as "claimId", c.state, x.proposed_by as "proposedBy", t.organisation_id as "organisationId", t.id as "trainingId", t.title
    from proposal x join training t on t.id = x.training_id left join claim c on c.id = x.claim_id
    where x.id = ${proposalId} and x.person_id = ${caller.personId} for update of x`.execute(trx);
  return rows[0];
}

const answered = () =>
  refuse('proposal-answered', '这份代报已经答复过。', '请在“我的申报”中查看；已提交的，可在初审办结前撤回。');

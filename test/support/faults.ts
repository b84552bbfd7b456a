import { type RawBuilder, sql } from 'kysely';
import { issueCertificate } from '../../db/acts/certificates.ts';
import type { Db } from '../../db/connect.ts';
import type { WorkflowSeen, Workflows } from '../../db/reconciliation/finding.ts';
import { advance } from './advance.ts';
import { completeYear, course } from './certificates.ts';
import { conference, done, submitted, type World } from './world.ts';

/** Faults as they come from outside: written past the constraints and triggers that keep people from making them. */

/** Temporal as a table: what is not said otherwise runs and stands where the record stands. */
export class FakeWorkflows implements Workflows {
  readonly said = new Map<string, Partial<WorkflowSeen>>();
  readonly #db: Db;
  constructor(db: Db) {
    this.#db = db;
  }

  see: Workflows['see'] = async (workflowId) => {
    const [, id = ''] = workflowId.split('/');
    const claim = workflowId.startsWith('claim/')
      ? await this.#db.selectFrom('claim').select(['state', 'applied_seq']).where('id', '=', id).executeTakeFirst()
      : undefined;
    const standing = claim ? { state: claim.state, appliedSeq: claim.applied_seq } : null;
    return { status: 'running', runId: 'run', failing: null, standing, ...this.said.get(workflowId) };
  };
}

/** Claims under first review, an hour old, their rings delivered. */
export async function claimsUnderReview(world: World, count: number, employerId = 'emp-city'): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const person = await world.declarant(employerId);
    const id = await submitted(world.db, person, conference(`会议${n}`));
    await advance(world.db, id);
    ids.push(id);
  }
  await quieten(world.db);
  return ids;
}

/** The outbox is delivered, and nothing has moved for an hour. */
export async function quieten(db: Db): Promise<void> {
  await sql`delete from graphile_worker._private_jobs`.execute(db);
  await sql`update claim set updated_at = now() - interval '1 hour' where updated_at > now() - interval '1 hour'`.execute(
    db,
  );
}

/** Past the triggers that refuse it. */
export const slip = (db: Db, statement: RawBuilder<unknown>): Promise<void> =>
  db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await statement.execute(trx);
  });

/** A person with ninety hours and the certificate of the year. */
export async function certified(world: World): Promise<{ personId: string; certificateId: string }> {
  const person = await world.declarant('emp-city');
  await completeYear(world.db, person.personId);
  const of = { personId: person.personId, year: 2026, on: '2026-11-23' };
  const { id } = done(await issueCertificate(world.db, person, of));
  return { personId: person.personId, certificateId: id };
}

/** A person with two hours in the ledger. */
export async function withHours(world: World): Promise<string> {
  const { personId } = await world.declarant('emp-city');
  await course(world.db, personId, 'public', 200);
  return personId;
}

const ids = (list: readonly string[]): RawBuilder<unknown> => sql`any (${sql.val([...list])}::uuid[])`;

export const plant = {
  /** The stage's tasks are gone, nothing followed. */
  withoutTask: (db: Db, claims: readonly string[]) =>
    sql`update task set state = 'closed', ended_at = now() where claim_id = ${ids(claims)}`.execute(db),
  /** The claim has ended, its task has not. */
  strayTask: (db: Db, claims: readonly string[]) =>
    sql`
      with s as (update stage set settled_at = now(), outcome = 'withdrawn' where claim_id = ${ids(claims)})
      update claim set state = 'withdrawn', ended_at = now(), withdrawn_at = now() where id = ${ids(claims)}`.execute(
      db,
    ),
  escalated: (db: Db, claims: readonly string[]) =>
    sql`
      insert into escalation (task_id, claim_id, organisation_id, own, escalated_on)
      select id, claim_id, 'hrss-420500', false, '2026-11-20' from task where claim_id = ${ids(claims)}`.execute(db),
  undelivered: (db: Db, claims: readonly string[]) =>
    sql`
      with jobs as (
        select (graphile_worker.add_job('ring', json_build_object('claimId', id))).id from unnest(${sql.val([...claims])}::uuid[]) id)
      select count(*) from jobs`
      .execute(db)
      .then(() =>
        sql`
          update graphile_worker._private_jobs set created_at = now() - interval '1 hour', attempts = 3,
            last_error = '14 UNAVAILABLE: 张三 420500199001010011'`.execute(db),
      ),
  undeliverable: (db: Db, people: readonly string[]) =>
    sql`
      with n as (
        insert into notice (person_id, kind, key, detail) select id, 'claim-filed', 'planted', '{}' from unnest(${sql.val([...people])}::uuid[]) id
        returning id)
      insert into notice_delivery (notice_id, channel, state, message_id, fault)
      select id, 'email', 'failed', 'm-' || id, 'refused for zhang.san@example.com' from n`.execute(db),
  otherHolder: (db: Db, people: readonly string[]) =>
    sql`update person set name = '改名' where id = ${ids(people)}`.execute(db),
  glyph: (db: Db, certificates: readonly string[]) =>
    sql`
      insert into certificate_case (certificate_id, missing) select id, '{U+20BB7}' from unnest(${sql.val([...certificates])}::uuid[]) id`.execute(
      db,
    ),
  ledger: (db: Db, people: readonly string[]) =>
    slip(db, sql`update ledger_entry set steps = '[]' where person_id = ${ids(people)}`),
  aggregates: (db: Db, people: readonly string[]) =>
    slip(db, sql`delete from person_home where person_id = ${ids(people)}`),
  /** Their employer's reviewers have left. */
  nobodyEligible: (db: Db, organisationId: string) =>
    sql`update role_holding set until_on = '2026-02-01' where organisation_id = ${organisationId}`.execute(db),
};

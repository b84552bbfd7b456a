import { randomUUID } from 'node:crypto';
import type { Caller } from '../../db/acts/caller.ts';
import { answerProposal, proposeSanction } from '../../db/acts/sanction-decisions.ts';
import { giveNotice, stateDefence } from '../../db/acts/sanction-hearings.ts';
import { openSanction, type Suspicion } from '../../db/acts/sanctions.ts';
import type { ProposalKind } from '../../rules/sanction.ts';
import { done, type World } from './world.ts';

/** A case of fraud (Art. 21) of a person of `emp-city`, at the city's HRSS authority, by its two officers. */
const [FIRST, SECOND] = [0, 1] as const;
const officer = (world: World, which: 0 | 1) => world.officer('hrss-420500', 'supervisor', which);

/** The person's year is cancelled: told, heard, proposed and confirmed in one moment. @returns the case's id */
export async function imposed(
  world: World,
  person: Caller,
  { now = new Date(), ...rest }: Partial<Suspicion> & { now?: Date } = {},
): Promise<string> {
  const suspicion: Suspicion = {
    personId: person.personId,
    year: 2026,
    claimIds: [],
    source: 'review',
    explanation: '证明材料系伪造',
    ...rest,
  };
  const first = officer(world, FIRST);
  const { id } = done(await world.db.transaction().execute((trx) => openSanction(trx, first, suspicion, now)));
  done(await giveNotice(world.db, first, { id, charge: '证明材料系伪造' }, now));
  const said = { id, text: '没有说明', isFinal: true, requestKey: randomUUID() };
  done(await stateDefence(world.db, person, said, now));
  await decided(world, id, 'impose', now);
  return id;
}

/** Lifted for an error. */
export const lifted = (world: World, id: string, now = new Date()): Promise<void> => decided(world, id, 'lift', now);

async function decided(world: World, id: string, kind: ProposalKind, now: Date): Promise<void> {
  const { version } = await world.db
    .selectFrom('sanction')
    .select('version')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const proposal = { id, kind, reason: '核实清楚', titles: [], version, requestKey: randomUUID() };
  const proposed = done(await proposeSanction(world.db, officer(world, FIRST), proposal, now));
  const { id: proposalId } = await world.db
    .selectFrom('sanction_proposal')
    .select('id')
    .where('sanction_id', '=', id)
    .where('answer', 'is', null)
    .executeTakeFirstOrThrow();
  const answer = { id, answer: 'confirm' as const, proposalId, version: proposed.version };
  done(await answerProposal(world.db, officer(world, SECOND), answer, now));
}

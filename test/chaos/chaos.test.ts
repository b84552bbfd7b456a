import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { type Chaos, faultsOf, withChaos } from './play.ts';

test('worker, API, Temporal and PostgreSQL killed or stopped in the middle of thirty claims: nothing lost, nothing doubled, all end', async () => {
  const told: string[] = [];
  const options = { seed: 'ci', seconds: 12, claims: 30, kills: 6, callers: 10 };
  await withChaos(
    options,
    (line) => told.push(line),
    async (chaos) => {
      expect(await faultsOf(chaos), told.join('\n')).toEqual([]);
      expect(chaos.played.endings.size).toBe(30);
      expect(chaos.suffered).toHaveLength(6);
      await plant(chaos);
      const found = await faultsOf(chaos, 0);
      for (const sign of [
        'was acknowledged; it is 0 times',
        'stands before',
        'should be',
        'the ledger of',
        'row-changed',
      ])
        expect(
          found.some((fault) => fault.includes(sign)),
          `${sign}: ${found.join('\n')}`,
        ).toBe(true);
    },
  );
});

/** What the proof must see: an act that was acknowledged and is nowhere, two told in the wrong order, a state, a sum and a line of the trail changed. */
async function plant({ house, played }: Chaos): Promise<void> {
  const [first] = played.acknowledged;
  const claim = played.acknowledged.filter(({ claimId }) => claimId === first?.claimId);
  const last = claim.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing was acknowledged');
  const lost = { ...last, action: 'claim.withdrawn' as const, key: randomUUID() };
  const swapped = { ...last, answeredAt: first.sentAt - 1, sentAt: first.sentAt - 2 };
  Object.assign(played, { acknowledged: [...played.acknowledged, lost, swapped] });
  await house.world.db.connection().execute(async (db) => {
    await sql`set session_replication_role = replica`.execute(db);
    await sql`update claim set state = 'expired' where id = (select min(id::text)::uuid from claim where state = 'filed')`.execute(
      db,
    );
    await sql`update person_year set professional_hundredths = professional_hundredths + 100
      where person_id = (select person_id from person_year where professional_hundredths > 0 limit 1)`.execute(db);
    await sql`update audit set action = 'task.reject' where id = (select min(id) from audit where action = 'task.approve')`.execute(
      db,
    );
    await sql`set session_replication_role = origin`.execute(db);
  });
}

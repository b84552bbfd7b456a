import { createHash, createHmac } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from './connect.ts';

/**
 * The key by which systems outside name a person: HMAC-SHA-256 of the ID number (身份证号) under a secret that both sides hold. The table keeps
 * the key, so that a look-up is one index; rows without one (new people, changed numbers) are given theirs at the next look-up.
 */

const PEOPLE_A_PAGE = 5_000;

export const personKeyOf = (secret: string, idNumber: string): Buffer =>
  createHmac('sha256', secret).update(idNumber).digest();

/**
 * Takes the secret as the one this database's keys are made with.
 * @returns false when they were made with another: every person would be unknown to the systems outside
 */
export async function adoptPersonKeySecret(db: Db, secret: string): Promise<boolean> {
  const fingerprint = createHash('sha256').update('person-key-secret\0').update(secret).digest();
  await db
    .insertInto('person_key_secret')
    .values({ fingerprint })
    .onConflict((c) => c.column('one').doNothing())
    .execute();
  const kept = await db.selectFrom('person_key_secret').select('fingerprint').executeTakeFirstOrThrow();
  return kept.fingerprint.equals(fingerprint);
}

/** The people of keys given in hex, as far as they are known. */
export async function personsByKey(db: Db, secret: string, keys: readonly string[]): Promise<Map<string, string>> {
  await giveMissingKeys(db, secret);
  const rows = await db
    .selectFrom('person_identity')
    .select(['person_id as id', sql<string>`encode(person_key, 'hex')`.as('key')])
    .where('person_key', '=', sql<Buffer>`any(${keys.map((key) => Buffer.from(key, 'hex'))}::bytea[])`)
    .execute();
  return new Map(rows.map((row) => [row.key, row.id]));
}

/** Without people who lack a key this is one look into an empty index. */
export async function giveMissingKeys(db: Db, secret: string): Promise<void> {
  for (;;) {
    const given = await db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom('person')
        .select(['id', 'id_number'])
        .where('person_key', 'is', null)
        .orderBy('id')
        .limit(PEOPLE_A_PAGE)
        .forNoKeyUpdate()
        .execute();
      if (rows.length === 0) return 0;
      const ids = rows.map((row) => row.id);
      const keys = rows.map((row) => personKeyOf(secret, row.id_number));
      await sql`
        update person p set person_key = given.key
        from unnest(${ids}::uuid[], ${keys}::bytea[]) as given(id, key) where p.id = given.id`.execute(trx);
      return rows.length;
    });
    if (given < PEOPLE_A_PAGE) return;
  }
}

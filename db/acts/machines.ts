import type { MachineScope } from '../../contract/machines.ts';
import type { Db } from '../connect.ts';

/** A machine that asks: its client and the organisation it acts for. */
export type Machine = { clientId: string; organisationId: string; scopes: MachineScope[]; requestId: string };

/** The client of a secret's hash, if its credentials are in force on the day. */
export async function findMachine(
  db: Db,
  { clientId, secretHash, today }: { clientId: string; secretHash: Buffer; today: string },
): Promise<Omit<Machine, 'requestId'> | undefined> {
  return db
    .selectFrom('machine_client')
    .select(['id as clientId', 'organisation_id as organisationId', 'scopes'])
    .where('id', '=', clientId)
    .where('secret_hash', '=', secretHash)
    .where('from_on', '<=', today)
    .where((eb) => eb.or([eb('until_on', 'is', null), eb('until_on', '>', today)]))
    .executeTakeFirst();
}

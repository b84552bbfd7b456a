import { again } from '../../db/again.ts';
import { type Completion, type Registration, registerPage } from '../../db/completions.ts';
import type { Db } from '../../db/connect.ts';

/** A page of completions in a transaction of its own, as the import and the platform's batch run it. */
export const registered = (
  db: Db,
  completions: readonly Completion[],
  { on, source = 'test' }: { on: string; source?: string },
): Promise<Registration[]> =>
  again(() => db.transaction().execute((trx) => registerPage(trx, { source, on, completions })));

import type { NoticeKind } from '../../contract/notices.ts';
import type { Db } from '../connect.ts';

/** `key` names the occasion (a claim's id and act, a year): the same person is told of it once, however often this runs. */
export type Notice = {
  personId: string;
  kind: NoticeKind;
  key: string;
  detail?: Record<string, string | number>;
};

/** Tells people something, within the transaction of what happened. */
export async function tell(trx: Db, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  await trx
    .insertInto('notice')
    .values(
      notices.map(({ personId, kind, key, detail = {} }) => ({
        person_id: personId,
        kind,
        key,
        detail: JSON.stringify(detail),
      })),
    )
    .onConflict((c) => c.columns(['person_id', 'kind', 'key']).doNothing())
    .execute();
}

import type { Generated } from 'kysely';
import type { NoticeKind } from '../../contract/notices.ts';
import type { InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';
import type { MachineClientTable } from './title-review.ts';

/** Tables that several parts write (migration 0002). */
export interface SharedTables {
  notice: {
    id: Generated<string>;
    person_id: string;
    kind: NoticeKind;
    key: string;
    detail: JsonWithDefault<Record<string, string | number>>;
    created_at: InstantNow;
    read_at: InstantOrNull;
  };
  machine_client: MachineClientTable;
}

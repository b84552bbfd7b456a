import type { Generated } from 'kysely';
import type { MachineScope } from '../../contract/machines.ts';
import type { NoticeKind } from '../../contract/notices.ts';
import type { Day, InstantNow, InstantOrNull, JsonWithDefault } from '../columns.ts';

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
  machine_client: {
    id: Generated<string>;
    name: string;
    organisation_id: string;
    secret_hash: Buffer;
    scopes: MachineScope[];
    from_on: Day;
    until_on: Day | null;
    created_at: InstantNow;
  };
}

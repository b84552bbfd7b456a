import { liveCase } from './cases.ts';
import type { CaseInput } from './messages.ts';
import { sanctions } from './proxies.ts';

/**
 * A case of fraud (弄虚作假, Art. 21): the person's statement and defence until 24:00 of its last working day, the officers' decision, and
 * the dishonesty record, which ends by itself at 00:00 in Asia/Shanghai three years later.
 */
export const sanction = ({ caseId }: CaseInput): Promise<void> => liveCase(() => sanctions.lookAtSanction(caseId));

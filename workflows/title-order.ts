import { liveCase } from './cases.ts';
import type { CaseInput } from './messages.ts';
import { sanctions } from './proxies.ts';

/** An order to revoke a title or to give it back (Art. 21), overdue by itself at 24:00 of its last day in Asia/Shanghai. */
export const titleOrder = ({ caseId }: CaseInput): Promise<void> => liveCase(() => sanctions.lookAtTitleOrder(caseId));

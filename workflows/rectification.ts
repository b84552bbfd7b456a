import { liveCase } from './cases.ts';
import type { CaseInput } from './messages.ts';
import { rectifications } from './proxies.ts';

/**
 * A rectification order (责令限期改正, Art. 22): reported and accepted, or overdue by itself at 24:00 of its last day in Asia/Shanghai and
 * escalated to the superior body; it lives on until it is accepted or withdrawn.
 */
export const rectification = ({ caseId }: CaseInput): Promise<void> =>
  liveCase(() => rectifications.lookAtRectification(caseId));

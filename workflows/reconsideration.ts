import { liveCase } from './cases.ts';
import type { CaseInput } from './messages.ts';
import { reconsiderations } from './proxies.ts';

/**
 * A review of a rejection (复核): asked for by the declarant, decided by the next higher body; reminded past its last working day, told to
 * the superior five working days later. Never decided by the system.
 */
export const reconsideration = ({ caseId }: CaseInput): Promise<void> =>
  liveCase(() => reconsiderations.lookAtReconsideration(caseId));

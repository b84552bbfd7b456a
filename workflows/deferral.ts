import { liveCase } from './cases.ts';
import type { CaseInput } from './messages.ts';
import { deferrals } from './proxies.ts';

/**
 * A deferral (顺延, Art. 17): applied for, decided by the employer, made up in time, or expired by itself at 24:00 of its last day in
 * Asia/Shanghai.
 */
export const deferral = ({ caseId }: CaseInput): Promise<void> => liveCase(() => deferrals.lookAtDeferral(caseId));

import { liveCase } from './cases.ts';
import type { CaseInput } from './messages.ts';
import { complaints } from './proxies.ts';

/**
 * A complaint (投诉举报, Art. 20): transferred, looked into and answered by people; by itself only its body is reminded after each last day, and
 * the superior body told five working days later (D-47).
 */
export const complaint = ({ caseId }: CaseInput): Promise<void> => liveCase(() => complaints.lookAtComplaint(caseId));

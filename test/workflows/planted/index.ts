import { sleep } from '@temporalio/workflow';
import { claim as today } from '../../../workflows/claim.ts';
import type { ClaimInput } from '../../../workflows/messages.ts';

/** The claim's workflow with a step that its histories do not know, to see that replay tells. */
export async function claim(input: ClaimInput): Promise<string> {
  await sleep('1 second');
  return today(input);
}

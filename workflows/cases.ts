import { condition, setHandler } from '@temporalio/workflow';
import type { CasePosition } from '../contract/positions.ts';
import { looked } from './messages.ts';

/**
 * A case lives on the record; its workflow is the clock beside it. Each look settles what is due and says how long to wait: for
 * somebody's act (a ring), or for the next legal date with one timer, however far away. Acts and dates are judged by the record alone, so
 * a ring that is lost, doubled or late, and a timer that races with a person, change nothing.
 */
export async function liveCase(look: () => Promise<CasePosition>): Promise<void> {
  let rings = 0;
  setHandler(looked, () => {
    rings += 1;
  });
  for (;;) {
    const heard = rings;
    const position = await look();
    if (position.over) return;
    const hasRung = (): boolean => rings > heard;
    if (position.waitMs === null) await condition(hasRung);
    else await condition(hasRung, position.waitMs);
  }
}

import { playDeferrals } from './lib/story/deferrals.ts';
import { playFraud } from './lib/story/fraud.ts';
import { onStage } from './lib/story/stage.ts';
import { Telling } from './lib/story/telling.ts';

/**
 * `npm run story:deadlines`: what waits for a date, played in seconds on a clock that jumps: a deferral that expires by itself, one made
 * up in time, and a forged proof from its finding to the end of its record three years later. Needs no running system and no network; prints the dates as an official reads them; exits 1 if anything differs.
 */
const telling = new Telling();
const began = performance.now();
try {
  await onStage(async (stage) => {
    await playDeferrals(stage, telling);
    await playFraud(stage, telling);
  });
} catch (error) {
  telling.differences += 1;
  console.log(`✗ 故事中断：${error instanceof Error ? error.message : String(error)}`);
}
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  telling.differences === 0
    ? `\n故事演完，一切与预期相符（用时 ${seconds} 秒）。`
    : `\n有 ${telling.differences} 处与预期不符（用时 ${seconds} 秒）。`,
);
process.exit(telling.differences === 0 ? 0 : 1);

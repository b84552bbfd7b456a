// A stand-in for a real process: says READY, and ends as it is told. Arguments: name, and what to do.
import { appendFileSync } from 'node:fs';

const [, , name, behaviour, diary] = process.argv;
const write = (line) => appendFileSync(diary, `${name} ${line}\n`);

if (behaviour === 'dies-at-once') {
  console.error('the reason is on this line');
  process.exit(3);
}
process.on('SIGTERM', () => {
  write('stopped');
  if (behaviour !== 'stubborn') process.exit(0);
});
write('started');
console.log('READY');
if (behaviour === 'dies-soon') setTimeout(() => process.exit(4), 50);
setInterval(() => undefined, 1000);

import { findTemporal } from '../bin/lib/temporal.ts';
import { timeSkippingServer } from '../bin/lib/time-skipping.ts';
import { s3Program } from '../test/support/s3-server.ts';

// The tests would fetch both themselves; here their minutes show under a name of their own.
const temporal = await findTemporal((line) => {
  console.log(line);
});
console.log(`Temporal: ${temporal.path} (${temporal.from})`);
console.log(`time-skipping server: ${await timeSkippingServer()}`);
console.log(`S3 server: ${await s3Program()}`);

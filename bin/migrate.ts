import { migrate } from '../db/migrate.ts';
import { readConfig } from './config.ts';
import { runCommand } from './lib/refusal.ts';
import { onceThere } from './lib/schema-check.ts';

await runCommand(async () => {
  const { DATABASE_URL: url, START_WAIT_SECONDS: seconds } = readConfig(process.env, [
    'DATABASE_URL',
    'START_WAIT_SECONDS',
  ]);
  const { applied, ofNewer } = await onceThere(url, { seconds, tell: console.log }, () => migrate(url));
  console.log(applied.length > 0 ? `migrated: ${applied.join(', ')}` : 'the database is up to date');
  if (ofNewer.length > 0) console.log(`数据库比本程序新，多出的迁移保留不动：${ofNewer.join('、')}`);
});

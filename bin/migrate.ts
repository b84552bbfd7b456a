import { migrate } from '../db/migrate.ts';
import { readConfig } from './config.ts';
import { runCommand } from './lib/refusal.ts';
import { whyNoDatabase } from './lib/schema-check.ts';

await runCommand(async () => {
  const { DATABASE_URL: url } = readConfig(process.env, ['DATABASE_URL']);
  const { applied, ofNewer } = await migrate(url).catch((fault: unknown) => {
    throw whyNoDatabase(fault, url);
  });
  console.log(applied.length > 0 ? `migrated: ${applied.join(', ')}` : 'the database is up to date');
  if (ofNewer.length > 0) console.log(`数据库比本程序新，多出的迁移保留不动：${ofNewer.join('、')}`);
});

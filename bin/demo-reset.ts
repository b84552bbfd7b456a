import path from 'node:path';
import { Command } from 'commander';
import { wipeDataFolder } from './lib/data-folder.ts';
import { runCommand } from './lib/refusal.ts';

/** Empties the data folder; the next start fills a new database with demo data. */
await runCommand(() => {
  const command = new Command('npm run demo:reset --')
    .description('清空数据目录，下次启动时重新写入演示数据')
    .option('--data <目录>', '数据目录', process.env['DATA_DIR'] ?? '.data')
    .parse();
  const folder = path.resolve(command.opts<{ data: string }>().data);
  wipeDataFolder(folder);
  console.log(`已清空 ${folder}；执行 npm start 会重新建立数据库并写入演示数据。`);
  return Promise.resolve();
});

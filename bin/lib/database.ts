import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readConfig } from '../config.ts';
import type { Settings } from './data-folder.ts';
import { Refusal } from './refusal.ts';

/**
 * The database a command works on: that of a data folder whose system runs, or the one `DATABASE_URL` names.
 * @throws Refusal when the folder has never been started
 */
export function databaseFor(folder: string | undefined): string {
  if (folder === undefined) return readConfig(process.env, ['DATABASE_URL']).DATABASE_URL;
  const { postgresPassword, postgresPort } = settingsIn(folder);
  return `postgres://postgres:${postgresPassword}@127.0.0.1:${String(postgresPort)}/xueshi`;
}

/** What a data folder was started with. @throws Refusal when it has never been started */
export function settingsIn(folder: string): Settings {
  const file = path.join(folder, 'settings.json');
  if (!existsSync(file)) {
    throw new Refusal(`${folder} 不是系统的数据目录。`, '请写 npm start 所用的 --data 目录（默认 .data）。');
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Settings;
}

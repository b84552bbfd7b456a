import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, whatever folder a command was started in. */
export const PROJECT = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Where things built once for this machine live: the Temporal server, the time-skipping server's jars. */
export function cacheFolder(...parts: string[]): string {
  return path.join(process.env['XUESHI_CACHE'] ?? path.join(homedir(), '.cache', 'xueshi'), ...parts);
}

/** The full path of a command, or null when the PATH does not have it. */
export function onPath(command: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    const candidate = path.join(folder, process.platform === 'win32' ? `${command}.exe` : command);
    if (existsSync(candidate)) return candidate;
  }
  return null;
}

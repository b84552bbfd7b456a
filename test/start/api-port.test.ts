import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';
import { freePort } from '../../bin/lib/ports.ts';
import { newKeyFile } from '../support/certificates.ts';
import { freshDatabase } from '../support/postgres.ts';

/** The API by itself, as `npm run api` and a restart by the supervisor run it, where somebody else listens already. */

let url: string;
let port: number;
const holder = createServer();
beforeAll(async () => {
  ({ url } = await freshDatabase());
  port = await freePort();
  await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
});
afterAll(() => {
  holder.close();
});

async function startApi(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join('bin', 'api.ts')], {
    cwd: PROJECT,
    env: {
      ...process.env,
      DATABASE_URL: url,
      EVIDENCE_DIR: path.join(tmpdir(), 'xueshi-no-evidence'),
      PERSON_KEY_SECRET: 'a-person-key-of-the-tests-32-long',
      CERTIFICATE_KEY: newKeyFile(),
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

test('a taken port is told with its holder and the cure, without a stack', async () => {
  const { code, output } = await startApi({ PORT: String(port) });
  expect(code).toBe(1);
  expect(output).toContain(`端口 ${String(port)} 已被占用（进程 ${String(process.pid)}`);
  expect(output).toContain(`办法：把 PORT 设为 ${String(port + 1)} 等其他端口`);
  expect(output).not.toContain('EADDRINUSE');
  expect(output).not.toContain('    at ');
});

test('an address this machine does not have is told likewise', async () => {
  const { code, output } = await startApi({ PORT: String(port), HOST: '192.0.2.1' });
  expect(code).toBe(1);
  expect(output).toContain('本机没有地址 192.0.2.1');
  expect(output).not.toContain('    at ');
});

import { createServer } from 'node:net';
import { holderOfPort } from './processes.ts';
import { Refusal } from './refusal.ts';

/** A port nobody listens on now. Another process may take it before the caller does, so ask late. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('the operating system gave no port'));
        return;
      }
      probe.close(() => {
        resolve(address.port);
      });
    });
  });
}

/** Whether a server could listen on this port of this host now. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, host, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** What the operating system says about a place to listen, with the cure; other faults as they are. */
export function whyNotListening(fault: Error, { host, port }: { host: string; port: number }): Error {
  const code = 'code' in fault ? fault.code : undefined;
  if (code === 'EADDRINUSE') return takenPort(port);
  if (code === 'EACCES')
    return new Refusal(`没有权限监听端口 ${String(port)}。`, '换一个 1024 以上的端口（PORT），或由代理转发。');
  if (code === 'EADDRNOTAVAIL')
    return new Refusal(`本机没有地址 ${host}。`, '把 HOST 设为本机的地址，例如 127.0.0.1 或 0.0.0.0。');
  return fault;
}

/** @param other how another port is chosen; a process of its own reads PORT */
export function takenPort(port: number, other = `把 PORT 设为 ${String(port + 1)} 等其他端口`): Refusal {
  const holder = holderOfPort(port);
  return new Refusal(
    `端口 ${String(port)} 已被占用${holder === null ? '' : `（${holder}）`}。`,
    `${other}，或先停止占用它的程序。`,
  );
}

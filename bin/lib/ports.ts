import { createServer } from 'node:net';

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

import { type ChildProcess, spawn } from 'node:child_process';
import { PROJECT } from '../../bin/lib/places.ts';

/** The real worker process (bin/worker.ts) on a database, a Temporal server and a task queue of the test's. */
export async function startWorker(env: {
  DATABASE_URL: string;
  TEMPORAL_ADDRESS: string;
  TASK_QUEUE: string;
  LOG_LEVEL?: string;
  METRICS_PORT?: string;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  OTEL_BSP_SCHEDULE_DELAY?: string;
}): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/worker.ts'], {
    cwd: PROJECT,
    env: { ...process.env, LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('READY worker')) resolve();
    });
  });
  return child;
}

export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

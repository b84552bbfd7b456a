// Where every thread begins: on Node 20 tsx registers itself in the main thread alone, and tests run without it.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.script);

import { randomUUID } from 'node:crypto';
import type { ShownImport } from '../../contract/imports.ts';
import { addCourses, addLearners, COURSES, learner } from '../lib/learners.ts';
import { Http, now, pause } from '../lib/load.ts';
import { type Cpu, costed, rounded, usageOf } from '../lib/measure.ts';
import { appoint, newPeople } from '../lib/people.ts';
import { say } from '../lib/settings.ts';
import type { System } from '../lib/system.ts';

/** A list of completions as a CSV file, uploaded, read, confirmed and carried out by the real worker: how long, and whether memory stays flat. */

export interface ImportResult {
  rows: number;
  megabytes: number;
  uploadS: number;
  readRowsPerS: number;
  runRowsPerS: number;
  good: number;
  done: number;
  /** Over the run. */
  apiMiB: { before: number; highest: number };
  workerMiB: { before: number; highest: number };
  cpu: Cpu;
}

/** One size after the other in one system, the larger last: how much higher its memory rises says whether it is flat. */
export async function measureImports(system: System, sizes: readonly number[]): Promise<ImportResult[]> {
  const { db } = system.world;
  await addCourses(db);
  const [administrator] = await newPeople(db, '导入', 1);
  if (!administrator) throw new Error('nobody to import');
  await appoint(db, [administrator], ['hrss-420000'], 'administrator');
  const results: ImportResult[] = [];
  let from = 10_000_001;
  for (const rows of sizes) {
    const people = Math.ceil(rows / COURSES.length);
    await addLearners(db, from, from + people - 1);
    say('import: people', people);
    results.push(await measureImport(system, administrator.headers, listOf(rows, from, people)));
    say('import', JSON.stringify(results.at(-1)));
    from += people;
  }
  return results;
}

type List = { rows: number; content: Buffer };

async function measureImport(system: System, headers: Record<string, string>, list: List): Promise<ImportResult> {
  const http = new Http(system.base, 2);
  const memory = watch(system);
  const { value, cpu } = await costed(system.parts, async () => {
    const began = now();
    const { id } = await upload(http, headers, list.content);
    const uploaded = now();
    const read = await until(http, headers, id, 'previewed');
    const readAt = now();
    await http.call({ method: 'POST', path: `/api/v1/imports/${id}/confirm`, headers });
    const done = await until(http, headers, id, 'done');
    return {
      uploadS: rounded((uploaded - began) / 1_000),
      readRowsPerS: rounded((list.rows * 1_000) / (readAt - uploaded)),
      runRowsPerS: rounded((read.rowsGood * 1_000) / (now() - readAt)),
      good: read.rowsGood,
      done: done.rowsDone,
    };
  });
  const seen = memory.stop();
  await http.close();
  return { rows: list.rows, megabytes: rounded(list.content.length / 2 ** 20), ...value, ...seen, cpu };
}

/** The memory of API and worker, each half second. */
function watch({ parts }: System) {
  const look = () => ({ api: usageOf(parts.api).rssMiB, worker: usageOf(parts.worker).rssMiB });
  const before = look();
  const samples = [before];
  const sampling = setInterval(() => samples.push(look()), 500);
  return {
    stop: () => {
      clearInterval(sampling);
      return {
        apiMiB: { before: before.api, highest: Math.max(...samples.map(({ api }) => api)) },
        workerMiB: { before: before.worker, highest: Math.max(...samples.map(({ worker }) => worker)) },
      };
    },
  };
}

async function upload(http: Http, headers: Record<string, string>, content: Buffer): Promise<ShownImport> {
  const boundary = '----xueshibench';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="list.csv"\r\ncontent-type: text/csv\r\n\r\n`;
  return http.call<ShownImport>({
    method: 'POST',
    path: '/api/v1/imports/kinds/completions',
    headers: {
      ...headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'idempotency-key': randomUUID(),
    },
    raw: Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
}

const TELL_MS = 30_000;

async function until(
  http: Http,
  headers: Record<string, string>,
  id: string,
  state: ShownImport['state'],
): Promise<ShownImport> {
  for (let told = now(); ; ) {
    const shown = await http.call<ShownImport>({ path: `/api/v1/imports/${id}`, headers });
    if (shown.state === state) return shown;
    if (now() - told > TELL_MS) {
      told = now();
      say('import:', shown.state, shown.rowsRead, 'rows read,', shown.rowsDone, 'carried out');
    }
    if (shown.state === 'refused') throw new Error(`the import was refused: ${JSON.stringify(shown.problem)}`);
    await pause(250);
  }
}

function listOf(rows: number, from: number, people: number): List {
  const lines = ['姓名,身份证号,课程编码,完成日期,学时,流水号'];
  for (let n = 0; n < rows; n += 1) {
    const { name, idNumber } = learner(from + (n % people));
    const course = COURSES[Math.floor(n / people)] ?? COURSES[0];
    lines.push(`${name},${idNumber},${course},2026-06-01,3,I${String(from)}-${String(n)}`);
  }
  return { rows, content: Buffer.from(lines.join('\n')) };
}

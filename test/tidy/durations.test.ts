import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';

/** The wall's clock is set now and then: how long something took, and until when it is waited for, is `performance.now()`'s to say. */

const FOLDERS = ['activities', 'api', 'bin', 'db', 'relay'];

/** Where an instant is meant: of a legal day, of a call's deadline (gRPC takes an instant), of a line in a log. */
const AN_INSTANT = /legalDay\(Date\.now\(\)\)|withDeadline\(Date\.now\(\)|\btime: Date\.now\(\)/;
const EXCUSED: Readonly<Record<string, string>> = {
  'relay/clock.ts': 'compares the two clocks',
  'relay/traced.ts': 'a job’s wait, between instants that PostgreSQL and this process wrote',
  'db/read/vitals.ts': 'compares the clocks of process and database',
  'db/read/repairs.ts': 'the age of a finding, shown in hours',
};

const offending = (text: string): string[] =>
  text.split('\n').filter((line) => line.includes('Date.now()') && !AN_INSTANT.test(line));

test('durations are not measured by the wall’s clock', () => {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => path.posix.join(folder, name))
      .filter((file) => file.endsWith('.ts') && !file.includes('/demo/') && EXCUSED[file] === undefined)
      .flatMap((file) => offending(readFileSync(path.join(PROJECT, file), 'utf8')).map((line) => `${file}: ${line}`)),
  );
  expect(found).toEqual([]);
});

test('one that is, is found', () => {
  expect(offending('const endsAt = Date.now() + timeoutMs;\nwhile (Date.now() < endsAt)')).toHaveLength(2);
  expect(offending('const on = legalDay(Date.now());')).toEqual([]);
});

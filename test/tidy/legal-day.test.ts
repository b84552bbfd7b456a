import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';

/** Ways to a day in SQL that give the day of the session's time zone: for eight hours of each it is not the legal one. */
const OF_THE_SESSION =
  /\bcurrent_date\b|\blocal(?:time|timestamp)\b|(?:\bnow\(\)|_timestamp(?:\(\))?|_at)::date\b|'(?:today|tomorrow|yesterday)'::/i;
const FOLDERS = ['activities', 'api', 'bench', 'bin', 'db', 'imports', 'relay', 'test/db', 'test/support', 'test/api'];

const offending = (text: string): string[] => text.split('\n').filter((line) => OF_THE_SESSION.test(line));

test('a legal day in SQL says its time zone (legalToday of db/clock.ts)', () => {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => {
        const file = path.join(folder, name);
        // The word stands in the reason given there.
        const isClock = file === path.join('db', 'clock.ts');
        return isClock
          ? []
          : offending(readFileSync(path.join(PROJECT, file), 'utf8')).map((line) => `${file}: ${line.trim()}`);
      }),
  );
  expect(found).toEqual([]);
});

test.each([
  'until_on > current_date',
  'select now()::date',
  'clock_timestamp()::date',
  'select decided_at::date',
  'localtimestamp',
  "where due_on < 'today'::date",
])('%s is refused', (line) => {
  expect(offending(line)).toHaveLength(1);
});

test.each(["(now() at time zone 'Asia/Shanghai')::date", 'x.due_on::date', "date '2026-01-01'"])(
  '%s is not',
  (line) => {
    expect(offending(line)).toEqual([]);
  },
);

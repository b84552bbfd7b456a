import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';
import { migrations } from '../../db/migrations/index.ts';

/**
 * Migrations run while people work (docs/operating.md, Upgrades): what would keep them waiting for as long as a table is large is found before it is
 * released. Those up to 0051 are out.
 */

const OUT = '0051';
const guide = readFileSync(path.join(PROJECT, 'docs', 'operating.md'), 'utf8');

test('no migration from now on keeps people waiting for longer the larger a table is', async () => {
  const ofNow = Object.entries(migrations).filter(([name]) => name.slice(0, 4) > OUT);
  const found = await Promise.all(
    ofNow.map(async ([name, migration]) => {
      const said: string[] = [];
      await migration.up(listening(said));
      return faultsOf(said.join(';\n'), guide).map((fault) => `${name}: ${fault}`);
    }),
  );
  expect(found.flat()).toEqual([]);
});

/** A database that notes what it is asked, and has nothing. */
const listening = (said: string[]): Kysely<unknown> =>
  new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => {
      said.push(query.sql);
    },
  });

type Rule = { asks: RegExp; unless?: RegExp; fault: string };

/** `$<table>`: on a table that the same migration makes, everything is allowed. */
const RULES: readonly Rule[] = [
  {
    asks: /\bcreate (unique )?index\b.* on (only )?(?<table>[\w."]+)/,
    fault:
      'an index keeps everybody who writes to the table waiting while it is built. Have it built before the release: write `create index concurrently if not exists NAME …` into docs/operating.md (Upgrades), and `create index if not exists NAME …` here',
  },
  {
    asks: /\balter table (only )?(?<table>[\w."]+).*\b(alter (column )?\w+ (set data )?type|set (un)?logged|set tablespace|set access method)\b/,
    fault:
      'this writes the table anew while nobody may read it. Add a new column, let both be written, and drop the old one a release later',
  },
  {
    asks: /\balter table (only )?(?<table>[\w."]+).*\badd (column )?.*\b(generated always as \(|serial\b|identity\b|default [^,]*\b(gen_random_uuid|clock_timestamp|random|nextval|uuidv7)\b)/,
    fault:
      'a column whose value differs by row is written into each row while nobody may read. Add it empty, and fill it in pages by a job',
  },
  {
    asks: /\balter table (only )?(?<table>[\w."]+).*\b(add (constraint \w+ )?(check|foreign key)\b|set not null\b)/,
    unless: /\bnot valid\b/,
    fault:
      'this reads the whole table while nobody may write. Say `add constraint NAME check (…) not valid` here (for `not null`: a check), and `validate constraint NAME` in the migration after it',
  },
  {
    asks: /\balter table (only )?(?<table>[\w."]+).*\badd (constraint \w+ )?(primary key|unique|exclude)\b/,
    unless: /\busing index\b/,
    fault:
      'this builds an index while nobody may read. Have a unique index built before the release (as for any index), then `add constraint NAME unique using index INDEX`',
  },
  {
    asks: /^(update|delete from) (only )?(?<table>[\w."]+)/,
    fault: 'this holds each row it changes to the end of the migration. Fill in pages by a job',
  },
  {
    asks: /\b(cluster|vacuum full|reindex|lock table)\b/,
    fault: 'this keeps everybody out of a table for as long as it lasts',
  },
  {
    asks: /\bset (local |session )?(lock_timeout|statement_timeout)\b|set_config\('(lock|statement)_timeout/,
    fault: 'how long a migration waits for a lock is decided once, in db/migrate.ts',
  },
  { asks: /^do\b/, fault: 'what a block does cannot be seen here; say it in statements' },
];

const FEW_ROWS = /-- few rows: .{10,}/;

/** What would keep people waiting, each with what to do. A remark `-- few rows: why` above a statement says that its table stays small. */
function faultsOf(text: string, documented: string): string[] {
  const statements = statementsOf(text);
  const made = new Set(
    statements.flatMap(({ sql }) => /^create (?:unlogged )?table (?:if not exists )?([\w."]+)/.exec(sql)?.[1] ?? []),
  );
  return statements.flatMap(({ sql, remarks }) => {
    if (FEW_ROWS.test(remarks) || isBuiltBefore(sql, documented)) return [];
    return RULES.filter(({ asks, unless }) => {
      const met = asks.exec(sql);
      return met !== null && !made.has(met.groups?.['table'] ?? '') && !(unless?.test(sql) ?? false);
    }).map(
      ({ fault }) => `${sql.slice(0, 80)}: ${fault}. For a table that stays small: \`-- few rows: why\` above it.`,
    );
  });
}

const isBuiltBefore = (sql: string, documented: string): boolean => {
  const name = /^create (?:unique )?index if not exists (\w+)/.exec(sql)?.[1];
  return (
    name !== undefined && new RegExp(`create (unique )?index concurrently if not exists ${name}\\b`).test(documented)
  );
};

/** Statement by statement, in small letters on one line, without what stands in quotes; its remarks apart. */
function statementsOf(text: string): { sql: string; remarks: string }[] {
  const unquoted = text
    .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, '$$')
    .replace(/'(?:[^']|'')*'/g, (quoted) => quoted.replaceAll(/[;\n]|--/g, ' '));
  return unquoted.split(';').map((part) => ({
    remarks: (part.match(/--.*$/gm) ?? []).join('\n'),
    sql: part.replace(/--.*$/gm, ' ').replace(/\s+/g, ' ').trim().toLowerCase(),
  }));
}

test.each([
  ['create index claim_by_day on claim (updated_at)', 'Have it built before the release'],
  ['create index if not exists unheard_of on claim (updated_at)', 'Have it built before the release'],
  ['alter table claim alter column year type int', 'writes the table anew'],
  ['alter table act add column mark uuid default gen_random_uuid()', 'fill it in pages'],
  ['alter table claim add constraint odd check (year % 2 = 1)', 'not valid'],
  ['alter table claim alter column title set not null', 'not valid'],
  ['alter table claim add constraint one unique (number)', 'using index'],
  ["update claim set title = 'a; b' where title is null", 'by a job'],
  ['set lock_timeout = 0', 'db/migrate.ts'],
  ["do $$ begin execute 'create index x on claim (id)'; end $$", 'in statements'],
])('%s is refused, with what to do', (sql, words) => {
  expect(faultsOf(`create table other (id int); ${sql}`, '').join()).toContain(words);
});

test.each([
  'create table audit_page (id int, check (id > 0)); create index audit_page_id on audit_page (id); alter table audit_page add unique (id)',
  'alter table claim add column note text',
  'alter table claim add constraint odd check (year % 2 = 1) not valid',
  'create index if not exists claim_by_day on claim (updated_at)',
  '-- few rows: one for each worker that lives\nalter table heartbeat add constraint spoke check (at is not null)',
])('%s is not', (sql) => {
  expect(faultsOf(sql, 'create index concurrently if not exists claim_by_day on claim (updated_at)')).toEqual([]);
});

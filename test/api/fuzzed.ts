import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { pathOf, ROUTES, type Route, type RouteName } from '../../contract/routes.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { giveNotice } from '../../db/acts/sanction-hearings.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import type { Db } from '../../db/connect.ts';
import { certified } from '../support/faults.ts';
import { damaged, fitting, type Known, NASTY } from '../support/shapes.ts';
import { conference, done, training } from '../support/world.ts';
import { supervisedBy } from './supervised.ts';
import { aPdf, type Bench, returned, sessionOf, underReview, upload } from './support.ts';

/** What the fuzz test sends, by whom, and the little world that it is about. */

export type Sent = {
  route: RouteName;
  /** Of the request's form, with one part damaged, or anything at all. */
  kind: 'valid' | 'damaged' | 'garbage';
  url: string;
  headers: Record<string, string>;
  payload: string | Buffer | undefined;
};

export type Role = {
  name: string;
  access: 'anonymous' | 'person' | 'machine';
  /** What says who asks; anew where a request before has ended it. */
  stand(): Promise<Record<string, string>>;
};

/** One of each standing a caller can have. */
export async function rolesOf(bench: Bench): Promise<Role[]> {
  const { world } = bench;
  const people: Record<string, Caller> = {
    declarant: await world.declarant('emp-city'),
    'first reviewer': await world.appoint('emp-city', 'first-reviewer', 'emp-city'),
    're-reviewer': await world.appoint('hrss-420500', 're-reviewer'),
    'filing officer': await world.appoint('hrss-420000', 'filing-officer'),
    supervisor: await world.appoint('hrss-420500', 'supervisor'),
    "unit's manager": await world.appoint('emp-city', 'administrator', 'emp-city'),
    "city's administrator": await world.appoint('hrss-420500', 'administrator'),
    "province's administrator": await world.appoint('hrss-420000', 'administrator'),
    auditor: await world.appoint('hrss-420000', 'auditor'),
  };
  const administrator = people["province's administrator"];
  if (!administrator || !people['declarant'] || !people['supervisor']) throw new Error('nobody');
  await things(bench, people['declarant'], people['supervisor']);
  const scopes = ['completions', 'title-review', 'registration'];
  const token = async (): Promise<string> => {
    const body = { name: '对接系统', organisationId: 'hrss-420000', scopes };
    const key = { 'idempotency-key': randomUUID() };
    const issued = await bench.call('issueMachine', { as: administrator, headers: key, body });
    if (issued.status !== 201) throw new Error(issued.body);
    return `Bearer ${String(issued.json.token)}`;
  };
  return [
    { name: 'anonymous', access: 'anonymous', stand: () => Promise.resolve({}) },
    ...Object.entries(people).map(
      ([name, caller]): Role => ({ name, access: 'person', stand: () => standing(bench, caller) }),
    ),
    { name: 'machine', access: 'machine', stand: async () => ({ authorization: await token() }) },
  ];
}

/** What a request of theirs has ended begins again: their role, their account, their session. */
async function standing(bench: Bench, caller: Caller): Promise<Record<string, string>> {
  const [holding] = caller.holdings;
  if (holding)
    await sql`
      insert into role_holding (person_id, organisation_id, role, from_on)
      select ${caller.personId}, ${holding.organisationId}, ${holding.role}, '2026-01-01' where not exists (
        select from role_holding where person_id = ${caller.personId} and organisation_id = ${holding.organisationId}
          and role = ${holding.role} and until_on is null)`.execute(bench.db);
  await bench.account(caller, `u-${caller.personId}`, 'a-password-of-the-tests');
  await sql`update account set must_change_password = false, disabled_at = null where person_id = ${caller.personId}`.execute(
    bench.db,
  );
  return { cookie: await sessionOf(bench.db, caller) };
}

/** Something of most kinds, in several states. */
async function things(bench: Bench, declarant: Caller, supervisor: Caller): Promise<void> {
  const { db, world } = bench;
  const reviewer = world.officer('emp-city', 'first-reviewer');
  await underReview(bench, declarant, conference('审核中'));
  await returned(bench, declarant, reviewer, training('unit-training', ['2026-05-11'], '待补正'));
  const other = await world.declarant('emp-city');
  const { claimId } = await underReview(bench, other, conference('他人的'));
  await supervisedBy(db, supervisor, { claimId, personId: other.personId });
  await certified(world);
  const suspicion = { personId: declarant.personId, year: 2026, claimIds: [], explanation: '证明系伪造' };
  const opened = await db
    .transaction()
    .execute((trx) => openSanction(trx, supervisor, { ...suspicion, source: 'inspection' }));
  done(await giveNotice(db, supervisor, { id: done(opened).id, charge: '证明系伪造' }));
  await sql`
    insert into stuck_finding (class, subject_kind, subject_id, page_key, claim_id, organisation_id)
    select class, 'claim', ${claimId}, ${claimId}, ${claimId}, 'emp-city'
    from unnest(array['overdue', 'workflow-missing', 'claim-without-task', 'activity-failing']) class`.execute(db);
}

/** What there is in the record by now. The ids of a table are known by its name, so that a path asks for its own kind most of the time. */
export type Record_ = { words: readonly string[]; ids: ReadonlyMap<string, readonly string[]> };

export async function recordOf(db: Db): Promise<Record_> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'id' and data_type = 'uuid' order by table_name`.execute(db);
  const ids = new Map<string, readonly string[]>();
  for (const { name } of tables) {
    const { rows } = await sql<{ id: string }>`select id from ${sql.table(name)} order by id desc limit 8`.execute(db);
    if (rows.length > 0)
      ids.set(
        name,
        rows.map((row) => row.id),
      );
  }
  const { rows: numbers } = await sql<{ word: string }>`
    select id_number as word from person limit 5`.execute(db);
  return { ids, words: [...WORDS, ...numbers.map((row) => row.word)] };
}

const WORDS = [
  ...[
    'hrss-420000',
    'hrss-420500',
    'ind-420500-health',
    'emp-city',
    'emp-county',
    'agency-420500',
    '420000',
    '420500',
    '420502',
  ],
  ...[
    'health',
    'new-media',
    '申报人',
    '全国心血管病学术会议',
    '证明系伪造，请核实',
    '2026',
    '11010519491231002X',
    'C-1',
    'fuzz-key-0001',
  ],
  ...[
    'a-password-of-the-tests',
    '0000-0000-0000-0000-0000',
    'ABCD-EFGH-JKLM-NPQR',
    '13900000000',
    'zhang@example.com',
    'completions',
    'true',
  ],
  // Places of a page, some of them forged.
  ...[
    '2026-11-23 08:00:00+00|00000000-0000-4000-8000-000000000000',
    '9999-12-31 24:00:00+99|00000000-0000-4000-8000-000000000000',
  ]
    .concat([
      '2026-11-23|00000000-0000-4000-8000-000000000000',
      '1|2',
      '|',
      'x\u0000|y',
      '5|00000000-0000-4000-8000-000000000000',
    ])
    .map((text) => Buffer.from(text).toString('base64url')),
];

/** Ids of the kinds that the path names, several times, and of all others. */
function knownOn({ path }: Route, { ids, words }: Record_): Known {
  const named = path.split('/').filter((part) => part !== '' && !part.startsWith(':'));
  const own = [...ids].filter(([table]) =>
    named.some((part) => table.replaceAll('_', '-').includes(part.replace(/(ies|s)$/, ''))),
  );
  const all = [...ids.values()].flat();
  const near = own.flatMap(([, some]) => some);
  const times = near.length === 0 ? 0 : Math.ceil((2 * all.length) / near.length);
  return { words, uuids: [...all, ...Array.from({ length: times }, () => near).flat()] };
}

/** Requests of a kind to one route. */
export function requestsTo(route: RouteName, kind: Sent['kind'], record: Record_): fc.Arbitrary<Sent> {
  const table: Route = ROUTES[route];
  const known = knownOn(table, record);
  const part = (name: 'params' | 'query' | 'headers' | 'body'): fc.Arbitrary<unknown> =>
    table[name] ? fitting(table[name], known) : fc.constant(undefined);
  const [params, query, headers] = [part('params'), part('query'), part('headers')];
  const isGarbage = kind === 'garbage';
  const whole = isGarbage
    ? fc.record({ params: fc.oneof(params, NASTY), query: fc.oneof(query, NASTY), headers, body: NASTY })
    : fc.record({ params, query, headers, body: part('body') });
  const raw = table.upload ? FILES : isGarbage ? fc.option(RAW, { freq: 2 }) : fc.constant(null);
  return fc
    .tuple(kind === 'damaged' ? damaged(whole) : whole, raw)
    .map(([asked, instead]) => sent(route, kind, asked as Asked | null, instead));
}

type Asked = { params?: unknown; query?: unknown; headers?: unknown; body?: unknown };
type Raw = { payload: string | Buffer; type: string };

function sent(route: RouteName, kind: Sent['kind'], asked: Asked | null, raw: Raw | null): Sent {
  const { method } = ROUTES[route];
  const json = asked?.body === undefined ? undefined : JSON.stringify(asked.body);
  const hasBody = method !== 'GET' && (raw !== null || json !== undefined);
  const type = raw?.type ?? 'application/json';
  return {
    route,
    kind,
    url: urlOf(route, asked ?? {}),
    headers: { ...headersOf(asked?.headers), ...(hasBody && type !== '' ? { 'content-type': type } : {}) },
    payload: hasBody ? (raw?.payload ?? json) : undefined,
  };
}

/** Also what no address should hold. */
function urlOf(route: RouteName, { params, query }: Asked): string {
  const given = Object(params) as Record<string, unknown>;
  const path = pathOf(ROUTES[route]).replace(/:([a-zA-Z]+)/g, (_, key: string) => escaped(given[key]));
  const pairs = Object.entries(Object(query) as Record<string, unknown>).flatMap(([key, value]) =>
    (Array.isArray(value) ? value.slice(0, 50) : [value]).map((one) => `${escaped(key)}=${escaped(one)}`),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

const escaped = (value: unknown): string =>
  wordOf(value)
    .slice(0, 4_000)
    .replaceAll(/\p{Surrogate}/gu, '\ufffe')
    .split('\ufffe')
    .map(encodeURIComponent)
    // Half a surrogate pair cannot be escaped: its three bytes are sent as they are.
    .join('%ED%A0%80');

const wordOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

/** Only what a header may hold; anything else does not leave a client. */
const headersOf = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(Object(headers) as Record<string, unknown>).flatMap(([name, value]) =>
      /^[a-z-]+$/.test(name) && value !== undefined
        ? [
            [
              name,
              wordOf(value)
                .replaceAll(/[^\u0020-\u007e]/g, '?')
                .slice(0, 4_000),
            ],
          ]
        : [],
    ),
  );

const RAW: fc.Arbitrary<Raw> = fc
  .tuple(
    fc.constantFrom<string | Buffer>(
      ...[
        '',
        ' ',
        '{',
        '}',
        'null',
        '[]',
        '"x"',
        '{"a":}',
        "{'a':1}",
        '{"a":1}{',
        '1e999',
        '\ufeff{}',
        '{"a":"\\ud800"}',
        '{"a":"\\u0000"}',
      ],
      ...[
        '{"__proto__":{"a":1}}',
        '{"constructor":{"prototype":{"a":1}}}',
        '['.repeat(20_000),
        '{"a":'.repeat(5_000),
        'a=1&b=2',
        '<a/>',
      ],
      `{"a":"${'a'.repeat(1_100_000)}"}`,
      Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
      Buffer.from('{"a":"\xff"}', 'latin1'),
      upload(aPdf()).raw ?? '',
    ),
    fc.constantFrom(
      ...[
        'application/json',
        'application/json',
        'application/json; charset=utf-16',
        'text/plain',
        'application/x-www-form-urlencoded',
      ],
      ...[
        'multipart/form-data',
        'multipart/form-data; boundary=----xueshitest',
        'application/xml',
        '',
        'x'.repeat(2_000),
      ],
    ),
  )
  .map(([payload, type]) => ({ payload, type }));

/** What is uploaded where a file is asked for: good ones, wrong ones, and none. */
const FILES: fc.Arbitrary<Raw> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          aPdf('fuzz'),
          aPdf('other'),
          Buffer.from('工号,姓名\n0001,申报人\n'),
          Buffer.from(''),
          Buffer.from('MZ\x90'),
          Buffer.from('PK\x03\x04xx'),
          Buffer.from('%PDF-'),
          Buffer.from([0xff, 0xd8, 0xff, 0]),
        ),
        fc.constantFrom(
          '证明.pdf',
          '名单.csv',
          '名单.xlsx',
          '../../x.pdf',
          '',
          '字'.repeat(300),
          'a\u0000.pdf',
          'x.svg',
          '%00',
          '"',
        ),
        fc.constantFrom(
          'application/pdf',
          'text/csv',
          'image/png',
          'text/html',
          '',
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        ),
      )
      .map(([content, name, type]) => {
        const { raw = '', headers = {} } = upload(content, name, type);
        return { payload: raw, type: headers['content-type'] ?? '' };
      }),
  },
  fc.constantFrom<Raw>(
    { payload: (upload(aPdf()).raw ?? '').slice(0, 80), type: 'multipart/form-data; boundary=----xueshitest' },
    { payload: '------xueshitest--\r\n', type: 'multipart/form-data; boundary=----xueshitest' },
    { payload: 'x', type: 'multipart/form-data' },
    { payload: '', type: 'multipart/form-data; boundary=----xueshitest' },
    { payload: '{}', type: 'application/json' },
    { payload: 'x', type: 'text/plain' },
  ),
);

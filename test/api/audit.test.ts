import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { auditWords } from '../../contract/audit.ts';
import { AUDIT_FACTS, tellDetail } from '../../contract/audit-detail.ts';
import { MACHINE_SCOPES } from '../../contract/machines.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { auditCte } from '../../db/acts/trail.ts';
import { sealAudit } from '../../db/audit-chain.ts';
import { codes } from '../../rules/vocabulary.ts';
import { conference, decideAll, submitted } from '../support/world.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

let bench: Bench;
let auditor: Caller;
let unitAuditor: Caller;
beforeAll(async () => {
  bench = await makeBench();
  auditor = await appointed('hrss-420000');
  unitAuditor = await appointed('hrss-420500');
});
afterAll(() => bench.close());

async function appointed(organisationId: string): Promise<Caller> {
  const caller = await bench.world.declarant('emp-city');
  await bench.db
    .insertInto('role_holding')
    .values({
      person_id: caller.personId,
      organisation_id: organisationId,
      role: 'auditor',
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  return caller;
}

const list = (query: Record<string, unknown> = {}, as = auditor) => bench.call('audit', { as, query });
const check = async (from = 1) => (await bench.call('checkAuditChain', { as: auditor, body: { from } })).json;
const faultsNow = async () =>
  (await check()).faults.map((fault: { kind: string; number: number }) => [fault.kind, fault.number]);

/** As somebody would who owns the database: the triggers are no hindrance to them. */
const tamper = (table: string, statement: RawBuilder<unknown>) =>
  bench.db.transaction().execute(async (trx) => {
    await sql`alter table ${sql.table(table)} disable trigger user`.execute(trx);
    await statement.execute(trx);
    await sql`alter table ${sql.table(table)} enable trigger user`.execute(trx);
  });

describe('the trail', () => {
  test('tells who did what, newest first, page by page, narrowed by what is asked', async () => {
    const person = await bench.world.declarant('emp-city');
    const claimId = await submitted(bench.db, person, conference('留痕'));
    const all = await list({ subjectKind: 'claim', subjectId: claimId });
    expect(all.status).toBe(200);
    expect(all.json.items[0]).toMatchObject({
      action: 'claim.submitted',
      actionWords: '申报：提交',
      actorId: person.personId,
    });
    const first = await list({ limit: 1 });
    const second = await list({ limit: 1, before: first.json.next });
    expect(second.json.items[0].id).toBeLessThan(first.json.items[0].id);
    // Days alone come in the order of their times, page by page, and are the same rows.
    const days = { from: '2026-01-01' };
    const [one, both] = [await list({ ...days, limit: 1 }), await list({ ...days, limit: 2 })];
    const two = await list({ ...days, limit: 1, before: one.json.next });
    expect(both.json.items[0].id - one.json.items[0].id).toBe(1);
    expect(two.json.items[0].id).toBeLessThan(one.json.items[0].id);
    const none = await list({ until: '2026-01-01' });
    expect(none.json.items).toEqual([]);
    const mine = await list({ actorId: person.personId });
    expect(new Set(mine.json.items.map((row: { actorId: string }) => row.actorId))).toEqual(new Set([person.personId]));
  });

  test('is for auditors: of the province all of it, of another body what was done in its name', async () => {
    const person = await bench.world.declarant('emp-city');
    expectProblem(await list({}, person), 403, 'forbidden');
    const claimId = await submitted(bench.db, person, conference('本机构'));
    await decideAll(bench.world, claimId, 'approve');
    const theirs = await list({}, unitAuditor);
    expect(theirs.json.items.every((row: { organisationId: string }) => row.organisationId === 'hrss-420500')).toBe(
      true,
    );
    expectProblem(await bench.call('auditChain', { as: unitAuditor }), 403, 'forbidden');
    const looked = await list({ subjectKind: 'audit', actorId: person.personId });
    expect(looked.json.items[0]).toMatchObject({ action: 'audit.denied', actionWords: '留痕：越权被拒' });
  });

  test('comes as a file, formulas kept text', async () => {
    await sql`with ${auditCte(auditor, { action: 'course.saved', subjectKind: 'course', subjectId: '=1+1' })} select 1`.execute(
      bench.db,
    );
    const file = await bench.call('auditExport', { as: auditor, query: { subjectId: '=1+1' } });
    expect(file.status).toBe(200);
    expect(file.body).toContain("'=1+1");
    expect(file.body.split('\r\n')[0]).toContain('办理人');
  });

  test.each([
    ['a day that does not exist', { from: '2026-02-30' }],
    ['a subject nobody knows', { subjectKind: 'moon' }],
    ['an unknown field', { who: 'me' }],
    ['a page before nothing', { before: 0 }],
  ])('refuses %s', async (_, query) => {
    expectProblem(await list(query), 400, 'invalid-input');
  });
});

describe('the chain', () => {
  beforeEach(async () => {
    await list();
    await sealAudit(bench.db);
  });

  test('seals every row once, and holds', async () => {
    const { rows } = await sql<{ unsealed: number }>`
      select count(*)::int as unsealed from audit a where not exists (select from audit_digest d where d.audit_id = a.id)`.execute(
      bench.db,
    );
    expect(rows[0]?.unsealed).toBe(0);
    expect(await sealAudit(bench.db)).toBe(0);
    const checked = await check();
    expect(checked).toMatchObject({ faults: [], next: null });
    const { json } = await bench.call('auditChain', { as: auditor });
    expect(json.rows).toBe(checked.rows);
  });

  test('a row whose transaction ended late is sealed with the next', async () => {
    const late = await bench.db.startTransaction().execute();
    await sql`with ${auditCte(auditor, { action: 'course.saved', subjectKind: 'course', subjectId: 'late' })} select 1`.execute(
      late,
    );
    await list();
    expect(await sealAudit(bench.db)).toBeGreaterThan(0);
    await late.commit().execute();
    expect(await sealAudit(bench.db)).toBeGreaterThan(0);
    expect((await list({ subjectId: 'late' })).json.items[0].seal).not.toBeNull();
    expect(await faultsNow()).toEqual([]);
  });

  test('also when the seal between them was the first for an hour', async () => {
    await tamper('audit_seal', sql`update audit_seal set sealed_at = sealed_at - interval '1 hour'`);
    const late = await bench.db.startTransaction().execute();
    const entry = { action: 'course.saved', subjectKind: 'course', subjectId: 'later' } as const;
    await sql`with ${auditCte(auditor, entry)} select 1`.execute(late);
    await list();
    expect(await sealAudit(bench.db)).toBeGreaterThan(0);
    await late.commit().execute();
    expect(await sealAudit(bench.db)).toBe(1);
    expect((await list({ subjectId: 'later' })).json.items[0].seal).not.toBeNull();
  });

  test('two that seal at once seal each row once', async () => {
    await Promise.all([list(), list(), list()]);
    await Promise.all([sealAudit(bench.db), sealAudit(bench.db), sealAudit(bench.db)]);
    await sealAudit(bench.db);
    expect(await faultsNow()).toEqual([]);
  });

  test('names a row of which one letter was changed', async () => {
    const { id, action } = (await list()).json.items.at(-1);
    await tamper('audit', sql`update audit set action = ${`${action}x`} where id = ${id}`);
    expect(await faultsNow()).toEqual([['row-changed', id]]);
    await tamper('audit', sql`update audit set action = ${action} where id = ${id}`);
    expect(await faultsNow()).toEqual([]);
  });

  test('names a row that was taken away, and a digest made to fit', async () => {
    const { id } = (await list()).json.items.at(-1);
    await sql`create table kept_row as select * from audit where id = ${id}`.execute(bench.db);
    await tamper('audit', sql`delete from audit where id = ${id}`);
    expect(await faultsNow()).toEqual([['row-gone', id]]);
    await tamper('audit', sql`insert into audit overriding system value select * from kept_row`);
    await tamper('audit', sql`update audit set subject_id = 'other' where id = ${id}`);
    await tamper(
      'audit_digest',
      sql`update audit_digest d set digest = audit_digest_of(a) from audit a where a.id = ${id} and d.audit_id = ${id}`,
    );
    expect((await faultsNow())[0]?.[0]).toBe('seal-broken');
    await tamper('audit', sql`update audit a set subject_id = k.subject_id from kept_row k where k.id = a.id`);
    await tamper(
      'audit_digest',
      sql`update audit_digest d set digest = audit_digest_of(a) from audit a where a.id = ${id} and d.audit_id = ${id}`,
    );
    expect(await faultsNow()).toEqual([]);
  });

  test('names a row that was slipped in under an id left free', async () => {
    const { rows } = await sql<{ id: number }>`select nextval(pg_get_serial_sequence('audit', 'id')) as id`.execute(
      bench.db,
    );
    const id = rows[0]?.id ?? 0;
    await list();
    await sealAudit(bench.db);
    await tamper(
      'audit',
      sql`insert into audit (id, at, action, subject_kind, subject_id) overriding system value
          values (${id}, now() - interval '1 day', 'course.saved', 'course', 'slipped in')`,
    );
    expect(await faultsNow()).toEqual([['row-unsealed', id]]);
    await tamper('audit', sql`delete from audit where id = ${id}`);
  });

  test('names it also when it says to be of tomorrow', async () => {
    const { rows } = await sql<{ id: number }>`select nextval(pg_get_serial_sequence('audit', 'id')) as id`.execute(
      bench.db,
    );
    const id = rows[0]?.id ?? 0;
    await list();
    await sealAudit(bench.db);
    await tamper('audit_seal', sql`update audit_seal set sealed_at = sealed_at - interval '1 hour'`);
    await tamper(
      'audit',
      sql`insert into audit (id, at, action, subject_kind, subject_id) overriding system value
          values (${id}, now() + interval '1 day', 'course.saved', 'course', 'slipped in')`,
    );
    expect(await faultsNow()).toEqual([['row-unsealed', id]]);
    await tamper('audit', sql`delete from audit where id = ${id}`);
  });

  test('holds so many rows a seal at most, and knows how many the chain has', async () => {
    for (let n = 0; n < 7; n += 1) await list();
    const before = (await bench.call('auditChain', { as: auditor })).json;
    // Whoever looked at the chain is on record too.
    const sealed = await sealAudit(bench.db, 3);
    const seals = await bench.db
      .selectFrom('audit_seal')
      .selectAll()
      .where('seq', '>', before.seals)
      .orderBy('seq')
      .execute();
    expect(sealed).toBeGreaterThanOrEqual(7);
    expect(seals.length).toBe(Math.ceil(sealed / 3));
    expect(seals.every((seal) => seal.rows <= 3 && seal.version === 2)).toBe(true);
    expect(seals.at(-1)?.chain_rows).toBe(Number(before.rows) + sealed);
    expect(await faultsNow()).toEqual([]);
  });

  test.each(['first_id = first_id - 1', 'last_id = last_id + 1', 'rows = rows + 1', 'chain_rows = chain_rows + 1'])(
    'names a seal whose %s',
    async (change) => {
      const [column = ''] = change.split(' ');
      await tamper('audit_seal', sql`update audit_seal set ${sql.raw(change)} where seq = 2`);
      expect(await faultsNow()).toContainEqual(['seal-broken', 2]);
      const back = change.includes('+') ? change.replace('+', '-') : change.replace('-', '+');
      await tamper('audit_seal', sql`update audit_seal set ${sql.raw(back)} where seq = 2`);
      expect([column, await faultsNow()]).toEqual([column, []]);
    },
  );

  test('holds the seals of the first version as they were made, of which it checks the bounds by their rows', async () => {
    // As migration 0025 made them: without their bounds in the digest.
    await tamper(
      'audit_seal',
      sql`with recursive old as (
            select seq, sha256((select string_agg(digest, ''::bytea order by audit_id) from audit_digest where seal_seq = seq)) as digest
            from audit_seal where seq = 1
            union all
            select s.seq, sha256(old.digest || (select string_agg(d.digest, ''::bytea order by d.audit_id) from audit_digest d where d.seal_seq = s.seq))
            from old join audit_seal s on s.seq = old.seq + 1)
          update audit_seal s set version = 1, chain_rows = null, digest = old.digest from old where old.seq = s.seq`,
    );
    expect(await faultsNow()).toEqual([]);
    const { rows } = (await bench.call('auditChain', { as: auditor })).json;
    expect(rows).toBe((await check()).rows);
    await sealAudit(bench.db);
    const [head] = await bench.db.selectFrom('audit_seal').selectAll().orderBy('seq', 'desc').limit(1).execute();
    expect(head).toMatchObject({ version: 2, chain_rows: Number(rows) + (head?.rows ?? 0) });
    expect(await faultsNow()).toEqual([]);
    await tamper('audit_seal', sql`update audit_seal set last_id = last_id + 1 where seq = 1`);
    expect(await faultsNow()).toEqual([['seal-broken', 1]]);
    await tamper('audit_seal', sql`update audit_seal set last_id = last_id - 1 where seq = 1`);
  });

  test('a seal made anew does not fit the next one', async () => {
    await tamper('audit_seal', sql`update audit_seal set digest = sha256('forged') where seq = 1`);
    const kinds = new Set((await faultsNow()).map(([kind]: [string]) => kind));
    expect(kinds).toEqual(new Set(['seal-broken']));
  });

  test('cannot be changed by the application', async () => {
    for (const table of ['audit', 'audit_seal', 'audit_digest'])
      await expect(sql`delete from ${sql.table(table)}`.execute(bench.db)).rejects.toThrow();
  });
});

test('every action on record here can be told in words', async () => {
  const rows = await bench.db.selectFrom('audit').select('action').distinct().execute();
  expect(rows.map((row) => row.action).filter((action) => /[a-z]/.test(auditWords(action)))).toEqual([]);
});

test('every action that the sources name can be told in words', () => {
  const folder = fileURLToPath(new URL('../../db', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const named = sources.flatMap((file) =>
    [...readFileSync(path.join(folder, file), 'utf8').matchAll(/\baction: '([a-z-]+\.[a-z-]+)'/g)].map(
      ([, action = '']) => action,
    ),
  );
  const queries = codes(MACHINE_SCOPES).flatMap((scope) => [`${scope}.answered`, `${scope}.refused`]);
  expect(named.length).toBeGreaterThan(50);
  expect([...named, ...queries].filter((action) => /[a-z]/.test(auditWords(action)))).toEqual([]);
});

test('an entry that was changed is told as it was and as it is, in words', async () => {
  const keeper = await bench.world.appoint('hrss-420000', 'administrator');
  const course = { title: '人工智能基础', subject: 'public', hundredths: 450, fromOn: '2026-01-01', untilOn: null };
  const made = await bench.call('createCourse', {
    as: keeper,
    headers: { 'idempotency-key': 'audit-course-1' },
    body: { code: 'AUDIT-1', ...course },
  });
  expect(made.status).toBe(201);
  const changed = { ...course, hundredths: 600, untilOn: '2026-12-31', revision: made.json.revision };
  expect((await bench.call('saveCourse', { as: keeper, params: { code: 'AUDIT-1' }, body: changed })).status).toBe(200);
  const [row] = (await list({ subjectKind: 'course', subjectId: 'AUDIT-1' })).json.items;
  expect(row).toMatchObject({
    actionWords: '课程目录：保存',
    detail: { before: { hundredths: 450, untilOn: null }, after: { hundredths: 600, untilOn: '2026-12-31' } },
    changes: [
      { label: '截止日', before: '—', after: '2026年12月31日' },
      { label: '学时', before: '4.5', after: '6' },
    ],
  });
  const file = await bench.call('auditExport', { as: auditor, query: { subjectKind: 'course', subjectId: 'AUDIT-1' } });
  expect(file.body).toContain('学时：4.5 → 6');
});

test('codes, bodies and places are called by their names', async () => {
  const { facts, changes } = tellDetail(
    {
      stage: 'first-review',
      refused: { 'unknown-person': 2 },
      successorId: 'hrss-420500',
      dueAt: '2026-11-23T16:00:00.000Z',
    },
    { 'hrss-420500': '宜昌市人力资源和社会保障局' },
  );
  expect(facts).toEqual([
    { label: '环节', text: '初审' },
    { label: '期限', text: '2026年11月24日 00:00:00' },
    { label: '承接机构', text: '宜昌市人力资源和社会保障局' },
    { label: '未受理', text: '没有该人员 2' },
  ]);
  expect(changes).toEqual([]);
  await bench.call('auditExport', { as: unitAuditor, query: { organisationId: 'hrss-420500' } });
  const [row] = (await list({ action: 'audit.export', actorId: unitAuditor.personId })).json.items;
  expect(row.facts).toEqual([{ label: '机构', text: '市人社局' }]);
});

/** Compiled acts cannot write another fact (`AuditDetail`); what SQL itself writes is read from its text. */
test('every fact that the system writes in SQL has its label, and every fact on record here', async () => {
  const folder = fileURLToPath(new URL('../../db', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('migrations'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const statements = sources.flatMap((text) =>
    text
      .split('insert into audit (')
      .slice(1)
      .map((rest) => rest.split(/`\.execute\(|`;/, 1)[0] ?? ''),
  );
  const built = statements.flatMap((text) =>
    [...text.matchAll(/jsonb_build_object\(((?:[^()]|\([^()]*\))*)\)/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/(?:^|,\s*)'(\w+)',/g)].map(([, fact]) => fact),
    ),
  );
  const { rows } = await sql<{ fact: string }>`
    select distinct k as fact from audit, jsonb_object_keys(detail) k where k not in ('before', 'after')`.execute(
    bench.db,
  );
  expect(new Set(built).size).toBeGreaterThan(8);
  const unknown = [...built, ...rows.map((row) => row.fact)].filter((fact) => !Object.hasOwn(AUDIT_FACTS, fact ?? ''));
  expect(unknown).toEqual([]);
  expect(statements.filter((text) => text.includes('JSON.stringify('))).toEqual([]);
});

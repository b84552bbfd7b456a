import { createHash, randomUUID } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MERGE_STATES } from '../../contract/merges.ts';
import type { Waiting } from '../../contract/overview.ts';
import { decide } from '../../db/acts/decide.ts';
import { loadClaim, openStage } from '../../db/claims.ts';
import { connectPool, kyselyOn } from '../../db/connect.ts';
import { DEMO_ACCOUNTS } from '../../db/demo/accounts.ts';
import { seedOpenTasks } from '../../db/demo/bulk.ts';
import { addDeeds } from '../../db/demo/deeds.ts';
import { INDUSTRIES } from '../../db/demo/industries.ts';
import { EMPLOYERS, EMPTY_POOL_ID, findOrganisation, ORGANISATIONS } from '../../db/demo/organisations.ts';
import { inventPeople } from '../../db/demo/people.ts';
import { randomOf } from '../../db/demo/random.ts';
import { CITIES, COUNTIES, REGIONS } from '../../db/demo/regions.ts';
import { seed } from '../../db/demo/seed.ts';
import { readOverview } from '../../db/read/overview.ts';
import type { Database } from '../../db/schema.ts';
import { statisticsDifferences } from '../../db/statistics.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import { stageDueOn } from '../../rules/deadlines.ts';
import { RECONSIDERATION_STATES } from '../../rules/reconsideration.ts';
import { SANCTION_STATES } from '../../rules/sanction.ts';
import { nextStep } from '../../rules/stages.ts';
import { TITLE_ORDER_STATES } from '../../rules/title-order.ts';
import { CLAIM_STATES, codes, FORMS } from '../../rules/vocabulary.ts';
import { lookAtEvidence } from '../support/looking.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { listed, scopeOf } from '../support/waiting.ts';

const TODAY = '2026-11-23';
/** Small enough for a test, large enough that every state and every row of the routing table occurs. */
const SMALL = { people: 900, claims: 900, today: TODAY, passwordHash: 'not-a-hash' };

describe('the province', () => {
  test('has 17 units at city level and, with the four it administers directly, 103 at county level', () => {
    expect(REGIONS.filter((region) => region.level === 'province').map((region) => region.name)).toEqual(['湖北省']);
    expect(CITIES).toHaveLength(17);
    expect(COUNTIES.length + CITIES.filter((city) => city.code.startsWith('4290')).length).toBe(103);
  });

  test('names no code twice, and each parent before its children', () => {
    const seen = new Set<string>();
    for (const { code, parentCode } of REGIONS) {
      expect(code).toMatch(/^42\d{4}$/);
      expect(seen.has(code)).toBe(false);
      expect(parentCode === null ? code === '420000' : seen.has(parentCode)).toBe(true);
      seen.add(code);
    }
    for (const { code, parentCode } of COUNTIES) expect(code.slice(0, 4)).toBe(parentCode?.slice(0, 4));
  });

  test('has authorities as they are called, and none where there is none', () => {
    const name = (id: string): string | undefined => findOrganisation(id)?.name;
    expect(name('ind-420000-health')).toBe('湖北省卫生健康委员会');
    expect(name('ind-420500-health')).toBe('宜昌市卫生健康委员会');
    expect(name('ind-420506-health')).toBe('夷陵区卫生健康局');
    expect(name('hrss-420528')).toBe('长阳县人力资源和社会保障局');
    expect(name('ind-420506-ecology')).toBeUndefined();
    expect(ORGANISATIONS.some((each) => each.kind === 'industry-authority' && each.industryCode === 'new-media')).toBe(
      false,
    );
    expect(INDUSTRIES.length).toBeGreaterThanOrEqual(20);
  });

  test('has every organisation once, in a region that exists, under bodies that exist', () => {
    const ids = new Set(ORGANISATIONS.map((each) => each.id));
    expect(ids.size).toBe(ORGANISATIONS.length);
    expect(EMPLOYERS.length).toBeGreaterThan(330);
    for (const each of ORGANISATIONS) {
      expect(REGIONS.some((region) => region.code === each.regionCode && region.level === each.level)).toBe(true);
      for (const id of [each.supervisingDepartmentId, each.archiveAgencyId])
        expect(id === null || ids.has(id)).toBe(true);
    }
    expect(EMPLOYERS.some((each) => !each.studyArchive)).toBe(true);
  });
});

describe('its people', () => {
  const people = inventPeople(1, 1_500);

  test('have checksum-valid ID numbers of the province, no two the same', () => {
    for (const { idNumber } of people) {
      expect(idNumber).toMatch(/^42\d{15}[\dX]$/);
      // ISO 7064 MOD 11-2, as GB 11643 uses it: a valid number leaves 1.
      const sum = [...idNumber].reduce((rest, digit) => (rest * 2 + (digit === 'X' ? 10 : Number(digit))) % 11, 0);
      expect(sum).toBe(1);
    }
    expect(new Set(people.map((each) => each.idNumber)).size).toBe(people.length);
  });

  test('include rare characters and two-character surnames', () => {
    const names = people.map((each) => each.name).join(' ');
    for (const rare of ['㛃', '䶮', '𬭎', '欧阳']) expect(names).toContain(rare);
  });

  test('include the accounts of the story, at their organisations', () => {
    for (const account of DEMO_ACCOUNTS) {
      const person = people.find((each) => each.username === account.username);
      expect(person?.name).toBe(account.name);
    }
    expect(DEMO_ACCOUNTS.find((account) => account.username === 'doctor')?.organisation).toBe('宜昌市中心人民医院');
    expect(new Set(people.map((each) => each.username)).size).toBe(people.length);
  });

  test('are the same for the same seed, and others for another', () => {
    expect(inventPeople(1, 1_500)).toEqual(people);
    expect(inventPeople(2, 1_500)).not.toEqual(people);
  });

  test('draw from sources that do not disturb each other', () => {
    const [a, b] = [randomOf(7), randomOf(7)];
    a.fork('x').next();
    expect(a.next()).toBe(b.next());
  });
});

describe('a seeded database', () => {
  let database: TestDatabase;
  let db: Kysely<Database>;
  const files = new Map<string, Buffer>();

  beforeAll(async () => {
    database = await freshDatabase();
    db = kyselyOn(connectPool(database.url, 2));
    await seed(db, { ...SMALL, files: sinkOf(files) });
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  const ask = async <T extends object>(text: string): Promise<T[]> => (await sql.raw<T>(text).execute(db)).rows;
  const none = async (text: string): Promise<void> => {
    expect(await ask(text)).toEqual([]);
  };

  test('refuses a second seeding', async () => {
    await expect(seed(db, { ...SMALL, files: sinkOf(new Map()) })).rejects.toThrow('not empty');
  });

  test('has the statistics of its record', async () => {
    expect(await statisticsDifferences(db)).toEqual([]);
    const [people] = await ask<{ kept: number; there: number }>(
      "select (select sum(n) from statistic_now where measure = 'people')::int as kept, (select count(distinct person_id) from affiliation)::int as there",
    );
    expect(people?.kept).toBe(people?.there);
  });

  test('has claims in every state and of every form', async () => {
    const states = await ask<{ state: string }>('select distinct state from claim');
    expect(states.map((row) => row.state).sort()).toEqual([...codes(CLAIM_STATES)].sort());
    const forms = await ask<{ form: string }>('select distinct form from claim');
    expect(forms.map((row) => row.form).sort()).toEqual(
      codes(FORMS)
        .filter((form) => form !== 'platform-course')
        .sort(),
    );
  });

  test('has claims of every row of the routing table', async () => {
    const kinds = await ask<{ unit_kind: string }>('select distinct unit_kind from claim where unit_kind is not null');
    expect(kinds.map((row) => row.unit_kind).sort()).toEqual([
      'archive-hosted',
      'central',
      'ordinary',
      'provincial-direct',
    ]);
    const bodies = (stage: number): string =>
      `(select coalesce(jsonb_agg(t ->> 'organisationId'), '[]') from jsonb_array_elements(plan -> 'stages' -> ${String(stage)} -> 'tasks') t)`;
    const [found] = await ask(`
      select bool_or(unit_kind = 'ordinary' and jsonb_array_length(${bodies(1)}) = 2) as joint,
        bool_or(unit_kind = 'ordinary' and jsonb_array_length(${bodies(1)}) = 1 and jsonb_array_length(${bodies(2)}) = 2) as no_authority_there,
        bool_or(jsonb_array_length(${bodies(1)}) = 1 and jsonb_array_length(${bodies(2)}) = 1) as no_authority_at_all,
        bool_or(unit_kind = 'provincial-direct' and ${bodies(1)} <@ ${bodies(2)}) as same_body_files,
        bool_or(unit_kind = 'provincial-direct' and not ${bodies(1)} <@ ${bodies(2)}) as other_body_files,
        bool_or(level = 'county') as county, bool_or(level = 'city') as city
      from claim where plan is not null`);
    for (const [row, occurs] of Object.entries(found ?? {})) expect([row, occurs]).toEqual([row, true]);
  });

  test('keeps open claims alive: every act is applied and the stage of their state is open, with the tasks of their plan', async () => {
    await none('select id from claim where applied_seq <> act_seq');
    await none(`select c.id from claim c left join stage s on s.claim_id = c.id and s.settled_at is null
      where (c.state in ('first-review', 're-review', 'filing')) is distinct from (s.kind = c.state and s.seq = c.stage_seq)
        and (s.kind is not null or c.state in ('first-review', 're-review', 'filing'))`);
    await none(`select s.claim_id from stage s join claim c on c.id = s.claim_id
      cross join lateral (select p from jsonb_array_elements(c.plan -> 'stages') p where p ->> 'kind' = s.kind) planned
      where jsonb_array_length(p -> 'tasks') <> (select count(*) from task t where t.claim_id = s.claim_id and t.stage_seq = s.seq)`);
  });

  test('an open claim takes a decision and moves on, as one the system made would', async () => {
    const [open] = await ask<{ task: string; claim: string; organisation: string; version: number; reviewer: string }>(`
      select t.id as task, t.claim_id as claim, t.organisation_id as organisation, t.version, r.person_id as reviewer
      from task t join role_holding r on r.organisation_id = t.organisation_id and r.role = 'first-reviewer'
      join claim c on c.id = t.claim_id
      where t.state = 'open' and t.stage_kind = 'first-review' and c.unit_kind = 'ordinary' and r.person_id <> t.declarant_id
      order by t.id limit 1`);
    if (open === undefined) throw new Error('no open first review');
    const { task, claim, organisation, version, reviewer } = open;
    const holdings = [{ organisationId: organisation, role: 'first-reviewer' as const }];
    const caller = { personId: reviewer, holdings, requestId: 'test' };
    await db
      .transaction()
      .execute(async (trx) => {
        const request = {
          decisionId: randomUUID(),
          version,
          outcome: 'approve' as const,
          hours: [],
          reasons: [],
          comment: '',
        };
        await lookAtEvidence(trx, caller, task);
        const answer = await decide(within(trx), caller, task, request);
        expect(answer).toMatchObject({ ok: true, value: { stageOutcome: 'approved' } });
        const { plan, unapplied } = await loadClaim(trx, claim);
        const [act] = unapplied;
        if (act === undefined) throw new Error('the decision left no act');
        const step = nextStep(plan, act);
        if (step.do !== 'open-stage') throw new Error(`expected a stage to open, not ${step.do}`);
        const due = stageDueOn(step.stage.kind, TODAY);
        const moved = await openStage(trx, { claimId: claim, seq: act.seq, stage: step.stage, ...due });
        expect(moved).toMatchObject({ state: 're-review', unapplied: [] });
        throw new RolledBack();
      })
      .catch((error: unknown) => {
        if (!(error instanceof RolledBack)) throw error;
      });
  });

  test('tells consistent histories', async () => {
    await none(
      `select claim_id from (select claim_id, at, lag(at) over (partition by claim_id order by id) as before from timeline) t where at < before`,
    );
    await none(`select c.id from claim c where c.act_seq <> (select count(*) from act a where a.claim_id = c.id)
      or c.version <> (select count(*) from claim_version v where v.claim_id = c.id)
      or c.stage_seq <> (select count(*) from stage s where s.claim_id = c.id)`);
    await none(
      `select id from claim where first_submitted_at >= '${TODAY}T00:00:00+08' or updated_at >= '${TODAY}T00:00:00+08'`,
    );
    await none(
      `select c.id from claim c where c.state <> 'draft' and not exists (select from evidence e where e.claim_id = c.id)`,
    );
    await none(`select t.id from task t join decision d on d.task_id = t.id where t.state <> 'decided'`);
    await none(
      `select d.id from decision d left join role_holding r on r.person_id = d.decided_by and r.organisation_id = d.organisation_id where r.id is null`,
    );
  });

  test('has work that is overdue, due soon and fresh', async () => {
    const [row] = await ask<{ overdue: number; soon: number; fresh: number }>(`
      select count(*) filter (where due_on < '${TODAY}')::int as overdue,
        count(*) filter (where due_on between '${TODAY}' and date '${TODAY}' + 3)::int as soon,
        count(*) filter (where due_on > date '${TODAY}' + 3)::int as fresh
      from task where state in ('open', 'claimed')`);
    expect(Math.min(row?.overdue ?? 0, row?.soon ?? 0, row?.fresh ?? 0)).toBeGreaterThan(10);
  });

  test('leaves no pool of an open task without officers but the deliberate one', async () => {
    const rows = await ask<{ organisation_id: string }>(`
      select distinct t.organisation_id from task t
      where t.state in ('open', 'claimed') and not exists (select from role_holding r
        where r.organisation_id = t.organisation_id
          and r.role = case t.stage_kind when 'first-review' then 'first-reviewer' when 're-review' then 're-reviewer' else 'filing-officer' end)`);
    expect(rows.map((row) => row.organisation_id)).toEqual([EMPTY_POOL_ID]);
  });

  test('has a ledger that adds up to the years, one recognition for each filed claim and completion', async () => {
    await none(`select y.person_id from person_year y join lateral (
        select sum(public_delta) as public, sum(professional_delta) as professional from ledger_entry e
        where e.person_id = y.person_id and e.year = y.year) l on true
      where l.public is distinct from y.public_hundredths or l.professional is distinct from y.professional_hundredths`);
    await none(`select id from claim c where (state in ('filed', 'revoked')) <> exists (
      select from ledger_entry e where e.source_id = c.id and e.kind = 'recognition')`);
    await none(`select id from claim c where (state = 'revoked') <> exists (
      select from ledger_entry e where e.source_id = c.id and e.kind = 'reversal')`);
    await none(
      `select id from platform_completion c where not exists (select from ledger_entry e where e.source_id = c.id and e.kind = 'recognition')`,
    );
    const [row] = await ask<{ complete: number }>(
      'select count(*)::int as complete from person_year where public_hundredths >= 3000 and professional_hundredths >= 6000',
    );
    expect(row?.complete).toBeGreaterThan(0);
  });

  test('has certificates, each valid one saying the hours of its year, and the next number free', async () => {
    const states = await ask<{ state: string }>('select distinct state from certificate');
    // The whole demo has revoked ones too; in so small a province no complete year is revoked.
    expect(states.map((row) => row.state)).toEqual(expect.arrayContaining(['valid', 'superseded']));
    await none(`select c.id from certificate c join person_year y using (person_id, year) where c.state = 'valid'
      and (c.statement ->> 'totalHundredths')::int <> y.public_hundredths + y.professional_hundredths`);
    await none(`select c.id from certificate c join person p on p.id = c.person_id where c.statement ->> 'name' <> p.name
      or c.statement ->> 'idNumberMasked' <> left(p.id_number, 3) || repeat('*', 11) || right(p.id_number, 4)`);
    const [numbers] = await ask<{ used: number; next: number }>(
      `select max(right(number, 8)::int) as used, nextval('certificate_sequence')::int as next from certificate`,
    );
    expect(numbers?.next).toBe((numbers?.used ?? 0) + 1);
  });

  test('has deferrals in every state of a year that runs, each grant with the unit’s proof, each decision in its story', async () => {
    const states = await ask<{ state: string }>('select distinct state from deferral order by state');
    expect(states.map((row) => row.state)).toEqual(['granted', 'refused', 'requested', 'revoked', 'withdrawn']);
    const proofs = await ask<{
      storage_key: string;
    }>(`select storage_key from case_file f join deferral d on d.id = f.case_id
      where d.until_on is not null and f.organisation_id = d.decider_id`);
    expect(proofs.map(({ storage_key }) => files.get(storage_key)?.subarray(0, 5).toString())).toEqual([
      '%PDF-',
      '%PDF-',
    ]);
    await none(`select d.id from deferral d where not exists (
      select from case_event e where e.case_id = d.id and e.kind = d.state)`);
  });

  test('has cases of fraud in every state that the first year can bring, with orders and a case of its own for an account', async () => {
    const statesOf = async (table: string) =>
      (await ask<{ state: string }>(`select distinct state from ${table} order by state`)).map((row) => row.state);
    expect(await statesOf('sanction')).toEqual(
      codes(SANCTION_STATES)
        .filter((state) => state !== 'ended')
        .sort(),
    );
    expect(await statesOf('title_order')).toEqual([...codes(TITLE_ORDER_STATES)].sort());
    expect(await statesOf('sanction_appeal')).toEqual(['open', 'refused', 'upheld']);
    expect(await statesOf('reconsideration')).toEqual([...codes(RECONSIDERATION_STATES)].sort());
    const [own] = await ask<{ state: string; hours: number }>(`
      select s.state, y.public_hundredths + y.professional_hundredths as hours from sanction s join account a using (person_id)
      join person_year y using (person_id, year) where a.username = 'technician'`);
    expect(own).toEqual({ state: 'in-force', hours: 0 });
    const people = await ask<{ id: string }>('select distinct person_id as id from sanction');
    const ids = people.map(({ id }) => id);
    expect((await verifyPeople(db, ids, TODAY)).flatMap(({ findings }) => findings)).toEqual([]);
    await none(`select s.id from sanction s where not exists (
      select from case_event e where e.case_id = s.id and e.kind = case s.state when 'hearing' then 'noticed'
        when 'decided' then 'proposed' when 'in-force' then 'imposed' else s.state end)`);
    await none(`select s.id from sanction s join sanction_claim c on c.sanction_id = s.id
      join reviewer_of_claim r on r.claim_id = c.claim_id and r.person_id in (s.decided_by, s.confirmed_by)`);
  });

  test('somebody’s overview counts what their lists show, for every account', async () => {
    const waiting = new Set<Waiting>();
    await db
      .transaction()
      .execute(async (trx) => {
        for (const { username } of DEMO_ACCOUNTS) {
          const scope = await scopeOf(trx, username, TODAY);
          const lists = await listed(trx, scope, TODAY);
          const { items } = await readOverview(trx, scope, TODAY);
          for (const { kind, count, late, dueToday, firstOn } of items) {
            expect([username, kind, count.value]).toEqual([username, kind, lists[kind] ?? count.value]);
            expect(late + dueToday).toBeLessThanOrEqual(count.value);
            if (late > 0) expect(firstOn && firstOn < TODAY).toBe(true);
            if (count.value > 0) waiting.add(kind);
          }
          // Of a place they oversee a supervisor may read what is stuck; to mend it is an administrator's.
          const shown = new Set<string>([...items.map(({ kind }) => kind), 'stuck']);
          const left = Object.entries(lists).filter(([kind, count]) => count > 0 && !shown.has(kind));
          expect([username, left]).toEqual([username, []]);
        }
        throw new RolledBack();
      })
      .catch((error: unknown) => {
        if (!(error instanceof RolledBack)) throw error;
      });
    expect(waiting.size).toBeGreaterThan(15);
  });

  test('leaves the year of the story’s doctor empty', async () => {
    await none(`select y.person_id from person_year y join account a using (person_id) where a.username = 'doctor'`);
    await none(`select c.id from claim c join account a using (person_id) where a.username = 'doctor'`);
  });

  test('has a real file behind every piece of evidence', async () => {
    const rows = await ask<{ storage_key: string; sha256: Buffer; media_type: string; size_bytes: number }>(
      `select storage_key, sha256, media_type, size_bytes from evidence where training_file_id is null
       union all select storage_key, sha256, media_type, size_bytes from training_file
       union all select storage_key, sha256, media_type, size_bytes from case_file`,
    );
    expect(rows.length).toBe(files.size);
    for (const row of rows) {
      const content = files.get(row.storage_key) ?? Buffer.alloc(0);
      expect(content.length).toBe(row.size_bytes);
      expect(createHash('sha256').update(content).digest().equals(row.sha256)).toBe(true);
      const start = row.media_type === 'application/pdf' ? '%PDF-1.4' : '\x89PNG\r\n';
      expect(content.subarray(0, start.length).toString('latin1')).toBe(start);
    }
  });

  test('is the same, row by row, for the same seed', async () => {
    const other = await freshDatabase();
    const otherDb = kyselyOn(connectPool(other.url, 2));
    try {
      await seed(otherDb, { ...SMALL, files: sinkOf(new Map()) });
      expect(await digestOf(otherDb)).toEqual(await digestOf(db));
    } finally {
      await otherDb.destroy();
      await other.drop();
    }
  });

  test('people’s deeds bring imports, merges, what-ifs, repairs and cases of the ledger in every state, and leave the record whole', async () => {
    await addDeeds(db, { today: TODAY, passwordHash: SMALL.passwordHash });
    const statesOf = async (table: string) =>
      (await ask<{ state: string }>(`select state from ${table} order by state`)).map((row) => row.state);
    expect(await statesOf('person_merge')).toEqual([...codes(MERGE_STATES)].sort());
    expect(await statesOf('import')).toEqual(['cancelled', 'done', 'previewed', 'refused']);
    expect(await statesOf('what_if')).toEqual(['cancelled', 'done']);
    const [imported] = await ask(`select rows_done, rows_bad, outcomes from import where state = 'done'`);
    expect(imported).toEqual({ rows_done: 28, rows_bad: 8, outcomes: { registered: 28 } });
    const [tried] = await ask<{ gain: number; lose: number }>(`select gain, lose from what_if where state = 'done'`);
    expect(Math.min(tried?.gain ?? 0, tried?.lose ?? 0)).toBeGreaterThan(0);
    const cases = await ask(`
      select closed_at is not null as closed, closed_by is not null as by_somebody from ledger_case order by 1, 2`);
    expect(cases).toEqual([
      { closed: false, by_somebody: false },
      { closed: true, by_somebody: false },
      { closed: true, by_somebody: true },
    ]);
    const repairs = await ask(`
      select kind, state, decided_by <> proposed_by as by_another, note is not null as has_note from repair order by state, kind`);
    expect(repairs).toEqual([
      { kind: 'move', state: 'done', by_another: true, has_note: false },
      { kind: 'move', state: 'proposed', by_another: null, has_note: false },
      { kind: 'close', state: 'refused', by_another: true, has_note: true },
    ]);
    await none(
      `select id from ledger_case where not (opened_at <= seen_at and seen_at <= coalesce(closed_at, seen_at))`,
    );
    const changed = await ask<{ id: string }>(`
      select person_id as id from ledger_case union select kept_id from person_merge union select absorbed_id from person_merge
      union select person_id from platform_completion where source is not null`);
    const ids = changed.map(({ id }) => id);
    expect((await verifyPeople(db, ids, TODAY)).flatMap(({ findings }) => findings)).toEqual([]);
    expect(await statisticsDifferences(db)).toEqual([]);
  });
});

test('the benchmarks’ tasks: two in a hundred wait at one employer, the rest at 1,999 others', async () => {
  const database = await freshDatabase();
  const db = kyselyOn(connectPool(database.url, 2));
  try {
    const made = await seedOpenTasks(db, { count: 10_000 });
    const { rows } = await sql<{ organisation_id: string; tasks: number }>`
      select organisation_id, count(*)::int as tasks from task where state = 'open' group by 1 order by 2 desc`.execute(
      db,
    );
    expect(rows).toHaveLength(2_000);
    expect(rows[0]).toEqual({ organisation_id: made.bigEmployerId, tasks: 200 });
    expect(made.bigTasks).toBe(200);
    expect(rows[1]?.tasks).toBeLessThan(10);
  } finally {
    await db.destroy();
    await database.drop();
  }
});

/** The other tests see the database as it was seeded. */
class RolledBack extends Error {}

/** The act opens a transaction of its own; here it joins the one that is rolled back. */
function within(trx: Transaction<Database>): Kysely<Database> {
  return Object.assign(Object.create(trx) as Kysely<Database>, {
    transaction: () => ({ execute: <T>(act: (inner: Kysely<Database>) => Promise<T>) => act(trx) }),
  });
}

function sinkOf(files: Map<string, Buffer>) {
  return {
    put: (key: string, content: Buffer): Promise<void> => {
      files.set(key, content);
      return Promise.resolve();
    },
  };
}

/** A digest of each table's rows in a fixed order. */
async function digestOf(db: Kysely<Database>): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_name not like 'kysely%' order by 1`.execute(db);
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ digest: string }>`
      select md5(coalesce(string_agg(row, ',' order by row), '')) as digest
      from (select t::text as row from ${sql.table(name)} t) r`.execute(db);
    digests[name] = rows[0]?.digest ?? '';
  }
  return digests;
}

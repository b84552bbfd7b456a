import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { readXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import yauzl from 'yauzl';
import type { Me } from '../../contract/session.ts';
import { GROUPINGS, type Overview, type YearStanding } from '../../contract/statistics.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import type { Scope } from '../../db/read/scope.ts';
import { readOverview } from '../../db/read/statistics.ts';
import { readPeople } from '../../db/read/statistics-lists.ts';
import { foldStatistics } from '../../db/statistics.ts';
import type { Role } from '../../rules/vocabulary.ts';
import { textOfPages } from '../support/pdf.ts';
import { training } from '../support/world.ts';
import { type Bench, expectProblem, lookAndCall, makeBench, openNext, underReview } from './support.ts';

/** Who sees which numbers (Arts. 12, 20), and that the numbers, the lists and the pages agree. */

let bench: Bench;
const people: Record<string, Caller[]> = {};
beforeAll(async () => {
  bench = await makeBench();
  const { world } = bench;
  for (const [employer, count] of [
    ['emp-city', 3],
    ['emp-county', 2],
    ['emp-new-trade', 1],
    ['emp-direct', 1],
  ] as const) {
    people[employer] = await Promise.all(Array.from({ length: count }, () => world.declarant(employer)));
  }
  await learn('emp-city', 0, 3000, 'public');
  await learn('emp-city', 0, 6000, 'professional');
  await learn('emp-county', 0, 1250, 'professional');
  const { claimId } = await underReview(bench, of('emp-city', 1), training('authority-training', ['2026-05-11']));
  await sql`update stage set opened_at = now() - interval '40 days', due_on = '2026-01-05' where claim_id = ${claimId}`.execute(
    bench.db,
  );
  await underReview(bench, of('emp-county', 1), training('unit-training', ['2026-05-12']));
  await foldStatistics(bench.db);
});
afterAll(() => bench.close());

function of(employer: string, index: number): Caller {
  const person = people[employer]?.[index];
  if (!person) throw new Error(`nobody at ${employer}`);
  return person;
}

const learn = (employer: string, index: number, hundredths: number, subject: 'public' | 'professional') =>
  bench.db.transaction().execute((trx) =>
    recogniseInYear(
      trx,
      { personId: of(employer, index).personId, year: 2026, on: '2026-11-23' },
      {
        sourceKind: 'platform',
        sourceId: randomUUID(),
        activity: { form: 'platform-course', on: '2026-09-01', course: randomUUID(), hundredths, subject },
        loweredTo: {},
        studyArchive: true,
      },
    ),
  );

const holders = new Map<string, Caller>();
/** Somebody with one role at one organisation. */
async function holder(organisationId: string, role: Role = 'supervisor'): Promise<Caller> {
  const known = holders.get(`${organisationId}/${role}`);
  if (known) return known;
  const made = await bench.db
    .insertInto('person')
    .values({
      name: '主管',
      id_number: `4205001970010${String(10_000 + holders.size)}`.slice(0, 18).padEnd(18, '0'),
      title: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await bench.db
    .insertInto('role_holding')
    .values({ person_id: made.id, organisation_id: organisationId, role, from_on: '2026-01-01', until_on: null })
    .execute();
  const caller = { personId: made.id, holdings: [{ organisationId, role }], requestId: 'test' };
  holders.set(`${organisationId}/${role}`, caller);
  return caller;
}

async function overview(as: Caller, query: Record<string, unknown> = {}): Promise<Overview> {
  const answer = await bench.call('statistics', { as, query: { year: 2026, ...query } });
  if (answer.status !== 200) throw new Error(answer.body);
  return answer.json as Overview;
}

describe('the numbers are those of', () => {
  test.each([
    ['the province', 'hrss-420000', 'supervisor', 7],
    ['a city with its counties', 'hrss-420500', 'auditor', 6],
    ['a county', 'hrss-420502', 'supervisor', 2],
    ['a trade in the province', 'ind-420000-health', 'administrator', 6],
    ['a trade in a city with its counties', 'ind-420500-health', 'supervisor', 5],
    ['a unit', 'emp-city', 'administrator', 3],
  ] as const)('%s', async (_, organisation, role, expected) => {
    const caller = await holder(organisation, role);
    const seen = await overview(caller);
    expect(seen.total.people).toBe(expected);
    expect(seen.rows.reduce((sum, row) => sum + row.figures.people, 0)).toBe(expected);
    const units = await overview(caller, { by: 'employer' });
    expect(units.rows.reduce((sum, row) => sum + row.figures.people, 0)).toBe(expected);
    const list = await bench.call('statisticsPeople', { as: caller, query: { year: 2026, limit: 100 } });
    expect(list.json.items).toHaveLength(expected);
  });

  test('a trade with the direct units of other trades that it supervises: the numbers, the units and the lists alike', async () => {
    const caller = await holder('ind-420000-health', 'administrator');
    const superviseBy = (id: string | null) =>
      sql`update organisation set supervising_department_id = ${id} where id = 'emp-new-trade'`.execute(bench.db);
    await superviseBy('ind-420000-health');
    try {
      for (const by of ['region', 'industry', 'employer'] as const) {
        const seen = await overview(caller, { by });
        expect([by, seen.total.people]).toEqual([by, 7]);
        expect(seen.rows.reduce((sum, row) => sum + row.figures.people, 0)).toBe(7);
      }
      const unit = await overview(caller, { employer: 'emp-new-trade' });
      expect(unit.total.people).toBe(1);
      expect(unit.narrowedTo).toMatchObject([{ label: '单位 emp-new-trade' }]);
      const query = { year: 2026, employer: 'emp-new-trade' };
      const list = await bench.call('statisticsPeople', { as: caller, query });
      expect(list.json.items).toHaveLength(1);
      const city = await holder('ind-420500-health');
      expect((await bench.call('statisticsPeople', { as: city, query })).json.items).toEqual([]);
    } finally {
      await superviseBy(null);
    }
    expect((await overview(caller)).total.people).toBe(6);
  });

  test('nobody, for who holds no overseeing role', async () => {
    for (const name of ['statistics', 'statisticsWork', 'statisticsPeople', 'statisticsClaims'] as const) {
      const answer = await bench.call(name, { as: of('emp-city', 0), query: { year: 2026 } });
      expectProblem(answer, 403, 'forbidden');
    }
    const denied = await bench.db
      .selectFrom('audit')
      .select('action')
      .where('action', '=', 'statistics.denied')
      .execute();
    expect(denied.length).toBeGreaterThan(0);
  });

  test('what lies outside the caller’s scope is nothing, also when asked for by name', async () => {
    const caller = await holder('hrss-420502');
    for (const query of [{ region: '420500', level: 'city' }, { employer: 'emp-city' }, { industry: 'new-media' }]) {
      expect((await overview(caller, query)).total.people).toBe(0);
      const list = await bench.call('statisticsPeople', { as: caller, query: { year: 2026, ...query } });
      expect(list.json.items).toEqual([]);
      const claims = await bench.call('statisticsClaims', { as: caller, query: { year: 2026, ...query } });
      expect(claims.json.items).toEqual([]);
    }
    const named = await overview(caller, { employer: 'emp-city' });
    expect(JSON.stringify(named)).not.toContain('单位 emp-city');
  });
});

describe('the overview', () => {
  test('counts people, completion, hours, forms, content and claims', async () => {
    const seen = await overview(await holder('hrss-420000'));
    expect(seen.total).toEqual({
      people: 7,
      qualified: 1,
      deemedComplete: 0,
      deferred: 0,
      inProgress: 6,
      unqualified: 0,
      cancelled: 0,
      completedPer10000: 1429,
      publicHundredths: 3000,
      professionalHundredths: 7250,
      claims: 2,
      filed: 0,
    });
    expect(seen.forms.find(({ form }) => form === 'platform-course')).toMatchObject({
      publicHundredths: 3000,
      claims: 0,
    });
    expect(seen.forms.find(({ form }) => form === 'unit-training')).toMatchObject({ claims: 1, filed: 0 });
    expect(seen.content).toEqual([
      { industry: 'health', label: '卫生健康', publicHundredths: 3000, professionalHundredths: 7250 },
    ]);
    expect(seen.states.find(({ state }) => state === 'first-review')?.claims).toBe(2);
  });

  test('leads from the province to cities, from a city to its counties, and on to units', async () => {
    const caller = await holder('hrss-420000');
    const cities = await overview(caller);
    expect(cities.rows.map(({ label }) => label)).toEqual(['湖北省本级', '宜昌市']);
    const [, yichang] = cities.rows;
    expect(yichang?.within).toEqual({ by: 'region', region: '420500' });
    const counties = await overview(caller, yichang?.within);
    expect(counties.rows.map(({ label, figures }) => [label, figures.people])).toEqual([
      ['宜昌市本级', 4],
      ['西陵区', 2],
    ]);
    for (const row of counties.rows) {
      const units = await overview(caller, row.within);
      expect(units.total).toEqual(row.figures);
    }
  });

  test('turns the pages of employers without losing or repeating one', async () => {
    const caller = await holder('hrss-420000');
    const seen: string[] = [];
    let after: string | null | undefined;
    do {
      const page = await overview(caller, { by: 'employer', limit: 1, ...(after && { after }) });
      seen.push(...page.rows.map(({ key }) => key));
      after = page.next;
    } while (after);
    expect(seen).toEqual(['emp-city', 'emp-county', 'emp-direct', 'emp-new-trade']);
    const bad = await bench.call('statistics', { as: caller, query: { year: 2026, by: 'employer', after: 'x' } });
    expectProblem(bad, 400, 'invalid-input');
  });

  test('calls a short year unqualified once claims have closed', async () => {
    const scope = await scopeOf(await holder('hrss-420000'));
    const asked = { year: 2026, by: 'region' as const, limit: 50 };
    const open = await readOverview(bench.db, scope, asked, '2027-03-31');
    const closed = await readOverview(bench.db, scope, asked, '2027-04-01');
    expect([open.total.inProgress, open.total.unqualified]).toEqual([6, 0]);
    expect([closed.total.inProgress, closed.total.unqualified]).toEqual([0, 6]);
  });
});

describe('17: a short year with a granted deferral', () => {
  const at = async (asOf: string) => {
    const scope = await scopeOf(await holder('hrss-420000'));
    const asked = { year: 2026, by: 'region' as const, limit: 50 };
    const { total, rows } = await readOverview(bench.db, scope, asked, asOf);
    const units = await readOverview(bench.db, scope, { ...asked, by: 'employer' }, asOf);
    const list = (standing: YearStanding) =>
      readPeople(bench.db, scope, { year: 2026, limit: 50, standing }, asOf).then((page) =>
        page.items.map((item) => item.personId),
      );
    const numbers = [total.deferred, total.inProgress, total.unqualified];
    for (const each of [rows, units.rows]) {
      const sum = (of: 'deferred' | 'inProgress' | 'unqualified') => each.reduce((n, row) => n + row.figures[of], 0);
      expect([sum('deferred'), sum('inProgress'), sum('unqualified')]).toEqual(numbers);
    }
    const [deferred, open, unqualified] = await Promise.all([
      list('deferred'),
      list('in-progress'),
      list('unqualified'),
    ]);
    expect([deferred.length, open.length, unqualified.length]).toEqual(numbers);
    return { numbers, deferred };
  };
  const defer = (person: Caller, state: 'granted' | 'revoked', key: string) =>
    bench.db
      .insertInto('deferral')
      .values({
        person_id: person.personId,
        year: 2026,
        employer_id: 'emp-city',
        decider_id: 'emp-city',
        hrss_id: 'hrss-420500',
        reason: 'illness',
        explanation: '住院治疗',
        requested_until: '2027-06-30',
        state,
        until_on: '2027-06-30',
        request_key: key,
        requested_at: '2026-11-01T00:00:00Z',
        decided_by: bench.world.officer('emp-city', 'first-reviewer').personId,
        decided_at: '2026-11-02T00:00:00Z',
        ended_at: state === 'revoked' ? '2026-11-03T00:00:00Z' : null,
      })
      .execute();
  afterAll(() => bench.db.deleteFrom('deferral').execute());

  test('is deferred until its last day, unqualified from the next; a revoked one or a complete year is not', async () => {
    await defer(of('emp-city', 1), 'granted', 'living');
    await defer(of('emp-county', 0), 'revoked', 'revoked');
    await defer(of('emp-city', 0), 'granted', 'complete');
    expect(await at('2026-11-23')).toEqual({ numbers: [1, 5, 0], deferred: [of('emp-city', 1).personId] });
    expect((await at('2027-06-30')).numbers).toEqual([1, 0, 5]);
    expect((await at('2027-07-01')).numbers).toEqual([0, 0, 6]);
  });
});

/** The scope the identity plugin gives to whoever supervises. */
async function scopeOf(caller: Caller): Promise<Scope> {
  const me = await bench.call('me', { as: caller });
  return { ...caller, holdings: (me.json as Me).holdings.map((held) => ({ ...held, industryCode: null })) };
}

describe('the work', () => {
  test('tells what waits, for how long, what is overdue, and how long decided stages took', async () => {
    const caller = await holder('hrss-420000');
    const before = (await bench.call('statisticsWork', { as: caller, query: { year: 2026 } })).json;
    expect(before.stages[0]).toMatchObject({
      stage: 'first-review',
      waiting: 2,
      overdue: 1,
      ages: [{ waiting: 1 }, { waiting: 0 }, { waiting: 0 }, { waiting: 1 }],
    });
    const year = Number(
      new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', year: 'numeric' }).format(new Date()),
    );
    for (const days of [1, 2, 3, 4, 5, 6, 7, 8, 9, 30]) {
      const { claimId, taskId } = await underReview(
        bench,
        of('emp-new-trade', 0),
        training('authority-training', [`2026-04-${String(days).padStart(2, '0')}`], `第${days}期`),
      );
      await sql`update stage set opened_at = now() - make_interval(days => ${days}) where claim_id = ${claimId}`.execute(
        bench.db,
      );
      const body = { decisionId: randomUUID(), version: 1, outcome: 'approve' };
      const decided = await lookAndCall(bench, {
        as: bench.world.officer('emp-new-trade', 'first-reviewer'),
        params: { id: taskId },
        body,
      });
      expect(decided.status).toBe(200);
      await openNext(bench.db, claimId);
    }
    const after = (await bench.call('statisticsWork', { as: caller, query: { year } })).json;
    expect(after.turnAround[0]).toMatchObject({ settled: 10, medianDays: 5, p90Days: 9 });
    expect(after.turnAround[1]).toMatchObject({ settled: 0, medianDays: null, p90Days: null });
  });
});

describe('a list', () => {
  test('of people says how each one’s year stands, and is narrowed by it', async () => {
    const caller = await holder('emp-city', 'administrator');
    const done = await bench.call('statisticsPeople', { as: caller, query: { year: 2026, standing: 'qualified' } });
    expect(done.json.items).toMatchObject([
      {
        personId: of('emp-city', 0).personId,
        standing: 'qualified',
        publicHundredths: 3000,
        professionalHundredths: 6000,
      },
    ]);
    const short = await bench.call('statisticsPeople', { as: caller, query: { year: 2026, standing: 'in-progress' } });
    expect(short.json.items).toHaveLength(2);
    const none = await bench.call('statisticsPeople', { as: caller, query: { year: 2026, standing: 'unqualified' } });
    expect(none.json.items).toEqual([]);
  });

  test('is turned page by page, and being read by name leaves a trail', async () => {
    const caller = await holder('hrss-420500', 'auditor');
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await bench.call('statisticsPeople', { as: caller, query: { year: 2026, limit: 2, after } });
      seen.push(...page.json.items.map((item: { personId: string }) => item.personId));
      after = page.json.next ?? undefined;
    } while (after);
    expect(new Set(seen).size).toBe(6);
    const trail = await bench.db
      .selectFrom('audit')
      .selectAll()
      .where('actor_id', '=', caller.personId)
      .where('action', '=', 'statistics.people')
      .execute();
    expect(trail.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(trail)).not.toContain('申报人');
  });

  test('of claims is that of the numbers', async () => {
    const caller = await holder('hrss-420502');
    const seen = await bench.call('statisticsClaims', { as: caller, query: { year: 2026, state: 'first-review' } });
    expect(seen.json.items).toMatchObject([{ form: 'unit-training', employerName: '单位 emp-county' }]);
    const total = (await overview(caller)).total.claims;
    const all = await bench.call('statisticsClaims', { as: caller, query: { year: 2026 } });
    expect(all.json.items).toHaveLength(total);
  });
});

describe('a file', () => {
  const file = async (as: Caller, query: Record<string, unknown>) => {
    const answer = await bench.call('statisticsExport', { as, query: { year: 2026, ...query } });
    if (answer.status !== 200) throw new Error(answer.body);
    return answer;
  };
  const rowsOf = async (bytes: Buffer): Promise<unknown[][][]> => (await readXlsx(bytes)).sheets.map((s) => s.rows);

  test('of the table has the numbers of the page, in both formats, for every grouping', async () => {
    const caller = await holder('hrss-420500', 'auditor');
    for (const by of ['region', 'industry', 'level', 'employer'] as const) {
      const page = await overview(caller, { by, limit: 100 });
      const [sheet = []] = await rowsOf((await file(caller, { by })).raw);
      expect(sheet[0]?.slice(0, 2)).toEqual([GROUPINGS[by], '人数']);
      const expected = [...page.rows, { label: '合计', figures: page.total }].map(({ label, figures: f }) => [
        label,
        f.people,
        f.qualified,
        f.deemedComplete,
        f.deferred,
        f.inProgress,
        f.unqualified,
        f.cancelled,
        f.completedPer10000 === null ? null : f.completedPer10000 / 100,
        f.publicHundredths / 100,
        f.professionalHundredths / 100,
        (f.publicHundredths + f.professionalHundredths) / 100,
        f.claims,
        f.filed,
      ]);
      expect(sheet.slice(1)).toEqual(expected);
      const csv = await file(caller, { by, format: 'csv' });
      expect([...csv.raw.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      const lines: string[][] = parse(csv.raw, { bom: true });
      expect(lines.slice(1)).toEqual(expected.map((row) => row.map((cell) => (cell === null ? '' : String(cell)))));
    }
  });

  test('of people holds those of the list; a name that begins like a formula stays a name', async () => {
    const caller = await holder('hrss-420502');
    const evil = await bench.world.declarant('emp-county');
    await sql`update person set name = '=1+1', title = '@SUM(A1)' where id = ${evil.personId}`.execute(bench.db);
    const list = await bench.call('statisticsPeople', { as: caller, query: { year: 2026, limit: 100 } });
    const [sheet = []] = await rowsOf((await file(caller, { what: 'people' })).raw);
    expect(sheet.slice(1).map((row) => row[0])).toEqual(list.json.items.map((item: { name: string }) => item.name));
    const csv = (await file(caller, { what: 'people', format: 'csv' })).raw.toString();
    expect(csv).toContain("'=1+1,'@SUM(A1),");
    const formulas = await rawXml((await file(caller, { what: 'people' })).raw);
    expect(formulas).not.toContain('<f>');
  });

  test('of the year for the authority above has every sheet, with the numbers of the pages', async () => {
    const caller = await holder('hrss-420000');
    const { total } = await overview(caller);
    const book = await readXlsx((await file(caller, { what: 'report' })).raw);
    expect(book.sheets.map(({ name }) => name)).toEqual([
      '总览',
      '按地区',
      '按行业',
      '按层级',
      '按形式',
      '按内容',
      '申报状态',
      '办理情况',
    ]);
    for (const index of [1, 2, 3]) expect(book.sheets[index]?.rows.at(-1)?.slice(0, 2)).toEqual(['合计', total.people]);
    for (const [what, format] of [
      ['report', 'csv'],
      ['people', 'pdf'],
    ]) {
      const query = { year: 2026, what, format };
      expectProblem(await bench.call('statisticsExport', { as: caller, query }), 400, 'invalid-input');
    }
  });

  test('of the year on paper says the same as the workbook, cell by cell, and can be taken out as text', async () => {
    const caller = await holder('hrss-420000');
    const book = await readXlsx((await file(caller, { what: 'report' })).raw);
    const paper = await file(caller, { what: 'report', format: 'pdf' });
    expect(paper.headers['content-type']).toBe('application/pdf');
    const pages = await textOfPages(paper.raw);
    const told = pages.join('').replaceAll(/\s/g, '');
    expect(told).toContain('专业技术人员继续教育年度报告填报单位（盖章）：');
    expect(told).toContain(`第${pages.length}页，共${pages.length}页`);
    const rows = book.sheets.flatMap((sheet) => sheet.rows.slice(1));
    const words = rows.map((row) =>
      row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('zh-CN') : (cell ?? ''))),
    );
    expect(words.flat().length).toBeGreaterThan(200);
    for (const row of words) {
      const text = row.join('').replaceAll(/\s/g, '');
      // A column without a number is a dash on paper, an empty cell in the workbook.
      expect(told.replaceAll('—', '')).toContain(text);
    }
  });
});

/** Everything a workbook holds, as text. */
async function rawXml(bytes: Buffer): Promise<string> {
  const zip = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(bytes, { lazyEntries: false });
  const parts: Promise<string>[] = [];
  zip.on('entry', (entry: yauzl.Entry) => {
    parts.push(
      new Promise((resolve, reject) => {
        zip.openReadStream(entry, (error, stream) => {
          if (error) reject(error);
          else text(stream).then(resolve, reject);
        });
      }),
    );
  });
  await once(zip, 'end');
  return (await Promise.all(parts)).join('');
}

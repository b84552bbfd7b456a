import { randomUUID } from 'node:crypto';
import { writeXlsx } from 'hucre/xlsx';
import iconv from 'iconv-lite';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UnitPeople } from '../../contract/unit-people.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { proposeClaims } from '../../db/acts/propose.ts';
import { remindPeople } from '../../db/acts/reminders.ts';
import type { UnitCaller } from '../../db/acts/units.ts';
import type { Db } from '../../db/connect.ts';
import { declaredBy } from '../../db/declared.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { personKeyOf } from '../../db/person-keys.ts';
import { readUnitPeople } from '../../db/read/unit-people.ts';
import { missingHours } from '../../rules/verdict.ts';
import { training as trainingOf } from '../support/world.ts';
import {
  type Answer,
  aPdf,
  type Bench,
  expectProblem,
  makeBench,
  openNext,
  PERSON_KEY_SECRET,
  upload,
} from './support.ts';

/** The employer's side (Arts. 6, 10, 11(1)): people, reminders, plan, study archive, and claims proposed from it. */

const UNIT = 'emp-city';
let bench: Bench;
let manager: Caller;
beforeAll(async () => {
  bench = await makeBench();
  manager = await managerOf(UNIT);
});
afterAll(() => bench.close());

let managers = 0;
async function managerOf(organisationId: string): Promise<UnitCaller> {
  managers += 1;
  const { id } = await bench.db
    .insertInto('person')
    .values({ name: '单位管理员', id_number: `42050019750101${String(9000 + managers)}`, title: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  await bench.db
    .insertInto('role_holding')
    .values({
      person_id: id,
      organisation_id: organisationId,
      role: 'administrator',
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  const organisationKind = organisationId.startsWith('emp-') ? 'employer' : 'personnel-archive-agency';
  return { personId: id, requestId: 'test', holdings: [{ organisationId, organisationKind, role: 'administrator' }] };
}

/** `count` people of an employer of their own, with work numbers W00001 ...; set-based, for thousands. */
async function staff(employerId: string, count: number): Promise<string[]> {
  await sql`
    insert into organisation (id, name, kind, level, region_code, industry_code, unit_kind, study_archive)
    values (${employerId}, ${`单位 ${employerId}`}, 'employer', 'city', '420500', 'health', 'ordinary', true) on conflict do nothing`.execute(
    bench.db,
  );
  const base = Math.floor(Math.random() * 9_000) * 10_000;
  const { rows } = await sql<{ person_id: string }>`
    with people as (
      insert into person (name, id_number)
      select '职工' || lpad(n::text, 5, '0'), '4205001' || lpad((${base}::bigint + n)::text, 11, '0') from generate_series(1, ${count}::int) n
      returning id, name)
    insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on, work_number)
    select id, ${employerId}, 'ordinary', 'city', '420500', 'health', '2020-01-01', 'W' || right(name, 5) from people order by name
    returning person_id`.execute(bench.db);
  return rows.map((row) => row.person_id);
}

const learn = (personId: string, hundredths: number, subject: 'public' | 'professional') =>
  bench.db.transaction().execute((trx) =>
    recogniseInYear(
      trx,
      { personId, year: 2026, on: '2026-11-23' },
      {
        sourceKind: 'platform',
        sourceId: randomUUID(),
        activity: { form: 'platform-course', on: '2026-09-01', course: randomUUID(), hundredths, subject },
        loweredTo: {},
        studyArchive: true,
      },
    ),
  );

const key = () => ({ 'idempotency-key': randomUUID() });
const peopleOf = (unit: string, as: Caller, query: Record<string, unknown> = {}) =>
  bench.call('unitPeople', { as, params: { id: unit }, query: { year: 2026, ...query } });

const CONTENT = {
  title: '重症护理专业能力提升培训',
  place: '门诊楼六楼会议室',
  organiserName: '护理部',
  mode: 'offline',
  days: [
    { on: '2026-10-12', hundredths: 800 },
    { on: '2026-10-13', minutes: 270 },
  ],
  plannedId: null,
};

/** A training in the archive, with a sign-in sheet unless said otherwise. */
async function archived(
  unit: string,
  as: Caller,
  { content = {}, sheet = true }: { content?: Record<string, unknown>; sheet?: boolean } = {},
): Promise<string> {
  const body = { ...CONTENT, title: `培训 ${randomUUID()}`, ...content };
  const made = ok(await bench.call('addTraining', { as, params: { id: unit }, headers: key(), body }));
  const params = { id: unit, trainingId: made.id };
  if (sheet) ok(await bench.call('addTrainingFile', { as, params, ...upload(aPdf(randomUUID()), '签到表.pdf') }));
  return made.id;
}

function ok(answer: Answer): Answer['json'] {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.body}`);
  return answer.json;
}

const record = (trainingId: string, rows: unknown[], { unit = UNIT, as = manager, preview = false } = {}) =>
  bench.call('recordAttendance', { as, params: { id: unit, trainingId }, body: { rows, preview } });
const propose = (trainingId: string, body: Record<string, unknown> = {}, { unit = UNIT, as = manager } = {}) =>
  bench.call('proposeClaims', { as, params: { id: unit, trainingId }, body: { preview: false, ...body } });

const outcomes = (answer: Answer): string[] => ok(answer).items.map((item: { outcome: string }) => item.outcome);

/** Somebody of the unit with a work number. */
async function colleague(workNumber: string, unit = UNIT): Promise<Caller> {
  const person = await bench.world.declarant(unit);
  await sql`update affiliation set work_number = ${workNumber} where person_id = ${person.personId}`.execute(bench.db);
  return person;
}

const noticesOf = (
  db: Db,
  personId: string,
  kind: 'employer-reminder' | 'attendance-to-confirm' | 'proposal-objected',
) => db.selectFrom('notice').selectAll().where('person_id', '=', personId).where('kind', '=', kind).execute();

describe('who may', () => {
  test('a unit is its own manager’s; to everybody else it is unknown, and the asking stays in the trail', async () => {
    const other = await managerOf('emp-county');
    for (const as of [other, await bench.world.declarant(UNIT), bench.world.officer(UNIT, 'first-reviewer')]) {
      expectProblem(await peopleOf(UNIT, as), 404, 'not-found');
      expectProblem(await peopleOf('emp-nowhere', as), 404, 'not-found');
    }
    const denied = await bench.db.selectFrom('audit').selectAll().where('action', '=', 'unit.denied').execute();
    expect(denied.some((row) => row.actor_id === other.personId && row.subject_id === UNIT)).toBe(true);
  });

  test('another unit’s training is unknown by any of its addresses', async () => {
    const trainingId = await archived(UNIT, manager);
    const other = await managerOf('emp-county');
    const params = { id: 'emp-county', trainingId };
    for (const name of ['training', 'attendees'] as const) {
      expectProblem(await bench.call(name, { as: other, params }), 404, 'not-found');
    }
    expectProblem(
      await record(trainingId, [{ row: 1, workNumber: '1' }], { unit: 'emp-county', as: other }),
      404,
      'not-found',
    );
    expectProblem(await propose(trainingId, {}, { unit: 'emp-county', as: other }), 404, 'not-found');
    const file = await bench.db
      .selectFrom('training_file')
      .select('id')
      .where('training_id', '=', trainingId)
      .executeTakeFirstOrThrow();
    expectProblem(
      await bench.call('trainingFile', { as: other, params: { ...params, fileId: file.id } }),
      404,
      'not-found',
    );
    const own = await bench.call('trainingFile', { as: manager, params: { id: UNIT, trainingId, fileId: file.id } });
    expect([own.status, own.raw.subarray(0, 5).toString()]).toEqual([200, '%PDF-']);
  });

  test('an archive agency sees the people it hosts, and keeps no archive of trainings', async () => {
    const hosted = await bench.world.declarant('emp-hosting');
    const agency = await managerOf('agency-420500');
    const page: UnitPeople = ok(await peopleOf('agency-420500', agency));
    expect(page.items.map((item) => item.personId)).toContain(hosted.personId);
    expect(page.items.every((item) => item.employerName === '单位 emp-hosting')).toBe(true);
    const trainings = { as: agency, params: { id: 'agency-420500' }, query: { year: 2026 } };
    expectProblem(await bench.call('trainings', trainings), 404, 'not-found');
  });
});

describe('people of a unit', () => {
  test('five thousand people: counts, a page and what is on its way in three statements, and pages that neither repeat nor leave out', async () => {
    const unit = 'emp-five-thousand';
    const people = await staff(unit, 5_000);
    const [full, half, lopsided] = people;
    if (!full || !half || !lopsided) throw new Error('nobody');
    await learn(full, 3000, 'public');
    await learn(full, 6000, 'professional');
    await learn(half, 1250, 'professional');
    // A surplus of one subject does not stand in for the other: six thousand are lacking, not five.
    await learn(lopsided, 4000, 'public');
    const lacking = [
      { publicHundredths: 0, professionalHundredths: 1250, totalHundredths: 1250 },
      { publicHundredths: 4000, professionalHundredths: 0, totalHundredths: 4000 },
    ].map((hours) => missingHours(2026, hours).total);
    expect(lacking).toEqual([7750, 6000]);
    let statements = 0;
    const counting = bench.db.withPlugin({
      transformQuery: ({ node }) => {
        statements += 1;
        return node;
      },
      transformResult: ({ result }) => Promise.resolve(result),
    });
    const asked = { organisationId: unit, year: 2026, limit: 100 };
    const first = await readUnitPeople(counting, asked, '2026-11-23');
    expect(statements).toBe(3);
    expect(first.counts).toMatchObject({
      people: 5_000,
      behind: 4_999,
      missingHundredths: 4_997 * 9000 + 7750 + 6000,
    });
    expect(first.items[0]).toMatchObject({
      name: '职工00001',
      standing: 'qualified',
      missing: { total: 0 },
      workNumber: 'W00001',
    });
    expect(first.items[1]).toMatchObject({
      standing: 'in-progress',
      missing: { public: 3000, professional: 4750, total: 7750 },
    });
    const seen = new Set(first.items.map((item) => item.personId));
    let { next } = first;
    for (; next !== null; ) {
      const page = await readUnitPeople(bench.db, { ...asked, after: next }, '2026-11-23');
      for (const item of page.items) seen.add(item.personId);
      next = page.next;
    }
    expect(seen.size).toBe(5_000);
  });

  test('found by a part of the name or the work number, and by where the year stands; only who is there today', async () => {
    const unit = 'emp-search';
    const people = await staff(unit, 12);
    const as = await managerOf(unit);
    await learn(people[3] ?? '', 3000, 'public');
    await learn(people[3] ?? '', 6000, 'professional');
    await sql`update affiliation set until_on = '2026-06-01' where person_id = ${people[11]}`.execute(bench.db);
    const all: UnitPeople = ok(await peopleOf(unit, as));
    expect([all.items.length, all.counts.people]).toEqual([11, 11]);
    expect(ok(await peopleOf(unit, as, { q: '0007' })).items.map((i: { name: string }) => i.name)).toEqual([
      '职工00007',
    ]);
    expect(ok(await peopleOf(unit, as, { q: 'W00009' })).items).toHaveLength(1);
    expect(ok(await peopleOf(unit, as, { standing: 'qualified' })).items).toHaveLength(1);
    expect(ok(await peopleOf(unit, as, { standing: 'in-progress' })).items).toHaveLength(10);
    expect(ok(await peopleOf(unit, as, { standing: 'unqualified' })).items).toHaveLength(0);
    expect(JSON.stringify(all)).not.toMatch(/\d{17}[\dX]/);
  });
});

describe('reminders', () => {
  test('who is behind is told once in seven days, whoever asks and however often', async () => {
    const unit = 'emp-remind';
    const [behind = '', done = ''] = await staff(unit, 2);
    await learn(done, 3000, 'public');
    await learn(done, 6000, 'professional');
    const as = await managerOf(unit);
    const stranger = (await bench.world.declarant(UNIT)).personId;
    const body = { year: 2026, people: { ids: [behind, done, stranger] } };
    const remind = () => bench.call('remindPeople', { as, params: { id: unit }, body });
    const answers = await Promise.all([remind(), remind()]);
    expect(answers.map((answer) => ok(answer).items[0].outcome).sort()).toEqual(['reminded-recently', 'sent']);
    expect(outcomes(await remind())).toEqual(['reminded-recently', 'not-behind', 'unknown']);
    const told = await noticesOf(bench.db, behind, 'employer-reminder');
    expect(told.map((notice) => notice.detail)).toMatchObject([{ year: 2026, missing: '90' }]);
    expect(await noticesOf(bench.db, done, 'employer-reminder')).toEqual([]);
    const everybody = { year: 2026, people: { all: true as const }, organisationId: unit };
    const from = Date.now();
    const at = (days: number) => new Date(from + days * 86_400_000);
    expect(await remindPeople(bench.db, as, everybody, at(6))).toMatchObject({
      value: { items: [{ outcome: 'reminded-recently' }] },
    });
    expect(await remindPeople(bench.db, as, everybody, at(7))).toMatchObject({
      value: { items: [{ outcome: 'sent' }] },
    });
  });
});

test('whose year is deferred is not behind: nobody reminds them while the deferral runs', async () => {
  const unit = 'emp-remind-deferred';
  const [deferred = ''] = await staff(unit, 1);
  await bench.db
    .insertInto('deferral')
    .values({
      person_id: deferred,
      year: 2026,
      employer_id: unit,
      decider_id: unit,
      hrss_id: null,
      reason: 'illness',
      explanation: '住院',
      requested_until: '2027-06-30',
      state: 'granted',
      until_on: '2027-06-30',
      request_key: randomUUID(),
      requested_at: new Date(),
      decided_by: (await bench.world.declarant(UNIT)).personId,
      decided_at: new Date(),
    })
    .execute();
  const as = await managerOf(unit);
  const some = { year: 2026, people: { ids: [deferred] }, organisationId: unit };
  const everybody = { ...some, people: { all: true as const } };
  const on = (day: string) => new Date(`${day}T02:00:00Z`);
  expect(await remindPeople(bench.db, as, some, on('2027-06-30'))).toMatchObject({
    value: { items: [{ outcome: 'deferred' }] },
  });
  expect(await remindPeople(bench.db, as, everybody, on('2027-06-30'))).toMatchObject({ value: { items: [] } });
  expect(await remindPeople(bench.db, as, everybody, on('2027-07-01'))).toMatchObject({
    value: { items: [{ outcome: 'sent' }] },
  });
});

describe('the annual plan', () => {
  test('a line is done when its training has been held, late when its month is over, and stays while a training carries it out', async () => {
    const unit = 'emp-plan';
    await staff(unit, 1);
    const as = await managerOf(unit);
    const add = (body: Record<string, unknown>) =>
      bench.call('addPlanned', {
        as,
        params: { id: unit },
        headers: key(),
        body: { year: 2026, subject: 'professional', hundredths: 800, ...body },
      });
    const held = ok(await add({ title: '急救培训', month: 10 }));
    const late = ok(await add({ title: '院感培训', month: 3 }));
    await archived(unit, as, { content: { plannedId: held.id } });
    const plan = ok(await bench.call('plan', { as, params: { id: unit }, query: { year: 2026 } }));
    expect(plan).toMatchObject({ done: 1, plannedHundredths: 1600, doneHundredths: 800 });
    expect(plan.items.map((i: { state: string }) => i.state)).toEqual(['late', 'done']);
    const remove = (plannedId: string) => bench.call('removePlanned', { as, params: { id: unit, plannedId } });
    expectProblem(await remove(held.id), 409, 'planned-held');
    expect((await remove(late.id)).status).toBe(200);
    expectProblem(await remove(late.id), 404, 'not-found');
    const save = (revision: number) =>
      bench.call('savePlanned', {
        as,
        params: { id: unit, plannedId: held.id },
        body: { revision, title: '急救培训（二）', month: 11, subject: 'professional', hundredths: 600 },
      });
    expect(ok(await save(1)).revision).toBe(2);
    expectProblem(await save(1), 409, 'revision-changed');
    const foreign = { ...CONTENT, plannedId: held.id };
    expectProblem(
      await bench.call('addTraining', { as: manager, params: { id: UNIT }, headers: key(), body: foreign }),
      404,
      'not-found',
    );
  });

  test('a request sent twice makes one line; its key does not make another', async () => {
    const headers = key();
    const body = { year: 2026, title: '一次', month: 5, subject: 'public', hundredths: 400 };
    const add = (more = {}) =>
      bench.call('addPlanned', { as: manager, params: { id: UNIT }, headers, body: { ...body, ...more } });
    expect(ok(await add()).id).toBe(ok(await add()).id);
    expectProblem(await add({ title: '另一次' }), 409, 'request-key-reused');
  });
});

describe('attendance', () => {
  test('people are named by work number, ID number or key; each row has its own answer, previewed and then entered', async () => {
    const trainingId = await archived(UNIT, manager);
    const [byNumber, byId, byKey] = [await colleague('A001'), await colleague('A002'), await colleague('A003')];
    const elsewhere = await bench.world.declarant('emp-county');
    const late = await colleague('A004');
    await sql`update affiliation set from_on = '2026-10-13' where person_id = ${late.personId}`.execute(bench.db);
    const idOf = async (person: Caller) =>
      (
        await bench.db
          .selectFrom('person')
          .select('id_number')
          .where('id', '=', person.personId)
          .executeTakeFirstOrThrow()
      ).id_number;
    const rows = [
      { row: 2, workNumber: 'A001', name: '申报人' },
      { row: 3, idNumber: await idOf(byId) },
      { row: 4, personKey: personKeyOf(PERSON_KEY_SECRET, await idOf(byKey)).toString('hex'), missed: ['2026-10-13'] },
      { row: 5, workNumber: 'A001' },
      { row: 6, idNumber: await idOf(elsewhere) },
      { row: 7, idNumber: '420500199001019999' },
      { row: 8, workNumber: 'A002', name: '别人' },
      { row: 9, workNumber: 'A004' },
      { row: 10, workNumber: 'A004', missed: ['2026-10-12'] },
      { row: 11, workNumber: 'A002', missed: ['2026-10-14'] },
      { row: 12, workNumber: 'A002', missed: ['2026-10-12', '2026-10-13'] },
      { row: 13, name: '申报人' },
    ];
    const expected = [
      'added',
      'added',
      'added',
      'repeated',
      'unknown',
      'unknown',
      'name-differs',
      'not-on-day',
      'added',
      'missed-invalid',
      'missed-all',
      'no-identifier',
    ];
    const preview = await record(trainingId, rows, { preview: true });
    expect(outcomes(preview)).toEqual(expected);
    const attended = () =>
      bench.db.selectFrom('attendance').selectAll().where('training_id', '=', trainingId).execute();
    expect(await attended()).toHaveLength(0);
    const entered = await record(trainingId, rows);
    expect(outcomes(entered)).toEqual(expected);
    expect(entered.body).not.toContain(await idOf(byId));
    expect((await attended()).map((row) => row.person_id).sort()).toEqual(
      [byNumber, byId, byKey, late].map((person) => person.personId).sort(),
    );
    expect(outcomes(await record(trainingId, rows.slice(0, 3)))).toEqual(['listed', 'listed', 'listed']);
    const params = { id: UNIT, trainingId, personId: byNumber.personId };
    expect((await bench.call('removeAttendee', { as: manager, params })).status).toBe(200);
    expectProblem(await bench.call('removeAttendee', { as: manager, params }), 404, 'not-found');
  });
});

describe('an attendance list as a file', () => {
  const send = (trainingId: string, content: Buffer, preview = 'false', as = manager) =>
    bench.call('recordAttendanceFile', {
      as,
      params: { id: UNIT, trainingId },
      query: { preview },
      ...upload(content, '名单.csv', 'text/csv'),
    });

  const workbook = async (rows: number, columns: number): Promise<Buffer> => {
    const heading = ['工号', '姓名', ...Array.from({ length: columns }, (_, at) => `附注${at}`)];
    const lines = Array.from({ length: rows }, (_, n) => [
      `X${n}`,
      '某人',
      ...heading.slice(2).map((of) => `${of}-${n}`),
    ]);
    return Buffer.from(await writeXlsx({ sheets: [{ name: '一', rows: [heading, ...lines] }] }));
  };

  test('a large workbook is read beside the serving thread, which answers others meanwhile', async () => {
    const training = await archived(UNIT, manager);
    const content = await workbook(4_000, 18);
    const began = performance.now();
    const reading = { isOver: false };
    const answered = send(training, content, 'true').finally(() => {
      reading.isOver = true;
    });
    let longest = 0;
    while (!reading.isOver) {
      const asked = performance.now();
      expect((await bench.call('live')).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 2));
      longest = Math.max(longest, performance.now() - asked);
    }
    expect((await answered).json).toMatchObject({ good: 0, bad: 4_000 });
    // Read in this thread, it would have been all of the time but the matching.
    expect(longest).toBeLessThan((performance.now() - began) / 3);
  });

  test('when too many workbooks are read at once, the rest are told to come again', async () => {
    const training = await archived(UNIT, manager);
    const content = await workbook(2, 1);
    const answers = await Promise.all(Array.from({ length: 16 }, () => send(training, content, 'true')));
    const [busy, read] = [
      answers.filter(({ status }) => status === 503),
      answers.filter(({ status }) => status === 200),
    ];
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.length + read.length).toBe(16);
    expectProblem(busy[0] as Answer, 503, 'overloaded');
    expect(busy[0]?.headers['retry-after']).toBe('3');
    // Nobody keeps a place who has left.
    expect((await send(training, content, 'true')).status).toBe(200);
  });

  test('is read in GB 18030 and UTF-8, as CSV and as a workbook; broken rows are answered for one by one', async () => {
    await colleague('F001');
    await colleague('F002');
    const text =
      '姓名,工号,身份证号,缺席日期\r\n申报人,F001,,\r\n申报人,F002,,2026/10/13\r\n申报人,,12345,\r\n,F009,,\r\n';
    const expected = ['added', 'added', 'unreadable', 'unknown'];
    const gb = await archived(UNIT, manager);
    expect(outcomes(await send(gb, iconv.encode(text, 'gb18030'), 'true'))).toEqual(expected);
    expect(outcomes(await send(gb, iconv.encode(text, 'gb18030')))).toEqual(expected);
    expect(outcomes(await send(gb, Buffer.from(`\uFEFF${text}`)))).toEqual([
      'listed',
      'listed',
      'unreadable',
      'unknown',
    ]);
    const { rows } = await sql<{ missed: string[] }>`
      select missed::text[] as missed from attendance where training_id = ${gb} order by missed`.execute(bench.db);
    expect(rows).toEqual([{ missed: [] }, { missed: ['2026-10-13'] }]);
    const sheet = await writeXlsx({
      sheets: [
        {
          name: '名单',
          rows: [
            ['工号', '姓名'],
            ['F001', '申报人'],
            ['F002', '别人'],
          ],
        },
      ],
    });
    expect(outcomes(await send(await archived(UNIT, manager), Buffer.from(sheet)))).toEqual(['added', 'name-differs']);
  });

  test('that is none, has no column that names people, or is empty is refused as a whole', async () => {
    const trainingId = await archived(UNIT, manager);
    for (const content of ['姓名,部门\n张三,内科\n', '工号,姓名\n', '%PDF-1.4 not a list']) {
      expectProblem(await send(trainingId, Buffer.from(content)), 422, 'unreadable-list');
    }
    expectProblem(await send(trainingId, Buffer.alloc(0)), 422, 'unreadable-list');
    const long = `工号\n${Array.from({ length: 5_001 }, (_, n) => `X${n}`).join('\n')}\n`;
    expectProblem(await send(trainingId, Buffer.from(long)), 422, 'unreadable-list');
    expect(await bench.db.selectFrom('attendance').selectAll().where('training_id', '=', trainingId).execute()).toEqual(
      [],
    );
  });
});

describe('batch declaration', () => {
  test('nothing is proposed from what the rules refuse: no papers, online, not yet held, no study archive', async () => {
    const tell = async (content: Record<string, unknown>, sheet = true) => {
      const trainingId = await archived(UNIT, manager, { content, sheet });
      return propose(trainingId);
    };
    expectProblem(await tell({}, false), 422, 'evidence-missing');
    expect((await tell({ mode: 'online' })).json).toMatchObject({
      code: 'not-declarable',
      more: { rule: 'not-offline' },
    });
    expect((await tell({ days: [{ on: '2199-01-05', hundredths: 100 }] })).json).toMatchObject({
      more: { rule: 'future-date' },
    });
    const without = await managerOf('emp-no-archive');
    const trainingId = await archived('emp-no-archive', without);
    const answer = await propose(trainingId, {}, { unit: 'emp-no-archive', as: without });
    expect(answer.json).toMatchObject({
      code: 'not-declarable',
      more: { rule: 'study-archive-missing' },
      provision: '11(1)',
    });
  });

  test('five hundred people with doubles and strangers, interrupted and repeated: one claim each, with the archive’s paper', async () => {
    const unit = 'emp-batch';
    const people = await staff(unit, 480);
    const as = await managerOf(unit);
    const trainingId = await archived(unit, as);
    const rows = Array.from({ length: 500 }, (_, i) => ({
      row: i + 2,
      workNumber: `W${String((i % 490) + 1).padStart(5, '0')}`,
    }));
    const listed = ok(await record(trainingId, rows, { unit, as }));
    expect([listed.good, listed.bad]).toEqual([480, 20]);
    const where = { unit, as };
    const first = ok(await propose(trainingId, { limit: 200 }, where));
    expect([first.items.length, first.items.every((i: { outcome: string }) => i.outcome === 'proposed')]).toEqual([
      200,
      true,
    ]);
    // Interrupted, begun again from the start, and twice at once.
    const [again, once] = await Promise.all([
      propose(trainingId, { limit: 200 }, where),
      propose(trainingId, { limit: 200, after: first.next }, where),
    ]);
    expect(new Set(outcomes(again))).toEqual(new Set(['already-proposed']));
    expect(new Set(outcomes(once))).toEqual(new Set(['proposed']));
    const last = ok(await propose(trainingId, { after: ok(once).next }, where));
    expect([last.items.length, last.next]).toEqual([80, null]);
    const made = await sql<{ person_id: string; state: string; files: number; keys: number }>`
      select c.person_id, c.state, count(*)::int as files, count(distinct e.storage_key)::int as keys
      from claim c join evidence e on e.claim_id = c.id where c.person_id = any (${people}) group by c.id`.execute(
      bench.db,
    );
    expect(made.rows).toHaveLength(480);
    expect(new Set(made.rows.map((row) => `${row.state}/${row.files}/${row.keys}`))).toEqual(new Set(['draft/1/1']));
    const notices = await sql<{ n: number }>`
      select count(*)::int as n from notice where kind = 'attendance-to-confirm' and person_id = any (${people})`.execute(
      bench.db,
    );
    expect(notices.rows).toEqual([{ n: 480 }]);
    const detail = ok(await bench.call('training', { as, params: { id: unit, trainingId } }));
    expect(detail).toMatchObject({
      editable: false,
      counts: { attended: 480, proposed: 480, confirmed: 0, objected: 0 },
    });
  });

  test('each row says why not: declared by themselves, a draft of their own, gone from the unit, and hours over the limit', async () => {
    const title = '全院急救技能培训';
    const trainingId = await archived(UNIT, manager, { content: { title } });
    const names = ['B001', 'B002', 'B003', 'B004', 'B005'] as const;
    const people = await Promise.all(names.map((name) => colleague(name)));
    const [own, draft, gone, over, plain] = people as [Caller, Caller, Caller, Caller, Caller];
    ok(
      await record(
        trainingId,
        names.map((workNumber, index) => ({ row: index + 1, workNumber })),
      ),
    );
    const declared = trainingOf('unit-training', ['2026-10-12'], title);
    const made = ok(await bench.call('createClaim', { as: own, body: { declared } }));
    ok(await bench.call('uploadEvidence', { as: own, params: { id: made.id }, ...upload(aPdf(randomUUID())) }));
    ok(
      await bench.call('submitClaim', {
        as: own,
        params: { id: made.id },
        headers: key(),
        body: { revision: made.revision },
      }),
    );
    ok(await bench.call('createClaim', { as: draft, body: { declared } }));
    await sql`update affiliation set until_on = '2026-10-20' where person_id = ${gone.personId}`.execute(bench.db);
    const earlier = await archived(UNIT, manager, { content: { days: [{ on: '2026-09-01', hundredths: 800 }] } });
    ok(await record(earlier, [{ row: 1, workNumber: 'B004' }]));
    expect(outcomes(await propose(earlier))).toEqual(['proposed']);
    const preview = ok(await propose(trainingId, { preview: true }));
    const byPerson = new Map<string, { outcome: string; warning: string | null }>(
      preview.items.map((item: { personId: string }) => [item.personId, item]),
    );
    const outcome = (person: Caller) => byPerson.get(person.personId);
    expect(outcome(own)?.outcome).toBe('already-declared');
    expect(outcome(draft)?.outcome).toBe('own-draft');
    expect(outcome(gone)?.outcome).toBe('no-affiliation');
    // 8 hours before, 8 and 6 now: two over the twenty.
    expect(outcome(over)?.warning).toMatch(/至多认定 20 学时.*只余 12 学时可计入/);
    expect(outcome(plain)).toMatchObject({ outcome: 'proposed', warning: null });
    expect(await noticesOf(bench.db, plain.personId, 'attendance-to-confirm')).toEqual([]);
    expect(outcomes(await propose(trainingId))).toEqual(preview.items.map((item: { outcome: string }) => item.outcome));
  });
});

describe('the person', () => {
  async function proposedTo(
    workNumber: string,
  ): Promise<{ person: Caller; trainingId: string; proposal: Answer['json'] }> {
    const person = await colleague(workNumber);
    const trainingId = await archived(UNIT, manager);
    ok(await record(trainingId, [{ row: 1, workNumber, missed: ['2026-10-13'] }]));
    expect(outcomes(await propose(trainingId))).toEqual(['proposed']);
    const { items } = ok(await bench.call('myProposals', { as: person }));
    expect(items).toHaveLength(1);
    return { person, trainingId, proposal: items[0] };
  }

  test('confirms what was proposed: it is their own submitted claim, for the days they were there', async () => {
    const { person, proposal } = await proposedTo('C001');
    expect(proposal).toMatchObject({
      hundredths: 800,
      days: [{ on: '2026-10-12' }],
      evidence: [{ fileName: '签到表.pdf' }],
    });
    const headers = key();
    const confirm = () =>
      bench.call('confirmProposal', {
        as: person,
        params: { id: proposal.id },
        headers,
        body: { revision: proposal.revision },
      });
    expect(ok(await confirm())).toMatchObject({ claimId: proposal.claimId, state: 'first-review', version: 1 });
    expect((await confirm()).status).toBe(200);
    expect(ok(await bench.call('myProposals', { as: person })).items).toEqual([]);
    await openNext(bench.db, proposal.claimId);
    const act = await bench.db.selectFrom('act').selectAll().where('claim_id', '=', proposal.claimId).execute();
    expect(act.map((a) => [a.kind, a.actor_id])).toEqual([['submitted', person.personId]]);
    const params = { id: proposal.claimId, evidenceId: proposal.evidence[0].id };
    const file = await bench.call('evidenceFile', { as: bench.world.officer(UNIT, 'first-reviewer'), params });
    expect([file.status, file.raw.subarray(0, 5).toString()]).toEqual([200, '%PDF-']);
    const late = { as: person, params: { id: proposal.id }, body: { reason: '没有参加' } };
    expectProblem(await bench.call('objectToProposal', late), 409, 'proposal-answered');
  });

  test('objects: the draft goes, the paper stays, the unit is told, and is not asked to believe otherwise by a repeated batch', async () => {
    const { person, trainingId, proposal } = await proposedTo('C002');
    const object = () =>
      bench.call('objectToProposal', { as: person, params: { id: proposal.id }, body: { reason: '那天在外地出差' } });
    expect((await object()).status).toBe(200);
    expect((await object()).status).toBe(200);
    expectProblem(await bench.call('claim', { as: person, params: { id: proposal.claimId } }), 404, 'not-found');
    expect(await noticesOf(bench.db, manager.personId, 'proposal-objected')).toHaveLength(1);
    const attendees = ok(await bench.call('attendees', { as: manager, params: { id: UNIT, trainingId } }));
    expect(attendees.items[0].proposal).toMatchObject({ state: 'objected', objection: '那天在外地出差' });
    expect(outcomes(await propose(trainingId))).toEqual(['objected']);
    const papers = await bench.db
      .selectFrom('training_file')
      .selectAll()
      .where('training_id', '=', trainingId)
      .execute();
    const file = await bench.call('trainingFile', {
      as: manager,
      params: { id: UNIT, trainingId, fileId: papers[0]?.id },
    });
    expect(file.status).toBe(200);
    // Entered anew after the objection, the unit may propose again.
    ok(await record(trainingId, [{ row: 1, workNumber: 'C002' }]));
    expect(outcomes(await propose(trainingId))).toEqual(['proposed']);
  });

  test('neither changes nor discards a proposed draft, nor adds to it; and nobody answers for another', async () => {
    const { person, proposal, trainingId } = await proposedTo('C003');
    const params = { id: proposal.claimId };
    const claim = ok(await bench.call('claim', { as: person, params }));
    expect(claim.permissions).toMatchObject({ edit: false, discard: false, submit: false });
    const body = { declared: trainingOf('unit-training', ['2026-10-12']), revision: proposal.revision };
    expectProblem(await bench.call('saveClaim', { as: person, params, body }), 409, 'claim-proposed');
    expectProblem(await bench.call('discardClaim', { as: person, params }), 409, 'claim-proposed');
    expectProblem(await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf()) }), 409, 'claim-proposed');
    const other = await bench.world.declarant(UNIT);
    const theirs = { as: other, params: { id: proposal.id }, headers: key(), body: { revision: proposal.revision } };
    expectProblem(await bench.call('confirmProposal', theirs), 404, 'not-found');
    expectProblem(
      await bench.call('objectToProposal', { as: other, params: { id: proposal.id }, body: { reason: 'x' } }),
      404,
      'not-found',
    );
    expect(ok(await bench.call('myClaims', { as: person })).items).toEqual([]);
    const detail = ok(await bench.call('training', { as: manager, params: { id: UNIT, trainingId } }));
    const save = { ...CONTENT, title: '改名', revision: detail.revision };
    expectProblem(
      await bench.call('saveTraining', { as: manager, params: { id: UNIT, trainingId }, body: save }),
      409,
      'training-declared',
    );
    const fileParams = { id: UNIT, trainingId, fileId: detail.papers[0].id };
    expectProblem(
      await bench.call('removeTrainingFile', { as: manager, params: fileParams }),
      409,
      'training-declared',
    );
    const attendee = { id: UNIT, trainingId, personId: person.personId };
    expectProblem(await bench.call('removeAttendee', { as: manager, params: attendee }), 409, 'training-declared');
  });

  test('one sign-in sheet for many is no likeness between their claims', async () => {
    const unit = 'emp-sheet';
    const [a = '', b = ''] = await staff(unit, 2);
    const as = await managerOf(unit);
    const trainingId = await archived(unit, as);
    ok(
      await record(
        trainingId,
        [
          { row: 1, workNumber: 'W00001' },
          { row: 2, workNumber: 'W00002' },
        ],
        { unit, as },
      ),
    );
    ok(await propose(trainingId, {}, { unit, as }));
    for (const personId of [a, b]) {
      const person: Caller = { personId, holdings: [], requestId: 'test' };
      const { items } = ok(await bench.call('myProposals', { as: person }));
      ok(
        await bench.call('confirmProposal', {
          as: person,
          params: { id: items[0].id },
          headers: key(),
          body: { revision: 1 },
        }),
      );
    }
    const { rows } = await sql<{
      id: string;
      person_id: string;
    }>`select id, person_id from claim where person_id = ${a}`.execute(bench.db);
    const { likenesses } = await import('../../db/read/likeness.ts');
    const claim = await bench.db
      .selectFrom('claim')
      .select(['id', 'declaration'])
      .where('id', '=', rows[0]?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(
      await likenesses(bench.db, { personId: a, claimId: claim.id, declared: declaredBy(claim), asks: 'reviewer' }),
    ).toEqual([]);
  });

  test('a batch after the claims’ close is refused as a whole', async () => {
    const trainingId = await archived(UNIT, manager);
    const late = await proposeClaims(
      bench.db,
      manager as UnitCaller,
      { organisationId: UNIT, trainingId, limit: 10, preview: false },
      new Date('2027-04-01T00:00:00+08:00'),
    );
    expect(late).toMatchObject({ ok: false, refusal: { code: 'not-declarable', more: { rule: 'claims-closed' } } });
  });
});

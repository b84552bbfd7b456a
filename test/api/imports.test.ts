import { randomUUID } from 'node:crypto';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import iconv from 'iconv-lite';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { keepChunk } from '../../db/acts/imports.ts';
import { continueImport } from '../../db/imports.ts';
import { sweep } from '../../relay/relay.ts';
import { addCourses, idNumberOf, officerAt } from './platform.ts';
import { type Answer, type Bench, expectProblem, makeBench, upload } from './support.ts';

/** A list of completions as a file: read, shown, confirmed, carried out, and cut short anywhere. */
let bench: Bench;
let province: Caller;
let person: Caller;
let idNumber: string;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-23T04:00:00Z') });
  bench = await makeBench();
  await addCourses(bench.db);
  province = await officerAt(bench.world, 'hrss-420000', 'administrator');
});
afterAll(async () => {
  vi.useRealTimers();
  await bench.close();
});
beforeEach(async () => {
  person = await bench.world.declarant('emp-city');
  idNumber = await idNumberOf(bench.db, person);
});

const HEADER = '姓名,身份证号,课程编码,完成日期,学时,流水号';
const send = (content: Buffer, how: { name?: string; as?: Caller; key?: string } = {}): Promise<Answer> => {
  const file = upload(content, how.name ?? '名单.csv', 'text/csv');
  return bench.call('uploadImport', {
    as: how.as ?? province,
    params: { kind: 'completions' },
    raw: file.raw as Buffer,
    headers: { ...file.headers, 'idempotency-key': how.key ?? randomUUID() },
  });
};
const sendCsv = (lines: string[], encode = (text: string): Buffer => Buffer.from(text)): Promise<Answer> =>
  send(encode([HEADER, ...lines].join('\r\n')));
const show = async (id: string) => (await bench.call('import', { as: province, params: { id } })).json;
const rowsOf = async (id: string, only = 'errors'): Promise<[number, string][]> => {
  const answer = await bench.call('importRows', { as: province, params: { id }, query: { only, limit: 200 } });
  return answer.json.items.map((row: { number: number; text: string }) => [row.number, row.text]);
};
const finish = async (id: string, budgetMs = 60_000): Promise<number> => {
  let jobs = 1;
  while ((await continueImport(bench.db, id, { budgetMs })) === 'again') jobs += 1;
  return jobs;
};
/** Uploaded, read and shown. */
const previewed = async (answer: Answer) => {
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  await finish(answer.json.id);
  return show(answer.json.id);
};
const confirm = (id: string, as = province): Promise<Answer> => bench.call('confirmImport', { as, params: { id } });
const totals = (of: Caller) =>
  bench.db
    .selectFrom('person_year')
    .select(['public_hundredths as pub', 'professional_hundredths as pro'])
    .where('person_id', '=', of.personId)
    .execute();
const completionsOf = async (of: Caller): Promise<number> =>
  (await bench.db.selectFrom('platform_completion').select('id').where('person_id', '=', of.personId).execute()).length;

test('preview writes nothing; confirming counts the good rows, and again changes nothing', async () => {
  const sent = await sendCsv([`申报人,${idNumber},G01,2026-09-01,6,N1`, `申报人,${idNumber},NONE,2026-09-01,,`]);
  expect(sent.json).toMatchObject({ state: 'reading', rowsRead: 0 });
  const shown = await previewed(sent);
  expect(shown).toMatchObject({
    state: 'previewed',
    rowsRead: 2,
    rowsGood: 1,
    rowsBad: 1,
    format: 'CSV，UTF-8，逗号分隔',
  });
  expect(await rowsOf(shown.id)).toEqual([[3, '课程编码：课程目录中没有该课程']]);
  expect(await totals(person)).toEqual([]);
  expect((await confirm(shown.id)).json.state).toBe('running');
  await finish(shown.id);
  const done = await show(shown.id);
  expect(done).toMatchObject({ state: 'done', rowsDone: 1, outcomes: [{ outcome: 'registered', count: 1 }] });
  expect(await totals(person)).toEqual([{ pub: 600, pro: 0 }]);
  expect((await confirm(shown.id)).json.state).toBe('done');
  await finish(shown.id);
  expect(await completionsOf(person)).toBe(1);
});

describe('the same list, however it was saved', () => {
  const text = () => [HEADER, `申报人,${idNumber},G01,2026年9月1日,6.0,N-${idNumber}`].join('\n');
  const tabs = () => text().replaceAll(',', '\t');
  const saved: [string, () => Buffer, string][] = [
    ['UTF-8', () => Buffer.from(text()), 'CSV，UTF-8，逗号分隔'],
    ['UTF-8 with a mark', () => Buffer.from(`\ufeff${text()}`), 'CSV，UTF-8（带标记），逗号分隔'],
    ['GB 18030', () => iconv.encode(text(), 'gb18030'), 'CSV，GB 18030，逗号分隔'],
    ['GB 18030 with tabs', () => iconv.encode(tabs(), 'gb18030'), 'CSV，GB 18030，制表符分隔'],
    ['UTF-16 with tabs', () => iconv.encode(tabs(), 'utf-16le', { addBOM: true }), 'CSV，UTF-16，制表符分隔'],
    ['semicolons', () => Buffer.from(text().replaceAll(',', ';')), 'CSV，UTF-8，分号分隔'],
    ['quotes, blank lines and other names', () => Buffer.from(quoted()), 'CSV，UTF-8，逗号分隔'],
  ];
  const quoted = (): string =>
    `\r\n"证件号码","姓名","完成时间","课程代码"\r\n\r\n"${idNumber}"," 申报人 ","2026/9/1","g01"\r\n`;
  test.each(saved)('%s', async (_what, file, format) => {
    const shown = await previewed(await send(file()));
    expect(shown).toMatchObject({ state: 'previewed', rowsGood: 1, rowsBad: 0, format });
    await confirm(shown.id);
    await finish(shown.id);
    expect(await totals(person)).toEqual([{ pub: 600, pro: 0 }]);
  });

  test('XLSX with days as days', async () => {
    const rows = [HEADER.split(','), ['申报人', idNumber, 'G01', new Date('2026-09-01'), 6, 'X1']];
    const file = await writeXlsx({ sheets: [{ name: '九月', rows }] });
    const shown = await previewed(await send(Buffer.from(file), { name: '名单.xlsx' }));
    expect(shown).toMatchObject({ rowsGood: 1, rowsBad: 0, format: 'XLSX，工作表“九月”' });
  });
});

describe('a workbook that unfolds to more than its rows could need is refused before it is read', () => {
  const workbook = async (): Promise<Buffer> =>
    Buffer.from(await writeXlsx({ sheets: [{ name: '一', rows: [HEADER.split(','), ['申报人', idNumber, 'G01']] }] }));
  /** Where the directory tells of the first part with contents, and how many bytes it claims. */
  const claim = (file: Buffer, bytes: number): Buffer => {
    const at = file.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    file.writeUInt32LE(bytes, file.readUInt32LE(at + 16) + 24);
    return file;
  };
  // What the reader would stop at gigabytes only, and what a directory planted before the true one would hide.
  const planted = Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), Buffer.alloc(60)]);
  const bombs: [string, (file: Buffer) => Buffer][] = [
    ['much', (file) => claim(file, 80 * 1024 * 1024)],
    ['a part that claims no size', (file) => claim(file, 0)],
    ['much, behind a planted directory', (file) => behind(planted, claim(file, 80 * 1024 * 1024))],
  ];
  /** The planted bytes stand where the first part begins: no reader asks for that part. */
  const behind = (plant: Buffer, file: Buffer): Buffer => {
    plant.copy(file, 30);
    return file;
  };
  test.each(bombs)('%s', async (_what, made) => {
    const shown = await previewed(await send(made(await workbook()), { name: '名单.xlsx' }));
    expect(shown).toMatchObject({ state: 'refused', problem: { code: 'import-too-large' } });
  });
});

test('each row says what is wrong and in which column', async () => {
  const stranger = '420500199901010000';
  const shown = await previewed(
    await sendCsv([
      `申报人,${idNumber},G01,2026-09-01,6,`,
      `申报人,${stranger},G01,2026-09-01,,`,
      `别人,${idNumber},Z01,2026-09-01,,`,
      `申报人,${idNumber},Z01,2026-02-30,,`,
      `申报人,${idNumber},Z01,2026-09-01,-3,`,
      `申报人,${idNumber},Z01,2026-09-01,abc,`,
      `申报人,${idNumber},Z01,2026-09-01,6,`,
      `申报人,${idNumber},G01,2026-10-01,,`,
      `申报人,,,2026-09-01`,
      `申报人,12345,Z01,2026-11-24,,`,
      `申报人,${idNumber},Z01,2025-12-31,,`,
      `申报人,${idNumber},"=""Z01""",=TODAY(),=1+1,`,
      `申报人,${idNumber},Z01,2026-11-24,,`,
    ]),
  );
  expect(await rowsOf(shown.id)).toEqual([
    [3, '身份证号：系统中没有该人员'],
    [4, '姓名：与该身份证号登记的姓名不一致'],
    [5, '完成日期：不是真实存在的日期，应如 2026-09-01'],
    [6, '学时：应为数字，最多两位小数'],
    [7, '学时：应为数字，最多两位小数'],
    [8, '学时：学时与课程目录标定的不一致（目录标定 12）'],
    [9, '与第 2 行重复'],
    [10, '身份证号：不能为空；课程编码：不能为空'],
    [11, '身份证号：应为 18 位身份证号'],
    [12, '完成日期：2026年以前的年度不适用本办法'],
    [
      13,
      '课程编码：是公式，请粘贴为数值后重新上传；完成日期：是公式，请粘贴为数值后重新上传；学时：是公式，请粘贴为数值后重新上传',
    ],
    [14, '完成日期：完成日期尚未到来'],
  ]);
  expect(shown).toMatchObject({ rowsRead: 13, rowsGood: 1, rowsBad: 12 });
});

test('in a workbook, formulas and numbers that lost their digits are told from values', async () => {
  const rows = [
    HEADER.split(','),
    ['申报人', 420500199001010000, 'G01', '2026-09-01', 6, 'N'],
    ['申报人', idNumber, 'G01', 1, 6, 'N'],
  ];
  const cells = new Map([['2,4', { value: 6, formula: '3+3', formulaResult: 6, type: 'formula' as const }]]);
  const file = await writeXlsx({ sheets: [{ name: 's', rows, cells }] });
  const shown = await previewed(await send(Buffer.from(file)));
  expect(await rowsOf(shown.id)).toEqual([
    [2, '身份证号：被表格软件存成了数字，末几位已丢失；请将该列设为文本格式后重新填写'],
    [3, '完成日期：不是真实存在的日期，应如 2026-09-01；学时：是公式，请粘贴为数值后重新上传'],
  ]);
});

describe('a file that cannot be imported is refused with its code', () => {
  test.each([
    ['nothing in it', Buffer.alloc(0), 422, 'import-empty'],
    ['a PDF called .csv', Buffer.from('%PDF-1.7\n1 0 obj'), 415, 'import-type'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 415, 'import-type'],
    ['an old workbook', Buffer.from(`d0cf11e0a1b11ae1${'00'.repeat(600)}`, 'hex'), 415, 'import-type'],
    ['a program', Buffer.from(`7f454c4602010100${'00'.repeat(60)}`, 'hex'), 415, 'import-type'],
  ])('%s', async (_what, content, status, code) => {
    expectProblem(await send(content), status, code);
    const left = await bench.db.selectFrom('import').select('id').where('state', '=', 'uploading').execute();
    expect(left).toEqual([]);
  });

  test.each([
    ['only a header', Buffer.from(HEADER), 'import-empty'],
    ['blank lines', Buffer.from('\n\n\n'), 'import-empty'],
    ['no known column', Buffer.from('甲,乙\n1,2'), 'import-columns'],
    ['a column twice', Buffer.from(`${HEADER},姓名\n1`), 'import-columns'],
    [
      'a zip that is no workbook',
      Buffer.from('PK\x03\x04 and so on, but no more than that', 'latin1'),
      'import-not-a-table',
    ],
    [
      'neither UTF-8 nor GB 18030',
      Buffer.concat([Buffer.from(HEADER), Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x41])]),
      'import-not-a-table',
    ],
    ['a quote that never ends', Buffer.from(`${HEADER}\n"申报人,1,2\n3`), 'import-broken-row'],
  ])('%s', async (_what, content, code) => {
    const sent = await send(content);
    expect(sent.status).toBe(201);
    await finish(sent.json.id);
    const shown = await show(sent.json.id);
    expect(shown).toMatchObject({ state: 'refused', problem: { code } });
    expect(shown.problem.fix).toMatch(/\p{Script=Han}/u);
    expectProblem(await confirm(shown.id), 409, 'import-state');
    const kept = await bench.db.selectFrom('import_chunk').select('seq').where('import_id', '=', shown.id).execute();
    expect(kept).toEqual([]);
  });

  test('without a file, without a key', async () => {
    const params = { kind: 'completions' };
    const headers = { 'idempotency-key': randomUUID() };
    expectProblem(await bench.call('uploadImport', { as: province, params, headers }), 400, 'invalid-input');
    const { raw, headers: typed } = upload(Buffer.from(HEADER));
    expectProblem(
      await bench.call('uploadImport', { as: province, params, raw: raw as Buffer, headers: typed ?? {} }),
      400,
      'invalid-input',
    );
  });
});

describe('cut short', () => {
  const COUNT = 2_300;
  /** One person's row is good in each thousand; the rest name nobody. */
  const many = (): string[] =>
    Array.from({ length: COUNT }, (_, n) => {
      const id = n % 1000 === 7 ? idNumber : `42010019990101${String(n).padStart(4, '0')}`;
      return `申报人,${id},${['G01', 'Z01', 'G02'][Math.floor(n / 1000)] ?? ''},2026-07-01,,N${n}`;
    });

  test('reading goes on behind the last page, and every row is there once', async () => {
    const sent = await sendCsv(many());
    expect(await finish(sent.json.id, 0)).toBe(3);
    expect(await show(sent.json.id)).toMatchObject({
      state: 'previewed',
      rowsRead: COUNT,
      rowsGood: 3,
      rowsBad: COUNT - 3,
    });
  });

  test('the way back to where reading stopped does not use up the time for going on', async () => {
    const sent = await sendCsv(many());
    const slow = bench.db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (result.rows.some((row) => Buffer.isBuffer(row['content']))) await new Promise((go) => setTimeout(go, 500));
        return result;
      },
    });
    expect(await continueImport(bench.db, sent.json.id, { budgetMs: 0 })).toBe('again');
    expect(await continueImport(slow, sent.json.id, { budgetMs: 1_000 })).toBe('ended');
    expect(await show(sent.json.id)).toMatchObject({ state: 'previewed', rowsRead: COUNT });
  });

  test('two jobs of one import at once read and count every row once', async () => {
    const sent = await sendCsv(many());
    await Promise.all([finish(sent.json.id, 0), finish(sent.json.id, 0), finish(sent.json.id)]);
    expect(await show(sent.json.id)).toMatchObject({ state: 'previewed', rowsRead: COUNT, rowsGood: 3 });
    await confirm(sent.json.id);
    await Promise.all([finish(sent.json.id, 0), finish(sent.json.id, 0), finish(sent.json.id)]);
    expect(await show(sent.json.id)).toMatchObject({ state: 'done', rowsDone: 3 });
    expect([await completionsOf(person), await totals(person)]).toEqual([3, [{ pub: 1050, pro: 1200 }]]);
  });

  test('a page that fails leaves nothing; the next job does it and goes on', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => bench.world.declarant('emp-city')));
    const numbers = await Promise.all(people.map((each) => idNumberOf(bench.db, each)));
    const codes = Array.from({ length: 45 }, (_, n) => `K${n + 10}`);
    await bench.db
      .insertInto('platform_course')
      .values(codes.map((code) => ({ code, title: code, subject: 'public', hundredths: 100, from_on: '2026-01-01' })))
      .execute();
    const lines = numbers.flatMap((number) => codes.map((code) => `申报人,${number},${code},2026-07-01,,`));
    const shown = await previewed(await sendCsv(lines));
    await confirm(shown.id);
    expect(await continueImport(bench.db, shown.id, { budgetMs: 0 })).toBe('again');
    expect(await show(shown.id)).toMatchObject({ state: 'running', rowsDone: 250 });
    const last = people.at(-1) as Caller;
    expect(await completionsOf(last)).toBe(25);
    const broken = sql`person_id <> ${sql.lit(last.personId)} or course <> ${sql.lit(codes.at(-1))}`;
    await sql`alter table platform_completion add constraint broken check (${broken}) not valid`.execute(bench.db);
    await expect(continueImport(bench.db, shown.id)).rejects.toThrow(/broken/);
    expect(await show(shown.id)).toMatchObject({ state: 'running', rowsDone: 250 });
    expect([await completionsOf(last), await totals(last)]).toEqual([25, [{ pub: 2500, pro: 0 }]]);
    await bench.db.schema.alterTable('platform_completion').dropConstraint('broken').execute();
    await finish(shown.id);
    expect(await show(shown.id)).toMatchObject({ state: 'done', rowsDone: 270 });
    for (const each of people)
      expect([await completionsOf(each), await totals(each)]).toEqual([45, [{ pub: 4500, pro: 0 }]]);
  });

  test('rows that cannot be carried out any more are told among the good ones of their page', async () => {
    const codes = ['L1', 'L2', 'L3', 'L4'];
    await bench.db
      .insertInto('platform_course')
      .values(codes.map((code) => ({ code, title: code, subject: 'public', hundredths: 100, from_on: '2026-01-01' })))
      .execute();
    const shown = await previewed(
      await sendCsv(codes.map((code) => `申报人,${idNumber},${code},2026-07-01,,${code}-${idNumber}`)),
    );
    expect(shown).toMatchObject({ rowsGood: 4 });
    // Since the preview: one course counts already, one is not valid on the day any more.
    const meanwhile = await previewed(await sendCsv([`申报人,${idNumber},L2,2026-06-01,,`]));
    await confirm(meanwhile.id);
    await finish(meanwhile.id);
    await bench.db.updateTable('platform_course').set({ from_on: '2026-08-01' }).where('code', '=', 'L3').execute();
    await confirm(shown.id);
    await finish(shown.id);
    const rows = await bench.db
      .selectFrom('import_row')
      .select(['number', 'outcome'])
      .where('import_id', '=', shown.id)
      .orderBy('number')
      .execute();
    expect(rows).toEqual([
      { number: 2, outcome: 'registered' },
      { number: 3, outcome: 'course-counted' },
      { number: 4, outcome: 'course-not-valid' },
      { number: 5, outcome: 'registered' },
    ]);
    expect(await totals(person)).toEqual([{ pub: 300, pro: 0 }]);
  });

  test('two imports of the same people at once count each course once', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => bench.world.declarant('emp-city')));
    const numbers = await Promise.all(people.map((each) => idNumberOf(bench.db, each)));
    const lines = numbers.flatMap((number) => ['G01', 'Z01'].map((code) => `申报人,${number},${code},2026-07-01,,`));
    const [one, two] = [await previewed(await sendCsv(lines)), await previewed(await sendCsv(lines.toReversed()))];
    for (const { id } of [one, two]) await confirm(id);
    await Promise.all([one, two].map(({ id }) => finish(id)));
    const shown = await Promise.all([one, two].map(({ id }) => show(id)));
    const outcomes: { outcome: string; count: number }[] = shown.flatMap((each) => each.outcomes);
    const count = (of: string): number =>
      outcomes.reduce((sum, each) => sum + (each.outcome === of ? each.count : 0), 0);
    expect([count('registered'), count('course-counted')]).toEqual([16, 16]);
    for (const each of people) expect(await totals(each)).toEqual([{ pub: 600, pro: 1200 }]);
  });
});

test('what the platform reported meanwhile is not counted again', async () => {
  const line = `申报人,${idNumber},G01,2026-09-01,,N-${idNumber}`;
  const first = await previewed(await sendCsv([line]));
  const second = await previewed(await sendCsv([line]));
  for (const each of [first, second]) {
    await confirm(each.id);
    await finish(each.id);
  }
  expect((await show(second.id)).outcomes).toMatchObject([{ outcome: 'already', count: 1 }]);
  expect(await totals(person)).toEqual([{ pub: 600, pro: 0 }]);
});

test('the preview tells the rows that are registered already, by their number or their course, and those whose number is another’s', async () => {
  const numbered = `P-${idNumber}`;
  const first = await previewed(await sendCsv([`申报人,${idNumber},G01,2026-09-01,,${numbered}`]));
  await confirm(first.id);
  await finish(first.id);
  const again = await previewed(
    await sendCsv([
      `申报人,${idNumber},G01,2026-09-01,,${numbered}`,
      `申报人,${idNumber},G01,2026-10-01,,`,
      `申报人,${idNumber},Z01,2026-09-01,,${numbered}`,
      `申报人,${idNumber},G02,2026-07-01,,`,
    ]),
  );
  expect(await rowsOf(again.id)).toEqual([
    [2, '课程编码：此前已登记，未重复计入'],
    [3, '课程编码：该人员本年度已登记同一课程，每年度只计一次'],
    [4, '流水号：该流水号已用于另一条登记，内容不同'],
  ]);
  expect(again).toMatchObject({ rowsGood: 1, rowsBad: 3 });
});

test('the same request again answers the same import; cancelling leaves no rows, and cannot follow confirming', async () => {
  const key = randomUUID();
  const content = Buffer.from([HEADER, `申报人,${idNumber},G01,2026-09-01,,`].join('\n'));
  const sent = await send(content, { key });
  expect((await send(content, { key })).json.id).toBe(sent.json.id);
  await finish(sent.json.id);
  const params = { id: sent.json.id };
  expect((await bench.call('cancelImport', { as: province, params })).json.state).toBe('cancelled');
  expect(await rowsOf(params.id, 'all')).toEqual([]);
  expectProblem(await confirm(params.id), 409, 'import-state');
  const other = await previewed(await send(content));
  await confirm(other.id);
  expectProblem(await bench.call('cancelImport', { as: province, params: { id: other.id } }), 409, 'import-state');
});

test('an upload that broke off with its process is swept away with its file; one under way is not', async () => {
  const uploading = async (minutes: number): Promise<string> => {
    const { rows } = await sql<{ id: string }>`
      insert into import (kind, organisation_id, uploaded_by, request_key, file_name, created_at)
      values ('completions', 'hrss-420000', ${province.personId}, ${randomUUID()}, '名单.csv', now() - make_interval(mins => ${minutes}))
      returning id`.execute(bench.db);
    const id = rows[0]?.id ?? '';
    await keepChunk(bench.db, id, 0, Buffer.from(idNumber));
    return id;
  };
  const [left, underWay] = [await uploading(61), await uploading(59)];
  await sweep(bench.db);
  const { rows } = await sql<{
    import_id: string;
  }>`select import_id from import_chunk where import_id in (${left}, ${underWay})`.execute(bench.db);
  expect(rows.map((row) => row.import_id)).toEqual([underWay]);
});

describe('a template is a list that its reader reads, in either format', () => {
  const template = async (list: string, format: string): Promise<Answer> => {
    const answer = await bench.call('listTemplate', { as: person, params: { list }, query: { format } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toContain(`.${format}`);
    return answer;
  };

  test.each(['csv', 'xlsx'])('of completions, as %s: only its invented person is refused', async (format) => {
    const { raw: bytes } = await template('completions', format);
    const shown = await previewed(await send(bytes, { name: `模板.${format}` }));
    expect(shown).toMatchObject({ state: 'previewed', rowsRead: 1, rowsGood: 0 });
    expect(await rowsOf(shown.id)).toEqual([[2, '身份证号：系统中没有该人员；课程编码：课程目录中没有该课程']]);
  });

  test('whose cells are text in a workbook: a number typed into an empty one keeps its digits', async () => {
    const { raw } = await template('completions', 'xlsx');
    const { sheets } = await readXlsx(raw, { sheets: [0], readStyles: true });
    expect(['1,1', '2,1', '999,5'].map((at) => sheets[0]?.cells?.get(at)?.style?.numFmt)).toEqual(['@', '@', '@']);
  });

  test.each([
    ['unit-attendance', '工号,姓名,缺席日期'],
    ['base-attendance', '姓名,身份证号,缺席日期'],
  ])('of %s', async (list, header) => {
    const { body } = await template(list, 'csv');
    expect(body.split('\r\n')[0]).toBe(`\ufeff${header}`);
  });
});

test('the rows that are wrong are a file, a line for each thing that is wrong', async () => {
  const shown = await previewed(await sendCsv([`申报人,,,2026-09-01`, `申报人,${idNumber},G01,2026-09-01,,`]));
  const answer = await bench.call('importErrors', { as: province, params: { id: shown.id } });
  expect(answer.body).toBe('\ufeff行号,列,问题\r\n2,身份证号,不能为空\r\n2,课程编码,不能为空\r\n');
});

test('the platform’s operator sees its own imports alone; nobody else any', async () => {
  const operator = await officerAt(bench.world, 'agency-420500', 'administrator');
  const content = Buffer.from([HEADER, `申报人,${idNumber},G01,2026-09-01,,`].join('\n'));
  expectProblem(await send(content, { as: operator }), 403, 'forbidden');
  await bench.db
    .insertInto('machine_client')
    .values({
      name: '平台',
      organisation_id: 'agency-420500',
      secret_hash: Buffer.alloc(32, 7),
      scopes: ['completions'],
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  const own = await send(content, { as: operator });
  expect(own.status).toBe(201);
  await finish(own.json.id);
  const seen = await bench.call('imports', { as: operator, params: { kind: 'completions' } });
  expect(seen.json.items.map((item: { id: string }) => item.id)).toEqual([own.json.id]);
  const params = { id: own.json.id };
  for (const as of [province, person]) {
    for (const name of ['import', 'importRows', 'importErrors', 'confirmImport', 'cancelImport'] as const)
      expectProblem(await bench.call(name, { as, params }), 404, 'not-found');
  }
});

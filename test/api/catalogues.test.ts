import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { aDocument, idNumberOf, officerAt } from './platform.ts';
import { type Answer, aPdf, type Bench, expectProblem, makeBench, upload } from './support.ts';

/** The lists that declarations and completions rest on: courses, courseware with lecturers, recognition documents. */
const aKey = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });

let bench: Bench;
let province: Caller;
let health: Caller;
let person: Caller;
beforeAll(async () => {
  bench = await makeBench();
  province = await officerAt(bench.world, 'hrss-420000', 'administrator');
  health = await officerAt(bench.world, 'ind-420000-health', 'administrator');
  person = await bench.world.declarant('emp-city');
});
afterAll(() => bench.close());

const course = (rest: object = {}) => ({
  code: `C${randomUUID().slice(0, 8)}`,
  title: '法治建设',
  subject: 'public',
  hundredths: 600,
  fromOn: '2026-01-01',
  untilOn: null,
  ...rest,
});
const courseware = async (lecturer: Caller, rest: object = {}) => ({
  code: `W${randomUUID().slice(0, 8)}`,
  title: '数字素养',
  hundredths: 300,
  enteredOn: '2026-04-01',
  withdrawnOn: null,
  lecturers: [{ name: '申报人', idNumber: await idNumberOf(bench.db, lecturer) }],
  ...rest,
});

describe('an entry asked for twice by one request is one entry', () => {
  const entries: [
    string,
    'createCourse' | 'createCourseware' | 'createRecognitionDocument',
    (rest: object) => object,
  ][] = [
    ['a course', 'createCourse', course],
    ['a recognition document', 'createRecognitionDocument', (rest) => aDocument({ title: randomUUID(), ...rest })],
  ];
  test.each(entries)('%s', async (_what, name, made) => {
    const headers = aKey();
    const body = made({});
    const first = await bench.call(name, { as: province, headers, body });
    const again = await bench.call(name, { as: province, headers, body });
    expect([first.status, again.status, again.json]).toEqual([201, 201, first.json]);
    expectProblem(await bench.call(name, { as: province, headers, body: made({}) }), 409, 'request-key-reused');
    expectProblem(await bench.call(name, { as: province, headers: aKey(), body }), 409, 'code-taken');
    expectProblem(await bench.call(name, { as: province, body }), 400, 'invalid-input');
  });

  test('a courseware', async () => {
    const headers = aKey();
    const body = await courseware(await bench.world.declarant('emp-city'));
    const first = await bench.call('createCourseware', { as: province, headers, body });
    const again = await bench.call('createCourseware', { as: province, headers, body });
    expect([first.status, again.status, again.json]).toEqual([201, 201, first.json]);
    const other = await courseware(await bench.world.declarant('emp-city'));
    expectProblem(
      await bench.call('createCourseware', { as: province, headers, body: other }),
      409,
      'request-key-reused',
    );
  });
});

describe('the course catalogue', () => {
  test('is kept by the provincial HRSS; an entry is found by a part of its name and changed by its revision', async () => {
    const made = await bench.call('createCourse', {
      as: province,
      headers: aKey(),
      body: course({ title: '100% 法治_建设' }),
    });
    expect(made.status).toBe(201);
    const { code } = made.json;
    expectProblem(
      await bench.call('createCourse', { as: province, headers: aKey(), body: course({ code }) }),
      409,
      'code-taken',
    );
    const found = await bench.call('courses', { as: person, query: { q: '0% 法治_' } });
    expect(found.json.items).toMatchObject([{ code, hundredths: 600 }]);
    const change = {
      title: '法治建设（修订）',
      subject: 'public',
      hundredths: 400,
      fromOn: '2026-01-01',
      untilOn: null,
    };
    const save = (revision: number): Promise<Answer> =>
      bench.call('saveCourse', { as: province, params: { code }, body: { ...change, revision } });
    expect((await save(1)).json).toMatchObject({ hundredths: 400, revision: 2 });
    expectProblem(await save(1), 409, 'revision-changed');
    expectProblem(
      await bench.call('saveCourse', { as: province, params: { code: 'NONE' }, body: { ...change, revision: 1 } }),
      404,
      'not-found',
    );
    expectProblem(await bench.call('createCourse', { as: health, headers: aKey(), body: course() }), 403, 'forbidden');
  });

  test('is paged by code to its end, each entry once', async () => {
    for (let n = 0; n < 5; n += 1) await bench.call('createCourse', { as: province, headers: aKey(), body: course() });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await bench.call('courses', { as: person, query: { limit: 2, after } });
      seen.push(...page.json.items.map((item: { code: string }) => item.code));
      after = page.json.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen.length).toBeGreaterThanOrEqual(5);
  });

  test.each([
    ['no hours', { hundredths: 0 }],
    ['hours that are no number', { hundredths: 'NaN' }],
    ['a day that does not exist', { fromOn: '2026-02-30' }],
    ['an end before its beginning', { untilOn: '2025-01-01' }],
    ['a code with a space', { code: 'A B' }],
    ['an unknown field', { extra: true }],
  ])('refuses %s', async (_what, rest) => {
    expectProblem(
      await bench.call('createCourse', { as: province, headers: aKey(), body: course(rest) }),
      400,
      'invalid-input',
    );
  });
});

const declaring = async (
  as: Caller,
  declared: object,
): Promise<{ preview: Answer; submitted: Answer; year: number }> => {
  const preview = await bench.call('preview', { as, body: { declared, hasEvidence: true } });
  const made = await bench.call('createClaim', { as, body: { declared } });
  const params = { id: made.json.id };
  await bench.call('uploadEvidence', { as, params, ...upload(aPdf(randomUUID())) });
  const submitted = await bench.call('submitClaim', {
    as,
    params,
    headers: { 'idempotency-key': randomUUID() },
    body: { revision: made.json.revision },
  });
  const claim = await bench.call('claim', { as, params });
  return { preview, submitted, year: claim.json.year };
};
const stored = async (answer: Answer) =>
  await bench.db.selectFrom('claim').selectAll().where('id', '=', answer.json.claimId).executeTakeFirstOrThrow();

describe('Art. 11(4): courseware', () => {
  const lecturing = (code: string, rest: object = {}) => ({
    form: 'courseware-lecturing',
    title: '随便写的',
    courseware: code,
    on: '2026-11-01',
    inCatalogue: true,
    coursewareHundredths: 90_000,
    ...rest,
  });

  test('its lecturer declares it: hours, day and title are the catalogue’s, whatever was typed', async () => {
    const { code } = (
      await bench.call('createCourseware', { as: province, headers: aKey(), body: await courseware(person) })
    ).json;
    const { preview, submitted } = await declaring(person, lecturing(code, { inCatalogue: false }));
    expect(preview.json).toMatchObject({ submittable: true, recognition: { outcome: 'accepted' } });
    expect(submitted.status).toBe(200);
    const claim = await stored(submitted);
    expect(claim).toMatchObject({ title: '数字素养', claimed_hundredths: 1800 });
    expect(claim.declaration).toMatchObject({ on: '2026-04-01', inCatalogue: true, coursewareHundredths: 300 });
    expect((await bench.call('myCourseware', { as: person })).json.items).toMatchObject([{ code }]);
  });

  test('a courseware that is not in the catalogue is refused, though the declarant says it is', async () => {
    const { preview, submitted } = await declaring(person, lecturing('GX-NONE'));
    expect(preview.json).toMatchObject({ submittable: false, recognition: { code: 'not-in-catalogue' } });
    expectProblem(submitted, 422, 'not-declarable');
    expect(submitted.json).toMatchObject({ provision: '11(4)', more: { rule: 'not-in-catalogue' } });
  });

  test('somebody else’s courseware is refused with the reason', async () => {
    const { code } = (
      await bench.call('createCourseware', { as: province, headers: aKey(), body: await courseware(person) })
    ).json;
    const stranger = await bench.world.declarant('emp-city');
    const { preview, submitted } = await declaring(stranger, lecturing(code));
    expect(preview.json.problems).toMatchObject([{ code: 'not-lecturer' }]);
    expect(submitted.json).toMatchObject({ code: 'not-declarable', more: { rule: 'not-lecturer' } });
    expect((await bench.call('myCourseware', { as: stranger })).json.items).toEqual([]);
  });

  test('a draft saved before the catalogue was corrected has to be looked at again', async () => {
    const entry = await courseware(person);
    await bench.call('createCourseware', { as: province, headers: aKey(), body: entry });
    const made = await bench.call('createClaim', { as: person, body: { declared: lecturing(entry.code) } });
    const params = { id: made.json.id };
    await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(randomUUID())) });
    const { title, enteredOn, withdrawnOn } = entry;
    const body = { title, enteredOn, withdrawnOn, hundredths: 100, revision: 1 };
    expect((await bench.call('saveCourseware', { as: province, params: { code: entry.code }, body })).status).toBe(200);
    const send = (revision: number): Promise<Answer> =>
      bench.call('submitClaim', {
        as: person,
        params,
        headers: { 'idempotency-key': randomUUID() },
        body: { revision },
      });
    expect((await send(1)).json).toMatchObject({ code: 'not-declarable', more: { rule: 'list-changed' } });
    await bench.call('saveClaim', { as: person, params, body: { declared: lecturing(entry.code), revision: 1 } });
    expect((await send(2)).status).toBe(200);
  });

  test('lecturers are registered people whose name and number belong together; nobody’s number is given out', async () => {
    const body = await courseware(person, {
      lecturers: [{ name: '别人', idNumber: await idNumberOf(bench.db, person) }],
    });
    const answer = await bench.call('createCourseware', { as: province, headers: aKey(), body });
    expectProblem(answer, 422, 'lecturer-unknown');
    expect(answer.json.fields[0].path).toBe('lecturers.0.idNumber');
    const list = await bench.call('coursewares');
    expect(list.status).toBe(200);
    expect(list.body).not.toContain(await idNumberOf(bench.db, person));
    expect(list.json.items[0].lecturerNames).toEqual(['申报人']);
  });
});

describe('Arts. 11(8), 15: recognition documents', () => {
  const recognised = (rest: object = {}) => ({
    form: 'authority-recognised',
    title: `项目 ${randomUUID()}`,
    on: '2026-06-01',
    subject: 'public',
    document: { number: '自己写的', level: 'national', on: '2020-01-01' },
    creditsHundredths: 500,
    ratioHundredths: 99_900,
    ...rest,
  });
  const entered = async (rest: object = {}, as = health): Promise<string> =>
    (
      await bench.call('createRecognitionDocument', {
        as,
        headers: aKey(),
        body: aDocument({ title: randomUUID(), ...rest }),
      })
    ).json.id;

  test('subject, number, level, date and ratio are the document’s, whatever was typed', async () => {
    const documentId = await entered();
    const { submitted } = await declaring(person, recognised({ documentId }));
    expect(submitted.status).toBe(200);
    const claim = await stored(submitted);
    expect(claim.claimed_hundredths).toBe(1500);
    expect(claim.declaration).toMatchObject({
      subject: 'professional',
      ratioHundredths: 300,
      document: { number: '鄂卫发〔2026〕12号', level: 'provincial', on: '2026-03-16' },
    });
  });

  test.each([
    ['none chosen', {}, undefined, 'document-missing'],
    ['one nobody knows', {}, randomUUID(), 'document-missing'],
  ])('%s: refused with the article', async (_what, rest, documentId, rule) => {
    const { submitted } = await declaring(person, recognised({ ...rest, ...(documentId && { documentId }) }));
    expect(submitted.json).toMatchObject({ code: 'not-declarable', more: { rule } });
  });

  test.each([
    ['the day before it is in force', { fromOn: '2026-06-02' }, {}, 'document-not-in-force'],
    ['the day after its end', { untilOn: '2026-05-31' }, {}, 'document-not-in-force'],
    ['more than it allows at once', { mostHundredths: 1499 }, {}, 'document-hours'],
    [
      'hours where it counts credits',
      {},
      { creditsHundredths: undefined, ratioHundredths: undefined, hundredths: 800 },
      'document-counting',
    ],
  ])('%s: refused with the reason', async (_what, document, rest, rule) => {
    const documentId = await entered(document);
    const { preview, submitted } = await declaring(person, recognised({ documentId, ...rest }));
    expect(submitted.json).toMatchObject({ code: 'not-declarable', more: { rule } });
    expect(preview.json.problems.map((p: { code: string }) => p.code)).toContain(rule);
  });

  test.each([
    ['its first day', { fromOn: '2026-06-01' }],
    ['its last day', { untilOn: '2026-06-01' }],
    ['exactly what it allows', { mostHundredths: 1500 }],
  ])('%s: accepted', async (_what, document) => {
    const { submitted } = await declaring(person, recognised({ documentId: await entered(document) }));
    expect(submitted.status).toBe(200);
  });

  test('an authority of the province keeps its own; the provincial HRSS all; another’s answers like an unknown one', async () => {
    const id = await entered();
    const rows = (await bench.call('recognitionDocuments', { as: health })).json.items;
    expect(rows.find((row: { id: string }) => row.id === id)).toMatchObject({
      mine: true,
      organisationId: 'ind-420000-health',
    });
    const change = { ...aDocument({ title: randomUUID() }), revision: 1 };
    const byProvince = await bench.call('saveRecognitionDocument', { as: province, params: { id }, body: change });
    expect(byProvince.json).toMatchObject({ title: change.title, revision: 2, organisationId: 'ind-420000-health' });
    const foreign = await entered({}, province);
    const answers = [foreign, randomUUID()].map((other) =>
      bench.call('saveRecognitionDocument', { as: health, params: { id: other }, body: change }),
    );
    for (const answer of await Promise.all(answers)) expectProblem(answer, 404, 'not-found');
    const city = await officerAt(bench.world, 'ind-420500-health', 'administrator');
    expectProblem(
      await bench.call('createRecognitionDocument', { as: city, headers: aKey(), body: aDocument() }),
      403,
      'forbidden',
    );
  });

  test('found by a part of number, authority or title; only those in force on a day when asked so; paged', async () => {
    const title = `罕见名称${randomUUID()}`;
    await entered({ title, untilOn: '2026-04-30' });
    const find = async (query: object): Promise<number> =>
      (await bench.call('recognitionDocuments', { as: person, query: { q: title, ...query } })).json.items.length;
    expect([await find({}), await find({ on: '2026-04-30' }), await find({ on: '2026-05-01' })]).toEqual([1, 1, 0]);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await bench.call('recognitionDocuments', { as: person, query: { limit: 3, after } });
      seen.push(...page.json.items.map((item: { id: string }) => item.id));
      after = page.json.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(6);
  });

  test.each([
    ['a municipal document', { level: 'municipal' }],
    ['in force before its own date (D-22)', { fromOn: '2026-03-15' }],
    ['credits without a ratio', { ratioHundredths: null }],
    ['hours with a ratio', { counting: 'hours' }],
    ['an end before its beginning', { untilOn: '2026-03-15' }],
  ])('refuses %s', async (_what, rest) => {
    const body = aDocument({ title: randomUUID(), ...rest });
    expectProblem(
      await bench.call('createRecognitionDocument', { as: health, headers: aKey(), body }),
      400,
      'invalid-input',
    );
  });

  test('the same number and title twice is refused', async () => {
    const title = randomUUID();
    await entered({ title });
    const again = await bench.call('createRecognitionDocument', {
      as: health,
      headers: aKey(),
      body: aDocument({ title }),
    });
    expectProblem(again, 409, 'code-taken');
  });
});

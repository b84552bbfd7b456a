import { sql } from 'kysely';
import { z } from 'zod';
import { COMPLETION_STATUSES, type CompletionStatus } from '../contract/completions.ts';
import { type Column, type Places, RowReader } from '../imports/columns.ts';
import type { SheetRow } from '../imports/row.ts';
import { yearOf } from '../rules/calendar.ts';
import { formatHundredths } from '../rules/hours.ts';
import { type Caller, isProvinceAdministrator } from './acts/caller.ts';
import {
  type Completion,
  courseOfYear,
  coursesCounted,
  coursesOf,
  registeredBefore,
  registerPage,
  whyNotRegistered,
} from './completions.ts';
import type { Db } from './connect.ts';
import type { Checked, ImportContext, Importer, RowToDo } from './import-kind.ts';

/** Completions of the platform's courses as a list: whoever cannot use the interface hands in a file (Arts. 11(2), 14). */

type Key = 'name' | 'idNumber' | 'course' | 'completedOn' | 'hours' | 'externalId';
const COLUMNS: readonly Column<Key>[] = [
  { key: 'name', names: ['姓名'], required: true, example: '张三', note: '与系统登记的姓名一致' },
  {
    key: 'idNumber',
    names: ['身份证号', '身份证号码', '证件号码'],
    required: true,
    example: '11010519491231002X',
    note: '18 位；单元格须为文本格式，存成数字会丢失末几位',
  },
  {
    key: 'course',
    names: ['课程编码', '课程编号', '课程代码'],
    required: true,
    example: 'PT2026-G01',
    note: '课程目录中的编码',
  },
  {
    key: 'completedOn',
    names: ['完成日期', '完成时间'],
    required: true,
    example: '2026-09-01',
    note: '如 2026-09-01、2026/9/1、2026年9月1日',
  },
  { key: 'hours', names: ['学时'], required: false, example: '3', note: '用于核对，与课程目录标定的不一致时不导入' },
  {
    key: 'externalId',
    names: ['流水号', '平台流水号'],
    required: false,
    example: 'PT-000001',
    note: '平台的登记编号，重复上传时据此识别',
  },
];

const planned = z.object({
  personId: z.string(),
  course: z.string(),
  completedOn: z.string(),
  externalId: z.string().nullable(),
});

export const completionImporter: Importer = {
  schema: { columns: COLUMNS },
  check,
  apply,
  outcomes: COMPLETION_STATUSES,
  organisationFor,
};

type Values = {
  name: string;
  idNumber: string;
  course: string;
  completedOn: string;
  hundredths: number | undefined;
  externalId: string | undefined;
};

function read(reader: RowReader<Key>): Values | undefined {
  const name = reader.text('name', 60);
  const idNumber = reader.code('idNumber', /^[0-9]{17}[0-9X]$/, '应为 18 位身份证号');
  const course = reader.code('course', /^[A-Z0-9][A-Z0-9._-]{1,39}$/, '应为课程目录中的编码');
  const completedOn = reader.day('completedOn');
  const hundredths = reader.hundredths('hours');
  const externalId = reader.text('externalId', 100);
  if (reader.errors.length > 0 || !name || !idNumber || !course || !completedOn) return undefined;
  return { name, idNumber, course, completedOn, hundredths, externalId };
}

async function check(
  db: Db,
  { organisationId, today }: ImportContext,
  places: Places<string>,
  rows: readonly SheetRow[],
): Promise<Checked[]> {
  const readRows = rows.map((row) => {
    const reader = new RowReader<Key>({ columns: COLUMNS }, places as Places<Key>, row);
    return { number: row.number, reader, values: read(reader) };
  });
  const sound = readRows.flatMap(({ values }) => (values ? [values] : []));
  const [people, courses] = await Promise.all([
    peopleOf(db, sound),
    coursesOf(
      db,
      sound.map((values) => values.course),
    ),
  ]);
  const registered = await registeredAlready(db, sourceOf(organisationId), sound, people);
  return readRows.map(({ number, reader, values }): Checked => {
    if (!values) return { number, errors: reader.errors };
    const { course: code, completedOn, externalId = null } = values;
    const person = people.get(values.idNumber);
    const course = courses.get(code);
    if (!person) reader.refuse('idNumber', 'unknown-person', '系统中没有该人员');
    else if (person.name !== values.name) reader.refuse('name', 'name-differs', '与该身份证号登记的姓名不一致');
    const status = course
      ? (whyNotRegistered(course, values, today) ?? registered(person?.id, values))
      : 'unknown-course';
    if (status) {
      const labelled = course && status === 'hours-differ' ? `（目录标定 ${formatHundredths(course.hundredths)}）` : '';
      reader.refuse(COLUMN_OF[status] ?? 'completedOn', status, `${COMPLETION_STATUSES[status]}${labelled}`);
    }
    if (reader.errors.length > 0 || !person) return { number, errors: reader.errors };
    const key = courseOfYear(person.id, code, yearOf(completedOn));
    return { number, key, content: { personId: person.id, course: code, completedOn, externalId } };
  });
}

const COLUMN_OF: Readonly<Record<string, Key>> = {
  'unknown-course': 'course',
  'hours-differ': 'hours',
  already: 'course',
  'course-counted': 'course',
  'external-id-reused': 'externalId',
};

/** Judges a row by what is registered before it: as `registerPage` will, but nothing is held, so carrying it out asks again. */
async function registeredAlready(
  db: Db,
  source: string,
  rows: readonly Values[],
  people: ReadonlyMap<string, { id: string }>,
): Promise<(personId: string | undefined, row: Values) => CompletionStatus | undefined> {
  const [numbers, counted] = await Promise.all([
    registeredBefore(
      db,
      source,
      rows.flatMap(({ externalId }) => externalId ?? []),
    ),
    coursesCounted(
      db,
      [...people.values()].map(({ id }) => id),
    ),
  ]);
  return (personId, { externalId, course, completedOn }) => {
    if (personId === undefined) return undefined;
    const known = numbers.get(externalId ?? '');
    if (known) return known.is({ personId, course, completedOn }) ? 'already' : 'external-id-reused';
    return counted.has(courseOfYear(personId, course, yearOf(completedOn))) ? 'course-counted' : undefined;
  };
}

/** Under whose numbers an organisation's lists are registered. */
const sourceOf = (organisationId: string): string => `import:${organisationId}`;

async function peopleOf(db: Db, rows: readonly Values[]): Promise<Map<string, { id: string; name: string }>> {
  const numbers = [...new Set(rows.map((row) => row.idNumber))];
  const found = await db
    .selectFrom('person_identity')
    .select(['person_id as id', 'name', 'id_number'])
    .where('id_number', '=', sql<string>`any(${numbers}::text[])`)
    .execute();
  return new Map(found.map((person) => [person.id_number, person]));
}

async function apply(
  trx: Db,
  { organisationId, today }: ImportContext,
  rows: readonly RowToDo[],
): Promise<Map<number, string>> {
  const outcomes = new Map<number, string>();
  const plans = rows.map((row) => ({ number: row.number, plan: planned.parse(row.content) }));
  const courses = await coursesOf(
    trx,
    plans.map(({ plan }) => plan.course),
  );
  const sound: { number: number; completion: Completion }[] = [];
  for (const { number, plan } of plans) {
    // The catalogue, or the day, may be another than at the preview.
    const course = courses.get(plan.course);
    const status = course ? whyNotRegistered(course, plan, today) : 'unknown-course';
    if (status) outcomes.set(number, status);
    else if (course) sound.push({ number, completion: { ...plan, course } });
  }
  const completions = sound.map(({ completion }) => completion);
  const registered = await registerPage(trx, { source: sourceOf(organisationId), on: today, completions });
  for (const [at, { number }] of sound.entries()) {
    const registration = registered[at];
    if (registration) outcomes.set(number, registration.status);
  }
  return outcomes;
}

/** The provincial HRSS, and whoever runs the platform: an organisation with credentials in force for reporting completions. */
async function organisationFor(db: Db, caller: Caller, today: string): Promise<string | null> {
  if (isProvinceAdministrator(caller)) return 'hrss-420000';
  const mine = caller.holdings.filter((h) => h.role === 'administrator').map((h) => h.organisationId);
  const operator = await db
    .selectFrom('machine_client')
    .select('organisation_id')
    .where('organisation_id', '=', sql<string>`any(${mine}::text[])`)
    .where(sql<boolean>`'completions' = any(scopes) and from_on <= ${today}::date`)
    .where(sql<boolean>`(until_on is null or until_on > ${today}::date) and ended_at is null`)
    .orderBy('organisation_id')
    .executeTakeFirst();
  return operator?.organisation_id ?? null;
}

import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { addDays } from '../../rules/calendar.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { beginImport, cancelImport, confirmImport, keepChunk, startReading } from '../acts/imports.ts';
import { continueImport } from '../imports.ts';
import { done, type Stage } from './stage.ts';

/** What a list is made of: somebody, a course they have not completed, and its hours. */
type Line = { name: string; idNumber: string; course: string; hundredths: number };

const HEADER = '姓名,身份证号,课程编码,完成日期,学时,流水号';
const LINES = 53;

/**
 * Lists of the platform's completions (平台登记导入): carried out but for its broken rows, waiting to be confirmed, refused as a whole,
 * cancelled. None stands in the middle: the worker would end it before anybody looked.
 */
export async function addImports(stage: Stage): Promise<void> {
  const { db, cast, today } = stage;
  const lines = await linesOf(stage);
  const [carriedOut, waiting, old] = [lines.slice(0, 28), lines.slice(28, 48), lines.slice(48)];
  const on = addDays(today, -7);
  const first = await upload(stage, '十一月平台学时名单.csv', [
    ...carriedOut.map(written(on, 'A')),
    ...broken(carriedOut, on),
  ]);
  await done(confirmImport(db, cast.admin, first, today));
  await continueImport(db, first);
  await upload(stage, '远程培训班补登名单.csv', [...waiting.map(written(on, 'B')), ...broken(waiting, on).slice(0, 3)]);
  await upload(stage, '培训班签到表.csv', ['1,张三,已签到'], '序号,学员,签到');
  const dropped = await upload(stage, '平台学时名单（旧）.csv', old.map(written(on, 'C')));
  await done(cancelImport(db, cast.admin, dropped, today));
}

const written =
  (on: string, series: string) =>
  ({ name, idNumber, course, hundredths }: Line, at: number): string =>
    [name, idNumber, course, on, formatHundredths(hundredths), `${series}-${String(at + 1).padStart(5, '0')}`].join(
      ',',
    );

/** Rows as they come in: each wrong in its own way. */
function broken(lines: readonly Line[], on: string): string[] {
  const [one, two] = lines;
  if (!one || !two) return [];
  return [
    `${one.name},420500199013010011,${one.course},${on},,`,
    `${two.name}明,${two.idNumber},${two.course},${on},,`,
    `${one.name},${one.idNumber},PT2025-G99,${on},,`,
    `${two.name},${two.idNumber},${two.course},2026-02-30,,`,
    `${one.name},${one.idNumber},${one.course},${on},=3+3,`,
    `${two.name},${two.idNumber},${two.course},${on},${formatHundredths(two.hundredths + 100)},`,
    `${one.name},${one.idNumber},${one.course},${on},,`,
    `${one.name},,${one.course},${on},,`,
  ];
}

/** People of the province, each with the first public course they have not completed. */
async function linesOf({ db, today }: Stage): Promise<Line[]> {
  const { rows } = await sql<Line>`
    select p.name, p.id_number as "idNumber", c.code as course, c.hundredths
    from account a join person p on p.id = a.person_id
    cross join lateral (
      select code, hundredths from platform_course c
      where subject = 'public' and from_on <= ${addDays(today, -7)}::date and until_on is null
        and not exists (select from platform_completion d where d.person_id = p.id and d.course = c.code)
      order by code limit 1) c
    where a.username like 'p%' and not exists (select from sanction s where s.person_id = p.id)
    order by a.username limit ${LINES}`.execute(db);
  return rows;
}

/** Uploaded and read; its preview stands. */
async function upload(
  { db, cast, today }: Stage,
  fileName: string,
  lines: readonly string[],
  header = HEADER,
): Promise<string> {
  const asked = { kind: 'completions', fileName, requestKey: `demo-${fileName}`, today } as const;
  const { id } = await done(beginImport(db, cast.admin, asked));
  const content = Buffer.from(`\ufeff${[header, ...lines].join('\r\n')}\r\n`);
  await keepChunk(db, id, 0, content);
  await startReading(db, cast.admin, {
    importId: id,
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest(),
  });
  await continueImport(db, id);
  return id;
}

import type { Outcomes } from '../../contract/problems.ts';
import {
  ATTENDANCE_OUTCOMES,
  type AttendanceResult,
  type AttendanceRow,
  attendanceRow,
  LISTED_AT_ONCE,
} from '../../contract/trainings.ts';
import { isBlank, type Places, placesOf, RowReader, type RowSchema } from '../../imports/columns.ts';
import { type SheetRow, type Source, UnreadableError } from '../../imports/row.ts';
import { readSheet } from '../../imports/sheet.ts';
import type { Db } from '../connect.ts';
import { recordAttendance } from './attendance.ts';
import { refuse } from './caller.ts';
import type { TrainingKey } from './trainings.ts';
import { type UnitCaller, WITH_TRAININGS, whyNotManager } from './units.ts';

/** An attendance list handed in as a file: CSV in any usual encoding, or XLSX. Short enough to be done at once, so nothing of it is kept. */

type Column = 'workNumber' | 'idNumber' | 'personKey' | 'name' | 'missed';
export const ATTENDANCE_SCHEMA: RowSchema<Column> = {
  columns: [
    {
      key: 'workNumber',
      names: ['工号', '职工号', '工作证号'],
      required: false,
      example: '0001',
      note: '本单位登记的工号；没有工号的可改用“身份证号”一列',
    },
    { key: 'name', names: ['姓名'], required: false, example: '张三', note: '用于核对，与登记的姓名不一致时不列入' },
    {
      key: 'idNumber',
      names: ['身份证号', '身份证号码', '证件号码', '公民身份号码'],
      required: false,
      example: '11010519491231002X',
      note: '18 位；单元格须为文本格式，存成数字会丢失末几位',
    },
    { key: 'personKey', names: ['人员标识'], required: false, example: '', note: '系统对接取得的 64 位标识' },
    {
      key: 'missed',
      names: ['缺席日期'],
      required: false,
      example: '',
      note: '缺席的日期，如 2026-10-03；几天之间用顿号分开；全勤不填',
    },
  ],
};

type Listing = TrainingKey & { source: Source; preview: boolean; personKeySecret: string };

/**
 * Enters a file's people into the attendance of a training, or looks what would become of each row; sent again it changes nothing.
 * @throws BusyError while too many workbooks are read
 */
export async function recordAttendanceFile(
  db: Db,
  caller: UnitCaller,
  { source, ...recording }: Listing,
): Promise<Outcomes<AttendanceResult>> {
  const barred = await whyNotManager(db, caller, recording.organisationId, WITH_TRAININGS);
  if (barred) return barred;
  const read = await readRows(source);
  if ('ok' in read) return read;
  const recorded = await recordAttendance(db, caller, { ...recording, rows: read.rows });
  if (!recorded.ok) return recorded;
  const { items, good, bad } = recorded.value;
  return {
    ok: true,
    value: {
      items: [...items, ...read.unreadable].sort((a, b) => a.row - b.row),
      good,
      bad: bad + read.unreadable.length,
    },
  };
}

type Read = { rows: AttendanceRow[]; unreadable: AttendanceResult['items'] };

async function readRows(source: Source): Promise<Read | ReturnType<typeof refuse>> {
  const read: Read = { rows: [], unreadable: [] };
  try {
    let places: Places<Column> | undefined;
    for await (const row of (await readSheet(source, LISTED_AT_ONCE)).rows) {
      if (isBlank(row)) continue;
      if (places) takeRow(read, places, row);
      else places = headingOf(row);
      if (read.rows.length + read.unreadable.length > LISTED_AT_ONCE) throw TOO_MANY;
    }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return refuse('unreadable-list', error.problem.detail, error.problem.fix);
  }
  if (read.rows.length + read.unreadable.length > 0) return read;
  return refuse('unreadable-list', '名单是空的。', '请在表头下填写参训人员后重新上传。');
}

function headingOf(row: SheetRow): Places<Column> {
  const places = placesOf(ATTENDANCE_SCHEMA, row);
  if (places.has('workNumber') || places.has('idNumber') || places.has('personKey')) return places;
  throw new UnreadableError({
    code: 'import-columns',
    detail: `第 ${row.number} 行是表头，没有“工号”“身份证号”或“人员标识”一列。`,
    fix: '表头应有工号、身份证号、人员标识之一；姓名、缺席日期选填。',
  });
}

const TOO_MANY = new UnreadableError({
  code: 'import-rows',
  detail: `名单超过 ${LISTED_AT_ONCE} 行。`,
  fix: '请拆成几个文件分别上传；已列入的人员不会重复。',
});

function takeRow(read: Read, places: Places<Column>, row: SheetRow): void {
  const reader = new RowReader(ATTENDANCE_SCHEMA, places, row);
  const missed = reader.text('missed');
  const content = {
    row: row.number,
    workNumber: reader.text('workNumber'),
    name: reader.text('name'),
    idNumber: reader.code('idNumber', /^[0-9]{17}[0-9X]$/, '应为 18 位身份证号'),
    personKey: reader.code('personKey', /^[0-9A-F]{64}$/, '应为 64 位人员标识'),
    ...(missed === undefined ? {} : { missed: daysIn(missed) }),
  };
  if (reader.errors.length === 0) {
    read.rows.push(attendanceRow.parse(content));
    return;
  }
  const why = reader.errors.map(({ column, message }) => `${column}${message}`).join('；');
  const text = `${ATTENDANCE_OUTCOMES.unreadable}：${why}`;
  read.unreadable.push({ row: row.number, outcome: 'unreadable', text, name: null });
}

/** `2026/10/3、2026-10-04`: days as people write them; what is no day stays as it is and is answered for. */
const daysIn = (cell: string): string[] =>
  cell
    .split(/[、,，;；\s]+/)
    .filter((part) => part !== '')
    .map((part) => {
      const [, year, month = '', date = ''] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(part) ?? [];
      return year === undefined ? part : `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
    });

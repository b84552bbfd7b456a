/* eslint-disable @typescript-eslint/no-confusing-void-expression -- `refuse` gives the column's value: none */
import type { RowError } from '../contract/imports.ts';
import { isDay } from '../rules/calendar.ts';
import { parseHundredths } from '../rules/hours.ts';
import { type Cell, type SheetRow, UnreadableError } from './row.ts';

/**
 * A column of a list: what people call it (the first name is shown), and whether a row may leave it empty. `example` and `note` are what a
 * template says of it.
 */
export type Column<K extends string> = {
  key: K;
  names: readonly [string, ...string[]];
  required: boolean;
  example: string;
  note: string;
};

/** The columns of a kind of list. */
export type RowSchema<K extends string> = { columns: readonly Column<K>[] };

/** A list to fill in: its heading, a row as it may look, and what each column is for. */
export type Template = {
  header: readonly string[];
  example: readonly string[];
  notes: readonly { column: string; isRequired: boolean; note: string }[];
};

/** The template of a kind of list. @param keys which of its columns, in what order; all where not said */
export function templateOf<K extends string>({ columns }: RowSchema<K>, keys?: readonly K[]): Template {
  const chosen = keys?.flatMap((key) => columns.find((column) => column.key === key) ?? []) ?? columns;
  return {
    header: chosen.map(({ names }) => names[0]),
    example: chosen.map(({ example }) => example),
    notes: chosen.map(({ names, required, note }) => ({ column: names[0], isRequired: required, note })),
  };
}

/** In which place of a row each column stands. */
export type Places<K extends string> = ReadonlyMap<K, number>;

const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s*（）()：:]/g, '')
    .toLowerCase();

/**
 * Where the columns stand, by the first row's words.
 * @throws UnreadableError when required columns are not there or one stands twice
 */
export function placesOf<K extends string>({ columns }: RowSchema<K>, header: SheetRow): Places<K> {
  const names = header.cells.map((cell) => plain(cell.text));
  const places = new Map<K, number>();
  for (const column of columns) {
    const wanted = column.names.map(plain);
    const found = names.flatMap((name, place) => (wanted.includes(name) ? [place] : []));
    if (found.length > 1) throw headerProblem(`“${column.names[0]}”列出现了 ${found.length} 次。`, columns);
    if (found[0] !== undefined) places.set(column.key, found[0]);
  }
  const missing = columns.filter((column) => column.required && !places.has(column.key));
  if (missing.length === 0) return places;
  throw headerProblem(`第 ${header.number} 行是表头，缺少：${missing.map((c) => c.names[0]).join('、')}。`, columns);
}

const headerProblem = <K extends string>(detail: string, columns: readonly Column<K>[]): UnreadableError =>
  new UnreadableError({
    code: 'import-columns',
    detail,
    fix: `表头应有：${columns.map((c) => `${c.names[0]}${c.required ? '' : '（选填）'}`).join('、')}。`,
  });

export const isBlank = (row: SheetRow): boolean => row.cells.every((cell) => cell.text === '');

/** Reads the cells of one row, gathering what is wrong. Empty optional cells are undefined. */
export class RowReader<K extends string> {
  readonly errors: RowError[] = [];
  readonly #schema: RowSchema<K>;
  readonly #places: Places<K>;
  readonly #row: SheetRow;

  constructor(schema: RowSchema<K>, places: Places<K>, row: SheetRow) {
    this.#schema = schema;
    this.#places = places;
    this.#row = row;
  }

  /** Notes what is wrong with a column of this row. */
  refuse(key: K, code: string, message: string): undefined {
    this.errors.push({ column: this.#column(key).names[0], code, message });
    return undefined;
  }

  text(key: K, longest = 200): string | undefined {
    const cell = this.#cell(key);
    if (cell === undefined) return undefined;
    return cell.text.length > longest ? this.refuse(key, 'too-long', `超过 ${longest} 个字`) : cell.text;
  }

  /** Numbers of people and things: a spreadsheet keeps fifteen digits of a number and silently drops the rest. */
  code(key: K, pattern: RegExp, message: string): string | undefined {
    const cell = this.#cell(key);
    if (cell === undefined) return undefined;
    if (cell.kind === 'number' && cell.text.replace(/\D/g, '').length > 15)
      return this.refuse(key, 'digits-lost', '被表格软件存成了数字，末几位已丢失；请将该列设为文本格式后重新填写');
    const text = cell.text.toUpperCase();
    return pattern.test(text) ? text : this.refuse(key, 'format', message);
  }

  day(key: K): string | undefined {
    const cell = this.#cell(key);
    if (cell === undefined) return undefined;
    const [, year = '', month = '', date = ''] =
      /^(\d{4})(?:-|\/|\.|年)?(\d{1,2})(?:-|\/|\.|月)?(\d{1,2})日?(?: 00:00(?::00)?)?$/.exec(cell.text) ?? [];
    const on = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
    return isDay(on) ? on : this.refuse(key, 'format', '不是真实存在的日期，应如 2026-09-01');
  }

  /** Hours with at most two places, above zero, in hundredths. */
  hundredths(key: K): number | undefined {
    const cell = this.#cell(key);
    if (cell === undefined) return undefined;
    const value = parseHundredths(cell.text.replace(/学时$/, '').trim());
    if (value === undefined) return this.refuse(key, 'format', '应为数字，最多两位小数');
    return value > 0 && value <= 100_000 ? value : this.refuse(key, 'range', '学时应大于 0，不超过 1000');
  }

  #column(key: K): Column<K> {
    const column = this.#schema.columns.find((each) => each.key === key);
    if (!column) throw new Error(`no column ${key}`);
    return column;
  }

  #cell(key: K): Cell | undefined {
    const place = this.#places.get(key);
    const cell = place === undefined ? undefined : this.#row.cells[place];
    if (cell?.kind === 'formula') return this.refuse(key, 'formula', '是公式，请粘贴为数值后重新上传');
    if (cell !== undefined && cell.text !== '') return cell;
    return this.#column(key).required ? this.refuse(key, 'empty', '不能为空') : undefined;
  }
}

import { z } from 'zod';
import { idempotencyHeaders, idParams } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, id, instant } from './values.ts';

/**
 * Lists handed in as a file (CSV or XLSX): read, shown with what is wrong row by row, confirmed by a person, then carried out in pages. One
 * frame for every kind of list; a kind is a row here and a file in `db/imports/`.
 */
export const IMPORT_KINDS = { completions: '公共服务平台学时登记' } as const;
export type ImportKind = keyof typeof IMPORT_KINDS;

export const IMPORT_STATES = {
  uploading: '上传中',
  reading: '读取与校验中',
  previewed: '待确认',
  running: '导入中',
  done: '已完成',
  refused: '文件无法导入',
  cancelled: '已取消',
} as const;
export type ImportState = keyof typeof IMPORT_STATES;

/** Bounds of one import. A CSV is read as a stream; a workbook must be held in memory to tell formulas from values. */
export const IMPORT_LIMITS = {
  rows: 1_000_000,
  csvBytes: 150 * 1024 * 1024,
  xlsxRows: 50_000,
  xlsxBytes: 15 * 1024 * 1024,
} as const;

/** What is wrong with a cell: where, in words of whoever made the list. */
export type RowError = { column: string; code: string; message: string };
/** Why a file cannot be imported at all. */
export type WholeProblem = { code: string; detail: string; fix: string };

/** Lists that have a template to fill in: those imported here, and the attendance of a training (contract/trainings.ts). */
export const LIST_TEMPLATES = {
  completions: '平台学时登记导入模板',
  'unit-attendance': '参训名单模板（用人单位）',
  'base-attendance': '参训名单模板（继续教育基地）',
} as const;
export type ListTemplate = keyof typeof LIST_TEMPLATES;
export const TEMPLATE_FORMATS = ['xlsx', 'csv'] as const;

const wholeProblem = z.object({ code: z.string(), detail: z.string(), fix: z.string() });
const rowError = z.object({ column: z.string(), code: z.string(), message: z.string() });

export const importParams = z.strictObject({ kind: codeOf(IMPORT_KINDS) });
export const shownImport = z.object({
  id,
  kind: codeOf(IMPORT_KINDS),
  state: codeOf(IMPORT_STATES),
  fileName: z.string(),
  sizeBytes: z.number().int(),
  /** What the reading found, in words: GB 18030，逗号分隔. */
  format: z.string().nullable(),
  problem: wholeProblem.nullable(),
  rowsRead: z.number().int(),
  rowsGood: z.number().int(),
  rowsBad: z.number().int(),
  /** Good rows carried out so far. */
  rowsDone: z.number().int(),
  /** What became of the rows carried out: how many of each outcome, in words. */
  outcomes: z.array(z.object({ outcome: z.string(), text: z.string(), count: z.number().int() })),
  uploadedBy: z.string(),
  createdAt: instant,
  confirmedAt: instant.nullable(),
  endedAt: instant.nullable(),
});
export type ShownImport = z.infer<typeof shownImport>;

export const importRowsQuery = z.strictObject({
  only: z.enum(['errors', 'all']).default('errors'),
  limit: z.coerce.number<number | string>().int().min(1).max(200).default(50),
  /** Rows after this number. */
  after: z.coerce.number<number | string>().int().min(0).max(2_000_000).default(0),
});
export type ImportRowsQuery = z.output<typeof importRowsQuery>;
export const importRow = z.object({
  number: z.number().int(),
  errors: z.array(rowError),
  /** Null until it was carried out. */
  outcome: z.string().nullable(),
  text: z.string(),
});
export const importRows = z.object({ items: z.array(importRow), next: z.number().int().nullable() });

export const importRoutes = {
  imports: {
    method: 'GET',
    path: '/imports/kinds/:kind',
    summary: '导入记录',
    access: 'signed-in',
    params: importParams,
    response: z.object({ items: z.array(shownImport) }),
    status: 200,
  },
  uploadImport: {
    method: 'POST',
    path: '/imports/kinds/:kind',
    summary: '上传名单（CSV 或 XLSX），先预览后确认',
    access: 'signed-in',
    params: importParams,
    headers: idempotencyHeaders,
    response: shownImport,
    status: 201,
    upload: true,
  },
  import: {
    method: 'GET',
    path: '/imports/:id',
    summary: '一次导入的预览与进度',
    access: 'signed-in',
    params: idParams,
    response: shownImport,
    status: 200,
  },
  importRows: {
    method: 'GET',
    path: '/imports/:id/rows',
    summary: '逐行结果：行号、列、错误说明',
    access: 'signed-in',
    params: idParams,
    query: importRowsQuery,
    response: importRows,
    status: 200,
  },
  importErrors: {
    method: 'GET',
    path: '/imports/:id/errors.csv',
    summary: '有误的行（CSV，边查边下载）：行号、列、问题',
    access: 'signed-in',
    params: idParams,
    status: 200,
    file: true,
  },
  listTemplate: {
    method: 'GET',
    path: '/imports/templates/:list',
    summary: '名单模板：表头、一行示例，XLSX 另有填写说明',
    access: 'signed-in',
    params: z.strictObject({ list: codeOf(LIST_TEMPLATES) }),
    query: z.strictObject({ format: z.enum(TEMPLATE_FORMATS).default('xlsx') }),
    status: 200,
    file: true,
  },
  confirmImport: {
    method: 'POST',
    path: '/imports/:id/confirm',
    summary: '确认导入无误的行',
    access: 'signed-in',
    params: idParams,
    response: shownImport,
    status: 200,
  },
  cancelImport: {
    method: 'POST',
    path: '/imports/:id/cancel',
    summary: '取消尚未确认的导入',
    access: 'signed-in',
    params: idParams,
    response: shownImport,
    status: 200,
  },
} as const satisfies Record<string, Route>;

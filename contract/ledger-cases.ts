import { z } from 'zod';
import { idParams } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, id, instant } from './values.ts';

/** Cases of the ledger (台账核对): years that the nightly check did not find to agree with their recomputation. */

/** Which figure differs. */
export const LEDGER_FINDINGS = {
  inputs: '认定时冻结的内容',
  public: '公需科目学时',
  professional: '专业科目学时',
  'deemed-complete': '是否视为完成',
  counted: '计入学时',
  steps: '计算步骤',
  refusal: '不予计入的理由',
  sum: '年度合计（公需、专业）',
} as const;

export const ledgerCase = z.object({
  id,
  year: z.number().int(),
  personId: id,
  personName: z.string(),
  findings: z.number().int(),
  openedAt: instant,
  /** When the check last saw it. */
  seenAt: instant,
  closedAt: instant.nullable(),
  /** Who closed it; null for the system, when the year agreed again. */
  closedBy: z.string().nullable(),
  note: z.string().nullable(),
});
export type LedgerCase = z.infer<typeof ledgerCase>;

export const ledgerCaseDetail = ledgerCase.extend({
  idNumberMasked: z.string(),
  employerName: z.string().nullable(),
  findings: z.array(
    z.object({
      what: codeOf(LEDGER_FINDINGS),
      label: z.string(),
      /** The activity; null for the year as a whole. */
      source: z.string().nullable(),
      /** Both in words, hours as everywhere. */
      recorded: z.string(),
      recomputed: z.string(),
    }),
  ),
});
export type LedgerCaseDetail = z.infer<typeof ledgerCaseDetail>;

export const ledgerCasesRoutes = {
  ledgerCases: {
    method: 'GET',
    path: '/admin/ledger-cases',
    summary: '台账核对不一致的年度（省人社厅管理员）',
    access: 'signed-in',
    response: z.object({ items: z.array(ledgerCase) }),
    status: 200,
  },
  ledgerCase: {
    method: 'GET',
    path: '/admin/ledger-cases/:id',
    summary: '一个不一致：记录的与重算的',
    access: 'signed-in',
    params: idParams,
    response: ledgerCaseDetail,
    status: 200,
  },
  closeLedgerCase: {
    method: 'POST',
    path: '/admin/ledger-cases/:id/close',
    summary: '说明理由后结案；仍不一致的，下次核对会重新立案',
    access: 'signed-in',
    params: idParams,
    body: z.strictObject({ reason: z.string().trim().min(1, '请说明理由').max(500, '不超过 500 字') }),
    response: z.object({ id }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { VERDICTS } from '../rules/vocabulary.ts';
import { idempotencyHeaders, idParams } from './claims.ts';
import { idNumber } from './id-number.ts';
import type { Route } from './routes.ts';
import { codeOf, id, instant, shortText } from './values.ts';

/** 人员合并: a person registered twice becomes one again; proposed by one administrator of the province, confirmed by another. */

export const MERGE_STATES = {
  proposed: '待确认',
  'in-force': '已合并',
  'undo-proposed': '撤销待确认',
  undone: '已撤销',
  withdrawn: '已撤回',
} as const;
export type MergeState = keyof typeof MERGE_STATES;

/** Why two registrations cannot be merged now, each with what to do. */
export const MERGE_BLOCKERS = {
  'open-claims': '将停用的登记有申报在办理，请先办结或撤回',
  proposals: '将停用的登记有单位代报待确认，请先由本人确认或提出异议',
  deferrals: '将停用的登记有顺延，请改为保留有顺延的登记',
  sanctions: '将停用的登记有弄虚作假案件或失信记录，请改为保留有案件的登记',
  roles: '将停用的登记还担任岗位，请先终止岗位',
  moves: '将停用的登记有办理中的调动，请先办结或撤回',
  merged: '其中一条登记已在另一项合并中，请先撤回或撤销那一项',
} as const;
export type MergeBlocker = keyof typeof MERGE_BLOCKERS;

const reason = z.string().trim().min(1, '请填写理由').max(500, '不超过 500 字');
const registration = z.strictObject({ name: shortText, idNumber });
/** The two registrations by name and ID number; the numbers are never given out again. */
export const mergePair = z.strictObject({ kept: registration, absorbed: registration });
export type MergePair = z.infer<typeof mergePair>;
export const newMerge = mergePair.extend({ reason });
export type NewMerge = z.infer<typeof newMerge>;

const total = z.object({
  totalHundredths: z.number().int(),
  publicHundredths: z.number().int(),
  professionalHundredths: z.number().int(),
  verdict: codeOf(VERDICTS),
  verdictName: z.string(),
});
const mergePerson = z.object({
  personId: id,
  name: z.string(),
  idNumberMasked: z.string(),
  unitName: z.string().nullable(),
});
export const mergePreview = z.object({
  kept: mergePerson,
  absorbed: mergePerson,
  blockers: z.array(z.object({ code: codeOf(MERGE_BLOCKERS), text: z.string(), count: z.number().int() })),
  years: z.array(z.object({ year: z.number().int(), kept: total, absorbed: total, after: total })),
  /** Certificates in force of the years that change. */
  certificates: z.array(
    z.object({
      number: z.string(),
      year: z.number().int(),
      holder: z.enum(['kept', 'absorbed']),
      effect: z.enum(['unchanged', 'superseded', 'revoked']),
      effectName: z.string(),
    }),
  ),
});
export type MergePreview = z.infer<typeof mergePreview>;

export const merge = z.object({
  id,
  state: codeOf(MERGE_STATES),
  stateName: z.string(),
  kept: mergePerson,
  absorbed: mergePerson,
  reason: z.string(),
  proposedBy: z.string(),
  proposedAt: instant,
  confirmedBy: z.string().nullable(),
  confirmedAt: instant.nullable(),
  undoReason: z.string().nullable(),
  undoBy: z.string().nullable(),
  undoneBy: z.string().nullable(),
  undoneAt: instant.nullable(),
  /** Whether the caller proposed what waits for a second administrator. */
  isMine: z.boolean(),
});
export type Merge = z.infer<typeof merge>;
const mergeDone = z.object({ id, state: codeOf(MERGE_STATES) });

export const mergeRoutes = {
  merges: {
    method: 'GET',
    path: '/admin/merges',
    summary: '人员合并记录（最近 200 项）',
    access: 'signed-in',
    response: z.object({ items: z.array(merge) }),
    status: 200,
  },
  previewMerge: {
    method: 'POST',
    path: '/admin/merges/preview',
    summary: '试算人员合并，不写入',
    access: 'signed-in',
    body: mergePair,
    response: mergePreview,
    status: 200,
  },
  proposeMerge: {
    method: 'POST',
    path: '/admin/merges',
    summary: '提出人员合并，由另一名管理员确认',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newMerge,
    response: mergeDone,
    status: 201,
  },
  mergeEffects: {
    method: 'GET',
    path: '/admin/merges/:id/preview',
    summary: '待确认合并的试算',
    access: 'signed-in',
    params: idParams,
    response: mergePreview,
    status: 200,
  },
  confirmMerge: {
    method: 'POST',
    path: '/admin/merges/:id/confirm',
    summary: '确认合并，或确认撤销合并',
    access: 'signed-in',
    params: idParams,
    response: mergeDone,
    status: 200,
  },
  undoMerge: {
    method: 'POST',
    path: '/admin/merges/:id/undo',
    summary: '提出撤销合并，由另一名管理员确认',
    access: 'signed-in',
    params: idParams,
    body: z.strictObject({ reason }),
    response: mergeDone,
    status: 200,
  },
  withdrawMerge: {
    method: 'POST',
    path: '/admin/merges/:id/withdraw',
    summary: '撤回待确认的合并或撤销',
    access: 'signed-in',
    params: idParams,
    response: mergeDone,
    status: 200,
  },
} as const satisfies Record<string, Route>;

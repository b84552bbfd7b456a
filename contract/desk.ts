import { z } from 'zod';
import { ARTICLES } from '../rules/articles.ts';
import { codes, FORMS, RETURN_REASONS, STAGE_KINDS } from '../rules/vocabulary.ts';
import { idempotencyHeaders, idParams } from './claims.ts';
import type { Route } from './routes.ts';
import { BOXES, bounded } from './tasks.ts';
import { codeOf, id, organisationId, shortText } from './values.ts';

/** What a reviewer arranges at their desk: saved views (我的视图, filters under a name) and saved replies (常用语). Their own, nobody else's. */

/** How many views one person keeps: as many as a row of tabs can show. */
export const VIEWS_MOST = 12;
/** How many replies one person keeps; the first nine have a key. */
export const REPLIES_MOST = 30;

/** The filters of the inbox, without a page or an open task. */
export const deskFilter = z.strictObject({
  box: codeOf(BOXES).default('todo'),
  stage: codeOf(STAGE_KINDS).optional(),
  form: codeOf(FORMS).optional(),
  organisation: organisationId.optional(),
  overdue: z.literal(true).optional(),
  q: z.string().trim().min(1).max(60, '不超过 60 字').optional(),
});
export type DeskFilter = z.output<typeof deskFilter>;

const viewName = z.string().trim().min(1, '请填写名称').max(20, '不超过 20 字');
const viewRequest = z.strictObject({ name: viewName, filter: deskFilter });
export type ViewRequest = z.output<typeof viewRequest>;
const viewChange = z.strictObject({ name: viewName.optional(), filter: deskFilter.optional() });
export type ViewChange = z.output<typeof viewChange>;

const savedView = z.object({
  id,
  name: z.string(),
  filter: deskFilter,
  /** How many tasks it shows now. */
  count: bounded,
});
export type SavedView = z.output<typeof savedView>;

/** A reply is the words of a reason, and what kind of reason it is; the article for a rejection. */
const replyRequest = z.strictObject({
  text: shortText,
  code: codeOf(RETURN_REASONS).optional(),
  article: z.enum(codes(ARTICLES), '请选择办法中的条款').optional(),
});
export type ReplyRequest = z.output<typeof replyRequest>;

const savedReply = z.object({
  id,
  text: z.string(),
  code: codeOf(RETURN_REASONS).nullable(),
  article: z.enum(codes(ARTICLES)).nullable(),
});
export type SavedReply = z.infer<typeof savedReply>;

const done = z.object({ id });

export const deskRoutes = {
  views: {
    method: 'GET',
    path: '/desk/views',
    summary: '我的视图及各视图的任务数',
    access: 'reviewer',
    response: z.object({ items: z.array(savedView) }),
    status: 200,
  },
  saveView: {
    method: 'POST',
    path: '/desk/views',
    summary: '把一组筛选条件存为视图',
    access: 'reviewer',
    headers: idempotencyHeaders,
    body: viewRequest,
    response: done,
    status: 201,
  },
  changeView: {
    method: 'PATCH',
    path: '/desk/views/:id',
    summary: '改视图的名称或筛选条件',
    access: 'reviewer',
    params: idParams,
    body: viewChange,
    response: done,
    status: 200,
  },
  removeView: {
    method: 'DELETE',
    path: '/desk/views/:id',
    summary: '删除视图',
    access: 'reviewer',
    params: idParams,
    response: done,
    status: 200,
  },
  replies: {
    method: 'GET',
    path: '/desk/replies',
    summary: '我的常用语',
    access: 'reviewer',
    response: z.object({ items: z.array(savedReply) }),
    status: 200,
  },
  saveReply: {
    method: 'POST',
    path: '/desk/replies',
    summary: '存一条常用语',
    access: 'reviewer',
    headers: idempotencyHeaders,
    body: replyRequest,
    response: done,
    status: 201,
  },
  changeReply: {
    method: 'PATCH',
    path: '/desk/replies/:id',
    summary: '改一条常用语（整条）',
    access: 'reviewer',
    params: idParams,
    body: replyRequest,
    response: done,
    status: 200,
  },
  removeReply: {
    method: 'DELETE',
    path: '/desk/replies/:id',
    summary: '删除常用语',
    access: 'reviewer',
    params: idParams,
    response: done,
    status: 200,
  },
} as const satisfies Record<string, Route>;

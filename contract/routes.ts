import { z } from 'zod';
import { filledIn, type Parts } from './address.ts';
import { auditRoutes } from './audit.ts';
import { certificateRoutes } from './certificates.ts';
import {
  claimDetail,
  claimPatch,
  claimRevision,
  claimsPage,
  claimsQuery,
  idempotencyHeaders,
  idParams,
  newClaim,
  optionalIdempotencyHeaders,
  savedClaim,
  submission,
  submitted,
  withdrawn,
} from './claims.ts';
import { complaintRoutes } from './complaints.ts';
import { completionRoutes } from './completions.ts';
import { courseRoutes } from './courses.ts';
import { coursewareRoutes } from './courseware.ts';
import { decisionReceipt, decisionRequest } from './decisions.ts';
import { deferralsRoutes } from './deferrals.ts';
import { deskRoutes } from './desk.ts';
import { documentRoutes } from './documents.ts';
import { evidence, evidenceParams, evidenceQuery } from './evidence.ts';
import { live, ready } from './health.ts';
import { identityRoutes } from './identities.ts';
import { importRoutes } from './imports.ts';
import { inspectionRoutes } from './inspections.ts';
import { leavesRoutes } from './leaves.ts';
import { ledgerCasesRoutes } from './ledger-cases.ts';
import { type MachineScope, machineRoutes } from './machines.ts';
import { makeUpRoutes } from './make-up.ts';
import { mergeRoutes } from './merges.ts';
import { misconductRoutes } from './misconducts.ts';
import { moveRoutes } from './moves.ts';
import { noticesRoutes } from './notices.ts';
import { colleagues, organisationRoutes } from './organisations.ts';
import { overdueRoutes } from './overdue.ts';
import { overviewRoutes } from './overview.ts';
import { peopleRoutes } from './people.ts';
import { personYearRoutes } from './person-years.ts';
import { planRoutes } from './plans.ts';
import { preview, previewRequest } from './preview.ts';
import { proposalRoutes } from './proposals.ts';
import { reconsiderationRoutes } from './reconsiderations.ts';
import { rectificationRoutes } from './rectifications.ts';
import { repairsRoutes } from './repairs.ts';
import { revocationRoutes } from './revocations.ts';
import { roleRoutes } from './roles.ts';
import { sanctionsRoutes } from './sanctions.ts';
import { credentials, me, newPassword, signedOut } from './session.ts';
import { statisticsRoutes } from './statistics.ts';
import {
  bulkRequest,
  bulkResult,
  reviewRoutes,
  taskCounts,
  taskDetail,
  taskHeld,
  tasksPage,
  tasksQuery,
  transferRequest,
} from './tasks.ts';
import { titleReviewRoutes } from './title-review.ts';
import { trainingRoutes } from './trainings.ts';
import { unitPeopleRoutes } from './unit-people.ts';
import { whatIfRoutes } from './what-if.ts';
import { yearCloseRoutes } from './year-close.ts';
import { year, yearParams } from './years.ts';

/** Every path of the API is under this prefix. */
export const PREFIX = '/api/v1';

/** One route: what the API registers, what the page calls, what the OpenAPI document says. */
export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** In Chinese, for the document. */
  summary: string;
  /** `reviewer`: somebody who holds a reviewing role today; others are refused before the act is looked at. */
  access: 'anyone' | 'signed-in' | 'reviewer' | 'machine';
  /** What a machine's credentials must open; with access `machine` only. */
  machineScope?: MachineScope;
  params?: z.ZodType;
  query?: z.ZodType;
  headers?: z.ZodType;
  body?: z.ZodType;
  /** The JSON answer; absent for a file or an empty answer. */
  response?: z.ZodType;
  /** The status of success. */
  status: 200 | 201 | 204 | 302;
  /** The body is multipart with one part `file`. */
  upload?: true;
  /** The answer is a file. */
  file?: true;
};

const done = z.object({ id: z.uuid() });

export const ROUTES = {
  signIn: {
    method: 'POST',
    path: '/session',
    summary: '登录',
    access: 'anyone',
    body: credentials,
    response: me,
    status: 200,
  },
  signOut: {
    method: 'DELETE',
    path: '/session',
    summary: '退出登录',
    access: 'anyone',
    response: signedOut,
    status: 200,
  },
  changePassword: {
    method: 'POST',
    path: '/me/password',
    summary: '修改密码；其他登录随之失效',
    access: 'signed-in',
    body: newPassword,
    response: me,
    status: 200,
  },
  me: { method: 'GET', path: '/me', summary: '本人信息、任职与角色', access: 'signed-in', response: me, status: 200 },
  year: {
    method: 'GET',
    path: '/me/years/:year',
    summary: '我的学年：合计、缺口与每一学时的依据',
    access: 'signed-in',
    params: yearParams,
    response: year,
    status: 200,
  },
  preview: {
    method: 'POST',
    path: '/me/preview',
    summary: '申报预判：按同一规则试算',
    access: 'signed-in',
    body: previewRequest,
    response: preview,
    status: 200,
  },
  myClaims: {
    method: 'GET',
    path: '/me/claims',
    summary: '我的申报',
    access: 'signed-in',
    query: claimsQuery,
    response: claimsPage,
    status: 200,
  },
  createClaim: {
    method: 'POST',
    path: '/claims',
    summary: '新建草稿',
    access: 'signed-in',
    headers: optionalIdempotencyHeaders,
    body: newClaim,
    response: savedClaim,
    status: 201,
  },
  claim: {
    method: 'GET',
    path: '/claims/:id',
    summary: '申报详情与办理进度',
    access: 'signed-in',
    params: idParams,
    response: claimDetail,
    status: 200,
  },
  saveClaim: {
    method: 'PATCH',
    path: '/claims/:id',
    summary: '保存草稿或补正内容',
    access: 'signed-in',
    params: idParams,
    body: claimPatch,
    response: claimRevision,
    status: 200,
  },
  discardClaim: {
    method: 'DELETE',
    path: '/claims/:id',
    summary: '删除草稿',
    access: 'signed-in',
    params: idParams,
    response: done,
    status: 200,
  },
  uploadEvidence: {
    method: 'POST',
    path: '/claims/:id/evidence',
    summary: '上传证明材料（PDF、JPEG、PNG，不超过 10 MB）',
    access: 'signed-in',
    params: idParams,
    response: evidence,
    status: 201,
    upload: true,
  },
  evidenceFile: {
    method: 'GET',
    path: '/claims/:id/evidence/:evidenceId',
    summary: '证明材料文件',
    access: 'signed-in',
    params: evidenceParams,
    query: evidenceQuery,
    status: 200,
    file: true,
  },
  removeEvidence: {
    method: 'DELETE',
    path: '/claims/:id/evidence/:evidenceId',
    summary: '删除证明材料',
    access: 'signed-in',
    params: evidenceParams,
    response: done,
    status: 200,
  },
  submitClaim: {
    method: 'POST',
    path: '/claims/:id/submit',
    summary: '提交申报',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: submission,
    response: submitted,
    status: 200,
  },
  resubmitClaim: {
    method: 'POST',
    path: '/claims/:id/resubmit',
    summary: '补正后重新提交',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: submission,
    response: submitted,
    status: 200,
  },
  withdrawClaim: {
    method: 'POST',
    path: '/claims/:id/withdraw',
    summary: '撤回申报',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    response: withdrawn,
    status: 200,
  },
  tasks: {
    method: 'GET',
    path: '/tasks',
    summary: '待办、认领与已办列表',
    access: 'reviewer',
    query: tasksQuery,
    response: tasksPage,
    status: 200,
  },
  taskCounts: {
    method: 'GET',
    path: '/tasks/counts',
    summary: '各栏与各审核岗位的数量',
    access: 'reviewer',
    response: taskCounts,
    status: 200,
  },
  decideMany: {
    method: 'POST',
    path: '/tasks/decisions',
    summary: '批量同意，逐项返回结果',
    access: 'reviewer',
    body: bulkRequest,
    response: bulkResult,
    status: 200,
  },
  task: {
    method: 'GET',
    path: '/tasks/:id',
    summary: '审核页：申报、规则意见、学年与相似提示',
    access: 'reviewer',
    params: idParams,
    response: taskDetail,
    status: 200,
  },
  colleagues: {
    method: 'GET',
    path: '/tasks/:id/colleagues',
    summary: '可转办的同事',
    access: 'reviewer',
    params: idParams,
    response: colleagues,
    status: 200,
  },
  claimTask: {
    method: 'POST',
    path: '/tasks/:id/claim',
    summary: '认领',
    access: 'reviewer',
    params: idParams,
    response: taskHeld,
    status: 200,
  },
  releaseTask: {
    method: 'POST',
    path: '/tasks/:id/release',
    summary: '释放',
    access: 'reviewer',
    params: idParams,
    response: taskHeld,
    status: 200,
  },
  transferTask: {
    method: 'POST',
    path: '/tasks/:id/transfer',
    summary: '转办',
    access: 'reviewer',
    params: idParams,
    body: transferRequest,
    response: taskHeld,
    status: 200,
  },
  decide: {
    method: 'POST',
    path: '/tasks/:id/decision',
    summary: '作出决定：同意、退回补正或不予认定',
    access: 'reviewer',
    params: idParams,
    body: decisionRequest,
    response: decisionReceipt,
    status: 200,
  },
  ...statisticsRoutes,
  ...noticesRoutes,
  ...completionRoutes,
  ...machineRoutes,
  ...titleReviewRoutes,
  ...reviewRoutes,
  ...unitPeopleRoutes,
  ...planRoutes,
  ...trainingRoutes,
  ...proposalRoutes,
  ...revocationRoutes,
  ...personYearRoutes,
  ...whatIfRoutes,
  ...certificateRoutes,
  ...organisationRoutes,
  ...peopleRoutes,
  ...identityRoutes,
  ...roleRoutes,
  ...mergeRoutes,
  ...moveRoutes,
  ...yearCloseRoutes,
  ...ledgerCasesRoutes,
  ...courseRoutes,
  ...coursewareRoutes,
  ...documentRoutes,
  ...auditRoutes,
  ...importRoutes,
  ...deferralsRoutes,
  ...sanctionsRoutes,
  ...makeUpRoutes,
  ...rectificationRoutes,
  ...overdueRoutes,
  ...deskRoutes,
  ...leavesRoutes,
  ...reconsiderationRoutes,
  ...repairsRoutes,
  ...complaintRoutes,
  ...inspectionRoutes,
  ...misconductRoutes,
  ...overviewRoutes,
  live: { method: 'GET', path: '/health/live', summary: '进程存活', access: 'anyone', response: live, status: 200 },
  ready: {
    method: 'GET',
    path: '/health/ready',
    summary: '可以办理业务',
    access: 'anyone',
    response: ready,
    status: 200,
  },
} as const satisfies Record<string, Route>;

export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;

type Part<R, K extends string, Kind extends 'input' | 'output'> =
  R extends Record<K, infer S extends z.ZodType> ? (Kind extends 'input' ? z.input<S> : z.output<S>) : undefined;

/** What a caller of a route gives: only the parts it has. */
export type RouteInput<N extends RouteName> = {
  [K in 'params' | 'query' | 'headers' | 'body' as Routes[N] extends Record<K, z.ZodType> ? K : never]: Part<
    Routes[N],
    K,
    'input'
  >;
} & (Routes[N] extends { upload: true } ? { file: Blob; fileName: string } : unknown);

/** What a route answers on success. */
export type RouteOutput<N extends RouteName> = Part<Routes[N], 'response', 'output'>;

/** What a handler gets: the parts after parsing. */
export type RouteParsed<N extends RouteName> = {
  [K in 'params' | 'query' | 'headers' | 'body']: Part<Routes[N], K, 'output'>;
};

/** Health checks live at the root, as load balancers expect; everything else is under the prefix. */
export const pathOf = (route: Route): string => (route.path.startsWith('/health/') ? route.path : PREFIX + route.path);

/** The address of a route with its parameters filled in. */
export const addressOf = (name: RouteName, parts: Parts = {}): string => filledIn(pathOf(ROUTES[name]), parts);

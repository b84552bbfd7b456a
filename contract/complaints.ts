import { z } from 'zod';
import { COMPLAINT_FINDINGS, COMPLAINT_STATES, COMPLAINT_TOPICS } from '../rules/complaint.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import { evidence } from './evidence.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** Complaints (投诉举报, Art. 20): anybody's, also without a name. */

const words = (most: number) => z.string().trim().min(1, '请填写').max(most, `不超过 ${most} 字`);
const regionCode = z.string().regex(/^[0-9]{6}$/, '请选择地区');

export const newComplaint = z.strictObject({
  topic: codeOf(COMPLAINT_TOPICS),
  content: words(4000),
  regionCode,
  industryCode: z
    .string()
    .regex(/^[a-z][a-z-]{1,39}$/)
    .nullable()
    .default(null),
  /** Whom it is about: an organisation of the system, or in words. */
  aboutOrganisationId: organisationId.nullable().default(null),
  aboutText: z.string().trim().max(200, '不超过 200 字').default(''),
  /** Who complains; null for nobody's name. */
  complainant: z
    .strictObject({ name: words(60), contact: words(120) })
    .nullable()
    .default(null),
});
export type NewComplaint = z.output<typeof newComplaint>;

/** What is owed next (转办 or 答复) and its last day; null once it is answered. */
const when = { dutyLabel: z.string().nullable(), dueOn: day.nullable(), isOverdue: z.boolean() };

const codeText = z.string().min(1, '请输入查询码').max(60);
/** What the complainant learns, by their code alone. */
export const complaintAnswer = z.object({
  number: z.number().int(),
  state: codeOf(COMPLAINT_STATES),
  stateLabel: z.string(),
  receivedAt: instant,
  assignedAt: instant.nullable(),
  investigatedAt: instant.nullable(),
  answeredAt: instant.nullable(),
  /** Which authority deals with it now. */
  bodyName: z.string(),
  findingLabel: z.string().nullable(),
  answer: z.string().nullable(),
  files: z.number().int(),
  ...when,
  answerDueOn: day,
  /** The superior body that was told it is late. */
  escalatedToName: z.string().nullable(),
});
export type ComplaintAnswer = z.infer<typeof complaintAnswer>;

const complaintEvent = z.object({ at: instant, text: z.string(), by: z.string() });
const lead = z.object({ kind: z.enum(['check', 'rectification', 'sanction', 'misconduct']), id, label: z.string() });

/** A complaint as the authorities that deal with it see it. */
export const complaintDetail = z.object({
  id,
  number: z.number().int(),
  topic: codeOf(COMPLAINT_TOPICS),
  topicLabel: z.string(),
  content: z.string(),
  regionName: z.string(),
  industryName: z.string().nullable(),
  aboutOrganisationId: organisationId.nullable(),
  aboutName: z.string(),
  receiverName: z.string(),
  handlerId: organisationId.nullable(),
  handlerName: z.string().nullable(),
  state: codeOf(COMPLAINT_STATES),
  stateLabel: z.string(),
  now: z.string(),
  receivedAt: instant,
  ...when,
  escalatedToName: z.string().nullable(),
  /** Whether there is a name on record; who it is costs a step of its own, which is on record too. */
  isNamed: z.boolean(),
  findingLabel: z.string().nullable(),
  investigation: z.string().nullable(),
  answer: z.string().nullable(),
  files: z.array(evidence.omit({ removed: true })),
  leads: z.array(lead),
  events: z.array(complaintEvent),
  /** Whom it can be assigned to: the trade's authority first. */
  handlers: z.array(z.object({ id: organisationId, name: z.string() })),
  may: z.object({
    assign: z.boolean(),
    investigate: z.boolean(),
    answer: z.boolean(),
    identity: z.boolean(),
    lead: z.boolean(),
  }),
});
export type ComplaintDetail = z.infer<typeof complaintDetail>;

export const complaintSummary = complaintDetail.pick({
  id: true,
  number: true,
  topicLabel: true,
  aboutName: true,
  regionName: true,
  industryName: true,
  handlerName: true,
  state: true,
  stateLabel: true,
  receivedAt: true,
  isNamed: true,
  dutyLabel: true,
  dueOn: true,
  isOverdue: true,
});
export type ComplaintSummary = z.infer<typeof complaintSummary>;
export const complaintsPage = z.object({ items: z.array(complaintSummary), next: z.string().nullable() });
export type ComplaintsPage = z.infer<typeof complaintsPage>;
export const complaintsQuery = z.strictObject({
  state: codeOf(COMPLAINT_STATES).optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export type ComplaintsQuery = z.output<typeof complaintsQuery>;

export const complaintAssignment = z.strictObject({
  handlerId: organisationId,
  note: z.string().trim().max(500).default(''),
});
export const complaintInvestigation = z.strictObject({
  finding: codeOf(COMPLAINT_FINDINGS),
  investigation: words(4000),
});
export type ComplaintInvestigation = z.infer<typeof complaintInvestigation>;
export const complaintReply = z.strictObject({ answer: words(2000) });
export const complaintCheck = z.strictObject({ claimNumber: z.number().int().positive() });

const changed = z.object({ id, state: codeOf(COMPLAINT_STATES) });
export type ComplaintChanged = z.infer<typeof changed>;
/** The code travels in a header or a body, never in an address, which logs and histories keep. */
const codeHeaders = z.looseObject({ 'x-complaint-code': codeText });

export const complaintRoutes = {
  fileComplaint: {
    method: 'POST',
    path: '/complaints',
    summary: '投诉举报（可匿名、无需登录）：查询码只显示这一次',
    access: 'anyone',
    headers: idempotencyHeaders,
    body: newComplaint,
    response: z.object({ number: z.number().int(), code: z.string(), receiverName: z.string() }),
    status: 201,
  },
  complaintChoices: {
    method: 'GET',
    path: '/complaints/choices',
    summary: '投诉举报可选的地区与行业',
    access: 'anyone',
    response: z.object({
      regions: z.array(z.object({ code: z.string(), name: z.string(), parentCode: z.string().nullable() })),
      industries: z.array(z.object({ code: z.string(), name: z.string() })),
    }),
    status: 200,
  },
  addComplaintFile: {
    method: 'POST',
    path: '/complaints/files',
    summary: '凭查询码补充材料（答复之前）',
    access: 'anyone',
    headers: codeHeaders,
    response: z.object({ files: z.number().int() }),
    status: 201,
    upload: true,
  },
  complaintAnswer: {
    method: 'POST',
    path: '/complaints/answer',
    summary: '凭查询码查询办理情况与答复',
    access: 'anyone',
    body: z.strictObject({ code: codeText }),
    response: complaintAnswer,
    status: 200,
  },
  complaints: {
    method: 'GET',
    path: '/complaints',
    summary: '本部门受理或办理的投诉举报',
    access: 'signed-in',
    query: complaintsQuery,
    response: complaintsPage,
    status: 200,
  },
  complaint: {
    method: 'GET',
    path: '/complaints/:id',
    summary: '投诉举报详情（不含投诉人身份）',
    access: 'signed-in',
    params: idParams,
    response: complaintDetail,
    status: 200,
  },
  complaintFile: {
    method: 'GET',
    path: '/complaints/:id/files/:fileId',
    summary: '投诉举报的材料',
    access: 'signed-in',
    params: z.strictObject({ id, fileId: id }),
    status: 200,
    file: true,
  },
  revealComplainant: {
    method: 'POST',
    path: '/complaints/:id/identity',
    summary: '查看投诉人身份（每次查看均留痕）',
    access: 'signed-in',
    params: idParams,
    response: z.object({ name: z.string(), contact: z.string() }),
    status: 200,
  },
  assignComplaint: {
    method: 'POST',
    path: '/complaints/:id/assign',
    summary: '转办：交行业主管部门调查核实',
    access: 'signed-in',
    params: idParams,
    body: complaintAssignment,
    response: changed,
    status: 200,
  },
  investigateComplaint: {
    method: 'POST',
    path: '/complaints/:id/investigation',
    summary: '登记调查核实的结果',
    access: 'signed-in',
    params: idParams,
    body: complaintInvestigation,
    response: changed,
    status: 200,
  },
  answerComplaint: {
    method: 'POST',
    path: '/complaints/:id/answer',
    summary: '答复投诉人',
    access: 'signed-in',
    params: idParams,
    body: complaintReply,
    response: changed,
    status: 200,
  },
  checkFromComplaint: {
    method: 'POST',
    path: '/complaints/:id/check',
    summary: '由投诉举报对一份已备案的申报立案核查',
    access: 'signed-in',
    params: idParams,
    body: complaintCheck,
    response: z.object({ checkId: id }),
    status: 201,
  },
} as const satisfies Record<string, Route>;

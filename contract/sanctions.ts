import { z } from 'zod';
import { APPEAL_STATES, PROPOSAL_KINDS, SANCTION_SOURCES, SANCTION_STATES } from '../rules/sanction.ts';
import { TITLE_ORDER_KINDS, TITLE_ORDER_STATES } from '../rules/title-order.ts';
import { CLAIM_STATES, VERDICTS } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import { evidence } from './evidence.ts';
import { hours } from './explained.ts';
import type { Route } from './routes.ts';
import { PURPOSES } from './title-review.ts';
import { codeOf, counted, day, id, instant, organisationId } from './values.ts';

const written = (limit: number) => z.string().trim().min(1, '请填写内容').max(limit, `不超过 ${limit} 字`);
const version = counted;
const file = evidence.omit({ removed: true });

/** A suspicion as a reviewer reports it: claims of one person for one year (Art. 21). */
export const sanctionReport = z.strictObject({
  claimIds: z.array(id).min(1, '请至少选择一项申报').max(50, '一次最多 50 项申报'),
  year: z.number().int().min(2026).max(2200),
  source: z.enum(['review', 'duplicate-evidence']),
  explanation: written(2000),
});
export type SanctionReport = z.infer<typeof sanctionReport>;

/** What the person is told: the facts and the reasons. */
export const sanctionNotice = z.strictObject({ charge: written(2000) });
export const defenceExtension = z.strictObject({ until: day, reason: written(500) });
/** 陈述申辩. `isFinal`: the person has nothing to add, and the authority need not wait for the deadline. */
export const sanctionDefence = z.strictObject({ text: written(5000), isFinal: z.boolean().default(false) });
export const sanctionAppeal = z.strictObject({ text: written(5000) });

/** A title obtained by the fraud, and who approved it. */
export const titleToRevoke = z.strictObject({
  title: z.string().trim().min(1, '请填写职称名称').max(100, '不超过 100 字'),
  organisationId,
  obtainedOn: day.nullable().default(null),
  dueOn: day,
});
export type TitleToRevoke = z.output<typeof titleToRevoke>;
const titles = z.array(titleToRevoke).max(10, '一次最多 10 项').default([]);

/** `version`: of the case as the officer saw it; somebody who has not seen a new defence cannot decide over it. */
export const sanctionProposal = z.strictObject({
  kind: codeOf(PROPOSAL_KINDS),
  reason: written(2000),
  titles,
  version,
});
export type SanctionProposal = z.output<typeof sanctionProposal>;
export const sanctionAnswer = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('confirm'), proposalId: id, version }),
  z.strictObject({ answer: z.literal('refuse'), proposalId: id, reason: written(2000) }),
]);
export type SanctionAnswer = z.infer<typeof sanctionAnswer>;
export const impactRequest = z.strictObject({ titles });

const verdictCode = codeOf(VERDICTS);
const reviewOutcome = z.enum(['qualified', 'open', 'not-qualified']);
const touchedClaim = z.object({
  claimId: id,
  number: z.number().int(),
  title: z.string(),
  state: codeOf(CLAIM_STATES),
});

/** Everything a decision changes, shown before it and kept after it. */
export const sanctionImpact = z.object({
  on: day,
  year: z.number().int(),
  before: hours.extend({ verdict: verdictCode }),
  after: hours.extend({ verdict: verdictCode }),
  /** Other years whose hours change with this one. */
  otherYears: z.array(z.object({ year: z.number().int(), before: hours, after: hours })),
  certificateNumber: z.string().nullable(),
  claimsClosed: z.array(touchedClaim),
  /** Also for another year: they go on for that one. */
  claimsKept: z.array(touchedClaim),
  record: z.object({ from: day, endsOn: day }),
  titles: z.array(titleToRevoke.extend({ organisationName: z.string(), obtainedOn: day.nullable() })),
  /** Answers given to asking bodies that would be others now. */
  answers: z.array(
    z.object({
      organisationName: z.string(),
      purpose: codeOf(PURPOSES),
      caseNumber: z.string(),
      askedAt: instant,
      years: z.array(z.number().int()),
      before: reviewOutcome,
      after: reviewOutcome,
    }),
  ),
  told: z.array(z.object({ organisationName: z.string(), people: z.number().int() })),
});
export type SanctionImpact = z.infer<typeof sanctionImpact>;

const proposal = z.object({
  id,
  kind: codeOf(PROPOSAL_KINDS),
  kindLabel: z.string(),
  reason: z.string(),
  titles: z.array(titleToRevoke.extend({ organisationName: z.string(), obtainedOn: day.nullable() })),
  by: z.string(),
  at: instant,
  answer: z.enum(['confirmed', 'refused']).nullable(),
  answerReason: z.string().nullable(),
  answeredBy: z.string().nullable(),
});

export const titleOrder = z.object({
  id,
  kind: codeOf(TITLE_ORDER_KINDS),
  kindLabel: z.string(),
  title: z.string(),
  personName: z.string(),
  employerName: z.string(),
  organisationName: z.string(),
  authorityName: z.string(),
  obtainedOn: day.nullable(),
  dueOn: day,
  state: codeOf(TITLE_ORDER_STATES),
  stateLabel: z.string(),
  isLate: z.boolean(),
  report: z.string().nullable(),
  orderedAt: instant,
  reportedAt: instant.nullable(),
  events: z.array(z.object({ at: instant, text: z.string(), by: z.string() })),
  may: z.object({ report: z.boolean(), accept: z.boolean() }),
});
export type TitleOrder = z.infer<typeof titleOrder>;
export const titleOrdersPage = z.object({ items: z.array(titleOrder), next: z.string().nullable() });
export type TitleOrdersPage = z.infer<typeof titleOrdersPage>;
export const titleOrdersQuery = z.strictObject({ limit: pageLimit, after: cursor.optional() });
export const titleReport = z.strictObject({ report: written(2000) });
export const titleAnswer = z.discriminatedUnion('answer', [
  z.strictObject({ answer: z.literal('accept') }),
  z.strictObject({ answer: z.literal('return'), reason: written(1000), dueOn: day }),
]);
export type TitleAnswer = z.infer<typeof titleAnswer>;

export const sanctionSummary = z.object({
  id,
  number: z.number().int(),
  year: z.number().int(),
  personName: z.string(),
  employerName: z.string(),
  authorityName: z.string(),
  state: codeOf(SANCTION_STATES),
  stateLabel: z.string(),
  openedAt: instant,
  /** The next date that matters: the defence's last day, or the record's. */
  nextOn: day.nullable(),
  hasAppeal: z.boolean(),
});
export type SanctionSummary = z.infer<typeof sanctionSummary>;

/** A case as its person and its officers see it; what only officers see is null or empty for the person. */
export const sanctionDetail = sanctionSummary.extend({
  version,
  isOwn: z.boolean(),
  /** One sentence: where it stands, by when, and what to do. */
  now: z.string(),
  rights: z.array(z.string()),
  charge: z.string().nullable(),
  noticedAt: instant.nullable(),
  defenceLastDay: day.nullable(),
  defenceDueAt: instant.nullable(),
  defenceClosedAt: instant.nullable(),
  effectiveOn: day.nullable(),
  /** The day at whose 00:00 the dishonesty record ends. */
  endsOn: day.nullable(),
  decisionReason: z.string().nullable(),
  grounds: z.array(
    z.object({
      source: codeOf(SANCTION_SOURCES),
      sourceLabel: z.string(),
      explanation: z.string(),
      by: z.string(),
      at: instant,
    }),
  ),
  claims: z.array(
    z.object({
      claimId: id,
      number: z.number().int(),
      title: z.string(),
      formLabel: z.string(),
      state: codeOf(CLAIM_STATES),
      stateLabel: z.string(),
      evidence: z.array(file.extend({ usedByOthers: z.number().int() })),
    }),
  ),
  files: z.array(file.extend({ by: z.string(), isLate: z.boolean() })),
  defences: z.array(z.object({ text: z.string(), isLate: z.boolean(), at: instant })),
  appeals: z.array(
    z.object({
      text: z.string(),
      state: codeOf(APPEAL_STATES),
      stateLabel: z.string(),
      at: instant,
      answer: z.string().nullable(),
      answeredAt: instant.nullable(),
    }),
  ),
  proposals: z.array(proposal),
  impact: sanctionImpact.nullable(),
  orders: z.array(titleOrder.omit({ events: true, may: true })),
  events: z.array(z.object({ at: instant, text: z.string(), by: z.string() })),
  may: z.object({
    notice: z.boolean(),
    extend: z.boolean(),
    defend: z.boolean(),
    attach: z.boolean(),
    propose: z.array(codeOf(PROPOSAL_KINDS)),
    confirm: z.boolean(),
    refuse: z.boolean(),
    appeal: z.boolean(),
  }),
});
export type SanctionDetail = z.infer<typeof sanctionDetail>;

export const sanctionsPage = z.object({ items: z.array(sanctionSummary), next: z.string().nullable() });
export type SanctionsPage = z.infer<typeof sanctionsPage>;
export const sanctionsQuery = z.strictObject({
  /** `mine`: about oneself; `office`: of one's authority, and of those below it; `records`: those with a dishonesty record in force. */
  box: z.enum(['mine', 'office', 'records']).default('mine'),
  state: codeOf(SANCTION_STATES).optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export type SanctionsQuery = z.output<typeof sanctionsQuery>;

const changed = z.object({ id, state: codeOf(SANCTION_STATES), version });
export type SanctionChanged = z.infer<typeof changed>;
const opened = z.object({ id, isNew: z.boolean() });
export type SanctionOpened = z.infer<typeof opened>;
const orderChanged = z.object({ id, state: codeOf(TITLE_ORDER_STATES) });
export type TitleOrderChanged = z.infer<typeof orderChanged>;

export const sanctionsRoutes = {
  reportFraud: {
    method: 'POST',
    path: '/sanctions',
    summary: '审核中发现弄虚作假，移交有权机构立案（第二十一条）',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: sanctionReport,
    response: opened,
    status: 201,
  },
  sanctions: {
    method: 'GET',
    path: '/sanctions',
    summary: '弄虚作假案件：本人的、本机构的、失信记录',
    access: 'signed-in',
    query: sanctionsQuery,
    response: sanctionsPage,
    status: 200,
  },
  sanction: {
    method: 'GET',
    path: '/sanctions/:id',
    summary: '案件详情：理由、权利、期限、经过',
    access: 'signed-in',
    params: idParams,
    response: sanctionDetail,
    status: 200,
  },
  uploadSanctionFile: {
    method: 'POST',
    path: '/sanctions/:id/files',
    summary: '上传材料：当事人的证明，或办案机构的证据',
    access: 'signed-in',
    params: idParams,
    response: file,
    status: 201,
    upload: true,
  },
  sanctionFile: {
    method: 'GET',
    path: '/sanctions/:id/files/:fileId',
    summary: '案件材料',
    access: 'signed-in',
    params: z.strictObject({ id, fileId: id }),
    status: 200,
    file: true,
  },
  giveSanctionNotice: {
    method: 'POST',
    path: '/sanctions/:id/notice',
    summary: '告知当事人事实、理由和陈述申辩的期限',
    access: 'signed-in',
    params: idParams,
    body: sanctionNotice,
    response: changed,
    status: 200,
  },
  extendDefence: {
    method: 'POST',
    path: '/sanctions/:id/defence-deadline',
    summary: '延长陈述申辩期限',
    access: 'signed-in',
    params: idParams,
    body: defenceExtension,
    response: changed,
    status: 200,
  },
  stateDefence: {
    method: 'POST',
    path: '/sanctions/:id/defence',
    summary: '当事人陈述申辩；逾期的仍予保存并注明',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: sanctionDefence,
    response: changed,
    status: 201,
  },
  sanctionImpact: {
    method: 'POST',
    path: '/sanctions/:id/impact',
    summary: '处理前试算：哪些学时、证书、职称、查询结果会改变，谁会被告知',
    access: 'signed-in',
    params: idParams,
    body: impactRequest,
    response: sanctionImpact,
    status: 200,
  },
  proposeSanction: {
    method: 'POST',
    path: '/sanctions/:id/proposals',
    summary: '拟定处理、不予处理、撤销或维持；由另一名工作人员确认后生效',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: sanctionProposal,
    response: changed,
    status: 201,
  },
  answerSanctionProposal: {
    method: 'POST',
    path: '/sanctions/:id/confirmation',
    summary: '第二名工作人员确认或退回拟定的处理',
    access: 'signed-in',
    params: idParams,
    body: sanctionAnswer,
    response: changed,
    status: 200,
  },
  appealSanction: {
    method: 'POST',
    path: '/sanctions/:id/appeals',
    summary: '当事人申诉',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: sanctionAppeal,
    response: changed,
    status: 201,
  },
  titleOrders: {
    method: 'GET',
    path: '/title-orders',
    summary: '撤销（恢复）职称的通知：本机构办理的、本机构发出的',
    access: 'signed-in',
    query: titleOrdersQuery,
    response: titleOrdersPage,
    status: 200,
  },
  reportTitleOrder: {
    method: 'POST',
    path: '/title-orders/:id/report',
    summary: '核准部门报告办理结果',
    access: 'signed-in',
    params: idParams,
    body: titleReport,
    response: orderChanged,
    status: 200,
  },
  answerTitleReport: {
    method: 'POST',
    path: '/title-orders/:id/acceptance',
    summary: '发出通知的机构验收，或退回重新办理',
    access: 'signed-in',
    params: idParams,
    body: titleAnswer,
    response: orderChanged,
    status: 200,
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { RECONSIDERATION_STATES } from '../rules/reconsideration.ts';
import {
  CAPACITIES,
  CLAIM_STATES,
  FORMS,
  OUTCOMES,
  RETURN_REASONS,
  STAGE_KINDS,
  TASK_STATES,
} from '../rules/vocabulary.ts';
import { loweredHours, reason } from './decisions.ts';
import { declared } from './declarations.ts';
import { written } from './drafts.ts';
import { evidence } from './evidence.ts';
import { codeOf, counted, day, id, instant, organisationId, requestKey } from './values.ts';

export const idParams = z.strictObject({ id });
/** The key under which a request that creates or decides may be sent again. Other headers pass. */
export const idempotencyHeaders = z.looseObject({ 'idempotency-key': requestKey });
export const optionalIdempotencyHeaders = z.looseObject({ 'idempotency-key': requestKey.optional() });

/** Where the next page begins; made by the server, opaque to everybody else. */
export const cursor = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/, '分页位置无效');
export const pageLimit = z.coerce.number<number | string>().int().min(1).max(100).default(20);

/** The whole declaration, or what is typed of it so far: one of the two. */
const content = z.strictObject({ declared: declared.optional(), written: written.optional() });
const isOne = ({ declared, written }: z.output<typeof content>): boolean =>
  (declared === undefined) !== (written === undefined);
const ONE = { message: '填写完整的申报（declared）或已填写的内容（written），二者其一', path: ['declared'] };

export const newClaim = content.refine(isOne, ONE);
export const savedClaim = z.object({ id, revision: z.number().int() });
export const claimPatch = content.extend({ revision: counted }).refine(isOne, ONE);
export const claimRevision = z.object({ revision: z.number().int() });
export const submission = z.strictObject({ revision: counted });
export const submitted = z.object({
  claimId: id,
  number: z.number().int(),
  state: codeOf(CLAIM_STATES),
  version: z.number().int(),
});
export const withdrawn = z.object({ claimId: id, state: codeOf(CLAIM_STATES) });

export const claimsQuery = z.strictObject({
  state: codeOf(CLAIM_STATES).optional(),
  year: z.coerce.number<number | string>().int().min(2026).max(2200).optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export const claimSummary = z.object({
  id,
  number: z.number().int(),
  year: z.number().int(),
  form: codeOf(FORMS),
  title: z.string(),
  state: codeOf(CLAIM_STATES),
  claimedHundredths: z.number().int(),
  revision: z.number().int(),
  version: z.number().int(),
  /** Whether what is typed last is a whole declaration; only then it can be submitted. */
  isWhole: z.boolean(),
  updatedAt: instant,
  firstSubmittedAt: instant.nullable(),
  correctionDueAt: instant.nullable(),
});
export type ClaimSummary = z.infer<typeof claimSummary>;
export const claimsPage = z.object({ items: z.array(claimSummary), next: z.string().nullable() });
export type ClaimsPage = z.infer<typeof claimsPage>;

/** A decision as everybody on the claim sees it. */
export const shownDecision = z.object({
  outcome: codeOf(OUTCOMES),
  outcomeLabel: z.string(),
  deciderName: z.string(),
  /** In whose place the decider acted (代理). */
  actingForName: z.string().nullable(),
  decidedAt: instant,
  hours: z.array(loweredHours),
  reasons: z.array(reason.extend({ label: z.string() })),
  comment: z.string(),
});
export type ShownDecision = z.infer<typeof shownDecision>;

export const shownTask = z.object({
  id,
  organisationId,
  organisationName: z.string(),
  capacity: codeOf(CAPACITIES),
  state: codeOf(TASK_STATES),
  assigneeName: z.string().nullable(),
  endedAt: instant.nullable(),
  decision: shownDecision.nullable(),
});

export const shownStage = z.object({
  seq: z.number().int(),
  kind: codeOf(STAGE_KINDS),
  label: z.string(),
  version: z.number().int(),
  openedAt: instant,
  dueOn: day,
  settledAt: instant.nullable(),
  outcome: z.enum(['approved', 'returned', 'rejected', 'withdrawn', 'superseded']).nullable(),
  tasks: z.array(shownTask),
});
export type ShownStage = z.infer<typeof shownStage>;

/** A step of the claim's whole way: done, current, still to come, or done and undone by a revocation. */
export const wayStep = z.object({
  kind: codeOf(STAGE_KINDS),
  label: z.string(),
  status: z.enum(['done', 'current', 'next', 'revoked']),
  bodies: z.array(z.object({ organisationId, organisationName: z.string(), capacity: codeOf(CAPACITIES) })),
  notes: z.array(z.string()),
});

export const timelineEntry = z.object({
  at: instant,
  kind: z.string(),
  /** One Chinese sentence: who did what. */
  text: z.string(),
  actorName: z.string(),
  organisationName: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

/** Who has it, by when, and what comes next. */
export const claimNow = z.object({
  text: z.string(),
  holders: z.array(z.object({ organisationName: z.string(), assigneeName: z.string().nullable() })),
  dueOn: day.nullable(),
  overdue: z.boolean(),
  next: z.string(),
});

export const claimPermissions = z.object({
  edit: z.boolean(),
  discard: z.boolean(),
  submit: z.boolean(),
  resubmit: z.boolean(),
  withdraw: z.boolean(),
  /** Taking the recognition back, for an authority that oversees it (Art. 20). */
  revoke: z.boolean(),
});

/** What is to be corrected: a checklist for the declarant. */
export const correctionPoint = z.object({
  code: codeOf(RETURN_REASONS),
  label: z.string(),
  text: z.string(),
  field: z.string().nullable(),
  evidenceId: id.nullable(),
  organisationName: z.string(),
});

/** The review of a rejection (复核) that can be had, or was: by whom, until when, with what result. */
export const claimReconsideration = z.object({
  /** Who reviews. */
  organisationName: z.string(),
  /** The last day to ask; null once it has been asked for. */
  untilOn: day.nullable(),
  mayAsk: z.boolean(),
  asked: z
    .object({
      id,
      state: codeOf(RECONSIDERATION_STATES),
      stateLabel: z.string(),
      requestedAt: instant,
      grounds: z.string(),
      dueOn: day,
      decidedAt: instant.nullable(),
      deciderName: z.string().nullable(),
      reason: z.string().nullable(),
      citation: z.string().nullable(),
    })
    .nullable(),
});
export type ClaimReconsideration = z.infer<typeof claimReconsideration>;

export const claimDetail = claimSummary.extend({
  stateLabel: z.string(),
  declarant: z.object({
    personId: id,
    name: z.string(),
    title: z.string().nullable(),
    idNumberMasked: z.string(),
    employerName: z.string().nullable(),
  }),
  /** As last saved whole; null for a draft that never was. A submitted version keeps its own copy below. */
  declaration: declared.nullable(),
  /** What its declarant has typed of it, where that is not whole; null for others. */
  written: written.nullable(),
  evidence: z.array(evidence),
  versions: z.array(
    z.object({ version: z.number().int(), submittedAt: instant, declaration: declared, evidenceIds: z.array(id) }),
  ),
  createdAt: instant,
  endedAt: instant.nullable(),
  way: z.array(wayStep),
  stages: z.array(shownStage),
  timeline: z.array(timelineEntry),
  now: claimNow,
  corrections: z.array(correctionPoint),
  /** When the declarant may nudge (催办) next, and how often they have in this stage; null when there is nobody to nudge, or for others. */
  nudge: z.object({ fromOn: day, mayNow: z.boolean(), count: z.number().int() }).nullable(),
  /** When the superior body is told, while the stage is open; and whether it has been. */
  escalation: z.object({ fromOn: day, isEscalated: z.boolean() }).nullable(),
  /** What a declarant may do against a rejection. */
  remedies: z.array(z.string()),
  /** Null where nothing was rejected. */
  reconsideration: claimReconsideration.nullable(),
  permissions: claimPermissions,
});
export type ClaimDetail = z.infer<typeof claimDetail>;

import { z } from 'zod';
import { ARTICLES } from '../rules/articles.ts';
import { codes, OUTCOMES, RETURN_REASONS } from '../rules/vocabulary.ts';
import { codeOf, counted, id, instant, longText, shortText } from './values.ts';

/** A line of the declaration whose hours a reviewer lowered, with the reason. Zero refuses the line. */
export const loweredHours = z.strictObject({
  line: z.number().int().min(0).max(200),
  hundredths: z.number().int().min(0).max(100_000),
  reason: shortText,
});
export type LoweredHours = z.infer<typeof loweredHours>;

/** An article or item of the measures, as it is cited. */
const provision = z.enum(codes(ARTICLES), '请选择办法中的条款');

/** Why a claim was returned or rejected: a code, the field or piece of evidence it is about, and words. A rejection names its article. */
export const reason = z.strictObject({
  code: codeOf(RETURN_REASONS),
  field: z.string().max(80).optional(),
  evidenceId: id.optional(),
  article: provision.optional(),
  text: shortText,
});
export type Reason = z.infer<typeof reason>;

/** A reviewer's decision. `decisionId` is made by the client: sending it again gives the same answer, never a second decision. */
export const decisionRequest = z.strictObject({
  decisionId: id,
  version: counted,
  outcome: codeOf(OUTCOMES),
  hours: z.array(loweredHours).max(200).default([]),
  reasons: z.array(reason).max(20).default([]),
  comment: longText.default(''),
});
export type DecisionRequest = z.infer<typeof decisionRequest>;

export const decisionReceipt = z.object({
  decisionId: id,
  taskId: id,
  claimId: id,
  outcome: codeOf(OUTCOMES),
  decidedAt: instant,
  /** What this decision made of the stage: null while another body has yet to decide. */
  stageOutcome: z.enum(['approved', 'returned', 'rejected']).nullable(),
});
export type DecisionReceipt = z.infer<typeof decisionReceipt>;

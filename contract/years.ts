import { z } from 'zod';
import { CLAIM_STATES, FORMS, SUBJECTS } from '../rules/vocabulary.ts';
import { capLeft, cited, explainedItem, hours, yearStanding } from './explained.ts';
import { codeOf, day, id, instant } from './values.ts';

/** A recognised activity of the year, each of its hours explained. */
export const yearItem = explainedItem.extend({
  sourceKind: z.enum(['claim', 'platform']),
  claimId: id.nullable(),
  claimNumber: z.number().int().nullable(),
  title: z.string(),
  formLabel: z.string(),
  recordedAt: instant,
});
export type YearItem = z.infer<typeof yearItem>;

/** An activity taken out of the year again, with what came back from under its limits. */
export const yearReversal = z.object({
  sourceKind: z.enum(['claim', 'platform']),
  claimId: id.nullable(),
  claimNumber: z.number().int().nullable(),
  title: z.string(),
  at: instant,
  reason: z.string(),
  basis: z.array(cited),
  lostHundredths: z.number().int(),
  cameBack: z.array(z.object({ title: z.string(), hundredths: z.number().int() })),
});
export type YearReversal = z.infer<typeof yearReversal>;

/** A claim on its way: shown with what the rules make of it in this year before its caps, never counted before its last step ends. */
export const pendingClaim = hours.extend({
  claimId: id,
  claimNumber: z.number().int(),
  title: z.string(),
  form: codeOf(FORMS),
  formLabel: z.string(),
  state: codeOf(CLAIM_STATES),
  stateLabel: z.string(),
  /** It would complete the year by itself, and has no hours to show. */
  deemedComplete: z.boolean(),
  text: z.string(),
});
export type PendingClaim = z.infer<typeof pendingClaim>;

/** A course of the provincial platform: registered by the system, no claim, no review. */
export const platformCourse = z.object({
  id,
  course: z.string(),
  title: z.string(),
  subject: codeOf(SUBJECTS),
  hundredths: z.number().int(),
  completedOn: day,
  counted: z.boolean(),
});

export const year = yearStanding.extend({
  asOf: day,
  required: hours,
  /** The last day on which claims for this year are taken. */
  closesOn: day,
  items: z.array(yearItem),
  /** Latest first. */
  reversals: z.array(yearReversal),
  caps: z.array(capLeft),
  pending: z.array(pendingClaim),
  /** Of all pending claims together. */
  pendingHours: hours,
  platformCourses: z.array(platformCourse),
  basis: z.array(cited),
  trace: z.array(z.string()),
});
export type Year = z.infer<typeof year>;

export const yearParams = z.strictObject({
  year: z.coerce
    .number<number | string>()
    .int('年度应为四位数字')
    .min(2026, '本办法适用于 2026 年及以后年度')
    .max(2200),
});

import { z } from 'zod';
import { ARTICLES, citation, type Provision } from '../rules/articles.ts';
import { CAPS, FORMS, REFUSAL_CODES, STEPS, SUBJECTS, VERDICTS } from '../rules/vocabulary.ts';
import { codeOf, day } from './values.ts';

/** How a figure is explained on the wire: the same text for the declarant and for the reviewers. */

/** A provision with its name in words and its sentence. */
export const cited = z.object({
  provision: z.string(),
  citation: z.string(),
  text: z.string(),
});
export type Cited = z.infer<typeof cited>;

/** Provisions as people read them. */
export const cite = (basis: readonly Provision[]): Cited[] =>
  basis.map((provision) => ({ provision, citation: citation(provision), text: ARTICLES[provision].text }));

/** Hours by subject, in hundredths. */
export const hours = z.object({
  publicHundredths: z.number().int(),
  professionalHundredths: z.number().int(),
  totalHundredths: z.number().int(),
});

/** One step of an activity's way: 填报 → 折算 → 限额 → 计入. */
export const step = z.object({
  step: codeOf(STEPS),
  label: z.string(),
  hundredths: z.number().int(),
  /** What `hundredths` are of: an authority under a credit system (学分) has credits declared, all else is hours. */
  unit: z.enum(['hours', 'credits']),
  text: z.string(),
  basis: z.array(cited),
  cap: codeOf(CAPS).nullable(),
});
export type Step = z.infer<typeof step>;

/** Hours that a cap cut off, with the reason. */
export const notCounted = z.object({
  hundredths: z.number().int(),
  cap: codeOf(CAPS).nullable(),
  text: z.string(),
  basis: z.array(cited),
});

/** What an activity counts in a year, and why. */
export const explainedItem = z.object({
  id: z.string(),
  form: codeOf(FORMS),
  status: z.enum(['counted', 'refused']),
  refusal: z
    .object({
      code: codeOf(REFUSAL_CODES),
      label: z.string(),
      message: z.string(),
      fix: z.string(),
      basis: z.array(cited),
    })
    .nullable(),
  countedHundredths: z.number().int(),
  publicHundredths: z.number().int(),
  professionalHundredths: z.number().int(),
  deemedComplete: z.boolean(),
  steps: z.array(step),
  notCounted: z.array(notCounted),
});
export type ExplainedItem = z.infer<typeof explainedItem>;

/** What is left under a limit of the year. */
export const capLeft = z.object({
  cap: codeOf(CAPS),
  label: z.string(),
  limitHundredths: z.number().int(),
  usedHundredths: z.number().int(),
  leftHundredths: z.number().int(),
});
export type CapLeft = z.infer<typeof capLeft>;

/** Where a year stands: totals, what is missing, the verdict with its Chinese label. */
export const yearStanding = hours.extend({
  year: z.number().int(),
  missing: hours,
  verdict: codeOf(VERDICTS),
  verdictLabel: z.string(),
  /** In one sentence, such as “还差 18 学时（公需科目 6、专业科目 12）”. */
  sentence: z.string(),
});
export type YearStanding = z.infer<typeof yearStanding>;

/** What one activity does to a year. */
export const yearChange = z.object({
  before: yearStanding,
  after: yearStanding,
  /** The activity's own way through the rules and the caps; null when it does not belong to this year. */
  item: explainedItem.nullable(),
  /** What is left under each limit of the year with it. */
  caps: z.array(capLeft),
});
export type YearChange = z.infer<typeof yearChange>;

/** The rules' answer on an activity alone, before the caps of the year. */
export const recognition = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('accepted'),
    lines: z.array(
      z.object({
        index: z.number().int(),
        on: day,
        subject: codeOf(SUBJECTS),
        rawHundredths: z.number().int(),
        hundredths: z.number().int(),
        refusal: codeOf(REFUSAL_CODES).nullable(),
      }),
    ),
    deemedComplete: z.boolean(),
    basis: z.array(cited),
    trace: z.array(z.string()),
  }),
  z.object({
    outcome: z.literal('refused'),
    code: codeOf(REFUSAL_CODES),
    message: z.string(),
    fix: z.string(),
    basis: z.array(cited),
    trace: z.array(z.string()),
  }),
]);
export type ExplainedRecognition = z.infer<typeof recognition>;

export const LIKENESSES = {
  'same-activity': '同一活动已有申报',
  'overlapping-days': '培训日期重叠',
  'same-file': '证明材料与其他申报相同',
} as const;

/** Something that looks like another claim. Reviewers are told and decide; nothing is refused for it. */
export const likeness = z.object({
  kind: codeOf(LIKENESSES),
  text: z.string(),
  /** The other claim's number, where the caller may know it; the id only where they may open it. */
  claimNumber: z.number().int().nullable(),
  claimId: z.uuid().nullable(),
  evidenceId: z.uuid().nullable(),
  days: z.array(day),
});
export type Likeness = z.infer<typeof likeness>;

import { z } from 'zod';
import { declared } from './declarations.ts';
import { likeness, recognition, yearChange } from './explained.ts';
import { id } from './values.ts';

/** What if: the same rules as the review, before anything is submitted. `claimId`: the draft this is, so that it is not like itself. */
export const previewRequest = z.strictObject({
  declared,
  hasEvidence: z.boolean(),
  claimId: id.optional(),
});
export type PreviewRequest = z.infer<typeof previewRequest>;

export const preview = z.object({
  /** Whether it could be submitted as it is. */
  submittable: z.boolean(),
  recognition,
  /** Why it may not be declared now (future days, a closed year), each with the field it is about. */
  problems: z.array(z.object({ code: z.string(), message: z.string(), fix: z.string(), path: z.string() })),
  /** The years it is for, each before and after; two for a training across new year. */
  years: z.array(yearChange),
  warnings: z.array(likeness),
});
export type Preview = z.infer<typeof preview>;

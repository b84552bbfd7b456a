import { z } from 'zod';
import { id, instant } from './values.ts';

/** The largest file that is taken, in bytes. */
export const EVIDENCE_MAX_BYTES = 10 * 1024 * 1024;
export const EVIDENCE_MEDIA_TYPES = ['application/pdf', 'image/jpeg', 'image/png'] as const;

/** A piece of evidence; its content is at `/claims/:id/evidence/:evidenceId`. */
export const evidence = z.object({
  id,
  fileName: z.string(),
  mediaType: z.enum(EVIDENCE_MEDIA_TYPES),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  uploadedAt: instant,
  /** Taken off since, but part of an earlier submission. */
  removed: z.boolean(),
});
export type Evidence = z.infer<typeof evidence>;

export const evidenceParams = z.strictObject({ id, evidenceId: id });

/** `ahead`: fetched before anybody looks at it, so it is not 已阅 by that. */
export const evidenceQuery = z.strictObject({ ahead: z.enum(['true', 'false']).optional() });

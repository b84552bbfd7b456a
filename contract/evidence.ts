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

/** `ahead`: fetched before anybody looks at it, so it is not 已阅 by that: a page says itself when it stands before its reader. */
export const evidenceQuery = z.strictObject({ ahead: z.enum(['true', 'false']).optional() });

/** 已阅, said by the page that shows the pieces; the answer is all that the caller has opened of the version. */
export const seenRequest = z.strictObject({ evidenceIds: z.array(id).min(1).max(50) });
export const seenReceipt = z.object({ seenByMe: z.array(id) });

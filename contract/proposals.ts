import { z } from 'zod';
import { FORMS, SUBJECTS } from '../rules/vocabulary.ts';
import { idempotencyHeaders, idParams, submitted } from './claims.ts';
import { evidence } from './evidence.ts';
import type { Route } from './routes.ts';
import { codeOf, counted, day, id, instant } from './values.ts';

/** 单位代报: claims a unit proposes from its study archive, which each person confirms or objects to. */

export const proposal = z.object({
  id,
  claimId: id,
  /** What the confirmation must name: the draft as it was shown. */
  revision: z.number().int(),
  year: z.number().int(),
  form: codeOf(FORMS),
  title: z.string(),
  place: z.string(),
  employerName: z.string(),
  days: z.array(z.object({ on: day, subject: codeOf(SUBJECTS), text: z.string() })),
  /** What the rules make of it before any cap. */
  hundredths: z.number().int(),
  evidence: z.array(evidence.pick({ id: true, fileName: true, mediaType: true, sizeBytes: true })),
  proposedAt: instant,
});
export type Proposal = z.infer<typeof proposal>;

export const proposalRoutes = {
  myProposals: {
    method: 'GET',
    path: '/me/proposals',
    summary: '单位代报、待本人确认的申报',
    access: 'signed-in',
    response: z.object({ items: z.array(proposal) }),
    status: 200,
  },
  confirmProposal: {
    method: 'POST',
    path: '/me/proposals/:id/confirm',
    summary: '确认单位代报，作为本人申报提交',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: z.strictObject({ revision: counted }),
    response: submitted,
    status: 200,
  },
  objectToProposal: {
    method: 'POST',
    path: '/me/proposals/:id/objection',
    summary: '对单位代报提出异议',
    access: 'signed-in',
    params: idParams,
    body: z.strictObject({ reason: z.string().trim().min(1, '请写明理由').max(1000, '不超过 1000 字') }),
    response: z.object({ id }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

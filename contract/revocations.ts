import { z } from 'zod';
import { ARTICLES, type Provision } from '../rules/articles.ts';
import { CLAIM_STATES } from '../rules/vocabulary.ts';
import { idempotencyHeaders, idParams } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, id } from './values.ts';

/** Taking a recognition back after it was filed or registered (撤销认定): why, and by which article. */
export const revocation = z.strictObject({
  reason: z.string().trim().min(1, '请写明撤销的理由').max(500, '不超过 500 字'),
  article: z.enum(Object.keys(ARTICLES) as [Provision, ...Provision[]], '请选择依据的条款'),
});
export type RevocationRequest = z.infer<typeof revocation>;

/** What a revocation did to a year: the hours it lost, what came back from under its limits, its total now. */
const revokedYear = z.object({
  year: z.number().int(),
  lostHundredths: z.number().int(),
  cameBackHundredths: z.number().int(),
  totalHundredths: z.number().int(),
});
export type RevokedYear = z.infer<typeof revokedYear>;

const claimRevoked = z.object({ claimId: id, state: codeOf(CLAIM_STATES), years: z.array(revokedYear) });
const completionRevoked = z.object({ completionId: id, years: z.array(revokedYear) });

export const revocationRoutes = {
  revokeClaim: {
    method: 'POST',
    path: '/claims/:id/revoke',
    summary: '撤销认定：已备案的学时不再计入，年度重新计算',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: revocation,
    response: claimRevoked,
    status: 200,
  },
  revokeCompletion: {
    method: 'POST',
    path: '/completions/:id/revoke',
    summary: '撤销平台课程的错误登记',
    access: 'signed-in',
    params: idParams,
    headers: idempotencyHeaders,
    body: revocation,
    response: completionRevoked,
    status: 200,
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { personParams } from './people.ts';
import type { Route } from './routes.ts';
import { id, instant } from './values.ts';

/** Signing in at an identity provider (统一身份认证, OIDC), beside name and password. */

/** Which ways lead in; the label stands on the button. */
const signInWays = z.object({
  provider: z.object({ label: z.string() }).nullable(),
  /** What this browser was last given to be linked by (关联码). */
  linkingCode: z.string().nullable(),
});

/** Since when the account is linked. */
const ownIdentity = z.object({ linkedAt: instant.nullable() });

/** The code by which a subject is linked: eight letters and digits, read out or typed; a dash or small letters do not matter. */
const linkingCode = z
  .string()
  .transform((text) => text.toLowerCase().replace(/[\s-]/g, ''))
  .pipe(z.string().regex(/^[a-z2-9]{8}$/, '关联码为 8 位字母和数字'));

const next = z.string().max(2000).optional();

export const identityRoutes = {
  signInWays: {
    method: 'GET',
    path: '/session/ways',
    summary: '可用的登录方式',
    access: 'anyone',
    response: signInWays,
    status: 200,
  },
  startAtProvider: {
    method: 'GET',
    path: '/session/provider',
    summary: '转到统一身份认证登录（浏览器打开）',
    access: 'anyone',
    query: z.object({ next }),
    status: 302,
  },
  returnFromProvider: {
    method: 'GET',
    path: '/session/provider/return',
    summary: '统一身份认证登录后返回（浏览器打开）',
    access: 'anyone',
    query: z.object({ state: z.string().max(200).optional() }),
    status: 302,
  },
  ownIdentity: {
    method: 'GET',
    path: '/me/identity',
    summary: '本人是否已关联统一身份',
    access: 'signed-in',
    response: ownIdentity,
    status: 200,
  },
  linkOwnIdentity: {
    method: 'POST',
    path: '/me/identity',
    summary: '关联本人的统一身份：验证密码后转到统一身份认证登录',
    access: 'signed-in',
    body: z.strictObject({ password: z.string().min(1, '请填写当前密码').max(200, '密码过长') }),
    response: z.object({ continueAt: z.string() }),
    status: 200,
  },
  unlinkOwnIdentity: {
    method: 'DELETE',
    path: '/me/identity',
    summary: '解除本人关联的统一身份',
    access: 'signed-in',
    response: ownIdentity,
    status: 200,
  },
  linkIdentity: {
    method: 'POST',
    path: '/organisations/:id/people/:personId/identity',
    summary: '为人员关联统一身份',
    access: 'signed-in',
    params: personParams,
    body: z.strictObject({ code: linkingCode }),
    response: z.object({ personId: id }),
    status: 200,
  },
  unlinkIdentity: {
    method: 'DELETE',
    path: '/organisations/:id/people/:personId/identity',
    summary: '解除人员关联的统一身份',
    access: 'signed-in',
    params: personParams,
    response: z.object({ personId: id }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

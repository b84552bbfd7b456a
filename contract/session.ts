import { z } from 'zod';
import { affiliation, holding } from './organisations.ts';
import { day, id } from './values.ts';

export const credentials = z.strictObject({
  username: z.string().trim().toLowerCase().min(1, '请填写用户名').max(64, '用户名过长'),
  password: z.string().min(1, '请填写密码').max(200, '密码过长'),
});
export type Credentials = z.infer<typeof credentials>;

/** A new password: long enough to resist guessing; what it is made of is left to people (NIST SP 800-63B). */
export const newPassword = z
  .strictObject({
    current: z.string().min(1, '请填写当前密码').max(200, '密码过长'),
    next: z.string().min(10, '新密码至少 10 位').max(200, '密码过长'),
  })
  .refine((p) => p.current !== p.next, { path: ['next'], message: '新密码不能与当前密码相同' });
export type NewPassword = z.infer<typeof newPassword>;

/** The signed-in person. ID numbers travel masked only. */
export const me = z.object({
  person: z.object({
    id,
    name: z.string(),
    title: z.string().nullable(),
    idNumberMasked: z.string(),
  }),
  affiliation: affiliation.nullable(),
  holdings: z.array(holding),
  /** Today's legal day and the years that can be declared for. */
  today: day,
  openYears: z.array(z.number().int()),
  /** Completions of the platform are theirs to import (平台登记导入). */
  importsCompletions: z.boolean(),
  /** The password is a one-time one: nothing else is open before it is changed. */
  mustChangePassword: z.boolean(),
});
export type Me = z.infer<typeof me>;

/** `continueAt`: where the browser goes to end the session at the identity provider as well. */
export const signedOut = z.object({ continueAt: z.string().nullable() });

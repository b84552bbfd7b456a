import { z } from 'zod';
import { affiliation, holding } from './organisations.ts';
import { day, id } from './values.ts';

export const credentials = z.strictObject({
  username: z.string().trim().toLowerCase().min(1, '请填写用户名').max(64, '用户名过长'),
  password: z.string().min(1, '请填写密码').max(200, '密码过长'),
});
export type Credentials = z.infer<typeof credentials>;

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
});
export type Me = z.infer<typeof me>;

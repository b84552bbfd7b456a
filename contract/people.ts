import { z } from 'zod';
import { ROLES, UNIT_KINDS } from '../rules/vocabulary.ts';
import { idempotencyHeaders } from './claims.ts';
import { idNumber } from './id-number.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, organisationId } from './values.ts';

/** 人员登记: the people an organisation registers and looks after. ID numbers come in and never go out whole. */

export const organisationParams = z.strictObject({ id: organisationId });
export const personParams = z.strictObject({ id: organisationId, personId: id });

export const personName = z
  .string()
  .trim()
  .min(1, '请填写姓名')
  .max(60, '不超过 60 字')
  .regex(/^[\p{L}\p{M}·•．.\s-]+$/u, '姓名只能包含文字和间隔号');
const title = z.string().trim().max(40, '不超过 40 字').nullable().default(null);

export const newPerson = z.strictObject({
  name: personName,
  idNumber,
  /** 职称. */
  title,
  /** Since when they belong to the unit. Ignored for officers of an authority, who declare nothing there. */
  fromOn: day,
  /** An agency says for which unit the hosted person works. */
  employerId: organisationId.optional(),
});
export type NewPerson = z.output<typeof newPerson>;

/** The only answers that carry a password: shown once, to be changed at the first login. */
export const registered = z.object({ personId: id, username: z.string(), oneTimePassword: z.string() });

export const peopleQuery = z.strictObject({
  q: z.string().trim().max(60).optional(),
  limit: z.coerce.number<number | string>().int().min(1).max(100).default(50),
  /** People after this one, in the order of their names. */
  after: id.optional(),
});
export type PeopleQuery = z.output<typeof peopleQuery>;

export const staffMember = z.object({
  personId: id,
  name: z.string(),
  title: z.string().nullable(),
  idNumberMasked: z.string(),
  username: z.string().nullable(),
  /** Null for an officer without an affiliation here. */
  affiliation: z
    .object({
      employerName: z.string(),
      unitKind: codeOf(UNIT_KINDS),
      unitKindName: z.string(),
      industryName: z.string(),
      fromOn: day,
      untilOn: day.nullable(),
    })
    .nullable(),
  roles: z.array(z.object({ role: codeOf(ROLES), roleName: z.string() })),
  mustChangePassword: z.boolean(),
  /** Signs in at the identity provider too (已关联统一身份). */
  isLinked: z.boolean(),
});
export type StaffMember = z.infer<typeof staffMember>;
const staffPage = z.object({ items: z.array(staffMember), next: id.nullable() });

/** A person's industry at the unit changes from a day on: a new dated row. */
export const affiliationChange = z.strictObject({ fromOn: day, industryCode: z.string().regex(/^[a-z][a-z-]{1,39}$/) });

/** 我的任职: where the signed-in person has belonged. */
export const career = z.object({
  affiliations: z.array(
    z.object({
      employerId: organisationId,
      employerName: z.string(),
      agencyName: z.string().nullable(),
      unitKind: codeOf(UNIT_KINDS),
      unitKindName: z.string(),
      regionName: z.string(),
      industryName: z.string(),
      fromOn: day,
      untilOn: day.nullable(),
      isCurrent: z.boolean(),
    }),
  ),
});
export type Career = z.infer<typeof career>;

export const peopleRoutes = {
  staff: {
    method: 'GET',
    path: '/organisations/:id/people',
    summary: '本机构登记的人员',
    access: 'signed-in',
    params: organisationParams,
    query: peopleQuery,
    response: staffPage,
    status: 200,
  },
  registerPerson: {
    method: 'POST',
    path: '/organisations/:id/people',
    summary: '登记人员并开立账号；一次性密码只显示一次',
    access: 'signed-in',
    params: organisationParams,
    headers: idempotencyHeaders,
    body: newPerson,
    response: registered,
    status: 201,
  },
  resetPassword: {
    method: 'POST',
    path: '/organisations/:id/people/:personId/password',
    summary: '重置密码；一次性密码只显示一次',
    access: 'signed-in',
    params: personParams,
    response: registered,
    status: 200,
  },
  changeAffiliation: {
    method: 'POST',
    path: '/organisations/:id/people/:personId/affiliation',
    summary: '自某日起变更人员的行业',
    access: 'signed-in',
    params: personParams,
    body: affiliationChange,
    response: z.object({ personId: id, fromOn: day }),
    status: 200,
  },
  career: {
    method: 'GET',
    path: '/me/affiliations',
    summary: '我的任职经历',
    access: 'signed-in',
    response: career,
    status: 200,
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { ROLES } from '../rules/vocabulary.ts';
import { idempotencyHeaders } from './claims.ts';
import { organisationParams } from './people.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id } from './values.ts';

/** 岗位: roles held at an organisation, from one day until another. */

export const roleHolding = z.object({
  id,
  personId: id,
  personName: z.string(),
  personTitle: z.string().nullable(),
  role: codeOf(ROLES),
  roleName: z.string(),
  fromOn: day,
  /** The first day on which it is no longer held. */
  untilOn: day.nullable(),
  state: z.enum(['future', 'held', 'ended']),
  /** Claimed tasks that go back to the pool when the role ends. */
  claimedTasks: z.number().int(),
  isOwn: z.boolean(),
});
export type RoleHolding = z.infer<typeof roleHolding>;

const rolesHeld = z.object({
  items: z.array(roleHolding),
  /** What the caller may grant here. */
  grantable: z.array(z.object({ role: codeOf(ROLES), roleName: z.string() })),
});

export const newRole = z.strictObject({
  personId: id,
  role: codeOf(ROLES),
  fromOn: day,
  untilOn: day.nullable().default(null),
});
export type NewRole = z.output<typeof newRole>;

export const roleRoutes = {
  roles: {
    method: 'GET',
    path: '/organisations/:id/roles',
    summary: '本机构的岗位',
    access: 'signed-in',
    params: organisationParams,
    response: rolesHeld,
    status: 200,
  },
  grantRole: {
    method: 'POST',
    path: '/organisations/:id/roles',
    summary: '授予岗位',
    access: 'signed-in',
    params: organisationParams,
    headers: idempotencyHeaders,
    body: newRole,
    response: z.object({ id }),
    status: 201,
  },
  endRole: {
    method: 'POST',
    path: '/organisations/:id/roles/:holdingId/end',
    summary: '终止岗位；已认领的任务回到待办',
    access: 'signed-in',
    params: organisationParams.extend({ holdingId: id }),
    body: z.strictObject({ untilOn: day }),
    response: z.object({ id, freedTasks: z.number().int() }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { idempotencyHeaders, idParams } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId, shortText } from './values.ts';

/** What a machine's credentials open (机器凭证). */
export const MACHINE_SCOPES = {
  completions: '公共服务平台学时登记',
  'title-review': '职称评审查询',
  registration: '职业资格注册查询',
  assessment: '用人单位年度考核查询',
} as const;
export type MachineScope = keyof typeof MACHINE_SCOPES;

export const MACHINE_STATES = { future: '未生效', 'in-force': '使用中', ended: '已终止' } as const;

/** The credentials of a system, without the secret. */
export const machine = z.object({
  id,
  name: z.string(),
  organisationId,
  organisationName: z.string(),
  scopes: z.array(codeOf(MACHINE_SCOPES)),
  scopeLabels: z.array(z.string()),
  fromOn: day,
  /** The first day on which they no longer open anything. */
  untilOn: day.nullable(),
  /** Ended by an administrator before that. */
  endedAt: instant.nullable(),
  state: codeOf(MACHINE_STATES),
  createdAt: instant,
  createdByName: z.string().nullable(),
});
export type MachineClient = z.infer<typeof machine>;

export const newMachine = z.strictObject({
  name: shortText,
  organisationId,
  scopes: z.array(codeOf(MACHINE_SCOPES)).min(1, '至少一项用途').max(4),
  untilOn: day.nullable().default(null),
});
export type NewMachine = z.infer<typeof newMachine>;

/** The only answer that carries the secret. */
export const issuedMachine = z.object({
  id,
  /** What goes behind `Authorization: Bearer`. */
  token: z.string(),
});

export const machineRoutes = {
  machines: {
    method: 'GET',
    path: '/admin/machines',
    summary: '系统凭证列表（省人社厅管理员）',
    access: 'signed-in',
    response: z.object({ items: z.array(machine) }),
    status: 200,
  },
  issueMachine: {
    method: 'POST',
    path: '/admin/machines',
    summary: '签发系统凭证；密钥只在此显示一次',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newMachine,
    response: issuedMachine,
    status: 201,
  },
  endMachine: {
    method: 'POST',
    path: '/admin/machines/:id/end',
    summary: '终止系统凭证，立即生效',
    access: 'signed-in',
    params: idParams,
    response: z.object({ id }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

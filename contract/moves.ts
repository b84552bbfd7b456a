import { z } from 'zod';
import { idempotencyHeaders, idParams } from './claims.ts';
import { idNumber } from './id-number.ts';
import { organisationParams, personName } from './people.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** 调动: a person comes to another unit, or into or out of an agency's hosting, once the person and both units agree. */

export const MOVE_SIDES = { person: '本人', 'new-unit': '新单位', 'old-unit': '原单位' } as const;
export type MoveSide = keyof typeof MOVE_SIDES;
export const MOVE_STATES = { open: '办理中', done: '已生效', refused: '未同意', withdrawn: '已撤回' } as const;
export type MoveState = keyof typeof MOVE_STATES;

const answer = z.object({
  side: codeOf(MOVE_SIDES),
  sideName: z.string(),
  accepts: z.boolean(),
  reason: z.string(),
  organisationName: z.string().nullable(),
  at: instant,
});

export const move = z.object({
  id,
  personId: id,
  personName: z.string(),
  fromEmployerName: z.string().nullable(),
  fromAgencyName: z.string().nullable(),
  toEmployerName: z.string(),
  toAgencyName: z.string().nullable(),
  fromOn: day,
  requestedSide: codeOf(MOVE_SIDES),
  requestedAt: instant,
  authorityFromOn: day,
  state: codeOf(MOVE_STATES),
  stateName: z.string(),
  effectiveOn: day.nullable(),
  answers: z.array(answer),
  /** Whose answers are still missing. */
  waitingFor: z.array(codeOf(MOVE_SIDES)),
  /** For which sides the caller may answer now. */
  mayAnswer: z.array(codeOf(MOVE_SIDES)),
  mayWithdraw: z.boolean(),
});
export type Move = z.infer<typeof move>;
const moves = z.object({ items: z.array(move) });

/** The new unit asks: the person is named as they are known, by name and ID number. */
export const unitMove = z.strictObject({
  name: personName,
  idNumber,
  fromOn: day,
  /** An agency says for which unit the person works whose file it takes in. */
  employerId: organisationId.optional(),
});
export type UnitMove = z.output<typeof unitMove>;

export const ownMove = z.strictObject({
  toEmployerId: organisationId,
  toAgencyId: organisationId.nullable().default(null),
  fromOn: day,
});
export type OwnMove = z.output<typeof ownMove>;

export const moveAnswer = z
  .strictObject({
    side: codeOf(MOVE_SIDES),
    accepts: z.boolean(),
    reason: z.string().trim().max(200, '不超过 200 字').default(''),
  })
  .refine((a) => a.accepts || a.reason !== '', { path: ['reason'], message: '请说明不同意的理由' });
export type MoveAnswer = z.output<typeof moveAnswer>;

const asked = z.object({ id, state: codeOf(MOVE_STATES), effectiveOn: day.nullable() });

export const moveRoutes = {
  moves: {
    method: 'GET',
    path: '/organisations/:id/moves',
    summary: '本机构调入、调出及应由本机构代为办理的调动',
    access: 'signed-in',
    params: organisationParams,
    response: moves,
    status: 200,
  },
  requestMove: {
    method: 'POST',
    path: '/organisations/:id/moves',
    summary: '新单位（或人事档案管理服务机构）提出调动',
    access: 'signed-in',
    params: organisationParams,
    headers: idempotencyHeaders,
    body: unitMove,
    response: asked,
    status: 201,
  },
  myMoves: {
    method: 'GET',
    path: '/me/moves',
    summary: '我的调动',
    access: 'signed-in',
    response: moves,
    status: 200,
  },
  requestOwnMove: {
    method: 'POST',
    path: '/me/moves',
    summary: '本人提出调动',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: ownMove,
    response: asked,
    status: 201,
  },
  answerMove: {
    method: 'POST',
    path: '/moves/:id/answer',
    summary: '本人、新单位、原单位（逾期由人社部门代办）对调动作出答复',
    access: 'signed-in',
    params: idParams,
    body: moveAnswer,
    response: asked,
    status: 200,
  },
  withdrawMove: {
    method: 'POST',
    path: '/moves/:id/withdraw',
    summary: '提出的一方撤回调动',
    access: 'signed-in',
    params: idParams,
    response: asked,
    status: 200,
  },
} as const satisfies Record<string, Route>;

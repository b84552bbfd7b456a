import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { type Outcomes, problemSchema, type Refusal } from '../contract/problems.ts';
import {
  pathOf,
  ROUTES,
  type Route,
  type RouteName,
  type RouteOutput,
  type RouteParsed,
  type Routes,
} from '../contract/routes.ts';
import type { Machine } from '../db/acts/machines.ts';
import type { Scope } from '../db/read/scope.ts';
import { inSpan } from '../db/spans.ts';
import { sendRefusal } from './problems.ts';

/** What a handler gets: the parsed parts of the request and who asks (a person's scope; a machine on routes for machines). */
export type Ask<N extends RouteName> = RouteParsed<N> & {
  request: FastifyRequest;
  reply: FastifyReply;
  scope: Scope;
  machine: Machine;
};

/** A handler answers with a value or a refusal; a fault is thrown. */
export type Handler<N extends RouteName> = (
  ask: Ask<N>,
) => Promise<Outcomes<Routes[N] extends { file: true } ? Readable : RouteOutput<N>>>;

/** Registers a route of the contract with its handler: schemas, access and status all come from the table. */
export function serve<N extends RouteName>(app: FastifyInstance, name: N, handler: Handler<N>): void {
  const route: Route = ROUTES[name];
  app.route({
    method: route.method,
    url: pathOf(route),
    schema: schemaOf(name, route),
    config: { access: route.access, routeName: name, ...(route.machineScope && { machineScope: route.machineScope }) },
    handler: async (request, reply) => {
      const parts = { params: request.params, query: request.query, headers: request.headers, body: request.body };
      // The parts were parsed by the schemas of this very route.
      const ask = { ...parts, request, reply, scope: request.scope, machine: request.machine } as unknown as Ask<N>;
      const outcome = await inSpan(name, { parent: request.span }, () => handler(ask));
      if (!outcome.ok) return sendRefusal(request, reply, outcome.refusal);
      // Readiness alone answers its JSON with another status.
      if (reply.statusCode === 200) void reply.code(route.status);
      return reply.send(outcome.value);
    },
  });
}

export const given = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const refused = (refusal: Refusal): { ok: false; refusal: Refusal } => ({ ok: false, refusal });

const problem = {
  description: '未办成：错误码、中文说明与处理办法',
  content: { 'application/problem+json': { schema: problemSchema } },
};

function schemaOf(name: RouteName, route: Route): FastifySchema {
  const success = route.response ?? (route.file ? z.string().describe('文件内容') : z.null().describe('无内容'));
  return {
    operationId: name,
    summary: route.summary,
    tags: [tagOf(route.path)],
    ...securityOf(route),
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.headers ? { headers: route.headers } : {}),
    ...(route.body ? { body: route.body } : {}),
    ...(route.upload ? { consumes: ['multipart/form-data'] } : {}),
    response: { [route.status]: success, '4xx': problem, '5xx': problem },
  };
}

const securityOf = ({ access }: Route) =>
  access === 'anyone' ? {} : { security: [access === 'machine' ? { machine: [] } : { session: [] }] };

const TAGS: Record<string, string> = {
  session: '登录',
  me: '本人',
  claims: '申报',
  tasks: '审核',
  desk: '审核',
  health: '健康检查',
  integration: '系统对接',
  admin: '管理',
  statistics: '统计',
  employers: '单位',
  'platform-courses': '目录',
  courseware: '目录',
  'recognition-documents': '目录',
  imports: '导入',
  audit: '留痕',
};
const tagOf = (path: string): string => TAGS[path.split('/')[1] ?? ''] ?? '其他';

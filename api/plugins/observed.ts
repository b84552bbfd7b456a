import type { FastifyInstance } from 'fastify';
import type { ProblemCode } from '../../contract/problems.ts';
import type { Deps } from '../deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code this request was refused with, or failed. */
    problem: ProblemCode | null;
  }
}

/** Tells of every answer, whether it comes from a handler, a hook or the pages. */
export function observed(app: FastifyInstance, { observe }: Deps): void {
  app.decorateRequest('problem', null);
  if (!observe) return;
  app.addHook('onResponse', async (request, reply) => {
    observe({
      route: request.routeOptions.url ?? 'unknown',
      method: request.method,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1_000,
      problem: request.problem,
    });
  });
}

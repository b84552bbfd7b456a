import type { ROUTES, RouteInput, RouteName, RouteOutput } from '../../contract/routes.ts';
import { WAYS } from '../../contract/ways.ts';
import { addressOf } from './address.ts';
import { OfflineError, problemOf } from './problem.ts';

/** The parts a request can have, whichever route it is for. */
type Parts = {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
  file?: Blob;
  fileName?: string;
};

function bodyOf({ body, file, fileName }: Parts): BodyInit | undefined {
  if (file !== undefined) {
    const form = new FormData();
    form.append('file', file, fileName ?? 'file');
    return form;
  }
  return body === undefined ? undefined : JSON.stringify(body);
}

async function send(name: RouteName, parts: Parts): Promise<Response> {
  const body = bodyOf(parts);
  const headers = { ...parts.headers, ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}) };
  const init: RequestInit = { method: WAYS[name].method, headers, credentials: 'same-origin' };
  if (body !== undefined) init.body = body;
  let answer: Response;
  try {
    answer = await fetch(addressOf(name, parts), init);
  } catch (error) {
    throw new OfflineError('no answer', { cause: error });
  }
  if (!answer.ok) throw problemOf(answer.status, await readJson(answer));
  return answer;
}

/** A body that is not JSON (a proxy's page) reads as undefined and is told apart by its status. */
async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    console.warn('the answer is not JSON', answer.status, error);
    return undefined;
  }
}

/** Asks the API by the contract's table: what goes in and what comes out is typed by the route, and judged by the API. */
export async function call<N extends RouteName>(name: N, input: RouteInput<N>): Promise<RouteOutput<N>> {
  const answer = await send(name, input);
  if (answer.status === 204) return undefined as RouteOutput<N>;
  const value = await readJson(answer);
  if (value === undefined) throw problemOf(answer.status, value);
  return value as RouteOutput<N>;
}

/** A route that answers a file. */
type FileRoute = { [N in RouteName]: (typeof ROUTES)[N] extends { file: true } ? N : never }[RouteName];

/** A file of the API's. */
export async function callFile<N extends FileRoute>(name: N, input: RouteInput<N>): Promise<Blob> {
  const answer = await send(name, input);
  return await answer.blob();
}

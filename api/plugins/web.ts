import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import { PREFIX } from '../../contract/routes.ts';
import { sendRefusal, unknownRoute } from '../problems.ts';

/**
 * The built pages: assets are named by their content and kept for ever, the first page is always asked for anew. The folder is looked
 * at when a page is asked for, so that a build that ends after the start, and every later one, is served at once.
 */
export async function pages(app: FastifyInstance, folder: string): Promise<void> {
  const root = path.resolve(folder);
  const first = path.join(root, 'index.html');
  await app.register(fastifyStatic, {
    root,
    // It may not be there yet.
    suppressWarning: true,
    wildcard: true,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply, file) => {
      const isAsset = file.includes(`${path.sep}assets${path.sep}`);
      void reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  // A reply is a thenable that listens to its own end each time it is handed on: it is sent, not returned.
  const page = (request: FastifyRequest, reply: FastifyReply): void => {
    if (existsSync(first)) void reply.sendFile('index.html');
    else void sendRefusal(request, reply, NOT_BUILT);
  };
  app.get('/', { schema: { hide: true } }, page);
  app.setNotFoundHandler((request, reply) => {
    if (isPage(request)) page(request, reply);
    else void sendRefusal(request, reply, unknownRoute);
  });
}

/** A way of the pages' own, not a file: the browser's first page finds it. */
function isPage({ method, url, headers }: FastifyRequest): boolean {
  const wantsPage = method === 'GET' && (headers.accept ?? '').includes('text/html');
  return wantsPage && !url.startsWith(PREFIX) && !path.extname(url.split('?')[0] ?? '');
}

const NOT_BUILT: Refusal = {
  code: 'not-ready',
  detail: '页面尚未生成，暂时打不开；数据和接口不受影响。',
  fix: '请稍候刷新；管理员可运行 npx vite build 生成页面，无需重启。',
  more: { retryAfterSeconds: 5 },
};

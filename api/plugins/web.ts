import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { PREFIX } from '../../contract/routes.ts';
import { sendRefusal, unknownRoute } from '../problems.ts';

/** The built pages: assets are named by their content and kept for ever, the first page is always asked for anew. */
export async function pages(app: FastifyInstance, folder: string): Promise<void> {
  const built = existsSync(path.join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: path.resolve(folder),
      wildcard: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply, file) => {
        const isAsset = file.includes(`${path.sep}assets${path.sep}`);
        void reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'));
  }
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    const isPage = wantsPage && !request.url.startsWith(PREFIX) && !path.extname(request.url.split('?')[0] ?? '');
    return built && isPage ? reply.sendFile('index.html') : sendRefusal(request, reply, unknownRoute);
  });
}

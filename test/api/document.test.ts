import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathOf, ROUTES, type Route } from '../../contract/routes.ts';
import { type Bench, makeBench } from './support.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
afterAll(() => bench.close());

describe('the OpenAPI document', () => {
  test('lists every route with its answers, and no unknown reference', async () => {
    const response = await bench.app.inject('/openapi.json');
    const document = response.json();
    expect(document.openapi).toBe('3.1.0');
    for (const [name, route] of Object.entries(ROUTES) as [string, Route][]) {
      const path = pathOf(route).replace(/:(\w+)/g, '{$1}');
      const operation = document.paths[path]?.[route.method.toLowerCase()];
      expect(operation, `${route.method} ${path}`).toMatchObject({ operationId: name, summary: route.summary });
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining([String(route.status), '4XX', '5XX']));
      if (route.body) expect(operation.requestBody.content['application/json'].schema).toBeTypeOf('object');
    }
    const listed = Object.values(document.paths as Record<string, object>).flatMap((path) => Object.keys(path));
    expect(listed).toHaveLength(Object.keys(ROUTES).length);
    for (const [, ref] of response.body.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const target = (ref ?? '').split('/').reduce((at, key) => at?.[key], document);
      expect(target, ref).toBeDefined();
    }
  });

  test('has a page to read it that loads nothing from elsewhere', async () => {
    const page = await bench.app.inject('/docs');
    const html = page.statusCode === 302 ? await bench.app.inject(String(page.headers.location)) : page;
    expect(html.statusCode).toBe(200);
    expect(html.body).not.toMatch(/(src|href)="https?:/);
  });
});

describe('every answer', () => {
  test('names its request, forbids sniffing and framing, and is not kept', async () => {
    const { headers } = await bench.app.inject('/api/v1/me');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('health', () => {
  test('live always; ready when the database answers, a worker has spoken of late, Temporal to it, and a canary came to its end', async () => {
    expect((await bench.call('live')).json).toEqual({ status: 'up' });
    const ready = async () => (await bench.call('ready')).json;
    expect(await ready()).toEqual({
      status: 'down',
      parts: { database: 'up', evidence: 'up', worker: 'down', temporal: 'unknown', workflows: 'unknown' },
    });
    const [at, longAgo] = [new Date(), new Date(Date.now() - 60_000)];
    await bench.db.insertInto('heartbeat').values({ worker: 'a', at, temporal_at: longAgo }).execute();
    expect(await ready()).toEqual({
      status: 'down',
      parts: { database: 'up', evidence: 'up', worker: 'up', temporal: 'down', workflows: 'down' },
    });
    await bench.db.updateTable('heartbeat').set({ temporal_at: at, worked_at: longAgo }).execute();
    expect(await ready()).toEqual({
      status: 'down',
      parts: { database: 'up', evidence: 'up', worker: 'up', temporal: 'up', workflows: 'down' },
    });
    await bench.db.updateTable('heartbeat').set({ worked_at: at }).execute();
    expect(await ready()).toEqual({
      status: 'up',
      parts: { database: 'up', evidence: 'up', worker: 'up', temporal: 'up', workflows: 'up' },
    });
    // Words of before the clock went back are no news: a dead worker would count as alive until it is there again.
    const ahead = new Date(Date.now() + 3_600_000);
    await bench.db.updateTable('heartbeat').set({ at: ahead, temporal_at: ahead, worked_at: ahead }).execute();
    expect((await ready()).parts).toMatchObject({ worker: 'down', temporal: 'unknown', workflows: 'unknown' });
    await bench.db.updateTable('heartbeat').set({ at, temporal_at: ahead, worked_at: ahead }).execute();
    expect((await ready()).parts).toMatchObject({ worker: 'up', temporal: 'down', workflows: 'down' });
  });
});

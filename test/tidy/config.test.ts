import { expect, test } from 'vitest';
import { readConfig } from '../../bin/config.ts';

const proxies = (list: string) => readConfig({ TRUSTED_PROXIES: list }, ['TRUSTED_PROXIES']).TRUSTED_PROXIES;

test('trusted proxies are addresses, ranges and Fastify’s words; anything else is refused at the start', () => {
  expect(proxies('10.0.0.1, 192.168.0.0/16,uniquelocal , ::1,fd00::/8')).toBe(
    '10.0.0.1,192.168.0.0/16,uniquelocal,::1,fd00::/8',
  );
  expect(proxies('')).toBeUndefined();
  for (const wrong of ['true', '1', 'proxy.local', '10.0.0.0/33', '10.0.0.1,', '*']) {
    expect(() => proxies(wrong), wrong).toThrow(/TRUSTED_PROXIES/);
  }
});

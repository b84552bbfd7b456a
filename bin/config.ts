import { z } from 'zod';

/** Every setting of every process: name, form, default. A process names those it needs; unset ones without a default are refused. */
const settings = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s:]+:\d+$/, 'host:port expected'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TASK_QUEUE: z.string().min(1).default('xueshi'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  DATA_DIR: z.string().min(1).default('.data'),
  EVIDENCE_DIR: z.string().min(1).default('.data/evidence'),
  // Both the systems that name people by it and this one keep it; see docs/operating.md.
  PERSON_KEY_SECRET: z.string().min(32, 'at least 32 characters expected'),
  // PEM: the Ed25519 private key certificates are signed with, then the public keys of earlier ones.
  CERTIFICATE_KEY: z.string().min(1),
  // Files of further typefaces for rare signs, divided as in PATH.
  CERTIFICATE_FACES: z.string().default(''),
  VERIFICATIONS_PER_MINUTE: z.coerce.number().int().min(1).default(120),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
  // Without them notices stay in the system: `smtp://user:password@host:port`, the sender's address, and a gateway's address.
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().min(3).default('xueshi@localhost'),
  SMS_GATEWAY_URL: z.url({ protocol: /^https?$/ }).optional(),
  // Where people open the pages; links in messages and a certificate's QR code begin with it (a new one changes certificates' bytes).
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8080'),
  // `__Host-` cookies need https; the embedded system on http://127.0.0.1 goes without.
  SECURE_COOKIES: z.stringbool().default(false),
  // The proxies whose X-Forwarded-For is believed: addresses, ranges or words, with commas between. Empty: nobody's is.
  TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .refine(
      (list) => list.every(isProxy),
      'addresses, ranges (10.0.0.0/8), loopback, linklocal or uniquelocal expected',
    )
    .transform((list) => list.join(','))
    .optional(),
};

/** Settings whose value must not stand in a log, also where it is wrong: secrets, and addresses that hold a password. */
const SECRET: ReadonlySet<string> = new Set<keyof typeof settings>([
  'DATABASE_URL',
  'PERSON_KEY_SECRET',
  'CERTIFICATE_KEY',
  'SMTP_URL',
  'SMS_GATEWAY_URL',
]);

const PROXY_WORDS = ['loopback', 'linklocal', 'uniquelocal'];
const isProxy = (entry: string): boolean =>
  PROXY_WORDS.includes(entry) ||
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((form) => form.safeParse(entry).success);

type Settings = { [K in keyof typeof settings]: z.output<(typeof settings)[K]> };

/**
 * The named settings from the environment.
 * @throws Error that lists every missing or wrong value at once, each with what is expected; of a secret not its value
 */
export function readConfig<K extends keyof Settings>(env: NodeJS.ProcessEnv, names: readonly K[]): Pick<Settings, K> {
  const wrong: string[] = [];
  const entries = names.map((name) => {
    const read = settings[name].safeParse(env[name] === '' ? undefined : env[name]);
    if (!read.success)
      wrong.push(`${name}=${shown(name, env[name])}: ${read.error.issues.map((i) => i.message).join('; ')}`);
    return [name, read.data] as const;
  });
  if (wrong.length)
    throw new Error(`These settings are missing or wrong; set them in the environment:\n  ${wrong.join('\n  ')}`);
  return Object.fromEntries(entries) as Pick<Settings, K>;
}

const shown = (name: string, value: string | undefined): string => {
  if (value === undefined || value === '') return '(unset)';
  return SECRET.has(name) ? '(hidden)' : value;
};

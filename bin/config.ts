import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Refusal } from './lib/refusal.ts';

/** Every setting of every process: name, form, default. A process names those it needs; unset ones without a default are refused. */
const settings = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s:]+:\d+$/, 'host:port expected'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  // Temporal's own console, for the links of the stuck console.
  TEMPORAL_UI_URL: z.url({ protocol: /^https?$/ }).optional(),
  TASK_QUEUE: z.string().min(1).default('xueshi'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  DATA_DIR: z.string().min(1).default('.data'),
  // Where evidence is kept: in a folder, or in a bucket of an S3-compatible store.
  EVIDENCE_STORAGE: z.enum(['file', 's3']).default('file'),
  EVIDENCE_DIR: z.string().min(1).default('.data/evidence').refine(isWritable, 'cannot be written'),
  // Unset: Amazon's own address for the region.
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name expected'),
  // `endpoint/bucket` as most stores of one's own want it, or `bucket.endpoint`.
  S3_PATH_STYLE: z.stringbool().default(true),
  S3_ACCESS_KEY_ID: z.string().min(1),
  S3_SECRET_ACCESS_KEY: z.string().min(1),
  // Both the systems that name people by it and this one keep it; see docs/operating.md.
  PERSON_KEY_SECRET: z.string().min(32, 'at least 32 characters expected'),
  // PEM: the Ed25519 private key certificates are signed with, then the public keys of earlier ones.
  CERTIFICATE_KEY: z.string().min(1).refine(holdsPrivateKey, 'a PEM file that begins with a private key expected'),
  // Files of further typefaces for rare signs, divided as in PATH.
  CERTIFICATE_FACES: z.string().default(''),
  VERIFICATIONS_PER_MINUTE: z.coerce.number().int().min(1).default(120),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
  // How long a process waits at its start for PostgreSQL and Temporal on their way up, before it leaves with the cure.
  START_WAIT_SECONDS: z.coerce.number().int().min(0).max(3_600).default(60),
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
  // An OpenID Connect provider where people may sign in too; unset: by password alone. http on this machine alone.
  OIDC_ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https:') || isThisMachine(url), 'https expected')
    // Of a description's own address nobody checks whose it is.
    .refine((url) => !url.includes('/.well-known/'), 'the issuer expected, not its description')
    .optional(),
  OIDC_CLIENT_ID: z.string().min(1),
  OIDC_CLIENT_SECRET: z.string().min(1),
  // The claim that is the account's name here, where the provider vouches for it; unset: managers link accounts.
  OIDC_ACCOUNT_CLAIM: z.string().min(1).optional(),
  OIDC_LABEL: z.string().min(1).max(30).default('统一身份认证登录'),
  // Where this process shows its metrics (Prometheus), apart from what people reach; unset: nowhere.
  METRICS_PORT: z.coerce.number().int().min(1).max(65535).optional(),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  // Traces, by OpenTelemetry's own names: where they are sent (OTLP over HTTP; unset: nowhere, and none are made), and which are kept.
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .regex(/^\s*[^\s=,]+=[^,]*(,\s*[^\s=,]+=[^,]*)*$/, 'name=value expected, with commas between')
    .optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal('http/json').default('http/json'),
  OTEL_SERVICE_NAME: z.string().min(1).optional(),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
};

/** What a process that can be traced reads. */
export const TRACE_SETTINGS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_SERVICE_NAME',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const satisfies readonly (keyof typeof settings)[];

/** What to do about a missing or wrong setting. */
const CURES: Readonly<Record<keyof typeof settings, string>> = {
  DATABASE_URL: 'postgres://用户:密码@主机:5432/库名',
  TEMPORAL_ADDRESS: '主机:端口，如 127.0.0.1:7233',
  TEMPORAL_NAMESPACE: '命名空间的名称，不写为 default',
  TEMPORAL_UI_URL: 'http(s):// 开头的地址，滞留事项由此链接到 Temporal 控制台；可不写',
  TASK_QUEUE: '各进程相同的队列名，不写为 xueshi',
  HOST: '本机的地址，如 127.0.0.1 或 0.0.0.0',
  PORT: '0 到 65535 的整数，不写为 8080',
  DATA_DIR: '数据目录，不写为 .data',
  EVIDENCE_STORAGE: 'file（目录）或 s3（对象存储），不写为 file',
  EVIDENCE_DIR: '本进程可写的目录；容器中应是挂载的卷',
  S3_ENDPOINT: '对象存储的地址，如 https://s3.example.cn；用亚马逊云时不写',
  S3_REGION: '存储桶所在的区域，不写为 us-east-1',
  S3_BUCKET: '专用于本系统、不公开的存储桶名：3 到 63 位小写字母、数字、点或短横线',
  S3_PATH_STYLE: 'true（地址/桶名）或 false（桶名.地址），不写为 true',
  S3_ACCESS_KEY_ID: '能列出该桶并读、写、删其中对象的访问密钥编号',
  S3_SECRET_ACCESS_KEY: '与 S3_ACCESS_KEY_ID 相配的密钥',
  PERSON_KEY_SECRET: '至少 32 个字符：openssl rand -hex 32；同一个库须一直用同一个值',
  CERTIFICATE_KEY: '私钥文件的路径：openssl genpkey -algorithm ed25519 -out certificate-key.pem',
  CERTIFICATE_FACES: `字体文件的路径，以 ${path.delimiter} 分隔；可不写`,
  VERIFICATIONS_PER_MINUTE: '正整数，不写为 120',
  LOG_LEVEL: 'fatal、error、warn、info、debug、trace、silent 之一',
  POOL_SIZE: '1 到 200 的整数，不写为 10',
  START_WAIT_SECONDS: '0 到 3600 的整数（秒），不写为 60',
  SMTP_URL: 'smtp://用户:密码@主机:587；不发邮件时不写',
  MAIL_FROM: '发件人地址，如 xueshi@example.cn',
  SMS_GATEWAY_URL: 'http(s):// 开头的地址；不发短信时不写',
  PUBLIC_URL: '人们打开网页的地址，如 https://xueshi.example.cn',
  SECURE_COOKIES: 'true 或 false；经 https 访问时为 true',
  TRUSTED_PROXIES: '代理的地址、网段或 loopback、linklocal、uniquelocal，以逗号分隔；没有代理时不写',
  OIDC_ISSUER: '身份提供方的地址（issuer，不带 /.well-known/），https:// 开头；只用密码登录时不写',
  OIDC_CLIENT_ID: '本系统在身份提供方登记的客户端编号',
  OIDC_CLIENT_SECRET: '与 OIDC_CLIENT_ID 相配的密钥',
  OIDC_ACCOUNT_CLAIM: '其值就是本系统用户名的声明，如 preferred_username；由管理员关联时不写',
  OIDC_LABEL: '登录页按钮上的文字，不超过 30 字',
  METRICS_PORT: '1 到 65535 的整数，不与 PORT 相同；不采集指标时不写',
  METRICS_HOST: '本机的地址，不写为 127.0.0.1',
  OTEL_EXPORTER_OTLP_ENDPOINT: '采集器的地址，如 http://otel-collector:4318；不采集链路时不写',
  OTEL_EXPORTER_OTLP_HEADERS: '名=值，以逗号分隔，如 authorization=Bearer%20令牌；可不写',
  OTEL_EXPORTER_OTLP_PROTOCOL: '只支持 http/json；可不写',
  OTEL_SERVICE_NAME: '服务的名称，不写为 xueshi-api、xueshi-worker',
  OTEL_TRACES_SAMPLER: 'always_on、always_off、traceidratio 之一，或前面加 parentbased_；不写为 parentbased_always_on',
  OTEL_TRACES_SAMPLER_ARG: '0 到 1 的小数，采集请求的比例，不写为 1',
};

/** Settings whose value must not stand in a log, also where it is wrong: secrets, and addresses that hold a password. */
const SECRET: ReadonlySet<string> = new Set<keyof typeof settings>([
  'DATABASE_URL',
  'PERSON_KEY_SECRET',
  'CERTIFICATE_KEY',
  'SMTP_URL',
  'SMS_GATEWAY_URL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'S3_SECRET_ACCESS_KEY',
  'OIDC_CLIENT_SECRET',
]);

type Env = NodeJS.ProcessEnv;
const onS3 = (env: Env): boolean => env['EVIDENCE_STORAGE'] === 's3';

const withProvider = (env: Env): boolean => (env['OIDC_ISSUER'] ?? '') !== '';

/** Settings that are asked for only where another one says so; elsewhere they are not looked at, and undefined. */
const ONLY_WHERE = {
  EVIDENCE_DIR: (env: Env) => !onS3(env),
  S3_ENDPOINT: onS3,
  S3_REGION: onS3,
  S3_BUCKET: onS3,
  S3_PATH_STYLE: onS3,
  S3_ACCESS_KEY_ID: onS3,
  S3_SECRET_ACCESS_KEY: onS3,
  OIDC_CLIENT_ID: withProvider,
  OIDC_CLIENT_SECRET: withProvider,
} as const satisfies Partial<Record<keyof typeof settings, (env: Env) => boolean>>;

const isAskedFor = (name: keyof typeof settings, env: Env): boolean =>
  name in ONLY_WHERE ? ONLY_WHERE[name as keyof typeof ONLY_WHERE](env) : true;

const PROXY_WORDS = ['loopback', 'linklocal', 'uniquelocal'];
const isProxy = (entry: string): boolean =>
  PROXY_WORDS.includes(entry) ||
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((form) => form.safeParse(entry).success);

/** Whether a folder, or the nearest one above it that is there, may be written in. */
function isWritable(folder: string): boolean {
  if (!existsSync(folder)) return path.dirname(folder) !== folder && isWritable(path.dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

const isThisMachine = (url: string): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);

function holdsPrivateKey(file: string): boolean {
  try {
    return /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

export type Settings = {
  [K in keyof typeof settings]:
    | z.output<(typeof settings)[K]>
    | (K extends keyof typeof ONLY_WHERE ? undefined : never);
};

/**
 * The named settings from the environment.
 * @throws Refusal that lists every missing or wrong value at once, each with what is expected; of a secret not its value
 */
export function readConfig<K extends keyof Settings>(env: NodeJS.ProcessEnv, names: readonly K[]): Pick<Settings, K> {
  const wrong: string[] = [];
  const entries = names.map((name) => {
    if (!isAskedFor(name, env)) return [name, undefined] as const;
    const read = settings[name].safeParse(env[name] === '' ? undefined : env[name]);
    if (!read.success) {
      const why = read.error.issues.map((issue) => issue.message).join('; ');
      wrong.push(`${name}=${shown(name, env[name])}: ${why}\n    应为：${CURES[name]}`);
    }
    return [name, read.data] as const;
  });
  if (wrong.length > 0)
    throw new Refusal(
      `缺少或写错了 ${wrong.length} 项设置：\n  ${wrong.join('\n  ')}`,
      '在环境变量中改正以上各项后重新启动；每一项的说明见 bin/config.ts 与 deploy/env.example。',
    );
  return Object.fromEntries(entries) as Pick<Settings, K>;
}

const shown = (name: string, value: string | undefined): string => {
  if (value === undefined || value === '') return '(unset)';
  return SECRET.has(name) ? '(hidden)' : value;
};

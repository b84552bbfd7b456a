// Who may import whom (docs: design "Layout"). Each line: the folder, what it may import by value, what by type only.
const builtin =
  '^(node:|assert$|buffer$|crypto$|events$|fs|http$|module$|net$|os$|path$|stream|timers|url$|util$|worker_threads$|zlib$)';
const package_ = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})(/|$)`;

const layers = [
  { from: '^rules/', value: ['^rules/'], types: [] },
  { from: '^contract/', value: ['^contract/', '^rules/', package_('zod')], types: [] },
  {
    from: '^workflows/',
    value: ['^workflows/', '^rules/', package_('@temporalio/(workflow|common)')],
    types: ['^contract/', '^activities/'],
  },
  {
    from: '^db/(acts|read)/',
    value: ['^db/', '^imports/', '^rules/', '^contract/', package_('kysely'), builtin],
    types: [package_('zod')],
  },
  {
    from: '^db/(?!acts/|read/)',
    value: [
      '^db/',
      '^imports/',
      '^rules/',
      '^contract/',
      // Of OpenTelemetry the interface alone, in db/spans.ts: what is done with spans is bin's.
      package_('zod', 'kysely', 'pg', 'pg-.*', 'graphile-worker', '@node-rs/argon2', '@opentelemetry/api'),
      builtin,
    ],
    types: [],
  },
  {
    from: '^relay/',
    value: [
      '^relay/',
      '^db/',
      '^workflows/messages',
      '^rules/',
      package_('graphile-worker', '@temporalio/(client|common)', 'pg', 'zod', 'nodemailer', '@opentelemetry/api'),
      '^contract/',
      builtin,
    ],
    types: ['^contract/'],
  },
  {
    from: '^activities/',
    value: [
      '^activities/',
      '^db/',
      '^rules/',
      '^contract/',
      package_('@temporalio/(activity|common)', 'kysely'),
      builtin,
    ],
    types: [],
  },
  {
    from: '^api/',
    value: [
      '^api/',
      '^db/(acts|read)/',
      '^db/spans',
      '^imports/threads',
      '^contract/',
      '^rules/',
      package_(
        '@?fastify.*',
        'zod',
        'pino',
        'file-type',
        '@aws-sdk/client-s3',
        'openid-client',
        '@node-rs/argon2',
        '@temporalio/client',
        'hucre',
        'csv-stringify',
        'pdfkit',
        'qrcode',
        'yazl',
        '@opentelemetry/api',
      ),
      builtin,
    ],
    types: ['^db/', package_('kysely')],
  },
  {
    // Lists as files: no database, no network.
    from: '^imports/',
    value: ['^imports/', '^contract/', '^rules/', package_('hucre', 'csv-parse', 'iconv-lite'), builtin],
    types: [],
  },
  { from: '^web/', value: ['^web/', '^contract/', '^rules/', '(^|/)node_modules/'], types: [] },
];

const asRules = layers.flatMap(({ from, value, types }) => [
  {
    name: `${from} by value`,
    severity: 'error',
    from: { path: from },
    to: { pathNot: value, dependencyTypesNot: ['type-only', 'type-import'] },
  },
  {
    name: `${from} types`,
    severity: 'error',
    from: { path: from },
    to: { pathNot: [...value, ...types], dependencyTypes: ['type-only', 'type-import'] },
  },
]);

module.exports = {
  forbidden: [
    ...asRules,
    {
      name: 'no circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'type-import'] } },
    },
    { name: 'not to nowhere', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'the product needs no development package',
      severity: 'error',
      from: { path: '^(rules|contract|imports|workflows|activities|db|api|relay)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'type-import'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

import path from 'node:path';
import { buildApp } from '../api/app.ts';
import { readCertificateKeys } from '../api/certificate/keys.ts';
import { certificatePrinter } from '../api/certificate/printer.ts';
import { connectPool, kyselyOn, OF_ANSWERS } from '../db/connect.ts';
import { adoptPersonKeySecret } from '../db/person-keys.ts';
import { readConfig, TRACE_SETTINGS } from './config.ts';
import { EVIDENCE_SETTINGS, openEvidenceStore } from './lib/evidence-store.ts';
import { PROVIDER_SETTINGS, providerOf } from './lib/identity-provider.ts';
import { openLog, saysWhyItEnds } from './lib/log.ts';
import { answerMetrics, poolMetrics, processMetrics, showMetrics, vitalMetrics } from './lib/metrics.ts';
import { PROJECT } from './lib/places.ts';
import { whyNotListening } from './lib/ports.ts';
import { orLeave, Refusal, runCommand } from './lib/refusal.ts';
import { onceThere, requireSchema } from './lib/schema-check.ts';
import { openTraces, requestTraces } from './lib/traces.ts';

/** The API and the pages. Stateless: several may run side by side behind a proxy. */
const config = await orLeave(() =>
  readConfig(process.env, [
    'DATABASE_URL',
    'HOST',
    'PORT',
    ...EVIDENCE_SETTINGS,
    ...PROVIDER_SETTINGS,
    'LOG_LEVEL',
    'POOL_SIZE',
    'START_WAIT_SECONDS',
    'SECURE_COOKIES',
    'PERSON_KEY_SECRET',
    'CERTIFICATE_KEY',
    'CERTIFICATE_FACES',
    'VERIFICATIONS_PER_MINUTE',
    'TRUSTED_PROXIES',
    'METRICS_PORT',
    'METRICS_HOST',
    'TEMPORAL_UI_URL',
    'TEMPORAL_NAMESPACE',
    ...TRACE_SETTINGS,
  ]),
);
const log = openLog('api', config.LOG_LEVEL);
saysWhyItEnds(log);
const traces = openTraces(config, 'xueshi-api', (fault) => log.warn({ err: fault }, 'traces were lost'));
const pool = connectPool(config.DATABASE_URL, config.POOL_SIZE, OF_ANSWERS);
const db = kyselyOn(pool);
const metrics = processMetrics('api');
let shown: Awaited<ReturnType<typeof showMetrics>> | undefined;
await orLeave(() =>
  onceThere(config.DATABASE_URL, { seconds: config.START_WAIT_SECONDS, tell: (words) => log.warn(words) }, async () => {
    await requireSchema(db, config.DATABASE_URL, (words) => log.warn(words));
    if (!(await adoptPersonKeySecret(db, config.PERSON_KEY_SECRET))) throw otherSecret();
  }),
);
const evidence = await orLeave(() => openEvidenceStore(config, (words) => log.warn(words)));
const app = await buildApp({
  db,
  evidence,
  identityProvider: providerOf(config),
  certificates: certificatePrinter({
    keys: readCertificateKeys(config.CERTIFICATE_KEY),
    publicUrl: config.PUBLIC_URL,
    furtherFaces: config.CERTIFICATE_FACES.split(path.delimiter).filter((file) => file !== ''),
  }),
  observe: answerMetrics(metrics),
  beginTrace: traces && requestTraces(traces),
  config: {
    verificationsPerMinute: config.VERIFICATIONS_PER_MINUTE,
    logLevel: config.LOG_LEVEL,
    maxUnderWay: config.POOL_SIZE * 50,
    secureCookies: config.SECURE_COOKIES,
    personKeySecret: config.PERSON_KEY_SECRET,
    temporalUi:
      config.TEMPORAL_UI_URL === undefined
        ? null
        : { url: config.TEMPORAL_UI_URL, namespace: config.TEMPORAL_NAMESPACE },
    webFolder: path.join(PROJECT, 'web', 'dist'),
    trustedProxies: config.TRUSTED_PROXIES,
  },
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    stop().catch((error: unknown) => app.log.error({ err: error }, 'the API did not stop in order'));
  });
}
await runCommand(listen);

function otherSecret(): Refusal {
  return new Refusal(
    'PERSON_KEY_SECRET 与这个数据库中的个人标识所用的不同，其他系统将认不出任何人。',
    '改回原来的值；确需更换的，先告知各对接系统，再执行：update person set person_key = null; delete from person_key_secret;',
  );
}

async function listen(): Promise<void> {
  const place = { host: config.HOST, port: config.PORT };
  try {
    await showOwnMetrics();
    console.log(`READY api ${await app.listen(place)}`);
  } catch (fault) {
    await stop();
    throw fault instanceof Error ? whyNotListening(fault, place) : fault;
  }
}

async function showOwnMetrics(): Promise<void> {
  const { METRICS_PORT: port, METRICS_HOST: host } = config;
  if (port === undefined) return;
  poolMetrics(metrics, { api: pool });
  vitalMetrics(metrics, db);
  shown = await showMetrics(metrics, { host, port });
}

/** Answers what is under way, then leaves. */
async function stop(): Promise<void> {
  await app.close();
  await shown?.close();
  await db.destroy();
  await traces?.close();
}

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { databaseUrl, querySql } from '../bin/lib/postgres.ts';
import { median, medianSummary, rounded } from './lib/measure.ts';
import { Servers } from './lib/servers.ts';
import { say, settings } from './lib/settings.ts';
import { startSystem } from './lib/system.ts';
import { Bare } from './phases/bare.ts';
import { measureCases } from './phases/cases.ts';
import { measureCertificates } from './phases/certificates.ts';
import { appointOfficers, type ClaimsResult, historyEvents, measureClaims, prepare } from './phases/claims.ts';
import { measureCompletions } from './phases/completions.ts';
import { measureFlowable } from './phases/flowable.ts';
import { measureIdle } from './phases/idle.ts';
import { measureImports } from './phases/import.ts';
import { measureInbox } from './phases/inbox.ts';
import { measureRules } from './phases/rules.ts';
import { measureSoak, soakInWords } from './phases/soak.ts';
import { measureStatistics } from './phases/statistics.ts';
import { measureYearClose } from './phases/year-close.ts';

/** `npm run bench [claims] [bare] [inbox] [idle] [cases] [flowable] [statistics] [yearclose] [certificates] [completions] [import] [soak]`: starts everything, measures, stops everything, writes JSON. */

const PHASES = [
  'rules',
  'flowable',
  'claims',
  'bare',
  'inbox',
  'idle',
  'cases',
  'statistics',
  'yearclose',
  'certificates',
  'completions',
  'import',
  'soak',
] as const;
/** Long, or filling the database: only when named. */
const NAMED_ONLY: readonly string[] = [
  'flowable',
  'cases',
  'statistics',
  'yearclose',
  'certificates',
  'completions',
  'import',
  'soak',
];
type Phase = (typeof PHASES)[number];

/** Of the soak: how long, and at how many lives a second; without a rate the highest that holds is looked for first. */
const { positionals, values: flags } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '20' }, rate: { type: 'string' } },
});
const wanted = phasesOf(positionals);
const servers = new Servers();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    servers.stopAll().then(
      () => process.exit(130),
      () => process.exit(131),
    );
  });
}
try {
  const result = await measure();
  const file = path.join(
    import.meta.dirname,
    'results',
    `${new Date().toISOString().slice(0, 16).replace(':', '')}.json`,
  );
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  await servers.stopAll();
  servers.removeFiles();
  console.log(file);
} catch (error) {
  await servers.stopAll();
  say('the logs are in', servers.folder);
  throw error;
}

function phasesOf(given: readonly string[]): ReadonlySet<Phase> {
  const unknown = given.filter((name) => !PHASES.some((phase) => phase === name));
  if (unknown.length > 0) throw new Error(`no such phase: ${unknown.join(', ')}; there are ${PHASES.join(', ')}`);
  const usual = PHASES.filter((phase) => !NAMED_ONLY.includes(phase));
  return new Set(given.length === 0 ? usual : PHASES.filter((phase) => given.includes(phase)));
}

async function measure(): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = { ...circumstances() };
  const cluster = await servers.postgres();
  const version = await querySql(
    `postgres://postgres:bench@127.0.0.1:${String(cluster.port)}/postgres`,
    'show server_version',
  );
  result['postgres'] = version[0]?.['server_version'];
  if (wanted.has('rules')) result['rules'] = measureRules();
  if (wanted.has('flowable')) {
    const peers = process.env['BENCH_PEERS'];
    if (peers === undefined) throw new Error('the flowable phase needs BENCH_PEERS=<a copy of the peers>');
    say('flowable (some minutes)');
    result['flowable'] = await measureFlowable(cluster, peers);
  }
  const system = await startSystem(servers, cluster);
  if (wanted.has('claims') || wanted.has('bare')) result['throughput'] = await throughput(system);
  if (wanted.has('idle')) {
    result['idle'] = await measureIdle(system, settings);
    say('idle', JSON.stringify(result['idle']));
  }
  if (wanted.has('cases')) {
    result['cases'] = await measureCases(system, settings);
    say('cases', JSON.stringify(result['cases']));
  }
  if (wanted.has('certificates')) {
    result['certificates'] = await measureCertificates(system);
    say('certificates', JSON.stringify(result['certificates']));
  }
  if (wanted.has('statistics')) {
    result['statistics'] = await measureStatistics(servers, cluster, system.temporalAddress);
    say('statistics', JSON.stringify(result['statistics']));
  }
  if (wanted.has('completions')) {
    result['completions'] = await measureCompletions(system, settings.completions);
    say('completions', JSON.stringify(result['completions']));
  }
  if (wanted.has('soak')) {
    const rate = flags.rate === undefined ? null : Number(flags.rate);
    const soaked = await measureSoak(system, { minutes: Number(flags.minutes), rate });
    console.log(soakInWords(soaked));
    result['soak'] = soaked;
  }
  if (wanted.has('import')) result['imports'] = await measureImports(system, settings.importRows);
  if (wanted.has('yearclose')) {
    result['yearClose'] = await measureYearClose(system, settings.closePeople);
    say('year-close', JSON.stringify(result['yearClose']));
  }
  if (wanted.has('inbox')) {
    // Its databases have APIs of their own; the system's would only use the processor.
    await servers.stop(system.parts.api);
    await servers.stop(system.parts.worker);
    const inboxes: unknown[] = [];
    for (const size of settings.sizes) {
      inboxes.push(await measureInbox(servers, cluster, system.temporalAddress, size, settings));
    }
    result['inbox'] = inboxes;
  }
  if (process.env['PROFILE'] !== undefined) result['statements'] = await statementsOf(cluster);
  await system.world.close();
  return { ...result, loadAverageAtEnd: loadavg().map((n) => rounded(n)) };
}

/** Ours and the bare workflow by turns, so that both meet the same disturbances. */
async function throughput(system: Awaited<ReturnType<typeof startSystem>>): Promise<Record<string, unknown>> {
  const { callers, repeats, warm, claims } = settings;
  const officers = await appointOfficers(system, callers);
  const bare = wanted.has('bare') ? await Bare.start(await servers.temporal('bare-temporal')) : null;
  const ours: ClaimsResult[] = [];
  const theirs: Awaited<ReturnType<Bare['measure']>>[] = [];
  const answered: typeof theirs = [];
  let lastClaim = '';
  if (wanted.has('claims'))
    say('warm-up', (await measureClaims(system, officers, await prepare(system, warm))).claimsPerS);
  if (bare)
    say('warm-up, bare', (await bare.measure({ claims: warm, callers, tag: 'warm', manner: 'signals' })).claimsPerS);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    if (wanted.has('claims')) {
      const declarations = await prepare(system, claims);
      lastClaim = declarations.at(-1)?.draft?.claimId ?? '';
      const run = await measureClaims(system, officers, declarations);
      say(
        'ours',
        run.claimsPerS,
        'claims/s; decision',
        run.ms.decision,
        'errors',
        run.errors,
        run.firstErrors,
        run.cpuMsPerClaim,
      );
      ours.push(run);
    }
    if (bare) {
      for (const [manner, runs] of [
        ['signals', theirs],
        ['updates', answered],
      ] as const) {
        const run = await bare.measure({ claims, callers, tag: `${manner}${String(repeat)}`, manner });
        say('bare', manner, run.claimsPerS, 'claims/s; errors', run.errors, run.firstErrors, run.cpuMsPerClaim);
        runs.push(run);
      }
    }
  }
  await bare?.stop();
  const perS = (runs: readonly { claimsPerS: number }[]): number => median(runs.map((run) => run.claimsPerS));
  return {
    ...(ours.length > 0 && {
      ours: together(ours),
      oursEach: ours,
      history: await historyEvents(system, officers, lastClaim),
    }),
    ...(theirs.length > 0 && {
      bare: { claimsPerS: perS(theirs) },
      bareEach: theirs,
      bareAnswered: { claimsPerS: perS(answered) },
    }),
    ...(ours.length > 0 &&
      theirs.length > 0 && {
        ratio: rounded(perS(ours) / perS(theirs)),
        ratioAnswered: rounded(perS(ours) / perS(answered)),
      }),
    ...(ours.length > 0 && {
      withDraftAndUpload: await measureClaims(system, officers, await prepare(system, claims, false)),
    }),
  };
}

/** Each number's own median. */
function together(runs: readonly ClaimsResult[]): Record<string, unknown> {
  const kinds = Object.keys(runs[0]?.ms ?? {}) as (keyof ClaimsResult['ms'])[];
  const parts = Object.keys(runs[0]?.cpuMsPerClaim ?? {});
  return {
    claimsPerS: median(runs.map((run) => run.claimsPerS)),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
    ms: Object.fromEntries(kinds.map((kind) => [kind, medianSummary(runs.map((run) => run.ms[kind]))])),
    cpuMsPerClaim: Object.fromEntries(parts.map((part) => [part, median(runs.map((r) => r.cpuMsPerClaim[part] ?? 0))])),
  };
}

/** The statements that used the most time, when the run is profiled. */
async function statementsOf(cluster: Parameters<typeof databaseUrl>[0]): Promise<unknown> {
  const url = databaseUrl(cluster);
  await querySql(url, 'create extension if not exists pg_stat_statements');
  return querySql(
    url,
    `select calls, round(total_exec_time::numeric) as exec_ms, round(total_plan_time::numeric) as plan_ms,
       left(regexp_replace(query, '\\s+', ' ', 'g'), 220) as query
     from pg_stat_statements order by total_exec_time + total_plan_time desc limit 40`,
  );
}

function circumstances(): Record<string, unknown> {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    changedFiles: git('status', '--porcelain').split('\n').filter(Boolean).length,
    command: `npm run bench ${process.argv.slice(2).join(' ')}`.trim(),
    machine: `${String(cpus().length)} × ${cpus()[0]?.model ?? ''}, ${String(Math.round(totalmem() / 2 ** 30))} GiB`,
    node: process.version,
    settings,
    loadAverage: loadavg().map((n) => rounded(n)),
  };
}

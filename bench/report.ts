import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** `node --import tsx bench/report.ts results/<run>.json`: a run's JSON as the tables of RESULTS.md, each target met or not. */

/** Flowable 7.2 on this kind of machine, from the peers' run of 23 November 2026 (16 users); a run with the phase `flowable` replaces it. */
const EARLIER_FLOWABLE = { decisionP50: 57, firstPage100kP99: 262, firstPage1mP99: 2437 };

const file = process.argv[2];
if (file === undefined) throw new Error('which JSON? node --import tsx bench/report.ts bench/results/<run>.json');

const percentiles = z.looseObject({
  n: z.number(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});
type Percentiles = z.infer<typeof percentiles>;
const numbers = z.record(z.string(), z.number());

/** What one measurement of claims says, ours or the bare workflow's. */
const claims = z.looseObject({
  claimsPerS: z.number(),
  errors: z.number(),
  cpuMsPerClaim: numbers,
});
const measured = claims.extend({ seconds: z.number(), cpu: numbers });
const throughputShape = z.looseObject({
  ours: claims.extend({ ms: z.record(z.string(), percentiles) }).optional(),
  oursEach: z.array(measured).default([]),
  withDraftAndUpload: measured.extend({ ms: z.record(z.string(), percentiles) }).optional(),
  history: z.looseObject({ unhurried: z.number(), underLoad: z.number() }).optional(),
  bare: z.looseObject({ claimsPerS: z.number() }).optional(),
  bareEach: z
    .array(measured.extend({ decisionMs: percentiles, claimMs: percentiles, historyEvents: z.number() }))
    .default([]),
  bareAnswered: z.looseObject({ claimsPerS: z.number() }).optional(),
  ratio: z.number().optional(),
  ratioAnswered: z.number().optional(),
});
const inboxShape = z.looseObject({
  openTasks: z.number(),
  bigGroup: z.number(),
  databaseMiB: z.number(),
  seedS: z.number(),
  cpu: numbers,
  looks: z.record(z.string(), percentiles.extend({ perS: z.number(), errors: z.number() })),
});
const idleShape = z.looseObject({
  openClaims: z.number(),
  seconds: z.number(),
  empty: numbers,
  waiting: numbers,
  rssMiB: z.looseObject({ before: numbers, after: numbers }),
  workerAndApiMiB: z.number(),
  moreCpuS: z.number(),
  errors: z.number(),
});
const flowableShape = z.looseObject({
  phaseA: z.looseObject({ c16: z.looseObject({ decisionMs: z.looseObject({ p50: z.number() }) }) }),
  phaseB: z.looseObject({
    m100000: z.looseObject({ c16: z.looseObject({ bigFirst: z.looseObject({ p99: z.number() }) }) }),
  }),
});
const memory = z.object({ before: z.number(), highest: z.number() });
const completionsShape = z.looseObject({
  rows: z.number(),
  callers: z.number(),
  rowsPerS: z.number(),
  againRowsPerS: z.number(),
  batchMs: percentiles,
  rssMiB: memory,
  errors: z.array(z.string()),
});
const importShape = z.looseObject({
  rows: z.number(),
  megabytes: z.number(),
  uploadS: z.number(),
  readRowsPerS: z.number(),
  runRowsPerS: z.number(),
  apiMiB: memory,
  workerMiB: memory,
});
/** What of a run's JSON is told; phases that were not run are missing. */
const run = z
  .looseObject({
    at: z.string(),
    commit: z.string(),
    changedFiles: z.number(),
    command: z.string(),
    machine: z.string(),
    node: z.string(),
    postgres: z.string(),
    loadAverage: z.array(z.number()),
    loadAverageAtEnd: z.array(z.number()),
    settings: z.unknown(),
    flowable: flowableShape.optional(),
    throughput: throughputShape.optional(),
    inbox: z.array(inboxShape).default([]),
    idle: idleShape.optional(),
    completions: completionsShape.optional(),
    imports: z.array(importShape).default([]),
  })
  .parse(JSON.parse(readFileSync(file, 'utf8')));

function flowableOf(same: typeof run.flowable): typeof EARLIER_FLOWABLE & { from: string } {
  const from = same ? 'same run' : 'earlier run';
  if (!same) return { ...EARLIER_FLOWABLE, from };
  return {
    ...EARLIER_FLOWABLE,
    decisionP50: same.phaseA.c16.decisionMs.p50,
    firstPage100kP99: same.phaseB.m100000.c16.bigFirst.p99,
    from,
  };
}

function circumstances(): string {
  return [
    `${run.at}, commit ${run.commit} (+${run.changedFiles} changed files), \`${run.command}\`, ${run.machine}, Node ${run.node}, PostgreSQL ${run.postgres}.`,
    `Load average at the start ${run.loadAverage.join(' / ')}, at the end ${run.loadAverageAtEnd.join(' / ')}.`,
    `Settings: ${JSON.stringify(run.settings)}`,
  ].join('\n');
}

const flowable = flowableOf(run.flowable);

const ms = (s: Percentiles | undefined): string => (s && s.n > 0 ? `${s.p50} / ${s.p95} / ${s.p99}` : '–');
const verdict = (isMet: boolean): string => (isMet ? 'met' : '**missed**');
/** Not a number where a part of the run failed. */
const times = (a: number | null | undefined, b: number | null | undefined): number =>
  Number(((a ?? Number.NaN) / (b ?? Number.NaN)).toFixed(2));

type Throughput = z.infer<typeof throughputShape>;

function throughput({ ours, withDraftAndUpload: whole, history, ...t }: Throughput): string {
  if (!ours || !whole || !history) return '';
  const cpu = (c: Record<string, number> = {}): string =>
    Object.entries(c)
      .map(([part, used]) => `${part} ${String(used)}`)
      .join(', ');
  const each = (runs: readonly { claimsPerS: number }[]): string => runs.map((r) => r.claimsPerS).join(', ');
  const others = (runs: readonly z.infer<typeof measured>[]): string =>
    runs.map((r) => times(r.cpu['other'], r.seconds)).join(', ');
  const [bare] = t.bareEach;
  const share = times(ours.ms['decision']?.p50, flowable.decisionP50);
  return [
    '| | ours | ours with draft and upload | bare Temporal, five signals |',
    '|---|---|---|---|',
    `| claims/s | ${ours.claimsPerS} (${each(t.oursEach)}) | ${whole.claimsPerS} | ${t.bare?.claimsPerS} (${each(t.bareEach)}) |`,
    `| errors | ${ours.errors} | ${whole.errors} | ${t.bareEach.reduce((n, r) => n + r.errors, 0)} |`,
    `| decision ms | ${ms(ours.ms['decision'])} | ${ms(whole.ms['decision'])} | ${ms(bare?.decisionMs)} |`,
    `| submit ms | ${ms(ours.ms['submit'])} | ${ms(whole.ms['submit'])} | |`,
    `| draft; upload ms | | ${ms(whole.ms['draft'])}; ${ms(whole.ms['upload'])} | |`,
    `| a look ms | ${ms(ours.ms['look'])} | ${ms(whole.ms['look'])} | |`,
    `| advance ms | ${ms(ours.ms['advance'])} | ${ms(whole.ms['advance'])} | |`,
    `| claim ms | ${ms(ours.ms['claim'])} | ${ms(whole.ms['claim'])} | ${ms(bare?.claimMs)} |`,
    `| CPU ms a claim | ${cpu(ours.cpuMsPerClaim)} | ${cpu(whole.cpuMsPerClaim)} | ${cpu(bare?.cpuMsPerClaim)} |`,
    `| processors used by others meanwhile | ${others(t.oursEach)} | ${others([whole])} | ${others(t.bareEach)} |`,
    `| history events | ${history.unhurried} unhurried, ${history.underLoad} under load | | ${bare?.historyEvents} |`,
    '',
    `- ours / bare: **${t.ratio}**, at least 0.6: ${verdict((t.ratio ?? 0) >= 0.6)}`,
    `- ours / bare with each decision answered by the workflow (updates, ${t.bareAnswered?.claimsPerS} claims/s): **${t.ratioAnswered}**`,
    `- decision p50 / Flowable's ${flowable.decisionP50} ms (${flowable.from}): **${share}**, at most 0.35: ${verdict(share <= 0.35)}`,
    `- history events of a plain claim: **${history.unhurried}**, at most 24: ${verdict(history.unhurried <= 24)}`,
  ].join('\n');
}

function inbox(i: z.infer<typeof inboxShape>): string {
  const rows = Object.entries(i.looks).map(
    ([kind, look]) => `| ${kind} | ${ms(look)} | ${look.perS} | ${look.errors} |`,
  );
  const first = i.looks['ours: big group, first page and count']?.p99;
  const exact = times(first, i.looks['plain: big group, first page and exact count']?.p99);
  const bounded = times(first, i.looks['plain: big group, first page and count to 1,001']?.p99);
  const deep = times(i.looks['ours: big group, page 50 by cursor']?.p50, i.looks['ours: big group, first page']?.p50);
  const lines = [
    `- first page and count, p99, ours / plain with an exact count as in the peers: **${exact}**${i.openTasks >= 1e6 ? `, at most 1.5: ${verdict(exact <= 1.5)}` : ''}; / plain with our bounded count: ${bounded}`,
    `- page 50 / first page, p50: **${deep}**`,
  ];
  if (i.openTasks === 100_000) {
    const share = times(first, flowable.firstPage100kP99);
    lines.unshift(
      `- first page and count, p99 / Flowable's ${flowable.firstPage100kP99} ms (${flowable.from}): **${share}**, at most 0.25: ${verdict(share <= 0.25)}`,
    );
  }
  return [
    `${i.openTasks.toLocaleString('en')} open tasks, ${i.bigGroup} in the big group, database ${i.databaseMiB} MiB, seeded in ${i.seedS} s; CPU s: ${JSON.stringify(i.cpu)}`,
    '',
    '| look | ms p50 / p95 / p99 | per s | errors |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...lines,
  ].join('\n');
}

function idle(i: z.infer<typeof idleShape>): string {
  const parts = ['api', 'worker', 'temporal', 'postgres'];
  const cpu = (c: Record<string, number>): string => parts.map((part) => c[part]).join(' | ');
  return [
    `| ${i.openClaims} open claims, ${i.seconds} s at rest | ${parts.join(' | ')} | others |`,
    '|---|---|---|---|---|---|',
    `| CPU s, none open | ${cpu(i.empty)} | ${i.empty['other']} |`,
    `| CPU s, all open | ${cpu(i.waiting)} | ${i.waiting['other']} |`,
    `| RSS MiB before | ${cpu(i.rssMiB.before)} | |`,
    `| RSS MiB after | ${cpu(i.rssMiB.after)} | |`,
    '',
    `- worker + API: **${i.workerAndApiMiB} MiB**, under 900: ${verdict(i.workerAndApiMiB < 900)}`,
    `- more processor time at rest than with none open: **${i.moreCpuS} s**, at most 1: ${verdict(i.moreCpuS <= 1)}; errors ${i.errors}`,
    '- PostgreSQL’s RSS counts shared buffers once for each backend.',
  ].join('\n');
}

function completions(c: z.infer<typeof completionsShape>): string {
  const more = times(c.rssMiB.highest, c.rssMiB.before);
  return [
    `${c.rows} completions reported in batches by ${c.callers} callers: batch ms ${ms(c.batchMs)}, errors ${c.errors.length}.`,
    `- rows/s: **${c.rowsPerS}**, at least 1,000: ${verdict(c.rowsPerS >= 1_000)}; the same once more **${c.againRowsPerS}**`,
    `- the API’s RSS at its highest / before: **${more}** (${c.rssMiB.before} → ${c.rssMiB.highest} MiB)`,
  ].join('\n');
}

function imports(sizes: readonly z.infer<typeof importShape>[]): string {
  const [small] = sizes;
  const large = sizes.at(-1);
  if (!small || !large) return '';
  const grown = (of: 'apiMiB' | 'workerMiB'): number => times(large[of].highest, small[of].highest);
  return [
    '| rows | MB | upload s | read rows/s | done rows/s | API MiB | worker MiB |',
    '|---|---|---|---|---|---|---|',
    ...sizes.map(
      (i) =>
        `| ${i.rows} | ${i.megabytes} | ${i.uploadS} | ${i.readRowsPerS} | ${i.runRowsPerS} | ${i.apiMiB.before} → ${i.apiMiB.highest} | ${i.workerMiB.before} → ${i.workerMiB.highest} |`,
    ),
    '',
    `- read and checked: **${large.readRowsPerS}** rows/s, at least 10,000: ${verdict(large.readRowsPerS >= 10_000)}`,
    `- carried out: **${large.runRowsPerS}** rows/s, at least 1,000: ${verdict(large.runRowsPerS >= 1_000)}`,
    `- memory of the largest / the smallest: worker **${grown('workerMiB')}**, API **${grown('apiMiB')}**, at most 1.15: ${verdict(grown('workerMiB') <= 1.15 && grown('apiMiB') <= 1.15)}`,
  ].join('\n');
}

console.log(
  [
    circumstances(),
    run.throughput ? throughput(run.throughput) : '',
    ...run.inbox.map(inbox),
    run.idle ? idle(run.idle) : '',
    run.completions ? completions(run.completions) : '',
    imports(run.imports),
  ]
    .filter(Boolean)
    .join('\n\n'),
);

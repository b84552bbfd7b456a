import { readFileSync } from 'node:fs';

/** `node --import tsx bench/report.ts results/<run>.json`: a run's JSON as the tables of RESULTS.md, each target met or not. */

/** Flowable 7.2 on this kind of machine, from the peers' run of 23 November 2026 (16 users); a run with the phase `flowable` replaces it. */
const EARLIER_FLOWABLE = { decisionP50: 57, firstPage100kP99: 262, firstPage1mP99: 2437 };

const file = process.argv[2];
if (file === undefined) throw new Error('which JSON? node --import tsx bench/report.ts bench/results/<run>.json');
// biome-ignore lint/suspicious/noExplicitAny: a run's JSON is read loosely; what is missing is left out.
type Loose = any;
const run: Loose = JSON.parse(readFileSync(file, 'utf8'));
function flowableOf(same: Loose): typeof EARLIER_FLOWABLE & { from: string } {
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

const ms = (s: Loose): string => (s?.n > 0 ? `${s.p50} / ${s.p95} / ${s.p99}` : '–');
const verdict = (isMet: boolean): string => (isMet ? 'met' : '**missed**');
/** Not a number where a part of the run failed. */
const times = (a: number | null, b: number | null): number =>
  Number(((a ?? Number.NaN) / (b ?? Number.NaN)).toFixed(2));

function throughput(t: Loose): string {
  if (!t?.ours) return '';
  const cpu = (c: Loose): string =>
    Object.entries(c)
      .map(([part, used]) => `${part} ${String(used)}`)
      .join(', ');
  const each = (runs: Loose): string => runs.map((r: Loose) => r.claimsPerS).join(', ');
  const others = (runs: Loose): string => runs.map((r: Loose) => times(r.cpu.other, r.seconds)).join(', ');
  const share = times(t.ours.ms.decision.p50, flowable.decisionP50);
  return [
    '| | ours | ours with draft and upload | bare Temporal, five signals |',
    '|---|---|---|---|',
    `| claims/s | ${t.ours.claimsPerS} (${each(t.oursEach)}) | ${t.withDraftAndUpload.claimsPerS} | ${t.bare?.claimsPerS} (${each(t.bareEach ?? [])}) |`,
    `| errors | ${t.ours.errors} | ${t.withDraftAndUpload.errors} | ${(t.bareEach ?? []).reduce((n: number, r: Loose) => n + Number(r.errors), 0)} |`,
    `| decision ms | ${ms(t.ours.ms.decision)} | ${ms(t.withDraftAndUpload.ms.decision)} | ${ms(t.bareEach?.[0]?.decisionMs)} |`,
    `| submit ms | ${ms(t.ours.ms.submit)} | ${ms(t.withDraftAndUpload.ms.submit)} | |`,
    `| draft; upload ms | | ${ms(t.withDraftAndUpload.ms.draft)}; ${ms(t.withDraftAndUpload.ms.upload)} | |`,
    `| a look ms | ${ms(t.ours.ms.look)} | ${ms(t.withDraftAndUpload.ms.look)} | |`,
    `| advance ms | ${ms(t.ours.ms.advance)} | ${ms(t.withDraftAndUpload.ms.advance)} | |`,
    `| claim ms | ${ms(t.ours.ms.claim)} | ${ms(t.withDraftAndUpload.ms.claim)} | ${ms(t.bareEach?.[0]?.claimMs)} |`,
    `| CPU ms a claim | ${cpu(t.ours.cpuMsPerClaim)} | ${cpu(t.withDraftAndUpload.cpuMsPerClaim)} | ${cpu(t.bareEach?.[0]?.cpuMsPerClaim ?? {})} |`,
    `| processors used by others meanwhile | ${others(t.oursEach)} | ${others([t.withDraftAndUpload])} | ${others(t.bareEach ?? [])} |`,
    `| history events | ${t.history.unhurried} unhurried, ${t.history.underLoad} under load | | ${t.bareEach?.[0]?.historyEvents} |`,
    '',
    `- ours / bare: **${t.ratio}**, at least 0.6: ${verdict(t.ratio >= 0.6)}`,
    `- ours / bare with each decision answered by the workflow (updates, ${t.bareAnswered?.claimsPerS} claims/s): **${t.ratioAnswered}**`,
    `- decision p50 / Flowable's ${flowable.decisionP50} ms (${flowable.from}): **${share}**, at most 0.35: ${verdict(share <= 0.35)}`,
    `- history events of a plain claim: **${t.history.unhurried}**, at most 24: ${verdict(t.history.unhurried <= 24)}`,
  ].join('\n');
}

function inbox(i: Loose): string {
  const rows = Object.entries<Loose>(i.looks).map(
    ([kind, look]) => `| ${kind} | ${ms(look)} | ${look.perS} | ${look.errors} |`,
  );
  const first = i.looks['ours: big group, first page and count'].p99;
  const exact = times(first, i.looks['plain: big group, first page and exact count'].p99);
  const bounded = times(first, i.looks['plain: big group, first page and count to 1,001'].p99);
  const deep = times(i.looks['ours: big group, page 50 by cursor'].p50, i.looks['ours: big group, first page'].p50);
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

function idle(i: Loose): string {
  if (!i) return '';
  const parts = ['api', 'worker', 'temporal', 'postgres'];
  const cpu = (c: Loose): string => parts.map((part) => c[part]).join(' | ');
  return [
    `| ${i.openClaims} open claims, ${i.seconds} s at rest | ${parts.join(' | ')} | others |`,
    '|---|---|---|---|---|---|',
    `| CPU s, none open | ${cpu(i.empty)} | ${i.empty.other} |`,
    `| CPU s, all open | ${cpu(i.waiting)} | ${i.waiting.other} |`,
    `| RSS MiB before | ${cpu(i.rssMiB.before)} | |`,
    `| RSS MiB after | ${cpu(i.rssMiB.after)} | |`,
    '',
    `- worker + API: **${i.workerAndApiMiB} MiB**, under 900: ${verdict(i.workerAndApiMiB < 900)}`,
    `- more processor time at rest than with none open: **${i.moreCpuS} s**, at most 1: ${verdict(i.moreCpuS <= 1)}; errors ${i.errors}`,
    '- PostgreSQL’s RSS counts shared buffers once for each backend.',
  ].join('\n');
}

console.log(
  [circumstances(), throughput(run.throughput), ...(run.inbox ?? []).map(inbox), idle(run.idle)]
    .filter(Boolean)
    .join('\n\n'),
);

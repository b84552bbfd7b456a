import { Command } from 'commander';
import { type Suffered, seconds } from './faults.ts';
import { PARTS } from './house.ts';
import { faultsOf, withChaos } from './play.ts';

/** `npm run chaos -- --minutes 5 --seed 1`: ends with 1 when anything was lost, doubled, disordered or left unfinished. */

const options = new Command('npm run chaos --')
  .description('在自己的一整套系统上随机杀停各进程，同时由许多人申报、审核，最后逐项证明没有丢失、没有重复')
  .option('--minutes <数>', '故障持续的分钟数', Number, 5)
  .option('--seed <种子>', '同样的种子有同样的人、同样的决定和同样的故障', String(Date.now()))
  .option('--claims <数>', '申报份数', Number, 1000)
  .option('--kills <数>', '故障次数', Number, 30)
  .option('--callers <数>', '同时办理的申报数', Number, 24)
  .parse()
  .opts<{ minutes: number; seed: string; claims: number; kills: number; callers: number }>();

const began = Date.now();
const tell = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
const { claims, acknowledged, suffered, faults } = await withChaos(
  { ...options, seconds: options.minutes * 60 },
  tell,
  async (chaos) => ({
    claims: chaos.played.endings.size,
    acknowledged: chaos.played.acknowledged.length,
    suffered: chaos.suffered,
    faults: await faultsOf(chaos),
  }),
);
for (const fault of faults.slice(0, 50)) console.log(`✗ ${fault}`);
for (const part of PARTS) console.log(recoveryOf(part, suffered));
console.log(
  `${String(claims)} claims, ${String(acknowledged)} acknowledged acts, ${String(suffered.length)} faults, ${seconds(Date.now() - began)}: ` +
    (faults.length === 0
      ? 'nothing lost, nothing doubled, all in order'
      : `${String(faults.length)} faults in the record; play them again with --seed ${options.seed}`),
);
process.exit(faults.length === 0 ? 0 : 1);

function recoveryOf(part: string, all: readonly Suffered[]): string {
  const own = all.filter((fault) => fault.part === part);
  const spread = (of: (fault: Suffered) => number): string => {
    const sorted = own.map(of).sort((a, b) => a - b);
    return `${seconds(sorted[Math.floor(sorted.length / 2)] ?? 0)} (longest ${seconds(sorted.at(-1) ?? 0)})`;
  };
  const kills = own.filter(({ kind }) => kind === 'SIGKILL').length;
  return `${part}: ${String(kills)} killed, ${String(own.length - kills)} stopped; answers after ${spread((f) => f.answersAfterMs)}, claims move after ${spread((f) => f.movesAfterMs)}`;
}

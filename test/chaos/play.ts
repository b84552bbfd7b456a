import { together } from '../../bench/lib/load.ts';
import { randomOf } from '../../db/demo/random.ts';
import { drawFaults, letHappen, type Suffered, type Tell } from './faults.ts';
import { type House, openHouse } from './house.ts';
import { Cast, drawLives, endingOf } from './lives.ts';
import { faultsIn, type Played } from './proof.ts';

export interface ChaosOptions {
  seed: string;
  /** How long faults happen, in seconds; the claims may take longer. */
  seconds: number;
  claims: number;
  kills: number;
  callers: number;
}

/** What a run came to, while its system still stands. */
export interface Chaos {
  house: House;
  played: Played;
  suffered: Suffered[];
  /** Lives that could not be played to their end. */
  broken: string[];
}

/**
 * Plays claims from declaration to filing from many clients on a system of its own whose parts are killed and stopped meanwhile, then
 * hands over what stands. Everything by chance comes from the seed; the processes' own timing does not.
 */
export async function withChaos<T>(options: ChaosOptions, tell: Tell, then: (chaos: Chaos) => Promise<T>): Promise<T> {
  const random = randomOf(options.seed);
  const house = await openHouse();
  try {
    const cast = await Cast.of(house);
    const lives = await drawLives(house, options.claims, random.fork('lives'));
    const plan = drawFaults(random.fork('faults'), { count: options.kills, ms: options.seconds * 1000 });
    tell(
      `${String(lives.length)} claims, ${String(plan.length)} faults in ${String(options.seconds)} s, seed ${options.seed}`,
    );
    const endings = new Map<string, string>();
    const [broken, suffered] = await Promise.all([
      together(lives, options.callers, async (life) => {
        endings.set(await cast.play(life), endingOf(life));
      }),
      letHappen(house, plan, tell),
    ]);
    const { acknowledged } = cast;
    tell(`${String(endings.size)} claims played, ${String(acknowledged.length)} acts acknowledged; now the proof`);
    return await then({ house, suffered, broken, played: { acknowledged, endings } });
  } finally {
    await house.close();
  }
}

/** Everything that went wrong, in sentences; nothing when nothing did. */
export const faultsOf = async ({ house, played, broken }: Chaos, patienceMs?: number): Promise<string[]> => [
  ...broken,
  ...(await faultsIn(house, played, patienceMs)),
];

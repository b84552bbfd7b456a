import { type Random, randomOf } from '../../db/demo/random.ts';
import type { Plan } from '../../rules/routing.ts';
import { liveCase } from '../../workflows/cases.ts';
import { claim as claimWorkflow } from '../../workflows/claim.ts';
import { type CaseKind, type CaseRecord, deferrals, sanctions } from './cases.ts';
import { activitiesOver, type ClaimDeed, type ClaimRecord, claimAfter, newClaim, somebodysDeed } from './claim.ts';
import { CASE_ENDINGS, CASE_STEPS, CLAIM_ENDINGS, CLAIM_STEPS } from './invariants.ts';
import { Broken, type Weather, World } from './world.ts';

/** One life after another, each from its seed: the product's workflow, the record as a reducer, people by chance, and bad weather. */

export const KINDS = ['claim', 'deferral', 'sanction'] as const;
export type Kind = (typeof KINDS)[number];

/** @throws Broken with the sentence that does not hold and the story of the life */
export function playLife(kind: Kind, seed: string): Promise<void> {
  const random = randomOf(`${kind}/${seed}`);
  const world = new World(random, weatherOf(random), Date.UTC(2026, 2, 2) + random.int(0, 4 * 366 * 86_400_000));
  if (kind === 'claim') return playClaim(world);
  return kind === 'deferral' ? playCase(world, deferrals) : playCase(world, sanctions);
}

/** From a calm day to one on which nearly everything fails. */
function weatherOf(random: Random): Weather {
  const bad = random.pick([0, 0.05, 0.3, 0.6]);
  return {
    ...{ lost: bad, doubled: bad, answerLost: bad * 0.7, tryLost: bad * 0.7, runLost: bad / 6, timerLate: bad },
    slowestMs: random.pick([1, 1_000, 60_000]),
  };
}

const CORRECTION_MS = 21 * 86_400_000;
/** People do this much in a life, whatever they may. */
const MOST_DEEDS = 24;

async function playClaim(world: World): Promise<void> {
  let record = newClaim(world.random.pick(PLANS));
  const does = (deed: ClaimDeed): ClaimRecord => {
    const after = claimAfter(record, deed, world.nowMs);
    if (after !== record)
      world.tell(
        `${JSON.stringify(deed)} → ${after.state}, open ${after.open ?? 'none'}, applied ${after.appliedSeq}/${after.acts.length}`,
      );
    hold(world, CLAIM_STEPS, (isTrue) => isTrue(record, after, world.nowMs));
    record = after;
    return after;
  };
  const ring = (seq: number): void => world.send('acted', record.acts[seq - 1]);
  const person = (left: number): void => {
    const before = record.acts.length;
    const after = does(somebodysDeed(world.random, world.nowMs));
    if (after.acts.length > before) ring(after.acts.length);
    if (left > 0) world.after(pauseOf(world.random), () => person(left - 1));
  };
  ring(1);
  world.after(pauseOf(world.random), () => person(world.random.int(4, MOST_DEEDS)));
  const held = { read: () => record, write: (deed: ClaimDeed) => void does(deed) };
  await world.play({
    workflow: () => claimWorkflow({ claimId: 'simulated' }),
    activities: activitiesOver(() => world.nowMs, held, CORRECTION_MS),
  });
  hold(world, CLAIM_ENDINGS, (isTrue) => isTrue(record, world.hasEnded));
}

async function playCase<R extends CaseRecord, D>(world: World, kind: CaseKind<R, D>): Promise<void> {
  let record = kind.begin(world.nowMs);
  const does = (deed: D | 'look'): void => {
    const after = kind.after(record, deed, world.nowMs);
    if (after !== record) world.tell(`${JSON.stringify(deed)} → ${JSON.stringify(after)}`);
    hold(world, CASE_STEPS, (isTrue) => isTrue(record, after, world.nowMs));
    record = after;
  };
  const ring = (): void => world.send('looked');
  const person = (left: number): void => {
    const before = record;
    does(kind.somebodysDeed(world.random));
    if (record !== before) ring();
    if (left > 0) world.after(pauseOf(world.random), () => person(left - 1));
  };
  ring();
  world.after(pauseOf(world.random), () => person(world.random.int(2, MOST_DEEDS)));
  const look = () => {
    does('look');
    return kind.position(record, world.nowMs);
  };
  await world.play({
    workflow: () => liveCase(() => world.activity('look', []) as ReturnType<Parameters<typeof liveCase>[0]>),
    activities: { look },
  });
  hold(world, CASE_ENDINGS, (isTrue) => isTrue(record, world.hasEnded));
}

/** From seconds, so that acts meet each other's messages, to weeks, so that dates pass. */
const pauseOf = (random: Random): number =>
  random.pick([random.int(0, 2_000), random.int(0, 120_000), random.int(0, 20 * 86_400_000)]);

function hold<F>(world: World, invariants: Record<string, F>, isTrue: (invariant: F) => boolean): void {
  for (const [sentence, invariant] of Object.entries(invariants))
    if (!isTrue(invariant)) throw new Broken(sentence, world.story);
}

const stage = (kind: Plan['stages'][number]['kind']) => ({ kind, tasks: [], notes: [], basis: ['14' as const] });
const PLANS: readonly Plan[] = [
  { stages: [stage('first-review'), stage('re-review'), stage('filing')], recordForInformation: false },
  { stages: [stage('first-review')], recordForInformation: true },
];

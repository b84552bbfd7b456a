import { randomUUID } from 'node:crypto';
import { appoint, employ, newPeople, type SignedIn } from '../../bench/lib/people.ts';
import { openEvidence } from '../../bin/lib/evidence.ts';
import { HttpClient, smallPdf } from '../../bin/lib/http-client.ts';
import type { Declared } from '../../contract/declarations.ts';
import type { RouteName } from '../../contract/routes.ts';
import type { Random } from '../../db/demo/random.ts';
import type { Outcome, StageKind } from '../../rules/vocabulary.ts';
import { training, until, verdict } from '../support/world.ts';
import type { House } from './house.ts';
import { type Answer, insist } from './insist.ts';

/** People who declare, correct and withdraw, and officers who decide, over HTTP and whatever happens to the system meanwhile. */

/** What somebody was told is done, and how it is found again: by whom the record names it. */
export interface Acknowledged {
  claimId: string;
  /** As the audit trail calls it. */
  action: `claim.${'submitted' | 'resubmitted' | 'withdrawn'}` | `task.${Outcome}` | 'draft.created' | 'evidence.added';
  subjectId: string;
  /** The request's key, or the decision's id; null where the answer named what it made. */
  key: string | null;
  sentAt: number;
  answeredAt: number;
}

/** What becomes of a claim, drawn before it begins. */
export interface Life {
  person: SignedIn;
  declared: Declared;
  withdraws: boolean;
  returnedAt: StageKind | null;
  rejectedAt: StageKind | null;
}

/** The state a life must end in. */
export const endingOf = ({ withdraws, rejectedAt }: Life): 'withdrawn' | 'rejected' | 'filed' =>
  withdraws ? 'withdrawn' : rejectedAt === null ? 'filed' : 'rejected';

const EMPLOYER = 'emp-city';
const OFFICERS = {
  'first-review': [[EMPLOYER, 'first-reviewer']],
  're-review': [
    ['ind-420500-health', 're-reviewer'],
    ['hrss-420500', 're-reviewer'],
  ],
  filing: [
    ['ind-420000-health', 'filing-officer'],
    ['hrss-420000', 'filing-officer'],
  ],
} as const satisfies Record<StageKind, readonly (readonly [string, string])[]>;
const STAGES = ['first-review', 're-review', 'filing'] as const;
/** Of one person, so that their filings meet in one ledger and its caps. */
const CLAIMS_EACH = 4;

/** So many claims of new people, as the seed draws them. */
export async function drawLives(house: House, count: number, random: Random): Promise<Life[]> {
  const people = await newPeople(house.world.db, '申报人', Math.ceil(count / CLAIMS_EACH));
  await employ(house.world.db, people, EMPLOYER);
  return Array.from({ length: count }, (_, n) => {
    const person = people[Math.floor(n / CLAIMS_EACH)];
    if (person === undefined) throw new Error('no person for the claim');
    const from = random.int(1, 8) * 3;
    const days = ['2026-03', '2026-05', '2026-06', '2026-09'].map((month) =>
      [0, 1].map((d) => `${month}-${two(from + d)}`),
    );
    const stageOr = (chance: number) => (random.chance(chance) ? random.pick(STAGES) : null);
    return {
      person,
      declared: training('unit-training', days[n % CLAIMS_EACH] ?? [], `业务培训 ${String(n)}`),
      withdraws: random.chance(0.05),
      returnedAt: stageOr(0.1),
      rejectedAt: stageOr(0.05),
    };
  });
}

const two = (n: number): string => String(n).padStart(2, '0');

/** The officers of every stage; each life is reviewed by all of a stage's bodies. */
export class Cast {
  readonly acknowledged: Acknowledged[] = [];
  readonly #house: House;
  readonly #officers: Record<StageKind, HttpClient[]>;

  private constructor(house: House, officers: Record<StageKind, HttpClient[]>) {
    this.#house = house;
    this.#officers = officers;
  }

  static async of(house: House): Promise<Cast> {
    const officers: Record<StageKind, HttpClient[]> = { 'first-review': [], 're-review': [], filing: [] };
    for (const stage of STAGES)
      for (const [organisationId, role] of OFFICERS[stage]) {
        const people = await newPeople(house.world.db, '审核员', 1);
        await appoint(house.world.db, people, [organisationId], role);
        officers[stage].push(...people.map((person) => clientOf(house, person)));
      }
    return new Cast(house, officers);
  }

  /** One life from the declaration to its last decision. @returns the claim's id */
  async play(life: Life): Promise<string> {
    const declarant = clientOf(this.#house, life.person);
    const claim = await this.#declare(declarant, life.declared);
    if (life.withdraws) await this.#withdraw(declarant, claim.id);
    else await this.#reviews(declarant, claim, life);
    return claim.id;
  }

  async #reviews(declarant: HttpClient, claim: Claim, life: Life): Promise<void> {
    for (const stage of STAGES) {
      if (life.returnedAt === stage) await this.#returnAndCorrect(declarant, claim, stage);
      if (life.rejectedAt === stage) return this.#review(claim, stage, 'reject');
      await this.#review(claim, stage, 'approve');
    }
  }

  async #declare(declarant: HttpClient, declared: Declared): Promise<Claim> {
    const created = granted(
      await insist(declarant, 'createClaim', { body: { declared }, headers: { 'idempotency-key': randomUUID() } }),
    );
    const { id, revision } = created.value;
    this.#note({ claimId: id, action: 'draft.created', subjectId: id, key: null }, created);
    const file = smallPdf('Certificate of attendance', id);
    const proof = granted(await insist(declarant, 'uploadEvidence', { params: { id }, file, fileName: 'proof.pdf' }));
    this.#note({ claimId: id, action: 'evidence.added', subjectId: proof.value.id, key: null }, proof);
    const key = randomUUID();
    const submitted = granted(
      await insist(declarant, 'submitClaim', {
        ...{ params: { id }, body: { revision } },
        headers: { 'idempotency-key': key },
      }),
    );
    this.#note({ claimId: id, action: 'claim.submitted', subjectId: id, key }, submitted);
    return { id, number: submitted.value.number, version: 1 };
  }

  async #withdraw(declarant: HttpClient, id: string): Promise<void> {
    const key = randomUUID();
    const done = granted(
      await insist(declarant, 'withdrawClaim', { params: { id }, headers: { 'idempotency-key': key } }),
    );
    this.#note({ claimId: id, action: 'claim.withdrawn', subjectId: id, key }, done);
  }

  /** Returned at this stage and submitted again unchanged; what was reviewed before is reviewed again. */
  async #returnAndCorrect(declarant: HttpClient, claim: Claim, stage: StageKind): Promise<void> {
    await this.#review(claim, stage, 'return');
    const revision = await until('the correction', () => revisionToCorrect(declarant, claim.id), PATIENCE_MS);
    const key = randomUUID();
    const again = granted(
      await insist(declarant, 'resubmitClaim', {
        ...{ params: { id: claim.id }, body: { revision } },
        headers: { 'idempotency-key': key },
      }),
    );
    this.#note({ claimId: claim.id, action: 'claim.resubmitted', subjectId: claim.id, key }, again);
    claim.version = again.value.version;
    for (const before of STAGES.slice(0, STAGES.indexOf(stage))) await this.#review(claim, before, 'approve');
  }

  /** Every body of the stage approves; one is enough to return or reject. */
  async #review(claim: Claim, stage: StageKind, outcome: Outcome): Promise<void> {
    const officers = outcome === 'approve' ? this.#officers[stage] : this.#officers[stage].slice(0, 1);
    await Promise.all(officers.map((officer) => this.#decide(officer, claim, stage, outcome)));
  }

  async #decide(
    officer: HttpClient,
    { id, number, version }: Claim,
    stage: StageKind,
    outcome: Outcome,
  ): Promise<void> {
    const task = await until(`the task of ${id}`, () => taskOf(officer, { number, stage, version }), PATIENCE_MS);
    if (outcome === 'approve')
      await openEvidence(async (name, input) => granted(await insist(officer, name, input)).value, task);
    const decision = verdict(outcome, { version });
    const decided = granted(await insist(officer, 'decide', { params: { id: task }, body: decision }));
    this.#note({ claimId: id, action: `task.${outcome}`, subjectId: task, key: decision.decisionId }, decided);
  }

  #note(act: Pick<Acknowledged, 'claimId' | 'action' | 'subjectId' | 'key'>, { sentAt, answeredAt }: Told): void {
    this.acknowledged.push({ ...act, sentAt, answeredAt });
  }
}

type Claim = { id: string; number: number; version: number };
type Told = { sentAt: number; answeredAt: number };

/** Longer than any fault lasts. */
const PATIENCE_MS = 180_000;

const clientOf = ({ base }: House, { headers }: SignedIn): HttpClient => new HttpClient(base, headers['cookie']);

/** In these lives nobody asks for what they may not: a refusal is a fault of the system. */
function granted<N extends RouteName>(answer: Answer<N>): Extract<Answer<N>, { ok: true }> {
  if (!answer.ok) throw new Error(`refused: ${answer.code}`);
  return answer;
}

async function taskOf(officer: HttpClient, claim: { number: number; stage: StageKind; version: number }) {
  const page = granted(await insist(officer, 'tasks', { query: { q: String(claim.number) } }));
  return page.value.items.find(
    ({ claimNumber, stage, version }) =>
      claimNumber === claim.number && stage === claim.stage && version === claim.version,
  )?.id;
}

async function revisionToCorrect(declarant: HttpClient, id: string): Promise<number | null> {
  const { value } = granted(await insist(declarant, 'claim', { params: { id } }));
  return value.permissions.resubmit ? value.revision : null;
}

import type { Declared } from '../../contract/declarations.ts';
import type { Day, Declaration } from '../../rules/activity.ts';
import { addDays, isWorkingDay } from '../../rules/calendar.ts';
import { declarable } from '../../rules/declarable.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { CHINA } from '../../rules/holidays.ts';
import { recognise } from '../../rules/recognition.ts';
import { type Plan, route } from '../../rules/routing.ts';
import type { ClaimState, UnitKind } from '../../rules/vocabulary.ts';
import { type DeclaredForm, FORM_WEIGHTS, inventDeclaration, withProof } from './activities.ts';
import { authorityName, industryOf } from './industries.ts';
import { ClaimLife } from './life.ts';
import { findOrganisation, industryAuthorityId, organisationOf } from './organisations.ts';
import type { Affiliation, Person } from './people.ts';
import { type Pools, pool } from './pools.ts';
import type { Random } from './random.ts';
import { PROVINCE_CODE, regionOf } from './regions.ts';
import type { Rows } from './rows.ts';
import { attachEvidence, perform, rejectedAtOnce, type Script, scriptFor } from './scripts.ts';

/** The year the demo's claims are about: the first that the measures govern. */
export const DEMO_YEAR = 2026;
/** The first day of business after the measures were issued. */
const FIRST_DAY: Day = '2026-06-01';
const FIRST_ACTIVITY: Day = '2026-01-05';

/** In which state how many of a thousand claims are. */
const STATES: readonly (readonly [ClaimState, number])[] = [
  ['filed', 440],
  ['first-review', 150],
  ['re-review', 130],
  ['filing', 100],
  ['correction', 40],
  ['draft', 40],
  ['rejected', 35],
  ['withdrawn', 25],
  ['expired', 25],
  ['revoked', 15],
];

/** People of the story whose claims are chosen, so that each has something to look at. */
const STORY_CLAIMS: Readonly<Record<string, readonly ClaimState[]>> = {
  teacher: ['filed', 'filed', 'filed', 'first-review', 're-review', 'correction', 'rejected', 'draft'],
  'engineer-central': ['filed', 'filed', 'first-review', 'withdrawn'],
  freelancer: ['filed', 'first-review', 're-review', 'filing'],
};
/**
 * Told after everybody else's: whose year is cancelled, and rejections that can still be reviewed (复核), so many working days ago. They
 * are in the place of the last claims by chance, so that the others stay what they were.
 */
const LATE_CLAIMS: readonly (readonly [username: string, ClaimState, daysAgo?: number])[] = [
  ...Array.from({ length: 4 }, () => ['technician', 'filed'] as const),
  ['freelancer', 'rejected', 3],
  ['freelancer', 'rejected', 6],
  ['freelancer', 'rejected', 12],
  ['freelancer', 'rejected', 16],
];
/** The story starts with an empty year, so that every hour it shows is its own; what the technician has is told late. */
const WITHOUT_CLAIMS: ReadonlySet<string> = new Set(['doctor', 'technician']);

interface World {
  rows: Rows;
  random: Random;
  pools: Pools;
  /** Days on which things happened, the last before today. */
  days: readonly Day[];
  identities: Set<string>;
  lives: ClaimLife[];
}

/** Invents `count` claims with their whole lives up to the day before `today`. */
export function inventClaims(
  rows: Rows,
  random: Random,
  people: readonly Person[],
  pools: Pools,
  { count, today }: { count: number; today: Day },
): ClaimLife[] {
  const world: World = { rows, random, pools, days: workingDays(today), identities: new Set(), lives: [] };
  const declarants = people.filter((each) => each.affiliations.length > 0 && !WITHOUT_CLAIMS.has(each.username));
  for (const person of declarants) {
    for (const state of STORY_CLAIMS[person.username] ?? []) inventClaim(world, person, state);
  }
  stuckClaims(world, declarants);
  while (world.lives.length < count - LATE_CLAIMS.length)
    inventClaim(world, random.pick(declarants), random.weighted(STATES));
  for (const [username, state, daysAgo] of LATE_CLAIMS) {
    const person = people.find((each) => each.username === username);
    if (person) inventClaim(world, person, state, daysAgo);
  }
  return world.lives;
}

/** Two claims wait where nobody can decide: the pool without officers. */
function stuckClaims(world: World, declarants: readonly Person[]): void {
  const blocked = declarants.filter((person) => {
    const affiliation = person.affiliations.at(-1);
    return (
      affiliation !== undefined &&
      person.affiliations.length === 1 &&
      blockedStage(world, person, planFor(affiliation)) === 1
    );
  });
  for (const person of blocked.slice(0, 2)) inventClaim(world, person, 're-review');
}

function inventClaim(world: World, person: Person, wanted: ClaimState, daysAgo?: number): void {
  const { random, days, rows } = world;
  const affiliation =
    person.affiliations.length > 1 && random.chance(0.4) ? person.affiliations[0] : person.affiliations.at(-1);
  if (affiliation === undefined) return;
  const plan = planFor(affiliation);
  // Nobody leaves a claim of an employer they left in August lying until November.
  const state = affiliation.untilOn === null ? wanted : 'filed';
  const script =
    daysAgo === undefined ? scriptFor(random, plan, reachable(world, person, plan, state)) : rejectedAtOnce(daysAgo);
  const start = startOf(world, script, affiliation);
  const submittedOn = days[start] ?? FIRST_DAY;
  const declared = declarationFor(world, person, affiliation, submittedOn);
  if (declared === null) return;
  const createdAt = new Date(`${submittedOn}T00:${String(random.int(10, 59))}:00.000Z`);
  const activity = withProof(declared);
  const life = new ClaimLife(
    {
      id: random.uuid(createdAt),
      number: world.lives.length + 1,
      person,
      affiliation,
      declared,
      identity: identityOf(activity),
      claimedHundredths: claimedHundredths(activity, affiliation),
      plan,
      year: DEMO_YEAR,
      createdAt,
    },
    rows,
    random,
  );
  world.lives.push(life);
  if (script.beats.length > 0) attachEvidence(life, random, createdAt);
  perform(life, script, { random, days, start, pools: world.pools });
}

/** The working days the demo's business ran on, up to the day before today. */
function workingDays(today: Day): Day[] {
  const days: Day[] = [];
  for (let day = FIRST_DAY; day < today; day = addDays(day, 1)) if (isWorkingDay(day, CHINA)) days.push(day);
  if (days.length < 60) throw new Error(`the demo province needs a today after August 2026, not ${today}`);
  return days;
}

/** On which of the days the claim was submitted, so that its last act lies as long ago as the script says and the affiliation held. */
function startOf(world: World, script: Script, affiliation: Affiliation): number {
  const { days, random } = world;
  const ended = days.findIndex((day) => affiliation.untilOn !== null && day >= affiliation.untilOn);
  const earliest = Math.max(
    0,
    days.findIndex((day) => day >= affiliation.fromOn),
  );
  const length = script.beats.reduce((sum, beat) => sum + beat.wait, 0);
  const latest = (ended === -1 ? days.length : ended) - 1;
  const last = days.length - 1 - length;
  if (script.age === 'any') return random.int(earliest, Math.max(earliest, Math.min(latest, last - script.atLeast)));
  return Math.min(latest, Math.max(earliest, last - script.age));
}

/** The state a claim of this person can be in: a pool without officers stops it, a central unit needs no second stage. */
function reachable(world: World, person: Person, plan: Plan, wanted: ClaimState): ClaimState {
  const stages: readonly ClaimState[] = plan.stages.map((stage) => stage.kind);
  const isStage = wanted === 're-review' || wanted === 'filing';
  const state = isStage && !stages.includes(wanted) ? 'filed' : wanted;
  const blocked = blockedStage(world, person, plan);
  if (blocked === -1 || state === 'draft' || state === 'first-review' || state === 'withdrawn') return state;
  return plan.stages[blocked]?.kind ?? state;
}

/** The first stage of which a task has too few officers, or -1. */
function blockedStage(world: World, person: Person, plan: Plan): number {
  return plan.stages.findIndex((stage) =>
    stage.tasks.some((task) => pool(world.pools, task).filter((id) => id !== person.id).length < 1),
  );
}

/** The way of a claim by the affiliation of its submission day, as the law routes it. */
export function planFor(affiliation: Affiliation): Plan {
  const { employerId, archiveAgencyId, level, regionCode, industryCode, unitKind } = affiliation;
  const hrss = findOrganisation(`hrss-${regionCode}`);
  return route(
    {
      kind: unitKind satisfies UnitKind,
      level,
      employerId,
      archiveAgencyId,
      supervisingDepartmentId: organisationOf(employerId).supervisingDepartmentId,
    },
    {
      reReviewIndustryId: industryAuthorityId(regionCode, industryCode),
      reReviewHrssId: hrss?.id ?? null,
      filingIndustryId: industryAuthorityId(PROVINCE_CODE, industryCode),
      filingHrssId: `hrss-${PROVINCE_CODE}`,
    },
  ).value;
}

/** A declaration that the rules accept and the person has not made before, or null when none comes to mind. */
function declarationFor(world: World, person: Person, affiliation: Affiliation, submittedOn: Day): Declared | null {
  const { random } = world;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const on = addDays(submittedOn, -random.int(7, 75));
    const declared = inventDeclaration(random, {
      form: formFor(random, affiliation),
      industry: industryOf(affiliation.industryCode),
      employerName: organisationOf(affiliation.employerId).name,
      cityName: cityNameOf(affiliation.regionCode),
      authorityName: authorityName(industryOf(affiliation.industryCode), regionOf(affiliation.regionCode)),
      on: on < FIRST_ACTIVITY ? FIRST_ACTIVITY : on,
    });
    const activity = withProof(declared);
    const key = `${person.id}|${identityOf(activity)}`;
    if (world.identities.has(key) || declarable(activity, submittedOn) !== undefined) continue;
    world.identities.add(key);
    return declared;
  }
  return null;
}

function formFor(random: Random, affiliation: Affiliation): DeclaredForm {
  const form = random.weighted(FORM_WEIGHTS);
  return form === 'unit-training' && !organisationOf(affiliation.employerId).studyArchive ? 'authority-training' : form;
}

function cityNameOf(regionCode: string): string {
  const region = regionOf(regionCode);
  if (region.level === 'county') return regionOf(region.parentCode ?? PROVINCE_CODE).shortName;
  return region.level === 'province' ? '武汉市' : region.shortName;
}

/** What the rules make of a declaration before the caps of the year. */
function claimedHundredths(activity: Declaration, affiliation: Affiliation): number {
  const unit = { studyArchive: organisationOf(affiliation.employerId).studyArchive };
  const recognition = recognise(activity, { year: DEMO_YEAR, unit });
  if (recognition.outcome === 'refused')
    throw new Error(`the demo declares what the rules refuse: ${recognition.code}`);
  return recognition.lines.reduce((sum, line) => sum + line.hundredths, 0);
}

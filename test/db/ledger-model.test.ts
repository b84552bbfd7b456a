import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import {
  attachProof,
  decideDeferral,
  requestDeferral,
  revokeDeferral,
  shortenDeferral,
} from '../../db/acts/deferrals.ts';
import { assignMakeUp } from '../../db/acts/make-up.ts';
import { confirmMerge, proposeMerge, undoMerge } from '../../db/acts/merges.ts';
import { revokeCompletion } from '../../db/acts/revoke.ts';
import { recogniseInYear, reverseInYear, yearNow } from '../../db/ledger.ts';
import type { Source } from '../../db/ledger-entries.ts';
import type { Scope } from '../../db/read/scope.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import type { Activity } from '../../rules/activity.ts';
import { type AnnualResult, annualYear, coursewareCounted, isDeemedComplete } from '../../rules/annual.ts';
import { yearOf } from '../../rules/calendar.ts';
import { claimYears } from '../../rules/deadlines.ts';
import { standingOf } from '../../rules/verdict.ts';
import { registered } from '../support/completions.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { done, makeWorld, type World } from '../support/world.ts';

/**
 * The ledger against a model of it: whatever is filed, revoked, imported, deferred, chosen as make-up study, merged and undone for a
 * person, in whatever order, each year is what the rules make of the facts that survive.
 */

let database: TestDatabase;
let world: World;
let first: Caller;
let second: Caller;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  first = await administrator();
  second = await administrator();
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const NOW = new Date('2027-02-20T02:00:00Z');
const TODAY = '2027-02-20';
const YEARS = [2026, 2027, 2028];

const administrator = async (): Promise<Caller> => ({
  ...(await world.declarant('emp-county')),
  holdings: [{ organisationId: 'hrss-420000', role: 'administrator' }],
});

/** What survives: which activities are in which year of whom, and the kept person's deferral of 2026. */
type Model = {
  kept: Map<string, InYear>;
  absorbed: Map<string, InYear>;
  until: string | null;
  deferralId: string | null;
  wasDeferred: boolean;
  merge: { id: string; moved: Map<string, number> } | null;
  chosen: Set<string>;
  completions: { id: string; owner: Who; course: string; on: string; revoked: boolean }[];
};
type Who = 'kept' | 'absorbed';
type InYear = { source: Source; year: number };
type Run = { people: Record<Who, Caller>; model: Model };
const keyOf = (id: string, year: number) => `${id} ${year}`;

const day = fc.constantFrom('2026-05-04', '2026-12-31', '2027-01-01', '2027-02-10', '2028-03-01');
const days = fc.uniqueArray(
  fc.constantFrom('2026-03-02', '2026-03-03', '2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02', '2027-02-10'),
  { minLength: 1, maxLength: 4 },
);
const subject = fc.constantFrom('public' as const, 'professional' as const);
const hundredths = fc.integer({ min: 1, max: 12 }).map((hours) => hours * 100);
const makeUpFor = fc.constantFrom(undefined, undefined, 2026);

const activity: fc.Arbitrary<Activity> = fc.oneof(
  fc
    .record({ days, subject, hundredths, makeUpFor, form: fc.constantFrom('authority-training', 'unit-training') })
    .map(({ days: on, subject: of, hundredths: hours, form, makeUpFor: year }): Activity => {
      const isUnit = form === 'unit-training';
      return {
        form: isUnit ? 'unit-training' : 'authority-training',
        organiser: isUnit ? 'own-employer' : 'hrss',
        proof: true,
        mode: 'offline',
        makeUpFor: year,
        days: on.map((each) => ({ on: each, subject: of, hundredths: hours })),
      };
    }),
  fc
    .record({ on: day, makeUpFor, presentedPaper: fc.boolean() })
    .map((of): Activity => ({ form: 'academic-conference', level: 'national', ownField: true, ...of })),
  fc.record({ on: day, courseware: fc.constantFrom('甲', '乙') }).map(
    (of): Activity => ({
      form: 'courseware-lecturing',
      inCatalogue: true,
      coursewareHundredths: 200,
      ...of,
    }),
  ),
  day.map((on): Activity => ({ form: 'qualification-exam', on, ownProfession: true, passed: true })),
  day.map((on): Activity => ({ form: 'degree', on, level: 'master', recognised: true })),
);

type Step =
  | { do: 'file'; who: Who; activity: Activity; lowered: number | null }
  | { do: 'complete'; who: Who; on: string; course: string; hundredths: number }
  | { do: 'revoke' | 'revoke-completion' | 'assign'; which: number }
  | { do: 'defer' | 'shorten' | 'revoke-deferral' | 'merge' | 'undo' };

const who = fc.constantFrom('kept' as const, 'kept' as const, 'absorbed' as const);
const which = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('file' as const), who, activity, lowered: fc.option(hundredths) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('complete' as const),
      who,
      on: fc.constantFrom('2026-05-04', '2027-01-05', '2027-02-10'),
      course: fc.constantFrom('A', 'B', 'C'),
      hundredths,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('revoke' as const), which }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke-completion' as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('assign' as const), which }) },
  { weight: 2, arbitrary: fc.constant({ do: 'defer' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('shorten' as const, 'revoke-deferral' as const, 'merge' as const, 'undo' as const),
    }),
  },
);

test('18: each year is what the rules make of the facts that survive, whatever happened in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
      const people = { kept: await world.declarant('emp-city'), absorbed: await world.declarant('emp-city') };
      const model: Model = {
        kept: new Map(),
        absorbed: new Map(),
        until: null,
        deferralId: null,
        wasDeferred: false,
        merge: null,
        chosen: new Set(),
        completions: [],
      };
      const run = { people, model };
      for (const each of steps) {
        await take(run, each);
        for (const name of ['kept', 'absorbed'] as const) await isAsModelled(run, name, each);
      }
      for (const name of ['kept', 'absorbed'] as const) await isExplained(run, name);
      const verified = await verifyPeople(world.db, [people.kept.personId, people.absorbed.personId], TODAY);
      expect(verified.flatMap((year) => year.findings)).toEqual([]);
    }),
    { numRuns: 60, seed: 20261123 },
  );
}, 600_000);

/** The years by the rules, from the model alone. */
function yearsOf({ model }: Run, name: Who): Map<number, AnnualResult> {
  const results = new Map<number, AnnualResult>();
  const countedEarlier: string[] = [];
  for (const year of YEARS) {
    const activities = [...model[name].values()]
      .filter((each) => each.year === year)
      .map(({ source }) => ({ id: source.sourceId, activity: source.activity, loweredTo: source.loweredTo }));
    const deferral = name === 'kept' && year === 2026 && model.until !== null ? { until: model.until } : undefined;
    const unit = { studyArchive: true };
    const result = annualYear({ year, asOf: TODAY, unit, activities, countedEarlier: [...countedEarlier], deferral });
    countedEarlier.push(...coursewareCounted(result, activities));
    results.set(year, result);
  }
  return results;
}

async function isAsModelled(run: Run, name: Who, after: Step): Promise<void> {
  const { personId } = run.people[name];
  const rows = await world.db.selectFrom('person_year').selectAll().where('person_id', '=', personId).execute();
  for (const [year, result] of yearsOf(run, name)) {
    const row = rows.find((each) => each.year === year);
    const recorded = row && [row.public_hundredths, row.professional_hundredths, row.deemed_complete, row.standing];
    const { publicHundredths, professionalHundredths, verdict } = result;
    const expected = [publicHundredths, professionalHundredths, isDeemedComplete(result), standingOf(verdict)];
    expect([name, year, after.do, recorded ?? [0, 0, false, 'short']]).toEqual([name, year, after.do, expected]);
  }
}

/** To each item's steps. */
async function isExplained(run: Run, name: Who): Promise<void> {
  const { personId } = run.people[name];
  for (const [year, result] of yearsOf(run, name))
    expect((await yearNow(world.db, { personId, year, on: TODAY })).items).toEqual(result.items);
}

async function take(run: Run, taken: Step): Promise<void> {
  switch (taken.do) {
    case 'file':
      return file(run, taken);
    case 'complete':
      return complete(run, taken);
    case 'revoke':
      return revoke(run, taken.which);
    case 'revoke-completion':
      return revokeRegistration(run, taken.which);
    case 'assign':
      return assign(run, taken.which);
    case 'defer':
      return defer(run);
    case 'shorten':
      return shorten(run);
    case 'revoke-deferral':
      return undoDeferral(run);
    case 'merge':
      return merge(run);
    case 'undo':
      return undo(run);
  }
}

const ofYear = (run: Run, name: Who, year: number) => ({ personId: run.people[name].personId, year, on: TODAY });

async function file(
  run: Run,
  { who: name, activity: declared, lowered }: Extract<Step, { do: 'file' }>,
): Promise<void> {
  // Nothing is in flight for an absorbed person.
  if (name === 'absorbed' && run.model.merge) return;
  const loweredTo: Record<number, number> = lowered === null ? {} : { 0: lowered };
  const source: Source = {
    sourceKind: 'claim',
    sourceId: randomUUID(),
    activity: declared,
    loweredTo,
    studyArchive: true,
  };
  await world.db.transaction().execute(async (trx) => {
    for (const year of claimYears(declared)) await recogniseInYear(trx, ofYear(run, name, year), source);
  });
  for (const year of claimYears(declared)) run.model[name].set(keyOf(source.sourceId, year), { source, year });
}

async function complete(
  run: Run,
  { who: name, on, course, hundredths: hours }: Extract<Step, { do: 'complete' }>,
): Promise<void> {
  // The platform's key means the kept person while the merge stands.
  const owner: Who = run.model.merge ? 'kept' : name;
  const labelled = { code: course, title: course, subject: 'public', hundredths: hours } as const;
  const completion = {
    personId: run.people[owner].personId,
    course: { ...labelled, from_on: '2026-01-01', until_on: null },
    completedOn: on,
    externalId: randomUUID(),
  };
  const [made] = await registered(world.db, [completion], { on: TODAY });
  const known = run.model.completions.some(
    (each) => each.owner === owner && each.course === course && yearOf(each.on) === yearOf(on) && !each.revoked,
  );
  expect([made?.status, course]).toEqual([known ? 'course-counted' : 'registered', course]);
  const completionId = made?.completionId ?? null;
  if (known || completionId === null) return;
  const of: Activity = { form: 'platform-course', on, course, hundredths: hours, subject: 'public' };
  const source: Source = {
    sourceKind: 'platform',
    sourceId: completionId,
    activity: of,
    loweredTo: {},
    studyArchive: true,
  };
  run.model[owner].set(keyOf(completionId, yearOf(on)), { source, year: yearOf(on) });
  run.model.completions.push({ id: completionId, owner, course, on, revoked: false });
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

/** As the revocation of a claim does: out of every year of whoever has it. */
async function revoke(run: Run, at: number): Promise<void> {
  const names = ['kept', 'absorbed'] as const;
  const all = names.flatMap((name) => [...run.model[name].values()].map((each) => ({ name, ...each })));
  const chosen = pick(
    all.filter(({ source }) => source.sourceKind === 'claim'),
    at,
  );
  if (!chosen) return;
  const { sourceId } = chosen.source;
  const within = all.filter((each) => each.source.sourceId === sourceId).sort((a, b) => a.year - b.year);
  await world.db.transaction().execute(async (trx) => {
    for (const { name, year } of within)
      await reverseInYear(trx, ofYear(run, name, year), {
        sourceId,
        causedBy: sourceId,
        basis: ['20'],
        reason: '抽查',
      });
  });
  for (const { name, year } of within) run.model[name].delete(keyOf(sourceId, year));
}

const overseer = (): Scope => ({
  personId: world.officer('hrss-420500', 're-reviewer').personId,
  requestId: 'test',
  holdings: [
    {
      organisationId: 'hrss-420500',
      organisationName: '市人社局',
      organisationKind: 'hrss',
      level: 'city',
      regionCode: '420500',
      industryCode: null,
      role: 'supervisor',
      roleName: '监督人员',
      stage: null,
    },
  ],
});

async function revokeRegistration(run: Run, at: number): Promise<void> {
  const chosen = pick(
    run.model.completions.filter((each) => !each.revoked),
    at,
  );
  if (!chosen) return;
  const why = { completionId: chosen.id, reason: '登记有误', article: '20', requestKey: randomUUID() } as const;
  done(await revokeCompletion(world.db, overseer(), why, NOW));
  chosen.revoked = true;
  for (const name of ['kept', 'absorbed'] as const)
    for (const [key, { source }] of run.model[name]) if (source.sourceId === chosen.id) run.model[name].delete(key);
}

const without = (source: Source): Source => ({ ...source, activity: { ...source.activity, makeUpFor: undefined } });

async function assign({ people, model }: Run, at: number): Promise<void> {
  const chosen = pick(model.completions, at);
  if (!chosen) return;
  const key = keyOf(chosen.id, yearOf(chosen.on));
  const held = model.kept.get(key);
  const given = { completionId: chosen.id, requestKey: randomUUID() };
  const outcome = await assignMakeUp(world.db, people.kept, given, NOW);
  const counts = [...model.kept.values()].some(
    ({ source: { activity: of }, year }) =>
      year === 2026 && of.form === 'platform-course' && of.course === chosen.course && of.on <= chosen.on,
  );
  const may =
    model.until !== null &&
    chosen.on <= model.until &&
    yearOf(chosen.on) === 2027 &&
    held &&
    !model.chosen.has(chosen.id);
  expect([outcome.ok, chosen]).toEqual([Boolean(may) && !counts, chosen]);
  if (!outcome.ok || !held) return;
  const source = { ...held.source, activity: { ...held.source.activity, makeUpFor: 2026 } };
  model.kept.delete(key);
  model.kept.set(keyOf(chosen.id, 2026), { source, year: 2026 });
  model.chosen.add(chosen.id);
}

async function defer({ people: { kept }, model }: Run): Promise<void> {
  if (model.wasDeferred) return;
  const until = '2027-06-30';
  const asked = { year: 2026, reason: 'illness', explanation: '住院', until, requestKey: randomUUID() } as const;
  const { id } = done(await requestDeferral(world.db, kept, asked, NOW));
  const officer = world.officer('emp-city', 'first-reviewer');
  const proof = {
    id,
    fileName: '证明.pdf',
    mediaType: 'application/pdf',
    sizeBytes: 10,
    storageKey: randomUUID(),
  } as const;
  done(await attachProof(world.db, officer, { ...proof, sha256: Buffer.alloc(32, 1) }));
  done(await decideDeferral(world.db, officer, { id, outcome: 'grant', until, explanation: '' }, NOW));
  Object.assign(model, { wasDeferred: true, until, deferralId: id });
}

async function shorten({ people: { kept }, model }: Run): Promise<void> {
  if (model.deferralId === null || model.until === null || model.until <= TODAY) return;
  const shorter = { id: model.deferralId, until: TODAY, explanation: '提前结束' };
  done(await shortenDeferral(world.db, kept, shorter, NOW));
  model.until = TODAY;
}

async function undoDeferral({ model }: Run): Promise<void> {
  if (model.deferralId === null || model.until === null) return;
  done(await revokeDeferral(world.db, overseer(), { id: model.deferralId, explanation: '不符' }, NOW));
  model.until = null;
  for (const [key, { source, year }] of [...model.kept]) {
    if (year !== 2026 || source.activity.form !== 'platform-course' || source.activity.makeUpFor === undefined)
      continue;
    model.kept.delete(key);
    model.kept.set(keyOf(source.sourceId, 2027), { source: without(source), year: 2027 });
  }
}

async function merge({ people, model }: Run): Promise<void> {
  if (model.merge) return;
  const named = async ({ personId }: Caller) => {
    const { name, id_number: idNumber } = await world.db
      .selectFrom('person')
      .select(['name', 'id_number'])
      .where('id', '=', personId)
      .executeTakeFirstOrThrow();
    return { name, idNumber };
  };
  const pair = { kept: await named(people.kept), absorbed: await named(people.absorbed), reason: '重复登记' };
  const { id } = done(await proposeMerge(world.db, first, { ...pair, requestKey: randomUUID() }));
  done(await confirmMerge(world.db, second, { id, today: TODAY }));
  const moved = new Map([...model.absorbed.values()].map(({ source, year }) => [keyOf(source.sourceId, year), year]));
  for (const [key, each] of model.absorbed) model.kept.set(key, each);
  model.absorbed.clear();
  model.merge = { id, moved };
}

/** Exactly what went over goes back, as far as it is still in; a course chosen as make-up study to the year it was completed in. */
async function undo({ model }: Run): Promise<void> {
  if (!model.merge) return;
  const { id, moved } = model.merge;
  done(await undoMerge(world.db, second, { id, reason: '不是同一人' }));
  done(await confirmMerge(world.db, first, { id, today: TODAY }));
  for (const [key, { source, year }] of [...model.kept]) {
    const isChosen = source.activity.form === 'platform-course' && source.activity.makeUpFor !== undefined;
    const own = isChosen ? year + 1 : year;
    if (!moved.has(keyOf(source.sourceId, own))) continue;
    model.kept.delete(key);
    model.absorbed.set(keyOf(source.sourceId, own), { source: isChosen ? without(source) : source, year: own });
  }
  model.merge = null;
}

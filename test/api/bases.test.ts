import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import type { UnitCaller } from '../../db/acts/units.ts';
import { personKeyOf } from '../../db/person-keys.ts';
import type { OrganisationKind } from '../../rules/vocabulary.ts';
import { type Answer, aPdf, type Bench, expectProblem, makeBench, PERSON_KEY_SECRET, upload } from './support.ts';

/** Continuing-education bases (Arts. 11(1), 13, 22): trainings for people of any unit, and the claims proposed from them. */

let bench: Bench;
let manager: UnitCaller;
let other: UnitCaller;
beforeAll(async () => {
  bench = await makeBench();
  const place = { level: 'city', region_code: '420500', industry_code: null, unit_kind: null } as const;
  for (const id of ['base-a', 'base-b']) {
    await bench.db
      .insertInto('organisation')
      .values({ id, name: `基地 ${id}`, kind: 'education-base', supervising_department_id: null, ...place })
      .execute();
  }
  manager = await managerOf('base-a', 'education-base');
  other = await managerOf('base-b', 'education-base');
});
afterAll(() => bench.close());

let managers = 0;
async function managerOf(organisationId: string, organisationKind: OrganisationKind): Promise<UnitCaller> {
  managers += 1;
  const { id } = await bench.db
    .insertInto('person')
    .values({ name: '基地管理员', id_number: `42050019760101${9000 + managers}`, title: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  const holding = { organisation_id: organisationId, role: 'administrator' as const, until_on: null };
  await bench.db
    .insertInto('role_holding')
    .values({ person_id: id, from_on: '2026-01-01', ...holding })
    .execute();
  return { personId: id, requestId: 'test', holdings: [{ organisationId, organisationKind, role: 'administrator' }] };
}

const key = () => ({ 'idempotency-key': randomUUID() });
const CONTENT = {
  place: '学术报告厅',
  organiserName: '由登记决定',
  organiserId: 'hrss-420500',
  mode: 'offline',
  days: [
    { on: '2026-10-12', hundredths: 400, subject: 'public' },
    { on: '2026-10-13', hundredths: 1000, subject: 'professional' },
  ],
  plannedId: null,
};
const add = (content: Record<string, unknown> = {}, as = manager, unit = 'base-a') =>
  bench.call('addTraining', {
    as,
    params: { id: unit },
    headers: key(),
    body: { ...CONTENT, title: `高级研修班 ${randomUUID()}`, ...content },
  });

function ok(answer: Answer): Answer['json'] {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.body}`);
  return answer.json;
}

/** A base's training with its attendance sheet. */
async function registered(content: Record<string, unknown> = {}): Promise<string> {
  const { id } = ok(await add(content));
  const params = { id: 'base-a', trainingId: id };
  ok(await bench.call('addTrainingFile', { as: manager, params, ...upload(aPdf(randomUUID()), '考勤表.pdf') }));
  return id;
}

const record = (trainingId: string, rows: unknown[], as = manager, unit = 'base-a') =>
  bench.call('recordAttendance', { as, params: { id: unit, trainingId }, body: { rows, preview: false } });
const propose = (trainingId: string, as = manager, unit = 'base-a') =>
  bench.call('proposeClaims', { as, params: { id: unit, trainingId }, body: { preview: false } });
const outcomes = (answer: Answer): string[] => ok(answer).items.map((item: { outcome: string }) => item.outcome);

async function identity({ personId }: Caller): Promise<{ name: string; idNumber: string }> {
  const { name, id_number } = await bench.db
    .selectFrom('person')
    .select(['name', 'id_number'])
    .where('id', '=', personId)
    .executeTakeFirstOrThrow();
  return { name, idNumber: id_number };
}

/** Somebody of the unit with a proposal from a new training of the base. */
async function proposedTo(unit: string, more: Record<string, unknown> = {}) {
  const person = await bench.world.declarant(unit);
  const trainingId = await registered();
  expect(outcomes(await record(trainingId, [{ row: 1, ...(await identity(person)), ...more }]))).toEqual(['added']);
  expect(outcomes(await propose(trainingId))).toEqual(['proposed']);
  const { items } = ok(await bench.call('myProposals', { as: person }));
  expect(items).toHaveLength(1);
  return { person, trainingId, proposal: items[0] };
}

describe('a base’s training', () => {
  test('may be an organisation department’s, and is declared as its training (Art. 11(1))', async () => {
    await bench.db
      .insertInto('organisation')
      .values({
        id: 'od-420500',
        name: '市委组织部',
        kind: 'organisation-department',
        level: 'city',
        region_code: '420500',
        industry_code: null,
        unit_kind: null,
        supervising_department_id: null,
      })
      .execute();
    const found = ok(await bench.call('organisers', { as: manager, query: { q: '组织部' } }));
    expect(found.items).toEqual([{ id: 'od-420500', name: '市委组织部' }]);
    const { id: trainingId } = ok(await add({ organiserId: 'od-420500' }));
    const params = { id: 'base-a', trainingId };
    ok(await bench.call('addTrainingFile', { as: manager, params, ...upload(aPdf(randomUUID()), '考勤表.pdf') }));
    const person = await bench.world.declarant('emp-city');
    await record(trainingId, [{ row: 1, ...(await identity(person)) }]);
    expect(outcomes(await propose(trainingId))).toEqual(['proposed']);
    const [proposed] = await bench.db
      .selectFrom('claim')
      .select('declaration')
      .where('person_id', '=', person.personId)
      .execute();
    expect(proposed?.declaration).toMatchObject({
      form: 'authority-training',
      organiser: 'organisation-department',
      organiserName: '市委组织部',
    });
  });

  test('is commissioned by an HRSS or industry authority, whose name the register gives; anybody else is refused', async () => {
    const { id } = ok(await add({ organiserId: 'ind-420500-health' }));
    const read = await bench.call('training', { as: manager, params: { id: 'base-a', trainingId: id } });
    expect(ok(read)).toMatchObject({ organiserName: '市卫健委', organiserId: 'ind-420500-health', hundredths: 1400 });
    for (const organiserId of [null, 'emp-city', 'agency-420500', 'base-a', 'nobody-at-all']) {
      expectProblem(await add({ organiserId }), 422, 'training-organiser');
    }
    expectProblem(await add({ days: [{ on: '2026-10-12', hundredths: 400 }] }), 422, 'training-subjects');
    const save = (organiserId: string | null) =>
      bench.call('saveTraining', {
        as: manager,
        params: { id: 'base-a', trainingId: id },
        body: { ...CONTENT, title: '改', organiserId, revision: 1 },
      });
    expectProblem(await save('emp-city'), 422, 'training-organiser');
    expect(ok(await save('hrss-420000')).revision).toBe(2);
    const found = ok(await bench.call('organisers', { as: manager, query: { q: '人社' } }));
    expect(found.items.map((item: { id: string }) => item.id).sort()).toEqual([
      'hrss-420000',
      'hrss-420500',
      'hrss-420502',
    ]);
  });

  test('a unit has neither: an organiser or a subject of a day is a base’s', async () => {
    const unit = await managerOf('emp-city', 'employer');
    const plain = { days: [{ on: '2026-10-12', hundredths: 400 }] };
    expectProblem(await add(plain, unit, 'emp-city'), 422, 'training-organiser');
    expectProblem(await add({ organiserId: null }, unit, 'emp-city'), 422, 'training-subjects');
    expect((await add({ ...plain, organiserId: null }, unit, 'emp-city')).status).toBe(201);
  });

  test('the database holds kinds, organisers and subjects apart too', async () => {
    const row = (part: { kind?: string; organiser?: string | null; organiserKind?: string | null; days?: unknown }) => {
      const { kind = 'education-base', organiser = 'hrss-420500', organiserKind = 'hrss', days = CONTENT.days } = part;
      return sql`
        insert into training (organisation_id, holder_kind, organiser_id, organiser_kind, title, place, organiser_name, mode, days, first_on, last_on,
          request_key, created_by)
        values ('base-a', ${kind}, ${organiser}, ${organiserKind}, '题', '地', '部门', 'offline', ${JSON.stringify(days)}::jsonb, '2026-10-12',
          '2026-10-13', ${randomUUID()}, ${manager.personId})`.execute(bench.db);
    };
    await row({});
    await expect(row({ kind: 'employer' })).rejects.toThrow(/training_(holder|commissioned|subjects)/);
    await expect(row({ organiser: 'emp-city' })).rejects.toThrow(/training_organiser/);
    await expect(row({ organiser: 'emp-city', organiserKind: 'employer' })).rejects.toThrow(/organiser_kind/);
    await expect(row({ organiser: null, organiserKind: null })).rejects.toThrow(/training_commissioned/);
    await expect(row({ days: [{ on: '2026-10-12', hundredths: 1 }] })).rejects.toThrow(/training_subjects/);
  });

  test('is the base’s own: to another base, a unit and everybody else it is not there; a base sees no unit’s people or plan', async () => {
    const trainingId = await registered();
    const unit = await managerOf('emp-city', 'employer');
    const asked = [
      [other, 'base-b'],
      [other, 'base-a'],
      [unit, 'emp-city'],
      [unit, 'base-a'],
    ] as const;
    for (const [as, id] of asked) {
      expectProblem(await bench.call('training', { as, params: { id, trainingId } }), 404, 'not-found');
      expectProblem(await bench.call('attendees', { as, params: { id, trainingId } }), 404, 'not-found');
      expectProblem(await record(trainingId, [{ row: 1, idNumber: 'x', name: 'y' }], as, id), 404, 'not-found');
      expectProblem(await propose(trainingId, as, id), 404, 'not-found');
    }
    for (const name of ['unitPeople', 'plan'] as const) {
      const answer = await bench.call(name, { as: manager, params: { id: 'base-a' }, query: { year: 2026 } });
      expectProblem(answer, 404, 'not-found');
    }
  });
});

describe('attendance at a base', () => {
  test('people of any unit by number or key with their name; whoever is not found is unknown, and nothing is told of them', async () => {
    const trainingId = await registered();
    const [one, two, three] = [
      await bench.world.declarant('emp-city'),
      await bench.world.declarant('emp-county'),
      await bench.world.declarant('emp-central'),
    ];
    await sql`update affiliation set work_number = 'K001' where person_id = ${three.personId}`.execute(bench.db);
    const [first, second, third] = [await identity(one), await identity(two), await identity(three)];
    const answer = await record(trainingId, [
      { row: 1, ...first },
      { row: 2, name: second.name, personKey: personKeyOf(PERSON_KEY_SECRET, second.idNumber).toString('hex') },
      { row: 3, idNumber: '420500199001019999', name: third.name },
      { row: 4, idNumber: third.idNumber, name: '别的名字' },
      { row: 5, idNumber: third.idNumber },
      { row: 6, workNumber: 'K001', name: third.name },
      { row: 7, ...first },
    ]);
    const expected = ['added', 'added', 'unknown', 'unknown', 'name-missing', 'no-identifier', 'repeated'];
    expect(outcomes(answer)).toEqual(expected);
    // A wrong name and a number that nobody has are answered alike.
    const [nobody, misnamed] = answer.json.items.slice(2, 4);
    expect({ ...misnamed, row: 0 }).toEqual({ ...nobody, row: 0 });
    expect(nobody).toMatchObject({ name: null, text: expect.not.stringContaining('本单位') });
    const attendees = ok(await bench.call('attendees', { as: manager, params: { id: 'base-a', trainingId } }));
    expect(attendees.items.map((i: { title: unknown; workNumber: unknown }) => [i.title, i.workNumber])).toEqual([
      [null, null],
      [null, null],
    ]);
  });
});

describe('proposals of a base', () => {
  test('twice is once; the person confirms with the register’s days as an authority training, reviewed first by their own unit', async () => {
    const { person, trainingId, proposal } = await proposedTo('emp-county');
    expect(outcomes(await propose(trainingId))).toEqual(['already-proposed']);
    expect(ok(await bench.call('myProposals', { as: person })).items).toHaveLength(1);
    expect(proposal).toMatchObject({
      form: 'authority-training',
      employerName: '基地 base-a',
      // Before the day's eight, which a person's other trainings of the day share (D-8).
      hundredths: 1400,
      days: [{ subject: 'public' }, { subject: 'professional' }],
      evidence: [{ fileName: '考勤表.pdf' }],
    });
    const declared = {
      form: 'authority-training',
      organiser: 'hrss',
      mode: 'offline',
      title: '别的',
      days: CONTENT.days,
    };
    const params = { id: proposal.claimId };
    const typed = { as: person, params, body: { declared, revision: proposal.revision } };
    expectProblem(await bench.call('saveClaim', typed), 409, 'claim-proposed');
    const confirmed = await bench.call('confirmProposal', {
      as: person,
      params: { id: proposal.id },
      headers: key(),
      body: { revision: proposal.revision },
    });
    expect(ok(confirmed)).toMatchObject({ state: 'first-review', version: 1 });
    const claim = await bench.db
      .selectFrom('claim')
      .select(['form', 'employer_id', 'claimed_hundredths', 'declaration'])
      .where('id', '=', proposal.claimId)
      .executeTakeFirstOrThrow();
    expect(claim).toMatchObject({ form: 'authority-training', employer_id: 'emp-county', claimed_hundredths: 1400 });
    expect(claim.declaration).toMatchObject({ organiser: 'hrss', organiserName: '市人社局' });
    expect(outcomes(await propose(trainingId))).toEqual(['already-declared']);
    const attendees = ok(await bench.call('attendees', { as: manager, params: { id: 'base-a', trainingId } }));
    expect(attendees.items[0].proposal).toMatchObject({ state: 'confirmed', claimState: null });
  });

  test('an objection takes the draft away and tells the base', async () => {
    const { person, trainingId, proposal } = await proposedTo('emp-city');
    const objection = { as: person, params: { id: proposal.id }, body: { reason: '没有参加' } };
    expect((await bench.call('objectToProposal', objection)).status).toBe(200);
    expectProblem(await bench.call('claim', { as: person, params: { id: proposal.claimId } }), 404, 'not-found');
    expect(outcomes(await propose(trainingId))).toEqual(['objected']);
  });

  test('hours go no higher than the register: not in a claim of one’s own for the same training, nor in a day that was missed', async () => {
    const title = `省级研修 ${randomUUID()}`;
    const trainingId = await registered({ title });
    const person = await bench.world.declarant('emp-city');
    ok(await record(trainingId, [{ row: 1, ...(await identity(person)), missed: ['2026-10-13'] }]));
    const submit = async (days: unknown[]) => {
      const declared = { form: 'authority-training', organiser: 'hrss', mode: 'offline', title, days };
      const made = ok(await bench.call('createClaim', { as: person, body: { declared } }));
      const params = { id: made.id };
      ok(await bench.call('uploadEvidence', { as: person, params, ...upload(aPdf(randomUUID())) }));
      return bench.call('submitClaim', { as: person, params, headers: key(), body: { revision: made.revision } });
    };
    const [first, second] = CONTENT.days;
    expectProblem(await submit([{ ...first, hundredths: 401 }]), 422, 'hours-over-register');
    expectProblem(await submit([{ ...first, subject: 'professional' }]), 422, 'hours-over-register');
    expectProblem(await submit([first, second]), 422, 'hours-over-register');
    expectProblem(await submit([{ on: '2026-10-12', subject: 'public', minutes: 225 }]), 422, 'hours-over-register');
    expect((await submit([{ on: '2026-10-12', subject: 'public', minutes: 224 }])).status).toBe(200);
  });

  test('nor in a proposed claim that was returned for correction, whatever it is called then', async () => {
    const { person, proposal } = await proposedTo('emp-city', { missed: ['2026-10-13'] });
    const confirm = { as: person, params: { id: proposal.id }, headers: key(), body: { revision: proposal.revision } };
    ok(await bench.call('confirmProposal', confirm));
    await sql`update claim set state = 'correction', applied_seq = act_seq, correction_due_at = now() + interval '9 days' where id = ${proposal.claimId}`.execute(
      bench.db,
    );
    const save = (hundredths: number, revision: number) =>
      bench.call('saveClaim', {
        as: person,
        params: { id: proposal.claimId },
        body: {
          declared: {
            form: 'authority-training',
            organiser: 'hrss',
            mode: 'offline',
            title: '另一个名称',
            days: [{ ...CONTENT.days[0], hundredths }],
          },
          revision,
        },
      });
    expectProblem(await save(800, proposal.revision), 422, 'hours-over-register');
    expect((await save(400, proposal.revision)).status).toBe(200);
  });
});

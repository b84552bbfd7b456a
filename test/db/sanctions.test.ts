import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { issueCertificate } from '../../db/acts/certificates.ts';
import { answerProposal, previewSanction, proposeSanction } from '../../db/acts/sanction-decisions.ts';
import {
  appealSanction,
  attachSanctionFile,
  extendDefence,
  giveNotice,
  stateDefence,
} from '../../db/acts/sanction-hearings.ts';
import { openSanction, type Suspicion } from '../../db/acts/sanctions.ts';
import { submitClaim } from '../../db/acts/submit.ts';
import { answerTitleReport, reportTitleOrder } from '../../db/acts/title-orders.ts';
import { answerReviews } from '../../db/acts/title-review.ts';
import { recogniseInYear, yearNow } from '../../db/ledger.ts';
import { lookAtSanction } from '../../db/sanctions.ts';
import { statisticsDifferences } from '../../db/statistics.ts';
import { lookAtTitleOrder } from '../../db/title-orders.ts';
import { verifyPeople } from '../../db/verify-ledger.ts';
import { advance } from '../support/advance.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { conference, done, makeWorld, submitted, type World } from '../support/world.ts';

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const OPENED = new Date('2026-11-23T02:00:00Z');
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);
const open = (by: Caller, suspicion: Partial<Suspicion> & { personId: string }) =>
  world.db
    .transaction()
    .execute((trx) =>
      openSanction(
        trx,
        by,
        { year: 2026, claimIds: [], source: 'inspection', explanation: '培训证明系伪造', ...suspicion },
        OPENED,
      ),
    );
const supervisor = (at = 'hrss-420500', which: 0 | 1 = 0) => world.officer(at, 'supervisor', which);
const caseOf = (id: string) =>
  world.db.selectFrom('sanction').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('21: a case is opened', () => {
  test('once by a key: the same report again opens nothing, also when its case was dismissed; for another person it is refused', async () => {
    const [person, other] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
    const requestKey = randomUUID();
    const { id } = done(await open(supervisor(), { personId: person.personId, requestKey }));
    expect(codeOf(await open(supervisor(), { personId: other.personId, requestKey }))).toBe('request-key-reused');
    done(await propose(id, 'dismiss'));
    done(await confirm(id));
    expect(done(await open(supervisor(), { personId: person.personId, requestKey }))).toEqual({ id, isNew: false });
    const cases = await world.db
      .selectFrom('sanction')
      .select('id')
      .where('person_id', 'in', [person.personId, other.personId])
      .execute();
    expect(cases).toEqual([{ id }]);
  });

  test('not for a registration that is being merged: the merge is seen, no case is left beside it', async () => {
    const [kept, absorbed] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
    const { opening } = await world.db.transaction().execute(async (trx) => {
      await trx.selectFrom('person').select('id').where('id', '=', absorbed.personId).forNoKeyUpdate().execute();
      const begun = open(supervisor(), { personId: absorbed.personId });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await trx
        .insertInto('person_merge')
        .values({
          kept_id: kept.personId,
          absorbed_id: absorbed.personId,
          reason: '两个号码',
          state: 'in-force',
          proposed_by: supervisor().personId,
          request_key: randomUUID(),
          confirmed_by: supervisor('hrss-420500', 1).personId,
          confirmed_at: new Date(),
        })
        .execute();
      // Wrapped: it goes on only after this transaction.
      return { opening: begun };
    });
    expect(codeOf(await opening)).toBe('case-moved');
  });

  test('at the HRSS authority of the employer’s level; for central units at the province', async () => {
    for (const [employer, authority] of [
      ['emp-city', 'hrss-420500'],
      ['emp-county', 'hrss-420502'],
      ['emp-direct', 'hrss-420000'],
      ['emp-central', 'hrss-420000'],
      ['emp-new-trade', 'hrss-420500'],
    ] as const) {
      const person = await world.declarant(employer);
      const { id } = done(await open(supervisor(), { personId: person.personId }));
      expect(await caseOf(id)).toMatchObject({ authority_id: authority, employer_id: employer, state: 'opened' });
    }
  });

  test('at the industry authority when its officer opens it', async () => {
    const person = await world.declarant('emp-city');
    const { id } = done(await open(supervisor('ind-420500-health'), { personId: person.personId }));
    expect((await caseOf(id)).authority_id).toBe('ind-420500-health');
  });

  test('once: a second suspicion, also at the same moment, joins the living case; the same one changes nothing', async () => {
    const person = await world.declarant('emp-city');
    const origin = { kind: 'complaint', id: randomUUID() };
    const made = await Promise.all(
      [0, 1, 2].map((n) =>
        open(supervisor('hrss-420500', n === 0 ? 0 : 1), { personId: person.personId, explanation: `线索${n}` }),
      ),
    );
    const ids = new Set(made.map((one) => done(one).id));
    expect(ids.size).toBe(1);
    expect(made.filter((one) => done(one).isNew)).toHaveLength(1);
    const [id = ''] = ids;
    const { version } = await caseOf(id);
    done(await open(supervisor(), { personId: person.personId, origin }));
    done(await open(supervisor(), { personId: person.personId, origin }));
    expect((await caseOf(id)).version).toBe(version + 1);
  });

  test('and once for a cancelled year (D-45): what is found later joins the case, in force or run out, and begins no second record', async () => {
    const person = await world.declarant('emp-city');
    const id = await imposed(person);
    const { ends_on: endsOn } = await caseOf(id);
    const again = (explanation: string) => open(supervisor(), { personId: person.personId, explanation });
    expect(done(await again('另一份证书'))).toEqual({ id, isNew: false });
    await lookAtSanction(world.db, id, at('2029-12-09T16:00:00Z'));
    expect(done(await again('期满之后'))).toEqual({ id, isNew: false });
    expect(await caseOf(id)).toMatchObject({ state: 'ended', ends_on: endsOn });
    const grounds = world.db.selectFrom('sanction_ground').select('id').where('sanction_id', '=', id);
    expect(await grounds.execute()).toHaveLength(3);
    const told = await kindsTold(supervisor('hrss-420500', 1).personId);
    expect(told.filter((kind) => kind === 'sanction-reported-again')).toHaveLength(1);
    const { id: _, number: __, ...row } = await caseOf(id);
    const copy = { ...row, impact: JSON.stringify(row.impact) };
    await expect(world.db.insertInto('sanction').values(copy).execute()).rejects.toThrow('sanction_one_of_year');
    done(await propose(id, 'lift'));
    done(await confirm(id));
    expect(done(await again('撤销之后'))).toMatchObject({ isNew: true });
  });

  test('only with claims of that person and year, of a governed year, and by nobody on themselves', async () => {
    const person = await world.declarant('emp-city');
    const other = await world.declarant('emp-city');
    const claimId = await submitted(world.db, person, conference('年会'));
    const code = async (rest: Partial<Suspicion>, by = supervisor()) =>
      codeOf(await open(by, { personId: person.personId, ...rest }));
    expect(await code({ claimIds: [claimId], personId: other.personId })).toBe('sanction-claims');
    expect(await code({ claimIds: [claimId], year: 2025 })).toBe('sanction-year');
    expect(await code({ year: 2027 })).toBe('sanction-year');
    expect(await code({ personId: randomUUID() })).toBe('not-found');
    expect(await code({}, person)).toBe('sanction-own');
    expect(await code({ claimIds: [claimId] })).toBe('ok');
  });
});

const at = (instant: string) => () => Promise.resolve(new Date(instant));
/** Ten working days after Monday 23 November 2026 are over on 7 December, 24:00. */
const LAST_SECOND = new Date('2026-12-07T15:59:59Z');
const OVER = new Date('2026-12-07T16:00:00Z');
const DECIDED = new Date('2026-12-10T02:00:00Z');
const title = {
  title: '副主任医师',
  organisationId: 'ind-420500-health',
  obtainedOn: '2026-08-01',
  dueOn: '2027-01-10',
};

type Study = { id?: string; on: string; days: number; subject: 'public' | 'professional' };
/** Trainings recognised in 2026, eight hours a day. */
async function study(person: Caller, ...studies: Study[]): Promise<void> {
  await world.db.transaction().execute(async (trx) => {
    for (const { id = randomUUID(), on, days, subject } of studies) {
      const list = Array.from({ length: days }, (_, d) => ({
        on: new Date(Date.parse(on) + d * 86_400_000).toISOString().slice(0, 10),
        subject,
        hundredths: 800,
      }));
      await recogniseInYear(
        trx,
        { personId: person.personId, year: 2026, on: '2026-11-01' },
        {
          sourceKind: 'claim',
          sourceId: id,
          activity: { form: 'authority-training', organiser: 'hrss', proof: true, mode: 'offline', days: list },
          loweredTo: {},
          studyArchive: true,
        },
      );
    }
  });
}
const fullYear = (person: Caller) =>
  study(
    person,
    { on: '2026-06-01', days: 4, subject: 'public' },
    { on: '2026-07-01', days: 8, subject: 'professional' },
  );

async function noticed(person: Caller, rest: Partial<Suspicion> = {}): Promise<string> {
  const { id } = done(await open(supervisor(), { personId: person.personId, ...rest }));
  done(await giveNotice(world.db, supervisor(), { id, charge: '2026年6月的培训证明系伪造。' }, OPENED));
  return id;
}
type Kind = 'impose' | 'dismiss' | 'lift' | 'refuse-appeal';
async function propose(
  id: string,
  kind: Kind,
  { by = supervisor(), titles = [] as (typeof title)[], now = DECIDED, version = 0 } = {},
) {
  const seen = version || (await caseOf(id)).version;
  const words = { kind, reason: '事实清楚', titles, version: seen, requestKey: randomUUID() };
  return proposeSanction(world.db, by, { id, ...words }, now);
}
async function confirm(id: string, { by = supervisor('hrss-420500', 1), now = DECIDED } = {}) {
  const proposal = await world.db
    .selectFrom('sanction_proposal')
    .select('id')
    .where('sanction_id', '=', id)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  const { version } = await caseOf(id);
  return answerProposal(world.db, by, { id, answer: 'confirm', proposalId: proposal.id, version }, now);
}
async function imposed(person: Caller, { titles = [] as (typeof title)[], now = DECIDED } = {}): Promise<string> {
  const id = await noticed(person);
  done(await propose(id, 'impose', { titles, now }));
  done(await confirm(id, { now }));
  return id;
}
const yearOf = (person: Caller, on = '2026-12-10') => yearNow(world.db, { personId: person.personId, year: 2026, on });
const certificatesOf = (person: Caller) =>
  world.db
    .selectFrom('certificate')
    .select(['number', 'state', 'end_reason'])
    .where('person_id', '=', person.personId)
    .orderBy('issue')
    .execute();
const kindsTold = async (personId: string) =>
  (await world.db.selectFrom('notice').select('kind').where('person_id', '=', personId).orderBy('id').execute()).map(
    (n) => n.kind,
  );
const certified = (person: Caller) =>
  issueCertificate(world.db, person, { personId: person.personId, year: 2026, on: '2026-11-20' });

describe('21: the person is heard before the decision', () => {
  test('until 24:00 of the tenth working day; a second earlier nobody can decide', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    expect((await caseOf(id)).defence_due_at).toEqual(OVER);
    expect(codeOf(await propose(id, 'impose', { now: LAST_SECOND }))).toBe('defence-open');
    expect(codeOf(await propose(id, 'impose', { now: OVER }))).toBe('ok');
  });

  test('a defence in the last second is in time, one after it is kept and marked late', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    const say = (text: string, now: Date) =>
      stateDefence(world.db, person, { id, text, isFinal: false, requestKey: randomUUID() }, now);
    done(await say('证明是真的', LAST_SECOND));
    done(await say('补充说明', OVER));
    const kept = await world.db
      .selectFrom('sanction_defence')
      .select(['text', 'is_late'])
      .where('sanction_id', '=', id)
      .orderBy('id')
      .execute();
    expect(kept).toEqual([
      { text: '证明是真的', is_late: false },
      { text: '补充说明', is_late: true },
    ]);
  });

  test('who says that it is all said can be decided on at once', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    const said = { id, text: '我承认', isFinal: true, requestKey: randomUUID() };
    done(await stateDefence(world.db, person, said, OPENED));
    done(await stateDefence(world.db, person, said, OPENED));
    expect(codeOf(await stateDefence(world.db, person, { ...said, text: '别的' }, OPENED))).toBe('request-key-reused');
    expect(codeOf(await propose(id, 'impose', { now: OPENED }))).toBe('ok');
  });

  test('a new defence is not decided over: the confirming officer must have seen it', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    done(await propose(id, 'impose'));
    const seen = (await caseOf(id)).version;
    done(
      await stateDefence(world.db, person, { id, text: '新的证据', isFinal: false, requestKey: randomUUID() }, DECIDED),
    );
    const { id: proposalId } = await world.db
      .selectFrom('sanction_proposal')
      .select('id')
      .where('sanction_id', '=', id)
      .executeTakeFirstOrThrow();
    const stale = { id, answer: 'confirm' as const, proposalId, version: seen };
    expect(codeOf(await answerProposal(world.db, supervisor('hrss-420500', 1), stale, DECIDED))).toBe(
      'version-changed',
    );
    expect((await caseOf(id)).state).toBe('decided');
  });

  test('its deadline is only ever made longer, while it runs; the clock settles on the new day', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    const extend = (until: string, now = OPENED) =>
      extendDefence(world.db, supervisor(), { id, until, reason: '当事人住院' }, now);
    expect(codeOf(await extend('2026-12-07'))).toBe('defence-shorter');
    expect(codeOf(await extend('2026-12-14', LAST_SECOND))).toBe('ok');
    expect(await lookAtSanction(world.db, id, at('2026-12-07T16:00:00Z'))).toEqual({
      over: false,
      waitMs: 7 * 86_400_000,
    });
    expect(await lookAtSanction(world.db, id, at('2026-12-14T15:59:59Z'))).toEqual({ over: false, waitMs: 1_000 });
    expect((await caseOf(id)).defence_closed_at).toBeNull();
    await lookAtSanction(world.db, id, at('2026-12-14T16:00:00Z'));
    await lookAtSanction(world.db, id, at('2026-12-14T16:00:00Z'));
    expect((await caseOf(id)).defence_closed_at).not.toBeNull();
    expect(codeOf(await extend('2026-12-30', new Date('2026-12-15T02:00:00Z')))).toBe('case-moved');
    expect((await kindsTold(supervisor().personId)).filter((k) => k === 'sanction-hearing-over')).toHaveLength(1);
  });

  test('before the notice the case is not the person’s to see or to answer', async () => {
    const person = await world.declarant('emp-city');
    const { id } = done(await open(supervisor(), { personId: person.personId }));
    expect(
      codeOf(await stateDefence(world.db, person, { id, text: '?', isFinal: false, requestKey: randomUUID() })),
    ).toBe('not-found');
    expect(codeOf(await propose(id, 'impose'))).toBe('sanction-not-noticed');
    expect(codeOf(await propose(id, 'dismiss'))).toBe('ok');
    expect(codeOf(await confirm(id))).toBe('ok');
    expect(await kindsTold(person.personId)).toEqual([]);
  });
});

describe('21: two officers of the competent authority decide', () => {
  test('not one alone, not one of another body, nobody on themselves, nobody over claims they reviewed', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    expect(codeOf(await propose(id, 'impose', { by: supervisor('hrss-420502') }))).toBe('not-found');
    expect(codeOf(await propose(id, 'impose', { by: supervisor('hrss-420000') }))).toBe('not-found');
    done(await propose(id, 'impose'));
    expect(codeOf(await confirm(id, { by: supervisor() }))).toBe('second-officer');
    expect(codeOf(await confirm(id, { by: supervisor('ind-420500-health') }))).toBe('not-found');
    const self = { ...supervisor('hrss-420500', 1), personId: person.personId };
    expect(codeOf(await confirm(id, { by: self }))).toBe('sanction-own');
    const claimId = await submitted(world.db, person, conference('复核会'));
    await world.db.insertInto('sanction_claim').values({ sanction_id: id, claim_id: claimId }).execute();
    await world.db
      .insertInto('reviewer_of_claim')
      .values({ claim_id: claimId, person_id: supervisor('hrss-420500', 1).personId, stage_kind: 're-review' })
      .execute();
    expect(codeOf(await confirm(id))).toBe('officer-reviewed');
    expect((await caseOf(id)).state).toBe('decided');
  });

  test('nobody over their declared family; a key of another proposal is refused, not a fault', async () => {
    const [person, other] = [await world.declarant('emp-city'), await world.declarant('emp-city')];
    const id = await noticed(person);
    const officer = await world.appoint('hrss-420500', 'supervisor');
    await world.db
      .insertInto('declared_relation')
      .values({
        person_id: person.personId,
        other_id: officer.personId,
        other_name: '申报人',
        other_number_masked: '420***********0001',
        relation: 'spouse',
        declared_at: OPENED,
        request_key: randomUUID(),
      })
      .execute();
    expect(codeOf(await propose(id, 'dismiss', { by: officer }))).toBe('related');
    done(await propose(id, 'dismiss'));
    expect(codeOf(await confirm(id, { by: officer }))).toBe('related');
    const second = await noticed(other);
    const { request_key: requestKey } = await world.db
      .selectFrom('sanction_proposal')
      .select('request_key')
      .where('sanction_id', '=', id)
      .executeTakeFirstOrThrow();
    const { version } = await caseOf(second);
    const words = { kind: 'dismiss' as const, reason: '证据不足', titles: [], version, requestKey };
    expect(codeOf(await proposeSanction(world.db, supervisor(), { id: second, ...words }, DECIDED))).toBe(
      'request-key-reused',
    );
  });

  test('and the record itself refuses one officer for both, and the person as either', async () => {
    const person = await world.declarant('emp-city');
    const id = await imposed(person);
    const one = (await caseOf(id)).decided_by;
    const set = (values: object) => world.db.updateTable('sanction').set(values).where('id', '=', id).execute();
    await expect(set({ confirmed_by: one })).rejects.toThrow('sanction_second_officer');
    await expect(set({ confirmed_by: person.personId })).rejects.toThrow('nobody_sanctions_themselves');
    await expect(set({ confirmed_by: null })).rejects.toThrow('violates check constraint');
    await expect(world.db.deleteFrom('sanction').where('id', '=', id).execute()).rejects.toThrow('are kept');
    await expect(
      world.db.updateTable('sanction_ground').set({ explanation: '改' }).where('sanction_id', '=', id).execute(),
    ).rejects.toThrow('append-only');
    await expect(
      world.db
        .updateTable('sanction_proposal')
        .set((eb) => ({ answered_by: eb.ref('proposed_by') }))
        .where('sanction_id', '=', id)
        .execute(),
    ).rejects.toThrow('proposal_second_officer');
  });

  test('at the same moment once: of two confirmations one is carried out', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    done(await propose(id, 'impose'));
    const codes = await Promise.all([confirm(id), confirm(id), confirm(id)]);
    expect(codes.map(codeOf)).toEqual(['ok', 'ok', 'ok']);
    expect((await kindsTold(person.personId)).filter((k) => k === 'sanction-imposed')).toHaveLength(1);
    const events = await world.db
      .selectFrom('case_event')
      .select('kind')
      .where('case_id', '=', id)
      .where('kind', '=', 'imposed')
      .execute();
    expect(events).toHaveLength(1);
  });

  test('sent back, the case is heard again', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    done(await propose(id, 'impose'));
    const { id: proposalId } = await world.db
      .selectFrom('sanction_proposal')
      .select('id')
      .where('sanction_id', '=', id)
      .executeTakeFirstOrThrow();
    done(
      await answerProposal(
        world.db,
        supervisor('hrss-420500', 1),
        { id, answer: 'refuse', proposalId, reason: '证据不足' },
        DECIDED,
      ),
    );
    expect((await caseOf(id)).state).toBe('hearing');
    done(await propose(id, 'dismiss'));
    done(await confirm(id));
    expect(await kindsTold(person.personId)).toEqual(['sanction-notice', 'sanction-dismissed']);
  });
});

const asking = { scope: 'title-review' as const, today: '2026-12-10', keySecret: 'a'.repeat(40) };

/** The title-review system of the province, with credentials. */
async function titleReviewSystem() {
  const made = await world.db
    .insertInto('machine_client')
    .values({
      name: '职称评审系统',
      organisation_id: 'hrss-420000',
      secret_hash: Buffer.from(randomUUID().replaceAll('-', '').repeat(2), 'hex'),
      scopes: ['title-review'],
      from_on: '2026-05-26',
      until_on: null,
      created_by: null,
      ended_by: null,
      request_key: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { clientId: made.id, organisationId: 'hrss-420000', requestId: 'r', scopes: ['title-review'] as const };
}

describe('21: what a decision changes', () => {
  test('is exactly what its preview showed, in one transaction; and lifting gives it all back', async () => {
    const person = await world.declarant('emp-city');
    await fullYear(person);
    done(await certified(person));
    const openClaim = await submitted(world.db, person, conference('在审会议'));
    await advance(world.db, openClaim);
    await world.db
      .insertInto('person_access')
      .values({
        person_id: person.personId,
        client_id: (await titleReviewSystem()).clientId,
        organisation_id: 'hrss-420000',
        scope: 'title-review',
        purpose: 'title-application',
        case_number: 'ZC-1',
        years: [2026],
        answer_digest: Buffer.alloc(32),
        request_id: 'r',
      })
      .execute();
    const id = await noticed(person, { claimIds: [openClaim] });
    const preview = done(await previewSanction(world.db, supervisor(), { id, titles: [title] }, DECIDED));
    const before = await yearOf(person);
    done(await propose(id, 'impose', { titles: [title] }));
    expect(await yearOf(person)).toEqual(before);
    done(await confirm(id));
    const after = await yearOf(person);
    expect((await caseOf(id)).impact).toEqual(preview);
    expect(preview.before).toMatchObject({ totalHundredths: before.totalHundredths, verdict: before.verdict });
    expect(preview.after).toMatchObject({ totalHundredths: after.totalHundredths, verdict: after.verdict });
    expect(after).toMatchObject({ verdict: 'cancelled', totalHundredths: 0 });
    expect(await certificatesOf(person)).toEqual([
      { number: preview.certificateNumber, state: 'revoked', end_reason: 'fraud' },
    ]);
    const claim = await world.db
      .selectFrom('claim')
      .select(['id', 'number', 'state', 'act_seq', 'applied_seq'])
      .where('person_id', '=', person.personId)
      .execute();
    expect(claim.map((c) => c.id)).toEqual(preview.claimsClosed.map((c) => c.claimId));
    expect(claim[0]).toMatchObject({ state: 'rejected' });
    expect(claim[0]?.act_seq).toBe(claim[0]?.applied_seq);
    expect(await world.db.selectFrom('task').select('state').where('claim_id', '=', openClaim).execute()).toEqual([
      { state: 'closed' },
    ]);
    expect(preview.record).toEqual({ from: '2026-12-10', endsOn: '2029-12-10' });
    expect(preview.answers).toMatchObject([{ caseNumber: 'ZC-1', before: 'qualified', after: 'not-qualified' }]);
    const orders = await world.db
      .selectFrom('title_order')
      .select(['title', 'organisation_id', 'state', 'due_on'])
      .where('sanction_id', '=', id)
      .execute();
    expect(orders).toEqual([
      { title: title.title, organisation_id: title.organisationId, state: 'ordered', due_on: title.dueOn },
    ]);
    const told = await world.db
      .selectFrom('notice')
      .select('person_id')
      .where('kind', 'in', ['sanction-imposed', 'sanction-imposed-told'])
      .where((eb) => eb.or([eb('key', '=', id), eb('key', '=', `${id}/`)]))
      .execute();
    expect(told).toHaveLength(preview.told.reduce((sum, one) => sum + one.people, 0));
    const entries = await world.db
      .selectFrom('ledger_entry')
      .select(['kind', 'caused_by', 'basis'])
      .where('person_id', '=', person.personId)
      .where('caused_by', '=', id)
      .execute();
    expect(entries).toHaveLength(2);
    for (const entry of entries)
      expect(entry).toMatchObject({ kind: 'adjustment', basis: expect.arrayContaining(['21']) as string[] });

    done(await propose(id, 'lift', { by: supervisor() }));
    done(await confirm(id));
    expect(await yearOf(person)).toEqual(before);
    expect((await certificatesOf(person)).map((c) => c.state)).toEqual(['revoked', 'valid']);
    expect(
      (await world.db.selectFrom('title_order').select('state').where('sanction_id', '=', id).execute()).map(
        (o) => o.state,
      ),
    ).toEqual(['withdrawn']);
    expect(await verifyPeople(world.db, [person.personId], '2026-12-10')).toMatchObject([{ findings: [] }]);
    expect(await statisticsDifferences(world.db)).toEqual([]);
  });

  test('a title review is told of the record until its last day, and of none after it', async () => {
    const person = await world.declarant('emp-city');
    await fullYear(person);
    await imposed(person);
    const system = await titleReviewSystem();
    const machine = { ...system, scopes: [...system.scopes] };
    const ask = async (today: string) => {
      await answerReviews(world.db, { ...asking, machine, today }, []);
      const { person_key } = await world.db
        .selectFrom('person')
        .select('person_key')
        .where('id', '=', person.personId)
        .executeTakeFirstOrThrow();
      const query = {
        personKey: person_key?.toString('hex') ?? '',
        years: [2026],
        purpose: 'title-application',
        caseNumber: 'ZC-2',
      };
      const [outcome] = await answerReviews(world.db, { ...asking, machine, today }, [query]);
      return outcome?.ok ? outcome.value.answer : null;
    };
    expect(await ask('2029-12-09')).toMatchObject({ qualified: false, dishonesty: { until: '2029-12-09' } });
    expect(await ask('2029-12-10')).toMatchObject({ qualified: false, dishonesty: null });
  });

  test('a claim sent in after the decision is refused; one that waits at the same moment is closed or refused, never open', async () => {
    const person = await world.declarant('emp-city');
    const id = await noticed(person);
    done(await propose(id, 'impose'));
    const { drafted } = await import('../support/world.ts');
    const drafts = await Promise.all(['甲', '乙', '丙', '丁'].map((t) => drafted(world.db, person, conference(t))));
    const outcomes = await Promise.all([
      confirm(id),
      ...drafts.map((draft) => submitClaim(world.db, person, { ...draft, requestKey: randomUUID() })),
    ]);
    expect(outcomes[0].ok).toBe(true);
    const open = await world.db
      .selectFrom('claim')
      .select('state')
      .where('person_id', '=', person.personId)
      .where('state', 'not in', ['draft', 'rejected'])
      .execute();
    expect(open).toEqual([]);
    const [one] = drafts;
    if (one)
      expect(['year-cancelled', 'claim-not-draft', 'ok']).toContain(
        codeOf(await submitClaim(world.db, person, { ...one, requestKey: randomUUID() })),
      );
    const late = await drafted(world.db, person, conference('戊'));
    expect(codeOf(await submitClaim(world.db, person, { ...late, requestKey: randomUUID() }))).toBe('year-cancelled');
  });

  test('a filing that began before midnight and waited for the decision counts nothing', async () => {
    const person = await world.declarant('emp-city');
    await imposed(person);
    await fullYear(person);
    expect(await yearOf(person, '2026-11-01')).toMatchObject({ verdict: 'cancelled', totalHundredths: 0 });
    expect(await verifyPeople(world.db, [person.personId], '2026-11-01')).toMatchObject([{ findings: [] }]);
  });

  test('property: whatever the year holds, lifting restores it exactly', async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const person = await world.declarant('emp-city');
      const studies = Array.from(
        { length: seed },
        (_, n): Study => ({
          on: `2026-${String(2 + ((seed * 5 + n * 3) % 9)).padStart(2, '0')}-0${1 + (n % 5)}`,
          days: 1 + ((seed * 7 + n) % 6),
          subject: (seed + n) % 2 ? 'public' : 'professional',
        }),
      );
      await study(person, ...studies);
      const before = await yearOf(person);
      const row = () =>
        world.db
          .selectFrom('person_year')
          .select(['public_hundredths', 'professional_hundredths', 'deemed_complete', 'standing'])
          .where('person_id', '=', person.personId)
          .execute();
      const kept = await row();
      const id = await imposed(person);
      expect(await row()).toMatchObject([{ public_hundredths: 0, professional_hundredths: 0, standing: 'cancelled' }]);
      expect(await verifyPeople(world.db, [person.personId], '2026-12-10')).toMatchObject([{ findings: [] }]);
      done(await propose(id, 'lift'));
      done(await confirm(id));
      expect(await yearOf(person)).toEqual(before);
      expect(await row()).toEqual(kept);
      expect(await verifyPeople(world.db, [person.personId], '2026-12-10')).toMatchObject([{ findings: [] }]);
    }
    expect(await statisticsDifferences(world.db)).toEqual([]);
  });
});

describe('D-15: the dishonesty record', () => {
  test('ends by itself at 00:00 of the same date three years later, not a second earlier; the year stays cancelled', async () => {
    const person = await world.declarant('emp-city');
    await fullYear(person);
    const id = await imposed(person);
    expect(await lookAtSanction(world.db, id, at('2029-12-09T15:59:59Z'))).toEqual({ over: false, waitMs: 1_000 });
    expect(await lookAtSanction(world.db, id, at('2029-12-09T16:00:00Z'))).toEqual({ over: true, waitMs: null });
    expect(await lookAtSanction(world.db, id, at('2029-12-09T16:00:00Z'))).toEqual({ over: true, waitMs: null });
    expect((await caseOf(id)).state).toBe('ended');
    expect(await yearOf(person)).toMatchObject({ verdict: 'cancelled' });
    expect((await kindsTold(person.personId)).filter((k) => k === 'sanction-ended')).toHaveLength(1);
  });

  test('that began on a leap day ends on 28 February', async () => {
    const person = await world.declarant('emp-city');
    const id = await imposed(person, { now: new Date('2028-02-29T02:00:00Z') });
    expect(await caseOf(id)).toMatchObject({ effective_on: '2028-02-29', ends_on: '2031-02-28' });
    expect(await lookAtSanction(world.db, id, at('2031-02-27T15:59:59Z'))).toEqual({ over: false, waitMs: 1_000 });
    expect((await lookAtSanction(world.db, id, at('2031-02-27T16:00:00Z'))).over).toBe(true);
  });
});

describe('an appeal', () => {
  test('is decided by officers who had no part in the decision, also by the authority above; refused or upheld', async () => {
    const person = await world.declarant('emp-city');
    const id = await imposed(person);
    const appeal = () => appealSanction(world.db, person, { id, text: '证明属实', requestKey: randomUUID() }, DECIDED);
    expect(codeOf(await propose(id, 'refuse-appeal', { by: supervisor('hrss-420000') }))).toBe('appeal-none');
    done(await appeal());
    expect(codeOf(await appeal())).toBe('appeal-open');
    expect(codeOf(await propose(id, 'refuse-appeal'))).toBe('appeal-own-decision');
    const [above, second] = [supervisor('hrss-420000', 0), supervisor('hrss-420000', 1)];
    done(await propose(id, 'refuse-appeal', { by: above }));
    done(await confirm(id, { by: second }));
    expect((await caseOf(id)).state).toBe('in-force');
    expect(await kindsTold(person.personId)).toContain('sanction-appeal-refused');
    done(await appeal());
    done(await propose(id, 'lift', { by: above }));
    expect(codeOf(await confirm(id, { by: above }))).toBe('second-officer');
    done(await confirm(id, { by: second }));
    expect((await caseOf(id)).state).toBe('lifted');
    const states = await world.db
      .selectFrom('sanction_appeal')
      .select('state')
      .where('sanction_id', '=', id)
      .orderBy('id')
      .execute();
    expect(states.map((a) => a.state)).toEqual(['refused', 'upheld']);
  });

  test('its files are kept; those of strangers are not taken', async () => {
    const person = await world.declarant('emp-city');
    const stranger = await world.declarant('emp-city');
    const id = await imposed(person);
    const { aFile } = await import('../support/world.ts');
    expect(codeOf(await attachSanctionFile(world.db, person, { id, ...aFile() }))).toBe('ok');
    expect(codeOf(await attachSanctionFile(world.db, supervisor(), { id, ...aFile() }))).toBe('ok');
    expect(codeOf(await attachSanctionFile(world.db, stranger, { id, ...aFile() }))).toBe('not-found');
  });
});

describe('an order to revoke a title', () => {
  const body = (which: 0 | 1 = 0) => supervisor('ind-420500-health', which);
  const ordered = async () => {
    const person = await world.declarant('emp-city');
    const sanctionId = await imposed(person, { titles: [title] });
    const { id } = await world.db
      .selectFrom('title_order')
      .select('id')
      .where('sanction_id', '=', sanctionId)
      .executeTakeFirstOrThrow();
    return { id, sanctionId };
  };
  const orderOf = (id: string) =>
    world.db.selectFrom('title_order').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  test('is overdue at 24:00 of its last day, not a second earlier; reported late, returned, accepted', async () => {
    const { id } = await ordered();
    expect(await lookAtTitleOrder(world.db, id, at('2027-01-10T15:59:59Z'))).toEqual({ over: false, waitMs: 1_000 });
    await lookAtTitleOrder(world.db, id, at('2027-01-10T16:00:00Z'));
    expect((await orderOf(id)).state).toBe('overdue');
    expect(codeOf(await reportTitleOrder(world.db, supervisor('hrss-420502'), { id, report: '已撤销' }))).toBe(
      'not-found',
    );
    const later = new Date('2027-01-12T02:00:00Z');
    done(await reportTitleOrder(world.db, body(), { id, report: '正在办理' }, later));
    const back = { id, answer: 'return' as const, reason: '请附文号' };
    expect(codeOf(await answerTitleReport(world.db, supervisor(), { ...back, dueOn: '2027-01-12' }, later))).toBe(
      'title-order-day',
    );
    done(await answerTitleReport(world.db, supervisor(), { ...back, dueOn: '2027-02-01' }, later));
    done(await reportTitleOrder(world.db, body(), { id, report: '已撤销，鄂卫职〔2027〕1号' }, later));
    done(await answerTitleReport(world.db, supervisor(), { id, answer: 'accept' }, later));
    expect(await orderOf(id)).toMatchObject({ state: 'accepted', due_on: '2027-02-01' });
  });

  test('carried out before the lifting, is followed by an order to give the title back', async () => {
    const { id, sanctionId } = await ordered();
    done(await reportTitleOrder(world.db, body(), { id, report: '已撤销' }, DECIDED));
    done(await propose(sanctionId, 'lift'));
    done(await confirm(sanctionId));
    const kinds = await world.db
      .selectFrom('title_order')
      .select(['kind', 'state'])
      .where('sanction_id', '=', sanctionId)
      .orderBy('id')
      .execute();
    expect(kinds).toEqual([
      { kind: 'revoke', state: 'withdrawn' },
      { kind: 'restore', state: 'ordered' },
    ]);
    const back = { id, answer: 'return' as const, reason: '请附文号', dueOn: '2027-02-01' };
    expect(codeOf(await answerTitleReport(world.db, supervisor(), back, DECIDED))).toBe('case-moved');
  });
});

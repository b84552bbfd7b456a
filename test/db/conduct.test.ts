import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Declared } from '../../contract/declarations.ts';
import { noticeText } from '../../contract/notices.ts';
import type { Caller } from '../../db/acts/caller.ts';
import {
  attachProof,
  decideDeferral,
  requestDeferral,
  revokeDeferral,
  shortenDeferral,
} from '../../db/acts/deferrals.ts';
import { requestReconsideration } from '../../db/acts/reconsiderations.ts';
import { revokeClaim } from '../../db/acts/revoke.ts';
import { extendDefence, giveNotice } from '../../db/acts/sanction-hearings.ts';
import { openSanction } from '../../db/acts/sanctions.ts';
import { endTitleExtension, extendTitle } from '../../db/acts/title-extensions.ts';
import { tellOfCasesWithoutOfficers } from '../../db/case-officers.ts';
import { casesWithoutOfficers } from '../../db/read/case-officers.ts';
import type { Scope } from '../../db/read/scope.ts';
import { legalDay } from '../../rules/calendar.ts';
import { advance } from '../support/advance.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { aFile, conference, decideAll, done, makeWorld, submitted, type World } from '../support/world.ts';

/** Art. 23: who may decide is asked in one place for every kind of case, and a case that nobody may decide is found. */

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

const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) => (outcome.ok ? 'ok' : outcome.refusal?.code);

async function relate(one: Caller, other: Caller): Promise<void> {
  await world.db
    .insertInto('declared_relation')
    .values({
      person_id: other.personId,
      other_id: one.personId,
      other_name: '亲属',
      other_number_masked: '420***********0001',
      relation: 'spouse',
      declared_at: new Date('2026-11-01T02:00:00Z'),
      request_key: randomUUID(),
    })
    .execute();
}
async function relativeAt(
  person: Caller,
  organisationId: string,
  role: 'first-reviewer' | 'supervisor',
): Promise<Caller> {
  const officer = await world.appoint(organisationId, role);
  await relate(officer, person);
  return officer;
}
const scopeOf = async (caller: Caller, organisationId: string): Promise<Scope> => {
  const o = await world.db
    .selectFrom('organisation')
    .selectAll()
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow();
  const holding = {
    organisationId,
    organisationName: o.name,
    organisationKind: o.kind,
    level: o.level,
    regionCode: o.region_code,
    industryCode: o.industry_code,
    role: 'supervisor' as const,
    roleName: '监督检查人员',
    stage: null,
  };
  return { ...caller, holdings: [holding] };
};
const supervisor = () => world.officer('hrss-420500', 'supervisor');

async function filed(person: Caller, declared: Declared): Promise<string> {
  const claimId = await submitted(world.db, person, declared);
  for (let stage = 0; stage < 3; stage += 1) {
    await advance(world.db, claimId);
    await decideAll(world, claimId, 'approve');
  }
  await advance(world.db, claimId);
  return claimId;
}
async function requested(person: Caller): Promise<string> {
  const year = Number(legalDay(Date.now()).slice(0, 4));
  const asked = {
    year,
    reason: 'illness' as const,
    explanation: '住院',
    until: `${year + 1}-06-30`,
    requestKey: randomUUID(),
  };
  const { id } = done(await requestDeferral(world.db, person, asked));
  done(await attachProof(world.db, world.officer('emp-city', 'first-reviewer'), { ...aFile(), id }));
  return id;
}
const opened = async (person: Caller, claimIds: readonly string[] = []): Promise<string> => {
  const suspicion = {
    personId: person.personId,
    year: 2026,
    claimIds,
    source: 'inspection',
    explanation: '伪造',
  } as const;
  return done(await world.db.transaction().execute((trx) => openSanction(trx, supervisor(), suspicion))).id;
};

describe('23: declared family', () => {
  test('decides no deferral, shortens and revokes none, and puts no title off', async () => {
    const person = await world.declarant('emp-city');
    const id = await requested(person);
    const relative = await relativeAt(person, 'emp-city', 'first-reviewer');
    const above = await relativeAt(person, 'hrss-420500', 'supervisor');
    const until = `${legalDay(Date.now()).slice(0, 4)}-06-30`.replace(/^\d+/, (y) => String(Number(y) + 1));
    const grant = { id, outcome: 'grant' as const, until, explanation: '' };
    expect(await decideDeferral(world.db, relative, grant)).toMatchObject({
      ok: false,
      refusal: { code: 'related', provision: '23', fix: expect.stringContaining('其他工作人员') as string },
    });
    done(await decideDeferral(world.db, world.officer('emp-city', 'first-reviewer'), grant));
    const words = { id, explanation: '理由' };
    const early = until.replace('06-30', '03-31');
    expect(codeOf(await shortenDeferral(world.db, relative, { ...words, until: early }))).toBe('related');
    expect(codeOf(await revokeDeferral(world.db, above, words))).toBe('related');
    expect(codeOf(await extendTitle(world.db, relative, { ...words, years: 1 }))).toBe('related');
    expect(codeOf(await endTitleExtension(world.db, relative, words))).toBe('related');
    expect(codeOf(await revokeDeferral(world.db, supervisor(), words))).toBe('ok');
  });

  test('gives no notice of a case of fraud, nor more time', async () => {
    const person = await world.declarant('emp-city');
    const id = await opened(person);
    const relative = await relativeAt(person, 'hrss-420500', 'supervisor');
    const notice = { id, charge: '证明系伪造' };
    expect(codeOf(await giveNotice(world.db, relative, notice))).toBe('related');
    done(await giveNotice(world.db, supervisor(), notice));
    const longer = { id, until: '2099-01-01', reason: '住院' };
    expect(codeOf(await extendDefence(world.db, relative, longer))).toBe('related');
    expect(codeOf(await extendDefence(world.db, supervisor(), longer))).toBe('ok');
  });
});

test('23: a co-author neither takes the recognition of the paper back nor handles a case that rests on it', async () => {
  const person = await world.declarant('emp-city');
  const author = await world.appoint('hrss-420500', 'supervisor');
  await world.db.updateTable('person').set({ name: '沈知远' }).where('id', '=', author.personId).execute();
  const claimId = await filed(person, { ...conference(randomUUID()), coAuthors: ['沈知远'] } as Declared);
  const words = { reason: '证明不实', article: '20' as const, requestKey: randomUUID() };
  const scope = await scopeOf(author, 'hrss-420500');
  expect(codeOf(await revokeClaim(world.db, scope, { claimId, ...words }))).toBe('co-author');
  const id = await opened(person, [claimId]);
  expect(codeOf(await giveNotice(world.db, author, { id, charge: '伪造' }))).toBe('co-author');
  // Of a case that rests on nothing of theirs they are an officer like any other.
  const other = await opened(await world.declarant('emp-city'));
  expect(codeOf(await giveNotice(world.db, author, { id: other, charge: '伪造' }))).toBe('ok');
});

describe('a case without officers is found', () => {
  const on = legalDay(Date.now());
  const found = async (id: string, today = on) => {
    const one = (await casesWithoutOfficers(world.db, today)).find((row) => row.id === id);
    return one && [one.kind, one.cause, one.serving, one.eligible, one.needed];
  };
  const endsAt = (organisationId: string, role: string, untilOn: string | null) =>
    world.db
      .updateTable('role_holding')
      .set({ until_on: untilOn })
      .where('organisation_id', '=', organisationId)
      .where('role', '=', role as 'supervisor')
      .execute();

  test('of fraud with fewer than two: one is family, or reviewed; or they no longer serve on the day', async () => {
    const person = await world.declarant('emp-county');
    const claimId = await submitted(world.db, person, conference(randomUUID()));
    const id = await opened(person, [claimId]);
    expect(await found(id)).toBeUndefined();
    const [one, other] = [0, 1].map((which) => world.officer('hrss-420502', 'supervisor', which as 0 | 1));
    if (!one || !other) throw new Error('no officers');
    await relate(one, person);
    expect(await found(id)).toEqual(['sanction', 'nobody-eligible', 2, 1, 2]);
    await world.db
      .insertInto('reviewer_of_claim')
      .values({ claim_id: claimId, person_id: other.personId, stage_kind: 're-review' })
      .execute();
    expect(await found(id)).toEqual(['sanction', 'nobody-eligible', 2, 0, 2]);
    await world.appoint('hrss-420502', 'supervisor');
    await world.appoint('hrss-420502', 'supervisor');
    expect(await found(id)).toBeUndefined();
    await endsAt('hrss-420502', 'supervisor', '2027-01-01');
    expect(await found(id, '2026-12-31')).toBeUndefined();
    expect(await found(id, '2027-01-01')).toEqual(['sanction', 'empty-pool', 0, 0, 2]);
  });

  test('and told once to who appoints at its body and the province, never to whom it is about', async () => {
    const person = await world.appoint('ind-420500-health', 'administrator');
    const at = async (organisationId: string) => (await world.appoint(organisationId, 'administrator')).personId;
    const [body, province, elsewhere] = [
      await at('ind-420500-health'),
      await at('hrss-420000'),
      await at('hrss-420500'),
    ];
    await world.db
      .updateTable('role_holding')
      .set({ until_on: on })
      .where('organisation_id', '=', 'ind-420500-health')
      .where('role', '=', 'supervisor')
      .execute();
    const { holdings } = world.officer('ind-420500-health', 'supervisor');
    const suspicion = {
      personId: person.personId,
      year: 2026,
      claimIds: [],
      source: 'inspection',
      explanation: '伪造',
    } as const;
    const by = { ...supervisor(), holdings };
    const { id } = done(await world.db.transaction().execute((trx) => openSanction(trx, by, suspicion)));
    await world.db.updateTable('sanction').set({ authority_id: 'ind-420500-health' }).where('id', '=', id).execute();
    for (let n = 0; n < 2; n += 1) await tellOfCasesWithoutOfficers(world.db, on);
    const rows = await world.db.selectFrom('notice').selectAll().where('kind', '=', 'case-stuck').execute();
    const told = rows.filter((row) => row.key === `${id}/nobody-eligible` || row.key === `${id}/empty-pool`);
    expect(told.map((row) => row.person_id).sort()).toEqual([body, province].sort());
    expect(told.map((row) => row.person_id)).not.toContain(elsewhere);
    expect(noticeText('case-stuck', told[0]?.detail ?? {})).toContain(
      '弄虚作假案件须由 2 名人员办理，目前可以办理的有 1 名',
    );
  });

  test('of a deferral or a review of a rejection with nobody', async () => {
    const person = await world.declarant('emp-new-trade');
    const claimId = await submitted(world.db, person, conference(randomUUID()));
    await advance(world.db, claimId);
    await decideAll(world, claimId, 'reject');
    await advance(world.db, claimId);
    const review = done(
      await requestReconsideration(world.db, person, { claimId, grounds: '请复核', requestKey: randomUUID() }),
    ).id;
    const year = Number(on.slice(0, 4));
    const asked = {
      year,
      reason: 'illness' as const,
      explanation: '住院',
      until: `${year + 1}-06-30`,
      requestKey: randomUUID(),
    };
    const deferral = done(await requestDeferral(world.db, person, asked)).id;
    expect([await found(review), await found(deferral)]).toEqual([undefined, undefined]);
    for (const which of [0, 1] as const) {
      await relate(world.officer('emp-new-trade', 'first-reviewer', which), person);
      await relate(world.officer('hrss-420500', 're-reviewer', which), person);
    }
    expect(await found(deferral)).toEqual(['deferral', 'nobody-eligible', 2, 0, 1]);
    expect(await found(review)).toEqual(['reconsideration', 'nobody-eligible', 2, 0, 1]);
  });
});

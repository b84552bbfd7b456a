import { randomUUID } from 'node:crypto';
import type { DecisionRequest } from '../../contract/decisions.ts';
import type { Declared } from '../../contract/declarations.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { createDraft } from '../../db/acts/drafts.ts';
import { attachEvidence } from '../../db/acts/evidence.ts';
import { submitClaim } from '../../db/acts/submit.ts';
import { connectPool, type Db, kyselyOn } from '../../db/connect.ts';
import { ROLE_OF_STAGE } from '../../rules/stages.ts';
import type { Role, UnitKind } from '../../rules/vocabulary.ts';
import { lookAndDecide } from './looking.ts';

/** A province in small: one employer for every row of the routing table (domain section 5), two officers in every pool. */

const CITY = '420500';
const COUNTY = '420502';
const PROVINCE = '420000';

const organisations = [
  { id: 'hrss-420000', name: '省人社厅', kind: 'hrss', level: 'province', region_code: PROVINCE },
  { id: 'hrss-420500', name: '市人社局', kind: 'hrss', level: 'city', region_code: CITY },
  { id: 'hrss-420502', name: '区人社局', kind: 'hrss', level: 'county', region_code: COUNTY },
  {
    id: 'ind-420000-health',
    name: '省卫健委',
    kind: 'industry-authority',
    level: 'province',
    region_code: PROVINCE,
    industry_code: 'health',
  },
  {
    id: 'ind-420500-health',
    name: '市卫健委',
    kind: 'industry-authority',
    level: 'city',
    region_code: CITY,
    industry_code: 'health',
  },
  { id: 'agency-420500', name: '市人才中心', kind: 'personnel-archive-agency', level: 'city', region_code: CITY },
] as const;

type Employer = {
  id: string;
  unit_kind: UnitKind;
  region_code: string;
  level: 'province' | 'city' | 'county';
  industry_code: string;
};

const employers: (Employer & { supervising_department_id?: string; study_archive?: boolean })[] = [
  { id: 'emp-city', unit_kind: 'ordinary', region_code: CITY, level: 'city', industry_code: 'health' },
  { id: 'emp-county', unit_kind: 'ordinary', region_code: COUNTY, level: 'county', industry_code: 'health' },
  { id: 'emp-new-trade', unit_kind: 'ordinary', region_code: CITY, level: 'city', industry_code: 'new-media' },
  { id: 'emp-hosting', unit_kind: 'archive-hosted', region_code: CITY, level: 'city', industry_code: 'health' },
  {
    id: 'emp-direct',
    unit_kind: 'provincial-direct',
    region_code: PROVINCE,
    level: 'province',
    industry_code: 'health',
    supervising_department_id: 'ind-420000-health',
  },
  { id: 'emp-central', unit_kind: 'central', region_code: PROVINCE, level: 'province', industry_code: 'health' },
  {
    id: 'emp-no-archive',
    unit_kind: 'ordinary',
    region_code: CITY,
    level: 'city',
    industry_code: 'health',
    study_archive: false,
  },
];

export type World = {
  db: Db;
  /** A new person of the employer, as a caller. */
  declarant(employerId: string): Promise<Caller>;
  /** One of the two officers of a pool, the first unless said otherwise. */
  officer(organisationId: string, role: Role, which?: 0 | 1): Caller;
  /** A new person who holds a role at an organisation; of that employer, or of the county's for a body that is none, unless said otherwise. */
  appoint(organisationId: string, role: Role, employerId?: string): Promise<Caller>;
  close(): Promise<void>;
};

/** Fills a fresh, migrated database. */
export async function makeWorld(url: string): Promise<World> {
  const db = kyselyOn(connectPool(url, 20));
  await db
    .insertInto('region')
    .values([
      { code: PROVINCE, name: '湖北省', level: 'province', parent_code: null },
      { code: CITY, name: '宜昌市', level: 'city', parent_code: PROVINCE },
      { code: COUNTY, name: '西陵区', level: 'county', parent_code: CITY },
    ])
    .execute();
  await db
    .insertInto('industry')
    .values([
      { code: 'health', name: '卫生健康' },
      { code: 'new-media', name: '数字创意' },
    ])
    .execute();
  const none = { industry_code: null, unit_kind: null, supervising_department_id: null };
  await db
    .insertInto('organisation')
    .values(organisations.map((o) => ({ ...none, ...o })))
    .execute();
  await db
    .insertInto('organisation')
    .values(
      employers.map((e) => ({ ...none, study_archive: true, ...e, name: `单位 ${e.id}`, kind: 'employer' as const })),
    )
    .execute();
  const officers = await appointOfficers(db);
  return {
    db,
    declarant: (employerId) => newDeclarant(db, employerId),
    officer: (organisationId, role, which = 0) => {
      const caller = officers.get(`${organisationId}/${role}/${which}`);
      if (!caller) throw new Error(`no ${role} at ${organisationId}`);
      return caller;
    },
    appoint: (organisationId, role, employerId) => appointNew(db, { organisationId, role, employerId }),
    close: () => db.destroy(),
  };
}

const roleFor = (id: string): Role[] => {
  if (id.startsWith('emp-') || id.startsWith('agency-')) return ['first-reviewer'];
  return id.includes(PROVINCE) ? ['re-reviewer', 'filing-officer', 'supervisor'] : ['re-reviewer', 'supervisor'];
};

async function appointOfficers(db: Db): Promise<Map<string, Caller>> {
  const officers = new Map<string, Caller>();
  for (const { id } of [...organisations, ...employers]) {
    for (const role of roleFor(id)) {
      for (const which of [0, 1] as const) {
        const personId = await newPerson(db, `审核员${which}`);
        await db
          .insertInto('role_holding')
          .values({ person_id: personId, organisation_id: id, role, from_on: '2026-01-01', until_on: null })
          .execute();
        officers.set(`${id}/${role}/${which}`, {
          personId,
          holdings: [{ organisationId: id, role }],
          requestId: 'test',
        });
      }
    }
  }
  return officers;
}

type Appointment = { organisationId: string; role: Role; employerId?: string | undefined };

async function appointNew(db: Db, { organisationId, role, employerId }: Appointment): Promise<Caller> {
  const own = employers.find(({ id }) => id === organisationId);
  const caller = await newDeclarant(db, employerId ?? own?.id ?? 'emp-county');
  await db
    .insertInto('role_holding')
    .values({
      person_id: caller.personId,
      organisation_id: organisationId,
      role,
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  return { ...caller, holdings: [{ organisationId, role }] };
}

let people = 0;
async function newPerson(db: Db, name: string): Promise<string> {
  people += 1;
  const id_number = `42050019900101${String(people).padStart(4, '0')}`.slice(0, 17) + String(people % 10);
  const { id } = await db
    .insertInto('person')
    .values({ name, id_number, title: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function newDeclarant(db: Db, employerId: string): Promise<Caller> {
  const employer = employers.find((e) => e.id === employerId);
  if (!employer) throw new Error(`no employer ${employerId}`);
  const personId = await newPerson(db, '申报人');
  await db
    .insertInto('affiliation')
    .values({
      person_id: personId,
      employer_id: employerId,
      unit_kind: employer.unit_kind,
      archive_agency_id: employer.unit_kind === 'archive-hosted' ? 'agency-420500' : null,
      level: employer.level,
      region_code: employer.region_code,
      industry_code: employer.industry_code,
      from_on: '2020-01-01',
      until_on: null,
    })
    .execute();
  return { personId, holdings: [], requestId: 'test' };
}

/** The value of an act that must have been done. */
export function done<T>(outcome: Outcomes<T>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.code}: ${outcome.refusal.detail}`);
  return outcome.value;
}

/** A national conference with a paper: twelve professional hours. */
export const conference = (title = '全国心血管病学术会议'): Declared => ({
  form: 'academic-conference',
  title,
  on: '2026-09-12',
  level: 'national',
  ownField: true,
  presentedPaper: true,
});

/** A training of eight hours a day. */
export const training = (
  form: 'authority-training' | 'unit-training',
  days: string[],
  title = '业务培训',
): Declared => ({
  form,
  title,
  organiser: form === 'unit-training' ? 'own-employer' : 'hrss',
  mode: 'offline',
  days: days.map((on) => ({ on, subject: 'professional', hundredths: 800 })),
});

/** A draft with one piece of evidence. */
export async function drafted(
  db: Db,
  caller: Caller,
  declared: Declared,
): Promise<{ claimId: string; revision: number }> {
  const { id, revision } = done(await createDraft(db, caller, { declared }));
  done(await attachEvidence(db, caller, { claimId: id, ...aFile() }));
  return { claimId: id, revision };
}

export const aFile = () => ({
  fileName: '证明.pdf',
  mediaType: 'application/pdf' as const,
  sizeBytes: 100,
  sha256: Buffer.from(randomUUID().replaceAll('-', '').repeat(2), 'hex'),
  storageKey: randomUUID(),
});

export async function submitted(db: Db, caller: Caller, declared: Declared, now = new Date()): Promise<string> {
  const draft = await drafted(db, caller, declared);
  done(await submitClaim(db, caller, { ...draft, requestKey: randomUUID() }, now));
  return draft.claimId;
}

export const verdict = (outcome: DecisionRequest['outcome'], rest: Partial<DecisionRequest> = {}): DecisionRequest => ({
  decisionId: randomUUID(),
  version: 1,
  outcome,
  hours: [],
  reasons:
    outcome === 'approve'
      ? []
      : [{ code: 'evidence-unclear', text: '看不清', ...(outcome === 'reject' ? { article: '11' as const } : {}) }],
  comment: '',
  ...rest,
});

/** The claim's unfinished tasks, by organisation. */
export const openTasks = (db: Db, claimId: string) =>
  db
    .selectFrom('task')
    .select(['id', 'organisation_id', 'stage_kind', 'capacity'])
    .where('claim_id', '=', claimId)
    .where('state', 'in', ['open', 'claimed'])
    .orderBy('organisation_id')
    .execute();

/** Every open task of the claim's stage is decided the same way, each by an officer who has not acted at another stage. */
export async function decideAll(
  world: World,
  claimId: string,
  outcome: DecisionRequest['outcome'],
  version = 1,
): Promise<string[]> {
  const acted: string[] = [];
  for (const task of await openTasks(world.db, claimId)) {
    const role = ROLE_OF_STAGE[task.stage_kind];
    done(
      await lookAndDecide(world.db, world.officer(task.organisation_id, role), task.id, verdict(outcome, { version })),
    );
    acted.push(task.organisation_id);
  }
  return acted;
}

/** Looks until `look` gives something, every 20 ms. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}`);
}

export const stateOf = async (db: Db, claimId: string): Promise<string> =>
  (await db.selectFrom('claim').select('state').where('id', '=', claimId).executeTakeFirstOrThrow()).state;

/** Waits for a stage to be open, or for the claim's end. */
export const reaches = (db: Db, claimId: string, state: string): Promise<true> =>
  until(`${state} of ${claimId}`, async () => {
    const claim = await db
      .selectFrom('claim')
      .select(['state', 'act_seq', 'applied_seq'])
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow();
    return claim.state === state && claim.act_seq === claim.applied_seq && true;
  });

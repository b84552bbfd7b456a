import { type Kysely, sql } from 'kysely';
import type { Day } from '../../rules/activity.ts';
import { recordedRing } from '../acts/trail.ts';
import type { Database } from '../schema.ts';
import { addBases } from './bases.ts';
import { addCatalogues } from './catalogues.ts';
import { Certificates } from './certificates.ts';
import { inventClaims } from './claims.ts';
import { inventCompletions } from './completions.ts';
import { addDeferrals } from './deferrals.ts';
import { addEmployers } from './employers.ts';
import { INDUSTRIES } from './industries.ts';
import { addLateness } from './lateness.ts';
import { addMachines } from './machines.ts';
import { addMoves } from './moves.ts';
import { ORGANISATIONS } from './organisations.ts';
import { inventPeople, type Person, REGISTERED_AT } from './people.ts';
import { poolsOf } from './pools.ts';
import { randomOf } from './random.ts';
import { addReconsiderations } from './reconsiderations.ts';
import { REGIONS } from './regions.ts';
import { Rows } from './rows.ts';
import { addSanctions } from './sanctions.ts';
import { addSupervision } from './supervision.ts';
import { writeLedger } from './years.ts';

/** Where evidence files go: the part of the evidence store that the seed needs. */
export interface FileSink {
  put(key: string, content: Buffer): Promise<void>;
}

export interface SeedOptions {
  /** Equal seeds give equal rows. */
  seed?: string | number;
  /** How many people have an affiliation; every employer's first reviewers are among them. */
  people?: number;
  claims?: number;
  /** The legal day the demo stands on: everything happened before it. */
  today: Day;
  /** The hash of the demo accounts' common password. */
  passwordHash: string;
  files: FileSink;
}

const FILES_AT_ONCE = 32;

/** Whether nothing has been put into the database yet: the demo province is only for an empty one. */
export async function isEmpty(db: Kysely<Database>): Promise<boolean> {
  const found = await db.selectFrom('region').select('code').limit(1).executeTakeFirst();
  const person = await db.selectFrom('person').select('id').limit(1).executeTakeFirst();
  return found === undefined && person === undefined;
}

/**
 * Puts the demo province into an empty database, in one transaction: divisions, authorities, employers, people and their claims
 * with whole histories. Open claims are alive though no workflow runs: the first act on one starts it from the record.
 * @returns how many rows each table got
 */
export async function seed(db: Kysely<Database>, options: SeedOptions): Promise<Record<string, number>> {
  if (!(await isEmpty(db))) throw new Error('the database is not empty');
  const rows = inventProvince(options);
  await db.transaction().execute(async (trx) => {
    // Both before the commit: a row must never point at a file that is not there.
    await Promise.all([rows.write(trx), putFiles(rows, options.files)]);
    await addMachines(trx, options.today);
    await addSupervision(trx, options.today);
    await sql`select setval(pg_get_serial_sequence('claim', 'number'), (select coalesce(max(number), 1) from claim))`.execute(
      trx,
    );
    await sql`select setval(pg_get_serial_sequence('sanction', 'number'), (select coalesce(max(number), 1) from sanction))`.execute(
      trx,
    );
    await sql`select setval('certificate_sequence', (select count(*) + 1 from certificate), false)`.execute(trx);
  });
  await ringCorrections(db);
  // The planner knows nothing of tables filled in one go until somebody looks at them.
  await sql`analyze organisation, person, affiliation, role_holding, claim, evidence, stage, task, decision, ledger_entry, certificate, timeline, audit`.execute(
    db,
  );
  return rows.counts();
}

/** After everything people do themselves: their rings have priority 0. */
const IN_NO_HURRY = 100;

/**
 * A claim in correction ends by itself on its last day (D-19), and only its workflow knows when: these are started, in the background.
 * Every other open claim waits for somebody's act, which starts its workflow.
 */
async function ringCorrections(db: Kysely<Database>): Promise<void> {
  await sql`
    select graphile_worker.add_job('ring', ${recordedRing(sql.ref('claim.id'), sql.ref('claim.act_seq'))}, priority => ${IN_NO_HURRY}::int)
    from claim where state = 'correction' order by number`.execute(db);
}

/** All rows of the demo province; pure, the same for the same options. */
function inventProvince(options: Omit<SeedOptions, 'files'>): Rows {
  const { seed: name = 1, people: peopleCount = 3_000, claims = 5_000, today, passwordHash } = options;
  const rows = new Rows();
  const random = randomOf(name);
  addPlaces(rows);
  const people = inventPeople(name, peopleCount);
  addPeople(rows, people, passwordHash, random.fork('holdings'));
  const lives = inventClaims(rows, random.fork('claims'), people, poolsOf(people), { count: claims, today });
  const completions = inventCompletions(rows, random.fork('completions'), people, today);
  const frauds = addSanctions(rows, random.fork('sanctions'), people, { lives, today });
  writeLedger(rows, lives, completions, { certificates: new Certificates(rows, name, people), frauds });
  addCatalogues(rows, people, lives);
  addEmployers(rows, random.fork('employers'), people, { claimsBefore: lives.length, today });
  addBases(rows, random.fork('bases'), people);
  addMoves(rows, random.fork('moves'), people, today);
  addDeferrals(rows, random.fork('deferrals'), people, today);
  addLateness(rows, random.fork('lateness'), people, { lives, today });
  addReconsiderations(rows, random.fork('reconsiderations'), people, { lives, today });
  rows.sort('timeline', 'at');
  rows.sort('audit', 'at');
  return rows;
}

function addPlaces(rows: Rows): void {
  for (const { code, name, level, parentCode } of REGIONS)
    rows.add('region', { code, name, level, parent_code: parentCode });
  for (const { code, name } of INDUSTRIES) rows.add('industry', { code, name });
  for (const each of ORGANISATIONS) {
    rows.add('organisation', {
      id: each.id,
      name: each.name,
      kind: each.kind,
      level: each.level,
      region_code: each.regionCode,
      industry_code: each.industryCode,
      unit_kind: each.unitKind,
      supervising_department_id: each.supervisingDepartmentId,
      study_archive: each.studyArchive,
      created_at: REGISTERED_AT.toISOString(),
      closed_on: null,
      successor_id: null,
      registered_by: null,
      request_key: null,
    });
  }
}

function addPeople(
  rows: Rows,
  people: readonly Person[],
  passwordHash: string,
  random: ReturnType<typeof randomOf>,
): void {
  const registered = REGISTERED_AT.toISOString();
  const numbers = new Map<string, number>();
  for (const { id, name, idNumber, title, username, roles, affiliations } of people) {
    rows.add('person', { id, name, id_number: idNumber, title, created_at: registered, person_key: null });
    for (const each of affiliations) {
      rows.add('affiliation', {
        id: random.uuid(REGISTERED_AT),
        person_id: id,
        employer_id: each.employerId,
        unit_kind: each.unitKind,
        archive_agency_id: each.archiveAgencyId,
        level: each.level,
        region_code: each.regionCode,
        industry_code: each.industryCode,
        from_on: each.fromOn,
        until_on: each.untilOn,
        work_number: workNumber(numbers, each.employerId),
      });
    }
    for (const { organisationId, role } of roles) {
      rows.add('role_holding', {
        id: random.uuid(REGISTERED_AT),
        person_id: id,
        organisation_id: organisationId,
        role,
        from_on: '2026-05-26',
        until_on: null,
        granted_by: null,
        ended_by: null,
      });
    }
    rows.add('account', {
      person_id: id,
      username,
      password_hash: passwordHash,
      failed_logins: 0,
      locked_until: null,
      disabled_at: null,
      created_at: registered,
      must_change_password: false,
    });
  }
}

/** The unit's next work number: 0001, 0002 ... */
function workNumber(numbers: Map<string, number>, employerId: string): string {
  const next = (numbers.get(employerId) ?? 0) + 1;
  numbers.set(employerId, next);
  return String(next).padStart(4, '0');
}

async function putFiles(rows: Rows, files: FileSink): Promise<void> {
  const waiting = [...rows.files];
  while (waiting.length > 0) {
    await Promise.all(waiting.splice(0, FILES_AT_ONCE).map(([key, file]) => files.put(key, file.content)));
  }
}

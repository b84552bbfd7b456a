import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { type Cpu, costed, rounded, usageOf } from '../lib/measure.ts';
import { say } from '../lib/settings.ts';
import type { System } from '../lib/system.ts';

/** Closing a year for very many people by the real worker: how long, and whether memory stays flat. Run it last: it fills the database. */

export interface YearCloseResult {
  people: number;
  seconds: number;
  peoplePerS: number;
  verdicts: Record<string, number>;
  /** Of the worker, over the run. */
  rssMiB: { before: number; highest: number; after: number };
  cpu: Cpu;
}

const YEAR = 2026;
const BATCH = 50_000;
/** Faster than the ordinary pace, so that the machine and not the limit is measured. */
const PACE = { pages: 20, people: 1_000, peoplePerSecond: 1_000_000 };

export async function measureYearClose(system: System, people: number): Promise<YearCloseResult> {
  const { db } = system.world;
  for (let from = 1; from <= people; from += BATCH) {
    await addPeople(system, from, Math.min(people, from + BATCH - 1));
    say('year-close: people', Math.min(people, from + BATCH - 1));
  }
  await sql`vacuum analyze person, affiliation, person_year, ledger_entry`.execute(db);
  await db
    .insertInto('year_close')
    .values({
      year: YEAR,
      as_of: '2027-04-01',
      rule_version: 'bench',
      started_by: null,
      people_total: null,
      after: null,
    })
    .execute();
  const before = workerMiB(system);
  const samples = [before];
  const sampling = setInterval(() => samples.push(workerMiB(system)), 2_000);
  const began = performance.now();
  const { cpu } = await costed(system.parts, () => close(system));
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(sampling);
  const row = await db.selectFrom('year_close').select(['people_done', 'verdicts']).executeTakeFirstOrThrow();
  const rssMiB = { before, highest: Math.max(...samples), after: workerMiB(system) };
  const peoplePerS = rounded(row.people_done / seconds);
  return { people: row.people_done, seconds: rounded(seconds), peoplePerS, verdicts: row.verdicts, rssMiB, cpu };
}

const workerMiB = ({ parts }: System): number => usageOf(parts.worker).rssMiB;

async function close({ temporalAddress }: System): Promise<void> {
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection });
  const input = { years: [YEAR], pace: PACE };
  const handle = await client.workflow.start('yearClose', {
    workflowId: 'bench-year-close',
    taskQueue: 'xueshi',
    args: [input],
  });
  await handle.result();
  await connection.close();
}

/** People with a place, a year, and four activities in it: two courses, a conference, a training of three days; a third of them qualify. */
async function addPeople({ world }: System, from: number, to: number): Promise<void> {
  await world.db.transaction().execute(async (trx) => {
    await sql`set local synchronous_commit = off`.execute(trx);
    await sql`
      create temporary table fresh on commit drop as
      select uuidv7() as id, n from generate_series(${from}::int, ${to}::int) n`.execute(trx);
    await sql`
      insert into person (id, name, id_number)
      select id, '人员' || n, '42' || lpad(n::text, 15, '0') || 'X' from fresh`.execute(trx);
    await sql`
      insert into affiliation (person_id, employer_id, unit_kind, level, region_code, industry_code, from_on)
      select id, 'emp-city', 'ordinary', 'city', '420500', 'health', '2020-01-01' from fresh`.execute(trx);
    await sql`insert into person_year (person_id, year) select id, ${YEAR} from fresh`.execute(trx);
    await sql`
      insert into ledger_entry (person_id, year, kind, source_kind, source_id, caused_by, form, activity, public_delta,
        professional_delta, counted_hundredths, deemed_complete, basis, steps, rule_version)
      select f.id, ${YEAR}, 'recognition', a.source, s.source_id, s.source_id, a.activity ->> 'form', a.activity,
        a.public, a.professional, a.public + a.professional, false, '{11}', '[]', 'bench'
      from fresh f
      cross join lateral (values
        ('platform', jsonb_build_object('form', 'platform-course', 'on', '2026-03-10', 'course', 'GX-1', 'hundredths', 3000, 'subject', 'public'), 3000, 0),
        ('platform', jsonb_build_object('form', 'platform-course', 'on', '2026-04-10', 'course', 'ZY-' || f.n % 3, 'hundredths', 1000 + f.n % 3 * 1000, 'subject', 'professional'), 0, 1000 + f.n % 3 * 1000),
        ('claim', jsonb_build_object('form', 'academic-conference', 'on', '2026-09-12', 'level', 'national', 'ownField', true, 'presentedPaper', true), 0, 1200),
        ('claim', jsonb_build_object('form', 'authority-training', 'organiser', 'hrss', 'proof', true, 'mode', 'offline', 'days',
          '[{"on":"2026-06-01","subject":"professional","hundredths":800},{"on":"2026-06-02","subject":"professional","hundredths":800},{"on":"2026-06-03","subject":"professional","hundredths":800}]'::jsonb), 0, 2400)
      ) as a (source, activity, public, professional)
      cross join lateral (select uuidv7() as source_id where f.n is not null and a.source is not null) s`.execute(trx);
  });
}

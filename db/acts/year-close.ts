import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import { RULE_VERSION } from '../../rules/annual.ts';
import { claimsCloseOn, closableYears } from '../../rules/year.ts';
import type { Db } from '../connect.ts';
import { tracedJob } from '../spans.ts';
import { type Caller, isProvinceAdministrator, provinceOnly, refuse } from './caller.ts';
import { auditCte } from './trail.ts';

/** An administrator starts the closing of a year by hand; one that has begun or ended is left as it is. */
export async function startYearClose(
  db: Db,
  caller: Caller,
  { year, today }: { year: number; today: string },
): Promise<Outcomes<{ year: number }>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  if (!closableYears(today).includes(year)) {
    const until = claimsCloseOn(year);
    return refuse(
      'year-still-open',
      `${year}年度的申报截至 ${until}，尚不能结算。`,
      '截止后系统会自动结算，也可届时手工启动。',
      {
        provision: '4',
        more: { claimsCloseOn: until },
      },
    );
  }
  await sql`
    with started as (
      insert into year_close (year, as_of, rule_version, started_by)
      values (${year}, ${today}::date, ${RULE_VERSION}, ${caller.personId}) on conflict (year) do nothing returning year),
    ${auditCte(caller, {
      action: 'year-close.started',
      subjectKind: 'year-close',
      subjectId: sql`started.year`,
      organisationId: 'hrss-420000',
      from: 'started',
    })}
    select graphile_worker.add_job('close-year', ${tracedJob({ year })}::json, job_key := ${`close-year:${year}`})
    where not exists (select from year_close where year = ${year} and state = 'closed')`.execute(db);
  return { ok: true, value: { year } };
}

import type { Outcomes } from '../../contract/problems.ts';
import { CLOSE_STATES, type YearClose } from '../../contract/year-close.ts';
import { yearOf } from '../../rules/calendar.ts';
import { MEASURES_FROM_YEAR } from '../../rules/parameters.ts';
import { codes, VERDICTS } from '../../rules/vocabulary.ts';
import { claimsCloseOn, closableYears } from '../../rules/year.ts';
import { isProvinceAdministrator, provinceOnly } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import type { Scope } from './scope.ts';

/** Every year since the measures with where its closing is, the newest first. */
export async function readYearCloses(db: Db, scope: Scope, today: string): Promise<Outcomes<{ items: YearClose[] }>> {
  if (!isProvinceAdministrator(scope)) return provinceOnly();
  const rows = await closes(db).execute();
  const count = Math.max(1, yearOf(today) - MEASURES_FROM_YEAR + 1);
  const years = Array.from({ length: count }, (_, at) => MEASURES_FROM_YEAR + count - 1 - at);
  const items = years.map((year) =>
    shown(
      year,
      today,
      rows.find((row) => row.year === year),
    ),
  );
  return { ok: true, value: { items } };
}

export async function readYearClose(
  db: Db,
  scope: Scope,
  { year, today }: { year: number; today: string },
): Promise<Outcomes<YearClose>> {
  if (!isProvinceAdministrator(scope)) return provinceOnly();
  const row = await closes(db).where('c.year', '=', year).executeTakeFirst();
  return { ok: true, value: shown(year, today, row) };
}

const closes = (db: Db) =>
  db
    .selectFrom('year_close as c')
    .leftJoin('person as p', 'p.id', 'c.started_by')
    .select(['c.year', 'c.state', 'c.as_of', 'c.rule_version', 'c.started_at', 'c.finished_at', 'c.verdicts'])
    .select(['c.people_total', 'c.people_done', 'c.open_claims', 'p.name']);

type Row = Awaited<ReturnType<ReturnType<typeof closes>['executeTakeFirstOrThrow']>>;

function shown(year: number, today: string, row: Row | undefined): YearClose {
  const state = row?.state ?? (closableYears(today).includes(year) ? 'due' : 'not-due');
  return {
    year,
    state,
    stateLabel: CLOSE_STATES[state],
    claimsCloseOn: claimsCloseOn(year),
    asOf: row?.as_of ?? null,
    ruleVersion: row?.rule_version ?? null,
    startedAt: row?.started_at.toISOString() ?? null,
    startedByName: row?.name ?? null,
    finishedAt: row?.finished_at?.toISOString() ?? null,
    peopleTotal: row?.people_total ?? null,
    peopleDone: row?.people_done ?? 0,
    openClaims: row?.open_claims ?? 0,
    verdicts: codes(VERDICTS).flatMap((verdict) => {
      const people = row?.verdicts[verdict] ?? 0;
      return people > 0 ? [{ verdict, label: VERDICTS[verdict], people }] : [];
    }),
  };
}

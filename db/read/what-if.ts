import { WHAT_IF_STATES, type WhatIf, type WhatIfChange } from '../../contract/what-if.ts';
import { VERDICTS, type Verdict } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';

/** What-ifs of the province's administrators: how far each is, and whose years would change. */

const SHOWN = 20;

export async function readWhatIfs(db: Db): Promise<WhatIf[]> {
  const rows = await whatIfs(db).orderBy('w.created_at', 'desc').orderBy('w.id', 'desc').limit(SHOWN).execute();
  return rows.map(shown);
}

export async function readWhatIf(db: Db, id: string): Promise<WhatIf | null> {
  const row = await whatIfs(db).where('w.id', '=', id).executeTakeFirst();
  return row ? shown(row) : null;
}

const whatIfs = (db: Db) =>
  db
    .selectFrom('what_if as w')
    .innerJoin('person as p', 'p.id', 'w.requested_by')
    .leftJoin('region as r', 'r.code', 'w.region_code')
    .leftJoin('organisation as o', 'o.id', 'w.employer_id')
    .select(['w.id', 'w.state', 'w.year', 'w.figures', 'w.as_of', 'w.created_at', 'w.ended_at', 'w.verdicts'])
    .select(['w.people_total', 'w.people_done', 'w.changed', 'w.gain', 'w.lose'])
    .select(['p.name as requestedByName', 'r.name as regionName', 'o.name as employerName']);

type Row = Awaited<ReturnType<ReturnType<typeof whatIfs>['execute']>>[number];

const shown = (row: Row): WhatIf => ({
  id: row.id,
  state: row.state,
  stateLabel: WHAT_IF_STATES[row.state],
  year: row.year,
  regionName: row.regionName,
  employerName: row.employerName,
  figures: row.figures,
  asOf: row.as_of,
  requestedByName: row.requestedByName,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  peopleTotal: row.people_total,
  peopleDone: row.people_done,
  changed: row.changed,
  gain: row.gain,
  lose: row.lose,
  verdicts: Object.entries(row.verdicts)
    .map(([key, people]) => {
      // As the job writes them.
      const [from, to] = key.split(' ') as [Verdict, Verdict];
      return { from, fromLabel: VERDICTS[from], to, toLabel: VERDICTS[to], people };
    })
    .sort((a, b) => b.people - a.people || (a.from + a.to < b.from + b.to ? -1 : 1)),
});

type Page = { id: string; after?: string | undefined; limit: number };

/** Whose year would change, in the order of their ids. */
export async function readWhatIfChanges(
  db: Db,
  { id, after, limit }: Page,
): Promise<{ items: WhatIfChange[]; next: string | null }> {
  let query = db
    .selectFrom('what_if_change as c')
    .innerJoin('person as p', 'p.id', 'c.person_id')
    .leftJoin('organisation as o', 'o.id', 'c.employer_id')
    .selectAll('c')
    .select(['p.name', 'o.name as employerName'])
    .where('c.what_if_id', '=', id)
    .orderBy('c.person_id')
    .limit(limit + 1);
  if (after !== undefined) query = query.where('c.person_id', '>', after);
  const rows = await query.execute();
  const items = rows.slice(0, limit).map((row) => ({
    personId: row.person_id,
    name: row.name,
    employerName: row.employerName,
    before: judged(row.public_before, row.professional_before, row.verdict_before),
    after: judged(row.public_after, row.professional_after, row.verdict_after),
  }));
  return { items, next: rows.length > limit ? (items.at(-1)?.personId ?? null) : null };
}

const judged = (publicHundredths: number, professionalHundredths: number, verdict: Verdict) => ({
  publicHundredths,
  professionalHundredths,
  totalHundredths: publicHundredths + professionalHundredths,
  verdict,
  verdictLabel: VERDICTS[verdict],
});

/** All of them, page by page: only a page is ever held. */
export async function* everyChange(db: Db, id: string): AsyncGenerator<WhatIfChange> {
  for (let after: string | undefined; ; ) {
    const page = await readWhatIfChanges(db, { id, after, limit: PAGE });
    yield* page.items;
    if (page.next === null) return;
    after = page.next;
  }
}

const PAGE = 1_000;

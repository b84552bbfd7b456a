import { sql } from 'kysely';
import type { Supposition, WhatIfChange, WhatIfPage } from '../../contract/what-if.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { supposing } from '../../rules/parameters.ts';
import { VERDICTS, type Verdict } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import { judgeLedger, ledgersOf } from '../ledger-years.ts';

/** The years of a place judged twice from the ledger's frozen inputs: by the law, and by the law as supposed. Nothing is written. */

type Page = Supposition & { after?: string | undefined; people: number; today: string };

export async function readWhatIf(db: Db, page: Page): Promise<WhatIfPage> {
  const people = await peopleOf(db, page);
  const ledgers = await ledgersOf(
    db,
    people.map((person) => person.id),
    { until: page.year },
  );
  const law = supposing(page.figures);
  const of = { on: page.today, years: [page.year] };
  const changes = people.map((person): WhatIfChange | null => {
    const ledger = ledgers.get(person.id);
    const before = judgeLedger(ledger, of).get(page.year);
    const after = judgeLedger(ledger, { ...of, law }).get(page.year);
    if (!before || !after || isAlike(before, after)) return null;
    return {
      personId: person.id,
      name: person.name,
      employerName: person.employer,
      before: shown(before),
      after: shown(after),
    };
  });
  const items = changes.filter((change) => change !== null);
  return {
    people: people.length,
    gain: items.filter(({ before, after }) => after.totalHundredths > before.totalHundredths).length,
    lose: items.filter(({ before, after }) => after.totalHundredths < before.totalHundredths).length,
    verdicts: verdictsOf(items),
    items,
    next: people.length === page.people ? (people.at(-1)?.id ?? null) : null,
  };
}

/** Everybody whose year changes, page by page: only a page is ever held. */
export async function* everyChange(db: Db, supposed: Supposition, today: string): AsyncGenerator<WhatIfChange> {
  for (let after: string | undefined; ; ) {
    const page = await readWhatIf(db, { ...supposed, after, people: PAGE, today });
    yield* page.items;
    if (page.next === null) return;
    after = page.next;
  }
}

const PAGE = 500;

type Person = { id: string; name: string; employer: string | null };

/** People with a ledger in the year, of the place they belonged to on its last day (today, while it runs). */
async function peopleOf(db: Db, { year, region, employer, after, people, today }: Page): Promise<Person[]> {
  const lastDay = `${year}-12-31` < today ? `${year}-12-31` : today;
  const { rows } = await sql<Person>`
    select p.id, p.name, e.name as employer
    from person_year y join person p on p.id = y.person_id
    left join affiliation a on a.person_id = p.id and a.from_on <= ${lastDay}::date and (a.until_on is null or a.until_on > ${lastDay}::date)
    left join organisation e on e.id = a.employer_id
    where y.year = ${year} ${after === undefined ? sql`` : sql`and y.person_id > ${after}::uuid`}
      ${employer === undefined ? sql`` : sql`and a.employer_id = ${employer}`}
      ${region === undefined || region === PROVINCE ? sql`` : sql`and a.region_code in (select code from region where ${region} in (code, parent_code))`}
    order by y.person_id limit ${people}`.execute(db);
  return rows;
}

const PROVINCE = '420000';

const isAlike = (a: AnnualResult, b: AnnualResult): boolean =>
  a.verdict === b.verdict &&
  a.publicHundredths === b.publicHundredths &&
  a.professionalHundredths === b.professionalHundredths;

const shown = ({ publicHundredths, professionalHundredths, totalHundredths, verdict }: AnnualResult) => ({
  publicHundredths,
  professionalHundredths,
  totalHundredths,
  verdict,
  verdictLabel: VERDICTS[verdict],
});

function verdictsOf(items: readonly WhatIfChange[]): WhatIfPage['verdicts'] {
  const counts = new Map<string, { from: Verdict; to: Verdict; people: number }>();
  for (const { before, after } of items) {
    if (before.verdict === after.verdict) continue;
    const key = `${before.verdict} ${after.verdict}`;
    const known = counts.get(key) ?? { from: before.verdict, to: after.verdict, people: 0 };
    counts.set(key, { ...known, people: known.people + 1 });
  }
  return [...counts.values()].map((each) => ({ ...each, fromLabel: VERDICTS[each.from], toLabel: VERDICTS[each.to] }));
}

import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { type AnnualResult, type ItemResult, isDeemedComplete, RULE_VERSION } from '../rules/annual.ts';
import type { Db } from './connect.ts';
import { judgeLedger, type LedgerSource, ledgersOf } from './ledger-years.ts';
import type { LedgerFinding } from './tables/ledger.ts';

/**
 * The ledger compared with its recomputation from the frozen inputs: every entry, step and total of a person's year. A year whose entries
 * were computed by an older version of the rules is told apart: there a difference may be the new rules', not a fault.
 */

export type VerifiedYear = {
  personId: string;
  year: number;
  findings: readonly LedgerFinding[];
  /** The versions of the rules, other than today's, that its entries were computed by. */
  olderVersions: readonly string[];
};

type YearRow = {
  person_id: string;
  year: number;
  public_hundredths: number;
  professional_hundredths: number;
  deemed_complete: boolean;
};

/** All years of some people. @param on the legal day they are judged on; no entry depends on it */
export async function verifyPeople(db: Db, personIds: readonly string[], on: string): Promise<VerifiedYear[]> {
  const [years, ledgers] = await snapshot(db, personIds);
  const judged = new Map([...ledgers].map(([personId, ledger]) => [personId, judgeLedger(ledger, { on, years: [] })]));
  return years.map((row) => {
    const sources = ledgers.get(row.person_id)?.years.get(row.year) ?? [];
    const result = judged.get(row.person_id)?.get(row.year);
    const older = sources.filter((s) => s.isIn && s.ruleVersion !== RULE_VERSION).map((s) => s.ruleVersion);
    return {
      personId: row.person_id,
      year: row.year,
      findings: [
        ...sumFindings(row, sources),
        ...sources.flatMap((s) => findingsOf(s, result)),
        ...deemedFinding(row, result),
      ],
      olderVersions: [...new Set(older)],
    };
  });
}

/** Years and entries as they were at one moment, so that a filing in between is no mismatch. */
const snapshot = (db: Db, personIds: readonly string[]) =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const { rows } = await sql<YearRow>`
        select person_id, year, public_hundredths, professional_hundredths, deemed_complete from person_year
        where person_id = any (${sql.val([...personIds])}::uuid[]) order by person_id, year`.execute(trx);
      return [rows, await ledgersOf(trx, personIds)] as const;
    });

const finding = (
  what: LedgerFinding['what'],
  sourceId: string | null,
  recorded: unknown,
  recomputed: unknown,
): LedgerFinding[] =>
  isDeepStrictEqual(recorded, recomputed)
    ? []
    : [{ what, sourceId, recorded: wordsOf(recorded), recomputed: wordsOf(recomputed) }];

const wordsOf = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value ?? null)).slice(0, 400);

/** The year's totals are what its entries add up to, whatever rules computed them. */
function sumFindings(row: YearRow, sources: readonly LedgerSource[]): LedgerFinding[] {
  const sum = (of: (source: LedgerSource) => number) => sources.reduce((total, source) => total + of(source), 0);
  const added = [sum((s) => s.publicHundredths), sum((s) => s.professionalHundredths)];
  return finding('sum', null, [row.public_hundredths, row.professional_hundredths], added);
}

const deemedFinding = (row: YearRow, result: AnnualResult | undefined): LedgerFinding[] =>
  finding('deemed-complete', null, row.deemed_complete, result ? isDeemedComplete(result) : false);

function findingsOf(source: LedgerSource, result: AnnualResult | undefined): LedgerFinding[] {
  const { sourceId: id } = source;
  const inputs = finding('inputs', id, source.inputsDiffer ? 'entries differ' : 'one', 'one');
  if (!source.isIn) {
    const left = [source.publicHundredths, source.professionalHundredths];
    return [...inputs, ...finding('counted', id, left, [0, 0])];
  }
  const item: ItemResult | undefined = result?.items.find((each) => each.id === id);
  return [
    ...inputs,
    ...finding('public', id, source.publicHundredths, item?.publicHundredths),
    ...finding('professional', id, source.professionalHundredths, item?.professionalHundredths),
    ...finding('counted', id, source.countedHundredths, item?.countedHundredths),
    ...finding('deemed-complete', id, source.deemedComplete, item?.deemedComplete),
    ...finding('refusal', id, source.refusal, item?.refusal?.code ?? null),
    ...finding('steps', id, source.steps, item?.steps),
  ];
}

const PAGE = 500;

/** Everybody with a year, page by page in the order of their ids; only a page is ever held. */
export async function* everybodyWithAYear(db: Db, page = PAGE): AsyncGenerator<readonly string[]> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const rows = await db
      .selectFrom('person_year')
      .select('person_id')
      .distinct()
      .where('person_id', '>', after)
      .orderBy('person_id')
      .limit(page)
      .execute();
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => row.person_id);
    after = last.person_id;
  }
}

/**
 * Some people with a year, picked by chance: about `count`, everybody where there are fewer. Twice as many rows are drawn, in the order they
 * lie in: the first of them would never be of the newest years.
 */
export async function someWithAYear(db: Db, count: number): Promise<readonly string[]> {
  const { rows } = await sql<{ person_id: string }>`
    select distinct person_id from (
      select person_id from person_year tablesample bernoulli ((
        select least(100, greatest(${count}::float8 * 200 / greatest(reltuples, 1), 0.0001)) from pg_class where oid = 'person_year'::regclass))
      order by random() limit ${count}) sample`.execute(db);
  return rows.map((row) => row.person_id);
}

import { isMismatch } from '../../db/cases.ts';
import type { Db } from '../../db/connect.ts';
import { type ChainFault, checkChain } from '../../db/read/audit-chain.ts';
import { everybodyWithAYear, type VerifiedYear, verifyPeople } from '../../db/verify-ledger.ts';
import { legalDay } from '../../rules/calendar.ts';
import type { Progress } from './say.ts';

/** The two proofs of a record: its audit trail is the one that was sealed, its ledger what the rules make of the frozen inputs. */

const PAGE_ROWS = 20_000;

/** Checks the audit trail's chain from the first seal to the last. @returns the faults, one word and number each */
export async function checkAuditTrail(db: Db, progress: Progress): Promise<string[]> {
  progress.begin('核对留痕链');
  const faults: string[] = [];
  let rows = 0;
  for (let from: number | null = 1; from !== null; ) {
    const page = await checkChain(db, { from, rows: PAGE_ROWS });
    faults.push(...page.faults.map(told));
    rows += page.rows;
    progress.update(`核对留痕链：${String(rows)} 条，不一致 ${String(faults.length)}`);
    from = page.next;
  }
  progress.done(`核对留痕链：${String(rows)} 条`);
  return faults;
}

const told = (fault: ChainFault): string => `${fault.kind} ${String('auditId' in fault ? fault.auditId : fault.seq)}`;

/** A head noted outside is what a chain that was made anew from some row on cannot reproduce. */
export async function lostHead(db: Db, noted: { seq: number; digest: string } | null): Promise<string[]> {
  if (noted === null) return [];
  const seal = await db.selectFrom('audit_seal').select('digest').where('seq', '=', noted.seq).executeTakeFirst();
  return seal?.digest.toString('hex') === noted.digest ? [] : [`head-lost ${String(noted.seq)}`];
}

/** `older`: years by the version of the rules that computed them; `olderDifferent`: those that today's rules would compute otherwise. */
export type LedgerProof = {
  people: number;
  years: number;
  mismatches: number;
  older: Map<string, number>;
  olderDifferent: number;
};

/** Recomputes every person-year from its frozen inputs and compares. @param differs told of each mismatch */
export async function checkLedger(
  db: Db,
  progress: Progress,
  differs: (year: VerifiedYear) => void,
): Promise<LedgerProof> {
  const seen: LedgerProof = { people: 0, years: 0, mismatches: 0, older: new Map(), olderDifferent: 0 };
  const on = legalDay(Date.now());
  progress.begin('核对台账');
  for await (const people of everybodyWithAYear(db)) {
    for (const year of await verifyPeople(db, people, on)) {
      seen.years += 1;
      for (const version of year.olderVersions) seen.older.set(version, (seen.older.get(version) ?? 0) + 1);
      if (isMismatch(year)) {
        seen.mismatches += 1;
        differs(year);
      } else if (year.findings.length > 0) seen.olderDifferent += 1;
    }
    seen.people += people.length;
    progress.update(
      `核对台账：${String(seen.people)} 人，${String(seen.years)} 个年度，不一致 ${String(seen.mismatches)}`,
    );
  }
  progress.done(`核对台账：${String(seen.people)} 人，${String(seen.years)} 个年度`);
  return seen;
}

import { sql } from 'kysely';
import { mayBeCertified } from '../../rules/certificate.ts';
import { type Caller, isProvinceAdministrator, managesUnit } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import { yearNow } from '../ledger.ts';
import type { CertificateBatchRow, CertificateRow } from '../tables/certificates.ts';

export type KeptCertificate = CertificateRow & { unprintable: string[] };

/** A person-year's certificates, newest first, and whether there may be one now. */
export async function readCertificates(
  db: Db,
  { personId, year, on }: { personId: string; year: number; on: string },
): Promise<{ certificates: KeptCertificate[]; mayIssue: boolean; why: string[] }> {
  const [certificates, result] = await Promise.all([
    db
      .selectFrom('certificate as c')
      .leftJoin('certificate_case as k', (j) => j.onRef('k.certificate_id', '=', 'c.id').on('k.closed_at', 'is', null))
      .selectAll('c')
      .select(sql<string[]>`coalesce(k.missing, '{}')`.as('unprintable'))
      .where('c.person_id', '=', personId)
      .where('c.year', '=', year)
      .orderBy('c.issue', 'desc')
      .execute(),
    yearNow(db, { personId, year, on }),
  ]);
  const { value: mayIssue, trace } = mayBeCertified(result);
  return { certificates, mayIssue, why: [...trace] };
}

export type Verified = Pick<CertificateRow, 'state' | 'statement' | 'ended_at'> & {
  succeeded_at: Date | null;
  now: Date;
};

/**
 * The certificate of a verification code. A text that can be no code asks the same question of the database, so that it takes as long
 * as one that is merely unknown.
 */
export async function verifyCode(db: Db, code: string | null): Promise<Verified | undefined> {
  return db
    .selectFrom('certificate as c')
    .leftJoin('certificate as s', 's.id', 'c.succeeded_by')
    .select(['c.state', 'c.statement', 'c.ended_at', 's.issued_at as succeeded_at', sql<Date>`now()`.as('now')])
    .where('c.code', '=', code ?? NO_CODE)
    .executeTakeFirst();
}

/** No certificate has it: the table refuses its letter U. */
const NO_CODE = 'UUUUUUUUUUUUUUUUUUUU';

/** A unit's print, for its manager; undefined for everybody else, as for an unknown one. */
export async function readBatch(
  db: Db,
  caller: Caller,
  { id, employerId }: { id: string; employerId: string },
): Promise<(CertificateBatchRow & { silent_seconds: number | null }) | undefined> {
  if (!managesUnit(caller, employerId)) return undefined;
  return db
    .selectFrom('certificate_batch')
    .selectAll()
    .select(sql<number | null>`extract(epoch from now() - seen_at)::float8`.as('silent_seconds'))
    .where('id', '=', id)
    .where('employer_id', '=', employerId)
    .executeTakeFirst();
}

const CASES_SHOWN = 500;

/** The certificates that wait for a typeface, oldest first; null for who does not administer the province's system. */
export async function openCases(db: Db, caller: Caller) {
  if (!isProvinceAdministrator(caller)) return null;
  return db
    .selectFrom('certificate_case as k')
    .innerJoin('certificate as c', 'c.id', 'k.certificate_id')
    .select(['k.certificate_id', 'c.number', 'k.missing', 'k.opened_at'])
    .where('k.closed_at', 'is', null)
    .orderBy('k.opened_at')
    .limit(CASES_SHOWN)
    .execute();
}

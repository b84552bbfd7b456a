import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { AuditAction } from '../contract/audit.ts';
import type { AuditFacts } from '../contract/audit-detail.ts';
import type { AnnualResult } from '../rules/annual.ts';
import {
  certificateNumber,
  endOfCertificate,
  type Holder,
  statementOf,
  verificationCode,
} from '../rules/certificate.ts';
import type { CertificateEnd } from '../rules/vocabulary.ts';
import { tell } from './acts/notices.ts';
import { auditJson } from './audit-detail.ts';
import type { Db } from './connect.ts';
import { type PersonYear, yearKey, yearRows } from './person-year.ts';
import type { CertificateRow } from './tables/certificates.ts';

/**
 * Certificates as the record keeps them. Everything here runs in the transaction, and under the lock, of the person-year it is about:
 * nobody ever reads a certificate that says other hours than the year.
 */

/** Who asked for it; the system after a change of the year. */
type Issuer = { personId: string; requestId: string; organisationId?: string | undefined } | null;

type HolderToday = Holder & { regionCode: string; today: string };
const PROVINCE = '420000';

/**
 * The valid certificate of a year as it is now: the one there is, a successor if it no longer says what is true, or a first one.
 * @returns null when the year may have none (`mayBeCertified` says why)
 */
export async function certify(
  trx: Db,
  of: PersonYear,
  result: AnnualResult,
  issuer: Issuer,
): Promise<CertificateRow | null> {
  const valid = await validCertificate(trx, of);
  const holder = await holderToday(trx, of.personId);
  const end = valid && endOfCertificate(valid.statement, result, holder);
  if (valid && end === null) return valid;
  return replace(trx, of, { result, holder, issuer, valid, end: end ?? null });
}

/** After a recomputation of some years. Those without a valid certificate, nearly all, cost one indexed look together. */
export async function certificatesFollow(
  trx: Db,
  years: readonly (PersonYear & { result: AnnualResult })[],
): Promise<void> {
  const { rows } = await sql<{ person_id: string; year: number }>`
    select c.person_id, c.year from ${yearRows(years)} join certificate c using (person_id, year)
    where c.state = 'valid'`.execute(trx);
  const certified = new Set(rows.map((row) => yearKey({ personId: row.person_id, year: row.year })));
  for (const each of years) if (certified.has(yearKey(each))) await certificateFollows(trx, each, each.result);
}

/** A certificate that no longer says what is true is superseded by a new one, or revoked when the year is not complete any more. */
async function certificateFollows(trx: Db, of: PersonYear, result: AnnualResult): Promise<void> {
  const valid = await validCertificate(trx, of);
  if (!valid) return;
  const holder = await holderToday(trx, of.personId);
  const end = endOfCertificate(valid.statement, result, holder);
  if (end !== null) await replace(trx, of, { result, holder, issuer: null, valid, end });
}

type Replacement = {
  result: AnnualResult;
  holder: HolderToday;
  issuer: Issuer;
  valid: CertificateRow | undefined;
  end: CertificateEnd | null;
};

/** Ends the valid certificate, if there is one, and issues the next, if the year may have one. */
async function replace(trx: Db, of: PersonYear, by: Replacement): Promise<CertificateRow | null> {
  const { result, holder, valid, end, issuer } = by;
  const { id, sequence } = await nextIdentity(trx);
  const number = certificateNumber({ year: of.year, regionCode: holder.regionCode, sequence });
  const { name, idNumberMasked, employerName, today } = holder;
  const statement = statementOf(result, { name, idNumberMasked, employerName }, { number, on: today });
  if (valid && end !== null) await endCertificate(trx, valid, { end, issuer, succeededBy: statement && id });
  if (statement === null) return null;
  const made = await trx
    .insertInto('certificate')
    .values({
      id,
      number,
      code: verificationCode(randomBytes(20)),
      person_id: of.personId,
      year: of.year,
      issue: await nextIssue(trx, of),
      statement: JSON.stringify(statement),
      issued_at: sql`clock_timestamp()`,
      issued_by: issuer?.personId ?? null,
      end_reason: null,
      succeeded_by: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await audit(trx, issuer, 'certificate.issued', made, {});
  // Who asked for it sees it; a successor is told of with the end of the one before.
  if (issuer && issuer.personId !== of.personId) await tellOf(trx, made, 'certificate-issued');
  return made;
}

const validCertificate = (trx: Db, { personId, year }: PersonYear): Promise<CertificateRow | undefined> =>
  trx
    .selectFrom('certificate')
    .selectAll()
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .where('state', '=', 'valid')
    .forUpdate()
    .executeTakeFirst();

async function holderToday(trx: Db, personId: string): Promise<HolderToday> {
  const { rows } = await sql<HolderToday>`
    with t as (select (clock_timestamp() at time zone 'Asia/Shanghai')::date as today)
    select p.name, left(p.id_number, 3) || repeat('*', 11) || right(p.id_number, 4) as "idNumberMasked", e.name as "employerName",
           coalesce(a.region_code, ${PROVINCE}) as "regionCode", t.today
    from t cross join person p
    left join affiliation a on a.person_id = p.id and a.from_on <= t.today and (a.until_on is null or a.until_on > t.today)
    left join organisation e on e.id = a.employer_id
    where p.id = ${personId}`.execute(trx);
  const [holder] = rows;
  if (!holder) throw new Error('a person-year without its person');
  return holder;
}

async function nextIdentity(trx: Db): Promise<{ id: string; sequence: number }> {
  const { rows } = await sql<{ id: string; sequence: number }>`
    select uuidv7() as id, nextval('certificate_sequence') as sequence`.execute(trx);
  const [identity] = rows;
  if (!identity) throw new Error('the database gave no number');
  return identity;
}

async function nextIssue(trx: Db, { personId, year }: PersonYear): Promise<number> {
  const { issue } = await trx
    .selectFrom('certificate')
    .select((eb) => eb.fn.coalesce(eb.fn.max('issue'), sql<number>`0`).as('issue'))
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .executeTakeFirstOrThrow();
  return issue + 1;
}

type End = { end: CertificateEnd; issuer: Issuer; succeededBy: string | null };

async function endCertificate(trx: Db, certificate: CertificateRow, { end, issuer, succeededBy }: End): Promise<void> {
  const state = succeededBy === null ? 'revoked' : 'superseded';
  await trx
    .updateTable('certificate')
    .set({ state, ended_at: sql`greatest(issued_at, clock_timestamp())`, end_reason: end, succeeded_by: succeededBy })
    .where('id', '=', certificate.id)
    .execute();
  await audit(trx, issuer, `certificate.${state}`, certificate, { reason: end });
  await tellOf(trx, certificate, `certificate-${state}`);
}

/** No names, no ID numbers, and not the code: it opens the public page. */
async function audit(
  trx: Db,
  issuer: Issuer,
  action: AuditAction,
  { id, number, year }: CertificateRow,
  detail: AuditFacts,
): Promise<void> {
  await trx
    .insertInto('audit')
    .values({
      actor_id: issuer?.personId ?? null,
      organisation_id: issuer?.organisationId ?? null,
      action,
      subject_kind: 'certificate',
      subject_id: id,
      request_id: issuer?.requestId ?? null,
      detail: auditJson({ number, year, ...detail, ...(issuer ? {} : { actor: 'system' }) }),
    })
    .execute();
}

const tellOf = (
  trx: Db,
  { id, number, year, person_id }: CertificateRow,
  kind: 'certificate-issued' | 'certificate-superseded' | 'certificate-revoked',
): Promise<void> => tell(trx, [{ personId: person_id, kind, key: id, detail: { number, year, path: '/' } }]);

import { sql } from 'kysely';
import type { Outcomes } from '../../contract/problems.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { citation } from '../../rules/articles.ts';
import { mayBeCertified } from '../../rules/certificate.ts';
import { certify } from '../certificates.ts';
import { isOlder } from '../clock.ts';
import type { Db } from '../connect.ts';
import { yearNow } from '../ledger.ts';
import type { CertificateBatchRow, CertificateRow } from '../tables/certificates.ts';
import { type Caller, managesUnit, notFound, refuse } from './caller.ts';
import { tell } from './notices.ts';
import { auditCte } from './trail.ts';

type Wanted = { personId: string; year: number; on: string; organisationId?: string };

/**
 * The valid certificate of a person-year, issued now if there is none. Whether the caller may ask for this person is decided before.
 * @param on today's legal day
 */
export async function issueCertificate(db: Db, caller: Caller, wanted: Wanted): Promise<Outcomes<CertificateRow>> {
  const { personId, year, on, organisationId } = wanted;
  const issuer = { personId: caller.personId, requestId: caller.requestId, organisationId };
  return db.transaction().execute(async (trx) => {
    // The year's lock: nothing changes its hours between the verdict and the certificate. A year without a row has no hours.
    await trx
      .selectFrom('person_year')
      .select('year')
      .where('person_id', '=', personId)
      .where('year', '=', year)
      .forUpdate()
      .execute();
    const result = await yearNow(trx, { personId, year, on });
    const certificate = await certify(trx, { personId, year }, result, issuer);
    return certificate ? { ok: true, value: certificate } : none(result);
  });
}

/** Why there is no certificate, and what is missing for one. */
function none(result: AnnualResult) {
  const { basis, trace } = mayBeCertified(result);
  const [provision] = basis;
  return refuse(
    'certificate-none',
    `${result.year}年度没有完成证书：${trace.join('；')}。`,
    result.verdict === 'cancelled' ? '如有异议，可向作出决定的人社部门申诉。' : '补足学时并办结备案后即可出具。',
    {
      provision: provision && citation(provision),
      more: { verdict: result.verdict, missing: result.missing },
    },
  );
}

/** A certificate that no typeface can print waits as a case; it is valid all the same. Its person is told once. */
export async function openCertificateCase(
  db: Db,
  { id, person_id, number }: Pick<CertificateRow, 'id' | 'person_id' | 'number'>,
  missing: string[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql`
      with opened as (
        insert into certificate_case (certificate_id, missing) values (${id}, ${missing})
        on conflict (certificate_id) do update set missing = excluded.missing, closed_at = null
          where certificate_case.closed_at is not null or certificate_case.missing <> excluded.missing
        returning certificate_id)
      insert into audit (action, subject_kind, subject_id, detail)
      select 'certificate.unprintable', 'certificate', certificate_id::text, '{"actor": "system"}'::jsonb from opened
      returning id`.execute(trx);
    if (rows.length === 0) return;
    await tell(trx, [{ personId: person_id, kind: 'certificate-unprintable', key: id, detail: { number, path: '/' } }]);
  });
}

/** It could be printed: what was missing is there now. */
export async function closeCertificateCase(db: Db, certificateId: string): Promise<void> {
  await db
    .updateTable('certificate_case')
    .set({ closed_at: sql`greatest(opened_at, now())` })
    .where('certificate_id', '=', certificateId)
    .where('closed_at', 'is', null)
    .execute();
}

type BatchWish = { employerId: string; year: number; personIds?: string[] | undefined; requestKey: string | undefined };

/**
 * An employer's print of its people's certificates (Art. 10). Issuing and printing happen as the file is fetched; asking twice with one
 * key is asking once. People are those of the unit on the day; a stranger among those named is refused like an unknown one.
 */
export async function startBatch(
  db: Db,
  caller: Caller,
  wish: BatchWish,
  on: string,
): Promise<Outcomes<CertificateBatchRow>> {
  const { employerId, year, personIds, requestKey } = wish;
  if (!managesUnit(caller, employerId)) return notFound('个单位');
  const unit = await db
    .selectFrom('organisation')
    .select('id')
    .where('id', '=', employerId)
    .where('kind', '=', 'employer')
    .executeTakeFirst();
  if (!unit) return notFound('个单位');
  const total = await countPeople(db, { employer_id: employerId, person_ids: personIds ?? null }, on);
  if (personIds && total !== new Set(personIds).size) return notFound('些人员');
  const { rows } = await sql<CertificateBatchRow>`
    with made as (
      insert into certificate_batch (employer_id, year, person_ids, requested_by, request_key, total)
      values (${employerId}, ${year}, ${personIds ?? null}::uuid[], ${caller.personId}, ${requestKey ?? null}, ${total})
      on conflict (requested_by, request_key) do nothing
      returning *),
    ${auditCte(caller, {
      action: 'certificate-batch.created',
      subjectKind: 'certificate-batch',
      subjectId: sql.ref('made.id'),
      organisationId: employerId,
      detail: { year, people: total },
      from: 'made',
    })}
    select * from made
    union all
    select * from certificate_batch where requested_by = ${caller.personId} and request_key = ${requestKey ?? null}`.execute(
    db,
  );
  const [batch] = rows;
  if (!batch) throw new Error('a batch was neither made nor found');
  const isSame = batch.employer_id === employerId && batch.year === year && sameSet(batch.person_ids, personIds);
  return isSame
    ? { ok: true, value: batch }
    : refuse('request-key-reused', '这个请求编号已用于另一次打印。', '请刷新页面后重新打印。');
}

function sameSet(a: readonly string[] | null, b: readonly string[] | undefined): boolean {
  return JSON.stringify(a?.toSorted() ?? null) === JSON.stringify(b?.toSorted() ?? null);
}

type People = Pick<CertificateBatchRow, 'employer_id' | 'person_ids'>;

const peopleOf = (db: Db, { employer_id, person_ids }: People, on: string) => {
  const inUnit = db
    .selectFrom('affiliation as a')
    .where('a.employer_id', '=', employer_id)
    .where('a.from_on', '<=', on)
    .where((eb) => eb.or([eb('a.until_on', 'is', null), eb('a.until_on', '>', on)]));
  return person_ids === null ? inUnit : inUnit.where('a.person_id', 'in', person_ids);
};

async function countPeople(db: Db, of: People, on: string): Promise<number> {
  const { count } = await peopleOf(db, of, on)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** The next people of a batch after a person, in a fixed order, so that thousands are never held at once. */
export async function nextPeople(
  db: Db,
  of: People,
  { after, limit, on }: { after: string | null; limit: number; on: string },
): Promise<{ personId: string; name: string }[]> {
  let query = peopleOf(db, of, on)
    .innerJoin('person as p', 'p.id', 'a.person_id')
    .select(['p.id as personId', 'p.name'])
    .orderBy('p.id')
    .limit(limit);
  if (after !== null) query = query.where('p.id', '>', after);
  return query.execute();
}

/** A batch that has said nothing for so long was interrupted. */
export const SILENT_SECONDS = 60;

/** Begins (or begins again) to print a batch; refused while somebody else's download of it goes on. */
export async function beginBatch(
  db: Db,
  caller: Caller,
  { id, employerId }: { id: string; employerId: string },
  on: string,
): Promise<Outcomes<CertificateBatchRow>> {
  if (!managesUnit(caller, employerId)) return notFound('次打印');
  const found = await db
    .selectFrom('certificate_batch')
    .selectAll()
    .where('id', '=', id)
    .where('employer_id', '=', employerId)
    .executeTakeFirst();
  if (!found) return notFound('次打印');
  const total = await countPeople(db, found, on);
  const begun = await db
    .updateTable('certificate_batch')
    .set({ total, printed: 0, skipped: 0, started_at: sql`now()`, seen_at: sql`now()`, finished_at: null })
    .where('id', '=', id)
    .where((eb) =>
      eb.or([
        eb('finished_at', 'is not', null),
        eb('seen_at', 'is', null),
        isOlder('seen_at', `${SILENT_SECONDS} seconds`),
      ]),
    )
    .returningAll()
    .executeTakeFirst();
  if (begun) return { ok: true, value: begun };
  return refuse('certificate-batch-running', '这次打印正在另一处下载。', '请等它完成，或一分钟后再试。');
}

type Reached = { printed: number; skipped: number };

/** How far a batch is; with `ended` it is done, or was left off and may be fetched again. */
export async function reportBatch(
  db: Db,
  id: string,
  { printed, skipped }: Reached,
  ended?: 'done' | 'interrupted',
): Promise<void> {
  const reached = sql<number>`${printed}::int + ${skipped}::int`;
  await db
    .updateTable('certificate_batch')
    .set({
      printed,
      skipped,
      // Somebody may have joined or left the unit since it began.
      total: ended === 'done' ? reached : sql`greatest(total, ${reached})`,
      seen_at: ended === 'interrupted' ? null : sql`now()`,
      finished_at: ended === 'done' ? sql`now()` : null,
    })
    .where('id', '=', id)
    .execute();
}

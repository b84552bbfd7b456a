import { sql } from 'kysely';
import { legalDay } from '../../rules/calendar.ts';
import { endOfCertificate, type Statement } from '../../rules/certificate.ts';
import { judgeLedger, ledgersOf } from '../ledger-years.ts';
import { type Finder, lastKey } from './finding.ts';

type Row = {
  key: string;
  personId: string;
  year: number;
  statement: Statement;
  name: string;
  idNumberMasked: string;
};

/** Valid certificates against what their years come to today, and against their holders as registered. */
export const findInCertificates: Finder = async ({ db, now }, { after, limit }) => {
  const on = legalDay(now.getTime());
  const [rows, ledgers] = await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const page = await sql<Row>`
        select c.id::text as key, c.person_id as "personId", c.year, c.statement, p.name,
          left(p.id_number, 3) || repeat('*', 11) || right(p.id_number, 4) as "idNumberMasked"
        from certificate c join person p on p.id = c.person_id
        where c.state = 'valid' ${after === null ? sql`` : sql`and c.id > ${after}::uuid`} order by c.id limit ${limit}`.execute(
        trx,
      );
      return [page.rows, await ledgersOf(trx, [...new Set(page.rows.map((row) => row.personId))])] as const;
    });
  return {
    found: rows.flatMap(({ key, personId, year, statement, name, idNumberMasked }) => {
      const result = judgeLedger(ledgers.get(personId), { on, years: [year] }).get(year);
      const end = result
        ? endOfCertificate(statement, result, { name, idNumberMasked, employerName: statement.employerName })
        : null;
      if (end === null) return [];
      return [
        {
          class: 'certificate-disagrees' as const,
          subjectKind: 'certificate' as const,
          subjectId: key,
          pageKey: key,
          facts: {
            year,
            end,
            stated: statement.totalHundredths,
            counted: result?.totalHundredths ?? null,
            verdict: result?.verdict,
          },
        },
      ];
    }),
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: ['certificate'],
  };
};

/** Certificates that no typeface can print (缺字). */
export const findMissingGlyphs: Finder = async ({ db }, { after, limit }) => {
  const { rows } = await sql<{ key: string; missing: string[]; year: number }>`
    select k.certificate_id::text as key, k.missing, c.year from certificate_case k join certificate c on c.id = k.certificate_id
    where k.closed_at is null ${after === null ? sql`` : sql`and k.certificate_id > ${after}::uuid`}
    order by k.certificate_id limit ${limit}`.execute(db);
  return {
    found: rows.map(({ key, missing, year }) => ({
      class: 'glyph-missing' as const,
      subjectKind: 'certificate' as const,
      subjectId: key,
      pageKey: key,
      facts: { missing, year },
    })),
    last: lastKey(rows, limit),
    checked: rows.length,
    subjects: ['certificate'],
  };
};

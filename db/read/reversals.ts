import { sql } from 'kysely';
import { cite } from '../../contract/explained.ts';
import type { YearReversal } from '../../contract/years.ts';
import type { Provision } from '../../rules/articles.ts';
import { FORMS, type Form } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { SourceKind } from '../tables/ledger.ts';

type Row = {
  source_kind: SourceKind;
  source_id: string;
  form: Form;
  title: string | null;
  number: number | null;
  at: Date;
  reason: string | null;
  basis: Provision[];
  lost: number;
  came_back: { title: string | null; form: Form; hundredths: number }[];
};

/** What was taken out of a person's year again, each with what came back because of it: the adjustments of the same moment. */
export async function readReversals(db: Db, personId: string, year: number): Promise<YearReversal[]> {
  const { rows } = await sql<Row>`
    select x.source_kind, x.source_id, x.form, coalesce(c.title, p.title) as title, c.number, x.recorded_at as at, x.reason, x.basis,
      -(x.public_delta + x.professional_delta) as lost, coalesce((
        select json_agg(json_build_object('title', coalesce(ac.title, ap.title), 'form', a.form, 'hundredths', a.public_delta + a.professional_delta) order by a.id)
        from ledger_entry a left join claim ac on ac.id = a.source_id left join platform_completion ap on ap.id = a.source_id
        where a.person_id = x.person_id and a.year = x.year and a.kind = 'adjustment' and a.caused_by = x.caused_by
          and a.recorded_at = x.recorded_at and a.public_delta + a.professional_delta <> 0), '[]') as came_back
    from ledger_entry x left join claim c on c.id = x.source_id left join platform_completion p on p.id = x.source_id
    where x.person_id = ${personId} and x.year = ${year} and x.kind = 'reversal'
    order by x.id desc`.execute(db);
  return rows.map((row) => ({
    sourceKind: row.source_kind,
    claimId: row.source_kind === 'claim' ? row.source_id : null,
    claimNumber: row.number,
    title: row.title ?? FORMS[row.form],
    at: row.at.toISOString(),
    reason: row.reason ?? '',
    basis: cite(row.basis),
    lostHundredths: row.lost,
    cameBack: row.came_back.map(({ title, form, hundredths }) => ({ title: title ?? FORMS[form], hundredths })),
  }));
}

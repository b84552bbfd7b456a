import { sql } from 'kysely';
import type { Declared } from '../../contract/declarations.ts';
import type { Proposal } from '../../contract/proposals.ts';
import { formatHours } from '../../rules/hours.ts';
import type { Db } from '../connect.ts';
import { recognisedHundredths } from '../trainings.ts';

type Row = Omit<Proposal, 'days' | 'hundredths' | 'proposedAt'> & { declaration: Declared; at: Date };

/** What a person's unit proposed and they have not answered, the latest first. */
export async function readProposals(db: Db, personId: string): Promise<Proposal[]> {
  const { rows } = await sql<Row>`
    select x.id, c.id as "claimId", c.revision, c.year, c.form, c.title, t.place, o.name as "employerName", c.declaration, x.proposed_at as at,
      (select coalesce(json_agg(json_build_object('id', e.id, 'fileName', e.file_name, 'mediaType', e.media_type, 'sizeBytes', e.size_bytes)
        order by e.id), '[]') from evidence e where e.claim_id = c.id) as evidence
    from proposal x join claim c on c.id = x.claim_id and c.state = 'draft'
    join training t on t.id = x.training_id join organisation o on o.id = t.organisation_id
    where x.person_id = ${personId} and x.objected_at is null order by x.proposed_at desc, x.id limit 100`.execute(db);
  return rows.map(({ declaration, at, ...row }) => ({
    ...row,
    days: daysOf(declaration),
    hundredths: recognisedHundredths(declaration),
    proposedAt: at.toISOString(),
  }));
}

function daysOf(declaration: Declared): Proposal['days'] {
  if (declaration.form !== 'unit-training' && declaration.form !== 'authority-training') return [];
  return declaration.days.map(({ on, subject, hundredths, minutes }) => ({
    on,
    subject,
    text: hundredths === undefined ? `${minutes ?? 0} 分钟` : formatHours(hundredths),
  }));
}

import { sql } from 'kysely';
import type { Overview } from '../../contract/statistics.ts';
import type { Db } from '../connect.ts';
import { type Ask, byKey, type Count, counted, figuresOf, narrowed } from './statistics-counts.ts';

type EmployersAsk = Ask & { asked: { after?: string | undefined; limit?: number } };

/** A page of employers, those with most people first. */
export async function readEmployers(db: Db, ask: EmployersAsk): Promise<Pick<Overview, 'rows' | 'next'>> {
  const { limit = 50, after } = ask.asked;
  const [people = null, id = ''] = after === undefined ? [] : (decodeEmployersPage(after) ?? []);
  const page = sql<{ key: string; people: number; label: string }>`
    select e.id as key, e.name as label, x.people from (
      select s.employer_id, coalesce(sum(s.n) filter (where s.measure = 'people'), 0)::int as people
      from ${counted(ask, ['people', 'claims'], 'size')} where ${narrowed(ask)} group by 1) as x
    join organisation e on e.id = x.employer_id
    ${people === null ? sql`` : sql`where (-x.people, e.id) > (${-Number(people)}::int, ${id})`}
    order by -x.people, e.id limit ${limit + 1}`;
  const { rows: found } = await page.execute(db);
  const shown = found.slice(0, limit);
  const { rows: counts } = await sql<Count>`
    select s.employer_id as key, s.measure, s.item, sum(s.n)::float8 as n
    from ${counted(ask, ['people', 'standing', 'hours', 'claims'], 'employer')}
    where s.employer_id = any(${shown.map(({ key }) => key)}::text[]) and ${narrowed(ask)} group by 1, 2, 3`.execute(
    db,
  );
  const groups = byKey(counts);
  const { region, industry, level } = ask.asked;
  const rows = shown.map(({ key, label }): Overview['rows'][number] => ({
    key,
    label,
    figures: figuresOf(groups.get(key) ?? [], ask),
    within: {
      by: 'employer',
      employer: key,
      ...(region && { region }),
      ...(industry && { industry }),
      ...(level && { level }),
    },
  }));
  const last = shown.at(-1);
  return { rows, next: found.length > limit && last ? encodePage([String(last.people), last.key]) : null };
}

const encodePage = (parts: readonly string[]): string => Buffer.from(parts.join('|')).toString('base64url');
/** The number and the organisation a page of employers ended with; null for a text no page has given out. */
export function decodeEmployersPage(text: string): [string, string] | null {
  const found = /^(\d{1,9})\|([a-z0-9-]{2,64})$/.exec(Buffer.from(text, 'base64url').toString());
  return found ? [found[1] ?? '', found[2] ?? ''] : null;
}

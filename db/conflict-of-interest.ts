import { sql } from 'kysely';
import { asActivity, type Declared } from '../contract/declarations.ts';
import type { Refusal } from '../contract/problems.ts';
import { type CoAuthorship, coAuthorship } from '../rules/co-authors.ts';
import type { Db } from './connect.ts';

/**
 * Why one of these people may not act on a claim (Art. 23): a declared relation to its declarant, or a paper that is theirs too. The
 * database holds relations as well; co-authors are found by comparing declarations, and only for conferences with a paper.
 * @returns null when all of them may
 */
export async function whyConflicted(db: Db, claimId: string, people: readonly string[]): Promise<Refusal | null> {
  const { rows } = await sql<Row>`
    select p.id, p.name, c.declaration,
      exists (select from declared_relation r where r.ended_at is null
              and (r.person_id, r.other_id) in ((p.id, c.person_id), (c.person_id, p.id))) as related,
      case when ${rests('c')} then array(
        select own.declaration from claim own where own.person_id = p.id and own.version > 0 and ${rests('own')}) end as declared
    from claim c join person p on p.id = any (${[...people]}::uuid[]) where c.id = ${claimId}`.execute(db);
  for (const row of rows) {
    if (row.related) return RELATED;
    const shared = row.declared === null ? null : sharedPaper(row, row.declared);
    if (shared !== null) return CO_AUTHOR[shared];
  }
  return null;
}

/** Whether one of two people has declared the other family (回避关系). */
export async function areRelated(db: Db, one: string, other: string): Promise<boolean> {
  const row = await db
    .selectFrom('declared_relation')
    .select('id')
    .where('ended_at', 'is', null)
    .where(sql<boolean>`(person_id, other_id) in ((${one}::uuid, ${other}::uuid), (${other}::uuid, ${one}::uuid))`)
    .executeTakeFirst();
  return row !== undefined;
}

type Row = { id: string; name: string; declaration: Declared; related: boolean; declared: Declared[] | null };

/** Whether a claim rests on a paper. */
const rests = (alias: string) =>
  sql`(${sql.ref(`${alias}.form`)} = 'academic-conference' and ${sql.ref(`${alias}.declaration`)} ->> 'presentedPaper' = 'true')`;

const sharedPaper = ({ declaration, name }: Row, declared: Declared[]): CoAuthorship | null =>
  coAuthorship(asActivity(declaration, true), { name, declared: declared.map((own) => asActivity(own, true)) });

const RELATED: Refusal = {
  code: 'related',
  detail: '与申报人登记有亲属关系，不得审核这份申报（第二十三条）。',
  fix: '请点“回避”，由本机构其他审核人员办理。',
  provision: '23',
};

const coAuthor = (how: string): Refusal => ({
  code: 'co-author',
  detail: `${how}，不得审核这份申报（第二十三条，系统默认解释 D-43）。`,
  fix: '请点“回避”，由本机构其他审核人员办理。',
  provision: '23',
});

const CO_AUTHOR: Readonly<Record<CoAuthorship, Refusal>> = {
  'named-author': coAuthor('姓名列在这份申报的论文作者中'),
  'same-paper': coAuthor('本人申报过同一篇论文'),
};

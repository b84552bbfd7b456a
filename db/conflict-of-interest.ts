import { type RawBuilder, sql } from 'kysely';
import { asActivity, type Declared } from '../contract/declarations.ts';
import type { Refusal } from '../contract/problems.ts';
import { type CoAuthorship, coAuthorship } from '../rules/co-authors.ts';
import type { Db } from './connect.ts';

/**
 * What somebody would decide: whose matter it is, and the claims it rests on, whose papers bar their co-authors.
 * @param kind how it is called in the refusal
 */
export type Matter = { kind: keyof typeof MATTERS; personId: string; claimIds?: readonly string[] };

/**
 * Why one of these people may not decide a matter, of whatever kind (Art. 23): it is their own, their declared family's, or rests on a
 * paper that is theirs too. The database holds the first two where it can; co-authors are found by comparing declarations, and only for
 * conferences with a paper. Who has had a part in it before is each kind's own question.
 * @returns null when all of them may
 */
export async function whyBarred(db: Db, people: readonly string[], matter: Matter): Promise<Refusal | null> {
  const { personId, claimIds = [] } = matter;
  const { rows } = await sql<Row>`
    select p.id, p.name, p.id = ${personId}::uuid as own, is_related(p.id, ${personId}::uuid) as related, x.papers,
      case when x.papers <> '[]' then array(
        select own.declaration from claim own where own.person_id = p.id and own.version > 0 and ${rests('own')}) end as declared
    from person p cross join (
      select coalesce(jsonb_agg(c.declaration), '[]') as papers
      from claim c where c.id = any (${sql.val([...claimIds])}::uuid[]) and ${rests('c')}) x
    where p.id = any (${sql.val([...people])}::uuid[])`.execute(db);
  for (const row of rows) {
    const why = whyNot(row);
    if (why !== null) return refusalOf(why, matter.kind);
  }
  return null;
}

type Bar = 'own-claim' | 'related' | CoAuthorship;
type Row = {
  name: string;
  own: boolean;
  related: boolean;
  papers: Declared[];
  declared: Declared[] | null;
};

/** Whether a claim rests on a paper. */
const rests = (alias: string): RawBuilder<boolean> =>
  sql<boolean>`(${sql.ref(`${alias}.form`)} = 'academic-conference' and ${sql.ref(`${alias}.declaration`)} ->> 'presentedPaper' = 'true')`;

function whyNot({ name, own, related, papers, declared }: Row): Bar | null {
  if (own) return 'own-claim';
  if (related) return 'related';
  const theirs = { name, declared: (declared ?? []).map((one) => asActivity(one, true)) };
  const shared = papers.map((paper) => coAuthorship(asActivity(paper, true), theirs));
  return shared.find((one) => one !== null) ?? null;
}

const COLLEAGUE = '请由本机构其他工作人员办理。';
const MATTERS = {
  review: { act: '审核', what: '申报', fix: '请点“回避”，由本机构其他审核人员办理。' },
  reconsideration: { act: '复核', what: '申报', fix: COLLEAGUE },
  check: { act: '核查', what: '申报', fix: '请由本部门其他监督检查人员核查。' },
  revocation: { act: '撤销', what: '认定', fix: '请由有权机构的其他工作人员办理。' },
  case: { act: '办理', what: '案件', fix: COLLEAGUE, own: 'sanction-own' },
  deferral: { act: '办理', what: '顺延', fix: COLLEAGUE },
} as const satisfies Record<string, { act: string; what: string; fix: string; own?: Refusal['code'] }>;

function refusalOf(why: Bar, kind: keyof typeof MATTERS): Refusal {
  const { act, what, fix, ...rest } = MATTERS[kind];
  const own = 'own' in rest ? rest.own : 'own-claim';
  const codes = {
    'own-claim': own,
    related: 'related',
    'named-author': 'co-author',
    'same-paper': 'co-author',
  } as const;
  return { code: codes[why], detail: WHY[why](act, what), fix, provision: '23' };
}

const WHY: Readonly<Record<Bar, (act: string, what: string) => string>> = {
  'own-claim': (act, what) => `不得${act}本人的${what}（第二十三条）。`,
  related: (act, what) => `与当事人登记有亲属关系，不得${act}其${what}（第二十三条）。`,
  'named-author': (act, what) => `姓名列在所依据的论文作者中，不得${act}这项${what}（第二十三条，系统默认解释 D-43）。`,
  'same-paper': (act, what) => `本人申报过同一篇论文，不得${act}这项${what}（第二十三条，系统默认解释 D-43）。`,
};

import { sql } from 'kysely';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { Likeness } from '../../contract/explained.ts';
import { identityOf } from '../../rules/duplicates.ts';
import { CLAIM_STATES, type ClaimState } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';

/**
 * What looks like another claim: the same activity, a training on the same days, the same file (also another person's). Told to the
 * declarant before submitting and to the reviewers; nothing is refused for it. A declarant is not told whose the other file is.
 */
export type LikenessQuestion = {
  personId: string;
  declared: Declared;
  /** The claim itself, which is not like itself; null when there is none yet. */
  claimId: string | null;
  asks: 'declarant' | 'reviewer';
};

export async function likenesses(db: Db, question: LikenessQuestion): Promise<Likeness[]> {
  const [activity, days, files] = await Promise.all([
    sameActivity(db, question),
    overlappingDays(db, question),
    question.claimId === null ? [] : sameFiles(db, { ...question, claimId: question.claimId }),
  ]);
  return [...activity, ...days, ...files];
}

type Other = { id: string; number: number; state: ClaimState };

/** Claims that count or may come to count: an ended one without hours is no rival. */
const LIVING = sql`c.state in ('draft', 'first-review', 're-review', 'filing', 'filed', 'correction')`;
/** A reviewer is not told of what was never submitted. */
const submittedFor = ({ asks }: Pick<LikenessQuestion, 'asks'>) =>
  asks === 'reviewer' ? sql`and c.version > 0` : sql``;

async function sameActivity(db: Db, question: LikenessQuestion): Promise<Likeness[]> {
  const identity = identityOf(asActivity(question.declared, true));
  const { rows } = await sql<Other>`
    select c.id, c.number, c.state from claim c
    where c.person_id = ${question.personId} and c.identity = ${identity} and ${LIVING} ${submittedFor(question)}
      and c.id is distinct from ${question.claimId}::uuid
    order by c.id limit 10`.execute(db);
  return rows.map((other) => ({
    kind: 'same-activity',
    text: `与第 ${other.number} 号申报（${CLAIM_STATES[other.state]}）是同一活动，请勿重复申报`,
    claimNumber: other.number,
    claimId: other.id,
    evidenceId: null,
    days: [],
  }));
}

async function overlappingDays(db: Db, question: LikenessQuestion): Promise<Likeness[]> {
  const { declared } = question;
  if (declared.form !== 'authority-training' && declared.form !== 'unit-training') return [];
  const days = [...new Set(declared.days.map((day) => day.on))];
  const { rows } = await sql<Other & { title: string; shared: string[] }>`
    select c.id, c.number, c.state, c.title, array_agg(distinct d ->> 'on' order by d ->> 'on') as shared
    from claim c cross join jsonb_array_elements(c.declaration -> 'days') d
    where c.person_id = ${question.personId} and c.form in ('authority-training', 'unit-training') and ${LIVING} ${submittedFor(question)}
      and c.id is distinct from ${question.claimId}::uuid and d ->> 'on' = any (${days}::text[])
    group by c.id order by c.id limit 10`.execute(db);
  return rows.map((other) => ({
    kind: 'overlapping-days',
    text: `${other.shared.join('、')} 与第 ${other.number} 号申报“${other.title}”的培训日期重叠，同一天合计不超过 8 学时`,
    claimNumber: other.number,
    claimId: other.id,
    evidenceId: null,
    days: other.shared,
  }));
}

async function sameFiles(db: Db, question: LikenessQuestion & { claimId: string }): Promise<Likeness[]> {
  const { rows } = await sql<{ id: string; number: number; evidence_id: string; file_name: string; own: boolean }>`
    select distinct on (e.id, c.id) c.id, c.number, e.id as evidence_id, e.file_name, c.person_id = ${question.personId} as own
    from evidence e join evidence o on o.sha256 = e.sha256 and o.claim_id <> e.claim_id and o.removed_at is null
    join claim c on c.id = o.claim_id
    where e.claim_id = ${question.claimId} and e.removed_at is null
      -- One sign-in sheet of a unit's archive shows everybody who was there.
      and (e.training_file_id is null or e.training_file_id is distinct from o.training_file_id)
      and (c.person_id = ${question.personId} or c.version > 0)
    order by e.id, c.id limit 20`.execute(db);
  const isReviewer = question.asks === 'reviewer';
  return rows.map((other) => ({
    kind: 'same-file',
    text: other.own
      ? `证明材料“${other.file_name}”也用于本人的第 ${other.number} 号申报`
      : `证明材料“${other.file_name}”与他人申报中的文件完全相同`,
    claimNumber: other.own || isReviewer ? other.number : null,
    claimId: other.own ? other.id : null,
    evidenceId: other.evidence_id,
    days: [],
  }));
}

import { type RawBuilder, sql } from 'kysely';
import type { InspectionDetail, InspectionSummary } from '../../contract/inspections.ts';
import { SAMPLING_EXPLAINED } from '../../rules/sampling.ts';
import { INSPECTION_KINDS, type InspectionKind } from '../../rules/supervision.ts';
import { FORMS, type Form } from '../../rules/vocabulary.ts';
import type { Db } from '../connect.ts';
import type { InspectionFilters } from '../tables/supervision.ts';
import { checksOf } from './checks.ts';
import { type Cursor, pageOf } from './cursor.ts';
import { inquiriesOf } from './inquiries.ts';
import { type Scope, supervisingAt } from './scope.ts';

type Row = {
  id: string;
  sort_key: string;
  kind: InspectionKind;
  title: string;
  organisation_name: string;
  year: number;
  drawn_at: Date;
  drawn: number;
  open: number;
  passed: number;
  findings: number;
};

/** Without its frame, which may be large. */
const selected = sql`
  select x.id, x.drawn_at::text as sort_key, x.kind, x.title, o.name as organisation_name, x.year, x.drawn_at, s.*
  from inspection x join organisation o on o.id = x.organisation_id
  cross join lateral (
    select count(*)::int as drawn, count(*) filter (where state in ('open', 'asked', 'answered'))::int as open,
      count(*) filter (where state = 'passed')::int as passed, count(*) filter (where state = 'finding')::int as findings
    from (select state from check_task where inspection_id = x.id union all select state from use_inquiry where inspection_id = x.id) t) s`;

const ofBody = (scope: Scope): RawBuilder<boolean> =>
  sql<boolean>`x.organisation_id = any (${supervisingAt(scope)}::text[])`;

/** The drawings of the caller's authorities, the latest first. */
export async function readInspections(
  db: Db,
  scope: Scope,
  { limit, after }: { limit: number; after: Cursor | null },
): Promise<{ items: InspectionSummary[]; next: string | null }> {
  const past = after ? sql`and (x.drawn_at, x.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const found = await sql<Row>`${selected}
    where ${ofBody(scope)} ${past} order by x.drawn_at desc, x.id desc limit ${limit + 1}`.execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  return { items: rows.map(summaryOf), next };
}

type Drawing = {
  algorithm: string;
  seed: string;
  frame_hash: string;
  frame_size: number;
  size: number;
  filters: InspectionFilters;
  drawn_by_name: string;
};

/** A drawing with what was drawn and how; undefined for everybody but its authority's supervisors. */
export async function readInspection(db: Db, scope: Scope, id: string): Promise<InspectionDetail | undefined> {
  const { rows } = await sql<Row & Drawing>`
    select y.*, i.algorithm, i.seed, i.frame_hash, cardinality(i.frame) as frame_size, i.size, i.filters, p.name as drawn_by_name
    from (${selected} where x.id = ${id} and ${ofBody(scope)}) y join inspection i on i.id = y.id join person p on p.id = i.drawn_by`.execute(
    db,
  );
  const [row] = rows;
  if (!row) return undefined;
  const [filters, checks, inquiries] = await Promise.all([
    inWords(db, row.filters),
    checksOf(db, scope, id),
    inquiriesOf(db, scope, id),
  ]);
  return {
    ...summaryOf(row),
    filters,
    fairness: {
      algorithm: row.algorithm,
      explained: row.kind === 'risk' ? RISK_EXPLAINED : SAMPLING_EXPLAINED,
      seed: row.seed,
      frameHash: row.frame_hash,
      frameSize: row.frame_size,
      sampleSize: row.size,
      drawnByName: row.drawn_by_name,
    },
    checks,
    inquiries,
  };
}

const RISK_EXPLAINED =
  '范围内带风险的申报按风险分从高到低抽取，分数相同的按 SHA-256(随机数:编号) 排序；每项风险的理由和分数见核查任务（系统默认解释 D-32）。';

/** The whole frame and the sample, for whoever recomputes it. */
export async function readInspectionIds(db: Db, scope: Scope, id: string) {
  const { rows } = await sql<{ seed: string; frameHash: string; frame: string[]; sample: string[] }>`
    select x.seed, x.frame_hash as "frameHash", x.frame,
      coalesce((select array_agg(claim_id::text order by position) from check_task t where t.inspection_id = x.id),
               (select array_agg(employer_id order by position) from use_inquiry u where u.inspection_id = x.id), '{}') as sample
    from inspection x where x.id = ${id} and ${ofBody(scope)}`.execute(db);
  return rows[0];
}

/** What the frame was narrowed to, as people read it. */
async function inWords(db: Db, filters: InspectionFilters): Promise<string[]> {
  const { regionCode = null, industryCode = null, employerId = null, form, filedFrom, filedTo } = filters;
  const { rows } = await sql<{ label: string; name: string }>`
    select '地区' as label, name from region where code = ${regionCode}
    union all select '行业', name from industry where code = ${industryCode}
    union all select '单位', name from organisation where id = ${employerId}`.execute(db);
  return [
    ...rows.map(({ label, name }) => `${label}：${name}`),
    ...(form === undefined ? [] : [`形式：${FORMS[form as Form]}`]),
    ...(filedFrom === undefined ? [] : [`${filedFrom} 起备案`]),
    ...(filedTo === undefined ? [] : [`${filedTo} 及以前备案`]),
  ];
}

const summaryOf = (row: Row): InspectionSummary => ({
  id: row.id,
  kind: row.kind,
  kindLabel: INSPECTION_KINDS[row.kind],
  title: row.title,
  organisationName: row.organisation_name,
  year: row.year,
  drawnAt: row.drawn_at.toISOString(),
  size: row.drawn,
  open: row.open,
  passed: row.passed,
  findings: row.findings,
});

import { sql } from 'kysely';
import { LEDGER_FINDINGS, type LedgerCase, type LedgerCaseDetail } from '../../contract/ledger-cases.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { formatHours } from '../../rules/hours.ts';
import { REFUSAL_CODES, type RefusalCode } from '../../rules/vocabulary.ts';
import { isProvinceAdministrator, notFound, provinceOnly } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import type { LedgerFinding } from '../tables/ledger.ts';
import { maskedIdNumber } from './me.ts';
import type { Scope } from './scope.ts';

/** Cases of the ledger, for the province's administrators. */

type Row = {
  id: string;
  year: number;
  person_id: string;
  name: string;
  masked: string;
  employer: string | null;
  findings: LedgerFinding[];
  opened_at: Date;
  seen_at: Date;
  closed_at: Date | null;
  closer: string | null;
  note: string | null;
};

const selected = (today: string) => sql`
  select c.*, p.name, ${maskedIdNumber} as masked, e.name as employer, b.name as closer
  from ledger_case c join person p on p.id = c.person_id left join person b on b.id = c.closed_by
  left join affiliation a on a.person_id = p.id and a.from_on <= ${today}::date and (a.until_on is null or a.until_on > ${today}::date)
  left join organisation e on e.id = a.employer_id`;

const SHOWN = 200;

/** The open ones first, then those closed last. */
export async function readLedgerCases(db: Db, scope: Scope, today: string): Promise<Outcomes<{ items: LedgerCase[] }>> {
  if (!isProvinceAdministrator(scope)) return provinceOnly();
  const { rows } = await sql<Row>`${selected(today)}
    where c.id in (
      (select id from ledger_case where closed_at is null order by opened_at, id limit ${SHOWN})
      union all (select id from ledger_case where closed_at is not null order by id desc limit ${SHOWN}))
    order by c.closed_at is not null, c.opened_at desc, c.id limit ${SHOWN}`.execute(db);
  return { ok: true, value: { items: rows.map((row) => ({ ...shown(row), findings: row.findings.length })) } };
}

/** One case with what was recorded and what the recomputation gives. */
export async function readLedgerCase(
  db: Db,
  scope: Scope,
  { id, today }: { id: string; today: string },
): Promise<Outcomes<LedgerCaseDetail>> {
  if (!isProvinceAdministrator(scope)) return provinceOnly();
  const { rows } = await sql<Row>`${selected(today)} where c.id = ${id}`.execute(db);
  const [row] = rows;
  if (!row) return notFound('个台账核对事项');
  const titles = await titlesOf(db, row.findings);
  const findings = row.findings.map(({ what, sourceId, recorded, recomputed }) => ({
    what,
    label: LEDGER_FINDINGS[what],
    source: sourceId === null ? null : (titles.get(sourceId) ?? sourceId),
    recorded: inWords(what, recorded),
    recomputed: inWords(what, recomputed),
  }));
  return { ok: true, value: { ...shown(row), idNumberMasked: row.masked, employerName: row.employer, findings } };
}

const shown = (row: Row): Omit<LedgerCase, 'findings'> => ({
  id: row.id,
  year: row.year,
  personId: row.person_id,
  personName: row.name,
  openedAt: row.opened_at.toISOString(),
  seenAt: row.seen_at.toISOString(),
  closedAt: row.closed_at?.toISOString() ?? null,
  closedBy: row.closer,
  note: row.note,
});

const NONE = '没有';

/** What the check kept of one side, codes and hundredths in JSON, as people read it. */
function inWords(what: LedgerFinding['what'], kept: string): string {
  if (kept === 'null') return NONE;
  switch (what) {
    case 'inputs':
      return kept === 'one' ? '内容一致' : '先后记录的内容不一致';
    case 'deemed-complete':
      return kept === 'true' ? '视为完成' : '不视为完成';
    case 'refusal':
      return isRefusal(kept) ? REFUSAL_CODES[kept] : kept;
    case 'steps':
      return sentencesOf(kept);
    case 'public':
    case 'professional':
    case 'counted':
    case 'sum':
      return hoursOf(kept);
  }
}

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(REFUSAL_CODES, code);

/** One figure, or two: of the public subject and of the professional ones. */
function hoursOf(kept: string): string {
  const figures = kept.match(/-?\d+/g) ?? [];
  const hours = figures.map((figure) => (figure.startsWith('-') ? '-' : '') + formatHours(Math.abs(Number(figure))));
  const [first = kept, second] = hours;
  return second === undefined ? first : `公需 ${first}，专业 ${second}`;
}

/** The steps' own sentences. What was kept may have been cut off in the middle of one. */
function sentencesOf(kept: string): string {
  const sentences = [...kept.matchAll(/"text":\s*"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
  return sentences.length === 0 ? NONE : sentences.join('；');
}

async function titlesOf(db: Db, findings: readonly LedgerFinding[]): Promise<Map<string, string>> {
  const ids = findings.flatMap(({ sourceId }) => (sourceId === null ? [] : [sourceId]));
  const { rows } = await sql<{ id: string; title: string }>`
    select id, title from claim where id = any (${sql.val(ids)}::uuid[])
    union all select id, title from platform_completion where id = any (${sql.val(ids)}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row.title]));
}

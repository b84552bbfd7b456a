import { type RawBuilder, sql } from 'kysely';
import type { SanctionDetail, TitleOrder, TitleOrdersPage } from '../../contract/sanctions.ts';
import { TITLE_ORDER_KINDS, TITLE_ORDER_STATES } from '../../rules/title-order.ts';
import type { Db } from '../connect.ts';
import { CASE_OFFICERS } from '../sanction-officers.ts';
import type { TitleOrderRow } from '../tables/sanctions.ts';
import { type Cursor, pageOf } from './cursor.ts';
import type { Scope } from './scope.ts';

type Row = TitleOrderRow & {
  person_name: string;
  employer_name: string | null;
  organisation_name: string;
  authority_name: string;
  sort_key: string;
};

const selected = (where: RawBuilder<unknown>) => sql<Row>`
  select t.*, t.ordered_at::text as sort_key, p.name as person_name, e.name as employer_name, o.name as organisation_name, a.name as authority_name
  from title_order t join sanction s on s.id = t.sanction_id join person p on p.id = t.person_id
  join organisation o on o.id = t.organisation_id join organisation a on a.id = t.authority_id
  left join organisation e on e.id = s.employer_id where ${where}`;

/** Orders that the caller's organisations carry out or have given, the latest first; never those about the caller. */
export async function readTitleOrders(
  db: Db,
  scope: Scope,
  { limit, after }: { limit: number; after: Cursor | null },
): Promise<TitleOrdersPage> {
  const own = sql`${sql.val(caseOffices(scope))}::text[]`;
  const past = after ? sql`and (t.ordered_at, t.id) < (${after.key}::timestamptz, ${after.id}::uuid)` : sql``;
  const where = sql`(t.organisation_id = any (${own}) or t.authority_id = any (${own})) and t.person_id <> ${scope.personId} ${past}
    order by t.ordered_at desc, t.id desc limit ${limit + 1}`;
  const found = await selected(where).execute(db);
  const { rows, next } = pageOf(found.rows, limit, (row) => ({ key: row.sort_key, id: row.id }));
  const events = await eventsOf(
    db,
    rows.map((row) => row.id),
  );
  return {
    items: rows.map((row) => ({ ...shown(row), events: events.get(row.id) ?? [], may: mayOf(scope, row) })),
    next,
  };
}

/** The orders of a case, in their order. */
export async function ordersOf(db: Db, sanctionId: string): Promise<SanctionDetail['orders']> {
  const { rows } = await selected(sql`t.sanction_id = ${sanctionId} order by t.id`).execute(db);
  return rows.map(shown);
}

/** The organisations at which the caller handles cases and their orders. */
export const caseOffices = (scope: Scope): string[] =>
  scope.holdings.filter((h) => CASE_OFFICERS.includes(h.role)).map((h) => h.organisationId);

function mayOf(scope: Scope, row: Row): TitleOrder['may'] {
  const own = caseOffices(scope);
  return {
    report: own.includes(row.organisation_id) && (row.state === 'ordered' || row.state === 'overdue'),
    accept: own.includes(row.authority_id) && row.state === 'reported' && row.reported_by !== scope.personId,
  };
}

const shown = (row: Row): SanctionDetail['orders'][number] => ({
  id: row.id,
  kind: row.kind,
  kindLabel: TITLE_ORDER_KINDS[row.kind],
  title: row.title,
  personName: row.person_name,
  employerName: row.employer_name ?? '',
  organisationName: row.organisation_name,
  authorityName: row.authority_name,
  obtainedOn: row.obtained_on,
  dueOn: row.due_on,
  state: row.state,
  stateLabel: TITLE_ORDER_STATES[row.state],
  isLate: row.overdue_at !== null,
  report: row.report,
  orderedAt: row.ordered_at.toISOString(),
  reportedAt: row.reported_at?.toISOString() ?? null,
});

const EVENTS: Record<string, (detail: Record<string, string | number>) => string> = {
  ordered: ({ dueOn }) => `发出通知，${dueOn}前办理`,
  reported: ({ report }) => `报告办理结果：${report}`,
  returned: ({ reason, dueOn }) => `退回重新办理，${dueOn}前报告：${reason}`,
  accepted: () => '验收办结',
  overdue: () => '系统登记：逾期未报告（第二十一条）',
  withdrawn: () => '处理已撤销，通知收回',
};

async function eventsOf(db: Db, ids: readonly string[]): Promise<Map<string, TitleOrder['events']>> {
  const { rows } = await sql<{
    id: string;
    at: Date;
    kind: string;
    detail: Record<string, string | number>;
    by: string | null;
  }>`
    select v.case_id as id, v.at, v.kind, v.detail, nullif(concat_ws(' ', o.name, p.name), '') as by
    from case_event v left join person p on p.id = v.actor_id left join organisation o on o.id = v.organisation_id
    where v.case_kind = 'title-order' and v.case_id = any (${sql.val([...ids])}::uuid[]) order by v.id`.execute(db);
  const events = new Map<string, TitleOrder['events']>();
  for (const { id, at, kind, detail, by } of rows) {
    const line = { at: at.toISOString(), text: EVENTS[kind]?.(detail) ?? kind, by: by ?? '系统' };
    events.set(id, [...(events.get(id) ?? []), line]);
  }
  return events;
}

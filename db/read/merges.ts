import { type RawBuilder, sql } from 'kysely';
import {
  MERGE_BLOCKERS,
  MERGE_STATES,
  type Merge,
  type MergeBlocker,
  type MergePair,
  type MergePreview,
  type MergeState,
} from '../../contract/merges.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { endOfCertificate } from '../../rules/certificate.ts';
import { GRANTED_DEFERRALS } from '../../rules/deferral.ts';
import { VERDICTS } from '../../rules/vocabulary.ts';
import { type Caller, isProvinceAdministrator, notFound, provinceOnly, refuse } from '../acts/caller.ts';
import type { Two } from '../acts/merge-years.ts';
import { legalToday } from '../clock.ts';
import type { Db } from '../connect.ts';
import { judgeLedger, type Ledger, type LedgerSource, ledgersOf } from '../ledger-years.ts';
import type { CertificateRow } from '../tables/certificates.ts';

/** What two registrations are, what merging them would change, and what was merged: for administrators of the province. */

/** The registrations that a pair of names and ID numbers means. */
export async function pairOf(db: Db, { kept, absorbed }: MergePair): Promise<Outcomes<Two>> {
  const idOf = async ({ name, idNumber }: MergePair['kept']) =>
    (
      await db
        .selectFrom('person')
        .select('id')
        .where('id_number', '=', idNumber)
        .where('name', '=', name)
        .executeTakeFirst()
    )?.id;
  const [keptId, absorbedId] = [await idOf(kept), await idOf(absorbed)];
  if (keptId === undefined || absorbedId === undefined) {
    const message = '没有姓名与身份证号码一致的登记';
    return refuse('person-unknown', `${message}。`, '请核对姓名和身份证号码。', {
      fields: [{ path: keptId === undefined ? 'kept.idNumber' : 'absorbed.idNumber', message }],
    });
  }
  return keptId === absorbedId
    ? refuse('merge-same-person', '两处填写的是同一条登记。', '请分别填写保留的和停用的登记。')
    : { ok: true, value: { keptId, absorbedId } };
}

type Blocker = MergePreview['blockers'][number];

/** Why the two cannot be merged now; nothing of the absorbed person may be in flight. @param id the merge that is being confirmed */
export async function mergeBlockers(db: Db, { keptId, absorbedId }: Two, id?: string): Promise<Blocker[]> {
  const { rows } = await sql<Record<MergeBlocker, number>>`
    select
      (select count(*)::int from claim where person_id = ${absorbedId}
         and (state in ('first-review', 're-review', 'filing', 'correction') or reconsidering)) as "open-claims",
      (select count(*)::int from proposal x join claim c on c.id = x.claim_id
         where x.person_id = ${absorbedId} and x.objected_at is null and c.state = 'draft') as proposals,
      (select count(*)::int from deferral where person_id = ${absorbedId}
         and (state = 'requested' or state = any (${sql.val(GRANTED_DEFERRALS)}::text[]))) as deferrals,
      (select count(*)::int from sanction where person_id = ${absorbedId} and state not in ('dismissed', 'lifted')) as sanctions,
      (select count(*)::int from role_holding where person_id = ${absorbedId}
         and (until_on is null or until_on > ${legalToday})) as roles,
      (select count(*)::int from move where person_id = ${absorbedId} and state = 'open') as moves,
      (select count(*)::int from person_merge where state in ('proposed', 'in-force', 'undo-proposed') and id is distinct from ${id ?? null}::uuid
         and (absorbed_id in (${keptId}, ${absorbedId}) or kept_id = ${absorbedId})) as merged`.execute(db);
  const counts = rows[0];
  if (!counts) throw new Error('a count gave no row');
  return BLOCKERS.flatMap((code) =>
    counts[code] > 0 ? [{ code, text: MERGE_BLOCKERS[code], count: counts[code] }] : [],
  );
}
const BLOCKERS: readonly MergeBlocker[] = [
  'merged',
  'open-claims',
  'proposals',
  'deferrals',
  'sanctions',
  'roles',
  'moves',
];

/** What merging the two would change, without writing anything. */
export async function previewMerge(
  db: Db,
  caller: Caller,
  { today, ...pair }: MergePair & { today: string },
): Promise<Outcomes<MergePreview>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  const two = await pairOf(db, pair);
  return two.ok ? { ok: true, value: await effectsOf(db, two.value, { today }) } : two;
}

/** The same for a merge that waits to be confirmed. */
export async function readMergeEffects(
  db: Db,
  caller: Caller,
  { id, today }: { id: string; today: string },
): Promise<Outcomes<MergePreview>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  const merge = await db
    .selectFrom('person_merge')
    .select(['kept_id as keptId', 'absorbed_id as absorbedId'])
    .where('id', '=', id)
    .where('state', '=', 'proposed')
    .executeTakeFirst();
  return merge ? { ok: true, value: await effectsOf(db, merge, { id, today }) } : notFound('项待确认的合并');
}

async function effectsOf(db: Db, two: Two, { id, today }: { id?: string; today: string }): Promise<MergePreview> {
  const ids = [two.keptId, two.absorbedId];
  const [blockers, people, ledgers, certificates] = await Promise.all([
    mergeBlockers(db, two, id),
    peopleOf(db, ids, today),
    ledgersOf(db, ids),
    certificatesOf(db, ids),
  ]);
  const [kept, absorbed] = ids.map((personId) => people.get(personId));
  if (!kept || !absorbed) throw new Error('a merge without its people');
  const [ofKept, ofAbsorbed] = [ledgers.get(two.keptId), ledgers.get(two.absorbedId)];
  const years = [...new Set([...(ofKept?.years.keys() ?? []), ...(ofAbsorbed?.years.keys() ?? [])])].sort();
  const judged = {
    kept: judgeLedger(ofKept, { on: today, years }),
    absorbed: judgeLedger(ofAbsorbed, { on: today, years }),
    after: judgeLedger(together(ofKept, ofAbsorbed), { on: today, years }),
  };
  return {
    kept,
    absorbed,
    blockers,
    years: years.map((year) => ({
      year,
      kept: totalOf(judged.kept.get(year)),
      absorbed: totalOf(judged.absorbed.get(year)),
      after: totalOf(judged.after.get(year)),
    })),
    certificates: certificates.map((row) => certificateEffect(row, two, judged.after.get(row.year))),
  };
}

/** Both ledgers as one person's; the kept person's deferrals and findings are the ones in force. */
function together(kept: Ledger | undefined, absorbed: Ledger | undefined): Ledger {
  const years = new Map<number, readonly LedgerSource[]>(kept?.years);
  for (const [year, sources] of absorbed?.years ?? []) {
    const living = sources.filter((source) => source.isIn);
    const ids = new Set(living.map((source) => source.sourceId));
    years.set(year, [...(years.get(year) ?? []).filter((source) => !ids.has(source.sourceId)), ...living]);
  }
  return { years, deferrals: kept?.deferrals ?? new Map(), findings: kept?.findings ?? new Map() };
}

function totalOf(result: AnnualResult | undefined): MergePreview['years'][number]['after'] {
  if (!result) throw new Error('a year that was not judged');
  const { totalHundredths, publicHundredths, professionalHundredths, verdict } = result;
  return { totalHundredths, publicHundredths, professionalHundredths, verdict, verdictName: VERDICTS[verdict] };
}

const EFFECTS = { unchanged: '不变', superseded: '换发，原证书失效', revoked: '撤销' } as const;

function certificateEffect(
  { number, year, person_id, statement }: CertificateRow,
  two: Two,
  after: AnnualResult | undefined,
): MergePreview['certificates'][number] {
  if (person_id === two.absorbedId)
    return { number, year, holder: 'absorbed', effect: 'revoked', effectName: EFFECTS.revoked };
  const end = after ? endOfCertificate(statement, after, statement) : null;
  const effect =
    end === null ? 'unchanged' : end === 'fraud' || end === 'no-longer-complete' ? 'revoked' : 'superseded';
  return { number, year, holder: 'kept', effect, effectName: EFFECTS[effect] };
}

const certificatesOf = (db: Db, ids: readonly string[]): Promise<CertificateRow[]> =>
  db
    .selectFrom('certificate')
    .selectAll()
    .where('person_id', 'in', ids)
    .where('state', '=', 'valid')
    .orderBy('year')
    .orderBy('number')
    .execute();

type Person = MergePreview['kept'];

async function peopleOf(db: Db, ids: readonly string[], today: string): Promise<Map<string, Person>> {
  const { rows } = await sql<Person>`
    select p.id as "personId", p.name, ${masked('p')} as "idNumberMasked", o.name as "unitName" from person p
    left join affiliation a on a.person_id = p.id and a.from_on <= ${today}::date and (a.until_on is null or a.until_on > ${today}::date)
    left join organisation o on o.id = a.employer_id
    where p.id = any (${sql.val([...ids])}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.personId, row]));
}

const masked = (alias: string): RawBuilder<string> =>
  sql<string>`left(${sql.ref(`${alias}.id_number`)}, 3) || repeat('*', 11) || right(${sql.ref(`${alias}.id_number`)}, 4)`;

/** Whether the person's registration was merged into another, and that stands. */
export async function isAbsorbed(db: Db, personId: string): Promise<boolean> {
  const row = await db
    .selectFrom('person_merge')
    .select('id')
    .where('absorbed_id', '=', personId)
    .where('state', 'in', ['in-force', 'undo-proposed'])
    .executeTakeFirst();
  return row !== undefined;
}

const SHOWN = 200;

type Row = {
  id: string;
  state: MergeState;
  kept_id: string;
  absorbed_id: string;
  reason: string;
  proposed_by: string;
  proposed_at: Date;
  confirmed_at: Date | null;
  undo_reason: string | null;
  undo_by: string | null;
  undone_at: Date | null;
  proposer: string;
  confirmer: string | null;
  undoer: string | null;
  undo_confirmer: string | null;
};

/** The last merges, those that wait for somebody first. */
export async function readMerges(db: Db, caller: Caller, today: string): Promise<Outcomes<{ items: Merge[] }>> {
  if (!isProvinceAdministrator(caller)) return provinceOnly();
  const { rows } = await sql<Row>`
    select m.*, a.name as proposer, b.name as confirmer, c.name as undoer, d.name as undo_confirmer
    from person_merge m join person a on a.id = m.proposed_by left join person b on b.id = m.confirmed_by
    left join person c on c.id = m.undo_by left join person d on d.id = m.undone_by
    order by m.state in ('proposed', 'undo-proposed') desc, m.id desc limit ${SHOWN}`.execute(db);
  const people = await peopleOf(db, [...new Set(rows.flatMap((row) => [row.kept_id, row.absorbed_id]))], today);
  return { ok: true, value: { items: rows.map((row) => shown(row, caller, people)) } };
}

function shown(row: Row, caller: Caller, people: ReadonlyMap<string, Person>): Merge {
  const [kept, absorbed] = [people.get(row.kept_id), people.get(row.absorbed_id)];
  if (!kept || !absorbed) throw new Error('a merge without its people');
  return {
    id: row.id,
    state: row.state,
    stateName: MERGE_STATES[row.state],
    kept,
    absorbed,
    reason: row.reason,
    proposedBy: row.proposer,
    proposedAt: row.proposed_at.toISOString(),
    confirmedBy: row.confirmer,
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    undoReason: row.undo_reason,
    undoBy: row.undoer,
    undoneBy: row.undo_confirmer,
    undoneAt: row.undone_at?.toISOString() ?? null,
    isMine: caller.personId === (row.state === 'undo-proposed' ? row.undo_by : row.proposed_by),
  };
}

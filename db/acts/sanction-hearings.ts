import type { Outcomes } from '../../contract/problems.ts';
import type { SanctionChanged } from '../../contract/sanctions.ts';
import { compareDays, endOfDayInstant, legalDay } from '../../rules/calendar.ts';
import { defenceDeadline, isHeard, recordLastDay } from '../../rules/sanction.ts';
import type { Db } from '../connect.ts';
import type { SanctionRow } from '../tables/sanctions.ts';
import { type Caller, notFound, refuse } from './caller.ts';
import {
  caseMoved,
  changed,
  handles,
  lockSanction,
  recordSanction,
  refuseBy,
  tellOfficers,
  tellPerson,
  whyNotHandle,
} from './sanctions.ts';

/** The person is told and heard (告知, 陈述申辩, D-14), and may appeal (申诉) against what took effect. */

/** The person is told the facts and the reasons; from the day after, their ten working days run. */
export async function giveNotice(
  db: Db,
  caller: Caller,
  { id, charge }: { id: string; charge: string },
  now = new Date(),
): Promise<Outcomes<SanctionChanged>> {
  return handled(db, caller, id, async (trx, sanction) => {
    if (sanction.state !== 'opened') return caseMoved('当事人已被告知，或案件已办结。');
    const { dueAt, lastDay, calendar } = defenceDeadline(legalDay(now.getTime()));
    const moved = await update(trx, sanction, {
      state: 'hearing',
      charge,
      noticed_by: caller.personId,
      noticed_at: now,
      defence_due_at: new Date(dueAt),
      defence_calendar: calendar,
    });
    const organisationId = sanction.authority_id;
    await recordSanction(trx, caller, { id, kind: 'noticed', organisationId, detail: { lastDay } });
    await tellPerson(trx, moved, { kind: 'sanction-notice', detail: { until: lastDay } });
    return changed(moved);
  });
}

/** The time for a defence is only ever made longer, and only while it runs. */
export async function extendDefence(
  db: Db,
  caller: Caller,
  { id, until, reason }: { id: string; until: string; reason: string },
  now = new Date(),
): Promise<Outcomes<SanctionChanged>> {
  return handled(db, caller, id, async (trx, sanction) => {
    const { state, defence_due_at: dueAt } = sanction;
    if (state !== 'hearing' || dueAt === null || hasBeenHeard(sanction, now))
      return caseMoved('陈述申辩已经结束，期限不能再延长。');
    if (compareDays(until, lastDayOf(dueAt)) <= 0) return refuseBy('defence-shorter');
    const moved = await update(trx, sanction, { defence_due_at: new Date(endOfDayInstant(until)) });
    const organisationId = sanction.authority_id;
    await recordSanction(trx, caller, { id, kind: 'extended', organisationId, detail: { until, reason } });
    await tellPerson(trx, moved, { kind: 'sanction-extended', key: until, detail: { until } });
    return changed(moved);
  });
}

/** The last day before an instant that is 24:00 of a legal day. */
export const lastDayOf = (dueAt: Date): string => recordLastDay(legalDay(dueAt.getTime()));

/** Whether the person's time is over, or they said that they have nothing to add. */
export const hasBeenHeard = (sanction: SanctionRow, now: Date): boolean =>
  sanction.defence_due_at !== null &&
  isHeard({
    dueAt: sanction.defence_due_at.getTime(),
    isClosed: sanction.defence_closed_at !== null,
    now: now.getTime(),
  });

type Defence = { id: string; text: string; isFinal: boolean; requestKey: string };

/** The person states their defence. One that comes too late is kept all the same, and marked. */
export async function stateDefence(
  db: Db,
  caller: Caller,
  { id, text, isFinal, requestKey }: Defence,
  now = new Date(),
): Promise<Outcomes<SanctionChanged>> {
  return ofPerson(db, caller, id, async (trx, sanction) => {
    const said = { sanction_id: id, person_id: caller.personId, text, request_key: requestKey };
    const again = await sameAsBefore(trx, 'sanction_defence', said);
    if (again) return again === 'same' ? changed(sanction) : keyReused();
    if (sanction.state !== 'hearing' && sanction.state !== 'decided')
      return caseMoved('案件已有结论，不能再陈述申辩；对处理不服的，可以申诉。');
    const isLate = hasBeenHeard(sanction, now);
    await trx
      .insertInto('sanction_defence')
      .values({ ...said, is_late: isLate, stated_at: now })
      .execute();
    const closes = isFinal && !isLate;
    const moved = await update(trx, sanction, closes ? { defence_closed_at: now } : {});
    await recordSanction(trx, caller, {
      id,
      kind: isLate ? 'defended-late' : closes ? 'defended-finally' : 'defended',
    });
    const today = legalDay(now.getTime());
    await tellOfficers(trx, moved, { kind: 'sanction-defended', key: `${id}/${now.getTime()}`, today });
    return changed(moved);
  });
}

/** The person appeals against a sanction in force, or against one whose record has ended: its year is still cancelled. */
export async function appealSanction(
  db: Db,
  caller: Caller,
  { id, text, requestKey }: { id: string; text: string; requestKey: string },
  now = new Date(),
): Promise<Outcomes<SanctionChanged>> {
  return ofPerson(db, caller, id, async (trx, sanction) => {
    const said = { sanction_id: id, person_id: caller.personId, text, request_key: requestKey };
    const again = await sameAsBefore(trx, 'sanction_appeal', said);
    if (again) return again === 'same' ? changed(sanction) : keyReused();
    if (sanction.state !== 'in-force' && sanction.state !== 'ended')
      return caseMoved('只有已生效的处理可以申诉；决定之前请陈述申辩。');
    if (await openAppeal(trx, id)) return refuseBy('appeal-open');
    await trx
      .insertInto('sanction_appeal')
      .values({ ...said, appealed_at: now, answer: null })
      .execute();
    const moved = await update(trx, sanction, {});
    await recordSanction(trx, caller, { id, kind: 'appealed' });
    const today = legalDay(now.getTime());
    await tellOfficers(trx, moved, { kind: 'sanction-appealed', key: `${id}/${now.getTime()}`, today });
    return changed(moved);
  });
}

export const openAppeal = (trx: Db, sanctionId: string): Promise<{ id: string } | undefined> =>
  trx
    .selectFrom('sanction_appeal')
    .select('id')
    .where('sanction_id', '=', sanctionId)
    .where('state', '=', 'open')
    .executeTakeFirst();

type StoredFile = {
  id: string;
  fileName: string;
  mediaType: 'application/pdf' | 'image/jpeg' | 'image/png';
  sizeBytes: number;
  sha256: Buffer;
  storageKey: string;
};
const FILE_LIMIT = 20;

/** A file of the person's defence or appeal, or of the officers' evidence. On a refusal the caller removes the stored file. */
export async function attachSanctionFile(
  db: Db,
  caller: Caller,
  file: StoredFile,
  now = new Date(),
): Promise<Outcomes<{ id: string }>> {
  return db.transaction().execute(async (trx) => {
    const sanction = await lockSanction(trx, file.id);
    const isOwn = sanction?.person_id === caller.personId && sanction.noticed_at !== null;
    if (!sanction || !(isOwn || (handles(caller, sanction) && sanction.person_id !== caller.personId)))
      return notFound('件案件');
    if (sanction.state === 'lifted' || sanction.state === 'dismissed') return caseMoved('案件已办结。');
    const { n } = await trx
      .selectFrom('case_file')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('case_kind', '=', 'sanction')
      .where('case_id', '=', file.id)
      .executeTakeFirstOrThrow();
    if (n >= FILE_LIMIT)
      return refuse('evidence-limit', `一件案件最多上传 ${FILE_LIMIT} 份材料。`, '请合并为一个 PDF 后上传。');
    const made = await trx
      .insertInto('case_file')
      .values({
        case_kind: 'sanction',
        case_id: file.id,
        uploaded_by: caller.personId,
        organisation_id: isOwn ? null : sanction.authority_id,
        file_name: file.fileName,
        media_type: file.mediaType,
        size_bytes: file.sizeBytes,
        sha256: file.sha256,
        storage_key: file.storageKey,
        uploaded_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await update(trx, sanction, {});
    const organisationId = isOwn ? undefined : sanction.authority_id;
    await recordSanction(trx, caller, { id: file.id, kind: 'file-added', organisationId });
    return { ok: true, value: made };
  });
}

type Act = (trx: Db, sanction: SanctionRow) => Promise<Outcomes<SanctionChanged>>;

/** By an officer of the case's authority who may handle it. */
const handled = (db: Db, caller: Caller, id: string, act: Act): Promise<Outcomes<SanctionChanged>> =>
  db.transaction().execute(async (trx) => {
    const sanction = await lockSanction(trx, id);
    if (!sanction || !handles(caller, sanction)) return notFound('件案件');
    return (await whyNotHandle(trx, caller, sanction)) ?? act(trx, sanction);
  });

/** By the person it is about, from the notice on. */
const ofPerson = (db: Db, caller: Caller, id: string, act: Act): Promise<Outcomes<SanctionChanged>> =>
  db.transaction().execute(async (trx) => {
    const sanction = await lockSanction(trx, id);
    if (sanction?.person_id !== caller.personId || sanction.noticed_at === null) return notFound('件案件');
    return act(trx, sanction);
  });

type Set = Partial<
  Pick<
    SanctionRow,
    'state' | 'charge' | 'noticed_by' | 'noticed_at' | 'defence_due_at' | 'defence_calendar' | 'defence_closed_at'
  >
>;

/** Every change makes a new version, so that nobody decides over what they have not seen. */
const update = (trx: Db, { id, version }: SanctionRow, set: Set): Promise<SanctionRow> =>
  trx
    .updateTable('sanction')
    .set({ ...set, version: version + 1 })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

type Said = { sanction_id: string; person_id: string; text: string; request_key: string };

async function sameAsBefore(
  trx: Db,
  table: 'sanction_defence' | 'sanction_appeal',
  said: Said,
): Promise<'same' | 'other' | undefined> {
  const row = await trx
    .selectFrom(table)
    .select(['sanction_id', 'text'])
    .where('person_id', '=', said.person_id)
    .where('request_key', '=', said.request_key)
    .executeTakeFirst();
  if (!row) return undefined;
  return row.sanction_id === said.sanction_id && row.text === said.text ? 'same' : 'other';
}

const keyReused = () => refuse('request-key-reused', '这个请求编号已用于另一份陈述。', '请刷新页面后重新提交。');

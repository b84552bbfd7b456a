import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { ComplaintChanged, ComplaintInvestigation, NewComplaint } from '../../contract/complaints.ts';
import type { NoticeKind } from '../../contract/notices.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import { afterComplaintAct, type ComplaintAct, readComplaintCode } from '../../rules/complaint.ts';
import { SUPERVISION_BASIS } from '../../rules/supervision.ts';
import { bodyFrom, complaintOfficers } from '../complaint-officers.ts';
import { dateColumns } from '../complaints.ts';
import type { Db } from '../connect.ts';
import {
  assignsComplaint,
  handlersOf,
  handlesComplaint,
  receivesComplaint,
  visibleComplaint,
} from '../read/complaints.ts';
import { type Scope, supervisingAt, supervisingFor, visibleClaim } from '../read/scope.ts';
import type { ComplaintRow } from '../tables/supervision.ts';
import { notFound, refuse } from './caller.ts';
import { attachCaseFile, recordCase, type StoredFile } from './cases.ts';
import { oneAtATime } from './conflicts.ts';
import { tell } from './notices.ts';
import { audit } from './trail.ts';

/**
 * Complaints (投诉举报, Art. 20): taken in from anybody, assigned by the HRSS authority of the place, looked into by the trade's authority,
 * answered. Whoever is complained about never sees that there is a complaint. What is owed by a day (D-47) its workflow watches.
 */

const NOBODY = { personId: null };
type Stranger = { requestId: string };

export const hashOfCode = (code: string): Buffer => createHash('sha256').update(code).digest();

/**
 * Takes a complaint in.
 * @param code made by the caller from the request's key and content, so that the same request sent again is the same complaint
 */
export async function fileComplaint(
  db: Db,
  { requestId, code, ...complaint }: NewComplaint & Stranger & { code: string },
  now = new Date(),
): Promise<Outcomes<{ number: number; code: string; receiverName: string }>> {
  const plain = readComplaintCode(code);
  if (plain === null) throw new Error('not a complaint code');
  return db.transaction().execute(async (trx) => {
    // Sent twice in the same moment, the second waits here and then finds the first.
    await oneAtATime(trx, 'complaint', plain);
    const again = await takenBefore(trx, plain);
    if (again) return { ok: true, value: { ...again, code } };
    const receiver = await receiverOf(trx, complaint);
    if (!receiver.ok) return receiver;
    const made = await trx
      .insertInto('complaint')
      .values({
        code_hash: hashOfCode(plain),
        topic: complaint.topic,
        content: complaint.content,
        region_code: complaint.regionCode,
        industry_code: complaint.industryCode,
        about_organisation_id: complaint.aboutOrganisationId,
        about_person_id: null,
        about_text: complaint.aboutText,
        receiver_id: receiver.value.id,
        handler_id: null,
        received_at: now,
        finding: null,
        investigation: null,
        investigated_by: null,
        answer: null,
        answered_by: null,
        ...dateColumns(legalDay(now.getTime())),
      })
      .returning(['id', 'number'])
      .executeTakeFirstOrThrow();
    const { id, number } = made;
    if (complaint.complainant)
      await trx
        .insertInto('complaint_identity')
        .values({ complaint_id: id, ...complaint.complainant })
        .execute();
    await recordCase(trx, { ...NOBODY, requestId }, { caseKind: 'complaint', id, kind: 'received', wakes: true });
    await tellBody(trx, { id, number, to: receiver.value.id, kind: 'complaint-received', now });
    return { ok: true, value: { number, code, receiverName: receiver.value.name } };
  });
}

async function takenBefore(trx: Db, code: string): Promise<{ number: number; receiverName: string } | undefined> {
  const { rows } = await sql<{ number: number; receiverName: string }>`
    select x.number, o.name as "receiverName" from complaint x join organisation o on o.id = x.receiver_id
    where x.code_hash = ${hashOfCode(code)}`.execute(trx);
  return rows[0];
}

/** The HRSS authority of the place; where the complaint is about it or its supervisors, a body above (D-48). */
async function receiverOf(trx: Db, complaint: NewComplaint): Promise<Outcomes<{ id: string; name: string }>> {
  const { regionCode, industryCode, aboutOrganisationId } = complaint;
  const { rows } = await sql<{ id: string; knows: boolean }>`
    select h.id, (${industryCode}::text is null or exists (select from industry where code = ${industryCode}))
      and (${aboutOrganisationId}::text is null or exists (select from organisation where id = ${aboutOrganisationId})) as knows
    from region r join organisation h on h.kind = 'hrss' and h.closed_on is null and h.region_code in (r.code, r.parent_code, '420000')
    where r.code = ${regionCode}
    order by h.region_code = r.code desc, h.region_code = r.parent_code desc limit 1`.execute(trx);
  const [place] = rows;
  if (!place?.knows)
    return refuse(
      'complaint-place',
      '地区、行业或被投诉的机构不在名录中。',
      '请从列表中选择；不确定的行业或机构可以不选，用文字说明。',
      {
        provision: SUPERVISION_BASIS,
      },
    );
  const id = await bodyFrom(trx, place.id, complaint);
  if (id === null)
    return refuse(
      'complaint-elsewhere',
      '对省人力资源和社会保障厅的投诉不由本系统受理。',
      '请向纪检监察机关反映（举报电话 12388）。',
      { provision: '23' },
    );
  return {
    ok: true,
    value: await trx.selectFrom('organisation').select(['id', 'name']).where('id', '=', id).executeTakeFirstOrThrow(),
  };
}

const FILE_LIMIT = 5;

/** Material by whoever knows the code, until the answer. On a refusal the caller removes the stored file. */
export async function attachToComplaint(
  db: Db,
  { code, requestId, ...file }: StoredFile & Stranger & { code: string },
): Promise<Outcomes<{ files: number }>> {
  const plain = readComplaintCode(code);
  return db.transaction().execute(async (trx) => {
    const row =
      plain === null
        ? undefined
        : await trx
            .selectFrom('complaint')
            .selectAll()
            .where('code_hash', '=', hashOfCode(plain))
            .forNoKeyUpdate()
            .executeTakeFirst();
    if (!row) return unknownCode();
    if (row.state === 'answered') return refuse('case-moved', '这件投诉举报已经答复。', '如有新的情况，请另行提交。');
    const attached = await attachCaseFile(
      trx,
      { caseKind: 'complaint', caseId: row.id, uploadedBy: null, organisationId: null, file },
      FILE_LIMIT,
    );
    if (!attached.ok) return attached;
    await recordCase(trx, { ...NOBODY, requestId }, { caseKind: 'complaint', id: row.id, kind: 'file-added' });
    const { n } = await trx
      .selectFrom('case_file')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('case_kind', '=', 'complaint')
      .where('case_id', '=', row.id)
      .executeTakeFirstOrThrow();
    return { ok: true, value: { files: n } };
  });
}

export const unknownCode = () =>
  refuse('not-found', '没有查到这个查询码。', '请核对提交后显示的 16 位查询码；遗失后无法找回，可以重新提交。');

/** Who complains, for those who deal with it; each sight of the name is on record. */
export async function revealComplainant(
  db: Db,
  scope: Scope,
  id: string,
): Promise<Outcomes<{ name: string; contact: string }>> {
  return db.transaction().execute(async (trx) => {
    const row = await lock(trx, scope, id);
    const isNeeded = row !== undefined && (handlesComplaint(scope, row) || receivesComplaint(scope, row));
    const identity = isNeeded
      ? await trx
          .selectFrom('complaint_identity')
          .select(['name', 'contact'])
          .where('complaint_id', '=', id)
          .executeTakeFirst()
      : undefined;
    if (!identity) return notFound('件投诉举报的投诉人');
    await audit(trx, scope, { action: 'complaint.identity-seen', subjectKind: 'complaint', subjectId: id });
    return { ok: true, value: identity };
  });
}

/**
 * The receiving authority gives it to the authority that looks into it; until it has, it may give it to another, and so may a superior
 * body that was told it is late.
 */
export const assignComplaint = (
  db: Db,
  scope: Scope,
  { id, handlerId, note }: { id: string; handlerId: string; note: string },
  now = new Date(),
) =>
  move(db, scope, { id, act: 'assign', may: assignsComplaint }, async (trx, row) => {
    if (row.about_organisation_id === handlerId)
      return refuse('complaint-accused', '不能把投诉举报交给被投诉的机构办理。', '请转交其上级部门，或由本部门调查。', {
        provision: '23',
      });
    const handlers = await handlersOf(trx, row);
    if (!handlers.some((h) => h.id === handlerId))
      return refuse(
        'transfer-target',
        '只能转交本地区的行业主管部门或人社部门，或其上级；该部门须有未被投诉的监督人员。',
        '请从列表中选择办理部门。',
        {
          provision: SUPERVISION_BASIS,
        },
      );
    await trx
      .updateTable('complaint')
      .set({ state: 'assigned', handler_id: handlerId, assigned_at: now })
      .where('id', '=', id)
      .execute();
    const detail = { handler: handlers.find((h) => h.id === handlerId)?.name ?? '', note };
    await recordCase(trx, scope, {
      caseKind: 'complaint',
      id,
      kind: 'assigned',
      organisationId: assigning(scope, row),
      detail,
      wakes: true,
    });
    await tellBody(trx, { id, number: row.number, to: handlerId, kind: 'complaint-assigned', now });
    return undefined;
  });

/** The handling authority writes down what it found. */
export const investigateComplaint = (
  db: Db,
  scope: Scope,
  { id, finding, investigation }: ComplaintInvestigation & { id: string },
  now = new Date(),
) =>
  move(db, scope, { id, act: 'investigate', may: handlesComplaint }, async (trx, row) => {
    await trx
      .updateTable('complaint')
      .set({ state: 'investigated', finding, investigation, investigated_by: scope.personId, investigated_at: now })
      .where('id', '=', id)
      .execute();
    const organisationId = row.handler_id ?? undefined;
    await recordCase(trx, scope, {
      caseKind: 'complaint',
      id,
      kind: 'investigated',
      organisationId,
      detail: { finding },
    });
    return undefined;
  });

/** The complainant is answered: they read it with their code. */
export const answerComplaint = (
  db: Db,
  scope: Scope,
  { id, answer }: { id: string; answer: string },
  now = new Date(),
) =>
  move(db, scope, { id, act: 'answer', may: handlesComplaint }, async (trx, row) => {
    await trx
      .updateTable('complaint')
      .set({ state: 'answered', answer, answered_by: scope.personId, answered_at: now })
      .where('id', '=', id)
      .execute();
    const organisationId = row.handler_id ?? undefined;
    await recordCase(trx, scope, { caseKind: 'complaint', id, kind: 'answered', organisationId, wakes: true });
    return undefined;
  });

/** A filed claim the complaint is about is put up for a check by the handling authority. */
export async function checkFromComplaint(
  db: Db,
  scope: Scope,
  { id, claimNumber }: { id: string; claimNumber: number },
  now = new Date(),
): Promise<Outcomes<{ checkId: string }>> {
  return db.transaction().execute(async (trx) => {
    const row = await lock(trx, scope, id);
    if (!row || !handlesComplaint(scope, row)) return notFound('件投诉举报');
    const { rows } = await sql<{ id: string; person_id: string; body: string | null }>`
      select c.id, c.person_id, ${supervisingFor(scope, 'c')} as body from claim c
      where c.number = ${claimNumber} and c.state = 'filed' and ${visibleClaim(scope)}`.execute(trx);
    const [claim] = rows;
    if (!claim || claim.body === null) return notFound('份已备案的申报');
    const open = await trx
      .selectFrom('check_task')
      .select('id')
      .where('complaint_id', '=', id)
      .where('claim_id', '=', claim.id)
      .executeTakeFirst();
    if (open) return { ok: true, value: { checkId: open.id } };
    const { id: checkId } = await trx
      .insertInto('check_task')
      .values({
        inspection_id: null,
        complaint_id: id,
        organisation_id: claim.body,
        claim_id: claim.id,
        person_id: claim.person_id,
        position: 1,
        score: 0,
        opened_at: now,
        conclusion: null,
        concluded_by: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordCase(trx, scope, { caseKind: 'check', id: checkId, kind: 'opened', organisationId: claim.body });
    await recordCase(trx, scope, {
      caseKind: 'complaint',
      id,
      kind: 'check-opened',
      organisationId: claim.body,
      detail: { number: claimNumber },
    });
    return { ok: true, value: { checkId } };
  });
}

/** The complaint under its lock, if it is the caller's to see at all. */
async function lock(trx: Db, scope: Scope, id: string): Promise<ComplaintRow | undefined> {
  const { rows } = await sql<ComplaintRow>`
    select x.* from complaint x where x.id = ${id} and ${visibleComplaint(scope)} for no key update of x`.execute(trx);
  return rows[0];
}

type Moving = {
  id: string;
  act: ComplaintAct;
  may: (scope: Scope, row: ComplaintRow, db: Db) => boolean | Promise<boolean>;
};

async function move(
  db: Db,
  scope: Scope,
  { id, act, may }: Moving,
  write: (trx: Db, row: ComplaintRow) => Promise<ReturnType<typeof refuse> | undefined>,
): Promise<Outcomes<ComplaintChanged>> {
  return db.transaction().execute(async (trx) => {
    const row = await lock(trx, scope, id);
    if (!row || !(await may(scope, row, trx))) return notFound('件投诉举报');
    const state = afterComplaintAct(row.state, act);
    if (state === null)
      return refuse(
        'case-moved',
        '这件投诉举报不在这一步。',
        '先转办，再登记调查结果，最后答复；请刷新页面查看最新状态。',
        {
          provision: SUPERVISION_BASIS,
        },
      );
    return (await write(trx, row)) ?? { ok: true, value: { id, state } };
  });
}

type Told = { id: string; number: number; to: string; kind: NoticeKind; now: Date };

/** The authority's supervisors, but those it is about. */
async function tellBody(trx: Db, { id, number, to, kind, now }: Told): Promise<void> {
  const people = await complaintOfficers(trx, id, to);
  const detail = { number, path: '/supervision/complaints' };
  await tell(
    trx,
    people.map((personId) => ({ personId, kind, key: `${id}/${to}/${now.toISOString()}`, detail })),
  );
}

/** For which of the caller's bodies it is assigned: the receiver, or a superior one that was told it is late. */
const assigning = (scope: Scope, row: ComplaintRow): string | undefined =>
  receivesComplaint(scope, row) ? row.receiver_id : supervisingAt(scope)[0];

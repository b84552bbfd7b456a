import type { InquiryConclusion } from '../../contract/inspections.ts';
import type { NoticeKind } from '../../contract/notices.ts';
import type { Outcomes } from '../../contract/problems.ts';
import { legalDay } from '../../rules/calendar.ts';
import { INQUIRY_STATES, type InquiryState, SUPERVISION_BASIS } from '../../rules/supervision.ts';
import type { Db } from '../connect.ts';
import { managedAt, type Scope, supervisingAt } from '../read/scope.ts';
import { officersOf } from '../superiors.ts';
import type { UseInquiryRow } from '../tables/supervision.ts';
import { notFound, refuse } from './caller.ts';
import { recordCase } from './cases.ts';
import { tell } from './notices.ts';
import { orderWithin } from './rectifications.ts';

/** How employers use the results (结果应用检查, Arts. 6, 20): asked by an inspection, answered by the unit's manager, concluded. */

type Changed = Outcomes<{ id: string; state: InquiryState }>;

/** The unit's manager says how the year was considered. */
export async function answerInquiry(
  db: Db,
  scope: Scope,
  { id, answer }: { id: string; answer: string },
  now = new Date(),
): Promise<Changed> {
  return db.transaction().execute(async (trx) => {
    const inquiry = await lock(trx, id);
    if (!inquiry || !managedAt(scope).includes(inquiry.employer_id)) return notFound('项检查');
    if (inquiry.state !== 'asked') return moved(inquiry);
    await trx
      .updateTable('use_inquiry')
      .set({ state: 'answered', answer, answered_by: scope.personId, answered_at: now })
      .where('id', '=', id)
      .execute();
    await recordCase(trx, scope, { caseKind: 'inquiry', id, kind: 'answered', organisationId: inquiry.employer_id });
    await tellOf(trx, inquiry, { kind: 'inquiry-answered', to: inquiry.organisation_id, role: 'supervisor', now });
    return { ok: true, value: { id, state: 'answered' } };
  });
}

/** The authority concludes, on the answer or without one; a finding may order the unit to mend it (Art. 22). */
export async function concludeInquiry(
  db: Db,
  scope: Scope,
  { id, ...conclusion }: InquiryConclusion & { id: string },
  now = new Date(),
): Promise<Changed> {
  return db.transaction().execute(async (trx) => {
    const inquiry = await lock(trx, id);
    if (!inquiry || !supervisingAt(scope).includes(inquiry.organisation_id)) return notFound('项检查');
    if (inquiry.state === 'passed' || inquiry.state === 'finding') return moved(inquiry);
    if (inquiry.answered_by === scope.personId) return ownAnswer();
    const order = conclusion.outcome === 'finding' ? conclusion.order : null;
    // First, because it may be refused, and then nothing of it is to stay.
    const ordered = order && (await orderOf(trx, scope, { inquiry, order, facts: conclusion.conclusion, now }));
    if (ordered && !ordered.ok) return ordered;
    await trx
      .updateTable('use_inquiry')
      .set({
        state: conclusion.outcome,
        conclusion: conclusion.conclusion,
        concluded_by: scope.personId,
        concluded_at: now,
        rectification_id: ordered?.value.id ?? null,
      })
      .where('id', '=', id)
      .execute();
    await recordCase(trx, scope, {
      caseKind: 'inquiry',
      id,
      kind: conclusion.outcome,
      organisationId: inquiry.organisation_id,
    });
    const verdict = INQUIRY_STATES[conclusion.outcome];
    await tellOf(trx, inquiry, {
      kind: 'inquiry-concluded',
      to: inquiry.employer_id,
      role: 'administrator',
      now,
      verdict,
    });
    return { ok: true, value: { id, state: conclusion.outcome } };
  });
}

const ownAnswer = () =>
  refuse('rectification-own-report', '答复人不能对自己的答复作出结论。', '请由本部门其他监督检查人员办理。', {
    provision: '23',
  });

type Ordering = {
  inquiry: UseInquiryRow;
  order: { requirement: string; dueOn: string };
  facts: string;
  now: Date;
};

/** Refused before anything is written. */
const orderOf = (trx: Db, scope: Scope, { inquiry, order, facts, now }: Ordering) =>
  orderWithin(
    trx,
    scope,
    {
      ...order,
      facts,
      targetId: inquiry.employer_id,
      violation: 'results-unused',
      source: { kind: 'inquiry', id: inquiry.id },
      requestKey: `inquiry-${inquiry.id}`,
    },
    now,
  );

const lock = (trx: Db, id: string): Promise<UseInquiryRow | undefined> =>
  trx.selectFrom('use_inquiry').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

const moved = ({ state }: UseInquiryRow) =>
  refuse('case-moved', state === 'answered' ? '单位已经答复。' : '这项检查已有结论。', '请刷新页面查看最新状态。', {
    provision: SUPERVISION_BASIS,
  });

type Told = { kind: NoticeKind; to: string; role: 'supervisor' | 'administrator'; now: Date; verdict?: string };

async function tellOf(trx: Db, inquiry: UseInquiryRow, { kind, to, role, now, verdict }: Told): Promise<void> {
  const names = await trx
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where('id', 'in', [inquiry.organisation_id, inquiry.employer_id])
    .execute();
  const nameOf = (id: string) => names.find((n) => n.id === id)?.name ?? '';
  const detail = {
    organisation: nameOf(inquiry.organisation_id),
    target: nameOf(inquiry.employer_id),
    year: inquiry.year,
    ...(verdict !== undefined && { verdict }),
    path: role === 'supervisor' ? '/supervision/inspections' : '/unit/inquiries',
  };
  const people = await officersOf(trx, to, role, legalDay(now.getTime()));
  await tell(
    trx,
    people.map((personId) => ({ personId, kind, key: inquiry.id, detail })),
  );
}

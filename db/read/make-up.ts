import { sql } from 'kysely';
import type { MakeUp, MakeUpPreview } from '../../contract/make-up.ts';
import type { Outcomes } from '../../contract/problems.ts';
import type { AnnualResult } from '../../rules/annual.ts';
import { DEFERRAL_BASIS } from '../../rules/deferral.ts';
import { MAKE_UP_REFUSALS, type MakeUpRefusal, madeUpYear, whyNotMakeUp } from '../../rules/make-up.ts';
import type { Subject } from '../../rules/vocabulary.ts';
import { notFound, refuse } from '../acts/caller.ts';
import type { Db } from '../connect.ts';
import { deferralOf } from '../deferral-of.ts';
import { activeSources, judgedBy, yearNow } from '../ledger.ts';
import { judgeYear } from '../ledger-entries.ts';
import { countedFor } from '../make-up.ts';
import { standing } from './explain.ts';
import { registrationsOf } from './registrations.ts';

type Row = {
  completionId: string;
  title: string;
  subject: Subject;
  hundredths: number;
  completedOn: string;
  assignedAt: Date | null;
};

/** A person's completions; what was taken back as wrong is left out. */
const completionsOf = (personId: string) => sql`
  select x.id as "completionId", x.title, x.subject, x.hundredths, x.completed_on as "completedOn", m.assigned_at as "assignedAt"
  from platform_completion x left join make_up m on m.completion_id = x.id
  where x.person_id = any (${registrationsOf(personId)}) and not exists (select from revocation r where r.source_id = x.id)`;

/** The platform courses that a person may count, or has counted, for a deferred year, in the order of their days. @param year the deferred one */
export async function readMakeUp(
  db: Db,
  { personId, year, today }: { personId: string; year: number; today: string },
): Promise<MakeUp> {
  const deferral = await deferralOf(db, { personId, year });
  if (!deferral) return { year, until: null, courses: [] };
  const { rows } = await sql<Row>`${completionsOf(personId)}
    and x.year = ${year + 1} and x.completed_on <= ${deferral.until}::date order by x.completed_on, x.id`.execute(db);
  const courses = rows.map(({ assignedAt, ...row }) => {
    const code = whyNotMakeUp({ completedOn: row.completedOn, today, deferral, chosen: assignedAt !== null });
    const barred = code === undefined ? null : MAKE_UP_REFUSALS[code].message;
    return { ...row, assignedAt: assignedAt?.toISOString() ?? null, barred };
  });
  return { year, until: deferral.until, courses };
}

/** What counting a course for the deferred year would make of both years. Nothing is written. */
export async function previewMakeUp(
  db: Db,
  { personId, completionId, today }: { personId: string; completionId: string; today: string },
): Promise<Outcomes<MakeUpPreview>> {
  const { rows } = await sql<Row>`${completionsOf(personId)} and x.id = ${completionId}`.execute(db);
  const [row] = rows;
  if (!row) return notFound('条平台登记');
  const { assignedAt, ...course } = row;
  const year = madeUpYear(course.completedOn);
  const deferral = await deferralOf(db, { personId, year });
  const barred = whyNotMakeUp({ completedOn: course.completedOn, today, deferral, chosen: assignedAt !== null });
  if (barred) return refuseMakeUp(barred);
  const effect = await effectOfMakeUp(db, { personId, year, completionId, on: today });
  if (!effect.ok) return effect;
  const { deferred, own } = effect.value;
  const shown = ({ before, after }: Change) => ({ before: standing(before), after: standing(after) });
  return { ok: true, value: { ...course, deferred: shown(deferred), own: shown(own) } };
}

export const refuseMakeUp = (code: MakeUpRefusal) =>
  refuse(code, MAKE_UP_REFUSALS[code].message, MAKE_UP_REFUSALS[code].fix, { provision: DEFERRAL_BASIS });

type Change = { before: AnnualResult; after: AnnualResult };
type Asked = { personId: string; year: number; completionId: string; on: string };

/** Both years before and after, by the rules; refused where the course would count for nothing, or one of the years is cancelled (Art. 21). */
export async function effectOfMakeUp(
  db: Db,
  { personId, year, completionId, on }: Asked,
): Promise<Outcomes<{ deferred: Change; own: Change }>> {
  const [mine, theirs] = [
    { personId, year: year + 1, on },
    { personId, year, on },
  ];
  const [ownSources, deferredSources] = [await activeSources(db, mine), await activeSources(db, theirs)];
  const source = ownSources.find((each) => each.sourceId === completionId);
  if (!source) return notFound('条平台登记');
  const others = ownSources.filter((each) => each !== source);
  const together = [...deferredSources, countedFor(source, year)];
  const own = {
    before: await yearNow(db, mine),
    after: judgeYear({ ...mine, ...(await judgedBy(db, mine, others)) }, others),
  };
  const deferred = {
    before: await yearNow(db, theirs),
    after: judgeYear({ ...theirs, ...(await judgedBy(db, theirs, together)) }, together),
  };
  if (own.before.verdict === 'cancelled' || deferred.before.verdict === 'cancelled')
    return refuse(
      'make-up-nothing',
      '其中一个年度的学时已取消，不能选定。',
      '对取消有异议的，请按处理决定所载途径申请。',
      {
        provision: '21',
      },
    );
  const item = deferred.after.items.find((each) => each.id === completionId);
  if (item?.refusal)
    return refuse('make-up-nothing', item.refusal.message, '请选择另一门课程；这门课程仍计入完成当年。', {
      provision: '17',
    });
  return { ok: true, value: { deferred, own } };
}

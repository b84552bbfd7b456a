import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { YearChange } from '../../contract/explained.ts';
import type { Preview, PreviewRequest } from '../../contract/preview.ts';
import type { Activity } from '../../rules/activity.ts';
import { legalDay } from '../../rules/calendar.ts';
import { recogniseClaim } from '../../rules/claim-lines.ts';
import { claimYears } from '../../rules/deadlines.ts';
import { declarable } from '../../rules/declarable.ts';
import { whyNotCorrected } from '../acts/conflicts.ts';
import { affiliationOn } from '../affiliations.ts';
import { whyNotListed, withListedFacts } from '../catalogued.ts';
import type { Db } from '../connect.ts';
import { deferralFor } from '../deferral-of.ts';
import { activeSources, judgedBy } from '../ledger.ts';
import type { Source } from '../ledger-entries.ts';
import { changeOf, explainRecognition } from './explain.ts';
import { likenesses } from './likeness.ts';

/** What a declaration would be worth: the rules of the review and of the ledger, before anything is submitted. */
export async function readPreview(
  db: Db,
  personId: string,
  { declared: written, hasEvidence, claimId }: PreviewRequest,
  today: string,
): Promise<Preview> {
  const declared = await withListedFacts(db, personId, written);
  const unlisted = await whyNotListed(db, personId, declared);
  const activity = asActivity(declared, hasEvidence);
  const standing = await standingOf(db, { personId, declared, claimId, today });
  const { studyArchive } = standing;
  const years = claimYears(activity);
  const recognition = recogniseClaim(activity, { studyArchive });
  const barred = declarable(activity, today, await deferralFor(db, personId, activity), standing.firstSubmittedOn);
  const problems = [
    ...(barred ? [{ code: barred.code, message: barred.message, fix: barred.fix, path: pathOf(barred.code) }] : []),
    ...(hasEvidence ? [] : [NO_EVIDENCE]),
    ...standing.problems,
    ...(unlisted ? [unlisted] : []),
  ];
  const [changes, warnings] = await Promise.all([
    yearsWith(db, { personId, activity, years, studyArchive, today, id: claimId ?? 'preview' }),
    likenesses(db, { personId, declared, claimId: claimId ?? null, asks: 'declarant' }),
  ]);
  return {
    submittable: problems.length === 0 && recognition.outcome === 'accepted',
    recognition: explainRecognition(recognition),
    problems,
    years: changes,
    warnings,
  };
}

type Asked = { personId: string; declared: Declared; claimId: string | undefined; today: string };

/** By which unit and first day a declaration is judged: a correction by those of its submission, anything else by today's. */
type Standing = { studyArchive: boolean; firstSubmittedOn: string; problems: Preview['problems'] };

async function standingOf(db: Db, { personId, declared, claimId, today }: Asked): Promise<Standing> {
  const correction = claimId === undefined ? undefined : await correctionOf(db, personId, claimId);
  if (claimId === undefined || !correction?.first_submitted_at) {
    const affiliation = await affiliationOn(db, personId, today);
    const problems = affiliation ? [] : [NO_AFFILIATION];
    return { studyArchive: affiliation?.studyArchive ?? false, firstSubmittedOn: today, problems };
  }
  const other = await whyNotCorrected(db, claimId, declared);
  return {
    studyArchive: correction.study_archive ?? false,
    firstSubmittedOn: legalDay(correction.first_submitted_at.toISOString()),
    problems: other
      ? [{ code: other.refusal.code, message: other.refusal.detail, fix: other.refusal.fix, path: 'declared.on' }]
      : [],
  };
}

const correctionOf = (db: Db, personId: string, claimId: string) =>
  db
    .selectFrom('claim as c')
    .leftJoin('organisation as e', 'e.id', 'c.employer_id')
    .select(['c.first_submitted_at', 'e.study_archive'])
    .where('c.id', '=', claimId)
    .where('c.person_id', '=', personId)
    .where('c.state', '=', 'correction')
    .executeTakeFirst();

const NO_EVIDENCE = {
  code: 'evidence-missing',
  message: '还没有上传证明材料。',
  fix: '请上传参训证明、证书或认可文件（PDF、JPEG 或 PNG）。',
  path: 'evidence',
};
const NO_AFFILIATION = {
  code: 'no-affiliation',
  message: '您目前没有登记任职单位，无法确定由谁初审。',
  fix: '请联系单位人事部门在平台登记您的任职信息。',
  path: '',
};

/** The field a refusal is about, for the form to show it there. */
const pathOf = (code: string): string => (code === 'not-declarable' ? 'declared.form' : 'declared.on');

type Candidate = {
  personId: string;
  id: string;
  activity: Activity;
  years: readonly number[];
  studyArchive: boolean;
  today: string;
  loweredTo?: Record<number, number>;
};

/** Each year an activity is for, without it and with it. */
export async function yearsWith(db: Db, candidate: Candidate): Promise<YearChange[]> {
  const { personId, id, activity, years, studyArchive, today: asOf, loweredTo = {} } = candidate;
  return Promise.all(
    years.map(async (year) => {
      const sources = await activeSources(db, { personId, year });
      const others = sources.filter((s) => s.sourceId !== id);
      const candidate: Source = { sourceKind: 'claim', sourceId: id, activity, studyArchive, loweredTo };
      return changeOf({
        year,
        asOf,
        others,
        candidate,
        ...(await judgedBy(db, { personId, year }, [...others, candidate])),
      });
    }),
  );
}

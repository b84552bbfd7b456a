import type {
  AcademicConference,
  Activity,
  AuthorityRecognised,
  AuthorityTraining,
  CoursewareLecturing,
  Day,
  Degree,
  PlatformCourse,
  QualificationExam,
  TrainingDay,
  UnitTraining,
} from '../../../rules/activity.ts';
import { type AnnualInput, type AnnualResult, annualYear, type Recognised } from '../../../rules/annual.ts';
import { addDays } from '../../../rules/calendar.ts';

/** Facts for the tests of the rules: each maker gives what the law accepts, a test changes the one thing it is about. */

/** `count` days in a row from `from`, each of `hundredths` of a subject. */
export const days = (
  from: Day,
  count: number,
  hundredths = 800,
  subject: TrainingDay['subject'] = 'professional',
): TrainingDay[] => Array.from({ length: count }, (_, at) => ({ on: addDays(from, at), hundredths, subject }));

export const authorityTraining = (
  entries: readonly TrainingDay[],
  change: Partial<AuthorityTraining> = {},
): AuthorityTraining => ({
  form: 'authority-training',
  organiser: 'hrss',
  proof: true,
  mode: 'offline',
  days: entries,
  ...change,
});

export const unitTraining = (entries: readonly TrainingDay[], change: Partial<UnitTraining> = {}): UnitTraining => ({
  form: 'unit-training',
  organiser: 'own-employer',
  proof: true,
  mode: 'offline',
  days: entries,
  ...change,
});

export const course = (change: Partial<PlatformCourse> = {}): PlatformCourse => ({
  form: 'platform-course',
  on: '2026-06-01',
  course: 'C1',
  hundredths: 1000,
  subject: 'public',
  ...change,
});

export const conference = (change: Partial<AcademicConference> = {}): AcademicConference => ({
  form: 'academic-conference',
  on: '2026-06-01',
  level: 'provincial',
  ownField: true,
  presentedPaper: false,
  ...change,
});

export const lecturing = (change: Partial<CoursewareLecturing> = {}): CoursewareLecturing => ({
  form: 'courseware-lecturing',
  on: '2026-06-01',
  courseware: 'K1',
  inCatalogue: true,
  coursewareHundredths: 200,
  ...change,
});

export const exam = (change: Partial<QualificationExam> = {}): QualificationExam => ({
  form: 'qualification-exam',
  on: '2026-06-01',
  ownProfession: true,
  passed: true,
  ...change,
});

export const degree = (change: Partial<Degree> = {}): Degree => ({
  form: 'degree',
  on: '2026-06-01',
  level: 'bachelor',
  recognised: true,
  ...change,
});

export const aid = (assessment: 'excellent' | 'qualified' | 'basically-qualified' | 'unqualified' | 'none') => ({
  form: 'aid-mission' as const,
  year: 2026,
  region: 'tibet' as const,
  assessment,
});

export const authorityRecognised = (change: Partial<AuthorityRecognised> = {}): AuthorityRecognised => ({
  form: 'authority-recognised',
  on: '2026-06-01',
  subject: 'professional',
  document: { number: '鄂卫发〔2026〕8号', level: 'provincial' },
  hundredths: 500,
  ...change,
});

/** Activities named a1, a2, … in the order given. */
export const named = (...activities: readonly Activity[]): Recognised[] =>
  activities.map((activity, at) => ({ id: `a${at + 1}`, activity }));

/** The year 2026 of a person whose unit keeps a study archive, on 15 January 2027. */
export const yearOfThese = (activities: readonly Recognised[], change: Partial<AnnualInput> = {}): AnnualResult =>
  annualYear({ year: 2026, asOf: '2027-01-15', unit: { studyArchive: true }, activities, ...change });

/** Counted hundredths by id. */
export const counted = (result: AnnualResult): Record<string, number> =>
  Object.fromEntries(result.items.map((item) => [item.id, item.countedHundredths]));

/** Refusal codes by id. */
export const refusedCodes = (result: AnnualResult): Record<string, string> =>
  Object.fromEntries(result.items.flatMap(({ id, refusal }) => (refusal ? [[id, refusal.code]] : [])));

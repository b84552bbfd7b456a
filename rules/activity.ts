import type {
  AidRegion,
  Assessment,
  ConferenceLevel,
  DegreeLevel,
  DocumentLevel,
  Form,
  Mode,
  Organiser,
  Subject,
} from './vocabulary.ts';

/**
 * What somebody did, discriminated by `form`: the shape the rules judge, stored in `claim.activity` and sent on the
 * wire. Hours are integer hundredths of an hour; days are `YYYY-MM-DD` in Asia/Shanghai. Optional fields admit
 * `undefined` because that is what a parsed wire value has.
 */

/** A legal day, `YYYY-MM-DD`, in Asia/Shanghai. */
export type Day = string;

/** One entry of a training: a day and subject, in hours or in minutes. Travel counts nothing. */
export type TrainingDay = {
  on: Day;
  subject: Subject;
  hundredths?: number | undefined;
  minutes?: number | undefined;
  travel?: boolean | undefined;
};

/** `makeUpFor`: the deferred year the activity is declared for (Art. 17). */
type Common<F extends Form> = { form: F; makeUpFor?: number | undefined };

type Training = { organiser: Organiser; proof: boolean; mode: Mode; days: readonly TrainingDay[] };

export type AuthorityTraining = Common<'authority-training'> & Training;
/** Its subject is professional whatever the days say (Art. 11(1)). */
export type UnitTraining = Common<'unit-training'> & Training;
export type PlatformCourse = Common<'platform-course'> & {
  on: Day;
  course: string;
  hundredths: number;
  subject: Subject;
};
export type AcademicConference = Common<'academic-conference'> & {
  on: Day;
  level: ConferenceLevel;
  ownField: boolean;
  presentedPaper: boolean;
  paperDoi?: string | undefined;
  /** The other authors' names: whoever bears one does not review the claim (Art. 23). */
  coAuthors?: readonly string[] | undefined;
};
/** `on` is the day the courseware entered the catalogue. */
export type CoursewareLecturing = Common<'courseware-lecturing'> & {
  on: Day;
  courseware: string;
  inCatalogue: boolean;
  coursewareHundredths: number;
};
/** `on` is the date on the certificate. */
export type QualificationExam = Common<'qualification-exam'> & { on: Day; ownProfession: boolean; passed: boolean };
/** `on` is the date on the diploma. */
export type Degree = Common<'degree'> & { on: Day; level: DegreeLevel; recognised: boolean };
/** `year` is the assessed year. */
export type AidMission = Common<'aid-mission'> & { year: number; region: AidRegion; assessment: Assessment };
/** Either hours, or credits with the authority's ratio. */
export type AuthorityRecognised = Common<'authority-recognised'> & {
  on: Day;
  subject: Subject;
  document?: { number: string; level: DocumentLevel; on?: Day | undefined } | undefined;
  hundredths?: number | undefined;
  creditsHundredths?: number | undefined;
  ratioHundredths?: number | undefined;
};

export type Activity =
  | AuthorityTraining
  | UnitTraining
  | PlatformCourse
  | AcademicConference
  | CoursewareLecturing
  | QualificationExam
  | Degree
  | AidMission
  | AuthorityRecognised;

/** What people add in words; the rules compare it for duplicates and judge nothing by it. */
export type Description = {
  title?: string | undefined;
  organiserName?: string | undefined;
  place?: string | undefined;
  certificateNumber?: string | undefined;
  paperTitle?: string | undefined;
  note?: string | undefined;
};

/** An activity as declared. Rules take a declaration wherever they ask for an activity. */
export type Declaration = Activity & Description;

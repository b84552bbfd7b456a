import type { Declared } from '../../contract/declarations.ts';
import type { Day } from '../../rules/activity.ts';
import { formatHundredths, parseHundredths } from '../../rules/hours.ts';
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
} from '../../rules/vocabulary.ts';

/** One day of a training as it is typed; `on` is empty until it is chosen. `key` keeps the row's identity while rows come and go. */
export type DayFields = {
  key: string;
  on: Day;
  subject: Subject;
  unit: 'hours' | 'minutes' | 'travel';
  amount: string;
};

/** What the forms hold while somebody types: flat, loose, and kept when the form is changed. */
export type Fields = {
  form: Form;
  title: string;
  organiserName: string;
  place: string;
  certificateNumber: string;
  paperTitle: string;
  paperDoi: string;
  /** Names, apart from each other by 、 or a comma. */
  coAuthors: string;
  note: string;
  makeUpFor: number | null;
  organiser: Organiser | null;
  mode: Mode | null;
  days: DayFields[];
  on: Day;
  conferenceLevel: ConferenceLevel | null;
  ownField: boolean | null;
  presentedPaper: boolean | null;
  courseware: string;
  inCatalogue: boolean | null;
  coursewareHours: string;
  ownProfession: boolean | null;
  passed: boolean | null;
  degreeLevel: DegreeLevel | null;
  recognised: boolean | null;
  year: number | null;
  region: AidRegion | null;
  assessment: Assessment | null;
  subject: Subject | null;
  documentId: string;
  documentNumber: string;
  documentLevel: DocumentLevel | null;
  documentOn: Day;
  counting: 'hours' | 'credits';
  hours: string;
  credits: string;
  ratio: string;
};

export const emptyFields = (form: Form): Fields => ({
  form,
  title: '',
  organiserName: '',
  place: '',
  certificateNumber: '',
  paperTitle: '',
  paperDoi: '',
  coAuthors: '',
  note: '',
  makeUpFor: null,
  organiser: form === 'unit-training' ? 'own-employer' : null,
  mode: 'offline',
  days: [],
  on: '',
  conferenceLevel: null,
  ownField: null,
  presentedPaper: null,
  courseware: '',
  inCatalogue: null,
  coursewareHours: '',
  ownProfession: null,
  passed: null,
  degreeLevel: null,
  recognised: null,
  year: null,
  region: null,
  assessment: null,
  subject: null,
  documentId: '',
  documentNumber: '',
  documentLevel: null,
  documentOn: '',
  counting: 'hours',
  hours: '',
  credits: '',
  ratio: '',
});

/** Left out when empty: what is not typed does not travel. */
const words = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());
/** Unreadable hours travel as the text, so that the schema names them. */
const hundredthsOf = (text: string): number | string | undefined =>
  words(text) === undefined ? undefined : (parseHundredths(text.trim()) ?? text);

const minutesOf = (text: string): number | string | undefined =>
  words(text) === undefined ? undefined : /^\d+$/.test(text.trim()) ? Number(text.trim()) : text;

function dayOf({ on, subject, unit, amount }: DayFields, form: Form): Record<string, unknown> {
  const base = { on, subject: form === 'unit-training' ? 'professional' : subject };
  if (unit === 'travel') return { ...base, travel: true };
  return unit === 'hours' ? { ...base, hundredths: hundredthsOf(amount) } : { ...base, minutes: minutesOf(amount) };
}

/** What the form says, in the wire's shape but unchecked: `declared` of the contract judges it. */
export function candidateOf(fields: Fields): Record<string, unknown> {
  const all: Record<string, unknown> = { form: fields.form, ...describe(fields), ...particulars(fields) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}

function describe(fields: Fields): Record<string, unknown> {
  const { form } = fields;
  return {
    title: words(fields.title) ?? '',
    organiserName: words(fields.organiserName),
    place: words(fields.place),
    certificateNumber: words(fields.certificateNumber),
    paperTitle: form === 'academic-conference' && fields.presentedPaper === true ? words(fields.paperTitle) : undefined,
    note: words(fields.note),
    makeUpFor: fields.makeUpFor,
  };
}

function particulars(fields: Fields): Record<string, unknown> {
  const { form, on } = fields;
  switch (form) {
    case 'authority-training':
    case 'unit-training':
      return {
        organiser: form === 'unit-training' ? 'own-employer' : fields.organiser,
        mode: fields.mode,
        days: fields.days.map((day) => dayOf(day, form)),
      };
    case 'academic-conference':
      return {
        on,
        level: fields.conferenceLevel,
        ownField: fields.ownField,
        presentedPaper: fields.presentedPaper,
        ...(fields.presentedPaper === true && paperOf(fields)),
      };
    case 'courseware-lecturing':
      return {
        on,
        courseware: fields.courseware,
        inCatalogue: fields.inCatalogue,
        coursewareHundredths: hundredthsOf(fields.coursewareHours),
      };
    case 'qualification-exam':
      return { on, ownProfession: fields.ownProfession, passed: fields.passed };
    case 'degree':
      return { on, level: fields.degreeLevel, recognised: fields.recognised };
    case 'aid-mission':
      return { year: fields.year, region: fields.region, assessment: fields.assessment };
    case 'authority-recognised':
      return { on, subject: fields.subject, ...documented(fields), ...measured(fields) };
    case 'platform-course':
      return {};
  }
}

/** The paper's DOI and other authors, as far as they are typed. */
function paperOf({ paperDoi, coAuthors }: Fields): Record<string, unknown> {
  const names = coAuthors
    .split(/[、，,;；\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { paperDoi: words(paperDoi), coAuthors: names.length === 0 ? undefined : names };
}

function documented({ documentId, documentNumber, documentLevel, documentOn }: Fields): Record<string, unknown> {
  return {
    documentId: words(documentId),
    document: { number: documentNumber, level: documentLevel ?? undefined, on: documentOn },
  };
}

const measured = (fields: Fields): Record<string, unknown> =>
  fields.counting === 'hours'
    ? { hundredths: hundredthsOf(fields.hours) }
    : { creditsHundredths: hundredthsOf(fields.credits), ratioHundredths: hundredthsOf(fields.ratio) };

/** A saved declaration back in the form. */
export function fieldsOf(declared: Declared): Fields {
  const base: Fields = {
    ...emptyFields(declared.form),
    title: declared.title,
    organiserName: declared.organiserName ?? '',
    place: declared.place ?? '',
    certificateNumber: declared.certificateNumber ?? '',
    paperTitle: declared.paperTitle ?? '',
    note: declared.note ?? '',
    makeUpFor: declared.makeUpFor ?? null,
  };
  switch (declared.form) {
    case 'authority-training':
    case 'unit-training':
      return { ...base, organiser: declared.organiser, mode: declared.mode, days: declared.days.map(typedDay) };
    case 'academic-conference': {
      const { on, level, ownField, presentedPaper, paperDoi = '', coAuthors = [] } = declared;
      return {
        ...base,
        on,
        conferenceLevel: level,
        ownField,
        presentedPaper,
        paperDoi,
        coAuthors: coAuthors.join('、'),
      };
    }
    case 'courseware-lecturing': {
      const { on, courseware, inCatalogue, coursewareHundredths } = declared;
      return { ...base, on, courseware, inCatalogue, coursewareHours: formatHundredths(coursewareHundredths) };
    }
    case 'qualification-exam':
      return { ...base, on: declared.on, ownProfession: declared.ownProfession, passed: declared.passed };
    case 'degree':
      return { ...base, on: declared.on, degreeLevel: declared.level, recognised: declared.recognised };
    case 'aid-mission':
      return { ...base, year: declared.year, region: declared.region, assessment: declared.assessment };
    case 'authority-recognised':
      return { ...base, ...typedRecognised(declared) };
  }
}

const typed = (hundredths: number | undefined): string =>
  hundredths === undefined ? '' : formatHundredths(hundredths);

function typedDay(day: Extract<Declared, { form: 'unit-training' }>['days'][number], index: number): DayFields {
  const unit = day.travel === true ? 'travel' : day.minutes === undefined ? 'hours' : 'minutes';
  const amount = day.minutes === undefined ? typed(day.hundredths) : String(day.minutes);
  return { key: `saved-${index}`, on: day.on, subject: day.subject, unit, amount };
}

const typedRecognised = (declared: Extract<Declared, { form: 'authority-recognised' }>): Partial<Fields> => ({
  on: declared.on,
  subject: declared.subject,
  documentId: declared.documentId ?? '',
  documentNumber: declared.document?.number ?? '',
  documentLevel: declared.document?.level ?? null,
  documentOn: declared.document?.on ?? '',
  counting: declared.hundredths === undefined ? 'credits' : 'hours',
  hours: typed(declared.hundredths),
  credits: typed(declared.creditsHundredths),
  ratio: typed(declared.ratioHundredths),
});

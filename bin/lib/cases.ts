import { z } from 'zod';
import { type AnnualInput, type AnnualResult, annualYear } from '../../rules/annual.ts';
import { isDay } from '../../rules/calendar.ts';
import { parseHundredths } from '../../rules/hours.ts';
import {
  AID_REGIONS,
  ASSESSMENTS,
  CONFERENCE_LEVELS,
  codes,
  DEGREE_LEVELS,
  DOCUMENT_LEVELS,
  MODES,
  ORGANISERS,
  REFUSAL_CODES,
  SUBJECTS,
  VERDICTS,
} from '../../rules/vocabulary.ts';

/** Worked cases: the file format with decimal hours, and their evaluation by the same rules the API's preview uses. */

const day = z.string().refine(isDay, '应为存在的日期 YYYY-MM-DD');
const year = z.int().min(1).max(9998);

/** A JSON number or text of at most two decimals → hundredths, by its digits: no float arithmetic. */
const hundredths = z.union([z.number(), z.string()]).transform((value, context) => {
  const parsed = parseHundredths(String(value));
  if (parsed !== undefined) return parsed;
  context.issues.push({ code: 'custom', input: value, message: '应为不小于 0、至多两位小数的数' });
  return z.NEVER;
});

const subject = z.enum(codes(SUBJECTS));
const common = { id: z.string().min(1), makeUpFor: year.optional() };

const trainingDay = z
  .object({
    on: day,
    subject,
    hours: hundredths.optional(),
    minutes: z.int().nonnegative().optional(),
    travel: z.boolean().optional(),
  })
  .refine(
    (entry) => entry.hours !== undefined || entry.minutes !== undefined || entry.travel === true,
    '须填 hours 或 minutes',
  )
  .transform(({ hours, ...entry }) => ({ ...entry, hundredths: hours }));

const training = {
  ...common,
  organiser: z.enum(codes(ORGANISERS)),
  proof: z.boolean(),
  mode: z.enum(codes(MODES)),
  days: z.array(trainingDay).min(1),
};

const activity = z.discriminatedUnion('form', [
  z.object({ form: z.literal('authority-training'), ...training }),
  z.object({ form: z.literal('unit-training'), ...training }),
  z
    .object({ form: z.literal('platform-course'), ...common, on: day, course: z.string(), hours: hundredths, subject })
    .transform(({ hours, ...rest }) => ({ ...rest, hundredths: hours })),
  z.object({
    form: z.literal('academic-conference'),
    ...common,
    on: day,
    level: z.enum(codes(CONFERENCE_LEVELS)),
    ownField: z.boolean(),
    presentedPaper: z.boolean(),
  }),
  z
    .object({
      form: z.literal('courseware-lecturing'),
      ...common,
      on: day,
      courseware: z.string(),
      inCatalogue: z.boolean(),
      coursewareHours: hundredths,
    })
    .transform(({ coursewareHours, ...rest }) => ({ ...rest, coursewareHundredths: coursewareHours })),
  z.object({
    form: z.literal('qualification-exam'),
    ...common,
    on: day,
    ownProfession: z.boolean(),
    passed: z.boolean(),
  }),
  z.object({
    form: z.literal('degree'),
    ...common,
    on: day,
    level: z.enum(codes(DEGREE_LEVELS)),
    recognised: z.boolean(),
  }),
  z.object({
    form: z.literal('aid-mission'),
    ...common,
    year,
    region: z.enum(codes(AID_REGIONS)),
    assessment: z.enum(codes(ASSESSMENTS)),
  }),
  z
    .object({
      form: z.literal('authority-recognised'),
      ...common,
      on: day,
      subject,
      document: z.object({ number: z.string(), level: z.enum(codes(DOCUMENT_LEVELS)), on: day.optional() }).optional(),
      hours: hundredths.optional(),
      credits: hundredths.optional(),
      ratio: hundredths.optional(),
    })
    .refine(
      (one) =>
        one.credits === undefined ? one.hours !== undefined && one.ratio === undefined : one.ratio !== undefined,
      '须填 hours，或同时填 credits 与 ratio',
    )
    .transform(({ hours, credits, ratio, ...rest }) => ({
      ...rest,
      hundredths: hours,
      creditsHundredths: credits,
      ratioHundredths: ratio,
    })),
]);

const workedCase = z.object({
  id: z.string(),
  given: z.object({
    year,
    asOf: day,
    unit: z.object({ studyArchive: z.boolean() }),
    activities: z.array(activity),
    deferral: z.object({ until: day }).optional(),
    findings: z.array(z.object({ kind: z.literal('fraud'), effectiveOn: day })).optional(),
  }),
  // biome-ignore lint/suspicious/noThenProperty: it is the file format's word, and nothing awaits a case.
  then: z.object({
    public: hundredths,
    professional: hundredths,
    total: hundredths,
    verdict: z.enum(codes(VERDICTS)),
    counted: z.record(z.string(), hundredths).optional(),
    refused: z.record(z.string(), z.enum(codes(REFUSAL_CODES))).optional(),
  }),
});

/** The schema of a file of worked cases. */
export const Cases = z.array(workedCase);
export type Case = z.infer<typeof workedCase>;
type Expected = Case['then'];

/** What a case gave, with decimal hours as in the file. */
export type Got = {
  public: number;
  professional: number;
  total: number;
  verdict: string;
  counted: Record<string, number>;
  refused: Record<string, string>;
};

/** One case evaluated: whether it gave what it should, and what it gave. */
export function evaluate(one: Case): { id: string; ok: boolean; got: Got } {
  const got = gotOf(annualYear(inputOf(one)));
  return { id: one.id, ok: agrees(one.then, got), got };
}

const inputOf = ({ given }: Case): AnnualInput => ({
  ...given,
  activities: given.activities.map(({ id, ...rest }) => ({ id, activity: rest })),
});

function gotOf(result: AnnualResult): Got {
  const counted = result.items.filter((item) => item.status === 'counted');
  return {
    public: result.publicHundredths / 100,
    professional: result.professionalHundredths / 100,
    total: result.totalHundredths / 100,
    verdict: result.verdict,
    counted: Object.fromEntries(counted.map((item) => [item.id, item.countedHundredths / 100])),
    refused: Object.fromEntries(result.items.flatMap(({ id, refusal }) => (refusal ? [[id, refusal.code]] : []))),
  };
}

const agrees = (expected: Expected, got: Got): boolean =>
  expected.public === toHundredths(got.public) &&
  expected.professional === toHundredths(got.professional) &&
  expected.total === toHundredths(got.total) &&
  expected.verdict === got.verdict &&
  (expected.counted === undefined || sameEntries(expected.counted, mapValues(got.counted, toHundredths))) &&
  (expected.refused === undefined || sameEntries(expected.refused, got.refused));

const toHundredths = (hours: number): number | undefined => parseHundredths(String(hours));

const mapValues = <T, U>(record: Record<string, T>, of: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value)]));

function sameEntries(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

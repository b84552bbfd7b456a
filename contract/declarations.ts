import { z } from 'zod';
import type { Declaration } from '../rules/activity.ts';
import { yearOf } from '../rules/calendar.ts';
import {
  AID_REGIONS,
  ASSESSMENTS,
  CONFERENCE_LEVELS,
  DEGREE_LEVELS,
  DOCUMENT_LEVELS,
  MODES,
  ORGANISERS,
  SUBJECTS,
} from '../rules/vocabulary.ts';
import { codeOf, day, hundredths, id, longText, shortText } from './values.ts';

/** In words, for the reviewers and for telling one activity from another. */
const description = {
  title: shortText,
  organiserName: shortText.optional(),
  place: shortText.optional(),
  certificateNumber: shortText.optional(),
  paperTitle: shortText.optional(),
  note: longText.optional(),
};
const [FIRST_YEAR, LAST_YEAR] = [2000, 2200];
const year = z.number().int().min(FIRST_YEAR).max(LAST_YEAR);
/** A day of an activity; its year is one the record can hold. */
const activityDay = day.refine(
  (on) => yearOf(on) >= FIRST_YEAR && yearOf(on) <= LAST_YEAR,
  `年份应在 ${FIRST_YEAR} 至 ${LAST_YEAR} 之间`,
);
const common = { ...description, makeUpFor: year.optional() };

const trainingDay = z
  .strictObject({
    on: activityDay,
    subject: codeOf(SUBJECTS),
    hundredths: hundredths.max(2400, '一天不超过 24 学时').optional(),
    minutes: z.number().int('分钟应为整数').positive('分钟应大于 0').max(1440, '一天不超过 1440 分钟').optional(),
    travel: z.boolean().optional(),
  })
  .refine((d) => d.travel === true || (d.hundredths === undefined) !== (d.minutes === undefined), {
    message: '学时与分钟填写其一',
    path: ['hundredths'],
  });
const training = {
  ...common,
  organiser: codeOf(ORGANISERS),
  mode: codeOf(MODES),
  days: z.array(trainingDay).min(1, '至少填写一天').max(120, '最多 120 条'),
};

/** What a declarant writes, form by form. Proof is not written: it is there when evidence is attached. */
export const declared = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('authority-training'), ...training }),
  z.strictObject({ form: z.literal('unit-training'), ...training }),
  z.strictObject({
    form: z.literal('academic-conference'),
    ...common,
    on: activityDay,
    level: codeOf(CONFERENCE_LEVELS),
    ownField: z.boolean(),
    presentedPaper: z.boolean(),
    paperDoi: shortText.optional(),
    coAuthors: z.array(z.string().trim().min(1, '不能为空').max(60, '不超过 60 字')).max(30, '最多 30 人').optional(),
  }),
  z.strictObject({
    form: z.literal('courseware-lecturing'),
    ...common,
    on: activityDay,
    /** The courseware's code in the catalogue; the facts below are the catalogue's, whatever is sent. */
    courseware: shortText,
    inCatalogue: z.boolean(),
    coursewareHundredths: hundredths,
  }),
  z.strictObject({
    form: z.literal('qualification-exam'),
    ...common,
    on: activityDay,
    ownProfession: z.boolean(),
    passed: z.boolean(),
  }),
  z.strictObject({
    form: z.literal('degree'),
    ...common,
    on: activityDay,
    level: codeOf(DEGREE_LEVELS),
    recognised: z.boolean(),
  }),
  z.strictObject({
    form: z.literal('aid-mission'),
    ...common,
    year,
    region: codeOf(AID_REGIONS),
    assessment: codeOf(ASSESSMENTS),
  }),
  z
    .strictObject({
      form: z.literal('authority-recognised'),
      ...common,
      on: activityDay,
      subject: codeOf(SUBJECTS),
      /** Chosen from the list of recognition documents, which gives subject, document and ratio, whatever is sent. */
      documentId: id.optional(),
      document: z.strictObject({ number: shortText, level: codeOf(DOCUMENT_LEVELS), on: day }).optional(),
      hundredths: hundredths.optional(),
      creditsHundredths: hundredths.optional(),
      ratioHundredths: hundredths.optional(),
    })
    .refine(
      (a) => (a.hundredths === undefined) === (a.creditsHundredths !== undefined && a.ratioHundredths !== undefined),
      {
        message: '填写学时，或填写学分与换算比例',
        path: ['hundredths'],
      },
    ),
]);
export type Declared = z.infer<typeof declared>;

/** A declaration as the rules judge it: proof is there when evidence is attached. */
export function asActivity(content: Declared, hasEvidence: boolean): Declaration {
  if (content.form === 'authority-training') return { ...content, proof: hasEvidence };
  if (content.form === 'unit-training') return { ...content, proof: hasEvidence };
  return content;
}

/**
 * Whether `path` (`on`, `days.0.subject`, `document.number`) is a place of the declaration's form, as a reason may point at it.
 * A day must be one that was declared.
 */
export function hasField(content: Declared, path: string): boolean {
  const form = declared.options.find((option) => option.shape.form.value === content.form);
  return form !== undefined && leadsSomewhere(form, content, path.split('.'));
}

function leadsSomewhere(schema: unknown, value: unknown, [first, ...rest]: string[]): boolean {
  if (first === undefined) return true;
  if (schema instanceof z.ZodOptional) return leadsSomewhere(schema.unwrap(), value, [first, ...rest]);
  if (schema instanceof z.ZodArray) {
    return /^\d{1,3}$/.test(first) && Array.isArray(value) && Number(first) < value.length
      ? leadsSomewhere(schema.element, value[Number(first)], rest)
      : false;
  }
  if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, first)) return false;
  const inner: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, first) : undefined;
  return leadsSomewhere(schema.shape[first], inner, rest);
}

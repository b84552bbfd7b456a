import { z } from 'zod';
import {
  AID_REGIONS,
  ASSESSMENTS,
  CONFERENCE_LEVELS,
  DEGREE_LEVELS,
  DOCUMENT_LEVELS,
  FORMS,
  MODES,
  ORGANISERS,
  SUBJECTS,
} from '../rules/vocabulary.ts';
import { codeOf } from './values.ts';

/** Text as somebody types it, at most so long. */
const typed = (max: number) => z.string().max(max, `不超过 ${max} 字`);
const year = z.number().int().min(2000).max(2200);

/** One row of a training's days, as far as it is typed. */
const writtenDay = z.strictObject({
  on: typed(10),
  subject: codeOf(SUBJECTS),
  unit: z.enum(['hours', 'minutes', 'travel']),
  amount: typed(20),
});

/**
 * What has been typed of a declaration that is not whole yet: the fields as they stand on the page, each left out until it is touched.
 * Nothing of it is judged before it is submitted, so that a draft begun on one device goes on on another.
 */
export const written = z.strictObject({
  form: codeOf(FORMS).exclude(['platform-course']),
  title: typed(200).optional(),
  organiserName: typed(200).optional(),
  place: typed(200).optional(),
  certificateNumber: typed(200).optional(),
  paperTitle: typed(200).optional(),
  paperDoi: typed(200).optional(),
  coAuthors: typed(2000).optional(),
  note: typed(2000).optional(),
  makeUpFor: year.optional(),
  organiser: codeOf(ORGANISERS).optional(),
  mode: codeOf(MODES).optional(),
  days: z.array(writtenDay).max(200, '最多 200 条').optional(),
  on: typed(10).optional(),
  conferenceLevel: codeOf(CONFERENCE_LEVELS).optional(),
  ownField: z.boolean().optional(),
  presentedPaper: z.boolean().optional(),
  courseware: typed(60).optional(),
  inCatalogue: z.boolean().optional(),
  coursewareHours: typed(20).optional(),
  ownProfession: z.boolean().optional(),
  passed: z.boolean().optional(),
  degreeLevel: codeOf(DEGREE_LEVELS).optional(),
  recognised: z.boolean().optional(),
  year: year.optional(),
  region: codeOf(AID_REGIONS).optional(),
  assessment: codeOf(ASSESSMENTS).optional(),
  subject: codeOf(SUBJECTS).optional(),
  documentId: typed(60).optional(),
  documentNumber: typed(200).optional(),
  documentLevel: codeOf(DOCUMENT_LEVELS).optional(),
  documentOn: typed(10).optional(),
  counting: z.enum(['hours', 'credits']).optional(),
  hours: typed(20).optional(),
  credits: typed(20).optional(),
  ratio: typed(20).optional(),
});
export type Written = z.infer<typeof written>;

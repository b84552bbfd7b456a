import { z } from 'zod';
import { type DOCUMENT_LEVELS, SUBJECTS } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders, idParams, pageLimit } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, counted, day, hundredths, id, organisationId, shortText } from './values.ts';

/** Documents by which an industry authority of the province or above recognised a form of learning (认可文件; Arts. 11(8), 15). */

export const RECOGNISED_KINDS = {
  'online-platform': '线上学习平台',
  'credit-programme': '学分项目',
  activity: '其他继续教育形式',
} as const;
export type RecognisedKind = keyof typeof RECOGNISED_KINDS;

export const CATALOGUE_COUNTINGS = { hours: '按实际学时', credits: '按学分换算' } as const;
export type CatalogueCounting = keyof typeof CATALOGUE_COUNTINGS;

/** Only an authority of the province or above recognises (Art. 15). */
export const recognisingLevel = z.enum(['provincial', 'national']) satisfies z.ZodType<keyof typeof DOCUMENT_LEVELS>;

const fields = {
  number: shortText,
  level: recognisingLevel,
  authorityName: shortText,
  kind: codeOf(RECOGNISED_KINDS),
  title: shortText,
  subject: codeOf(SUBJECTS),
  counting: codeOf(CATALOGUE_COUNTINGS),
  /** Hours of one credit, in hundredths; with `credits` only. */
  ratioHundredths: hundredths.nullable(),
  /** At most so many hours for one activity, where the document says so. */
  mostHundredths: hundredths.nullable(),
  issuedOn: day,
  /** Activities of these days are recognised; never before the document's own date (D-22). */
  fromOn: day,
  untilOn: day.nullable(),
};

type Dates = { issuedOn: string; fromOn: string; untilOn: string | null };
const inOrder = (d: Dates): boolean => d.fromOn >= d.issuedOn && (d.untilOn === null || d.untilOn >= d.fromOn);
const ORDER = { message: '生效日期不得早于发文日期，截止日期不得早于生效日期', path: ['fromOn'] };
type Counted = { counting: CatalogueCounting; ratioHundredths: number | null };
const hasRatio = (d: Counted): boolean => (d.counting === 'credits') === (d.ratioHundredths !== null);
const RATIO = { message: '按学分换算的填写每学分折合学时，按学时的不填', path: ['ratioHundredths'] };

export const newRecognitionDocument = z.strictObject(fields).refine(inOrder, ORDER).refine(hasRatio, RATIO);
export type NewRecognitionDocument = z.infer<typeof newRecognitionDocument>;
export const changedRecognitionDocument = z
  .strictObject({ ...fields, revision: counted })
  .refine(inOrder, ORDER)
  .refine(hasRatio, RATIO);

export const recognitionDocument = z.object({
  ...fields,
  id,
  organisationId,
  organisationName: z.string(),
  revision: z.number().int(),
  /** Whether the caller keeps this entry. */
  mine: z.boolean(),
});
export type RecognitionDocument = z.infer<typeof recognitionDocument>;

/** `on`: only what is in force on the day. */
export const documentsQuery = z.strictObject({
  q: z.string().trim().max(60, '不超过 60 字').optional(),
  on: day.optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export const recognitionDocuments = z.object({ items: z.array(recognitionDocument), next: z.string().nullable() });

export const documentRoutes = {
  recognitionDocuments: {
    method: 'GET',
    path: '/recognition-documents',
    summary: '行业主管部门认可文件（可按文号、机关、名称查找）',
    access: 'signed-in',
    query: documentsQuery,
    response: recognitionDocuments,
    status: 200,
  },
  createRecognitionDocument: {
    method: 'POST',
    path: '/recognition-documents',
    summary: '登记认可文件',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newRecognitionDocument,
    response: recognitionDocument,
    status: 201,
  },
  saveRecognitionDocument: {
    method: 'PATCH',
    path: '/recognition-documents/:id',
    summary: '修改认可文件',
    access: 'signed-in',
    params: idParams,
    body: changedRecognitionDocument,
    response: recognitionDocument,
    status: 200,
  },
} as const satisfies Record<string, Route>;

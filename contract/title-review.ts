import { z } from 'zod';
import { VERDICTS } from '../rules/vocabulary.ts';
import { cited, hours } from './explained.ts';
import { problemSchema } from './problems.ts';
import type { Route } from './routes.ts';
import { codeOf, day, instant } from './values.ts';

/** Who may ask for a person's years (Arts. 5, 6, 19): each has its own address, credentials and purposes. */
export const REVIEW_SCOPES = {
  'title-review': '职称评审',
  registration: '职业资格登记或注册',
  assessment: '年度考核与岗位聘任',
} as const;
export type ReviewScope = keyof typeof REVIEW_SCOPES;

/** What for: a closed list, each of one scope only. */
export const PURPOSES = {
  'title-application': '职称申报资格审核',
  'title-evaluation': '职称评审',
  'title-recheck': '职称评审结果复核',
  'initial-registration': '职业资格初始登记或注册',
  'renewed-registration': '职业资格延续登记或注册',
  'annual-assessment': '年度考核',
  'post-appointment': '岗位聘任（聘用）',
} as const;
export type Purpose = keyof typeof PURPOSES;
export const PURPOSES_OF: Readonly<Record<ReviewScope, readonly Purpose[]>> = {
  'title-review': ['title-application', 'title-evaluation', 'title-recheck'],
  registration: ['initial-registration', 'renewed-registration'],
  assessment: ['annual-assessment', 'post-appointment'],
};

export const ROWS_A_BATCH = 500;
export const YEARS_A_QUERY = 10;

const purposes = Object.entries(PURPOSES).map(([code, label]) => `${code} ${label}`);
/** Wide on purpose: what is missing or wrong is refused by its own code, in a batch row by row. */
const purpose = z
  .string()
  .max(60)
  .optional()
  .describe(`查询目的（必填）：${purposes.join('、')}`);
const asked = {
  personKey: z.string().max(200).describe('以约定密钥对身份证号码计算的 HMAC-SHA-256，64 位小写十六进制'),
  years: z.array(z.number().int()).max(100).describe(`年度，一次最多 ${YEARS_A_QUERY} 个`),
  caseNumber: z.string().max(200).optional().describe('事项编号（必填），如评审批次与受理号；不得含证件号码'),
};

const EXAMPLE_KEY = '0f3c6a1e5b7d92840f3c6a1e5b7d92840f3c6a1e5b7d92840f3c6a1e5b7d9284';

/** One person's years. */
export const reviewQuery = z.strictObject({ purpose, ...asked }).meta({
  examples: [{ purpose: 'title-application', personKey: EXAMPLE_KEY, years: [2026], caseNumber: 'ZC-2026-0001' }],
});
export type ReviewQuery = z.infer<typeof reviewQuery>;

/** Many people's years, each with a result of its own. */
export const reviewBatch = z
  .strictObject({
    purpose,
    rows: z.array(z.strictObject(asked)).min(1, '至少一行').max(ROWS_A_BATCH, `一次最多 ${ROWS_A_BATCH} 人`),
  })
  .meta({
    examples: [
      {
        purpose: 'title-application',
        rows: [{ personKey: EXAMPLE_KEY, years: [2026], caseNumber: 'ZC-2026-0001' }],
      },
    ],
  });
export type ReviewBatch = z.infer<typeof reviewBatch>;

const reviewedYear = hours.extend({
  year: z.number().int(),
  verdict: codeOf(VERDICTS),
  verdictLabel: z.string(),
  /** Claims of the year still on their way; the verdict follows them. */
  openClaims: z.number().int(),
  /** The number of the completion certificate in force (Art. 16); null when there is none. */
  certificateNumber: z.string().nullable(),
  /** A granted deferral (Art. 17) with its last day; also one that is over; null when there is none. */
  deferral: z.object({ until: day }).nullable(),
  sentence: z.string(),
  basis: z.array(cited),
});

/** What the asking body is told of a person. No name, no ID number: it knows whom it asked about. */
export const reviewAnswer = z.object({
  personKey: z.string(),
  purpose: codeOf(PURPOSES),
  caseNumber: z.string(),
  asOf: day,
  ruleVersion: z.string(),
  /** Every year asked for is complete, and nothing bars the person. */
  qualified: z.boolean(),
  outcome: z.enum(['qualified', 'open', 'not-qualified']),
  why: z.array(z.string()),
  basis: z.array(cited),
  years: z.array(reviewedYear),
  /** Years by which the employer extends the wait for the next title (Art. 17). */
  extensionYears: z.number().int().nullable(),
  /** A dishonesty record in force, with its last day (Art. 21); null when there is none. */
  dishonesty: z.object({ until: day }).nullable(),
});
export type ReviewAnswer = z.infer<typeof reviewAnswer>;

export const reviewReceipt = z.object({
  answer: reviewAnswer,
  /** SHA-256 of the answer's JSON as sent, hex; kept in the access log. */
  digest: z.string(),
});
export type ReviewReceipt = z.infer<typeof reviewReceipt>;

/** A row that was answered, or the problem that kept it from it. */
export const reviewRow = z.discriminatedUnion('ok', [
  z.object({ row: z.number().int(), ok: z.literal(true), result: reviewReceipt }),
  z.object({ row: z.number().int(), ok: z.literal(false), problem: problemSchema }),
]);
export type ReviewRow = z.infer<typeof reviewRow>;
export const reviewRows = z.object({ items: z.array(reviewRow) });

/** Somebody asked for one's years. */
export const access = z.object({
  id: z.number().int(),
  at: instant,
  organisationName: z.string(),
  clientName: z.string(),
  scope: codeOf(REVIEW_SCOPES),
  scopeLabel: z.string(),
  purposeLabel: z.string(),
  caseNumber: z.string(),
  years: z.array(z.number().int()),
});
export type Access = z.infer<typeof access>;
export const accessesQuery = z.strictObject({
  limit: z.coerce.number<number | string>().int().min(1).max(100).default(30),
  after: z.coerce.number<number | string>().int().min(1).optional(),
});
export const accesses = z.object({ items: z.array(access), next: z.number().int().nullable() });

const asking = (scope: ReviewScope) =>
  ({
    query: {
      method: 'POST',
      path: `/integration/${scope}/query`,
      access: 'machine',
      machineScope: scope,
      body: reviewQuery,
      response: reviewReceipt,
      status: 200,
    },
    batch: {
      method: 'POST',
      path: `/integration/${scope}/batch`,
      access: 'machine',
      machineScope: scope,
      body: reviewBatch,
      response: reviewRows,
      status: 200,
    },
  }) as const;

const titleReview = asking('title-review');
const registration = asking('registration');
const assessment = asking('assessment');

export const titleReviewRoutes = {
  titleReviewQuery: { ...titleReview.query, summary: '职称评审：查询一人的年度学时（第五、十二、十九条）' },
  titleReviewBatch: { ...titleReview.batch, summary: '职称评审：批量查询，逐行返回结果' },
  registrationQuery: { ...registration.query, summary: '职业资格登记或注册：查询一人的年度学时（第五条）' },
  registrationBatch: { ...registration.batch, summary: '职业资格登记或注册：批量查询，逐行返回结果' },
  assessmentQuery: { ...assessment.query, summary: '年度考核与岗位聘任：查询本单位人员的年度学时（第六条）' },
  assessmentBatch: { ...assessment.batch, summary: '年度考核与岗位聘任：批量查询，逐行返回结果' },
  myAccesses: {
    method: 'GET',
    path: '/me/accesses',
    summary: '谁查询过我的学时',
    access: 'signed-in',
    query: accessesQuery,
    response: accesses,
    status: 200,
  },
} as const satisfies Record<string, Route>;

import { z } from 'zod';
import { auditFilter } from '../contract/audit.ts';
import { GROUPINGS, YEAR_STANDINGS } from '../contract/statistics.ts';
import { codeOf } from '../contract/values.ts';
import { CLAIM_STATES, FORMS, LEVELS, STAGE_KINDS } from '../rules/vocabulary.ts';

/** What each page keeps in its address. A value nobody knows is dropped, never an error page. */
export const loginSearch = z.object({ next: z.string().startsWith('/').optional().catch(undefined) });
export const yearSearch = z.object({ year: z.number().int().min(2026).max(2200).optional().catch(undefined) });
export const declareSearch = z.object({
  form: codeOf(FORMS).optional().catch(undefined),
  draft: z.uuid().optional().catch(undefined),
});
export const claimsSearch = z.object({
  state: codeOf(CLAIM_STATES).optional().catch(undefined),
  year: z.number().int().optional().catch(undefined),
});
/** Which of the units somebody manages, and which year. */
export const unitSearch = z.object({
  unit: z.string().max(64).optional().catch(undefined),
  year: z.number().int().min(2026).max(2200).optional().catch(undefined),
});
/** Which list; without one, that where somebody waits. */
export const deferralsSearch = z.object({ list: z.enum(['mine', 'deciding', 'overseen']).optional().catch(undefined) });
const { from, until, action, subjectKind, subjectId, actorId, organisationId } = auditFilter.shape;
/** What narrows the audit trail. */
export const auditSearch = z.object({
  from: from.catch(undefined),
  until: until.catch(undefined),
  action: action.catch(undefined),
  subjectKind: subjectKind.catch(undefined),
  subjectId: z.coerce.string().pipe(subjectId.unwrap()).optional().catch(undefined),
  actorId: actorId.catch(undefined),
  organisationId: organisationId.catch(undefined),
});
export type AuditSearch = z.infer<typeof auditSearch>;
export const trainingSearch = unitSearch.pick({ unit: true });
export const deskSearch = z.object({
  box: z.enum(['todo', 'mine', 'done', 'cc']).default('todo').catch('todo'),
  stage: codeOf(STAGE_KINDS).optional().catch(undefined),
  form: codeOf(FORMS).optional().catch(undefined),
  overdue: z.boolean().optional().catch(undefined),
  q: z.string().max(60).optional().catch(undefined),
  organisation: z.string().max(64).optional().catch(undefined),
  task: z.uuid().optional().catch(undefined),
});
export type DeskSearch = z.infer<typeof deskSearch>;

/** Codes that look like numbers arrive as such. */
const regionCode = z.coerce
  .string()
  .regex(/^\d{6}$/)
  .optional()
  .catch(undefined);
const place = {
  year: z.number().int().min(2026).max(2200).optional().catch(undefined),
  region: regionCode,
  industry: z.string().max(40).optional().catch(undefined),
  level: codeOf(LEVELS).optional().catch(undefined),
  employer: z.string().max(64).optional().catch(undefined),
};
export const statisticsSearch = z.object({
  ...place,
  by: codeOf(GROUPINGS).optional().catch(undefined),
  after: z.string().max(200).optional().catch(undefined),
});
export type StatisticsSearch = z.infer<typeof statisticsSearch>;
export const statisticsPeopleSearch = z.object({
  ...place,
  standing: codeOf(YEAR_STANDINGS).optional().catch(undefined),
});
export const statisticsClaimsSearch = z.object({
  ...place,
  form: codeOf(FORMS).optional().catch(undefined),
  state: codeOf(CLAIM_STATES).exclude(['draft']).optional().catch(undefined),
});

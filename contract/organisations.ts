import { z } from 'zod';
import { LEVELS, ORGANISATION_KINDS, ROLES, STAGE_KINDS, UNIT_KINDS } from '../rules/vocabulary.ts';
import { idempotencyHeaders } from './claims.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, organisationId } from './values.ts';

/** A role held at an organisation today, in words as well. `stage`: the kind of stage whose tasks it reviews, if any. */
export const holding = z.object({
  organisationId,
  organisationName: z.string(),
  organisationKind: codeOf(ORGANISATION_KINDS),
  level: codeOf(LEVELS),
  regionCode: z.string(),
  role: codeOf(ROLES),
  roleName: z.string(),
  stage: codeOf(STAGE_KINDS).nullable(),
});
export type Holding = z.infer<typeof holding>;

/** Where a person belongs today. */
export const affiliation = z.object({
  employerId: organisationId,
  employerName: z.string(),
  unitKind: codeOf(UNIT_KINDS),
  unitKindName: z.string(),
  level: codeOf(LEVELS),
  regionName: z.string(),
  industryName: z.string(),
  studyArchive: z.boolean(),
});

/** Somebody a task can be transferred to. */
export const colleague = z.object({
  personId: id,
  name: z.string(),
  title: z.string().nullable(),
  /** Tasks they hold of this organisation, so that work is spread. */
  openTasks: z.number().int(),
});
export const colleagues = z.object({ items: z.array(colleague) });
export type Colleague = z.infer<typeof colleague>;

/** 机构登记: what an organisation is, and since when. */
const attributes = {
  name: z.string().trim().min(2, '请填写全称').max(80, '不超过 80 字'),
  regionCode: z.string().regex(/^[0-9]{6}$/, '请选择行政区划'),
  industryCode: z
    .string()
    .regex(/^[a-z][a-z-]{1,39}$/)
    .nullable()
    .default(null),
  unitKind: codeOf(UNIT_KINDS).nullable().default(null),
  supervisingDepartmentId: organisationId.nullable().default(null),
  /** 学习档案 (Art. 11(1)). */
  studyArchive: z.boolean().default(false),
};
export const newOrganisation = z.strictObject({ kind: codeOf(ORGANISATION_KINDS), ...attributes });
export type NewOrganisation = z.output<typeof newOrganisation>;

/** A unit's attributes from a day on; all of them, so that the row stands for itself. */
export const organisationChange = z.strictObject({ fromOn: day, ...attributes });
export type OrganisationChange = z.output<typeof organisationChange>;

export const organisationsQuery = z.strictObject({
  q: z.string().trim().max(60).optional(),
  kind: codeOf(ORGANISATION_KINDS).optional(),
  regionCode: z
    .string()
    .regex(/^[0-9]{6}$/)
    .optional(),
  limit: z.coerce.number<number | string>().int().min(1).max(100).default(50),
  after: organisationId.optional(),
});
export type OrganisationsQuery = z.output<typeof organisationsQuery>;

const shownAttributes = {
  name: z.string(),
  level: codeOf(LEVELS),
  levelName: z.string(),
  regionCode: z.string(),
  regionName: z.string(),
  industryCode: z.string().nullable(),
  industryName: z.string().nullable(),
  unitKind: codeOf(UNIT_KINDS).nullable(),
  unitKindName: z.string().nullable(),
  supervisingDepartmentId: z.string().nullable(),
  supervisingDepartmentName: z.string().nullable(),
  studyArchive: z.boolean(),
};
export const organisationSummary = z.object({
  id: organisationId,
  kind: codeOf(ORGANISATION_KINDS),
  kindName: z.string(),
  ...shownAttributes,
  closedOn: day.nullable(),
});
export type OrganisationSummary = z.infer<typeof organisationSummary>;

export const organisationDetail = organisationSummary.extend({
  successorName: z.string().nullable(),
  people: z.number().int(),
  history: z.array(z.object({ fromOn: day, ...shownAttributes, recordedByName: z.string(), isFuture: z.boolean() })),
  permissions: z.object({ change: z.boolean(), close: z.boolean(), people: z.boolean(), roles: z.boolean() }),
});
export type OrganisationDetail = z.infer<typeof organisationDetail>;

/** What closing a unit would mean today. */
export const closingPreview = z.object({
  firstReviewTasks: z.number().int(),
  /** Claims in later stages or in correction, whose first review would go to the successor if it is asked for again. */
  laterClaims: z.number().int(),
  people: z.number().int(),
  roles: z.number().int(),
  openMoves: z.number().int(),
  /** Who may take over the first reviews: the agency or the HRSS authority of the place. */
  successors: z.array(z.object({ id: organisationId, name: z.string(), reviewers: z.number().int() })),
});
export type ClosingPreview = z.infer<typeof closingPreview>;
export const closing = z.strictObject({
  successorId: organisationId,
  reason: z.string().trim().min(2, '请填写撤销或注销的依据').max(200, '不超过 200 字'),
});
export type Closing = z.output<typeof closing>;

/** Somebody whose unit has ended, as the HRSS authority of the place sees them. */
export const unplacedPerson = z.object({
  personId: id,
  name: z.string(),
  idNumberMasked: z.string(),
  lastEmployerName: z.string(),
  sinceOn: day,
});
export type UnplacedPerson = z.infer<typeof unplacedPerson>;

const organisationParams = z.strictObject({ id: organisationId });
const saved = z.object({ id: organisationId });

export const organisationRoutes = {
  organisations: {
    method: 'GET',
    path: '/organisations',
    summary: '管辖范围内的机构',
    access: 'signed-in',
    query: organisationsQuery,
    response: z.object({ items: z.array(organisationSummary), next: organisationId.nullable() }),
    status: 200,
  },
  registerOrganisation: {
    method: 'POST',
    path: '/organisations',
    summary: '登记机构：用人单位由所在地人社部门登记，其他机构由省人社厅登记',
    access: 'signed-in',
    headers: idempotencyHeaders,
    body: newOrganisation,
    response: saved,
    status: 201,
  },
  organisation: {
    method: 'GET',
    path: '/organisations/:id',
    summary: '机构详情与历次变更',
    access: 'signed-in',
    params: organisationParams,
    response: organisationDetail,
    status: 200,
  },
  changeOrganisation: {
    method: 'POST',
    path: '/organisations/:id/changes',
    summary: '自某日起变更机构的类型、区划、行业等；已提交的申报不受影响',
    access: 'signed-in',
    params: organisationParams,
    body: organisationChange,
    response: z.object({ id: organisationId, fromOn: day, people: z.number().int() }),
    status: 200,
  },
  closingPreview: {
    method: 'GET',
    path: '/organisations/:id/closing',
    summary: '撤销单位之前的预览',
    access: 'signed-in',
    params: organisationParams,
    response: closingPreview,
    status: 200,
  },
  closeOrganisation: {
    method: 'POST',
    path: '/organisations/:id/closing',
    summary: '撤销单位：未办结的初审移交指定机构',
    access: 'signed-in',
    params: organisationParams,
    body: closing,
    response: z.object({ id: organisationId, reassigned: z.number().int(), people: z.number().int() }),
    status: 200,
  },
  unplacedPeople: {
    method: 'GET',
    path: '/organisations/:id/unplaced',
    summary: '本地区目前没有任职单位的人员',
    access: 'signed-in',
    params: organisationParams,
    response: z.object({ items: z.array(unplacedPerson) }),
    status: 200,
  },
  units: {
    method: 'GET',
    path: '/units',
    summary: '按名称查找用人单位（办理调动时选择）',
    access: 'signed-in',
    query: z.strictObject({ q: z.string().trim().min(2, '请至少输入两个字').max(60) }),
    response: z.object({ items: z.array(z.object({ id: organisationId, name: z.string(), regionName: z.string() })) }),
    status: 200,
  },
  places: {
    method: 'GET',
    path: '/places',
    summary: '行政区划、行业与可选的主管部门',
    access: 'signed-in',
    response: z.object({
      regions: z.array(
        z.object({ code: z.string(), name: z.string(), level: codeOf(LEVELS), parentCode: z.string().nullable() }),
      ),
      industries: z.array(z.object({ code: z.string(), name: z.string() })),
      departments: z.array(z.object({ id: organisationId, name: z.string() })),
      agencies: z.array(z.object({ id: organisationId, name: z.string() })),
    }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

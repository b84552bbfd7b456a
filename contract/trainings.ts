import { z } from 'zod';
import { CLAIM_STATES, MODES, SUBJECTS } from '../rules/vocabulary.ts';
import { cursor, idempotencyHeaders } from './claims.ts';
import { evidence } from './evidence.ts';
import type { Route } from './routes.ts';
import { unitParams, unitYear } from './unit-people.ts';
import { codeOf, counted, day, hundredths, id, instant, organisationId, shortText } from './values.ts';

/** 学习档案: a unit's trainings with days, papers and attendance (Art. 11(1)), and the claims it proposes from them. */

/** A base says of each day what it was; a unit's training is professional by law. */
const subject = codeOf(SUBJECTS).optional();
const trainingDay = z.union([
  z.strictObject({ on: day, subject, hundredths: hundredths.max(2400, '一天不超过 24 学时') }),
  z.strictObject({
    on: day,
    subject,
    minutes: z.number().int().positive('分钟应大于 0').max(1440, '一天不超过 1440 分钟'),
  }),
]);
export type TrainingDay = z.infer<typeof trainingDay>;

const content = {
  title: shortText,
  place: shortText,
  organiserName: shortText,
  mode: codeOf(MODES),
  days: z
    .array(trainingDay)
    .min(1, '至少填写一天')
    .max(60, '最多 60 天')
    .refine((days) => new Set(days.map((each) => each.on)).size === days.length, '同一天只填写一次')
    .refine((days) => days.every(({ on }) => on >= '2026-01-01' && on < '2200-01-01'), '日期应在 2026 年及以后'),
  plannedId: id.nullable(),
  /** The authority that commissioned a base's training; a unit's own training has none. */
  organiserId: organisationId.nullable().default(null),
};
export const newTraining = z.strictObject(content);
export type NewTraining = z.output<typeof newTraining>;
export const trainingPatch = z.strictObject({ ...content, revision: counted });
export type TrainingPatch = z.output<typeof trainingPatch>;

/** How many people a training has, by what became of their claims. */
const counts = z.object({
  attended: z.number().int(),
  proposed: z.number().int(),
  confirmed: z.number().int(),
  objected: z.number().int(),
});

export const trainingSummary = z.object({
  id,
  title: z.string(),
  firstOn: day,
  lastOn: day,
  hundredths: z.number().int(),
  files: z.number().int(),
  counts,
});
export type TrainingSummary = z.infer<typeof trainingSummary>;
export const trainingsQuery = z.strictObject({
  year: unitYear,
  limit: z.coerce.number<number | string>().int().min(1).max(100).default(50),
  after: cursor.optional(),
});
export const trainingsPage = z.object({ items: z.array(trainingSummary), next: z.string().nullable() });

const archivedFile = evidence.omit({ removed: true });
export const trainingDetail = trainingSummary.extend({
  place: z.string(),
  organiserName: z.string(),
  mode: codeOf(MODES),
  days: z.array(trainingDay),
  plannedId: id.nullable(),
  plannedTitle: z.string().nullable(),
  organiserId: organisationId.nullable(),
  revision: z.number().int(),
  papers: z.array(archivedFile),
  /** Facts that claims rest on stay as they are. */
  editable: z.boolean(),
  /** Why no claim can be proposed from it now; null when it can. */
  barred: z.object({ detail: z.string(), fix: z.string() }).nullable(),
});
export type TrainingDetail = z.infer<typeof trainingDetail>;

/** How many rows of an attendance list one request takes. */
export const ATTENDANCE_AT_ONCE = 500;
/** And how many rows a file may have. */
export const LISTED_AT_ONCE = 5_000;

/** What a list's cell holds is judged row by row, with an answer each. */
const cell = z.string().trim().max(200).optional();

/** A row of the list names a person in one of three ways; a name given with it must be theirs. */
export const attendanceRow = z.strictObject({
  /** The row's number in the unit's list. */
  row: z.number().int().min(1).max(1_000_000),
  workNumber: cell,
  idNumber: cell.transform((text) => text?.toUpperCase()),
  personKey: cell.transform((text) => text?.toLowerCase()),
  name: cell,
  /** Days of the training they were not there. */
  missed: z.array(z.string().trim().max(200)).max(60).optional(),
});
export type AttendanceRow = z.output<typeof attendanceRow>;
export const attendanceRequest = z.strictObject({
  rows: z.array(attendanceRow).min(1, '名单是空的').max(ATTENDANCE_AT_ONCE, `一次最多 ${ATTENDANCE_AT_ONCE} 行`),
  /** Looks without writing. */
  preview: z.boolean(),
});

export const ATTENDANCE_OUTCOMES = {
  added: '列入名单',
  listed: '已在名单中',
  changed: '更新缺席日期',
  repeated: '与前面的行重复',
  unreadable: '这一行无法读取',
  unknown: '本单位没有这个人',
  'no-identifier': '没有工号、证件号码或人员标识',
  'name-missing': '没有填写姓名',
  'name-differs': '姓名与登记的不一致',
  'not-on-day': '培训当日不是本单位人员',
  'missed-invalid': '缺席日期不是培训日期',
  'missed-all': '每天都缺席',
  declared: '已代报，缺席日期不能更改',
} as const;
export type AttendanceOutcome = keyof typeof ATTENDANCE_OUTCOMES;
/** What a base is told instead: it has people of every unit, and no work numbers. */
export const BASE_ATTENDANCE_OUTCOMES = {
  ...ATTENDANCE_OUTCOMES,
  unknown: '没有找到证件号码（或人员标识）与姓名相符的人',
  'no-identifier': '没有证件号码或人员标识',
} as const satisfies Record<AttendanceOutcome, string>;

export const attendanceResult = z.object({
  items: z.array(
    z.object({
      row: z.number().int(),
      outcome: codeOf(ATTENDANCE_OUTCOMES),
      text: z.string(),
      /** Of people of the unit only. */
      name: z.string().nullable(),
    }),
  ),
  good: z.number().int(),
  bad: z.number().int(),
});
export type AttendanceResult = z.infer<typeof attendanceResult>;

export const PROPOSAL_STATES = { proposed: '待本人确认', confirmed: '本人已确认', objected: '本人有异议' } as const;
export type ProposalState = keyof typeof PROPOSAL_STATES;

export const attendee = z.object({
  personId: id,
  name: z.string(),
  title: z.string().nullable(),
  workNumber: z.string().nullable(),
  missed: z.array(day),
  proposal: z
    .object({
      state: codeOf(PROPOSAL_STATES),
      label: z.string(),
      claimState: codeOf(CLAIM_STATES).nullable(),
      objection: z.string().nullable(),
      at: instant,
    })
    .nullable(),
});
export type Attendee = z.infer<typeof attendee>;
export const attendeesQuery = z.strictObject({
  limit: z.coerce.number<number | string>().int().min(1).max(200).default(50),
  after: id.optional(),
});
export const attendeesPage = z.object({ items: z.array(attendee), next: id.nullable() });

/** How many people one page of a batch declaration takes. */
export const PROPOSALS_AT_ONCE = 200;
export const batchRequest = z.strictObject({
  limit: z.number().int().min(1).max(PROPOSALS_AT_ONCE).default(PROPOSALS_AT_ONCE),
  /** People after this one; where an earlier page stopped. */
  after: id.optional(),
  /** Looks without writing. */
  preview: z.boolean(),
});

export const BATCH_OUTCOMES = {
  proposed: '代报给本人确认',
  'already-proposed': '已代报，等待本人确认',
  'already-declared': '已申报',
  'own-draft': '本人已有这项培训的草稿',
  objected: '本人有异议，未再代报',
  'no-affiliation': '培训当日或今天不是本单位人员',
} as const;
export type BatchOutcome = keyof typeof BATCH_OUTCOMES;

export const batchResult = z.object({
  items: z.array(
    z.object({
      personId: id,
      name: z.string(),
      outcome: codeOf(BATCH_OUTCOMES),
      text: z.string(),
      /** The claim is made, but not all of it will count. */
      warning: z.string().nullable(),
    }),
  ),
  next: id.nullable(),
});
export type BatchResult = z.infer<typeof batchResult>;

export const trainingParams = z.strictObject({ id: organisationId, trainingId: id });
const saved = z.object({ id, revision: z.number().int() });

/** An authority that may commission a base's training. */
export const organisers = z.object({ items: z.array(z.object({ id: organisationId, name: z.string() })) });
export type Organisers = z.infer<typeof organisers>;

export const trainingRoutes = {
  organisers: {
    method: 'GET',
    path: '/organisers',
    summary: '按名称查找可委托基地举办培训的部门（第十一条第一项）',
    access: 'signed-in',
    query: z.strictObject({ q: z.string().trim().min(2, '请至少输入两个字').max(60) }),
    response: organisers,
    status: 200,
  },
  trainings: {
    method: 'GET',
    path: '/employers/:id/trainings',
    summary: '学习档案：本单位举办的培训',
    access: 'signed-in',
    params: unitParams,
    query: trainingsQuery,
    response: trainingsPage,
    status: 200,
  },
  addTraining: {
    method: 'POST',
    path: '/employers/:id/trainings',
    summary: '在学习档案中登记一次培训',
    access: 'signed-in',
    params: unitParams,
    headers: idempotencyHeaders,
    body: newTraining,
    response: saved,
    status: 201,
  },
  training: {
    method: 'GET',
    path: '/employers/:id/trainings/:trainingId',
    summary: '一次培训的学习档案',
    access: 'signed-in',
    params: trainingParams,
    response: trainingDetail,
    status: 200,
  },
  saveTraining: {
    method: 'PATCH',
    path: '/employers/:id/trainings/:trainingId',
    summary: '修改尚未代报的培训',
    access: 'signed-in',
    params: trainingParams,
    body: trainingPatch,
    response: saved,
    status: 200,
  },
  addTrainingFile: {
    method: 'POST',
    path: '/employers/:id/trainings/:trainingId/files',
    summary: '上传培训证明（签到表等，PDF、JPEG、PNG，不超过 10 MB）',
    access: 'signed-in',
    params: trainingParams,
    response: archivedFile,
    status: 201,
    upload: true,
  },
  trainingFile: {
    method: 'GET',
    path: '/employers/:id/trainings/:trainingId/files/:fileId',
    summary: '培训证明文件',
    access: 'signed-in',
    params: trainingParams.extend({ fileId: id }),
    status: 200,
    file: true,
  },
  removeTrainingFile: {
    method: 'DELETE',
    path: '/employers/:id/trainings/:trainingId/files/:fileId',
    summary: '删除尚未用于代报的培训证明',
    access: 'signed-in',
    params: trainingParams.extend({ fileId: id }),
    response: z.object({ id }),
    status: 200,
  },
  attendees: {
    method: 'GET',
    path: '/employers/:id/trainings/:trainingId/attendance',
    summary: '参训人员名单及代报情况',
    access: 'signed-in',
    params: trainingParams,
    query: attendeesQuery,
    response: attendeesPage,
    status: 200,
  },
  recordAttendance: {
    method: 'POST',
    path: '/employers/:id/trainings/:trainingId/attendance',
    summary: '导入参训人员名单，逐行返回结果；可先预览',
    access: 'signed-in',
    params: trainingParams,
    body: attendanceRequest,
    response: attendanceResult,
    status: 200,
  },
  recordAttendanceFile: {
    method: 'POST',
    path: '/employers/:id/trainings/:trainingId/attendance-file',
    summary: '以文件（CSV 或 XLSX）导入参训人员名单，逐行返回结果；可先预览',
    access: 'signed-in',
    params: trainingParams,
    query: z.strictObject({ preview: z.enum(['true', 'false']) }),
    response: attendanceResult,
    status: 200,
    upload: true,
  },
  removeAttendee: {
    method: 'DELETE',
    path: '/employers/:id/trainings/:trainingId/attendance/:personId',
    summary: '从名单中移除未代报的人员',
    access: 'signed-in',
    params: trainingParams.extend({ personId: id }),
    response: z.object({ id }),
    status: 200,
  },
  proposeClaims: {
    method: 'POST',
    path: '/employers/:id/trainings/:trainingId/proposals',
    summary: '按学习档案批量代报，分页进行，逐人返回结果；可先预览',
    access: 'signed-in',
    params: trainingParams,
    body: batchRequest,
    response: batchResult,
    status: 200,
  },
} as const satisfies Record<string, Route>;

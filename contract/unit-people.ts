import { z } from 'zod';
import { hours } from './explained.ts';
import type { Route } from './routes.ts';
import { YEAR_STANDINGS } from './statistics.ts';
import { codeOf, day, id, organisationId } from './values.ts';

/** 单位人员: a unit's people and where each one's year stands (Arts. 6, 10), and reminders to those who are behind. */

export const unitParams = z.strictObject({ id: organisationId });
export const unitYear = z.coerce
  .number<number | string>()
  .int('年度应为四位数字')
  .min(2026, '本办法适用于 2026 年及以后年度')
  .max(2200);

export const unitPeopleQuery = z.strictObject({
  year: unitYear,
  /** A part of the name, or the whole work number. */
  q: z.string().trim().max(60).optional(),
  standing: codeOf(YEAR_STANDINGS).optional(),
  limit: z.coerce.number<number | string>().int().min(1).max(100).default(50),
  /** People after this one, in the order of their names. */
  after: id.optional(),
});
export type UnitPeopleQuery = z.output<typeof unitPeopleQuery>;

const count = z.number().int();
/** What the year still lacks, in hundredths; nothing for a year that is complete or cancelled. */
const missing = z.object({ public: count, professional: count, total: count });

export const unitPerson = hours.extend({
  personId: id,
  name: z.string(),
  title: z.string().nullable(),
  idNumberMasked: z.string(),
  /** 工号. */
  workNumber: z.string().nullable(),
  /** Their unit; another one than the asking where an agency holds the file. */
  employerName: z.string(),
  standing: codeOf(YEAR_STANDINGS),
  standingLabel: z.string(),
  missing,
  openClaims: count,
  /** What the open claims of the year declare, before any cap. */
  pendingHundredths: count,
  /** Claims the unit proposed that wait for the person's word. */
  proposals: count,
  /** The number of the year's certificate in force. */
  certificateNumber: z.string().nullable(),
  remindedOn: day.nullable(),
});
export type UnitPerson = z.infer<typeof unitPerson>;

export const unitPeople = z.object({
  year: count,
  asOf: day,
  /** Of everybody, whatever is searched for. */
  counts: z.object({
    people: count,
    standings: z.array(z.object({ standing: codeOf(YEAR_STANDINGS), label: z.string(), people: count })),
    behind: count,
    /** What those who are behind lack together. */
    missingHundredths: count,
  }),
  items: z.array(unitPerson),
  next: id.nullable(),
});
export type UnitPeople = z.infer<typeof unitPeople>;

/** How many people one reminder request takes. */
export const REMINDERS_AT_ONCE = 500;

export const reminderRequest = z.strictObject({
  year: unitYear,
  /** Some, or everybody who is behind, page by page. */
  people: z.union([
    z.strictObject({
      ids: z.array(id).min(1, '请选择人员').max(REMINDERS_AT_ONCE, `一次最多 ${REMINDERS_AT_ONCE} 人`),
    }),
    z.strictObject({ all: z.literal(true), after: id.optional() }),
  ]),
});
export type ReminderRequest = z.output<typeof reminderRequest>;

export const REMINDER_OUTCOMES = {
  sent: '已提醒',
  'reminded-recently': '七天内已提醒过',
  'not-behind': '学时已完成，无需提醒',
  deferred: '已批准顺延，期限内不提醒',
  unknown: '不是本单位现有人员',
} as const;

export const reminderResult = z.object({
  items: z.array(
    z.object({
      personId: id,
      outcome: codeOf(REMINDER_OUTCOMES),
      text: z.string(),
      /** When they were last reminded. */
      remindedOn: day.nullable(),
    }),
  ),
  /** Where the next page of everybody begins. */
  next: id.nullable(),
});
export type ReminderResult = z.infer<typeof reminderResult>;

export const unitPeopleRoutes = {
  unitPeople: {
    method: 'GET',
    path: '/employers/:id/people',
    summary: '单位人员及各自的学年',
    access: 'signed-in',
    params: unitParams,
    query: unitPeopleQuery,
    response: unitPeople,
    status: 200,
  },
  remindPeople: {
    method: 'POST',
    path: '/employers/:id/reminders',
    summary: '提醒未完成学时的人员，每人七天内至多一次',
    access: 'signed-in',
    params: unitParams,
    body: reminderRequest,
    response: reminderResult,
    status: 200,
  },
} as const satisfies Record<string, Route>;

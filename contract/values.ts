import { z } from 'zod';
import { isDay } from '../rules/calendar.ts';
import { codes } from '../rules/vocabulary.ts';

/** A zod enum of a closed list of `rules/vocabulary.ts`. */
export function codeOf<T extends Record<string, string>>(list: T): z.ZodEnum<{ [K in keyof T & string]: K }> {
  return z.enum(codes(list));
}

/** A legal day that exists. */
export const day = z.string().refine(isDay, '请填写真实存在的日期，如 2026-09-01');
export const instant = z.iso.datetime();
/** Hours in hundredths: above zero, at most 1,000 hours in one entry. */
export const hundredths = z.number().int('学时最多两位小数').positive('学时应大于 0').max(100_000, '学时过大');
/** An id in any letter case; lower case inside, as PostgreSQL writes it, so that ids compare as text. */
export const id = z.uuid('编号格式不正确').toLowerCase();
/** A revision, a version, a count: PostgreSQL's integer holds it, and the next ones too. */
export const counted = z.number().int().positive().max(1_000_000_000, '数值过大');
export const shortText = z.string().trim().min(1, '不能为空').max(120, '不超过 120 字');
export const longText = z.string().trim().max(1000, '不超过 1000 字');
export const organisationId = z.string().regex(/^[a-z0-9][a-z0-9-]{1,63}$/);
/** The code of an entry in a catalogue: a course, a courseware. */
export const catalogueCode = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,39}$/, '编码应为 2 至 40 位字母、数字、点、- 或 _');
export const requestKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, '请求编号（Idempotency-Key）应为 8 至 64 位字母、数字、- 或 _');

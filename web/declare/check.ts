import type { z } from 'zod';
import { type Declared, declared } from '../../contract/declarations.ts';
import { candidateOf, type Fields } from './fields.ts';

/** What is wrong with a form, by field path. */
export type FieldErrors = Readonly<Record<string, string>>;

/** The form as the wire takes it, or what is wrong with it. */
export type Checked = { ok: true; declared: Declared } | { ok: false; errors: FieldErrors };

/** Judges a form by the same schema as the API. */
export function check(fields: Fields): Checked {
  const parsed = declared.safeParse(candidateOf(fields));
  if (parsed.success) return { ok: true, declared: parsed.data };
  const errors: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String).join('.');
    errors[path] ??= wordsFor(issue);
  }
  return { ok: false, errors };
}

/** The schema's own Chinese words where it has them; else what a person should do. */
function wordsFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small' && issue.origin === 'string' && issue.minimum === 1) return '请填写';
  if (/[\u4e00-\u9fff]/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type' && issue.expected === 'boolean') return '请选择';
  if (issue.code === 'invalid_type') return issue.input === undefined ? '请填写' : '填写的格式不正确';
  if (issue.code === 'invalid_value') return '请选择';
  return issue.code === 'too_small' || issue.code === 'too_big' ? '超出允许的范围' : '请填写';
}

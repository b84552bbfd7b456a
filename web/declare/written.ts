import type { ClaimDetail } from '../../contract/claims.ts';
import type { Declared } from '../../contract/declarations.ts';
import type { Written } from '../../contract/drafts.ts';
import { newId } from '../lib/ids.ts';
import { type Checked, check } from './check.ts';
import { emptyFields, type Fields, fieldsOf } from './fields.ts';

/** What a form is saved as: the whole declaration, or what is typed of it. */
export type Content = { declared: Declared } | { written: Written };

/** @param checked what the schema says of the same fields */
export const contentOf = (fields: Fields, checked: Checked = check(fields)): Content =>
  checked.ok ? { declared: checked.declared } : { written: writtenOf(fields) };

/** The touched fields as they stand; what is as it was in the beginning is left out. */
function writtenOf(fields: Fields): Written {
  const { form, days, ...typed } = fields;
  if (form === 'platform-course') throw new Error('a platform course is not declared');
  const untouched: Record<string, unknown> = emptyFields(form);
  const touched = Object.fromEntries(Object.entries(typed).filter(([name, value]) => value !== untouched[name]));
  const rows = days.map(({ on, subject, unit, amount }) => ({ on, subject, unit, amount }));
  // Each name and its type are those of `Fields`; null is only ever what nobody has chosen yet.
  return { form, ...(touched as Omit<Written, 'form' | 'days'>), ...(rows.length > 0 && { days: rows }) };
}

/** The form as a saved claim has it. */
export function fieldsOfClaim({ form, written, declaration }: ClaimDetail): Fields {
  if (written !== null) return fieldsOfWritten(written);
  return declaration === null ? emptyFields(form) : fieldsOf(declaration);
}

function fieldsOfWritten({ days = [], ...typed }: Written): Fields {
  const rows = days.map((day) => ({ ...day, key: newId() }));
  const given = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined));
  return { ...emptyFields(typed.form), ...(given as Partial<Fields>), days: rows };
}

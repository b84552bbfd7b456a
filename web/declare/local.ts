import { z } from 'zod';
import type { Form } from '../../rules/vocabulary.ts';
import { recall } from '../lib/stored.ts';
import type { Fields } from './fields.ts';
import { emptyFields } from './fields.ts';

/** The name under which this browser keeps what is typed. */
export const localName = (claimId: string | null, form: Form): string => `draft.${claimId ?? `new.${form}`}`;

const kept = z.object({ revision: z.number(), fields: z.looseObject({ form: z.string() }) });

/** What this browser kept of a form, if it was typed over the revision the system still holds. */
export function recallFields(claimId: string | null, form: Form, revision: number): Fields | null {
  const text = recall(localName(claimId, form));
  if (text === null) return null;
  const parsed = kept.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.revision !== revision || parsed.data.fields.form !== form) return null;
  // Written by `useKeptHere` of this very page; fields added since take their empty value.
  return { ...emptyFields(form), ...(parsed.data.fields as Partial<Fields>) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    console.warn('a kept draft is not readable', error);
    return null;
  }
}

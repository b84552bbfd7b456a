import { createContext, useContext } from 'react';
import type { FieldErrors } from './check.ts';
import type { Fields } from './fields.ts';

/** The form under somebody's hands: its fields, what is wrong (once asked), and what reviewers want corrected. */
export type DeclarationForm = {
  fields: Fields;
  set: (change: Partial<Fields>) => void;
  errors: FieldErrors;
  due: FieldErrors;
};

export const DeclarationContext = createContext<DeclarationForm | null>(null);

/** The form around a control. */
export function useDeclaration(): DeclarationForm {
  const form = useContext(DeclarationContext);
  if (form === null) throw new Error('a declaration control stands outside its form');
  return form;
}

import type { Declared } from '../contract/declarations.ts';

/** What a claim declares, once it has been submitted: only a draft may declare nothing yet (constraint `claim_declares`). */
export function declaredBy({ declaration }: { declaration: Declared | null }): Declared {
  if (declaration === null) throw new Error('a draft that is not whole was taken for a submitted claim');
  return declaration;
}

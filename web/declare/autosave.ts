import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { z } from 'zod';
import type { Declared } from '../../contract/declarations.ts';
import { useDebounced } from '../lib/debounced.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { codeOfProblem, ProblemError } from '../lib/problem.ts';
import { remember } from '../lib/stored.ts';
import { type Checked, check } from './check.ts';
import type { Fields } from './fields.ts';
import { localName } from './local.ts';

/** A draft as the system holds it; `claimId` is null until it first could be saved. */
export type Saved = { claimId: string | null; revision: number };

export type Autosave = {
  saved: Saved;
  /** The fields after they were still for a moment, judged. */
  checked: Checked;
  status: 'incomplete' | 'saving' | 'saved' | 'failed' | 'conflict';
  error: Error | null;
  /** Saves what is typed now, at once; resolves to what the system then holds. */
  flush: () => Promise<Saved>;
};

const STILL_MS = 800;

type Start = { saved: Saved; savedJson: string | null; onCreated: (claimId: string) => void };

/**
 * Keeps a form safe: every change in this browser at once, and in the system as soon as the form is complete. Saves go one after the
 * other; a draft changed elsewhere is never overwritten.
 */
export function useAutosave(fields: Fields, start: Start): Autosave {
  const [saved, setSaved] = useState(start.saved);
  const [savedJson, setSavedJson] = useState(start.savedJson);
  const held = useRef({ ...start.saved, json: start.savedJson });
  const createKey = useRef(newId());
  const lastTried = useRef<string | null>(null);
  const { onCreated } = start;
  const save = useMutation({
    meta: { shown: true },
    scope: { id: `save-${createKey.current}` },
    mutationFn: async (form: Fields): Promise<Saved> => {
      const judged = check(form);
      if (!judged.ok) return { claimId: held.current.claimId, revision: held.current.revision };
      const json = JSON.stringify(judged.declared);
      lastTried.current = json;
      if (json === held.current.json) return { claimId: held.current.claimId, revision: held.current.revision };
      const { claimId, revision } = held.current;
      const now =
        claimId === null
          ? await create(judged.declared, createKey.current)
          : await saveOver({ id: claimId, revision }, judged.declared);
      held.current = { claimId: now.id, revision: now.revision, json };
      return { claimId: now.id, revision: now.revision };
    },
    onSuccess: (now, form) => {
      if (now.claimId === null) return;
      if (saved.claimId === null) {
        remember(localName(null, form.form), null);
        onCreated(now.claimId);
      }
      setSaved(now);
      setSavedJson(held.current.json);
    },
  });
  const still = useDebounced(fields, STILL_MS);
  const checked = useMemo(() => check(still), [still]);
  const isConflict = codeOfProblem(save.error) === 'revision-changed';
  const { mutate, mutateAsync, isPending } = save;
  useKeptHere(fields, saved);
  useEffect(() => {
    if (!checked.ok || isPending || isConflict) return;
    const json = JSON.stringify(checked.declared);
    if (json !== held.current.json && json !== lastTried.current) mutate(still);
  }, [checked, still, isPending, isConflict, mutate]);
  const flush = useCallback(() => mutateAsync(fields), [mutateAsync, fields]);
  return { saved, checked, status: statusOf(), error: save.error, flush };

  function statusOf(): Autosave['status'] {
    if (isConflict) return 'conflict';
    if (isPending) return 'saving';
    if (!checked.ok) return 'incomplete';
    if (save.isError) return 'failed';
    return fields === still && JSON.stringify(checked.declared) === savedJson ? 'saved' : 'saving';
  }
}

type Draft = { id: string; revision: number };

async function saveOver({ id, revision }: Draft, declared: Declared): Promise<Draft> {
  return { id, ...(await call('saveClaim', { params: { id }, body: { declared, revision } })) };
}

const madeBefore = z.object({ claimId: z.uuid(), revision: z.number().int() });

/** A first save whose answer was lost has made the draft, and more was typed since: that draft is saved over. */
async function create(declared: Declared, key: string): Promise<Draft> {
  try {
    return await call('createClaim', { headers: { 'idempotency-key': key }, body: { declared } });
  } catch (error) {
    const made = madeBefore.safeParse(error instanceof ProblemError ? error.problem.more : undefined);
    if (codeOfProblem(error) !== 'request-key-reused' || !made.success) throw error;
    return saveOver({ id: made.data.claimId, revision: made.data.revision }, declared);
  }
}

/** What is typed stays in this browser too, with the revision it was typed over. */
function useKeptHere(fields: Fields, saved: Saved): void {
  const first = useRef(fields);
  useEffect(() => {
    if (fields === first.current) return;
    remember(localName(saved.claimId, fields.form), JSON.stringify({ revision: saved.revision, fields }));
  }, [fields, saved]);
}

import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { z } from 'zod';
import { useDebounced } from '../lib/debounced.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { codeOfProblem, ProblemError } from '../lib/problem.ts';
import { remember } from '../lib/stored.ts';
import { type Checked, check } from './check.ts';
import type { Fields } from './fields.ts';
import { localName } from './local.ts';
import { type Content, contentOf } from './written.ts';

/** A draft as the system holds it; `claimId` is null until something was typed. */
export type Saved = { claimId: string | null; revision: number };

export type Autosave = {
  saved: Saved;
  /** The fields after they were still for a moment, judged. */
  checked: Checked;
  /** `incomplete`: saved, and not whole yet. */
  status: 'untouched' | 'saving' | 'incomplete' | 'saved' | 'failed' | 'conflict';
  error: Error | null;
  /** Saves what is typed now, also where nothing is: evidence needs a draft to hang on. */
  keep: () => void;
  /** Saves what is typed now, at once; resolves to what the system then holds. */
  flush: () => Promise<Saved>;
};

const STILL_MS = 800;

type Start = { saved: Saved; savedJson: string | null; onCreated: (claimId: string) => void };

/**
 * Keeps a form safe: every change in this browser at once, and in the system when the typing rests, whole or not. Saves go one after
 * the other; a draft changed elsewhere is never overwritten.
 */
export function useAutosave(fields: Fields, start: Start): Autosave {
  const [first] = useState(fields);
  const { save, saved, savedJson, isTried } = useSaving(start);
  const still = useDebounced(fields, STILL_MS);
  const checked = useMemo(() => check(still), [still]);
  const json = useMemo(() => JSON.stringify(contentOf(still, checked)), [still, checked]);
  const isConflict = codeOfProblem(save.error) === 'revision-changed';
  const { mutate, mutateAsync, isPending } = save;
  const isUntouched = saved.claimId === null && still === first;
  useKeptHere(fields, saved);
  useEffect(() => {
    if (!isUntouched && !isPending && !isConflict && json !== savedJson && !isTried(json)) mutate(still);
  }, [isUntouched, isPending, isConflict, json, savedJson, isTried, mutate, still]);
  const flush = useCallback(() => mutateAsync(fields), [mutateAsync, fields]);
  const keep = useCallback(() => mutate(fields), [mutate, fields]);
  useWhenLeft(fields === still ? null : keep);
  return { saved, checked, status: statusOf(), error: save.error, keep, flush };

  function statusOf(): Autosave['status'] {
    if (isConflict) return 'conflict';
    if (isPending) return 'saving';
    if (save.isError) return 'failed';
    if (isUntouched && fields === still) return 'untouched';
    if (fields !== still || json !== savedJson) return 'saving';
    return checked.ok ? 'saved' : 'incomplete';
  }
}

/** One save after the other, each over the revision of the one before. */
function useSaving({ saved: began, savedJson: beganJson, onCreated }: Start) {
  const [saved, setSaved] = useState(began);
  const [savedJson, setSavedJson] = useState(beganJson);
  const held = useRef({ ...began, json: beganJson });
  const createKey = useRef(newId());
  const lastTried = useRef<string | null>(null);
  const save = useMutation({
    meta: { shown: true },
    scope: { id: `save-${createKey.current}` },
    mutationFn: async (form: Fields): Promise<Saved> => {
      const content = contentOf(form);
      const json = JSON.stringify(content);
      const { claimId, revision } = held.current;
      lastTried.current = json;
      if (json === held.current.json && claimId !== null) return { claimId, revision };
      const now =
        claimId === null
          ? await create(content, createKey.current)
          : await saveOver({ id: claimId, revision }, content);
      held.current = { claimId: now.id, revision: now.revision, json };
      return { claimId: now.id, revision: now.revision };
    },
    onSuccess: (now, form) => {
      if (saved.claimId === null && now.claimId !== null) {
        remember(localName(null, form.form), null);
        onCreated(now.claimId);
      }
      setSaved(now);
      setSavedJson(held.current.json);
    },
  });
  // What failed is not sent again by itself until something else is typed.
  const isTried = useCallback((json: string) => json === lastTried.current, []);
  return { save, saved, savedJson, isTried };
}

type Draft = { id: string; revision: number };

async function saveOver({ id, revision }: Draft, content: Content): Promise<Draft> {
  return { id, ...(await call('saveClaim', { params: { id }, body: { ...content, revision } })) };
}

const madeBefore = z.object({ claimId: z.uuid(), revision: z.number().int() });

/** A first save whose answer was lost has made the draft, and more was typed since: that draft is saved over. */
async function create(content: Content, key: string): Promise<Draft> {
  try {
    return await call('createClaim', { headers: { 'idempotency-key': key }, body: content });
  } catch (error) {
    const made = madeBefore.safeParse(error instanceof ProblemError ? error.problem.more : undefined);
    if (codeOfProblem(error) !== 'request-key-reused' || !made.success) throw error;
    return saveOver({ id: made.data.claimId, revision: made.data.revision }, content);
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

/** Who puts the phone away has no time to wait for the typing to rest. */
function useWhenLeft(keep: (() => void) | null): void {
  useEffect(() => {
    if (keep === null) return;
    const leave = () => {
      if (document.visibilityState === 'hidden') keep();
    };
    document.addEventListener('visibilitychange', leave);
    return () => document.removeEventListener('visibilitychange', leave);
  }, [keep]);
}

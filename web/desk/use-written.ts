import { useRef } from 'react';
import { z } from 'zod';
import { newId } from '../lib/ids.ts';
import { useInTab } from '../lib/in-tab.ts';
import { newVerdict, type VerdictDraft, verdictDraft } from './verdict.ts';

/** As many unfinished verdicts as one tab keeps. */
const MOST = 50;
const drafts = z.record(z.string(), verdictDraft);

/** What is typed on each task stays while the reviewer looks at others, leaves the page or reloads it; what was sent is kept for an undo. */
export function useVerdicts(personId: string) {
  const [verdicts, setVerdicts] = useInTab<Readonly<Record<string, VerdictDraft>>>(
    `verdicts.${personId}`,
    (value) => drafts.parse(value),
    {},
  );
  const blank = useRef<Record<string, VerdictDraft>>({});
  const sent = useRef(new Map<string, VerdictDraft>());
  const verdictOf = (id: string): VerdictDraft => {
    blank.current[id] ??= newVerdict();
    return verdicts[id] ?? blank.current[id];
  };
  const setVerdict = (id: string) => (verdict: VerdictDraft) => {
    setVerdicts((now) => Object.fromEntries([...Object.entries({ ...now, [id]: verdict })].slice(-MOST)));
  };
  const forget = (id: string) => {
    sent.current.set(id, verdictOf(id));
    setVerdicts(({ [id]: _, ...rest }) => rest);
    Reflect.deleteProperty(blank.current, id);
  };
  /** After an undo: what was written, under another decision's id. */
  const restore = (id: string) => {
    const draft = sent.current.get(id);
    if (draft !== undefined) setVerdict(id)({ ...draft, decisionId: newId() });
  };
  return { verdictOf, setVerdict, forget, restore };
}

const ids = z.array(z.string());
const reasons = z.record(z.string(), z.string());

/** What is ticked for a bulk decision, and why the last one left some of it. */
export function useTicked(personId: string) {
  const [selected, changeSelected] = useInTab<string[]>(`ticked.${personId}`, (value) => ids.parse(value), []);
  const [failures, changeFailures] = useInTab<Readonly<Record<string, string>>>(
    `failed.${personId}`,
    (value) => reasons.parse(value),
    {},
  );
  const toggle = (id: string) => {
    changeSelected((now) => (now.includes(id) ? now.filter((other) => other !== id) : [...now, id]));
  };
  return {
    selected,
    setSelected: (to: string[]) => changeSelected(() => to),
    untick: (gone: readonly string[]) => changeSelected((now) => now.filter((id) => !gone.includes(id))),
    failures,
    setFailures: (to: Readonly<Record<string, string>>) => changeFailures(() => to),
    toggle,
  };
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { DecisionReceipt, DecisionRequest } from '../../contract/decisions.ts';
import type { Outcome } from '../../rules/vocabulary.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useNarrow } from '../lib/narrow.ts';
import { codeOfProblem } from '../lib/problem.ts';
import type { PanelProps } from './DecisionPanel.tsx';
import type { EvidenceDesk } from './use-seen.ts';
import { readyVerdict } from './verdict.ts';

/** Choosing, what is still missing in words, and the sending. An approval waits until each piece of evidence has been looked at. */
export function useDeciding({ detail, evidence, verdict, onVerdict, onDecided }: PanelProps) {
  const { task } = detail;
  const [missing, setMissing] = useState<string | null>(null);
  /** Confirmed too early: what is still to be looked at is counted down on the page. */
  const [isLooking, setLooking] = useState(false);
  const isNarrow = useNarrow();
  const decide = useDecide(task.id, onDecided);
  const send = () => {
    const ready = readyVerdict(verdict, task.version);
    setMissing(ready.ok ? null : ready.missing);
    if (ready.ok) decide.mutate(ready.request);
  };
  const held = useHeldBack(evidence, send);
  const choose = (outcome: Outcome | null) => {
    setMissing(null);
    setLooking(false);
    held.drop();
    onVerdict({ ...verdict, outcome });
  };
  const confirm = () => {
    if (decide.isPending) return;
    const [unseen] = evidence.unseen;
    if (verdict.outcome !== 'approve' || unseen === undefined) {
      send();
      return;
    }
    // On a phone it may lie below the form unseen, however long it has been there: nothing is sent the moment it comes into sight.
    if (evidence.unseen.length === 1 && unseen.id === evidence.shown && !isNarrow) held.hold();
    setLooking(true);
    evidence.goTo(unseen.id);
  };
  return {
    choose,
    confirm,
    missing: missing ?? (isLooking ? stillUnseen(evidence, { isHeld: held.isHeld, isNarrow }) : null),
    error: decide.error,
    isPending: decide.isPending,
  };
}

/** What is said until the last piece has been looked at. */
function stillUnseen({ unseen }: EvidenceDesk, { isHeld, isNarrow }: { isHeld: boolean; isNarrow: boolean }) {
  if (unseen.length === 0) return null;
  if (isHeld) return '证明材料正在打开，看到后即提交；打不开的，请退回补正。';
  const then = isNarrow ? '看过再点确认' : '按 E 看下一份';
  return `还有 ${unseen.length} 份证明材料没有查看，看过才能同意；${then}。`;
}

/** A confirmation that came while the last piece of evidence was opening: sent when it stands there. */
function useHeldBack({ unseen }: EvidenceDesk, send: () => void) {
  const [isHeld, setHeld] = useState(false);
  const isReady = isHeld && unseen.length === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is sent is what stands there when the evidence does.
  useEffect(() => {
    if (!isReady) return;
    setHeld(false);
    send();
  }, [isReady]);
  return { isHeld, hold: () => setHeld(true), drop: () => setHeld(false) };
}

function useDecide(taskId: string, onDecided: (receipt: DecisionReceipt) => void) {
  const cache = useQueryClient();
  return useMutation({
    meta: { shown: true },
    mutationFn: (body: DecisionRequest) => call('decide', { params: { id: taskId }, body }),
    onSuccess: onDecided,
    onError: async (error) => {
      // Somebody acted meanwhile: the page shows task and list as they now are, and what was typed stays.
      if (codeOfProblem(error) === undefined) return;
      for (const queryKey of [keys.task(taskId), keys.tasks(), keys.counts()])
        await cache.invalidateQueries({ queryKey });
    },
  });
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import type { Evidence } from '../../contract/evidence.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { piecesOf } from '../lib/evidence-file.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useNarrow } from '../lib/narrow.ts';
import type { Seen } from '../parts/EvidenceViewer.tsx';

/** The evidence of a task: which piece is shown, which the reviewer has yet to look at, and how to go to it. */
export type EvidenceDesk = {
  pieces: readonly Evidence[];
  seen: Seen;
  shown: string | undefined;
  unseen: readonly Evidence[];
  show: (id: string) => void;
  /** Shows a piece and goes to where the evidence stands: on a phone, below the form. */
  goTo: (id: string) => void;
  /** To the next piece, and from the last to the first. */
  next: () => void;
  /** Where the evidence stands, and the bar with the verdicts, which on a phone lies over the page. */
  place: RefObject<HTMLDivElement | null>;
  bar: RefObject<HTMLDivElement | null>;
};

export function useEvidenceDesk(detail: TaskDetail): EvidenceDesk {
  const pieces = piecesOf(detail.claim, detail.task.version);
  const isNarrow = useNarrow();
  const place = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  // The bar is there for who may decide.
  const covered = useHeight(bar, isNarrow && detail.permissions.decide);
  const seen = { ...useSeen(detail), covered };
  const [chosen, show] = useState<string | null>(null);
  const at = Math.max(
    0,
    pieces.findIndex(({ id }) => id === chosen),
  );
  return {
    pieces,
    seen,
    shown: pieces[at]?.id,
    unseen: pieces.filter(({ id }) => !seen.ids.includes(id)),
    show,
    goTo: (id) => {
      show(id);
      if (isNarrow) place.current?.scrollIntoView({ block: 'start' });
    },
    next: () => show(pieces[(at + 1) % pieces.length]?.id ?? null),
    place,
    bar,
  };
}

/** How high a part of the page is, in pixels, as it changes; 0 while it is not there. */
function useHeight(part: RefObject<HTMLElement | null>, isThere: boolean): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const element = part.current;
    if (!isThere || element === null) return;
    const measure = () => setHeight(element.offsetHeight);
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => {
      watch.disconnect();
      setHeight(0);
    };
  }, [part, isThere]);
  return height;
}

/** 已阅: what the reviewer has opened of this version, and the saying of it when a file is shown. */
function useSeen({ task, permissions, seenByMe }: TaskDetail): Seen {
  const cache = useQueryClient();
  const see = useMutation({
    // An approval waits for it, and saying it twice is saying it once.
    retry: 3,
    mutationFn: (evidenceId: string) =>
      call('seeEvidence', { params: { id: task.id }, body: { evidenceIds: [evidenceId] } }),
    onSuccess: ({ seenByMe: now }) => {
      cache.setQueryData<TaskDetail>(keys.task(task.id), (detail) => detail && { ...detail, seenByMe: now });
    },
  });
  const isUnfinished = task.state === 'open' || task.state === 'claimed';
  return {
    ids: seenByMe,
    onShown: (evidenceId) => {
      // Who has it for information only (抄送) is not asked to have seen anything.
      if (isUnfinished && permissions.copy && !task.own && !seenByMe.includes(evidenceId)) see.mutate(evidenceId);
    },
  };
}

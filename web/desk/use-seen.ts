import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Evidence } from '../../contract/evidence.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import type { Seen } from '../parts/EvidenceViewer.tsx';
import { piecesOf } from './use-desk.ts';

/** The evidence of a task: which piece is shown, which the reviewer has yet to look at, and how to go to it. */
export type EvidenceDesk = {
  pieces: readonly Evidence[];
  seen: Seen;
  shown: string | undefined;
  unseen: readonly Evidence[];
  show: (id: string) => void;
  /** To the next piece, and from the last to the first. */
  next: () => void;
};

export function useEvidenceDesk(detail: TaskDetail): EvidenceDesk {
  const pieces = piecesOf(detail);
  const seen = useSeen(detail);
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
    next: () => show(pieces[(at + 1) % pieces.length]?.id ?? null),
  };
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

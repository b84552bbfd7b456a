import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { TaskDetail } from '../../contract/tasks.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import type { Seen } from '../parts/EvidenceViewer.tsx';

/** 已阅: what the reviewer has opened of this version, and the saying of it when a file is shown. */
export function useSeen({ task, permissions, seenByMe }: TaskDetail): Seen {
  const cache = useQueryClient();
  const see = useMutation({
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

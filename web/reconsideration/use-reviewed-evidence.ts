import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ClaimDetail } from '../../contract/claims.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { ReconsiderationDetail } from '../../contract/reconsiderations.ts';
import { piecesOf } from '../lib/evidence-file.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import type { Seen } from '../parts/EvidenceViewer.tsx';

/** The claim whose rejection is reviewed, its evidence, and what of it the officer has yet to look at (未阅). */
export type ReviewedEvidence = {
  claim: ClaimDetail | undefined;
  error: Error | null;
  retry: () => void;
  pieces: readonly Evidence[];
  /** Undefined for who does not decide. */
  seen: Seen | undefined;
  unseen: readonly Evidence[];
};

export function useReviewedEvidence(review: ReconsiderationDetail): ReviewedEvidence {
  const { claimId, seenByMe } = review;
  const claim = useQuery({ queryKey: keys.claim(claimId), queryFn: () => call('claim', { params: { id: claimId } }) });
  const onShown = useSaidSeen(review);
  const pieces = claim.data === undefined ? [] : piecesOf(claim.data, claim.data.version);
  return {
    claim: claim.data,
    error: claim.error,
    retry: () => inBackground(claim.refetch()),
    pieces,
    seen: review.mayDecide ? { ids: seenByMe, onShown } : undefined,
    unseen: pieces.filter(({ id }) => !seenByMe.includes(id)),
  };
}

function useSaidSeen({ id, seenByMe }: ReconsiderationDetail): Seen['onShown'] {
  const cache = useQueryClient();
  const see = useMutation({
    retry: 3,
    mutationFn: (evidenceId: string) =>
      call('seeForReconsideration', { params: { id }, body: { evidenceIds: [evidenceId] } }),
    onSuccess: ({ seenByMe: now }) => {
      cache.setQueryData<ReconsiderationDetail>(
        keys.reconsideration(id),
        (detail) => detail && { ...detail, seenByMe: now },
      );
    },
  });
  return (evidenceId) => {
    if (!seenByMe.includes(evidenceId)) see.mutate(evidenceId);
  };
}

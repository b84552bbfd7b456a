import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ClaimDetail } from '../../contract/claims.ts';
import type { Evidence } from '../../contract/evidence.ts';
import { callFile } from './http.ts';
import { keys } from './keys.ts';

const KEPT_MS = 60_000;

/**
 * What a piece of evidence is asked by. That its content has come is not that somebody has looked at it: who must (已阅) says so when it
 * stands before them.
 * @param keptMs how long one that nothing shows is kept, in milliseconds
 */
export const evidenceQuery = (claimId: string, evidenceId: string, keptMs = KEPT_MS) => ({
  queryKey: keys.evidence(claimId, evidenceId),
  queryFn: () => callFile('evidenceFile', { params: { id: claimId, evidenceId }, query: { ahead: 'true' as const } }),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: keptMs,
});

/** A piece of evidence as an address the page can show; given back when the page lets go of it. */
export function useEvidenceFile(claimId: string, evidenceId: string): { url: string | undefined; error: Error | null } {
  const file = useQuery(evidenceQuery(claimId, evidenceId));
  const [url, setUrl] = useState<string>();
  const blob = file.data;
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [blob]);
  return { url, error: file.error };
}

/** The evidence of a submitted version of the claim. */
export function piecesOf({ versions, evidence }: ClaimDetail, version: number): Evidence[] {
  const submitted = versions.find((each) => each.version === version);
  return evidence.filter(({ id, removed }) => submitted?.evidenceIds.includes(id) ?? !removed);
}

import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { callFile } from './http.ts';
import { keys } from './keys.ts';

/** What a piece of evidence is asked by. One fetched `ahead` of its reader is kept for as long as the task before may take. */
export const evidenceQuery = (claimId: string, evidenceId: string, ahead: boolean) => ({
  queryKey: keys.evidence(claimId, evidenceId),
  queryFn: () =>
    callFile('evidenceFile', { params: { id: claimId, evidenceId }, query: ahead ? { ahead: 'true' as const } : {} }),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: ahead ? 10 * 60_000 : 60_000,
});

/** A piece of evidence as an address the page can show; given back when the page lets go of it. */
export function useEvidenceFile(claimId: string, evidenceId: string): { url: string | undefined; error: Error | null } {
  const file = useQuery(evidenceQuery(claimId, evidenceId, false));
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

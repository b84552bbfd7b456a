import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { callFile } from './http.ts';
import { keys } from './keys.ts';

/** A piece of evidence as an address the page can show; given back when the page lets go of it. */
export function useEvidenceFile(claimId: string, evidenceId: string): { url: string | undefined; error: Error | null } {
  const file = useQuery({
    queryKey: keys.evidence(claimId, evidenceId),
    queryFn: () => callFile('evidenceFile', { params: { id: claimId, evidenceId } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
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

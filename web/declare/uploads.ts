import { useMutation } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { EVIDENCE_MAX_BYTES, EVIDENCE_MEDIA_TYPES, type Evidence } from '../../contract/evidence.ts';
import { formatBytes } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { told } from '../lib/problem.ts';

/** How an upload changes the pieces that are there. */
export type EvidenceChange = (change: (now: readonly Evidence[]) => readonly Evidence[]) => void;

/** Why a file is not even sent; the API judges by content. */
function whyNot(file: File): string | null {
  if (!EVIDENCE_MEDIA_TYPES.some((type) => type === file.type)) return `“${file.name}”不是 PDF、JPEG 或 PNG 文件。`;
  if (file.size > EVIDENCE_MAX_BYTES) {
    return `“${file.name}”有 ${formatBytes(file.size)}，超过 ${formatBytes(EVIDENCE_MAX_BYTES)}，请压缩后再上传。`;
  }
  return file.size === 0 ? `“${file.name}”是空文件。` : null;
}

type Uploading = { claimId: string | null; onChange: EvidenceChange; onNeedsDraft: () => void };

/** Sends files one after the other; the first asks for the draft they hang on. */
export function useUploads({ claimId, onChange, onNeedsDraft }: Uploading) {
  const [waiting, setWaiting] = useState<readonly File[]>([]);
  const [failures, setFailures] = useState<readonly string[]>([]);
  const upload = useMutation({
    meta: { shown: true },
    mutationFn: ({ id, file }: { id: string; file: File }) =>
      call('uploadEvidence', { params: { id }, file, fileName: file.name }),
    onSuccess: (piece) => {
      onChange((now) => [...now, piece]);
    },
    onError: (error, { file }) => {
      const { detail, fix } = told(error);
      setFailures((now) => [...now, `“${file.name}”未能上传：${detail}${fix}`]);
    },
    onSettled: (_piece, _error, { file }) => {
      setWaiting((now) => now.filter((other) => other !== file));
    },
  });
  const { mutate, isPending } = upload;
  const next = waiting[0];
  useEffect(() => {
    if (claimId !== null && next !== undefined && !isPending) mutate({ id: claimId, file: next });
  }, [claimId, next, isPending, mutate]);
  useAskBeforeLeaving(next !== undefined);
  const take = useCallback(
    (files: readonly File[]) => {
      const fit = files.filter((file) => whyNot(file) === null);
      setFailures(files.map(whyNot).filter((why) => why !== null));
      setWaiting((now) => [...now, ...fit]);
      if (claimId === null && fit.length > 0) onNeedsDraft();
    },
    [claimId, onNeedsDraft],
  );
  return { waiting, failures, take };
}

/** Files on their way would be lost: the browser asks before the page is left. */
function useAskBeforeLeaving(isSending: boolean): void {
  useEffect(() => {
    if (!isSending) return;
    const ask = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isSending]);
}

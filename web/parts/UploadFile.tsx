import { UploadOutlined } from '@ant-design/icons';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef } from 'react';
import { EVIDENCE_MAX_BYTES, EVIDENCE_MEDIA_TYPES } from '../../contract/evidence.ts';
import { formatBytes } from '../lib/format.ts';
import { ProblemNotice } from './ProblemNotice.tsx';

type UploadProps = {
  label: string;
  disabled?: boolean;
  upload: (file: File) => Promise<unknown>;
  refreshes: readonly QueryKey[];
};

/** One file at a time; the list above shows what has arrived. */
export function UploadFile({ label, disabled = false, upload, refreshes }: UploadProps) {
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const sending = useMutation({
    meta: { shown: true },
    mutationFn: upload,
    onSuccess: () => Promise.all(refreshes.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <>
      <div className="row">
        <Button
          icon={<UploadOutlined />}
          disabled={disabled}
          loading={sending.isPending}
          onClick={() => input.current?.click()}
        >
          {label}
        </Button>
        <span className="muted small">PDF、JPEG 或 PNG，每份不超过 {formatBytes(EVIDENCE_MAX_BYTES)}</span>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="选择文件"
        accept={EVIDENCE_MEDIA_TYPES.join(',')}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) sending.mutate(file);
        }}
      />
      {sending.error ? <ProblemNotice error={sending.error} /> : null}
    </>
  );
}

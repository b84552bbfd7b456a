import { UploadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef } from 'react';
import { EVIDENCE_MEDIA_TYPES } from '../../contract/evidence.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** One file at a time, of the person or of the officers. */
export function CaseFileUpload({ id }: { id: string }) {
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const upload = useMutation({
    meta: { shown: true },
    mutationFn: (file: File) => call('uploadSanctionFile', { params: { id }, file, fileName: file.name }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sanctions() }),
  });
  return (
    <>
      <Button icon={<UploadOutlined />} loading={upload.isPending} onClick={() => input.current?.click()}>
        上传材料（PDF、JPEG 或 PNG）
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="选择材料文件"
        accept={EVIDENCE_MEDIA_TYPES.join(',')}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) upload.mutate(file);
        }}
      />
      {upload.error ? <ProblemNotice error={upload.error} /> : null}
    </>
  );
}

import { CloudUploadOutlined, DeleteOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useRef } from 'react';
import { EVIDENCE_MAX_BYTES, EVIDENCE_MEDIA_TYPES } from '../../contract/evidence.ts';
import type { TrainingDetail } from '../../contract/trainings.ts';
import { formatBytes, formatInstant } from '../lib/format.ts';
import { call, callFile } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type PapersProps = { unitId: string; training: TrainingDetail };

/** 培训证明: the sign-in sheet and whatever else shows that the training was held. */
export function Papers({ unitId, training }: PapersProps) {
  const input = useRef<HTMLInputElement>(null);
  const { upload, remove, open } = usePapers(unitId, training.id);
  return (
    <section className="panel" aria-labelledby="papers">
      <h2 id="papers">培训证明</h2>
      {training.papers.length === 0 ? (
        <p className="muted">请上传签到表、培训通知或日程；代报时作为证明材料。</p>
      ) : null}
      {training.papers.map((paper) => (
        <div className="list-row" key={paper.id}>
          <span className="grow">
            <strong>{paper.fileName}</strong>
            <div className="muted small">
              {formatBytes(paper.sizeBytes)}　{formatInstant(paper.uploadedAt)}上传
            </div>
          </span>
          <Button onClick={() => open.mutate(paper.id)}>查看</Button>
          <Button
            icon={<DeleteOutlined />}
            aria-label={`删除 ${paper.fileName}`}
            onClick={() => remove.mutate(paper.id)}
          />
        </div>
      ))}
      <div className="row" style={{ marginTop: 12 }}>
        <Button icon={<CloudUploadOutlined />} loading={upload.isPending} onClick={() => input.current?.click()}>
          上传证明
        </Button>
        <span className="muted small">PDF、JPEG 或 PNG，每份不超过 {formatBytes(EVIDENCE_MAX_BYTES)}</span>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={EVIDENCE_MEDIA_TYPES.join(',')}
        data-testid="paper-input"
        onChange={(event) => {
          upload.mutate([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      {upload.error ? <ProblemNotice error={upload.error} /> : null}
      {remove.error ? <ProblemNotice error={remove.error} /> : null}
    </section>
  );
}

/** What can be done with a training's papers. */
function usePapers(unitId: string, trainingId: string) {
  const client = useQueryClient();
  const params = { id: unitId, trainingId };
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.training(trainingId) });
  const upload = useMutation({
    meta: { shown: true },
    mutationFn: async (files: readonly File[]) => {
      for (const file of files) await call('addTrainingFile', { params, file, fileName: file.name });
    },
    onSettled: onSuccess,
  });
  const remove = useMutation({
    meta: { shown: true },
    mutationFn: (fileId: string) => call('removeTrainingFile', { params: { ...params, fileId } }),
    onSuccess,
  });
  const open = useMutation({
    mutationFn: (fileId: string) => callFile('trainingFile', { params: { ...params, fileId } }),
    onSuccess: (blob) => {
      const address = URL.createObjectURL(blob);
      window.open(address, '_blank', 'noopener');
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    },
  });
  return { upload, remove, open };
}

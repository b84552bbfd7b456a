import { CloudUploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { type ClipboardEvent, type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { EVIDENCE_MAX_BYTES, EVIDENCE_MEDIA_TYPES, type Evidence } from '../../contract/evidence.ts';
import { formatBytes } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { told } from '../lib/problem.ts';
import { EvidenceList } from '../parts/EvidenceList.tsx';
import { Field } from '../parts/Field.tsx';
import { useDeclaration } from './context.ts';

type UploadProps = {
  claimId: string | null;
  evidence: readonly Evidence[];
  onChange: (change: (now: readonly Evidence[]) => readonly Evidence[]) => void;
  hint: string;
};

/** Evidence by dragging, pasting or choosing. Files wait here until the draft exists in the system. */
export function EvidenceUpload({ claimId, evidence, onChange, hint }: UploadProps) {
  const { errors, due } = useDeclaration();
  const { waiting, failures, take } = useUploads(claimId, onChange);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  };
  const paste = useCallback((event: ClipboardEvent) => take([...event.clipboardData.files]), [take]);
  return (
    <Field path="evidence" label="证明材料" required group error={errors['evidence']} due={due['evidence']}>
      <button
        type="button"
        className="drop"
        data-over={isOver}
        onClick={() => input.current?.click()}
        onDrop={drop}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => {
          setOver(false);
        }}
        onPaste={paste}
      >
        <CloudUploadOutlined style={{ fontSize: 26 }} aria-hidden />
        <div>点击选择、拖到这里，或在此处粘贴（Ctrl+V）</div>
        <div className="muted small">
          {hint}；PDF、JPEG 或 PNG，每份不超过 {formatBytes(EVIDENCE_MAX_BYTES)}
        </div>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={EVIDENCE_MEDIA_TYPES.join(',')}
        data-testid="evidence-input"
        onChange={(event) => {
          take([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      {waiting.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two waiting files can have one name.
        <div className="evidence-item" key={index}>
          <div className="evidence-name">{file.name}</div>
          <span className="muted small">
            {claimId === null ? '待上传：填写完整必填项后自动上传' : `正在上传（${formatBytes(file.size)}）…`}
          </span>
        </div>
      ))}
      {failures.map((failure) => (
        <div className="field-error" key={failure} role="alert">
          {failure}
        </div>
      ))}
      {claimId === null ? null : <OwnEvidence claimId={claimId} evidence={evidence} onChange={onChange} />}
    </Field>
  );
}

function OwnEvidence({ claimId, evidence, onChange }: Omit<UploadProps, 'hint' | 'claimId'> & { claimId: string }) {
  const { message } = App.useApp();
  const remove = useMutation({
    mutationFn: (evidenceId: string) => call('removeEvidence', { params: { id: claimId, evidenceId } }),
    onSuccess: ({ id }) => {
      onChange((now) => now.filter((piece) => piece.id !== id));
      message.success('已删除');
    },
  });
  return (
    <EvidenceList
      claimId={claimId}
      pieces={evidence}
      onRemove={(id) => {
        remove.mutate(id);
      }}
    />
  );
}

/** Why a file is not even sent; the API judges by content. */
function whyNot(file: File): string | null {
  if (!EVIDENCE_MEDIA_TYPES.some((type) => type === file.type)) return `“${file.name}”不是 PDF、JPEG 或 PNG 文件。`;
  if (file.size > EVIDENCE_MAX_BYTES) {
    return `“${file.name}”有 ${formatBytes(file.size)}，超过 ${formatBytes(EVIDENCE_MAX_BYTES)}，请压缩后再上传。`;
  }
  return file.size === 0 ? `“${file.name}”是空文件。` : null;
}

function useUploads(claimId: string | null, onChange: UploadProps['onChange']) {
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
  useEffect(() => {
    if (next === undefined) return;
    // Files on their way would be lost: the browser asks before the page is left.
    const ask = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('beforeunload', ask);
    };
  }, [next]);
  const take = useCallback((files: readonly File[]) => {
    setFailures(files.map(whyNot).filter((why) => why !== null));
    setWaiting((now) => [...now, ...files.filter((file) => whyNot(file) === null)]);
  }, []);
  return { waiting, failures, take };
}

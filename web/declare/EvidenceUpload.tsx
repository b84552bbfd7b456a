import { CameraOutlined, CloudUploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { EVIDENCE_MAX_BYTES, EVIDENCE_MEDIA_TYPES, type Evidence } from '../../contract/evidence.ts';
import { formatBytes } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { EvidenceList } from '../parts/EvidenceList.tsx';
import { Field } from '../parts/Field.tsx';
import { useDeclaration } from './context.ts';
import { type EvidenceChange, useUploads } from './uploads.ts';

type UploadProps = {
  claimId: string | null;
  evidence: readonly Evidence[];
  onChange: EvidenceChange;
  onNeedsDraft: () => void;
  hint: string;
};

/** Evidence by dragging, pasting, choosing, or with the phone's camera. */
export function EvidenceUpload({ claimId, evidence, onChange, onNeedsDraft, hint }: UploadProps) {
  const { errors, due } = useDeclaration();
  const { waiting, failures, take } = useUploads({ claimId, onChange, onNeedsDraft });
  return (
    <Field path="evidence" label="证明材料" required group error={errors['evidence']} due={due['evidence']}>
      <DropPlace hint={hint} take={take} />
      <Camera take={take} />
      {waiting.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two waiting files can have one name.
        <div className="evidence-item" key={index}>
          <div className="evidence-name">{file.name}</div>
          <span className="muted small">正在上传（{formatBytes(file.size)}）…</span>
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

type Take = (files: readonly File[]) => void;

/** A click chooses, and what is dropped on it is taken. */
function DropPlace({ hint, take }: { hint: string; take: Take }) {
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  usePasted(take);
  return (
    <>
      <button
        type="button"
        className="drop"
        data-over={isOver}
        onClick={() => input.current?.click()}
        onDrop={(event: DragEvent) => {
          event.preventDefault();
          setOver(false);
          take([...event.dataTransfer.files]);
        }}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
      >
        <CloudUploadOutlined style={{ fontSize: 26 }} aria-hidden />
        <div>点击选择、拖到这里，或直接粘贴（Ctrl+V）</div>
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
    </>
  );
}

/** A picture pasted anywhere on the page is evidence; pasted text is not. */
function usePasted(take: Take): void {
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const files = [...(clipboardData?.files ?? [])];
      if (files.length > 0) take(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [take]);
}

/** Shown where there is a finger instead of a mouse. */
function Camera({ take }: { take: Take }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="touch-only">
      <Button block icon={<CameraOutlined />} onClick={() => input.current?.click()}>
        拍照上传
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/jpeg,image/png"
        capture="environment"
        data-testid="camera-input"
        onChange={(event) => {
          take([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </div>
  );
}

type OwnProps = Pick<UploadProps, 'evidence' | 'onChange'> & { claimId: string };

function OwnEvidence({ claimId, evidence, onChange }: OwnProps) {
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

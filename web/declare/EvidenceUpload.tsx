import { CameraOutlined, CloudUploadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
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
  const input = useRef<HTMLInputElement>(null);
  const isOver = useDropped(take);
  usePasted(take);
  return (
    <>
      <button type="button" className="drop" data-over={isOver} onClick={() => input.current?.click()}>
        <CloudUploadOutlined style={{ fontSize: 26 }} aria-hidden />
        <div className="mouse-only">点击选择、拖到这里，或直接粘贴（Ctrl+V）</div>
        <div className="touch-only">从手机中选择文件或照片</div>
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

/**
 * Files dropped anywhere on the page are evidence: beside the place the browser would open them instead of the page. Dragged words stay
 * what they are.
 * @returns whether files are over the page
 */
function useDropped(take: Take): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setOver(true);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    };
    // Out of the window, not from one part of the page into another.
    const leave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setOver(false);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    window.addEventListener('dragleave', leave);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
      window.removeEventListener('dragleave', leave);
    };
  }, [take]);
  return isOver;
}

/** A picture pasted anywhere on the page is evidence. Words are not: what a table or a text brings as a picture besides goes into no field's stead. */
function usePasted(take: Take): void {
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      if (clipboardData === null || clipboardData.types.includes('text/plain')) return;
      const files = [...clipboardData.files].map(named);
      if (files.length > 0) take(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [take]);
}

/** Every pasted picture is called image.png by the browser: the time tells them apart. */
function named(file: File): File {
  const [, ending] = /^image\.(png|jpe?g)$/.exec(file.name) ?? [];
  if (ending === undefined) return file;
  const at = new Date().toLocaleTimeString('zh-CN', { hour12: false }).replaceAll(':', '');
  return new File([file], `粘贴的图片${at}.${ending}`, { type: file.type });
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

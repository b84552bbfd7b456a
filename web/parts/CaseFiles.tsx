import type { ReactNode } from 'react';
import { formatBytes } from '../lib/format.ts';

type CaseFile = { id: string; fileName: string; sizeBytes: number; address: string; note?: string };

/** The files of a case, to download. */
export function CaseFiles({ files, children }: { files: readonly CaseFile[]; children?: ReactNode }) {
  return (
    <div>
      <h2 className="section-title">附件</h2>
      {files.length === 0 ? <p className="muted">没有附件。</p> : null}
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <a href={file.address} download={file.fileName}>
              {file.fileName}
            </a>
            <span className="muted small">
              　{formatBytes(file.sizeBytes)}
              {file.note === undefined ? '' : `　${file.note}`}
            </span>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}

import { DeleteOutlined, EyeOutlined, FilePdfOutlined } from '@ant-design/icons';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import type { Evidence } from '../../contract/evidence.ts';
import { useEvidenceFile } from '../lib/evidence-file.ts';
import { formatBytes, formatInstant } from '../lib/format.ts';
import { EvidenceViewer, type Seen, SeenTag } from './EvidenceViewer.tsx';

type ListProps = {
  claimId: string;
  pieces: readonly Evidence[];
  /** For who has to look at each before they decide (已阅). */
  seen?: Seen | undefined;
  onRemove?: (id: string) => void;
};

/** Pieces of evidence with a small picture each; one opens large. */
export function EvidenceList({ claimId, pieces, seen, onRemove }: ListProps) {
  const [open, setOpen] = useState<Evidence | null>(null);
  return (
    <>
      {pieces.map((piece) => (
        <Piece key={piece.id} claimId={claimId} piece={piece} seen={seen} onOpen={setOpen} onRemove={onRemove} />
      ))}
      <Modal
        open={open !== null}
        width={960}
        title="证明材料"
        footer={null}
        destroyOnHidden
        onCancel={() => {
          setOpen(null);
        }}
      >
        {open === null ? null : (
          <div style={{ display: 'flex', height: '70vh' }}>
            <EvidenceViewer claimId={claimId} pieces={[open]} seen={seen} />
          </div>
        )}
      </Modal>
    </>
  );
}

type PieceProps = {
  claimId: string;
  piece: Evidence;
  seen: Seen | undefined;
  onOpen: (piece: Evidence) => void;
  onRemove: ListProps['onRemove'] | undefined;
};

const Piece = ({ claimId, piece, seen, onOpen, onRemove }: PieceProps) => (
  <div className="evidence-item">
    <Thumb claimId={claimId} piece={piece} />
    <div>
      <div className="evidence-name" title={piece.fileName}>
        {piece.fileName}
      </div>
      <div className="muted small">
        {formatBytes(piece.sizeBytes)}　{formatInstant(piece.uploadedAt)}上传
      </div>
    </div>
    {seen === undefined ? null : <SeenTag isSeen={seen.ids.includes(piece.id)} />}
    <Button icon={<EyeOutlined />} onClick={() => onOpen(piece)}>
      查看
    </Button>
    {onRemove === undefined ? null : (
      <Button icon={<DeleteOutlined />} aria-label={`删除 ${piece.fileName}`} onClick={() => onRemove(piece.id)} />
    )}
  </div>
);

function Thumb({ claimId, piece }: { claimId: string; piece: Evidence }) {
  if (piece.mediaType === 'application/pdf') {
    return (
      <span className="thumb">
        <FilePdfOutlined aria-label="PDF 文件" />
      </span>
    );
  }
  return <Picture claimId={claimId} piece={piece} />;
}

function Picture({ claimId, piece }: { claimId: string; piece: Evidence }) {
  const { url } = useEvidenceFile(claimId, piece.id);
  return url === undefined ? <span className="thumb" /> : <img className="thumb" src={url} alt="" />;
}

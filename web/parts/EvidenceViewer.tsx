import { CheckOutlined, RotateRightOutlined, ZoomInOutlined, ZoomOutOutlined } from '@ant-design/icons';
import { Button, Segmented, Tag } from 'antd';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Evidence } from '../../contract/evidence.ts';
import { useEvidenceFile } from '../lib/evidence-file.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { Loading } from './Loading.tsx';
import { Nothing } from './Nothing.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';

/** 已阅, for a reviewer: which pieces they have opened, and what to do when one stands before them. */
export type Seen = {
  ids: readonly string[];
  onShown: (evidenceId: string) => void;
  /** How much of the window's lower end something else lies over, in pixels. */
  covered?: number;
};

type ViewerProps = {
  claimId: string;
  pieces: readonly Evidence[];
  seen?: Seen | undefined;
  /** Which piece is shown, for who decides that outside. */
  shown?: string | undefined;
  onShow?: (id: string) => void;
};

/** The pieces of evidence one at a time: pictures zoom and turn, a PDF shows in the browser's own reader. */
export function EvidenceViewer({ claimId, pieces, seen, shown, onShow }: ViewerProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const piece = pieces.find(({ id }) => id === (shown ?? chosen)) ?? pieces[0];
  if (piece === undefined) return <Nothing title="没有证明材料">申报人没有上传证明材料。</Nothing>;
  return (
    <div className="viewer">
      {pieces.length > 1 ? (
        <div className="viewer-bar">
          <Segmented
            value={piece.id}
            options={pieces.map(({ id }, index) => ({
              value: id,
              label: `材料 ${index + 1}${seen?.ids.includes(id) === true ? ' 已阅' : ''}`,
            }))}
            onChange={onShow ?? setChosen}
          />
        </div>
      ) : null}
      <OnePiece key={piece.id} claimId={claimId} piece={piece} seen={seen} />
    </div>
  );
}

const larger = (zoom: number) => Math.min(400, zoom + 25);
const smaller = (zoom: number) => Math.max(25, zoom - 25);

type PieceProps = { claimId: string; piece: Evidence; seen: Seen | undefined };

function OnePiece({ claimId, piece, seen }: PieceProps) {
  const file = useEvidenceFile(claimId, piece.id);
  const [zoom, setZoom] = useState(100);
  const [turn, setTurn] = useState(0);
  const isPicture = piece.mediaType !== 'application/pdf';
  const turnOn = () => setTurn((turn + 90) % 360);
  // At the desk, where keys have deeds; elsewhere they are the page's.
  useHotkeys(
    {
      '+': () => setZoom(larger(zoom)),
      '=': () => setZoom(larger(zoom)),
      '-': () => setZoom(smaller(zoom)),
      t: turnOn,
    },
    seen !== undefined && isPicture,
  );
  const stage = useRef<HTMLDivElement>(null);
  const isInSight = useInSight(stage, (seen?.covered ?? 0) + LEAST_SHOWN);
  useToldShown(piece.id, { isShown: file.url !== undefined && isInSight, onShown: seen?.onShown });
  return (
    <>
      <div className="viewer-bar">
        <span className="evidence-name" style={{ flex: 1 }} title={piece.fileName}>
          {piece.fileName}
        </span>
        {seen === undefined ? null : <SeenTag isSeen={seen.ids.includes(piece.id)} />}
        {isPicture ? <PictureTools zoom={zoom} onZoom={setZoom} onTurn={turnOn} /> : null}
        {file.url === undefined ? null : (
          <Button
            type="link"
            size="small"
            href={file.url}
            download={piece.fileName}
            onClick={() => seen?.onShown(piece.id)}
          >
            下载
          </Button>
        )}
      </div>
      <div className="viewer-stage" ref={stage}>
        {file.error ? <ProblemNotice error={file.error} /> : null}
        {file.url === undefined && !file.error ? <Loading what="正在打开材料" /> : null}
        {file.url === undefined ? null : (
          <Content url={file.url} piece={piece} zoom={zoom} turn={turn} isInSight={isInSight} />
        )}
      </div>
    </>
  );
}

type ContentProps = { url: string; piece: Evidence; zoom: number; turn: number; isInSight: boolean };

const Content = ({ url, piece: { mediaType, fileName }, zoom, turn, isInSight }: ContentProps) =>
  mediaType === 'application/pdf' ? (
    <PdfFrame url={url} name={fileName} isInSight={isInSight} />
  ) : (
    <Picture url={url} name={fileName} zoom={zoom} turn={turn} />
  );

/** As wide as the place, times the zoom, whichever way it is turned; its frame turns with it, so that no edge lies where nobody can scroll to. */
function Picture({ url, name, zoom, turn }: { url: string; name: string; zoom: number; turn: number }) {
  /** Height to width, known when it is there. */
  const [ratio, setRatio] = useState(1);
  const isOnSide = turn % 180 !== 0;
  return (
    <div className="picture-frame" style={{ width: `${zoom}%`, aspectRatio: isOnSide ? ratio : 1 / ratio }}>
      <img
        src={url}
        alt={name}
        style={{
          width: isOnSide ? `${100 / ratio}%` : '100%',
          transform: `translate(-50%, -50%) rotate(${turn}deg)`,
        }}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          if (naturalWidth > 0) setRatio(naturalHeight / naturalWidth);
        }}
      />
    </div>
  );
}

/**
 * Whether some of a part of the page stands before somebody's eyes: in the window, under nothing else, in a tab that is shown. On a phone
 * the evidence lies below the form, where nobody is until they go there.
 * @param hidden how much of the window's lower end does not count, in pixels
 */
function useInSight(part: RefObject<HTMLElement | null>, hidden: number): boolean {
  const [isInSight, setInSight] = useState(false);
  useEffect(() => {
    if (part.current === null) return;
    const watch = new IntersectionObserver((places) => setInSight(places.at(-1)?.isIntersecting === true), {
      rootMargin: `0px 0px -${hidden}px 0px`,
    });
    watch.observe(part.current);
    return () => watch.disconnect();
  }, [part, hidden]);
  return isInSight;
}

/** An edge of it is no look, in pixels. */
const LEAST_SHOWN = 60;

/** Says that the piece stands there, with its content. */
function useToldShown(
  id: string,
  { isShown, onShown }: { isShown: boolean; onShown: Seen['onShown'] | undefined },
): void {
  const tell = useRef(onShown);
  useEffect(() => {
    tell.current = onShown;
  });
  useEffect(() => {
    if (isShown) tell.current?.(id);
  }, [isShown, id]);
}

export const SeenTag = ({ isSeen }: { isSeen: boolean }) =>
  isSeen ? (
    <Tag icon={<CheckOutlined />} color="success">
      已阅
    </Tag>
  ) : (
    <Tag>未阅</Tag>
  );

type ToolProps = { zoom: number; onZoom: (zoom: number) => void; onTurn: () => void };

const PictureTools = ({ zoom, onZoom, onTurn }: ToolProps) => (
  <>
    <Button
      type="text"
      icon={<ZoomOutOutlined />}
      aria-label="缩小"
      disabled={zoom <= 25}
      onClick={() => onZoom(smaller(zoom))}
    />
    <span className="num small">{zoom}%</span>
    <Button
      type="text"
      icon={<ZoomInOutlined />}
      aria-label="放大"
      disabled={zoom >= 400}
      onClick={() => onZoom(larger(zoom))}
    />
    <Button type="text" icon={<RotateRightOutlined />} aria-label="旋转" onClick={onTurn} />
  </>
);

/**
 * The browser's PDF reader, opened when its place is first in sight: one that opens out of sight pulls the page to itself.
 */
function PdfFrame({ url, name, isInSight }: { url: string; name: string; isInSight: boolean }) {
  const [isOpen, setOpen] = useState(isInSight);
  if (isInSight && !isOpen) setOpen(true);
  return isOpen ? <PdfReader url={url} name={name} /> : null;
}

/**
 * The reader takes the keyboard when it has loaded, and keeps it after a click; and the page moves for it to be seen whole. The desk's keys
 * must go on working, and what was being typed must go on where it was, so focus and place come back whenever the pointer is not over the reader.
 */
function PdfReader({ url, name }: { url: string; name: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    let later: ReturnType<typeof setTimeout> | undefined;
    let before: HTMLElement | null = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const note = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && target !== frame.current) before = target;
    };
    const giveBack = () => {
      const { scrollX, scrollY } = window;
      later = setTimeout(() => {
        const reader = frame.current;
        if (reader === null || document.activeElement !== reader || reader.matches(':hover')) return;
        reader.blur();
        window.focus();
        before?.focus({ preventScroll: true });
        window.scrollTo(scrollX, scrollY);
      });
    };
    document.addEventListener('focusin', note);
    window.addEventListener('blur', giveBack);
    const reader = frame.current;
    reader?.addEventListener('mouseleave', giveBack);
    return () => {
      clearTimeout(later);
      document.removeEventListener('focusin', note);
      window.removeEventListener('blur', giveBack);
      reader?.removeEventListener('mouseleave', giveBack);
    };
  }, []);
  return <iframe ref={frame} src={url} title={name} />;
}

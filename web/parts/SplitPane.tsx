import { type PointerEvent, type ReactNode, useRef } from 'react';
import { useFocusKept } from '../lib/focus.ts';
import { useNarrow } from '../lib/narrow.ts';
import { useRemembered } from '../lib/stored.ts';

const LEAST = 260;
const MOST = 720;
const clamp = (width: number) => Math.min(MOST, Math.max(LEAST, Math.round(width)));

type SplitPaneProps = {
  name: string;
  left: ReactNode;
  right: ReactNode;
  /** Which of the two a window too narrow for both shows. */
  narrow: 'left' | 'right';
};

/** Two panes with a divider that follows the pointer and the arrow keys; the width is remembered. A narrow window shows one. */
export function SplitPane({ name, left, right, narrow }: SplitPaneProps) {
  const [stored, setStored] = useRemembered(`width.${name}`, '400');
  const width = clamp(Number(stored) || 400);
  const isNarrow = useNarrow();
  const sides = [useRef<HTMLElement>(null), useRef<HTMLElement>(null)] as const;
  useFocusKept(sides[0]);
  useFocusKept(sides[1]);
  return (
    <div className="desk">
      {isNarrow && narrow === 'right' ? null : (
        <section
          ref={sides[0]}
          className="desk-list"
          style={isNarrow ? {} : { flexBasis: width }}
          aria-label="任务列表"
        >
          {left}
        </section>
      )}
      {isNarrow ? null : <Splitter width={width} onWidth={(to) => setStored(String(clamp(to)))} />}
      {isNarrow && narrow === 'left' ? null : (
        <section ref={sides[1]} className="desk-detail" aria-label="任务详情">
          {right}
        </section>
      )}
    </div>
  );
}

function Splitter({ width, onWidth }: { width: number; onWidth: (width: number) => void }) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const drag = (event: PointerEvent) => {
    if (from.current !== null) onWidth(from.current.width + event.clientX - from.current.x);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a focusable separator is the pattern for a window splitter; <hr> takes no pointer.
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="调整列表宽度"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={width}
      onPointerDown={(event) => {
        from.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') onWidth(width - 20);
        if (event.key === 'ArrowRight') onWidth(width + 20);
      }}
    />
  );
}

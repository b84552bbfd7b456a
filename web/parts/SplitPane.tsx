import { type PointerEvent, type ReactNode, useRef } from 'react';
import { useRemembered } from '../lib/stored.ts';

const LEAST = 260;
const MOST = 720;
const clamp = (width: number) => Math.min(MOST, Math.max(LEAST, Math.round(width)));

/** Two panes with a divider that follows the pointer and the arrow keys; the width is remembered. */
export function SplitPane({ name, left, right }: { name: string; left: ReactNode; right: ReactNode }) {
  const [stored, setStored] = useRemembered(`width.${name}`, '400');
  const width = clamp(Number(stored) || 400);
  const from = useRef<{ x: number; width: number } | null>(null);
  const drag = (event: PointerEvent) => {
    if (from.current !== null) setStored(String(clamp(from.current.width + event.clientX - from.current.x)));
  };
  return (
    <div className="desk">
      <section className="desk-list" style={{ flexBasis: width }} aria-label="任务列表">
        {left}
      </section>
      {/* biome-ignore lint/a11y/useSemanticElements: a focusable separator is the pattern for a window splitter; <hr> takes no pointer. */}
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
          if (event.key === 'ArrowLeft') setStored(String(clamp(width - 20)));
          if (event.key === 'ArrowRight') setStored(String(clamp(width + 20)));
        }}
      />
      <section className="desk-detail" aria-label="任务详情">
        {right}
      </section>
    </div>
  );
}

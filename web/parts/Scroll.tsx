import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react';

type ScrollProps = { label: string; style?: CSSProperties; children: ReactNode };

/** A table that may be wider than its place: then, and only then, the keyboard can reach it to scroll. */
export function Scroll({ label, style, children }: ScrollProps) {
  const place = useRef<HTMLElement>(null);
  const [isWider, setWider] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => {
      setWider(element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight);
    });
    watch.observe(element);
    if (element.firstElementChild !== null) watch.observe(element.firstElementChild);
    return () => watch.disconnect();
  }, []);
  return (
    <section ref={place} className="table-scroll" aria-label={label} tabIndex={isWider ? 0 : undefined} style={style}>
      {children}
    </section>
  );
}

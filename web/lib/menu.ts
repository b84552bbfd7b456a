import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * A button that opens a menu, as the keyboard expects one: the first entry gets the focus, arrows move it, Escape gives it back to the
 * button; a click elsewhere, a chosen entry and the focus leaving close it.
 */
export function useMenu() {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const close = () => setOpen(false);
  useEffect(() => {
    if (!isOpen) return;
    entriesOf(place.current)[0]?.focus();
    const closeElsewhere = (event: PointerEvent) => {
      if (event.target instanceof Node && place.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', closeElsewhere);
    return () => document.removeEventListener('pointerdown', closeElsewhere);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Tab') close();
    if (event.key === 'Escape') place.current?.querySelector('button')?.focus();
    const entries = entriesOf(place.current);
    const step = STEPS[event.key];
    if (step === undefined || entries.length === 0) return;
    event.preventDefault();
    const { activeElement } = document;
    const at = activeElement instanceof HTMLElement ? entries.indexOf(activeElement) : -1;
    entries[step(at, entries.length)]?.focus();
  };
  return {
    isOpen,
    id,
    place,
    button: {
      'aria-haspopup': 'menu' as const,
      'aria-expanded': isOpen,
      'aria-controls': isOpen ? id : undefined,
      onClick: () => setOpen(!isOpen),
    },
    list: { onKeyDown, onClick: close },
  };
}

const entriesOf = (place: HTMLElement | null): HTMLElement[] => [
  ...(place?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? []),
];

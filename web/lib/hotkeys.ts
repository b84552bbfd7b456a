import { useEffect, useRef } from 'react';

/** Keys to deeds: `j`, `?`, `Escape`, `Ctrl+Enter`. */
export type Hotkeys = Readonly<Record<string, () => void>>;

/** These work while typing too. */
const ALWAYS: readonly string[] = ['Ctrl+Enter', 'Escape'];

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const isTickBox = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && (target.type === 'checkbox' || target.type === 'radio');

/** While an input method composes, its keys are not ours; old browsers say so by key code 229 only. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the only sign that browsers before isComposing give
const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

function nameOf(event: KeyboardEvent): string | null {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return 'Ctrl+Enter';
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** Binds keys for the page while `enabled`; never while somebody types or composes, except for what ends or confirms. */
export function useHotkeys(keys: Hotkeys, enabled = true): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  }, [keys]);
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (isComposing(event) || event.defaultPrevented) return;
      const name = nameOf(event);
      if (name === null || (isTyping(event.target) && !isTickBox(event.target) && !ALWAYS.includes(name))) return;
      const deed = current.current[name];
      if (deed === undefined) return;
      event.preventDefault();
      deed();
    };
    window.addEventListener('keydown', listen);
    return () => {
      window.removeEventListener('keydown', listen);
    };
  }, [enabled]);
}

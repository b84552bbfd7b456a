import { useLayoutEffect, useRef } from 'react';

/** Keys to deeds: `j`, `?`, `Escape`, `Ctrl+Enter`, `Alt+1`. */
export type Hotkeys = Readonly<Record<string, () => void>>;

/** These work while typing too: they type nothing. */
const isAlways = (name: string): boolean => name === 'Ctrl+Enter' || name === 'Escape' || name.startsWith('Alt+');

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const isTickBox = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && (target.type === 'checkbox' || target.type === 'radio');

/** What has keys of its own: a dialog over the page, wherever the focus is yet, an open list of choices. */
const isElsewhere = (target: EventTarget | null): boolean =>
  [...document.querySelectorAll('[role=dialog]')].some((dialog) => dialog.getClientRects().length > 0) ||
  (target instanceof Element && target.closest('[role=menu], [role=combobox][aria-expanded=true]') !== null);

/** While an input method composes, its keys are not ours; old browsers say so by key code 229 only. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the only sign that browsers before isComposing give
const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

function nameOf(event: KeyboardEvent): string | null {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return 'Ctrl+Enter';
  if (event.ctrlKey || event.metaKey) return null;
  // With Alt held a digit may type another sign; where the key lies does not change.
  if (event.altKey) return /^Digit\d$/.test(event.code) ? `Alt+${event.code.slice(-1)}` : null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** Binds keys for the page while `enabled`; never while somebody types or composes, except for what ends or confirms. */
export function useHotkeys(keys: Hotkeys, enabled = true): void {
  const current = useRef(keys);
  // Before the browser takes the next key: a quick hand presses while the page is still settling.
  useLayoutEffect(() => {
    current.current = keys;
  }, [keys]);
  useLayoutEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (isComposing(event) || event.defaultPrevented || isElsewhere(event.target)) return;
      const name = nameOf(event);
      if (name === null || (isTyping(event.target) && !isTickBox(event.target) && !isAlways(name))) return;
      const deed = current.current[name];
      if (deed === undefined) return;
      event.preventDefault();
      // A field that has the focus would take Alt+1 for a 1, and open its list.
      event.stopPropagation();
      deed();
    };
    window.addEventListener('keydown', listen, true);
    return () => {
      window.removeEventListener('keydown', listen, true);
    };
  }, [enabled]);
}

import { type RefObject, useEffect } from 'react';

/** Where a part of the page takes the focus when nothing of it has it: an element marked `data-home` and `tabIndex={-1}`. */
export const homeOf = (part: HTMLElement | null): HTMLElement | null =>
  part?.querySelector<HTMLElement>('[data-home]') ?? null;

/**
 * When what has the focus is taken off the page (a button that has done its work, a dialog whose button is gone), the focus goes to the
 * home of the same part, not to the top of the document.
 */
export function useFocusKept(part: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: Element | null = null;
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      if (part.current?.contains(target) === true) last = target;
      else if (target.closest('[role=dialog]') === null) last = null;
    };
    const watch = new MutationObserver(() => {
      if (last === null || last.isConnected || document.activeElement !== document.body) return;
      last = null;
      homeOf(part.current)?.focus({ preventScroll: true });
    });
    document.addEventListener('focusin', note);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', note);
      watch.disconnect();
    };
  }, [part]);
}

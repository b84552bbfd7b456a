import { useCallback, useState } from 'react';
import { reportFault } from './faults.ts';

/** What this browser remembers under a name; null when there is nothing, or storage is switched off. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`xueshi.${name}`);
  } catch (error) {
    console.warn('localStorage is not readable', error);
    return null;
  }
}

/** Remembers a text, or forgets it with null. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`xueshi.${name}`);
    else localStorage.setItem(`xueshi.${name}`, value);
  } catch (error) {
    reportFault(error);
  }
}

/** A text state that survives a reload. */
export function useRemembered(name: string, initial: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => recall(name) ?? initial);
  const set = useCallback(
    (next: string) => {
      setValue(next);
      remember(name, next);
    },
    [name],
  );
  return [value, set];
}

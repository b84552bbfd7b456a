import { useEffect, useState } from 'react';
import { reportFault } from './faults.ts';

/** What this tab remembers: it survives a reload and a visit to another page, and goes with the tab or when somebody signs out. */

/** Reads what was written, or throws: the parse of a schema, or by hand where no schema is loaded. */
type Reading<T> = (value: unknown) => T;

/** Null when there is nothing, or nothing that can be read. */
export function recallInTab<T>(name: string, read: Reading<T>): T | null {
  try {
    const text = sessionStorage.getItem(`xueshi.${name}`);
    return text === null ? null : read(JSON.parse(text));
  } catch (error) {
    console.warn('what the tab remembered is not readable', name, error);
    return null;
  }
}

export function rememberInTab(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(`xueshi.${name}`, JSON.stringify(value));
  } catch (error) {
    reportFault(error);
  }
}

/** Nothing of one person is left for the next at the same computer. */
export function forgetTab(): void {
  try {
    sessionStorage.clear();
  } catch (error) {
    reportFault(error);
  }
}

/** A state that the tab remembers. */
export function useInTab<T>(name: string, read: Reading<T>, initial: T): [T, (change: (now: T) => T) => void] {
  const [value, setValue] = useState(() => recallInTab(name, read) ?? initial);
  useEffect(() => rememberInTab(name, value), [name, value]);
  return [value, setValue];
}

/** Errors that no page part shows itself travel here; the shell tells the person. Nothing is dropped in silence. */
type Listener = (error: unknown) => void;
const listeners = new Set<Listener>();

/** Tells whoever listens that something failed. */
export function reportFault(error: unknown): void {
  if (listeners.size === 0) console.error(error);
  for (const listener of listeners) listener(error);
}

/** @returns what ends the listening */
export function onFault(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Lets a promise run on; a failure is reported instead of lost. */
export function inBackground(work: Promise<unknown>): void {
  work.catch(reportFault);
}

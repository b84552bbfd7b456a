import { useEffect, useState } from 'react';

/** A value that follows once it has been still for `delay` milliseconds. */
export function useDebounced<T>(value: T, delay: number): T {
  const [still, setStill] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setStill(value);
    }, delay);
    return () => {
      clearTimeout(timer);
    };
  }, [value, delay]);
  return still;
}

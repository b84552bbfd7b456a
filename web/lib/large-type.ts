import { createContext } from 'react';

/** Whether the page is in large type, and how to change it. */
export const LargeType = createContext<{ isLarge: boolean; toggle: () => void }>({
  isLarge: false,
  toggle: () => {
    throw new Error('no theme around the page');
  },
});

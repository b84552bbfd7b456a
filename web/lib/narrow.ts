import { useSyncExternalStore } from 'react';

/** As wide as two panes need to stand side by side; the same in web/styles.css. */
const query = () => window.matchMedia('(max-width: 960px)');

const subscribe = (changed: () => void) => {
  const media = query();
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
};

/** Whether the window is too narrow for two panes: a phone, a half of a screen. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => query().matches);

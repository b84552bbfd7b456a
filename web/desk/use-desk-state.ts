import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useRef } from 'react';
import type { DecisionReceipt } from '../../contract/decisions.ts';
import { inBackground } from '../lib/faults.ts';
import { rememberInTab } from '../lib/in-tab.ts';
import { keys } from '../lib/keys.ts';
import { useNarrow } from '../lib/narrow.ts';
import { filterIn, useDeskSearch, useTaskList } from './use-desk.ts';
import { useUndo } from './use-undo.tsx';
import { useTicked, useVerdicts } from './use-written.ts';

/** Nothing is open: what the focus then arrives at. */
export const NOTHING = 'nothing';

/** The list, what is ticked of it and which task is open, with what a decision does to them. */
export function useDeskState(personId: string) {
  const [search, change] = useDeskSearch();
  const isNarrow = useNarrow();
  const tasks = useTaskList(search);
  const ticked = useTicked(personId);
  const verdicts = useVerdicts(personId);
  const refresh = useRefreshedDesk();
  /** Which task the focus goes to when it stands there: one reached by keyboard or by a deed, not one clicked on. */
  const arriving = useRef<string | null>(null);
  // On a phone the open task is a page of its own, and the browser's own way back leads to the list.
  const open = (task: string | undefined) => change({ task }, !isNarrow || task === undefined);
  // A poll may have opened the very task meanwhile: then nothing else would render it again.
  const [, renderAgain] = useReducer((times: number) => times + 1, 0);
  const arriveAt = (task: string | undefined) => {
    arriving.current = task ?? NOTHING;
    open(task);
    renderAgain();
  };
  // The way back from another page: to the same list, and where there is room for both to the same task.
  useEffect(() => rememberInTab('desk.search', isNarrow ? filterIn(search) : search), [search, isNarrow]);
  useFirstOpened({ firstId: tasks.items[0]?.id, isOpen: search.task !== undefined || isNarrow, change });
  const move = (by: number) => {
    const to = tasks.neighbour(by);
    if (to !== undefined) arriveAt(to.id);
  };
  const undo = useUndo((taskIds) => {
    for (const taskId of taskIds) verdicts.restore(taskId);
    refresh(taskIds);
    arriveAt(taskIds[0]);
  });
  const decided = (receipt: DecisionReceipt) => {
    const { taskId } = receipt;
    const next = tasks.afterwards(taskId);
    undo.tellOne(receipt);
    verdicts.forget(taskId);
    ticked.untick([taskId]);
    tasks.drop([taskId]);
    arriveAt(next?.id);
    refresh([taskId]);
  };
  return { search, ...tasks, ...ticked, ...verdicts, open, arriveAt, arriving, move, decided, refresh, undo };
}

/** At a desk with room for it, the first task is open when none is. */
function useFirstOpened({
  firstId,
  isOpen,
  change,
}: {
  firstId: string | undefined;
  isOpen: boolean;
  change: ReturnType<typeof useDeskSearch>[1];
}): void {
  useEffect(() => {
    if (!isOpen && firstId !== undefined) change({ task: firstId }, true);
  }, [isOpen, firstId, change]);
}

/** After a deed: what was kept of these tasks is gone, list and counts are read again. */
function useRefreshedDesk(): (taskIds: readonly string[]) => void {
  const cache = useQueryClient();
  return (taskIds) => {
    for (const taskId of taskIds) cache.removeQueries({ queryKey: keys.task(taskId) });
    for (const queryKey of [keys.tasks(), keys.counts(), keys.views()])
      inBackground(cache.invalidateQueries({ queryKey }));
  };
}

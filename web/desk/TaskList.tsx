import { Button } from 'antd';
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { z } from 'zod';
import type { TaskSummary } from '../../contract/tasks.ts';
import { recallInTab, rememberInTab } from '../lib/in-tab.ts';
import { useNarrow } from '../lib/narrow.ts';
import { TaskItem } from './TaskItem.tsx';

type TaskListProps = {
  items: readonly TaskSummary[];
  current: string | undefined;
  selected: readonly string[];
  isSelectable: boolean;
  failures: Readonly<Record<string, string>>;
  onOpen: (id: string) => void;
  onSelect: (selected: string[]) => void;
  more: { has: boolean; loading: boolean; load: () => void };
};

/** The list; scrolling to its end loads the next page, and where it was scrolled to is found again after a visit elsewhere. */
export function TaskList({ items, current, selected, isSelectable, failures, onOpen, onSelect, more }: TaskListProps) {
  const end = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useMoreAtEnd(end, more);
  const keepPlace = useKeptPlace(list, items.length > 0);
  return (
    <div ref={list} className="desk-scroll" onScroll={keepPlace}>
      {items.map((task) => (
        <TaskItem
          key={task.id}
          task={task}
          isCurrent={task.id === current}
          isSelected={selected.includes(task.id)}
          isSelectable={isSelectable}
          failure={failures[task.id]}
          onOpen={() => onOpen(task.id)}
          onSelect={(on) => onSelect(on ? [...selected, task.id] : selected.filter((id) => id !== task.id))}
        />
      ))}
      <div ref={end}>
        {more.has ? (
          <Button type="link" block loading={more.loading} onClick={more.load}>
            加载更多
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function useMoreAtEnd(end: RefObject<HTMLDivElement | null>, more: TaskListProps['more']): void {
  const load = useRef(more.load);
  useEffect(() => {
    load.current = more.load;
  });
  useEffect(() => {
    const mark = end.current;
    if (mark === null || !more.has) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) load.current();
    });
    observer.observe(mark);
    return () => {
      observer.disconnect();
    };
  }, [end, more.has]);
}

const place = z.number();

/**
 * Where the list was scrolled to: within its pane, or where that is as high as its lines (a phone) the page's own place.
 * @returns what to do when the pane is scrolled
 */
function useKeptPlace(list: RefObject<HTMLDivElement | null>, isFilled: boolean): () => void {
  const isNarrow = useNarrow();
  useLayoutEffect(() => {
    const top = recallInTab(isNarrow ? 'desk.page-place' : 'desk.place', (value) => place.parse(value));
    if (!isFilled || top === null) return;
    if (isNarrow) window.scrollTo({ top });
    else if (list.current !== null) list.current.scrollTop = top;
  }, [list, isFilled, isNarrow]);
  // Let go of in the same moment as the list: what the page does under the task is none of the list's.
  useLayoutEffect(() => {
    if (!isNarrow || !isFilled) return;
    const keep = () => rememberInTab('desk.page-place', window.scrollY);
    window.addEventListener('scroll', keep, { passive: true });
    return () => window.removeEventListener('scroll', keep);
  }, [isNarrow, isFilled]);
  return () => {
    if (!isNarrow) rememberInTab('desk.place', list.current?.scrollTop ?? 0);
  };
}

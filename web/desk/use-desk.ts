import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import type { TaskSummary, TasksPage } from '../../contract/tasks.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import type { DeskSearch } from '../search.ts';

const POLL_MS = 15_000;

/** What a task's page is asked by; the same for the open one and for the one that is fetched ahead. */
export const taskQuery = (id: string) => ({
  queryKey: keys.task(id),
  queryFn: () => call('task', { params: { id } }),
  staleTime: POLL_MS,
});

export const useCounts = () =>
  useQuery({ queryKey: keys.counts(), queryFn: () => call('taskCounts', {}), refetchInterval: POLL_MS });

/** The filters in the address, and how to change them. The open task stays open while they change, unless told. */
export function useDeskSearch(): [DeskSearch, (change: Partial<DeskSearch>, replace?: boolean) => void] {
  const search = useSearch({ from: '/shell/inbox' });
  const navigate = useNavigate();
  const change = useCallback(
    (part: Partial<DeskSearch>, replace = false) => {
      inBackground(
        navigate({ to: '/inbox', search: (now) => ({ ...search, ...now, ...part }), replace, resetScroll: false }),
      );
    },
    [navigate, search],
  );
  return [search, change];
}

const filterOf = ({ box, stage, form, overdue, q, organisation }: DeskSearch) => ({
  box,
  stage,
  form,
  organisation,
  q: q === '' ? undefined : q,
  overdue: overdue === true ? ('true' as const) : undefined,
});

type Pages = InfiniteData<TasksPage, string | undefined>;

/** What the list under the filters is asked by; the router asks ahead, while the page's script is still on its way. */
export function tasksQuery(search: DeskSearch) {
  const filter = filterOf(search);
  return {
    queryKey: keys.tasks(filter),
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      call('tasks', { query: { ...filter, after: pageParam, count: 'true', limit: 30 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: TasksPage) => page.next ?? undefined,
  };
}

/** The list under the filters, page by page, and the way from one task to the next. */
export function useTaskList(search: DeskSearch) {
  const cache = useQueryClient();
  const asked = tasksQuery(search);
  const { queryKey } = asked;
  const list = useInfiniteQuery({ ...asked, refetchInterval: POLL_MS });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const at = items.findIndex(({ id }) => id === search.task);
  const next = items[at + 1];
  const nextId = next?.id;
  useEffect(() => {
    if (nextId !== undefined) inBackground(cache.query(taskQuery(nextId)));
  }, [cache, nextId]);
  /** Takes finished tasks off the list at once; the next poll brings the truth. */
  const drop = (ids: readonly string[]) => {
    cache.setQueryData<Pages>(queryKey, (pages) =>
      pages === undefined
        ? pages
        : {
            ...pages,
            pages: pages.pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => !ids.includes(id)) })),
          },
    );
  };
  /** The task to open once `id` is done: the one below, else the one above. */
  const afterwards = (id: string): TaskSummary | undefined => {
    const place = items.findIndex((item) => item.id === id);
    return items[place + 1] ?? (place > 0 ? items[place - 1] : undefined);
  };
  return { list, items, at, drop, afterwards, total: list.data?.pages[0]?.count ?? null };
}

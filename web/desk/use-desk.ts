import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import type { DeskFilter } from '../../contract/desk.ts';
import type { TaskSummary, TasksPage } from '../../contract/tasks.ts';
import { evidenceQuery, piecesOf } from '../lib/evidence-file.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import type { DeskSearch } from '../search.ts';

export const POLL_MS = 15_000;
const KEPT_MS = 30 * 60_000;
/** For as long as a look at the task before may take. */
const FILE_KEPT_MS = 10 * 60_000;
/** A larger file is fetched when it is looked at. */
const AHEAD_MOST_BYTES = 5 * 1024 * 1024;

/** What a task's page is asked by; the same for the open one and for the one that is fetched ahead. */
export const taskQuery = (id: string) => ({
  queryKey: keys.task(id),
  queryFn: () => call('task', { params: { id } }),
  staleTime: POLL_MS,
  // What was fetched ahead must still be there after a long look at the task before.
  gcTime: KEPT_MS,
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

/** The filters of an address, as a view keeps them. */
export const filterIn = ({ box, stage, form, overdue, q, organisation }: DeskSearch): DeskFilter => ({
  box,
  ...(stage !== undefined && { stage }),
  ...(form !== undefined && { form }),
  ...(organisation !== undefined && { organisation }),
  ...(overdue === true && { overdue }),
  ...(q !== undefined && q !== '' && { q }),
});

/** The address that shows exactly these filters, and nothing open. */
export const searchFor = ({ box, stage, form, overdue, q, organisation }: DeskFilter): DeskSearch => ({
  box,
  stage,
  form,
  overdue,
  q,
  organisation,
  task: undefined,
});

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
  const last = useRef(0);
  if (at >= 0) last.current = at;
  usePreloaded(items[at + 1]?.id);
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
  /** The task so many lines below the open one; where that has left the list (somebody else decided it), from its old place. */
  const neighbour = (by: number): TaskSummary | undefined =>
    items[Math.max(0, at >= 0 ? at + by : last.current + (by > 0 ? by - 1 : by))];
  return { list, items, drop, afterwards, neighbour, total: list.data?.pages[0]?.count ?? null };
}

/** Fetches a task ahead, and the first piece of its evidence, so that both stand there the moment it is opened. */
function usePreloaded(taskId: string | undefined): void {
  const cache = useQueryClient();
  useEffect(() => {
    if (taskId === undefined) return;
    const preload = async () => {
      const { claim, task } = await cache.query(taskQuery(taskId));
      const [piece] = piecesOf(claim, task.version);
      if (piece === undefined || piece.sizeBytes > AHEAD_MOST_BYTES) return;
      await cache.query(evidenceQuery(claim.id, piece.id, FILE_KEPT_MS));
    };
    // A task or file that cannot be fetched now says so when it is opened.
    preload().catch((error: unknown) => console.warn('not fetched ahead', error));
  }, [cache, taskId]);
}

import { Button } from 'antd';
import { inBackground } from '../lib/faults.ts';

/** A list that is read page by page, as `useInfiniteQuery` gives it. */
type Paged = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };

/** 加载更多 under a list, as long as there is more. */
export function LoadMore({ list }: { list: Paged }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="load-more">
      <Button loading={list.isFetchingNextPage} onClick={() => inBackground(list.fetchNextPage())}>
        加载更多
      </Button>
    </div>
  );
}

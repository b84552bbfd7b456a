import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { ReplyRequest } from '../../contract/desk.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';

export const repliesQuery = { queryKey: keys.replies(), queryFn: () => call('replies', {}), staleTime: 5 * 60_000 };

/** The reviewer's own saved replies. */
export function useReplies() {
  const { message } = App.useApp();
  const cache = useQueryClient();
  const replies = useQuery(repliesQuery);
  const again = () => cache.invalidateQueries({ queryKey: keys.replies() });
  const keeping = useMutation({
    mutationFn: ({ body, key }: { body: ReplyRequest; key: string }) =>
      call('saveReply', { headers: { 'idempotency-key': key }, body }),
    onSuccess: async () => {
      message.success('已存为常用语');
      await again();
    },
  });
  const removing = useMutation({
    mutationFn: (id: string) => call('removeReply', { params: { id } }),
    onSuccess: again,
  });
  return {
    items: replies.data?.items ?? [],
    keep: (body: ReplyRequest) => keeping.mutate({ body, key: newId() }),
    remove: (id: string) => removing.mutate(id),
  };
}

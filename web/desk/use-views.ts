import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import type { DeskFilter, SavedView } from '../../contract/desk.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';

/** What is done with a kept view without a dialog of its own. */
export function useViewDeeds() {
  const { message, modal } = App.useApp();
  const cache = useQueryClient();
  const onSuccess = () => cache.invalidateQueries({ queryKey: keys.views() });
  const change = useMutation({
    mutationFn: ({ id, filter }: Pick<SavedView, 'id' | 'filter'>) =>
      call('changeView', { params: { id }, body: { filter } }),
    onSuccess: async () => {
      message.success('视图已更新');
      await onSuccess();
    },
  });
  const removing = useMutation({
    mutationFn: ({ id }: SavedView) => call('removeView', { params: { id } }),
    onSuccess,
  });
  return {
    changeTo: ({ id }: SavedView, filter: DeskFilter) => change.mutate({ id, filter }),
    remove: (view: SavedView) => {
      modal.confirm({
        title: `删除视图“${view.name}”？`,
        content: '只删除这组筛选条件，任务不受影响。',
        okText: '删除',
        onOk: () => removing.mutate(view),
      });
    },
  };
}

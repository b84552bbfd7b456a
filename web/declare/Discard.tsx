import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { remember } from '../lib/stored.ts';
import type { Fields } from './fields.ts';
import { localName } from './local.ts';

/** Throws the draft away, with what this browser kept of it. */
export function Discard({ claimId, form }: { claimId: string | null; form: Fields['form'] }) {
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const discard = useMutation({
    mutationFn: async () => {
      if (claimId !== null) await call('discardClaim', { params: { id: claimId } });
    },
    onSuccess: async () => {
      remember(localName(claimId, form), null);
      await cache.invalidateQueries({ queryKey: keys.claims() });
      await navigate({ to: '/declare', search: {} });
    },
  });
  return (
    <Button
      size="large"
      onClick={() => {
        modal.confirm({
          title: '放弃这份草稿？',
          content: '已填写的内容和上传的材料将删除，不能恢复。',
          okText: '放弃草稿',
          onOk: () => {
            discard.mutate();
          },
        });
      }}
      loading={discard.isPending}
    >
      放弃草稿
    </Button>
  );
}

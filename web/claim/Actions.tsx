import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import type { ClaimDetail } from '../../contract/claims.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { Nudge } from '../overdue/Nudge.tsx';
import { Revoke } from '../parts/Revoke.tsx';

/** What its reader may do with a claim now. */
export function Actions({ claim }: { claim: ClaimDetail }) {
  const { edit, resubmit, withdraw, revoke } = claim.permissions;
  const me = useMe();
  const isOwn = me.data?.person.id === claim.declarant.personId;
  return (
    <div className="row">
      {edit ? (
        <Link to="/claims/$claimId/edit" params={{ claimId: claim.id }}>
          <Button type="primary" tabIndex={-1}>
            {resubmit ? '去补正' : '继续填写'}
          </Button>
        </Link>
      ) : null}
      <Nudge claim={claim} />
      {withdraw ? <Withdraw claim={claim} /> : null}
      {isOwn || me.data === undefined ? null : (
        <Link
          to="/people/$personId/years/$year"
          params={{ personId: claim.declarant.personId, year: String(claim.year) }}
        >
          <Button tabIndex={-1}>查看其{claim.year}年度</Button>
        </Link>
      )}
      {revoke ? <Revoke of={{ kind: 'claim', id: claim.id }} title={claim.title} /> : null}
    </div>
  );
}

function Withdraw({ claim }: { claim: ClaimDetail }) {
  const { modal, message } = App.useApp();
  const cache = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () =>
      call('withdrawClaim', { params: { id: claim.id }, headers: { 'idempotency-key': `withdraw-${claim.id}` } }),
    onSuccess: async () => {
      message.success('已撤回');
      await cache.invalidateQueries({ queryKey: keys.claim(claim.id) });
      await cache.invalidateQueries({ queryKey: keys.claims() });
    },
  });
  return (
    <Button
      loading={withdraw.isPending}
      onClick={() => {
        modal.confirm({
          title: '撤回这份申报？',
          content: '撤回后本次申报结束，不计学时；需要时可以重新申报。',
          okText: '撤回',
          onOk: () => {
            withdraw.mutate();
          },
        });
      }}
    >
      撤回申报
    </Button>
  );
}

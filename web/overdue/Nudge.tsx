import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Tooltip } from 'antd';
import { useState } from 'react';
import type { ClaimDetail } from '../../contract/claims.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';

/** 催办: tells whoever has the claim; says from when it is possible. */
export function Nudge({ claim }: { claim: ClaimDetail }) {
  const { message } = App.useApp();
  const client = useQueryClient();
  const [key, setKey] = useState(newId);
  const nudge = useMutation({
    mutationFn: () => call('nudgeClaim', { params: { id: claim.id }, headers: { 'idempotency-key': key } }),
    onSuccess: ({ nextOn }) => {
      message.success(`已催办；${formatDay(nextOn)}起可以再次催办`);
      setKey(newId());
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.claim(claim.id) }),
  });
  if (claim.nudge === null) return null;
  const { mayNow, fromOn } = claim.nudge;
  const button = (
    <Button disabled={!mayNow} loading={nudge.isPending} onClick={() => nudge.mutate()}>
      催办
    </Button>
  );
  return mayNow ? button : <Tooltip title={`${formatDay(fromOn)}起可以催办`}>{button}</Tooltip>;
}

/** When a late claim goes to the superior body, and when its declarant may nudge. */
export function Lateness({ claim }: { claim: ClaimDetail }) {
  const { nudge, escalation, now } = claim;
  return (
    <>
      {escalation === null || !(now.overdue || escalation.isEscalated) ? null : (
        <>
          <dt>督办</dt>
          <dd>
            {escalation.isEscalated
              ? '已提交上级机构督办'
              : `${formatDay(escalation.fromOn)}仍未办结的，系统提交上级机构督办`}
          </dd>
        </>
      )}
      {nudge === null ? null : (
        <>
          <dt>催办</dt>
          <dd>
            {nudge.count > 0 ? `本环节已催办 ${nudge.count} 次；` : ''}
            {nudge.mayNow ? '现在可以催办' : `${formatDay(nudge.fromOn)}起可以催办`}
          </dd>
        </>
      )}
    </>
  );
}

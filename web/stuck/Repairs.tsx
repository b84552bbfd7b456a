import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress, Tag } from 'antd';
import type { Repair, RepairBulk } from '../../contract/repairs.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effect } from './Effect.tsx';

const QUIET_MS = 10_000;

/** 待确认的处理: what another administrator proposed, with its effect; and how far the bulks are. */
export function Repairs({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useQuery({
    queryKey: keys.stuck('repairs'),
    queryFn: () => call('repairs', {}),
    refetchInterval: QUIET_MS,
  });
  if (list.error) return <ProblemNotice error={list.error} />;
  const waiting = (list.data?.items ?? []).filter((each) => each.state === 'proposed');
  const bulks = list.data?.bulks ?? [];
  if (waiting.length === 0 && bulks.length === 0) return null;
  return (
    <section className="panel stack" aria-label="待确认的处理">
      {waiting.length > 0 ? <h2>待确认的处理</h2> : null}
      {waiting.map((each) => (
        <Proposed key={each.id} repair={each} onOpen={onOpen} />
      ))}
      {bulks.length > 0 ? <h2>批量处理</h2> : null}
      {bulks.map((each) => (
        <Bulk key={each.id} bulk={each} />
      ))}
    </section>
  );
}

function Proposed({ repair, onOpen }: { repair: Repair; onOpen: (id: string) => void }) {
  return (
    <div className="stack" style={{ borderBottom: '1px solid #eee', paddingBottom: 12 }}>
      <div>
        <strong>{repair.kindLabel}</strong>{' '}
        <Button type="link" style={{ padding: 0 }} onClick={() => onOpen(repair.findingId)}>
          {repair.title}
        </Button>{' '}
        <Tag>{repair.classLabel}</Tag>
        <div className="muted small">
          {repair.proposedBy} {formatInstant(repair.proposedAt)} 提出。理由：{repair.reason}
        </div>
      </div>
      {repair.effect === null ? null : <Effect effect={repair.effect} />}
      <Answer name="answerRepair" id={repair.id} isOwn={repair.isOwn} />
    </div>
  );
}

/** One's own can only be taken back. */
function Answer({ name, id, isOwn }: { name: 'answerRepair' | 'answerRepairBulk'; id: string; isOwn: boolean }) {
  const client = useQueryClient();
  const answer = useMutation<unknown, Error, boolean>({
    mutationFn: (confirms) => call(name, { params: { id }, body: { confirms } }),
    meta: { shown: true },
    onSettled: () => client.invalidateQueries({ queryKey: keys.stuck() }),
  });
  return (
    <div className="row wrap">
      {isOwn ? (
        <span className="muted">由您提出，须由另一名管理员确认。</span>
      ) : (
        <Button type="primary" loading={answer.isPending} onClick={() => answer.mutate(true)}>
          确认执行
        </Button>
      )}
      <Button loading={answer.isPending} onClick={() => answer.mutate(false)}>
        {isOwn ? '撤回' : '不同意'}
      </Button>
      {answer.error ? <ProblemNotice error={answer.error} /> : null}
    </div>
  );
}

const BULK_STATES: Readonly<Record<RepairBulk['state'], string>> = {
  proposed: '待另一名管理员确认',
  running: '执行中',
  done: '已完成',
  refused: '未同意',
};

function Bulk({ bulk }: { bulk: RepairBulk }) {
  const { total, done, refused, state } = bulk;
  return (
    <div className="stack">
      <div>
        <strong>{bulk.kindLabel}</strong>（{bulk.classLabel}，{total} 项）<Tag>{BULK_STATES[state]}</Tag>
        <div className="muted small">
          {bulk.proposedBy} {formatInstant(bulk.proposedAt)} 提出。理由：{bulk.reason}
          {state === 'proposed' ? '' : `。已执行 ${done} 项，因变化未执行 ${refused} 项`}
        </div>
      </div>
      {state === 'running' ? (
        <Progress aria-label="执行进度" percent={Math.floor(((done + refused) / total) * 100)} />
      ) : null}
      {state === 'proposed' ? <Answer name="answerRepairBulk" id={bulk.id} isOwn={bulk.isOwn} /> : null}
    </div>
  );
}

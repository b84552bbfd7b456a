import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress, Tag } from 'antd';
import type { Repair, RepairBulk } from '../../contract/repairs.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effect } from './Effect.tsx';

const QUIET_MS = 10_000;

/** 待确认的处理: what another administrator proposed, with its effect; how far the bulks are; and what was done of late. */
export function Repairs({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useQuery({
    queryKey: keys.stuck('repairs'),
    queryFn: () => call('repairs', {}),
    refetchInterval: QUIET_MS,
  });
  if (list.error) return <ProblemNotice error={list.error} />;
  const waiting = (list.data?.items ?? []).filter((each) => each.state === 'proposed');
  const bulks = list.data?.bulks ?? [];
  const over = (list.data?.items ?? []).filter((each) => each.state !== 'proposed').slice(0, SHOWN);
  if (waiting.length + bulks.length + over.length === 0) return null;
  return (
    <section className="panel stack" aria-label="处理的进展">
      {waiting.length > 0 ? <h2>待确认的处理</h2> : null}
      {waiting.map((each) => (
        <Proposed key={each.id} repair={each} onOpen={onOpen} />
      ))}
      {bulks.length > 0 ? <h2>批量处理</h2> : null}
      {bulks.map((each) => (
        <Bulk key={each.id} bulk={each} />
      ))}
      {over.length > 0 ? <Over repairs={over} onOpen={onOpen} /> : null}
    </section>
  );
}

const SHOWN = 10;

/** The last ones: done, or not agreed to. */
const Over = ({ repairs, onOpen }: { repairs: Repair[]; onOpen: (id: string) => void }) => (
  <>
    <h2>最近的处理</h2>
    <PlainTable
      label="最近的处理"
      hasCards
      columns={[
        {
          title: '事项',
          cell: ({ title, findingId }) => (
            <Button type="link" className="button-of-words" onClick={() => onOpen(findingId)}>
              {title}
            </Button>
          ),
        },
        { title: '处理', cell: ({ kindLabel, classLabel }) => `${kindLabel}（${classLabel}）` },
        { title: '结果', cell: ({ stateLabel, note }) => (note === null ? stateLabel : `${stateLabel}：${note}`) },
        { title: '提出', cell: ({ proposedBy, proposedAt }) => `${proposedBy} ${formatInstant(proposedAt)}` },
        { title: '答复', cell: answered },
        { title: '理由', cell: ({ reason }) => reason },
      ]}
      rows={repairs}
      keyOf={(each) => each.id}
    />
  </>
);

/** A repair that changes no result needs nobody else; one's own proposal can be taken back. */
function answered({ decidedBy, decidedAt, state }: Repair): string {
  if (decidedBy === null || decidedAt === null) return state === 'refused' ? '本人撤回' : '无须确认';
  return `${decidedBy} ${formatInstant(decidedAt)}`;
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

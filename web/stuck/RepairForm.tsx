import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import type { FindingDetail, RepairEffect, RepairWish } from '../../contract/repairs.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effect } from './Effect.tsx';

/** What is chosen so far; a move needs its stage, a reassignment its person. */
type Choice = Partial<RepairWish>;

/** A repair: chosen, tried without writing, then done or proposed with a reason. */
export function RepairForm({ finding }: { finding: FindingDetail }) {
  const { choice, choose, effect, tryIt, doIt } = useRepair(finding.id);
  const [reason, setReason] = useState('');
  if (doIt.data) return <Done isProposed={doIt.data.state === 'proposed'} />;
  return (
    <section className="stack" aria-label="处理">
      <h3>处理</h3>
      <Choices finding={finding} choice={choice} onChoose={choose} />
      <div>
        <Button disabled={!isWhole(choice)} loading={tryIt.isPending} onClick={() => tryIt.mutate()}>
          演练：只看影响
        </Button>
      </div>
      {tryIt.error ? <ProblemNotice error={tryIt.error} /> : null}
      {effect === null ? null : (
        <>
          <Effect effect={effect} />
          <Input.TextArea
            aria-label="理由"
            placeholder="理由（至少 4 个字，记入留痕）"
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <div>
            <Button
              type="primary"
              disabled={reason.trim().length < 4}
              loading={doIt.isPending}
              onClick={() => doIt.mutate({ reason, version: effect.version })}
            >
              {effect.isChecked ? '提出，请另一名管理员确认' : '执行'}
            </Button>
          </div>
          {doIt.error ? <ProblemNotice error={doIt.error} /> : null}
        </>
      )}
    </section>
  );
}

/** Another choice forgets what the one before was tried with. */
function useRepair(findingId: string) {
  const client = useQueryClient();
  const [choice, setChoice] = useState<Choice>({});
  const [key, setKey] = useState(newId);
  const [effect, setEffect] = useState<RepairEffect | null>(null);
  const params = { id: findingId };
  const wish = wishOf(choice);
  const tryIt = useMutation({
    mutationFn: () => call('tryRepair', { params, body: wish }),
    meta: { shown: true },
    onSuccess: setEffect,
  });
  const doIt = useMutation({
    mutationFn: (why: { reason: string; version: string }) =>
      call('repair', { params, headers: { 'idempotency-key': key }, body: { ...wish, ...why } }),
    meta: { shown: true },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.stuck() }),
  });
  const choose = (part: Choice) => {
    setChoice({ ...choice, ...part });
    setEffect(null);
    setKey(newId());
    doIt.reset();
    tryIt.reset();
  };
  return { choice, choose, effect, tryIt, doIt };
}

const isWhole = ({ kind, toStage, toPersonId }: Choice): boolean =>
  kind !== undefined && (kind !== 'move' || toStage !== undefined) && (kind !== 'reassign' || toPersonId !== undefined);

const wishOf = ({ kind = 'retry', toStage, toPersonId }: Choice): RepairWish => ({
  kind,
  ...(kind === 'move' && toStage ? { toStage } : {}),
  ...(kind === 'reassign' && toPersonId ? { toPersonId } : {}),
});

const Done = ({ isProposed }: { isProposed: boolean }) => (
  <Alert
    type="success"
    showIcon
    title={isProposed ? '已提出，等待另一名管理员确认；确认前不作任何改变。' : '已执行，稍后自动核对是否消除。'}
  />
);

type ChoicesProps = { finding: FindingDetail; choice: Choice; onChoose: (part: Choice) => void };

const Choices = ({ finding, choice: { kind, toStage, toPersonId }, onChoose }: ChoicesProps) => (
  <>
    <Radio.Group
      aria-label="处理方式"
      value={kind}
      onChange={(event) => onChoose({ kind: event.target.value as RepairWish['kind'] })}
      options={finding.repairs.map((each) => ({
        value: each.kind,
        label: each.isChecked ? `${each.label}（须确认）` : each.label,
      }))}
    />
    {kind === 'move' ? (
      <Select
        aria-label="调整到哪个环节"
        placeholder="调整到哪个环节"
        value={toStage}
        onChange={(stage) => onChoose({ toStage: stage })}
        options={finding.stages.map(({ stage, label }) => ({ value: stage, label }))}
      />
    ) : null}
    {kind === 'reassign' ? (
      <Select
        aria-label="改派给谁"
        placeholder="改派给谁"
        notFoundContent="该机构没有其他可以办理的人员"
        value={toPersonId}
        onChange={(person) => onChoose({ toPersonId: person })}
        options={finding.colleagues.map(({ personId, name, openTasks }) => ({
          value: personId,
          label: `${name}（在办 ${openTasks} 项）`,
        }))}
      />
    ) : null}
  </>
);

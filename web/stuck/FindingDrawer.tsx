import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Drawer, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import type { FindingDetail, RepairEffect, RepairKind, RepairWish } from '../../contract/repairs.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effect } from './Effect.tsx';

/** One finding: its facts side by side, and its repairs with what they would do. */
export function FindingDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useQuery({
    queryKey: keys.stuck('finding', id),
    queryFn: () => call('finding', { params: { id } }),
  });
  return (
    <Drawer open onClose={onClose} size={720} title={found.data?.title ?? '滞留事项'}>
      {found.error ? <ProblemNotice error={found.error} onRetry={() => inBackground(found.refetch())} /> : null}
      {found.isLoading ? <Loading /> : null}
      {found.data ? <Detail finding={found.data} /> : null}
    </Drawer>
  );
}

function Detail({ finding }: { finding: FindingDetail }) {
  const { classLabel, why, nextStep, claimId, temporalUrl, firstSeenAt, ownerName } = finding;
  return (
    <div className="stack">
      <p>
        {classLabel}
        {why === '' ? '' : `：${why}`}。{formatInstant(firstSeenAt)} 发现，由{ownerName}处理。
      </p>
      <p className="muted">{nextStep}</p>
      <div className="row wrap">
        {claimId === null ? null : (
          <Link to="/claims/$claimId" params={{ claimId }}>
            查看申报
          </Link>
        )}
        {temporalUrl === null ? null : (
          <a href={temporalUrl} target="_blank" rel="noreferrer">
            在 Temporal 控制台查看流程
          </a>
        )}
      </div>
      <div className="row wrap" style={{ alignItems: 'flex-start', gap: 24 }}>
        <FactList title="记录" facts={finding.record} />
        <FactList title="流程" facts={finding.workflow} />
        <FactList title="台账" facts={finding.ledger} />
      </div>
      {finding.repairs.length === 0 ? null : <RepairForm finding={finding} />}
      {finding.history.length === 0 ? null : (
        <section aria-label="处理记录">
          <h3>处理记录</h3>
          <ul>
            {finding.history.map((each) => (
              <li key={each.id}>
                {formatInstant(each.proposedAt)} {each.proposedBy} {each.kindLabel}：{each.stateLabel}
                {each.decidedBy === null ? '' : `（${each.decidedBy}）`}。理由：{each.reason}
                {each.note === null ? '' : `。${each.note}`}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function FactList({ title, facts }: { title: string; facts: FindingDetail['record'] }) {
  if (facts.length === 0) return null;
  return (
    <section aria-label={title} style={{ minWidth: 180, flex: 1 }}>
      <h3>{title}</h3>
      <dl className="facts">
        {facts.map(({ label, value }) => (
          <div key={label}>
            <dt className="muted small">{label}</dt>
            <dd style={{ margin: '0 0 8px' }}>{label.endsWith('时间') ? formatInstant(value) : value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function RepairForm({ finding }: { finding: FindingDetail }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<RepairKind | undefined>();
  const [toStage, setStage] = useState<RepairWish['toStage']>();
  const [toPersonId, setPerson] = useState<string | undefined>();
  const [reason, setReason] = useState('');
  const [key, setKey] = useState(newId);
  const [effect, setEffect] = useState<RepairEffect | null>(null);
  const params = { id: finding.id };
  const wish = {
    kind: kind ?? 'retry',
    ...(kind === 'move' && toStage ? { toStage } : {}),
    ...(kind === 'reassign' && toPersonId ? { toPersonId } : {}),
  };
  const tryIt = useMutation({
    mutationFn: () => call('tryRepair', { params, body: wish }),
    meta: { shown: true },
    onSuccess: setEffect,
  });
  const doIt = useMutation({
    mutationFn: (version: string) =>
      call('repair', { params, headers: { 'idempotency-key': key }, body: { ...wish, reason, version } }),
    meta: { shown: true },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.stuck() }),
  });
  const choose = (change: () => void) => {
    change();
    setEffect(null);
    setKey(newId());
    doIt.reset();
    tryIt.reset();
  };
  const isChosen =
    kind !== undefined &&
    (kind !== 'move' || toStage !== undefined) &&
    (kind !== 'reassign' || toPersonId !== undefined);
  if (doIt.data)
    return (
      <Alert
        type="success"
        showIcon
        title={
          doIt.data.state === 'proposed'
            ? '已提出，等待另一名管理员确认；确认前不作任何改变。'
            : '已执行，稍后自动核对是否消除。'
        }
      />
    );
  return (
    <section className="stack" aria-label="处理">
      <h3>处理</h3>
      <Radio.Group
        aria-label="处理方式"
        value={kind}
        onChange={(event) => choose(() => setKind(event.target.value as RepairKind))}
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
          onChange={(stage) => choose(() => setStage(stage))}
          options={finding.stages.map(({ stage, label }) => ({ value: stage, label }))}
        />
      ) : null}
      {kind === 'reassign' ? (
        <Select
          aria-label="改派给谁"
          placeholder="改派给谁"
          notFoundContent="该机构没有其他可以办理的人员"
          value={toPersonId}
          onChange={(person) => choose(() => setPerson(person))}
          options={finding.colleagues.map(({ personId, name, openTasks }) => ({
            value: personId,
            label: `${name}（在办 ${openTasks} 项）`,
          }))}
        />
      ) : null}
      <div>
        <Button disabled={!isChosen} loading={tryIt.isPending} onClick={() => tryIt.mutate()}>
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
              onClick={() => doIt.mutate(effect.version)}
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

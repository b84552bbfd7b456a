import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import {
  BULK_REPAIRS,
  CHECKED_REPAIRS,
  type FindingsPage,
  REPAIRS,
  REPAIRS_OF,
  type RepairKind,
} from '../../contract/repairs.ts';
import type { StuckClass } from '../../contract/stuck.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Scroll } from '../parts/Scroll.tsx';

type Cause = FindingsPage['classes'][number];

/** The causes with how many there are, since when, and what comes next; a cause chosen narrows the list below. */
export function Causes({
  causes,
  chosen,
  onChoose,
  mayRepair,
  olderThanHours,
}: {
  causes: Cause[];
  chosen: StuckClass | undefined;
  onChoose: (kind: StuckClass | undefined) => void;
  mayRepair: boolean;
  olderThanHours: number | undefined;
}) {
  const [bulk, setBulk] = useState<Cause | null>(null);
  if (causes.length === 0) return null;
  return (
    <section className="panel stack" aria-label="按原因">
      <Scroll label="各类原因">
        <table className="plain-table">
          <thead>
            <tr>
              <th>原因</th>
              <th>数量</th>
              <th>最早发现</th>
              <th>下一步</th>
              <th>操作</th>
            </tr>
          </thead>
          <tbody>
            {causes.map((each) => (
              <tr key={each.class}>
                <td>{each.label}</td>
                <td className="num">{each.count}</td>
                <td>{formatInstant(each.oldestAt)}</td>
                <td>{each.nextStep}</td>
                <td>
                  <Button
                    type="link"
                    aria-pressed={chosen === each.class}
                    onClick={() => onChoose(chosen === each.class ? undefined : each.class)}
                  >
                    {chosen === each.class ? '显示全部' : '只看这类'}
                  </Button>
                  {mayRepair && bulkKinds(each.class).length > 0 ? (
                    <Button type="link" onClick={() => setBulk(each)}>
                      批量处理
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {bulk === null ? null : <Bulk cause={bulk} olderThanHours={olderThanHours} onClose={() => setBulk(null)} />}
    </section>
  );
}

const bulkKinds = (kind: StuckClass): RepairKind[] => REPAIRS_OF[kind].filter((each) => BULK_REPAIRS.includes(each));

function Bulk({
  cause,
  olderThanHours,
  onClose,
}: {
  cause: Cause;
  olderThanHours: number | undefined;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const kinds = bulkKinds(cause.class);
  const [kind, setKind] = useState<RepairKind | undefined>(kinds[0]);
  const [reason, setReason] = useState('');
  const [expected, setExpected] = useState(cause.count);
  const [key] = useState(newId);
  const ask = useMutation({
    mutationFn: () =>
      call('repairAll', {
        headers: { 'idempotency-key': `${key}-${expected}` },
        body: { class: cause.class, kind: kind ?? 'retry', reason, expected, olderThanHours },
      }),
    meta: { shown: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.stuck() });
      onClose();
    },
    onError: (error) => {
      const more = 'more' in error ? (error.more as { count?: unknown } | undefined) : undefined;
      if (typeof more?.count === 'number' && more.count > 0) setExpected(more.count);
    },
  });
  const isChecked = kind !== undefined && CHECKED_REPAIRS.includes(kind);
  return (
    <Modal
      open
      title={`批量处理：${cause.label}`}
      okText={isChecked ? `提出处理 ${expected} 项` : `处理 ${expected} 项`}
      cancelText="取消"
      okButtonProps={{ disabled: reason.trim().length < 4, loading: ask.isPending }}
      onOk={() => ask.mutate()}
      onCancel={onClose}
    >
      <div className="stack">
        <p>
          对符合条件、尚未处理的 {expected}{' '}
          项逐项执行；查看之后有变化的事项不执行，并列出原因。可以离开本页，进度在“处理记录”中查看。
        </p>
        <Radio.Group
          aria-label="处理方式"
          value={kind}
          onChange={(event) => setKind(event.target.value as RepairKind)}
          options={kinds.map((each) => ({ value: each, label: REPAIRS[each] }))}
        />
        <Input.TextArea
          aria-label="理由"
          placeholder="理由（至少 4 个字）"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {isChecked ? <p>这项处理改变结果，须由另一名管理员确认后执行。</p> : null}
        {ask.error ? <ProblemNotice error={ask.error} /> : null}
      </div>
    </Modal>
  );
}

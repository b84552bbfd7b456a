import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input, Modal, Radio } from 'antd';
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
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

export type Cause = FindingsPage['classes'][number];

type BulkProps = { cause: Cause; olderThanHours: number | undefined; onClose: () => void };

/** One repair for all findings of a cause; how many there are is told, and asked again when it has changed. */
export function Bulk(props: BulkProps) {
  const { cause, onClose } = props;
  const kinds = bulkKinds(cause.class);
  const [kind, setKind] = useState<RepairKind | undefined>(kinds[0]);
  const [reason, setReason] = useState('');
  const { ask, expected } = useAsking(props);
  const isChecked = kind !== undefined && CHECKED_REPAIRS.includes(kind);
  return (
    <Modal
      open
      title={`批量处理：${cause.label}`}
      okText={isChecked ? `提出处理 ${expected} 项` : `处理 ${expected} 项`}
      cancelText="取消"
      okButtonProps={{ disabled: reason.trim().length < 4, loading: ask.isPending }}
      onOk={() => ask.mutate({ kind: kind ?? 'retry', reason })}
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

export const bulkKinds = (kind: StuckClass): RepairKind[] =>
  REPAIRS_OF[kind].filter((each) => BULK_REPAIRS.includes(each));

function useAsking({ cause, olderThanHours, onClose }: BulkProps) {
  const client = useQueryClient();
  const [expected, setExpected] = useState(cause.count);
  const [key] = useState(newId);
  const ask = useMutation({
    mutationFn: (wish: { kind: RepairKind; reason: string }) =>
      call('repairAll', {
        headers: { 'idempotency-key': `${key}-${expected}` },
        body: { class: cause.class, ...wish, expected, olderThanHours },
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
  return { ask, expected };
}

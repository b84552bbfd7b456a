import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { bulkRepairsOf, CHECKED_REPAIRS, type FindingsPage, REPAIRS, type RepairKind } from '../../contract/repairs.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effect } from './Effect.tsx';

export type Cause = FindingsPage['classes'][number];

type BulkProps = { cause: Cause; olderThanHours: number | undefined; onClose: () => void };

/** One repair for all findings of a cause; how many there are is told, and asked again when it has changed. */
export function Bulk(props: BulkProps) {
  const { cause, onClose } = props;
  const kinds = bulkRepairsOf(cause.class);
  const [kind, setKind] = useState<RepairKind | undefined>(kinds[0]);
  const [reason, setReason] = useState('');
  const open = useOpen(props);
  const { ask, expected } = useAsking(props, open.data?.count ?? cause.count);
  const isChecked = kind !== undefined && CHECKED_REPAIRS.includes(kind);
  return (
    <Modal
      open
      width={720}
      title={`批量处理：${cause.label}`}
      okText={isChecked ? `提出处理 ${expected} 项` : `处理 ${expected} 项`}
      cancelText="取消"
      okButtonProps={{ disabled: expected === 0 || reason.trim().length < 4, loading: ask.isPending }}
      onOk={() => ask.mutate({ kind: kind ?? 'retry', reason })}
      onCancel={onClose}
    >
      <div className="stack">
        <p>
          对符合条件、尚未处理的 {expected}{' '}
          项逐项执行；查看之后有变化的事项不执行，并列出原因。可以离开本页，进度在“批量处理”中查看。以下演练最早发现的{' '}
          {SAMPLES} 项，没有写入。
        </p>
        <Radio.Group
          aria-label="处理方式"
          value={kind}
          onChange={(event) => setKind(event.target.value as RepairKind)}
          options={kinds.map((each) => ({ value: each, label: each === 'move' ? '重新开启所在环节' : REPAIRS[each] }))}
        />
        {kind === undefined ? null : <Samples items={open.data?.items ?? []} kind={kind} />}
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

/** What nobody has mended yet; what was, is only waiting to be compared. */
const useOpen = ({ cause, olderThanHours }: BulkProps) =>
  useQuery({
    queryKey: keys.stuck('open', cause.class, olderThanHours),
    queryFn: async () => {
      const query = { class: cause.class, state: 'open' as const, olderThanHours, limit: SAMPLES };
      const { items, classes } = await call('findings', { query });
      return { items, count: classes.find((each) => each.class === cause.class)?.count ?? 0 };
    },
  });

const SAMPLES = 2;

/** The dry run of a bulk: what would become of the oldest, each by its own facts. */
function Samples({ items, kind }: { items: FindingsPage['items']; kind: RepairKind }) {
  const tried = useQueries({
    queries: items.map(({ id }) => ({
      queryKey: keys.stuck('try', id, kind),
      queryFn: () => call('tryRepair', { params: { id }, body: { kind } }),
    })),
  });
  return items.map(({ id, title }, at) => {
    const effect = tried[at];
    return (
      <section key={id} aria-label={`演练：${title}`}>
        <strong>{title}</strong>
        {effect?.isLoading ? <Loading what="正在演练" /> : null}
        {effect?.error ? <ProblemNotice error={effect.error} /> : null}
        {effect?.data ? <Effect effect={effect.data} /> : null}
      </section>
    );
  });
}

function useAsking({ cause, olderThanHours, onClose }: BulkProps, counted: number) {
  const client = useQueryClient();
  const [corrected, setCorrected] = useState<number | null>(null);
  const expected = corrected ?? counted;
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
      if (typeof more?.count === 'number') setCorrected(more.count);
    },
  });
  return { ask, expected };
}

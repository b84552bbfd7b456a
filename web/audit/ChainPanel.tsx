import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Progress } from 'antd';
import { useState } from 'react';
import type { AuditCheck } from '../../contract/audit.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Checked = { rows: number; faults: AuditCheck['faults']; to: number };

/** The chain's head, and its check from the first seal to the last. */
export function ChainPanel() {
  const chain = useQuery({
    queryKey: keys.auditChain(),
    queryFn: () => call('auditChain', {}),
    refetchInterval: 60_000,
  });
  const [checked, setChecked] = useState<Checked | null>(null);
  const check = useMutation({ mutationFn: () => checkAll(setChecked) });
  if (chain.error) return <ProblemNotice error={chain.error} onRetry={() => inBackground(chain.refetch())} />;
  if (chain.data === undefined) return <Loading />;
  const { head, seals, rows } = chain.data;
  return (
    <section className="panel" aria-label="留痕链">
      <div className="row">
        <span style={{ flex: '1 1 260px', minWidth: 0 }}>
          <strong>留痕链</strong>
          <div className="muted small">
            {head === null
              ? '还没有封存，系统每分钟封存一次。'
              : `${rows.toLocaleString('zh-CN')} 条记录，第 ${String(head.seq)} 次封存于 ${formatInstant(head.sealedAt)}`}
          </div>
          {head === null ? null : (
            <div className="muted small">
              末次封存的摘要 <code className="digest">{head.digest}</code>
            </div>
          )}
        </span>
        <Button loading={check.isPending} disabled={head === null} onClick={() => check.mutate()}>
          核对全部
        </Button>
      </div>
      {check.error ? <ProblemNotice error={check.error} /> : null}
      {checked === null ? null : <Result checked={checked} seals={seals} isDone={!check.isPending} />}
    </section>
  );
}

/** Page by page, so that a long chain shows how far it is. */
async function checkAll(show: (checked: Checked) => void): Promise<void> {
  let from: number | null = 1;
  const sum: Checked = { rows: 0, faults: [], to: 0 };
  while (from !== null) {
    const page: AuditCheck = await call('checkAuditChain', { body: { from } });
    sum.rows += page.rows;
    sum.faults = [...sum.faults, ...page.faults];
    sum.to = page.to;
    show({ ...sum });
    from = page.next;
  }
}

function Result({ checked, seals, isDone }: { checked: Checked; seals: number; isDone: boolean }) {
  if (!isDone) return <Progress percent={Math.floor((checked.to / Math.max(1, seals)) * 100)} aria-label="核对进度" />;
  if (checked.faults.length === 0)
    return (
      <Alert type="success" showIcon title={`已核对 ${checked.rows.toLocaleString('zh-CN')} 条记录，与封存时一致。`} />
    );
  return (
    <Alert
      type="error"
      showIcon
      title={`发现 ${String(checked.faults.length)} 处不一致`}
      description={
        <>
          <ul>
            {checked.faults.map((fault) => (
              <li key={`${fault.kind}/${String(fault.number)}`}>{fault.text}</li>
            ))}
          </ul>
          请保护现场（不要恢复或清理数据库），并报告省人社厅信息安全负责人。
        </>
      }
    />
  );
}

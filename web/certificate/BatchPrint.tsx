import { PrinterOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useState } from 'react';
import type { CertificateBatch } from '../../contract/certificates.ts';
import { addressOf } from '../lib/address.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Props = { employerId: string; year: number; personIds?: string[] };

/** 批量打印: a unit's certificates of a year as one ZIP, of everybody or of the people chosen. */
export function BatchPrint({ employerId, year, personIds }: Props) {
  const [batchId, setBatchId] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: () =>
      call('printCertificates', {
        params: { id: employerId },
        headers: { 'idempotency-key': newId() },
        body: { year, ...(personIds === undefined ? {} : { personIds }) },
      }),
    onSuccess: (batch) => {
      setBatchId(batch.id);
      window.location.assign(fileOf(batch));
    },
    meta: { shown: true },
  });
  return (
    <>
      {start.error ? <ProblemNotice error={start.error} /> : null}
      <Button
        type="primary"
        icon={<PrinterOutlined />}
        loading={start.isPending}
        onClick={() => {
          start.mutate();
        }}
      >
        {personIds === undefined ? `打印本单位 ${year} 年度证书` : `打印所选 ${personIds.length} 人的证书`}
      </Button>
      {batchId === null ? null : <BatchProgress employerId={employerId} batchId={batchId} />}
    </>
  );
}

const fileOf = ({ employerId, id }: CertificateBatch): string =>
  addressOf('certificateBatchFile', { params: { id: employerId, batchId: id } });

function BatchProgress({ employerId, batchId }: { employerId: string; batchId: string }) {
  const read = useQuery({
    queryKey: keys.certificateBatch(batchId),
    queryFn: () => call('certificateBatch', { params: { id: employerId, batchId } }),
    refetchInterval: ({ state }) => (state.data?.state === 'done' ? false : 1_000),
  });
  const batch = read.data;
  if (batch === undefined) return null;
  const reached = batch.printed + batch.skipped;
  return (
    <div style={{ marginTop: 12 }} role="status">
      <Progress percent={batch.total === 0 ? 100 : Math.round((reached * 100) / batch.total)} />
      <div>
        {batch.stateLabel}：共 {batch.total} 人，已打印 {batch.printed} 份，未打印 {batch.skipped}{' '}
        人（原因见压缩包内的目录 index.csv）。
      </div>
      {batch.state === 'interrupted' || batch.state === 'done' ? <a href={fileOf(batch)}>再次下载</a> : null}
    </div>
  );
}

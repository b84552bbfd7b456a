import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Popconfirm } from 'antd';
import type { DeferralDetail } from '../../contract/deferrals.ts';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { formatBytes, formatDay, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { CaseEvents } from '../parts/CaseEvents.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { UploadFile } from '../parts/UploadFile.tsx';
import { DecideDeferral } from './DecideDeferral.tsx';
import { EndDeferral } from './EndDeferral.tsx';
import { TitleExtension } from './TitleExtension.tsx';

/** One deferral: where it stands, what was said, and what its reader may do. */
export function DeferralDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const deferral = useQuery({
    queryKey: keys.deferral(id ?? ''),
    queryFn: () => call('deferral', { params: { id: id ?? '' } }),
    enabled: id !== null,
  });
  return (
    <Drawer open={id !== null} onClose={onClose} size="large" title="顺延详情" destroyOnHidden>
      {deferral.error ? (
        <ProblemNotice error={deferral.error} onRetry={() => inBackground(deferral.refetch())} />
      ) : null}
      {deferral.data === undefined ? <Loading /> : <Body deferral={deferral.data} />}
    </Drawer>
  );
}

function Body({ deferral }: { deferral: DeferralDetail }) {
  const { may } = deferral;
  return (
    <div className="stack">
      <Alert
        type={deferral.state === 'expired' ? 'warning' : 'info'}
        showIcon
        title={deferral.stateLabel}
        description={withDays(deferral.now)}
      />
      <Facts deferral={deferral} />
      <Proofs deferral={deferral} />
      {may.decide ? <DecideDeferral deferral={deferral} /> : null}
      {may.shorten || may.revoke ? <EndDeferral deferral={deferral} /> : null}
      {may.extend || may.endExtension ? <TitleExtension deferral={deferral} /> : null}
      {may.withdraw ? <Withdraw id={deferral.id} /> : null}
      <CaseEvents events={deferral.events} />
    </div>
  );
}

/** Whose it is, for which year and why, and until when. */
const Facts = ({ deferral }: { deferral: DeferralDetail }) => (
  <dl className="facts">
    <dt>申请人</dt>
    <dd>
      {deferral.personName}（{deferral.employerName}）
    </dd>
    <dt>年度</dt>
    <dd>{deferral.year}年</dd>
    <dt>原因</dt>
    <dd>
      {deferral.reasonLabel}：{deferral.explanation}
    </dd>
    <dt>最后一天</dt>
    <dd>
      申请至{formatDay(deferral.requestedUntil)}
      {deferral.until === null ? '' : `，批准至${formatDay(deferral.until)}`}
    </dd>
    {deferral.extensionYears === null ? null : (
      <>
        <dt>申报职称</dt>
        <dd>年限延长 {deferral.extensionYears} 年（第十七条）</dd>
      </>
    )}
  </dl>
);

function Proofs({ deferral }: { deferral: DeferralDetail }) {
  return (
    <div>
      <h2 className="section-title">证明</h2>
      {deferral.proofs.length === 0 ? <p className="muted">还没有上传证明。</p> : null}
      <ul>
        {deferral.proofs.map((proof) => (
          <li key={proof.id}>
            <a
              href={addressOf('deferralProof', { params: { id: deferral.id, fileId: proof.id } })}
              download={proof.fileName}
            >
              {proof.fileName}
            </a>
            <span className="muted small">　{formatBytes(proof.sizeBytes)}</span>
          </li>
        ))}
      </ul>
      {deferral.may.decide || deferral.may.withdraw ? (
        <UploadFile
          label="上传证明"
          upload={(file) => call('uploadDeferralProof', { params: { id: deferral.id }, file, fileName: file.name })}
          refreshes={[keys.deferrals()]}
        />
      ) : null}
    </div>
  );
}

function Withdraw({ id }: { id: string }) {
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => call('withdrawDeferral', { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.deferrals() }),
  });
  return (
    <Popconfirm title="撤回这份申请？" description="撤回后可以重新申请。" onConfirm={() => withdraw.mutate()}>
      <Button loading={withdraw.isPending}>撤回申请</Button>
    </Popconfirm>
  );
}

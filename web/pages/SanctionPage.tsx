import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Alert } from 'antd';
import type { SanctionDetail } from '../../contract/sanctions.ts';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { formatBytes, formatDay, formatInstant, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { CaseEvents } from '../parts/CaseEvents.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Impact } from '../sanction/Impact.tsx';
import { OfficerActs } from '../sanction/OfficerActs.tsx';
import { PersonActs } from '../sanction/PersonActs.tsx';

/** One case: where it stands, the reasons, the rights and dates, what was said, and what its reader may do. */
export function SanctionPage() {
  const { sanctionId } = useParams({ from: '/shell/sanctions/$sanctionId' });
  useTitle('案件详情');
  const found = useQuery({
    queryKey: keys.sanction(sanctionId),
    queryFn: () => call('sanction', { params: { id: sanctionId } }),
  });
  if (found.error) return <ProblemNotice error={found.error} onRetry={() => inBackground(found.refetch())} />;
  if (found.data === undefined) return <Loading />;
  const sanction = found.data;
  return (
    <>
      <div className="page-head">
        <h1>
          第 {sanction.number} 号案件　{sanction.year}年度
        </h1>
      </div>
      <Alert
        style={{ marginBottom: 16 }}
        type={sanction.state === 'in-force' ? 'warning' : 'info'}
        showIcon
        title={sanction.stateLabel}
        description={withDays(sanction.now)}
      />
      <section className="panel">
        <Facts sanction={sanction} />
        {sanction.isOwn ? <Rights rights={sanction.rights} /> : null}
        {sanction.isOwn ? <PersonActs sanction={sanction} /> : <OfficerActs sanction={sanction} />}
      </section>
      {sanction.impact === null ? null : (
        <section className="panel">
          <h2>处理的内容</h2>
          <Impact impact={sanction.impact} />
        </section>
      )}
      <Said sanction={sanction} />
      <Evidence sanction={sanction} />
      <section className="panel">
        <CaseEvents events={sanction.events} />
      </section>
    </>
  );
}

function Facts({ sanction }: { sanction: SanctionDetail }) {
  return (
    <dl className="facts">
      <dt>当事人</dt>
      <dd>
        {sanction.personName}（{sanction.employerName}）
      </dd>
      <dt>办案机构</dt>
      <dd>{sanction.authorityName}</dd>
      <dt>告知的事实和理由</dt>
      <dd>{sanction.charge ?? '尚未告知'}</dd>
      {sanction.defenceLastDay === null ? null : (
        <>
          <dt>陈述申辩截至</dt>
          <dd>{formatDay(sanction.defenceLastDay)}24时</dd>
        </>
      )}
      {sanction.effectiveOn === null || sanction.endsOn === null ? null : (
        <>
          <dt>失信记录</dt>
          <dd>
            {formatDay(sanction.effectiveOn)}起，至{formatDay(sanction.endsOn)}零时自动终止（第二十一条）
          </dd>
        </>
      )}
      {sanction.decisionReason === null ? null : (
        <>
          <dt>决定的理由</dt>
          <dd>{sanction.decisionReason}</dd>
        </>
      )}
      {sanction.grounds.map((ground) => (
        <Ground key={ground.at} ground={ground} />
      ))}
    </dl>
  );
}

const Ground = ({ ground }: { ground: SanctionDetail['grounds'][number] }) => (
  <>
    <dt>线索（{ground.sourceLabel}）</dt>
    <dd>
      {ground.explanation}
      <div className="muted small">
        {ground.by}　{formatInstant(ground.at)}
      </div>
    </dd>
  </>
);

const Rights = ({ rights }: { rights: readonly string[] }) => (
  <>
    <h2 className="section-title">您的权利</h2>
    <ul>
      {rights.map((right) => (
        <li key={right}>{right}</li>
      ))}
    </ul>
  </>
);

/** Defences and appeals in the person's words, with what was answered. */
function Said({ sanction }: { sanction: SanctionDetail }) {
  if (sanction.defences.length + sanction.appeals.length === 0) return null;
  return (
    <section className="panel">
      <h2>陈述申辩与申诉</h2>
      {sanction.defences.map((one) => (
        <blockquote key={one.at}>
          <div style={{ whiteSpace: 'pre-wrap' }}>{one.text}</div>
          <div className="muted small">
            {formatInstant(one.at)}　陈述申辩{one.isLate ? '（逾期提交，已保存）' : ''}
          </div>
        </blockquote>
      ))}
      {sanction.appeals.map((one) => (
        <blockquote key={one.at}>
          <div style={{ whiteSpace: 'pre-wrap' }}>{one.text}</div>
          <div className="muted small">
            {formatInstant(one.at)}　申诉，{one.stateLabel}
            {one.answer === null ? '' : `：${one.answer}`}
          </div>
        </blockquote>
      ))}
    </section>
  );
}

/** The claims in question with their evidence, and the files of the case. */
function Evidence({ sanction }: { sanction: SanctionDetail }) {
  if (sanction.claims.length + sanction.files.length === 0) return null;
  return (
    <section className="panel">
      <h2>涉案申报与材料</h2>
      {sanction.claims.map((claim) => (
        <div key={claim.claimId} className="list-row">
          <span className="grow">
            <strong>
              {claim.number} 号 {claim.title}
            </strong>
            <div className="muted small">
              {claim.formLabel}　{claim.stateLabel}
            </div>
            {claim.evidence.map((file) => (
              <div key={file.id}>
                {/* As it was handed in with the claim. */}
                <a
                  href={addressOf('evidenceFile', { params: { id: claim.claimId, evidenceId: file.id } })}
                  download={file.fileName}
                >
                  {file.fileName}
                </a>
                {file.usedByOthers > 0 ? <strong>　另有 {file.usedByOthers} 人使用了同一文件</strong> : null}
              </div>
            ))}
          </span>
        </div>
      ))}
      <ul>
        {sanction.files.map((file) => (
          <li key={file.id}>
            <a
              href={addressOf('sanctionFile', { params: { id: sanction.id, fileId: file.id } })}
              download={file.fileName}
            >
              {file.fileName}
            </a>
            <span className="muted small" style={{ marginLeft: 12 }}>
              {file.by}　{formatBytes(file.sizeBytes)}
              {file.isLate ? '（逾期提交，已保存）' : ''}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

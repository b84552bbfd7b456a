import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import type { FindingDetail } from '../../contract/repairs.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { RepairForm } from './RepairForm.tsx';

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
  const { classLabel, why, nextStep, claimId, links, temporalUrl, firstSeenAt, ownerName } = finding;
  return (
    <div className="stack">
      <p>
        {classLabel}
        {why === '' ? '' : `：${why}`}。{formatInstant(firstSeenAt)}发现，由{ownerName}处理。
      </p>
      <p className="muted">{nextStep}</p>
      <div className="row wrap">
        {claimId === null ? null : (
          <Link to="/claims/$claimId" params={{ claimId }}>
            查看申报
          </Link>
        )}
        {links.map(({ label, path }) => (
          <Link key={path} to={path}>
            {label}
          </Link>
        ))}
        {temporalUrl === null ? null : (
          <a href={temporalUrl} target="_blank" rel="noreferrer">
            查看流程运行记录（流程引擎控制台，供技术人员排查）
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
      <dl style={{ margin: 0 }}>
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

import { CheckCircleFilled, HourglassOutlined, StopOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Year, YearItem, YearReversal } from '../../contract/years.ts';
import { formatHours } from '../../rules/hours.ts';
import { formatInstant, subjectsOf } from '../lib/format.ts';
import { Basis } from '../parts/Basis.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { StateTag } from '../parts/StateTag.tsx';
import { CapsLeft } from './CapsLeft.tsx';
import { Hero } from './Hero.tsx';
import { YearItems } from './YearItems.tsx';

/** `tools`: what the reader may do with an activity of the year; `children`: what stands below its figures. */
type YearViewProps = { year: Year; tools?: (item: YearItem) => ReactNode; children?: ReactNode };

/** A year with every hour explained, for the person and for those who oversee them. */
export function YearView({ year, tools, children }: YearViewProps) {
  return (
    <>
      <Hero year={year} />
      {children}
      {year.pending.length > 0 ? <Pending year={year} /> : null}
      <section className="panel">
        <h2>已计入的学时</h2>
        {year.items.length > 0 ? (
          <YearItems items={year.items} tools={tools} />
        ) : (
          <Nothing title="本年度还没有计入的学时">
            参加线下培训、学术会议等活动后到“去申报”填写；公共服务平台课程由系统自动登记。
          </Nothing>
        )}
      </section>
      {year.reversals.length > 0 ? <Reversals reversals={year.reversals} /> : null}
      {year.caps.length > 0 ? (
        <section className="panel">
          <h2>各项限额还剩多少</h2>
          <CapsLeft caps={year.caps} />
        </section>
      ) : null}
    </>
  );
}

function Pending({ year }: { year: Year }) {
  return (
    <section className="panel">
      <h2>
        <HourglassOutlined aria-hidden /> 审核中，尚未计入（{formatHours(year.pendingHours.totalHundredths)}）
      </h2>
      {year.pending.map((claim) => (
        <Link key={claim.claimId} to="/claims/$claimId" params={{ claimId: claim.claimId }} className="list-row">
          <span className="grow">
            <strong>{claim.title}</strong>
            <div className="muted small">
              {claim.formLabel}　{claim.text}
            </div>
          </span>
          <span className="num">{claim.deemedComplete ? '视为完成' : subjectsOf(claim).join('，')}</span>
          <StateTag state={claim.state} />
        </Link>
      ))}
      <p className="muted small" style={{ marginBottom: 0 }}>
        <CheckCircleFilled aria-hidden /> 备案办结后自动计入，无需再次申报。
      </p>
    </section>
  );
}

/** What was taken out of the year again, why, and what came back because of it. */
const Reversals = ({ reversals }: { reversals: readonly YearReversal[] }) => (
  <section className="panel">
    <h2>已撤销的认定</h2>
    {reversals.map((each) => (
      <article className="explained" key={`${each.title}-${each.at}`}>
        <div className="explained-head">
          <span>
            <StopOutlined aria-hidden />{' '}
            {each.claimId === null ? (
              <strong>{each.title}</strong>
            ) : (
              <Link to="/claims/$claimId" params={{ claimId: each.claimId }}>
                <strong>{each.title}</strong>
              </Link>
            )}
          </span>
          <span className="num">−{formatHours(each.lostHundredths)}</span>
        </div>
        <div className="muted small">{formatInstant(each.at)}撤销</div>
        <div>
          理由：{each.reason}
          <Basis cited={each.basis} />
        </div>
        {each.cameBack.map(({ title, hundredths }) => (
          <div key={title}>
            因此恢复计入：“{title}” {hundredths < 0 ? '−' : '+'}
            {formatHours(Math.abs(hundredths))}
          </div>
        ))}
      </article>
    ))}
  </section>
);

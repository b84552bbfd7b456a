import { CheckCircleFilled, FormOutlined, HourglassOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import type { Year } from '../../contract/years.ts';
import { formatHours } from '../../rules/hours.ts';
import { CertificateCard } from '../certificate/CertificateCard.tsx';
import { inBackground } from '../lib/faults.ts';
import { subjectsOf } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { StateTag } from '../parts/StateTag.tsx';
import { CapsLeft } from '../year/CapsLeft.tsx';
import { Hero } from '../year/Hero.tsx';
import { YearItems } from '../year/YearItems.tsx';

/** 我的年度: whether the year is done, what is missing, by when, how; then every hour explained. */
export function YearPage() {
  const me = useMe();
  const search = useSearch({ from: '/shell/' });
  const thisYear = Number((me.data?.today ?? '2026').slice(0, 4));
  const chosen = search.year ?? thisYear;
  const year = useQuery({
    queryKey: keys.year(chosen),
    queryFn: () => call('year', { params: { year: chosen } }),
    enabled: me.data !== undefined,
  });
  useTitle(`${chosen}年学时`);
  const years = [...new Set([...(me.data?.openYears ?? []), thisYear, chosen])].sort((a, b) => b - a);
  return (
    <>
      <div className="page-head">
        <h1>我的年度</h1>
        <div className="row">
          <YearChoice years={years} chosen={chosen} />
          <Link to="/declare">
            <Button type="primary" icon={<FormOutlined />} tabIndex={-1}>
              去申报
            </Button>
          </Link>
        </div>
      </div>
      {year.error ? <ProblemNotice error={year.error} onRetry={() => inBackground(year.refetch())} /> : null}
      {year.isLoading ? <Loading what="正在核算学时" /> : null}
      {year.data === undefined ? null : <YearView year={year.data} />}
    </>
  );
}

function YearChoice({ years, chosen }: { years: readonly number[]; chosen: number }) {
  const navigate = useNavigate();
  return (
    <Select<number>
      aria-label="年度"
      value={chosen}
      options={years.map((value) => ({ value, label: `${value}年` }))}
      onChange={(year) => {
        inBackground(navigate({ to: '/', search: { year } }));
      }}
      style={{ width: 110 }}
    />
  );
}

function YearView({ year }: { year: Year }) {
  return (
    <>
      <Hero year={year} />
      <CertificateCard year={year.year} />
      {year.pending.length > 0 ? <Pending year={year} /> : null}
      <section className="panel">
        <h2>已计入的学时</h2>
        {year.items.length > 0 ? (
          <YearItems items={year.items} />
        ) : (
          <Nothing title="本年度还没有计入的学时">
            参加线下培训、学术会议等活动后到“去申报”填写；公共服务平台课程由系统自动登记。
          </Nothing>
        )}
      </section>
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

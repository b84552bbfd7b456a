import { FormOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { isGoverned } from '../../rules/parameters.ts';
import { CertificateCard } from '../certificate/CertificateCard.tsx';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { MakeUp } from '../year/MakeUp.tsx';
import { YearView } from '../year/YearView.tsx';

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
      {year.data === undefined ? null : (
        <YearView year={year.data}>
          <CertificateCard year={year.data.year} />
          {/* A deferred year is made up in the year after: it is offered on the page of either. */}
          {[year.data.year, year.data.year - 1].filter(isGoverned).map((each) => (
            <MakeUp key={each} year={each} />
          ))}
        </YearView>
      )}
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

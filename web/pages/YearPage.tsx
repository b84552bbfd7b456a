import { FormOutlined } from '@ant-design/icons';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { isGoverned } from '../../rules/parameters.ts';
import { CertificateCard, certificatesQuery } from '../certificate/CertificateCard.tsx';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { MakeUp, makeUpQuery } from '../year/MakeUp.tsx';
import { Services } from '../year/Services.tsx';
import { Todo, useTodo } from '../year/Todo.tsx';
import { YearView } from '../year/YearView.tsx';

/** 我的年度: whether the year is done, what is missing, by when, how; then every hour explained. */
export function YearPage() {
  const me = useMe();
  const search = useSearch({ from: '/shell/' });
  const thisYear = Number((me.data?.today ?? '2026').slice(0, 4));
  const chosen = search.year ?? thisYear;
  const year = useYear(chosen, me.data !== undefined);
  const todo = useTodo();
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
          <Todo todo={todo} />
          <CertificateCard year={chosen} />
          {madeUpOn(chosen).map((each) => (
            <MakeUp key={each} year={each} />
          ))}
        </YearView>
      )}
      <Services />
    </>
  );
}

/** The year, and together with it, not after it, what else stands on its page. */
function useYear(chosen: number, enabled: boolean) {
  useQuery({ ...certificatesQuery(chosen), enabled });
  useQueries({ queries: madeUpOn(chosen).map((each) => ({ ...makeUpQuery(each), enabled })) });
  return useQuery({
    queryKey: keys.year(chosen),
    queryFn: () => call('year', { params: { year: chosen } }),
    enabled,
  });
}

/** A deferred year is made up in the year after: it is offered on the page of either. */
const madeUpOn = (year: number): number[] => [year, year - 1].filter(isGoverned);

/** Links, not a list to unfold: the years that are open are two or three. */
const YearChoice = ({ years, chosen }: { years: readonly number[]; chosen: number }) => (
  <nav className="year-choice" aria-label="年度">
    {years.map((year) => (
      <Link key={year} to="/" search={{ year }} aria-current={year === chosen ? 'page' : undefined}>
        {year}年
      </Link>
    ))}
  </nav>
);

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type PeopleOfPlace, YEAR_STANDINGS, type YearStanding } from '../../contract/statistics.ts';
import { yearOf } from '../../rules/calendar.ts';
import { formatHours } from '../../rules/hours.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { ExportMenu } from '../statistics/Scoping.tsx';

/** The people behind a number of the statistics. */
export function StatisticsPeoplePage() {
  useTitle('人员名单');
  const search = useSearch({ from: '/shell/statistics/people' });
  const me = useMe();
  const navigate = useNavigate();
  const asked = { ...search, year: search.year ?? yearOf(me.data?.today ?? '2026-01-01') };
  const people = useInfiniteQuery({
    queryKey: keys.statistics('people', asked),
    queryFn: ({ pageParam }) => call('statisticsPeople', { query: { ...asked, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = people.data?.pages.flatMap((page) => page.items) ?? [];
  const { standing: _, ...place } = asked;
  return (
    <>
      <PageHead title={`${asked.year}年人员名单`}>
        <Link to="/statistics" search={{ ...place, by: place.employer === undefined ? 'region' : 'employer' }}>
          回到统计
        </Link>
        <AnyOf<YearStanding>
          label="年度情况"
          all="全部情况"
          value={asked.standing}
          options={optionsOf(YEAR_STANDINGS)}
          onChange={(standing) => inBackground(navigate({ to: '/statistics/people', search: { ...asked, standing } }))}
          width={140}
        />
        <ExportMenu asked={asked} />
      </PageHead>
      <section className="panel">
        {people.error ? <ProblemNotice error={people.error} onRetry={() => inBackground(people.refetch())} /> : null}
        {people.isLoading ? <Loading /> : null}
        {people.data !== undefined && items.length === 0 ? (
          <Nothing title="没有符合条件的人员">请调整年度情况，或回到统计改变范围。</Nothing>
        ) : null}
        {items.length === 0 ? null : <PeopleTable items={items} year={asked.year} />}
        <LoadMore list={people} />
      </section>
    </>
  );
}

type Person = PeopleOfPlace['items'][number];

const PeopleTable = ({ items, year }: { items: readonly Person[]; year: number }) => (
  <PlainTable<Person>
    label="人员"
    isFigures
    hasCards
    columns={[
      {
        title: '姓名',
        cell: ({ personId, name }) => (
          <Link to="/people/$personId/years/$year" params={{ personId, year: String(year) }}>
            {name}
          </Link>
        ),
      },
      { title: '职称', cell: ({ title }) => title ?? '—' },
      { title: '单位', cell: ({ employerName }) => employerName },
      { title: '地区', cell: ({ regionName }) => regionName },
      { title: '年度情况', cell: ({ standingLabel }) => standingLabel },
      { title: '公需', cell: ({ publicHundredths }) => formatHours(publicHundredths), isNumber: true },
      { title: '专业', cell: ({ professionalHundredths }) => formatHours(professionalHundredths), isNumber: true },
    ]}
    rows={items}
    keyOf={({ personId }) => personId}
  />
);

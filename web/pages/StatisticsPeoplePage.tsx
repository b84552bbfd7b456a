import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Select } from 'antd';
import { type PeopleOfPlace, YEAR_STANDINGS, type YearStanding } from '../../contract/statistics.ts';
import { yearOf } from '../../rules/calendar.ts';
import { formatHours } from '../../rules/hours.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Scroll } from '../parts/Scroll.tsx';
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
      <PageHead title={`${asked.year} 年人员名单`}>
        <Link to="/statistics" search={{ ...place, by: place.employer === undefined ? 'region' : 'employer' }}>
          回到统计
        </Link>
        <Select<YearStanding>
          aria-label="年度情况"
          placeholder="全部情况"
          allowClear
          value={asked.standing ?? null}
          options={optionsOf(YEAR_STANDINGS)}
          onChange={(standing?: YearStanding) => {
            inBackground(navigate({ to: '/statistics/people', search: { ...asked, standing } }));
          }}
          style={{ width: 140 }}
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

const PeopleTable = ({ items, year }: { items: PeopleOfPlace['items']; year: number }) => (
  <Scroll label="人员">
    <table className="plain-table figures">
      <thead>
        <tr>
          <th>姓名</th>
          <th className="text">职称</th>
          <th className="text">单位</th>
          <th className="text">地区</th>
          <th className="text">年度情况</th>
          <th>公需</th>
          <th>专业</th>
        </tr>
      </thead>
      <tbody>
        {items.map((person) => (
          <PersonRow key={person.personId} person={person} year={year} />
        ))}
      </tbody>
    </table>
  </Scroll>
);

const PersonRow = ({ person, year }: { person: PeopleOfPlace['items'][number]; year: number }) => (
  <tr>
    <th scope="row">
      <Link to="/people/$personId/years/$year" params={{ personId: person.personId, year: String(year) }}>
        {person.name}
      </Link>
    </th>
    <td className="text">{person.title ?? '—'}</td>
    <td className="text">{person.employerName}</td>
    <td className="text">{person.regionName}</td>
    <td className="text">{person.standingLabel}</td>
    <td className="num">{formatHours(person.publicHundredths)}</td>
    <td className="num">{formatHours(person.professionalHundredths)}</td>
  </tr>
);

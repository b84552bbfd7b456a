import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Overview } from '../../contract/statistics.ts';
import { yearOf } from '../../rules/calendar.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import type { StatisticsSearch } from '../search.ts';
import { Breakdown } from '../statistics/Breakdown.tsx';
import { ContentFigure, FormsFigure } from '../statistics/FormsAndContent.tsx';
import { ExportMenu, Narrowed, Selectors } from '../statistics/Scoping.tsx';
import { StatesFigure } from '../statistics/StatesFigure.tsx';
import { Totals } from '../statistics/Totals.tsx';
import { WorkFigures } from '../statistics/WorkFigures.tsx';

/** 统计 (Art. 12): people, hours, forms and content of what the caller oversees, and how the work goes. */
export function StatisticsPage() {
  useTitle('统计');
  const search = useSearch({ from: '/shell/statistics' });
  const me = useMe();
  const year = search.year ?? yearOf(me.data?.today ?? '2026-01-01');
  const asked = useMemo(() => ({ ...search, year }), [search, year]);
  const overview = useQuery({
    queryKey: keys.statistics('overview', asked),
    queryFn: () => call('statistics', { query: asked }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHead
        title="统计"
        hint={overview.data === undefined ? undefined : `统计至${formatDay(overview.data.asOf)}，随办理实时更新。`}
      >
        <Selectors asked={asked} />
        <ExportMenu asked={asked} />
      </PageHead>
      {overview.error ? (
        <ProblemNotice error={overview.error} onRetry={() => inBackground(overview.refetch())} />
      ) : null}
      {overview.isLoading ? <Loading /> : null}
      {overview.data === undefined ? null : (
        <>
          <Narrowed overview={overview.data} asked={asked} />
          {overview.data.total.people === 0 && overview.data.total.claims === 0 ? (
            <section className="panel">
              <Nothing title={`${year}年所选范围内没有人员和申报`}>请调整年度、地区、行业或层级。</Nothing>
            </section>
          ) : (
            <div className="stack" aria-busy={overview.isFetching}>
              <Figures overview={overview.data} asked={asked} />
            </div>
          )}
        </>
      )}
    </>
  );
}

type FiguresProps = { overview: Overview; asked: StatisticsSearch & { year: number } };

function Figures({ overview, asked }: FiguresProps) {
  const place = useMemo(() => {
    const { by: _, after: __, ...rest } = asked;
    return rest;
  }, [asked]);
  return (
    <>
      <Totals overview={overview} search={asked} />
      <Breakdown overview={overview} search={asked} />
      <FormsFigure overview={overview} search={asked} />
      <ContentFigure overview={overview} />
      <StatesFigure overview={overview} search={asked} />
      <WorkFigures place={place} />
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { AGE_DEFINITION, TURN_AROUND_DEFINITION, type Work } from '../../contract/statistics.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import type { Tone } from '../parts/Chart.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import type { StatisticsSearch } from '../search.ts';
import { Figure } from './Figure.tsx';
import { formatCount } from './format.ts';

type WorkProps = { place: Omit<StatisticsSearch, 'by' | 'after' | 'year'> & { year: number } };

/** What waits and for how long, and how long decided stages took. */
export function WorkFigures({ place }: WorkProps) {
  const work = useQuery({
    queryKey: keys.statistics('work', place),
    queryFn: () => call('statisticsWork', { query: place }),
  });
  if (work.error) return <ProblemNotice error={work.error} onRetry={() => inBackground(work.refetch())} />;
  if (work.data === undefined) return <Loading />;
  return (
    <>
      <Waiting work={work.data} place={place} />
      <TurnAround work={work.data} />
    </>
  );
}

const WAITING = '在办与等待天数';
const TONES: readonly Tone[] = ['main', 'also', 'open', 'bad'];

function Waiting({ work, place }: { work: Work } & WorkProps) {
  const { stages, corrections } = work;
  const ages = stages[0]?.ages ?? [];
  const categories = useMemo(() => stages.map(({ label }) => label), [stages]);
  const series = useMemo(
    () =>
      ages.map(({ label }, index) => ({
        name: label,
        tone: TONES[index] ?? 'grey',
        values: stages.map((stage) => stage.ages[index]?.waiting ?? 0),
      })),
    [stages, ages],
  );
  return (
    <Figure
      title={WAITING}
      empty="没有在办的申报"
      unit="件"
      categories={categories}
      series={series}
      note={`${AGE_DEFINITION} 另有 ${formatCount(corrections)} 件待申报人补正。`}
      table={<WaitingTable stages={stages} place={place} />}
    />
  );
}

function WaitingTable({ stages, place }: { stages: Work['stages'] } & WorkProps) {
  type Stage = Work['stages'][number];
  const ages = stages[0]?.ages ?? [];
  const waiting = ({ stage, waiting: count }: Stage) => (
    <Link to="/statistics/claims" search={{ ...place, state: stage }}>
      {formatCount(count)}
    </Link>
  );
  return (
    <PlainTable<Stage>
      label={WAITING}
      isFigures
      hasCards
      columns={[
        { title: '环节', cell: ({ label }) => label },
        { title: '在办', cell: waiting, isNumber: true },
        { title: '逾期', cell: ({ overdue }) => formatCount(overdue), isNumber: true },
        ...ages.map(({ label }, at) => ({
          title: label,
          cell: (stage: Stage) => formatCount(stage.ages[at]?.waiting ?? 0),
          isNumber: true,
        })),
      ]}
      rows={stages}
      keyOf={({ stage }) => stage}
    />
  );
}

function TurnAround({ work: { turnAround, year } }: { work: Work }) {
  const title = `${year}年办结环节的办理天数`;
  const categories = useMemo(() => turnAround.map(({ label }) => label), [turnAround]);
  const series = useMemo(
    () => [
      { name: '中位数', tone: 'main' as const, values: turnAround.map(({ medianDays }) => medianDays ?? 0) },
      {
        name: '至 90 分位数再加',
        tone: 'open' as const,
        values: turnAround.map(({ medianDays, p90Days }) => (p90Days ?? 0) - (medianDays ?? 0)),
      },
    ],
    [turnAround],
  );
  return (
    <Figure
      title={title}
      empty="本年度还没有办结的环节"
      unit="天"
      categories={turnAround.some(({ settled }) => settled > 0) ? categories : []}
      series={series}
      note={TURN_AROUND_DEFINITION}
      table={
        <PlainTable
          label={title}
          isFigures
          hasCards
          columns={[
            { title: '环节', cell: ({ label }) => label },
            { title: '办结', cell: ({ settled }) => formatCount(settled), isNumber: true },
            { title: '中位数（天）', cell: ({ medianDays }) => medianDays ?? '—', isNumber: true },
            { title: '90 分位数（天）', cell: ({ p90Days }) => p90Days ?? '—', isNumber: true },
          ]}
          rows={turnAround}
          keyOf={({ stage }) => stage}
        />
      }
    />
  );
}

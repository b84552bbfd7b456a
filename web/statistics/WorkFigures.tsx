import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { AGE_DEFINITION, TURN_AROUND_DEFINITION, type Work } from '../../contract/statistics.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import type { Tone } from '../parts/Chart.tsx';
import { Loading } from '../parts/Loading.tsx';
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
      title="在办与等待天数"
      empty="没有在办的申报"
      unit="件"
      categories={categories}
      series={series}
      note={`${AGE_DEFINITION} 另有 ${formatCount(corrections)} 件待申报人补正。`}
      table={
        <table className="plain-table figures">
          <thead>
            <tr>
              <th>环节</th>
              <th>在办</th>
              <th>超期</th>
              {ages.map(({ label }) => (
                <th key={label}>{label}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => (
              <tr key={stage.stage}>
                <th scope="row">{stage.label}</th>
                <td className="num">
                  <Link to="/statistics/claims" search={{ ...place, state: stage.stage }}>
                    {formatCount(stage.waiting)}
                  </Link>
                </td>
                <td className="num">{formatCount(stage.overdue)}</td>
                {stage.ages.map(({ label, waiting }) => (
                  <td key={label} className="num">
                    {formatCount(waiting)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

function TurnAround({ work: { turnAround, year } }: { work: Work }) {
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
      title={`${year} 年办结环节的办理天数`}
      empty="本年度还没有办结的环节"
      unit="天"
      categories={turnAround.some(({ settled }) => settled > 0) ? categories : []}
      series={series}
      note={TURN_AROUND_DEFINITION}
      table={
        <table className="plain-table figures">
          <thead>
            <tr>
              <th>环节</th>
              <th>办结</th>
              <th>中位数（天）</th>
              <th>90 分位数（天）</th>
            </tr>
          </thead>
          <tbody>
            {turnAround.map(({ stage, label, settled, medianDays, p90Days }) => (
              <tr key={stage}>
                <th scope="row">{label}</th>
                <td className="num">{formatCount(settled)}</td>
                <td className="num">{medianDays ?? '—'}</td>
                <td className="num">{p90Days ?? '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

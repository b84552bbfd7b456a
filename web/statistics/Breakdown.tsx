import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { type ReactNode, useMemo } from 'react';
import { GROUPINGS, type Grouping, type Overview } from '../../contract/statistics.ts';
import { inBackground } from '../lib/faults.ts';
import type { Series } from '../parts/Chart.tsx';
import { type PlainColumn, PlainTable } from '../parts/PlainTable.tsx';
import type { StatisticsSearch } from '../search.ts';
import { Figure } from './Figure.tsx';
import { formatCount, formatShare, formatSum } from './format.ts';

type Row = Overview['rows'][number];

/** People by where they stand, place by place; each row leads to its own rows, a unit to its people. */
export function Breakdown({ overview, search }: { overview: Overview; search: StatisticsSearch }) {
  const navigate = useNavigate();
  const { rows, by } = overview;
  const categories = useMemo(() => rows.map(({ label }) => label), [rows]);
  const series = useMemo(() => seriesOf(rows), [rows]);
  const change = (part: Partial<StatisticsSearch>) => {
    inBackground(navigate({ to: '/statistics', search: { ...search, after: undefined, ...part } }));
  };
  return (
    <Figure
      title={titleOf(by)}
      empty="所选范围内没有人员"
      unit="人"
      categories={categories}
      series={series}
      onPick={(index) => {
        const row = rows[index];
        if (row !== undefined) inBackground(navigate(leadsTo(row, search)));
      }}
      actions={
        <Segmented<Grouping>
          aria-label="分组"
          value={by}
          options={(Object.keys(GROUPINGS) as Grouping[]).map((value) => ({ value, label: GROUPINGS[value] }))}
          onChange={(value) => {
            change({ by: value });
          }}
        />
      }
      table={<RowsTable overview={overview} search={search} />}
      note={
        <>
          人员按所选年度内最后的任职单位归属，没有学时的人员也计入；完成率 =（合格 + 视为完成）÷
          人数。点条形或表中名称可逐级查看。
          {overview.next === null && search.after === undefined ? null : (
            <Pages next={overview.next} isFirst={search.after === undefined} onTurn={(after) => change({ after })} />
          )}
        </>
      }
    />
  );
}

function Pages(props: { next: string | null; isFirst: boolean; onTurn: (after: string | undefined) => void }) {
  const { next, isFirst, onTurn } = props;
  return (
    <span className="row">
      <Button
        size="small"
        disabled={isFirst}
        onClick={() => {
          onTurn(undefined);
        }}
      >
        回到第一页
      </Button>
      <Button
        size="small"
        disabled={next === null}
        onClick={() => {
          onTurn(next ?? undefined);
        }}
      >
        下一页
      </Button>
    </span>
  );
}

const seriesOf = (rows: readonly Row[]): Series[] =>
  (
    [
      ['合格', 'good', 'qualified'],
      ['视为完成', 'also', 'deemedComplete'],
      ['已批准顺延', 'main', 'deferred'],
      ['进行中', 'open', 'inProgress'],
      ['不合格', 'bad', 'unqualified'],
      ['学时已取消', 'grey', 'cancelled'],
    ] as const
  )
    .map(([name, tone, of]) => ({ name, tone, values: rows.map(({ figures }) => figures[of]) }))
    .filter(({ values }) => values.some((value) => value > 0));

/** A unit's row leads to its people, any other to the rows inside it. */
function leadsTo({ within }: Row, search: StatisticsSearch) {
  const { by, ...place } = within;
  return place.employer === undefined
    ? { to: '/statistics' as const, search: { year: search.year, by, ...place } }
    : { to: '/statistics/people' as const, search: { year: search.year, ...place } };
}

type Line = { key: string; name: ReactNode; figures: Row['figures'] };

const column = (title: string, cell: (figures: Row['figures']) => string): PlainColumn<Line> => ({
  title,
  cell: ({ figures }) => cell(figures),
  isNumber: true,
});

const COLUMNS: readonly PlainColumn<Line>[] = [
  column('人数', ({ people }) => formatCount(people)),
  column('合格', ({ qualified }) => formatCount(qualified)),
  column('视为完成', ({ deemedComplete }) => formatCount(deemedComplete)),
  column('已批准顺延', ({ deferred }) => formatCount(deferred)),
  column('进行中', ({ inProgress }) => formatCount(inProgress)),
  column('不合格', ({ unqualified }) => formatCount(unqualified)),
  column('学时已取消', ({ cancelled }) => formatCount(cancelled)),
  column('完成率', ({ completedPer10000 }) => formatShare(completedPer10000)),
  column('公需学时', ({ publicHundredths }) => formatSum(publicHundredths)),
  column('专业学时', ({ professionalHundredths }) => formatSum(professionalHundredths)),
  column('申报', ({ claims }) => formatCount(claims)),
  column('已备案', ({ filed }) => formatCount(filed)),
];

function RowsTable({ overview: { by, rows, total }, search }: { overview: Overview; search: StatisticsSearch }) {
  return (
    <PlainTable<Line>
      label={titleOf(by)}
      isFigures
      hasCards
      columns={[{ title: GROUPINGS[by], cell: ({ name }) => name }, ...COLUMNS]}
      rows={rows.map((row) => ({ ...row, name: <Link {...leadsTo(row, search)}>{row.label}</Link> }))}
      keyOf={({ key }) => key}
      total={{ key: 'total', name: '合计', figures: total }}
    />
  );
}

const titleOf = (by: Grouping): string => `人数与完成情况（按${GROUPINGS[by]}）`;

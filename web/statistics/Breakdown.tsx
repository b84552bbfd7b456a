import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useMemo } from 'react';
import { GROUPINGS, type Grouping, type Overview } from '../../contract/statistics.ts';
import { inBackground } from '../lib/faults.ts';
import type { Series } from '../parts/Chart.tsx';
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
      title={`人数与完成情况（按${GROUPINGS[by]}）`}
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

function RowsTable({ overview, search }: { overview: Overview; search: StatisticsSearch }) {
  const rows = overview.rows.map((row) => ({ ...row, name: <Link {...leadsTo(row, search)}>{row.label}</Link> }));
  return (
    <table className="plain-table figures">
      <thead>
        <tr>
          <th>{GROUPINGS[overview.by]}</th>
          {[
            '人数',
            '合格',
            '视为完成',
            '已批准顺延',
            '进行中',
            '不合格',
            '已取消',
            '完成率',
            '公需学时',
            '专业学时',
            '申报',
            '已备案',
          ].map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, figures }) => (
          <FigureRow key={key} name={name} figures={figures} />
        ))}
      </tbody>
      <tfoot>
        <FigureRow name="合计" figures={overview.total} />
      </tfoot>
    </table>
  );
}

function FigureRow({ name, figures: f }: { name: React.ReactNode; figures: Row['figures'] }) {
  const counts = [f.people, f.qualified, f.deemedComplete, f.deferred, f.inProgress, f.unqualified, f.cancelled].map(
    formatCount,
  );
  const cells = [
    ...counts,
    formatShare(f.completedPer10000),
    formatSum(f.publicHundredths),
    formatSum(f.professionalHundredths),
    formatCount(f.claims),
    formatCount(f.filed),
  ];
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed.
        <td key={index} className="num">
          {cell}
        </td>
      ))}
    </tr>
  );
}

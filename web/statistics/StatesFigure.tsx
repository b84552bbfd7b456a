import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Overview } from '../../contract/statistics.ts';
import { inBackground } from '../lib/faults.ts';
import { PlainTable } from '../parts/PlainTable.tsx';
import type { StatisticsSearch } from '../search.ts';
import { Figure } from './Figure.tsx';
import { formatCount } from './format.ts';

const TITLE = '申报（按状态）';

/** The year's submitted claims by where they stand; each state leads to its claims. */
export function StatesFigure({ overview: { states }, search }: { overview: Overview; search: StatisticsSearch }) {
  const navigate = useNavigate();
  const { by: _, after: __, ...place } = search;
  const rows = useMemo(() => states.filter(({ claims }) => claims > 0), [states]);
  const categories = useMemo(() => rows.map(({ label }) => label), [rows]);
  const series = useMemo(
    () => [{ name: '申报', tone: 'main' as const, values: rows.map(({ claims }) => claims) }],
    [rows],
  );
  const leadsTo = (row: Overview['states'][number] | undefined) => ({
    to: '/statistics/claims' as const,
    search: { ...place, state: row?.state === 'draft' ? undefined : row?.state },
  });
  return (
    <Figure
      title={TITLE}
      empty="所选范围内还没有申报"
      unit="件"
      categories={categories}
      series={series}
      onPick={(index) => {
        inBackground(navigate(leadsTo(rows[index])));
      }}
      note="申报按提交当日的任职单位归属，不含草稿。"
      table={
        <PlainTable
          label={TITLE}
          isFigures
          columns={[
            { title: '状态', cell: ({ label }) => label },
            {
              title: '件数',
              cell: (row) => <Link {...leadsTo(row)}>{formatCount(row.claims)}</Link>,
              isNumber: true,
            },
          ]}
          rows={rows}
          keyOf={({ state }) => state}
        />
      }
    />
  );
}

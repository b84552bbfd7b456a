import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Overview } from '../../contract/statistics.ts';
import { type PlainColumn, PlainTable } from '../parts/PlainTable.tsx';
import type { StatisticsSearch } from '../search.ts';
import { Figure } from './Figure.tsx';
import { formatCount, formatSum } from './format.ts';

type HoursRow = { label: string; publicHundredths: number; professionalHundredths: number };
type FormRow = Overview['forms'][number];

const HOURS: readonly PlainColumn<HoursRow>[] = [
  { title: '公需学时', cell: (row) => formatSum(row.publicHundredths), isNumber: true },
  { title: '专业学时', cell: (row) => formatSum(row.professionalHundredths), isNumber: true },
];

/** Counted hours by form of study (Art. 11). */
export function FormsFigure({ overview, search }: { overview: Overview; search: StatisticsSearch }) {
  const rows = overview.forms.filter((f) => f.publicHundredths + f.professionalHundredths > 0 || f.claims > 0);
  const { by: _, after: __, ...place } = search;
  const isClaimed = ({ form }: FormRow) => form !== 'platform-course';
  const claims = (row: FormRow) =>
    isClaimed(row) ? (
      <Link to="/statistics/claims" search={{ ...place, form: row.form }}>
        {formatCount(row.claims)}
      </Link>
    ) : (
      '无需申报'
    );
  return (
    <HoursFigure
      title="学时（按形式）"
      rows={rows}
      table={
        <PlainTable
          label="学时（按形式）"
          isFigures
          hasCards
          columns={[
            { title: '形式', cell: ({ label }) => label },
            ...HOURS,
            { title: '申报', cell: claims, isNumber: true },
            { title: '已备案', cell: (row) => (isClaimed(row) ? formatCount(row.filed) : '—'), isNumber: true },
          ]}
          rows={rows}
          keyOf={({ form }) => form}
        />
      }
    />
  );
}

/** Counted hours by content: subject and trade (Art. 3). */
export function ContentFigure({ overview }: { overview: Overview }) {
  return (
    <HoursFigure
      title="学时（按内容：行业与科目）"
      rows={overview.content}
      table={
        <PlainTable
          label="学时（按内容：行业与科目）"
          isFigures
          columns={[{ title: '行业', cell: ({ label }) => label }, ...HOURS]}
          rows={overview.content}
          keyOf={({ industry }) => industry}
        />
      }
    />
  );
}

function HoursFigure({ title, rows, table }: { title: string; rows: readonly HoursRow[]; table: React.ReactNode }) {
  const categories = useMemo(() => rows.map(({ label }) => label), [rows]);
  const series = useMemo(
    () => [
      { name: '公需科目', tone: 'also' as const, values: rows.map((row) => row.publicHundredths / 100) },
      { name: '专业科目', tone: 'main' as const, values: rows.map((row) => row.professionalHundredths / 100) },
    ],
    [rows],
  );
  return (
    <Figure
      title={title}
      empty="所选范围内还没有计入的学时"
      unit="学时"
      categories={categories}
      series={series}
      table={table}
    />
  );
}

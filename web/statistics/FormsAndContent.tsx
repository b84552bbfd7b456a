import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Overview } from '../../contract/statistics.ts';
import type { StatisticsSearch } from '../search.ts';
import { Figure } from './Figure.tsx';
import { formatCount, formatSum } from './format.ts';

/** Counted hours by form of study (Art. 11). */
export function FormsFigure({ overview, search }: { overview: Overview; search: StatisticsSearch }) {
  const rows = overview.forms.filter((f) => f.publicHundredths + f.professionalHundredths > 0 || f.claims > 0);
  const { by: _, after: __, ...place } = search;
  return (
    <HoursFigure
      title="学时（按形式）"
      rows={rows}
      table={
        <table className="plain-table figures">
          <thead>
            <tr>
              <th>形式</th>
              <th>公需学时</th>
              <th>专业学时</th>
              <th>申报</th>
              <th>已备案</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.form}>
                <th scope="row">{row.label}</th>
                <td className="num">{formatSum(row.publicHundredths)}</td>
                <td className="num">{formatSum(row.professionalHundredths)}</td>
                <td className="num">
                  {row.form === 'platform-course' ? (
                    '无需申报'
                  ) : (
                    <Link to="/statistics/claims" search={{ ...place, form: row.form }}>
                      {formatCount(row.claims)}
                    </Link>
                  )}
                </td>
                <td className="num">{row.form === 'platform-course' ? '—' : formatCount(row.filed)}</td>
              </tr>
            ))}
          </tbody>
        </table>
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
        <table className="plain-table figures">
          <thead>
            <tr>
              <th>行业</th>
              <th>公需学时</th>
              <th>专业学时</th>
            </tr>
          </thead>
          <tbody>
            {overview.content.map((row) => (
              <tr key={row.industry}>
                <th scope="row">{row.label}</th>
                <td className="num">{formatSum(row.publicHundredths)}</td>
                <td className="num">{formatSum(row.professionalHundredths)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

type HoursRow = { label: string; publicHundredths: number; professionalHundredths: number };

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

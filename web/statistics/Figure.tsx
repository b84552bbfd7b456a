import { BarChartOutlined, TableOutlined } from '@ant-design/icons';
import { Segmented } from 'antd';
import { lazy, type ReactNode, Suspense, useId, useState } from 'react';
import type { Series } from '../parts/Chart.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';

const Chart = lazy(async () => ({ default: (await import('../parts/Chart.tsx')).Chart }));

/** How many bars are readable one below the other. */
const BARS = 30;

type FigureProps = {
  title: string;
  categories: readonly string[];
  series: readonly Series[];
  unit: string;
  onPick?: (index: number) => void;
  /** The same numbers, and more, as a table. */
  table: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  note?: ReactNode;
  empty: string;
};

/** A chart and its table: the same numbers, one look away from each other. */
export function Figure({ title, categories, series, unit, onPick, table, actions, note, empty }: FigureProps) {
  const [look, setLook] = useState<'chart' | 'table'>('chart');
  const heading = useId();
  const isEmpty = categories.length === 0;
  return (
    <section className="panel" aria-labelledby={heading}>
      <div className="figure-head">
        <h2 id={heading} className="section-title">
          {title}
        </h2>
        {actions}
        <Segmented
          aria-label={`${title}：图或表`}
          value={look}
          onChange={setLook}
          options={[
            { value: 'chart', label: '图', icon: <BarChartOutlined aria-hidden /> },
            { value: 'table', label: '表', icon: <TableOutlined aria-hidden /> },
          ]}
        />
      </div>
      {isEmpty ? <Nothing title={empty} /> : null}
      {!isEmpty && look === 'chart' ? (
        <Suspense fallback={<Loading what="正在画图" />}>
          <Chart
            label={`${title}，数据见同一位置的表`}
            categories={categories.slice(0, BARS)}
            series={series}
            unit={unit}
            onPick={onPick}
          />
          {categories.length > BARS ? <p className="muted small">图中为前 {BARS} 行，其余见表。</p> : null}
        </Suspense>
      ) : null}
      {!isEmpty && look === 'table' ? table : null}
      {note === undefined ? null : <p className="muted small">{note}</p>}
    </section>
  );
}

import { theme } from 'antd';
import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([BarChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, SVGRenderer]);

/** What a series means; its colour comes from the design tokens, its pattern tells it apart without colour. */
export type Tone = 'main' | 'good' | 'also' | 'open' | 'bad' | 'grey';
export type Series = { name: string; tone: Tone; values: readonly number[] };

type ChartProps = {
  /** What the picture shows, for who does not see it. */
  label: string;
  categories: readonly string[];
  series: readonly Series[];
  /** What a value counts, such as 人. */
  unit: string;
  /** A click on a bar, by the place of its category. */
  onPick?: ((index: number) => void) | undefined;
};

const ROW = 30;

/** Stacked bars lying down, one a category: long Chinese names stay readable. The same numbers must be at hand as a table. */
export function Chart({ label, categories, series, unit, onPick }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const pick = useRef(onPick);
  const { token } = theme.useToken();
  useEffect(() => {
    pick.current = onPick;
  }, [onPick]);
  useEffect(() => {
    if (place.current === null) return;
    const made = init(place.current, null, { renderer: 'svg' });
    chart.current = made;
    made.on('click', ({ dataIndex }) => pick.current?.(dataIndex));
    const watch = new ResizeObserver(() => {
      made.resize();
    });
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const tones: Record<Tone, string> = {
      main: token.colorPrimary,
      good: token.colorSuccess,
      also: token['cyan-7'],
      open: token['gold-5'],
      bad: token.colorError,
      grey: token.colorTextQuaternary,
    };
    chart.current?.setOption(
      {
        animation: false,
        aria: { enabled: true, label: { description: label }, decal: { show: series.length > 1 } },
        color: series.map(({ tone }) => tones[tone]),
        textStyle: { fontFamily: token.fontFamily, fontSize: token.fontSize },
        grid: { left: 8, right: 24, top: series.length > 1 ? 34 : 8, bottom: 8, containLabel: true },
        legend:
          series.length > 1
            ? { type: 'scroll', top: 0, left: 0, itemGap: 16, textStyle: { fontSize: token.fontSize } }
            : { show: false },
        tooltip: {
          trigger: 'axis',
          axisPointer: { type: 'shadow' },
          confine: true,
          valueFormatter: (value: unknown) => `${Number(value).toLocaleString('zh-CN')} ${unit}`,
        },
        xAxis: { type: 'value', splitNumber: 4, axisLabel: { hideOverlap: true } },
        yAxis: {
          type: 'category',
          inverse: true,
          data: [...categories],
          axisTick: { show: false },
          axisLabel: { width: 130, overflow: 'truncate' },
        },
        series: series.map(({ name, values }) => ({
          type: 'bar',
          name,
          stack: 'all',
          barMaxWidth: 20,
          cursor: onPick === undefined ? 'default' : 'pointer',
          data: [...values],
        })),
      },
      { notMerge: true },
    );
  }, [label, categories, series, unit, onPick, token]);
  return (
    <div
      ref={place}
      className="chart"
      role="img"
      aria-label={label}
      style={{ height: categories.length * ROW + (series.length > 1 ? 76 : 50) }}
    />
  );
}

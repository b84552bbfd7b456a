import { theme } from 'antd';
import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef, useState } from 'react';

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
  const { place, chart, width } = useECharts(onPick);
  const { token } = theme.useToken();
  const legend = legendHeight(series, { width, fontSize: token.fontSize });
  useEffect(() => {
    chart.current?.setOption(optionOf({ label, categories, series, unit, onPick }, { token, legend }), {
      notMerge: true,
    });
  }, [chart, label, categories, series, unit, onPick, token, legend]);
  return (
    <div
      ref={place}
      className="chart"
      role="img"
      aria-label={label}
      style={{ height: categories.length * ROW + 50 + legend }}
    />
  );
}

/** All names of the series are seen: on a narrow screen they stand on several lines. One series needs none. */
function legendHeight(series: readonly Series[], { width, fontSize }: { width: number; fontSize: number }): number {
  if (series.length < 2) return 0;
  let lines = 1;
  let used = 0;
  for (const { name } of series) {
    const needed = ICON_AND_GAPS + name.length * fontSize;
    if (used > 0 && used + needed > width) {
      lines += 1;
      used = 0;
    }
    used += needed;
  }
  return 8 + lines * (fontSize + 12);
}
const ICON_AND_GAPS = 46;

/** The drawing and its place, as large as the place is; what is clicked on is told to whoever listens now. */
function useECharts(onPick: ChartProps['onPick']) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const pick = useRef(onPick);
  const [width, setWidth] = useState(1000);
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
      setWidth(made.getWidth());
    });
    watch.observe(place.current);
    return () => {
      watch.disconnect();
      made.dispose();
    };
  }, []);
  return { place, chart, width };
}

type Token = ReturnType<typeof theme.useToken>['token'];

const tonesOf = (token: Token): Record<Tone, string> => ({
  main: token.colorPrimary,
  good: token.colorSuccess,
  also: token['cyan-7'],
  open: token['gold-5'],
  bad: token.colorError,
  grey: token.colorTextQuaternary,
});

function optionOf(
  { label, categories, series, unit, onPick }: ChartProps,
  { token, legend }: { token: Token; legend: number },
) {
  const tones = tonesOf(token);
  const isStacked = series.length > 1;
  const { fontFamily, fontSize } = token;
  return {
    animation: false,
    aria: { enabled: true, label: { description: label }, decal: { show: isStacked } },
    color: series.map(({ tone }) => tones[tone]),
    textStyle: { fontFamily, fontSize },
    grid: { left: 8, right: 24, top: 8 + legend, bottom: 8, containLabel: true },
    legend: isStacked ? { top: 0, left: 0, itemGap: 12, textStyle: { fontSize } } : { show: false },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      confine: true,
      valueFormatter: (value: unknown) => `${Number(value).toLocaleString('zh-CN')} ${unit}`,
    },
    xAxis: { type: 'value', splitNumber: 4, axisLabel: { hideOverlap: true, fontSize: fontSize - 2 } },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...categories],
      axisTick: { show: false },
      axisLabel: { width: fontSize * 9, overflow: 'truncate', fontSize: fontSize - 2 },
    },
    series: series.map(({ name, values }) => ({
      type: 'bar',
      name,
      stack: 'all',
      barMaxWidth: 20,
      cursor: onPick === undefined ? 'default' : 'pointer',
      data: [...values],
    })),
  };
}

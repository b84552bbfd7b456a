import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../../bin/lib/places.ts';
import { alerts, askedBy, expressions } from '../support/monitoring.ts';

/** Whether the metrics named are really there is seen in test/system/health.test.ts, on a worker and an API that run. */

const operating = readFileSync(path.join(PROJECT, 'docs', 'operating.md'), 'utf8');

test('every alert has its section in docs/operating.md: what it means, and what to do', () => {
  const sections = new Map(operating.split(/^### /m).map((text) => [text.split('\n')[0], text]));
  expect(alerts.length).toBeGreaterThan(15);
  for (const { alert } of alerts) {
    const section = sections.get(alert);
    expect(section, alert).toMatch(/\*\*Means\*\*/);
    expect(section, alert).toMatch(/\*\*Do\*\*/);
  }
  const named = [...operating.matchAll(/^### (Xueshi\w+)$/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

test('an alert says whether somebody has to get up, and one sentence of what is wrong', () => {
  for (const { alert, labels, annotations } of alerts) {
    expect(['page', 'ticket'], alert).toContain(labels.severity);
    expect(annotations.summary.length, alert).toBeGreaterThan(20);
  }
});

test.each(expressions)('%s asks in PromQL', (_place, promql) => {
  expect(askedBy(promql).length).toBeGreaterThan(0);
});

test('what is no PromQL is told', () => {
  expect(() => askedBy('sum by (le (rate(a[5m]))')).toThrow(/no PromQL/);
  expect(askedBy('sum(rate(a{b="c",d=~"e"}[5m])) / on (f) g')).toEqual([
    { metric: 'a', labels: ['b', 'd'] },
    { metric: 'g', labels: [] },
  ]);
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { PROJECT } from '../../bin/lib/places.ts';

/** The rules and the dashboard of deploy/monitoring, and what their expressions ask for. */

type Rule = { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string } };
type Panel = { title: string; targets?: { expr: string }[] };

const read = (name: string): string => readFileSync(path.join(PROJECT, 'deploy', 'monitoring', name), 'utf8');

export const alerts = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

const { panels } = JSON.parse(read('dashboard.json')) as { panels: Panel[] };

/** Every expression with the place it stands at. */
export const expressions: readonly (readonly [place: string, promql: string])[] = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
];

/** The series an expression selects, with the labels it asks of them. */
export type Asked = { metric: string; labels: string[] };

/** @throws Error where it is no PromQL */
export function askedBy(promql: string): Asked[] {
  // Grafana fills it in; any range does for the grammar.
  const text = promql.replaceAll('$__rate_interval', '5m');
  const asked: Asked[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      if (type.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        asked.push({ metric: name ? text.slice(name.from, name.to) : text.slice(from, to), labels: [] });
      }
      if (type.name === 'LabelName' && node.parent?.name === 'UnquotedLabelMatcher')
        asked.at(-1)?.labels.push(text.slice(from, to));
    },
  });
  return asked;
}

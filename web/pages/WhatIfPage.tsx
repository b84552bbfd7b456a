import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, InputNumber, Progress, Select } from 'antd';
import { useState } from 'react';
import type { WhatIfPage as Page, Supposition, WhatIfChange } from '../../contract/what-if.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { inForce, SUPPOSABLE, type SupposableName } from '../../rules/parameters.ts';
import { codes } from '../../rules/vocabulary.ts';
import { call, callFile } from '../lib/http.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

const NAMES = codes(SUPPOSABLE);
const SHOWN = 100;
const UNITS = { hours: '学时', minutes: '分钟', times: '倍' } as const;
/** What is kept as hundredths is typed as hours. */
const scaleOf = (name: SupposableName): number => (SUPPOSABLE[name].unit === 'hours' ? 100 : 1);

/** 管理 → 规则试算: a year judged again by other figures, only to see who would gain and who would lose. */
export function WhatIfPage() {
  useTitle('规则试算');
  const me = useMe();
  const [supposed, setSupposed] = useState<Supposition>({ year: 2026, figures: {} });
  const [sum, setSum] = useState<Page | null>(null);
  const run = useMutation({
    mutationFn: () => addUp(supposed, setSum),
    meta: { shown: true },
  });
  const file = useMutation({ mutationFn: () => save(supposed), meta: { shown: true } });
  const isEmpty = Object.keys(supposed.figures).length === 0;
  const error = run.error ?? file.error;
  return (
    <>
      <div className="page-head">
        <h1>规则试算</h1>
      </div>
      <p className="muted">
        改动一项或多项参数，按台账冻结的依据重算所选年度，看谁增加、谁减少、结论如何变化。只算不写。
      </p>
      <section className="panel stack">
        <Scope supposed={supposed} years={me.data?.openYears ?? [2026]} onChange={setSupposed} />
        <Figures supposed={supposed} onChange={setSupposed} />
        <div className="row">
          <Button type="primary" disabled={isEmpty} loading={run.isPending} onClick={() => run.mutate()}>
            开始试算
          </Button>
          <Button disabled={isEmpty} loading={file.isPending} onClick={() => file.mutate()}>
            导出 CSV
          </Button>
        </div>
      </section>
      {error ? <ProblemNotice error={error} /> : null}
      {sum === null ? null : <Sum sum={sum} isDone={!run.isPending} />}
    </>
  );
}

/** Asks page after page and adds them up, so that a province is no single long request. */
async function addUp(supposed: Supposition, tell: (sum: Page) => void): Promise<void> {
  let sum: Page = { people: 0, gain: 0, lose: 0, verdicts: [], items: [], next: null };
  for (let after: string | undefined; ; ) {
    const page = await call('whatIf', { body: { ...supposed, ...(after === undefined ? {} : { after }) } });
    sum = together(sum, page);
    tell(sum);
    if (page.next === null) return;
    after = page.next;
  }
}

const together = (a: Page, b: Page): Page => ({
  people: a.people + b.people,
  gain: a.gain + b.gain,
  lose: a.lose + b.lose,
  verdicts: merged(a.verdicts, b.verdicts),
  items: [...a.items, ...b.items].slice(0, SHOWN),
  next: b.next,
});

function merged(a: Page['verdicts'], b: Page['verdicts']): Page['verdicts'] {
  const all = new Map<string, Page['verdicts'][number]>();
  for (const each of [...a, ...b]) {
    const key = `${each.from} ${each.to}`;
    all.set(key, { ...each, people: each.people + (all.get(key)?.people ?? 0) });
  }
  return [...all.values()];
}

async function save(supposed: Supposition): Promise<void> {
  const blob = await callFile('whatIfExport', { body: supposed });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `规则试算-${supposed.year}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

type Editing = { supposed: Supposition; onChange: (supposed: Supposition) => void };

function Scope({ supposed, years, onChange }: Editing & { years: readonly number[] }) {
  const put = (name: 'region' | 'employer', value: string) => {
    const { [name]: _, ...rest } = supposed;
    onChange(value === '' ? rest : { ...rest, [name]: value });
  };
  return (
    <div className="row">
      <Select<number>
        aria-label="年度"
        value={supposed.year}
        options={[...new Set([...years, supposed.year])].map((value) => ({ value, label: `${value}年` }))}
        onChange={(year) => onChange({ ...supposed, year })}
        style={{ width: 110 }}
      />
      <Input
        aria-label="区划代码"
        placeholder="区划代码（不填为全省）"
        allowClear
        value={supposed.region ?? ''}
        onChange={({ target }) => put('region', target.value.trim())}
        style={{ width: 200 }}
      />
      <Input
        aria-label="单位编号"
        placeholder="单位编号（不填为全部）"
        allowClear
        value={supposed.employer ?? ''}
        onChange={({ target }) => put('employer', target.value.trim())}
        style={{ width: 200 }}
      />
    </div>
  );
}

function Figures({ supposed, onChange }: Editing) {
  const put = (name: SupposableName, value: number | null) => {
    const { [name]: _, ...rest } = supposed.figures;
    const figures = value === null ? rest : { ...rest, [name]: Math.round(value * scaleOf(name)) };
    onChange({ ...supposed, figures });
  };
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>参数</th>
            <th>现行</th>
            <th>试算为（不填为不变）</th>
          </tr>
        </thead>
        <tbody>
          {NAMES.map((name) => {
            const { label, figure, unit } = SUPPOSABLE[name];
            const value = supposed.figures[name];
            return (
              <tr key={name}>
                <td>{label}</td>
                <td className="num">
                  {inForce<number>(figure, supposed.year) / scaleOf(name)} {UNITS[unit]}
                </td>
                <td>
                  <InputNumber<number>
                    aria-label={label}
                    min={unit === 'minutes' ? 1 : 0}
                    max={1000}
                    value={value === undefined ? null : value / scaleOf(name)}
                    onChange={(next) => put(name, next)}
                  />{' '}
                  {UNITS[unit]}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

const Sum = ({ sum, isDone }: { sum: Page; isDone: boolean }) => (
  <section className="panel" aria-live="polite">
    <h2>试算结果</h2>
    {isDone ? null : <Progress percent={100} status="active" showInfo={false} />}
    <Alert
      type="info"
      showIcon
      title={`${isDone ? '共' : '已'}试算 ${sum.people} 人：学时增加 ${sum.gain} 人，减少 ${sum.lose} 人`}
      description={
        sum.verdicts.length === 0
          ? '年度结论没有变化'
          : sum.verdicts.map((each) => `${each.fromLabel} → ${each.toLabel} ${each.people} 人`).join('；')
      }
    />
    {sum.items.length === 0 ? (
      <Nothing title={isDone ? '没有人受影响' : '正在试算'} />
    ) : (
      <>
        <p className="muted small">列出前 {SHOWN} 人；全部名单请导出。本次查看已留痕。</p>
        <Changes items={sum.items} />
      </>
    )}
  </section>
);

const Changes = ({ items }: { items: readonly WhatIfChange[] }) => (
  <div className="table-scroll">
    <table className="plain-table">
      <thead>
        <tr>
          <th>姓名</th>
          <th>单位</th>
          <th>现在</th>
          <th>试算</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ personId, name, employerName, before, after }) => (
          <tr key={personId}>
            <td>{name}</td>
            <td>{employerName ?? '—'}</td>
            <td className="num">{wordsOf(before)}</td>
            <td className="num">{wordsOf(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const wordsOf = (judged: WhatIfChange['before']): string =>
  `${formatHundredths(judged.totalHundredths)} 学时（公需 ${formatHundredths(judged.publicHundredths)}，专业 ${formatHundredths(judged.professionalHundredths)}）　${judged.verdictLabel}`;

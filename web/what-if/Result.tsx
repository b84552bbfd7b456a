import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Popconfirm, Progress, Tag } from 'antd';
import type { WhatIf, WhatIfChange } from '../../contract/what-if.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { SUPPOSABLE } from '../../rules/parameters.ts';
import { codes } from '../../rules/vocabulary.ts';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { supposedInWords } from './Supposing.tsx';

const BUSY_MS = 1_000;

/** What was supposed, of whom: for the head of a result and the list of earlier ones. */
export function questionOf({ year, regionName, employerName, figures }: WhatIf): string {
  const place = employerName ?? regionName ?? '全省';
  const supposed = codes(SUPPOSABLE).flatMap((name) => {
    const value = figures[name];
    return value === undefined ? [] : [supposedInWords(name, { year, value })];
  });
  return `${year}年 ${place}：${supposed.join('；')}`;
}

/** One what-if: how far it is, its counts, and whose year would change. */
export function Result({ id }: { id: string }) {
  const shown = useQuery({
    queryKey: keys.whatIfs(id),
    queryFn: () => call('whatIf', { params: { id } }),
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : BUSY_MS),
  });
  if (shown.error) return <ProblemNotice error={shown.error} onRetry={() => inBackground(shown.refetch())} />;
  if (!shown.data) return <Loading />;
  const whatIf = shown.data;
  return (
    <section className="panel stack" aria-labelledby="what-if-result" data-state={whatIf.state}>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <h2 id="what-if-result" style={{ margin: 0 }}>
          试算结果 <Tag color={COLOURS[whatIf.state]}>{whatIf.stateLabel}</Tag>
        </h2>
        {whatIf.state === 'running' ? <Cancel whatIf={whatIf} /> : null}
        {whatIf.state === 'done' ? (
          <Button href={addressOf('whatIfExport', { params: { id } })} download disabled={whatIf.changed === 0}>
            导出名单（CSV）
          </Button>
        ) : null}
      </div>
      <p style={{ margin: 0 }}>{questionOf(whatIf)}</p>
      <Counts whatIf={whatIf} />
      {whatIf.state === 'done' ? <Changes whatIf={whatIf} /> : null}
    </section>
  );
}

const COLOURS = { running: 'processing', done: 'success', cancelled: 'default' } as const;

const count = (n: number): string => n.toLocaleString('zh-CN');

function Counts({ whatIf }: { whatIf: WhatIf }) {
  const { state, peopleDone, peopleTotal, gain, lose, verdicts, asOf, requestedByName, createdAt } = whatIf;
  const percent = peopleTotal === 0 ? 0 : Math.min(100, Math.floor((peopleDone / peopleTotal) * 100));
  return (
    <>
      {state === 'running' ? <Progress percent={percent} status="active" aria-label="试算进度" /> : null}
      <div role="status">
        <Alert
          type={state === 'cancelled' ? 'warning' : 'info'}
          showIcon
          title={`${state === 'done' ? '共' : '已'}试算 ${count(peopleDone)} 人${state === 'done' ? '' : ` / 共 ${count(peopleTotal)} 人`}：学时增加 ${count(gain)} 人，减少 ${count(lose)} 人`}
          description={
            state === 'cancelled'
              ? '已取消，名单已删除'
              : verdicts.length === 0
                ? '年度结论没有变化'
                : verdicts.map((each) => `${each.fromLabel} → ${each.toLabel} ${count(each.people)} 人`).join('；')
          }
        />
      </div>
      <p className="muted small">
        {formatInstant(createdAt)}由{requestedByName}发起；以 {formatDay(asOf)}为准；结果保留三十天。
      </p>
    </>
  );
}

function Cancel({ whatIf: { id } }: { whatIf: WhatIf }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => call('cancelWhatIf', { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.whatIfs() }),
  });
  return (
    <Popconfirm title="取消这次试算？" okText="取消试算" cancelText="继续" onConfirm={() => cancel.mutate()}>
      <Button loading={cancel.isPending}>取消试算</Button>
    </Popconfirm>
  );
}

function Changes({ whatIf: { id, changed } }: { whatIf: WhatIf }) {
  const list = useInfiniteQuery({
    queryKey: keys.whatIfs(id, 'changes'),
    queryFn: ({ pageParam }) => call('whatIfChanges', { params: { id }, query: { after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: changed > 0,
  });
  if (changed === 0) return <Nothing title="没有人受影响" />;
  if (list.error) return <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} />;
  if (!list.data) return <Loading />;
  return (
    <>
      <p className="muted small">有变化的 {count(changed)} 人；查看名单已留痕。</p>
      <Affected items={list.data.pages.flatMap((page) => page.items)} />
      <LoadMore list={list} />
    </>
  );
}

const Affected = ({ items }: { items: readonly WhatIfChange[] }) => (
  <PlainTable
    label="受影响的人员"
    hasCards
    columns={[
      { title: '姓名', cell: ({ name }) => name },
      { title: '单位', cell: ({ employerName }) => employerName ?? '—' },
      { title: '现在', cell: ({ before }) => wordsOf(before) },
      { title: '试算', cell: ({ after }) => wordsOf(after) },
    ]}
    rows={items}
    keyOf={({ personId }) => personId}
  />
);

const wordsOf = (judged: WhatIfChange['before']): string =>
  `${formatHundredths(judged.totalHundredths)} 学时（公需 ${formatHundredths(judged.publicHundredths)}，专业 ${formatHundredths(judged.professionalHundredths)}）　${judged.verdictLabel}`;

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm, Progress, Tag } from 'antd';
import type { YearClose } from '../../contract/year-close.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

const BUSY_MS = 2_000;
const QUIET_MS = 60_000;

/** 管理 → 年度结算: where the closing of each year is; starting one by hand. */
export function YearClosePage() {
  useTitle('年度结算');
  const closes = useQuery({
    queryKey: keys.yearCloses(),
    queryFn: () => call('yearCloses', {}),
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.state === 'running') ? BUSY_MS : QUIET_MS),
  });
  return (
    <>
      <PageHead
        title="年度结算"
        hint="申报截止后的次日凌晨 2 时，系统自动结算该年度：记下每个人当时的年度结论并通知本人。结算不改变学时；截止前提交、此后备案的申报仍然计入，结论随之更新。"
      />
      {closes.error ? <ProblemNotice error={closes.error} onRetry={() => inBackground(closes.refetch())} /> : null}
      {closes.isLoading ? <Loading /> : null}
      {closes.data?.items.map((one) => (
        <Year key={one.year} close={one} />
      ))}
    </>
  );
}

function Year({ close }: { close: YearClose }) {
  return (
    <section className="panel" aria-labelledby={`year-${close.year}`}>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <h2 id={`year-${close.year}`} style={{ margin: 0 }}>
          {close.year}年 <Tag color={COLOURS[close.state]}>{close.stateLabel}</Tag>
        </h2>
        {close.state === 'due' || close.state === 'running' ? <Start close={close} /> : null}
      </div>
      <Facts close={close} />
    </section>
  );
}

const COLOURS = { 'not-due': 'default', due: 'warning', running: 'processing', closed: 'success' } as const;

function Facts({ close }: { close: YearClose }) {
  if (close.state === 'not-due') return <p>申报截至{formatDay(close.claimsCloseOn)}，之后自动结算。</p>;
  if (close.state === 'due') return <p>申报已于{formatDay(close.claimsCloseOn)}截止，尚未结算。</p>;
  const total = close.peopleTotal ?? 0;
  return (
    <>
      {close.state === 'running' ? (
        <Progress
          percent={total === 0 ? 0 : Math.floor((close.peopleDone / total) * 100)}
          aria-label={`${close.year}年结算进度`}
        />
      ) : null}
      <p>
        已结算 {close.peopleDone.toLocaleString('zh-CN')} 人
        {total > 0 ? ` / 共 ${total.toLocaleString('zh-CN')} 人` : ''}
        {close.openClaims > 0 ? `，其中 ${close.openClaims.toLocaleString('zh-CN')} 人仍有申报在审核` : ''}。
      </p>
      <p>
        {close.verdicts.map(({ verdict, label, people }) => (
          <Tag key={verdict}>
            {label} {people.toLocaleString('zh-CN')} 人
          </Tag>
        ))}
      </p>
      <p className="muted small">{historyOf(close)}</p>
    </>
  );
}

function historyOf({ startedAt, startedByName, finishedAt, ruleVersion, asOf }: YearClose): string {
  const started = startedAt === null ? '' : `${formatInstant(startedAt)}由${startedByName ?? '系统'}启动`;
  const finished = finishedAt === null ? '' : `，${formatInstant(finishedAt)}完成`;
  const basis = asOf === null ? '' : `；结论以${formatDay(asOf)}为准，规则版本 ${ruleVersion ?? ''}`;
  return `${started}${finished}${basis}`;
}

/** Also while it runs: one whose start was lost is started again, and another does no harm. */
function Start({ close }: { close: YearClose }) {
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => call('startYearClose', { params: { year: close.year } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.yearCloses() }),
  });
  return (
    <Popconfirm
      title={`结算${close.year}年度？`}
      description="将记下每个人的年度结论并通知本人，不能撤销。"
      okText="开始结算"
      cancelText="取消"
      onConfirm={() => {
        start.mutate();
      }}
    >
      <Button type={close.state === 'due' ? 'primary' : 'default'} loading={start.isPending}>
        {close.state === 'due' ? '立即结算' : '重新启动'}
      </Button>
    </Popconfirm>
  );
}

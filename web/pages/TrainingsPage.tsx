import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { TrainingSummary } from '../../contract/trainings.ts';
import { formatHours } from '../../rules/hours.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { archiveName, isBase, UnitChoice, useUnitChoice, WITH_TRAININGS } from '../unit/choice.tsx';
import { TrainingForm } from '../unit/TrainingForm.tsx';

/** 学习档案: the unit's trainings of a year. */
export function TrainingsPage() {
  const { me, units, unit, year, thisYear } = useUnitChoice('/unit/trainings', WITH_TRAININGS);
  const heading = archiveName(unit?.organisationKind);
  useTitle(heading);
  if (me.data === undefined) return <Loading />;
  if (unit === undefined) return <Nothing title="没有您管理的单位">学习档案由单位管理员建立。</Nothing>;
  return (
    <>
      <div className="page-head">
        <h1>{heading}</h1>
        <UnitChoice path="/unit/trainings" {...{ units, unit, year, thisYear }} />
      </div>
      <List key={`${unit.organisationId}/${year}`} unitId={unit.organisationId} atBase={isBase(unit)} year={year} />
    </>
  );
}

function List({ unitId, atBase, year }: { unitId: string; atBase: boolean; year: number }) {
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const trainings = useInfiniteQuery({
    queryKey: keys.trainings({ unitId, year }),
    queryFn: ({ pageParam }) => call('trainings', { params: { id: unitId }, query: { year, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = trainings.data?.pages.flatMap((page) => page.items) ?? [];
  const close = (trainingId: string | null) => {
    setOpen(false);
    if (trainingId === null) return;
    inBackground(navigate({ to: '/unit/trainings/$trainingId', params: { trainingId }, search: { unit: unitId } }));
  };
  return (
    <section className="panel">
      <div className="row">
        <span className="muted" style={{ flex: 1 }}>
          {atBase
            ? '登记人社部门或行业主管部门委托举办的线下培训（第十一条第一项）。'
            : '未建立学习档案的培训不予认定学时（第十一条第一项）。'}
        </span>
        <Button type="primary" onClick={() => setOpen(true)}>
          登记培训
        </Button>
      </div>
      {trainings.error ? (
        <ProblemNotice error={trainings.error} onRetry={() => inBackground(trainings.refetch())} />
      ) : null}
      {trainings.isLoading ? <Loading /> : null}
      {trainings.data !== undefined && items.length === 0 ? (
        <Nothing title="这一年还没有登记培训">登记培训、上传签到表、导入名单后，可以批量代报学时。</Nothing>
      ) : null}
      {items.map((training) => (
        <Row key={training.id} unitId={unitId} training={training} />
      ))}
      <LoadMore list={trainings} />
      {isOpen ? <TrainingForm unitId={unitId} atBase={atBase} year={year} training={null} onClose={close} /> : null}
    </section>
  );
}

function Row({ unitId, training }: { unitId: string; training: TrainingSummary }) {
  const { attended, proposed, confirmed, objected } = training.counts;
  const days =
    training.firstOn === training.lastOn
      ? formatDay(training.firstOn)
      : `${formatDay(training.firstOn)}至${formatDay(training.lastOn)}`;
  return (
    <Link
      className="list-row"
      to="/unit/trainings/$trainingId"
      params={{ trainingId: training.id }}
      search={{ unit: unitId }}
    >
      <span className="grow">
        <strong>{training.title}</strong>
        <div className="muted small">
          {days}　证明 {training.files} 份
        </div>
      </span>
      <span className="num">{formatHours(training.hundredths)}</span>
      <span className="muted small">
        参训 {attended} 人{proposed > 0 ? `，待确认 ${proposed}` : ''}
        {confirmed > 0 ? `，已确认 ${confirmed}` : ''}
        {objected > 0 ? `，有异议 ${objected}` : ''}
      </span>
    </Link>
  );
}

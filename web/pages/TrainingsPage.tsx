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
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { archiveName, isBase, UnitChoice, useUnitChoice, WITH_TRAININGS } from '../unit/choice.tsx';
import { TrainingForm } from '../unit/TrainingForm.tsx';

/** 学习档案: the unit's trainings of a year. */
export function TrainingsPage() {
  const { me, units, unit, year, thisYear } = useUnitChoice('/unit/trainings', WITH_TRAININGS);
  const [isAdding, setAdding] = useState(false);
  const heading = archiveName(unit?.organisationKind);
  useTitle(heading);
  if (me.data === undefined) return <Loading />;
  if (unit === undefined) return <Nothing title="没有您管理的单位">学习档案由单位管理员建立。</Nothing>;
  return (
    <>
      <PageHead title={heading} hint={isBase(unit) ? BASE_HINT : UNIT_HINT}>
        <UnitChoice path="/unit/trainings" {...{ units, unit, year, thisYear }} />
        <Button type="primary" onClick={() => setAdding(true)}>
          登记培训
        </Button>
      </PageHead>
      <List key={`${unit.organisationId}/${year}`} unitId={unit.organisationId} year={year} />
      {isAdding ? (
        <Add unitId={unit.organisationId} {...{ atBase: isBase(unit), year, onClose: () => setAdding(false) }} />
      ) : null}
    </>
  );
}

const BASE_HINT = '登记人社部门或行业主管部门委托举办的线下培训（第十一条第（一）项）。';
const UNIT_HINT = '未建立学习档案的培训不予认定学时（第十一条第（一）项）。';

type AddProps = { unitId: string; atBase: boolean; year: number; onClose: () => void };

/** A training that has been registered is opened. */
function Add({ unitId, atBase, year, onClose }: AddProps) {
  const navigate = useNavigate();
  const close = (trainingId: string | null) => {
    onClose();
    if (trainingId === null) return;
    inBackground(navigate({ to: '/unit/trainings/$trainingId', params: { trainingId }, search: { unit: unitId } }));
  };
  return <TrainingForm unitId={unitId} atBase={atBase} year={year} training={null} onClose={close} />;
}

function List({ unitId, year }: { unitId: string; year: number }) {
  const trainings = useInfiniteQuery({
    queryKey: keys.trainings({ unitId, year }),
    queryFn: ({ pageParam }) => call('trainings', { params: { id: unitId }, query: { year, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = trainings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel">
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

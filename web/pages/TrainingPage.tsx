import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import type { TrainingDetail } from '../../contract/trainings.ts';
import { formatHours } from '../../rules/hours.ts';
import { MODES, SUBJECTS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { AttendanceImport } from '../unit/AttendanceImport.tsx';
import { Attendees } from '../unit/Attendees.tsx';
import { BatchDeclaration } from '../unit/BatchDeclaration.tsx';
import { isBase, unitsOf, WITH_TRAININGS } from '../unit/choice.tsx';
import { Papers } from '../unit/Papers.tsx';
import { TrainingForm } from '../unit/TrainingForm.tsx';

/** One training of the study archive: its facts and papers, who was there, and what is proposed from it. */
export function TrainingPage() {
  const { trainingId } = useParams({ from: '/shell/unit/trainings/$trainingId' });
  const search = useSearch({ from: '/shell/unit/trainings/$trainingId' });
  const me = useMe();
  const units = unitsOf(me.data, WITH_TRAININGS);
  const unit = units.find((each) => each.organisationId === search.unit) ?? units[0];
  if (me.data === undefined) return <Loading />;
  if (unit === undefined) return <Nothing title="没有您管理的单位">学习档案由单位管理员建立。</Nothing>;
  return <Archive unitId={unit.organisationId} atBase={isBase(unit)} trainingId={trainingId} />;
}

type ArchiveProps = { unitId: string; atBase: boolean; trainingId: string };

function Archive({ unitId, atBase, trainingId }: ArchiveProps) {
  const training = useQuery({
    queryKey: keys.training(trainingId),
    queryFn: () => call('training', { params: { id: unitId, trainingId } }),
  });
  useTitle(training.data?.title ?? '学习档案');
  if (training.error) return <ProblemNotice error={training.error} onRetry={() => inBackground(training.refetch())} />;
  if (training.data === undefined) return <Loading />;
  return (
    <>
      <div className="page-head">
        <h1>{training.data.title}</h1>
        <Link to="/unit/trainings" search={{ unit: unitId }}>
          返回{atBase ? '培训登记' : '学习档案'}
        </Link>
      </div>
      <Facts unitId={unitId} atBase={atBase} training={training.data} />
      <Papers unitId={unitId} training={training.data} />
      <AttendanceImport
        unitId={unitId}
        atBase={atBase}
        trainingId={trainingId}
        days={training.data.days.map((each) => each.on)}
      />
      <Attendees unitId={unitId} training={training.data} />
      <section className="panel stack" aria-labelledby="batch">
        <h2 id="batch">批量代报</h2>
        {training.data.barred === null ? (
          <BatchDeclaration unitId={unitId} training={training.data} />
        ) : (
          <Alert type="warning" showIcon title={training.data.barred.detail} description={training.data.barred.fix} />
        )}
      </section>
    </>
  );
}

function Facts({ unitId, atBase, training }: { unitId: string; atBase: boolean; training: TrainingDetail }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="panel">
      <dl className="facts">
        <dt>日期与时长</dt>
        <dd>
          <DayLines training={training} />
        </dd>
        <dt>{atBase ? '登记学时' : '可认定'}</dt>
        <dd>
          {atBase ? '' : '专业科目 '}
          {formatHours(training.hundredths)}
          <span className="muted">
            {atBase ? '（计入时每天至多 8 学时）' : '（每天至多 8 学时；每人每年至多 20 学时）'}
          </span>
        </dd>
        <dt>组织部门</dt>
        <dd>{training.organiserName}</dd>
        <dt>地点与方式</dt>
        <dd>
          {training.place}　{MODES[training.mode]}
        </dd>
        {atBase ? null : (
          <>
            <dt>年度计划</dt>
            <dd>{training.plannedTitle ?? '计划外培训'}</dd>
          </>
        )}
      </dl>
      <div style={{ marginTop: 12 }}>
        {training.editable ? (
          <Button onClick={() => setOpen(true)}>修改</Button>
        ) : (
          <span className="muted">已用于代报，内容不能更改。</span>
        )}
      </div>
      {isOpen ? (
        <TrainingForm
          unitId={unitId}
          atBase={atBase}
          year={Number(training.firstOn.slice(0, 4))}
          training={training}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </section>
  );
}

const DayLines = ({ training }: { training: TrainingDetail }) =>
  training.days.map((each) => (
    <div key={each.on}>
      {formatDay(each.on)}　{'minutes' in each ? `${each.minutes} 分钟` : formatHours(each.hundredths)}
      {each.subject === undefined ? null : `　${SUBJECTS[each.subject]}`}
    </div>
  ));

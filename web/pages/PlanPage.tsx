import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button, Form, Input, InputNumber, Radio, Select, type TableColumnsType, Tag } from 'antd';
import { useState } from 'react';
import type { Plan, Planned, PlanState } from '../../contract/plans.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { UnitChoice, useUnitChoice } from '../unit/choice.tsx';

/** 年度计划: what the unit means to hold in the year, and what of it was held. */
export function PlanPage() {
  useTitle('年度计划');
  const { me, units, unit, year, thisYear } = useUnitChoice('/unit/plan', ['employer']);
  const [open, setOpen] = useState<Open>(null);
  if (me.data === undefined) return <Loading />;
  if (unit === undefined) return <Nothing title="没有您管理的单位">年度计划由单位管理员制定。</Nothing>;
  return (
    <>
      <PageHead title="年度培训计划">
        <UnitChoice path="/unit/plan" {...{ units, unit, year, thisYear }} />
        <Button type="primary" onClick={() => setOpen('new')}>
          增加一项
        </Button>
      </PageHead>
      <Lines key={`${unit.organisationId}/${year}`} unitId={unit.organisationId} {...{ year, open, setOpen }} />
    </>
  );
}

/** The line whose form is open. */
type Open = Planned | 'new' | null;
type LinesProps = { unitId: string; year: number; open: Open; setOpen: (open: Open) => void };

function Lines({ unitId, year, open, setOpen }: LinesProps) {
  const plan = useQuery({
    queryKey: keys.plan(unitId, year),
    queryFn: () => call('plan', { params: { id: unitId }, query: { year } }),
  });
  const remove = useRemove(unitId, year);
  const columns: TableColumnsType<Planned> = [
    ...COLUMNS,
    {
      title: '操作',
      key: 'act',
      render: (_, line) => (
        <span className="row">
          <Button size="small" onClick={() => setOpen(line)}>
            修改
          </Button>
          {line.trainings.length === 0 ? (
            <Button size="small" aria-label={`删除 ${line.title}`} onClick={() => remove(line)}>
              删除
            </Button>
          ) : null}
        </span>
      ),
    },
  ];
  return (
    <section className="panel stack">
      {plan.data === undefined ? null : <div>{summary(plan.data)}</div>}
      {plan.error ? <ProblemNotice error={plan.error} onRetry={() => inBackground(plan.refetch())} /> : null}
      <DataTable<Planned>
        rowKey="id"
        columns={columns}
        dataSource={plan.data?.items ?? []}
        loading={plan.isLoading}
        locale={{
          emptyText: (
            <Nothing title="还没有计划">用人单位应制定本单位的继续教育计划（第十条）。点“增加一项”开始。</Nothing>
          ),
        }}
      />
      {open === null ? null : (
        <LineForm unitId={unitId} year={year} line={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </section>
  );
}

const summary = ({ items, done, plannedHundredths, doneHundredths }: Plan): string =>
  `计划 ${items.length} 项、${formatHundredths(plannedHundredths)} 学时；已举办 ${done} 项、${formatHundredths(doneHundredths)} 学时`;

const STATE_COLOURS: Record<PlanState, string> = { done: 'success', late: 'warning', ahead: 'default' };

const COLUMNS: TableColumnsType<Planned> = [
  { title: '月份', key: 'month', render: (_, line) => `${line.month}月` },
  { title: '培训', key: 'title', render: (_, line) => <strong>{line.title}</strong> },
  { title: '科目', key: 'subject', render: (_, line) => SUBJECTS[line.subject] },
  {
    title: '学时',
    key: 'hours',
    align: 'right',
    render: (_, line) => <span className="num">{formatHundredths(line.hundredths)}</span>,
  },
  {
    title: '情况',
    key: 'state',
    render: (_, line) => <Tag color={STATE_COLOURS[line.state]}>{line.stateLabel}</Tag>,
  },
  {
    title: '学习档案',
    key: 'trainings',
    render: (_, line) =>
      line.trainings.length === 0
        ? '—'
        : line.trainings.map((training) => (
            <div key={training.id}>
              <Link to="/unit/trainings/$trainingId" params={{ trainingId: training.id }}>
                {training.title}（{formatDay(training.firstOn)}）
              </Link>
            </div>
          )),
  },
];

function useRemove(unitId: string, year: number): (line: Planned) => void {
  const client = useQueryClient();
  const { modal } = App.useApp();
  const remove = useMutation({
    mutationFn: (plannedId: string) => call('removePlanned', { params: { id: unitId, plannedId } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.plan(unitId, year) }),
  });
  return (line) => {
    modal.confirm({
      title: `删除“${line.title}”？`,
      content: '这项计划还没有举办，删除后不再显示。',
      okText: '删除',
      cancelText: '取消',
      onOk: () => remove.mutateAsync(line.id),
    });
  };
}

type Values = { title: string; month: number; subject: Subject; hours: number };
type FormProps = { unitId: string; year: number; line: Planned | null; onClose: () => void };

function LineForm({ unitId, year, line, onClose }: FormProps) {
  return (
    <FormModal<Values>
      title={line === null ? '增加一项培训' : '修改计划'}
      okText="保存"
      start={line === null ? { subject: 'professional' } : { ...line, hours: line.hundredths / 100 }}
      save={({ hours, ...rest }, requestKey) => {
        const content = { ...rest, hundredths: Math.round(hours * 100) };
        return line === null
          ? call('addPlanned', {
              params: { id: unitId },
              headers: { 'idempotency-key': requestKey },
              body: { year, ...content },
            })
          : call('savePlanned', {
              params: { id: unitId, plannedId: line.id },
              body: { ...content, revision: line.revision },
            });
      }}
      refreshes={[keys.plan(unitId, year)]}
      onClose={onClose}
    >
      <Form.Item name="title" label="培训名称" rules={[{ required: true, message: '请填写培训名称' }]}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="month" label="月份" rules={[{ required: true, message: '请选择月份' }]}>
        <Select options={Array.from({ length: 12 }, (_, i) => ({ value: i + 1, label: `${i + 1}月` }))} />
      </Form.Item>
      <Form.Item name="subject" label="科目">
        <Radio.Group options={optionsOf(SUBJECTS)} />
      </Form.Item>
      <Form.Item name="hours" label="计划学时" rules={[{ required: true, message: '请填写学时' }]}>
        <InputNumber min={0.01} max={1000} step={1} precision={2} />
      </Form.Item>
    </FormModal>
  );
}

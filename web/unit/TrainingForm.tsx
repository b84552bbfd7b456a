import { useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input, InputNumber, Radio, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import type { NewTraining, TrainingDay, TrainingDetail } from '../../contract/trainings.ts';
import { MODES, type Mode, SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { useDebounced } from '../lib/debounced.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';

type Values = {
  title: string;
  place: string;
  organiserName?: string;
  organiserId?: string | null;
  mode: Mode;
  plannedId?: string | null;
  days: { on?: Dayjs; amount?: number; unit: 'hours' | 'minutes'; subject?: Subject }[];
};
type FormProps = {
  unitId: string;
  /** A base's training names who commissioned it, and the subject of each day. */
  atBase: boolean;
  year: number;
  training: TrainingDetail | null;
  onClose: (id: string | null) => void;
};

/** A training of the study archive, new or changed. */
export function TrainingForm({ unitId, atBase, year, training, onClose }: FormProps) {
  return (
    <FormModal<Values, { id: string }>
      width={640}
      title={training === null ? '登记培训' : '修改培训'}
      okText="保存"
      start={startOf(training)}
      save={(values, requestKey) => save({ unitId, training, values, requestKey })}
      refreshes={[keys.trainings()]}
      onSaved={({ id }) => onClose(id)}
      onClose={() => onClose(null)}
    >
      <Form.Item name="title" label="培训名称" rules={[{ required: true, message: '请填写培训名称' }]}>
        <Input maxLength={120} />
      </Form.Item>
      {atBase ? (
        <OrganiserField training={training} />
      ) : (
        <Form.Item name="organiserName" label="组织部门" rules={[{ required: true, message: '请填写组织部门' }]}>
          <Input maxLength={120} placeholder="如 护理部" />
        </Form.Item>
      )}
      <Form.Item name="place" label="地点" rules={[{ required: true, message: '请填写地点' }]}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="mode" label="方式" extra={MODE_HELP[atBase ? 'base' : 'unit']}>
        <Radio.Group options={optionsOf(MODES)} />
      </Form.Item>
      <Days atBase={atBase} />
      {atBase ? null : <PlannedChoice unitId={unitId} year={year} />}
    </FormModal>
  );
}

const MODE_HELP = {
  unit: '本单位组织的线下培训才能计入专业科目学时（第十一条第一项）。',
  base: '线下培训才能计入学时（第十一条第一项）。',
};

/** The authority that commissioned a base's training, found by a part of its name. */
function OrganiserField({ training }: { training: TrainingDetail | null }) {
  const [text, setText] = useState('');
  const q = useDebounced(text.trim(), 300);
  const found = useQuery({
    queryKey: keys.organisers(q),
    queryFn: () => call('organisers', { query: { q } }),
    enabled: q.length >= 2,
  });
  const before = training?.organiserId == null ? [] : [{ id: training.organiserId, name: training.organiserName }];
  const options = (found.data?.items ?? before).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Form.Item name="organiserId" label="组织部门" rules={[{ required: true, message: '请选择组织部门' }]}>
      <Select
        showSearch={{ filterOption: false, onSearch: setText }}
        placeholder="输入人社部门或行业主管部门名称中的两个字"
        loading={found.isFetching}
        notFoundContent={q.length < 2 ? '请至少输入两个字' : '没有找到'}
        options={options}
      />
    </Form.Item>
  );
}

function Days({ atBase }: { atBase: boolean }) {
  return (
    <Form.List name="days">
      {(fields, { add, remove }) => (
        <Form.Item label="培训日期与时长" required>
          {fields.map((field, index) => (
            <div className="row" key={field.key} style={{ alignItems: 'flex-start' }}>
              <Form.Item name={[field.name, 'on']} rules={[{ required: true, message: '请选择日期' }]}>
                <DatePicker aria-label={`第 ${index + 1} 天日期`} format={['YYYY-MM-DD', 'YYYYMMDD', 'YYYY/M/D']} />
              </Form.Item>
              <Form.Item name={[field.name, 'amount']} rules={[{ required: true, message: '请填写时长' }]}>
                <InputNumber aria-label={`第 ${index + 1} 天时长`} min={0.01} max={1440} precision={2} />
              </Form.Item>
              <Form.Item name={[field.name, 'unit']}>
                <Select
                  aria-label={`第 ${index + 1} 天单位`}
                  options={[
                    { value: 'hours', label: '学时' },
                    { value: 'minutes', label: '分钟' },
                  ]}
                  style={{ width: '6.4rem' }}
                />
              </Form.Item>
              {atBase ? (
                <Form.Item name={[field.name, 'subject']} rules={[{ required: true, message: '请选择科目' }]}>
                  <Select
                    aria-label={`第 ${index + 1} 天科目`}
                    placeholder="科目"
                    options={optionsOf(SUBJECTS)}
                    style={{ width: '7.9rem' }}
                  />
                </Form.Item>
              ) : null}
              {fields.length > 1 ? (
                <Button aria-label={`删除第 ${index + 1} 天`} onClick={() => remove(field.name)}>
                  删除
                </Button>
              ) : null}
            </div>
          ))}
          <Button onClick={() => add({ unit: 'hours' })}>增加一天</Button>
        </Form.Item>
      )}
    </Form.List>
  );
}

/** Which line of the year's plan this training carries out. */
function PlannedChoice({ unitId, year }: { unitId: string; year: number }) {
  const plan = useQuery({
    queryKey: keys.plan(unitId, year),
    queryFn: () => call('plan', { params: { id: unitId }, query: { year } }),
  });
  const options = (plan.data?.items ?? []).map((line) => ({ value: line.id, label: `${line.month}月 ${line.title}` }));
  return (
    <Form.Item name="plannedId" label={`对应${year}年度计划（可不选）`}>
      <Select allowClear placeholder="计划外培训" options={options} />
    </Form.Item>
  );
}

function startOf(training: TrainingDetail | null): Values {
  if (training === null) return { title: '', place: '', organiserName: '', mode: 'offline', days: [{ unit: 'hours' }] };
  const { title, place, organiserName, organiserId, mode, plannedId } = training;
  const days = training.days.map((each): Values['days'][number] =>
    'minutes' in each
      ? { on: dayjs(each.on), amount: each.minutes, unit: 'minutes', ...subjectOf(each) }
      : { on: dayjs(each.on), amount: each.hundredths / 100, unit: 'hours', ...subjectOf(each) },
  );
  return { title, place, organiserName, organiserId, mode, plannedId, days };
}

const subjectOf = ({ subject }: { subject?: Subject | undefined }) => (subject === undefined ? {} : { subject });

type Saving = { unitId: string; training: TrainingDetail | null; values: Values; requestKey: string };

function save({ unitId, training, values, requestKey }: Saving): Promise<{ id: string }> {
  const body = contentOf(values);
  return training === null
    ? call('addTraining', { params: { id: unitId }, headers: { 'idempotency-key': requestKey }, body })
    : call('saveTraining', {
        params: { id: unitId, trainingId: training.id },
        body: { ...body, revision: training.revision },
      });
}

const contentOf = ({ days, plannedId, organiserId, organiserName, ...rest }: Values): NewTraining => ({
  ...rest,
  organiserId: organiserId ?? null,
  // A base's is the chosen authority's name, whatever is sent.
  organiserName: organiserName ?? '委托部门',
  plannedId: plannedId ?? null,
  days: days.map(({ on, amount = 0, unit, subject }): TrainingDay => {
    const day = on?.format('YYYY-MM-DD') ?? '';
    return unit === 'minutes'
      ? { on: day, minutes: Math.round(amount), ...subjectOf({ subject }) }
      : { on: day, hundredths: Math.round(amount * 100), ...subjectOf({ subject }) };
  }),
});

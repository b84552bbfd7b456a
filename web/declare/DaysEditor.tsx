import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, DatePicker, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { addDays, dayOfWeek, daysBetween } from '../../rules/calendar.ts';
import { formatHundredths, parseHundredths } from '../../rules/hours.ts';
import { SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { newId } from '../lib/ids.ts';
import { Field, fieldId } from '../parts/Field.tsx';
import { useDeclaration } from './context.ts';
import { optionsOf } from './controls.tsx';
import type { DayFields } from './fields.ts';

const UNITS = [
  { value: 'hours', label: '学时' },
  { value: 'minutes', label: '分钟' },
  { value: 'travel', label: '在途' },
] as const;

/** The days of a training: one row per day and subject. */
export function DaysEditor() {
  const { fields, set, errors, due } = useDeclaration();
  const [isSpanOpen, setSpanOpen] = useState(false);
  const { days } = fields;
  const change = (key: string, part: Partial<DayFields>) => {
    set({ days: days.map((day) => (day.key === key ? { ...day, ...part } : day)) });
  };
  const add = (rows: DayFields[]) => {
    set({ days: [...days, ...rows].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)) });
  };
  const total = days.reduce(
    (sum, day) => sum + (day.unit === 'hours' ? (parseHundredths(day.amount.trim()) ?? 0) : 0),
    0,
  );
  return (
    <Field
      path="days"
      label="培训日程"
      required
      group
      error={errors['days']}
      due={due['days']}
      help="按天、按科目逐条填写实际学习时间；在途时间请选“在途”，不计学时。"
    >
      {days.map((day, index) => (
        <DayRow
          key={day.key}
          day={day}
          index={index}
          onChange={(part) => {
            change(day.key, part);
          }}
          onRemove={() => {
            set({ days: days.filter(({ key }) => key !== day.key) });
          }}
        />
      ))}
      <div className="row" style={{ marginTop: 6 }}>
        <Button
          icon={<PlusOutlined />}
          onClick={() => {
            set({ days: [...days, nextRow(days.at(-1))] });
          }}
        >
          增加一天
        </Button>
        <Button
          onClick={() => {
            setSpanOpen(true);
          }}
        >
          按日期段生成
        </Button>
        {total > 0 ? <span className="muted">按学时填报合计 {formatHundredths(total)} 学时</span> : null}
      </div>
      <SpanDialog
        open={isSpanOpen}
        onClose={() => {
          setSpanOpen(false);
        }}
        onMake={add}
      />
    </Field>
  );
}

/** A new row continues the last one: the next day, the same subject and amount. */
function nextRow(last: DayFields | undefined): DayFields {
  if (last === undefined) return { key: newId(), on: '', subject: 'professional', unit: 'hours', amount: '' };
  return { ...last, key: newId(), on: last.on === '' ? '' : addDays(last.on, 1) };
}

type RowProps = { day: DayFields; index: number; onChange: (part: Partial<DayFields>) => void; onRemove: () => void };

function DayRow({ day, index, onChange, onRemove }: RowProps) {
  const { fields, errors, due } = useDeclaration();
  const path = `days.${index}`;
  const wrong = ['', '.on', '.subject', '.hundredths', '.minutes']
    .map((part) => errors[`${path}${part}`])
    .find(Boolean);
  const nth = `第 ${index + 1} 行`;
  return (
    <div>
      <div className="day-row" id={fieldId(path)} tabIndex={-1}>
        <DatePicker
          id={fieldId(`${path}.on`)}
          aria-label={`${nth}日期`}
          value={day.on === '' ? null : dayjs(day.on)}
          onChange={(on) => {
            onChange({ on: on?.format('YYYY-MM-DD') ?? '' });
          }}
          disabledDate={(on) => on.isAfter(dayjs(), 'day')}
          status={errors[`${path}.on`] === undefined ? '' : 'error'}
        />
        {fields.form === 'unit-training' ? (
          <span>{SUBJECTS.professional}</span>
        ) : (
          <Select<Subject>
            aria-label={`${nth}科目`}
            value={day.subject}
            options={optionsOf(SUBJECTS)}
            onChange={(subject) => {
              onChange({ subject });
            }}
          />
        )}
        <span className="row" style={{ flexWrap: 'nowrap' }}>
          {day.unit === 'travel' ? null : (
            <Input
              id={fieldId(`${path}.hundredths`)}
              aria-label={`${nth}${day.unit === 'hours' ? '学时数' : '分钟数'}`}
              value={day.amount}
              inputMode="decimal"
              onChange={(event) => {
                onChange({ amount: event.target.value });
              }}
              status={(errors[`${path}.hundredths`] ?? errors[`${path}.minutes`]) === undefined ? '' : 'error'}
              style={{ width: 76 }}
            />
          )}
          <Select<DayFields['unit']>
            aria-label={`${nth}单位`}
            value={day.unit}
            options={[...UNITS]}
            onChange={(unit) => {
              onChange({ unit });
            }}
            style={{ width: 86 }}
          />
        </span>
        <Button type="text" icon={<DeleteOutlined />} aria-label={`删除${nth}`} onClick={onRemove} />
      </div>
      {wrong === undefined ? null : <div className="field-error">{`${nth}：${wrong}`}</div>}
      {due[path] === undefined ? null : <div className="field-error">{`${nth}需补正：${due[path]}`}</div>}
    </div>
  );
}

type SpanProps = { open: boolean; onClose: () => void; onMake: (rows: DayFields[]) => void };

/** Makes a row for each day from one to another. */
function SpanDialog({ open, onClose, onMake }: SpanProps) {
  const [span, setSpan] = useState<{ from: string; to: string } | null>(null);
  const [amount, setAmount] = useState('8');
  const [subject, setSubject] = useState<Subject>('professional');
  const [weekends, setWeekends] = useState<'skip' | 'keep'>('keep');
  const { fields } = useDeclaration();
  const make = () => {
    if (span === null) return;
    const count = Math.min(daysBetween(span.from, span.to) + 1, 120);
    const days = Array.from({ length: count }, (_, at) => addDays(span.from, at));
    const kept = days.filter((on) => weekends === 'keep' || (dayOfWeek(on) !== 0 && dayOfWeek(on) !== 6));
    onMake(kept.map((on) => ({ key: newId(), on, subject, unit: 'hours', amount })));
    onClose();
  };
  return (
    <Modal
      title="按日期段生成"
      open={open}
      onCancel={onClose}
      onOk={make}
      okText="生成"
      okButtonProps={{ disabled: span === null }}
    >
      <div className="stack">
        <DatePicker.RangePicker
          aria-label="起止日期"
          disabledDate={(day) => day.isAfter(dayjs(), 'day')}
          onChange={(range) => {
            const [from, to] = range ?? [];
            setSpan(from && to ? { from: from.format('YYYY-MM-DD'), to: to.format('YYYY-MM-DD') } : null);
          }}
        />
        <div className="row">
          每天
          <Input
            aria-label="每天学时"
            value={amount}
            inputMode="decimal"
            onChange={(event) => {
              setAmount(event.target.value);
            }}
            style={{ width: 80 }}
          />
          学时
          {fields.form === 'unit-training' ? null : (
            <Select<Subject> aria-label="科目" value={subject} options={optionsOf(SUBJECTS)} onChange={setSubject} />
          )}
          <Select<'skip' | 'keep'>
            aria-label="周末"
            value={weekends}
            options={[
              { value: 'keep', label: '包含周末' },
              { value: 'skip', label: '不含周末' },
            ]}
            onChange={setWeekends}
          />
        </div>
      </div>
    </Modal>
  );
}

import { DatePicker, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { addDays, dayOfWeek, daysBetween } from '../../rules/calendar.ts';
import { SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { newId } from '../lib/ids.ts';
import { useDeclaration } from './context.ts';
import { optionsOf } from './controls.tsx';
import type { DayFields } from './fields.ts';

type Each = { amount: string; subject: Subject; weekends: 'skip' | 'keep' };
type Span = { from: string; to: string };

const MOST_DAYS = 120;

/** A row for each day of a span, with or without its weekends. */
function rowsOf({ from, to }: Span, { amount, subject, weekends }: Each): DayFields[] {
  const count = Math.min(daysBetween(from, to) + 1, MOST_DAYS);
  const days = Array.from({ length: count }, (_, at) => addDays(from, at));
  const kept = days.filter((on) => weekends === 'keep' || (dayOfWeek(on) !== 0 && dayOfWeek(on) !== 6));
  return kept.map((on) => ({ key: newId(), on, subject, unit: 'hours', amount }));
}

type SpanProps = { open: boolean; onClose: () => void; onMake: (rows: DayFields[]) => void };

/** 按日期段生成: many days at once. */
export function SpanDialog({ open, onClose, onMake }: SpanProps) {
  const [span, setSpan] = useState<Span | null>(null);
  const [each, setEach] = useState<Each>({ amount: '8', subject: 'professional', weekends: 'keep' });
  const make = () => {
    if (span === null) return;
    onMake(rowsOf(span, each));
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
        <EachDay each={each} onChange={(change) => setEach({ ...each, ...change })} />
      </div>
    </Modal>
  );
}

/** What every one of the days is filled with. */
function EachDay({ each, onChange }: { each: Each; onChange: (change: Partial<Each>) => void }) {
  const { fields } = useDeclaration();
  return (
    <div className="row">
      每天
      <Input
        aria-label="每天学时"
        value={each.amount}
        inputMode="decimal"
        onChange={(event) => onChange({ amount: event.target.value })}
        style={{ width: '5.7rem' }}
      />
      学时
      {fields.form === 'unit-training' ? null : (
        <Select<Subject>
          aria-label="科目"
          value={each.subject}
          options={optionsOf(SUBJECTS)}
          onChange={(subject) => onChange({ subject })}
        />
      )}
      <Select<Each['weekends']>
        aria-label="周末"
        value={each.weekends}
        options={[
          { value: 'keep', label: '包含周末' },
          { value: 'skip', label: '不含周末' },
        ]}
        onChange={(weekends) => onChange({ weekends })}
      />
    </div>
  );
}

import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { addDays } from '../../rules/calendar.ts';
import { formatHundredths, parseHundredths } from '../../rules/hours.ts';
import { newId } from '../lib/ids.ts';
import { Field } from '../parts/Field.tsx';
import { useDeclaration } from './context.ts';
import { DayRow } from './DayRow.tsx';
import type { DayFields } from './fields.ts';

const SpanDialog = lazy(async () => ({ default: (await import('./SpanDialog.tsx')).SpanDialog }));

/** The days of a training: one row per day and subject. */
export function DaysEditor() {
  const { fields, set, errors, due } = useDeclaration();
  const { days } = fields;
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
            set({ days: days.map((other) => (other.key === day.key ? { ...other, ...part } : other)) });
          }}
          onRemove={() => {
            set({ days: days.filter(({ key }) => key !== day.key) });
          }}
        />
      ))}
      <MoreDays days={days} onChange={(rows) => set({ days: rows })} />
    </Field>
  );
}

/** One more day or a whole span of them, and what they come to. */
function MoreDays({ days, onChange }: { days: readonly DayFields[]; onChange: (days: DayFields[]) => void }) {
  const [isSpanOpen, setSpanOpen] = useState(false);
  const total = days.reduce(
    (sum, day) => sum + (day.unit === 'hours' ? (parseHundredths(day.amount.trim()) ?? 0) : 0),
    0,
  );
  return (
    <div className="row" style={{ marginTop: 6 }}>
      <Button icon={<PlusOutlined />} onClick={() => onChange([...days, nextRow(days.at(-1))])}>
        增加一天
      </Button>
      <Button onClick={() => setSpanOpen(true)}>按日期段生成</Button>
      {total > 0 ? <span className="muted">按学时填报合计 {formatHundredths(total)} 学时</span> : null}
      {isSpanOpen ? (
        <Suspense>
          <SpanDialog
            open
            onClose={() => setSpanOpen(false)}
            onMake={(rows) => onChange([...days, ...rows].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)))}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

/** A new row continues the last one: the next day, the same subject and amount. */
function nextRow(last: DayFields | undefined): DayFields {
  if (last === undefined) return { key: newId(), on: '', subject: 'professional', unit: 'hours', amount: '' };
  return { ...last, key: newId(), on: last.on === '' ? '' : addDays(last.on, 1) };
}

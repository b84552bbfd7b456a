import { DeleteOutlined } from '@ant-design/icons';
import { Button, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { fieldId } from '../parts/Field.tsx';
import { useDeclaration } from './context.ts';
import { optionsOf } from './controls.tsx';
import type { DayFields } from './fields.ts';

const UNITS = [
  { value: 'hours', label: '学时' },
  { value: 'minutes', label: '分钟' },
  { value: 'travel', label: '在途' },
] as const;

type RowProps = { day: DayFields; index: number; onChange: (part: Partial<DayFields>) => void; onRemove: () => void };

/** A day, its subject, and how much of it. */
export function DayRow({ day, index, onChange, onRemove }: RowProps) {
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
        <Amount day={day} path={path} nth={nth} onChange={onChange} />
        <Button type="text" icon={<DeleteOutlined />} aria-label={`删除${nth}`} onClick={onRemove} />
      </div>
      {wrong === undefined ? null : <div className="field-error">{`${nth}：${wrong}`}</div>}
      {due[path] === undefined ? null : <div className="field-error">{`${nth}需补正：${due[path]}`}</div>}
    </div>
  );
}

type AmountProps = Pick<RowProps, 'day' | 'onChange'> & { path: string; nth: string };

/** Hours or minutes; travelling counts nothing and has no number. */
function Amount({ day, path, nth, onChange }: AmountProps) {
  const { errors } = useDeclaration();
  return (
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
          style={{ width: '5.4rem' }}
        />
      )}
      <Select<DayFields['unit']>
        aria-label={`${nth}单位`}
        value={day.unit}
        options={[...UNITS]}
        onChange={(unit) => {
          onChange({ unit });
        }}
        style={{ width: '6.1rem' }}
      />
    </span>
  );
}

import { DatePicker, Input, Radio } from 'antd';
import dayjs from 'dayjs';
import type { ReactNode } from 'react';
import { Field, fieldId } from '../parts/Field.tsx';
import { useDeclaration } from './context.ts';
import type { Fields } from './fields.ts';

/** The fields that hold text. */
export type TextField = { [K in keyof Fields]: Fields[K] extends string ? K : never }[keyof Fields];
type YesNoField = { [K in keyof Fields]: Fields[K] extends boolean | null ? K : never }[keyof Fields];
type Common = { path: string; label: string; required?: boolean; help?: ReactNode };

/** A line of text. */
export function TextControl({
  name,
  placeholder,
  suffix,
  ...common
}: Common & { name: TextField; placeholder?: string; suffix?: string }) {
  const { fields, set, errors, due } = useDeclaration();
  const error = errors[common.path];
  return (
    <Field {...common} error={error} due={due[common.path]}>
      <Input
        id={fieldId(common.path)}
        value={fields[name]}
        onChange={(event) => {
          set({ [name]: event.target.value });
        }}
        status={error === undefined ? '' : 'error'}
        aria-invalid={error !== undefined}
        maxLength={120}
        {...(suffix === undefined ? {} : { suffix })}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
    </Field>
  );
}

/** Longer text. */
export function NoteControl({ name, ...common }: Common & { name: TextField }) {
  const { fields, set, errors, due } = useDeclaration();
  return (
    <Field {...common} error={errors[common.path]} due={due[common.path]}>
      <Input.TextArea
        id={fieldId(common.path)}
        value={fields[name]}
        onChange={(event) => {
          set({ [name]: event.target.value });
        }}
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={1000}
      />
    </Field>
  );
}

/** A day. */
export function DayControl({ name, ...common }: Common & { name: 'on' | 'documentOn' }) {
  const { fields, set, errors, due } = useDeclaration();
  const error = errors[common.path];
  const value = fields[name];
  return (
    <Field {...common} error={error} due={due[common.path]}>
      <DatePicker
        id={fieldId(common.path)}
        value={value === '' ? null : dayjs(value)}
        onChange={(day) => {
          set({ [name]: day?.format('YYYY-MM-DD') ?? '' });
        }}
        format={['YYYY-MM-DD', 'YYYYMMDD', 'YYYY/M/D', 'YYYY年M月D日']}
        disabledDate={(day) => day.isAfter(dayjs(), 'day')}
        placeholder="如 2026-09-01"
        status={error === undefined ? '' : 'error'}
        style={{ width: '100%' }}
      />
    </Field>
  );
}

type ChoiceProps<T extends string | number> = Common & {
  value: T | null;
  options: readonly { value: T; label: string }[];
  onPick: (value: T) => void;
};

/** One of a few. */
export function ChoiceControl<T extends string | number>({ value, options, onPick, ...common }: ChoiceProps<T>) {
  const { errors, due } = useDeclaration();
  return (
    <Field {...common} error={errors[common.path]} due={due[common.path]} group>
      <Radio.Group
        value={value}
        options={[...options]}
        onChange={(event) => {
          const picked = options.find((option) => option.value === event.target.value);
          if (picked) onPick(picked.value);
        }}
      />
    </Field>
  );
}

/** Yes or no; neither until somebody says so. */
export function YesNoControl({
  name,
  yes = '是',
  no = '否',
  ...common
}: Common & { name: YesNoField; yes?: string; no?: string }) {
  const { fields, set } = useDeclaration();
  const value = fields[name];
  return (
    <ChoiceControl
      {...common}
      value={value === null ? null : value ? 'yes' : 'no'}
      options={[
        { value: 'yes', label: yes },
        { value: 'no', label: no },
      ]}
      onPick={(picked) => {
        set({ [name]: picked === 'yes' });
      }}
    />
  );
}

/** The options of a closed list. */
export const optionsOf = <T extends string>(list: Readonly<Record<T, string>>): { value: T; label: string }[] =>
  (Object.keys(list) as T[]).map((value) => ({ value, label: list[value] }));

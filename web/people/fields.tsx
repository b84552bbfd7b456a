import { useQuery } from '@tanstack/react-query';
import { DatePicker, Form, Input, Select, type SelectProps } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useDebounced } from '../lib/debounced.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';

/** Fields that registering and moving people share. */

export const dayText = (day: Dayjs): string => day.format('YYYY-MM-DD');

export function PersonFields() {
  return (
    <>
      <Form.Item name="name" label="姓名" rules={[{ required: true, message: '请填写姓名' }]}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="idNumber"
        label="身份证号码"
        rules={[{ required: true, pattern: /^[0-9]{17}[0-9Xx]$/, message: '请填写 18 位身份证号码' }]}
      >
        <Input maxLength={18} autoComplete="off" />
      </Form.Item>
    </>
  );
}

export function DayField({ name, label }: { name: string; label: string }) {
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, message: '请选择日期' }]}>
      <DatePicker />
    </Form.Item>
  );
}

/** A unit found by a part of its name. */
export const UnitField = ({ name, label }: { name: string; label: string }) => (
  <Form.Item name={name} label={label} rules={[{ required: true, message: '请选择单位' }]}>
    <UnitSelect placeholder="输入单位名称中的两个字" />
  </Form.Item>
);

/** The same outside a form. */
export function UnitSelect(props: SelectProps<string>) {
  const [text, setText] = useState('');
  const q = useDebounced(text.trim(), 300);
  const found = useQuery({
    queryKey: keys.units(q),
    queryFn: () => call('units', { query: { q } }),
    enabled: q.length >= 2,
  });
  const options = (found.data?.items ?? []).map((unit) => ({
    value: unit.id,
    label: `${unit.name}（${unit.regionName}）`,
  }));
  return (
    <Select<string>
      {...props}
      showSearch={{ filterOption: false, onSearch: setText }}
      loading={found.isFetching}
      notFoundContent={q.length < 2 ? '请至少输入两个字' : '没有找到'}
      options={options}
    />
  );
}

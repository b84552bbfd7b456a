import { type QueryKey, useQuery } from '@tanstack/react-query';
import { Form, Select } from 'antd';
import { useState } from 'react';
import { useDebounced } from '../lib/debounced.ts';

type Found = { id: string; name: string; kindName?: string };
type FoundProps = {
  /** Of a line of a list: the line and its field. */
  name: string | [number, string];
  label: string;
  keyOf: (q: string) => QueryKey;
  find: (q: string) => Promise<{ items: readonly Found[] }>;
  /** One that is chosen already. */
  chosen?: { id: string; name: string } | undefined;
  required?: boolean;
};

/** A body found by a part of its name. */
export function FoundField({ name, label, keyOf, find, chosen, required = true }: FoundProps) {
  const [text, setText] = useState('');
  const q = useDebounced(text.trim(), 300);
  const found = useQuery({ queryKey: keyOf(q), queryFn: () => find(q), enabled: q.length >= 2 });
  const items: readonly Found[] = found.data?.items ?? (chosen === undefined ? [] : [chosen]);
  return (
    <Form.Item name={name} label={label} rules={required ? [{ required: true, message: `请选择${label}` }] : []}>
      <Select
        showSearch={{ filterOption: false, onSearch: setText }}
        allowClear={!required}
        disabled={chosen !== undefined}
        placeholder="输入名称中的两个字"
        loading={found.isFetching}
        notFoundContent={q.length < 2 ? '请至少输入两个字' : '没有找到'}
        options={items.map((item) => ({
          value: item.id,
          label: item.kindName === undefined ? item.name : `${item.name}（${item.kindName}）`,
        }))}
      />
    </Form.Item>
  );
}

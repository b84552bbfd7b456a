import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input, type TableColumnsType } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { type ReactNode, useState } from 'react';
import type { Day } from '../../rules/activity.ts';
import { useDebounced } from '../lib/debounced.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from './DataTable.tsx';
import { FormModal } from './FormModal.tsx';
import { LoadMore } from './LoadMore.tsx';
import { Nothing } from './Nothing.tsx';
import { PageHead } from './PageHead.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';

type Page<T> = { items: T[]; next: string | null };
type CatalogueProps<T extends object, F extends object> = {
  title: string;
  /** What one entry is called. */
  noun: string;
  searchLabel: string;
  /** The first word of the list's key in the query cache. */
  name: string;
  idOf: (item: T) => string;
  load: (query: { q?: string; after?: string }) => Promise<Page<T>>;
  columns: TableColumnsType<T>;
  /** Who may change an entry; `undefined` stands for a new one. */
  mayEdit: (item: T | undefined) => boolean;
  /** The form's fields of an entry, or of a new one. */
  fieldsOf: (item: T | undefined) => F;
  save: (fields: F, item: T | undefined, requestKey: string) => Promise<unknown>;
  children: (isNew: boolean) => ReactNode;
};

/** A catalogue as a page: search, list, and for who keeps it a form. */
export function Catalogue<T extends object, F extends object>(props: CatalogueProps<T, F>) {
  const { title, noun, searchLabel, name, idOf, load, columns, mayEdit } = props;
  useTitle(title);
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<{ item: T | undefined } | null>(null);
  const q = useDebounced(text.trim(), 250);
  const list = useInfiniteQuery({
    queryKey: [name, q],
    queryFn: ({ pageParam }) => load({ ...(q !== '' && { q }), ...(pageParam !== undefined && { after: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const edit = (item: T) =>
    mayEdit(item) ? (
      <Button type="link" onClick={() => setEditing({ item })}>
        修改
      </Button>
    ) : null;
  return (
    <>
      <PageHead title={title}>
        <Search label={searchLabel} text={text} onChange={setText} />
        {mayEdit(undefined) ? (
          <Button type="primary" onClick={() => setEditing({ item: undefined })}>
            新增{noun}
          </Button>
        ) : null}
      </PageHead>
      <section className="panel">
        {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
        <DataTable<T>
          rowKey={idOf}
          loading={list.isLoading}
          locale={{ emptyText: <Empty noun={noun} isSearched={q !== ''} mayAdd={mayEdit(undefined)} /> }}
          dataSource={items}
          columns={[...columns, { title: '操作', key: 'edit', render: (_, item) => edit(item) }]}
        />
        <LoadMore list={list} />
      </section>
      {editing === null ? null : <EntryForm {...props} item={editing.item} onClose={() => setEditing(null)} />}
    </>
  );
}

type SearchProps = { label: string; text: string; onChange: (text: string) => void };

const Search = ({ label, text, onChange }: SearchProps) => (
  <Input.Search
    aria-label={label}
    placeholder={label}
    allowClear
    value={text}
    onChange={(event) => onChange(event.target.value)}
    style={{ width: '18.6rem', maxWidth: '100%' }}
  />
);

type EmptyProps = { noun: string; isSearched: boolean; mayAdd: boolean };

function Empty({ noun, isSearched, mayAdd }: EmptyProps) {
  if (isSearched) return <Nothing title={`没有找到${noun}`}>请换一个词，或清空查找。</Nothing>;
  return <Nothing title={`目录中还没有${noun}`}>{mayAdd ? `点“新增${noun}”登记。` : '由省级主管部门登记。'}</Nothing>;
}

function EntryForm<T extends object, F extends object>({
  name,
  noun,
  item,
  fieldsOf,
  save,
  children,
  onClose,
}: CatalogueProps<T, F> & { item: T | undefined; onClose: () => void }) {
  return (
    <FormModal<F>
      title={`${item === undefined ? '新增' : '修改'}${noun}`}
      okText="保存"
      start={fieldsOf(item)}
      save={(fields, requestKey) => save(fields, item, requestKey)}
      refreshes={[[name]]}
      onClose={onClose}
    >
      {children(item === undefined)}
    </FormModal>
  );
}

const REQUIRED = [{ required: true, message: '请填写' }];
type LineProps = { name: string; label: string; required?: boolean; help?: string; disabled?: boolean };

/** A line of text in an entry's form. */
export const Line = ({ name, label, required = true, help, disabled = false }: LineProps) => (
  <Form.Item name={name} label={label} rules={required ? REQUIRED : []} extra={help}>
    <Input maxLength={120} disabled={disabled} />
  </Form.Item>
);

/** A day in an entry's form, kept as the text the API takes; empty for none. */
export const DayLine = ({ name, label, required = true, help }: Omit<LineProps, 'disabled'>) => (
  <Form.Item
    name={name}
    label={label}
    rules={required ? [{ required: true, message: '请选择日期' }] : []}
    extra={help}
    getValueProps={(day?: string) => ({ value: day ? dayjs(day) : null })}
    normalize={(picked: Dayjs | null) => picked?.format('YYYY-MM-DD') ?? ''}
  >
    <DatePicker />
  </Form.Item>
);

/** How long an entry is in force. */
export const formatPeriod = ({ fromOn, untilOn }: { fromOn: Day; untilOn: Day | null }): string =>
  untilOn === null ? `${formatDay(fromOn)}起` : `${formatDay(fromOn)}至${formatDay(untilOn)}`;

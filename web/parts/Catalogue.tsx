import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Form, Input, Table, type TableColumnsType } from 'antd';
import { type ReactNode, useState } from 'react';
import { useDebounced } from '../lib/debounced.ts';
import { inBackground } from '../lib/faults.ts';
import { useTitle } from '../lib/title.ts';
import { FormModal } from './FormModal.tsx';
import { LoadMore } from './LoadMore.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';

type Page<T> = { items: T[]; next: string | null };
type CatalogueProps<T extends object, F extends object> = {
  title: string;
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
  const { title, searchLabel, name, idOf, load, columns, mayEdit } = props;
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
      <Button
        type="link"
        onClick={() => {
          setEditing({ item });
        }}
      >
        修改
      </Button>
    ) : null;
  return (
    <>
      <div className="page-head">
        <h1>{title}</h1>
        <div className="row">
          <Input.Search
            aria-label={searchLabel}
            placeholder={searchLabel}
            allowClear
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
            style={{ width: 260 }}
          />
          {mayEdit(undefined) ? (
            <Button
              type="primary"
              onClick={() => {
                setEditing({ item: undefined });
              }}
            >
              新增
            </Button>
          ) : null}
        </div>
      </div>
      <section className="panel">
        {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
        <Table<T>
          size="small"
          rowKey={idOf}
          loading={list.isLoading}
          pagination={false}
          scroll={{ x: 760 }}
          locale={{ emptyText: q === '' ? '目录中还没有内容' : '没有找到，请换一个词' }}
          dataSource={items}
          columns={[...columns, { title: '操作', key: 'edit', render: (_, item) => edit(item) }]}
        />
        <LoadMore list={list} />
      </section>
      {editing === null ? null : (
        <EntryForm
          {...props}
          item={editing.item}
          onClose={() => {
            setEditing(null);
          }}
        />
      )}
    </>
  );
}

function EntryForm<T extends object, F extends object>({
  name,
  item,
  fieldsOf,
  save,
  children,
  onClose,
}: CatalogueProps<T, F> & { item: T | undefined; onClose: () => void }) {
  return (
    <FormModal<F>
      title={item === undefined ? '新增' : '修改'}
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

import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress, Space, Tag } from 'antd';
import { useRef, useState } from 'react';
import { IMPORT_LIMITS, IMPORT_STATES, type ShownImport } from '../../contract/imports.ts';
import { addressOf } from '../lib/address.ts';
import { formatBytes, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { codeOfProblem } from '../lib/problem.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { Loading } from '../parts/Loading.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { TemplateLinks } from '../parts/TemplateLinks.tsx';

const KIND = 'completions' as const;
const isMoving = (state: ShownImport['state']): boolean => state === 'reading' || state === 'running';

/** 平台登记导入: a list is uploaded, its rows are shown with what is wrong, and only a confirmation writes. */
export function ImportPage() {
  useTitle('平台登记导入');
  const [open, setOpen] = useState<string | null>(null);
  const list = useQuery({
    queryKey: keys.imports(KIND),
    queryFn: () => call('imports', { params: { kind: KIND } }),
    refetchInterval: 10_000,
  });
  const isRefused = codeOfProblem(list.error) === 'forbidden';
  return (
    <>
      <PageHead
        title="平台登记导入"
        hint="公共服务平台的课程完成名单在这里登记。上传后先预览，逐行指出问题，确认后才计入学时；处理期间可以离开本页，中断后从停下的地方继续。"
      />
      {isRefused ? <ProblemNotice error={list.error} /> : <Lists list={list} open={open} setOpen={setOpen} />}
    </>
  );
}

type ListsProps = {
  list: UseQueryResult<{ items: ShownImport[] }>;
  open: string | null;
  setOpen: (id: string) => void;
};

function Lists({ list, open, setOpen }: ListsProps) {
  return (
    <>
      <section className="panel stack">
        <Upload onUploaded={setOpen} />
        {open === null ? null : <Preview key={open} id={open} />}
      </section>
      <section className="panel">
        <h2>导入记录</h2>
        {list.error ? <ProblemNotice error={list.error} /> : null}
        {list.isLoading ? <Loading /> : null}
        {list.data ? <History items={list.data.items} onOpen={setOpen} /> : null}
      </section>
    </>
  );
}

function Upload({ onUploaded }: { onUploaded: (id: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const cache = useQueryClient();
  const upload = useMutation({
    meta: { shown: true },
    mutationFn: (file: File) =>
      call('uploadImport', {
        params: { kind: KIND },
        headers: { 'idempotency-key': newId() },
        file,
        fileName: file.name,
      }),
    onSuccess: async ({ id }) => {
      onUploaded(id);
      await cache.invalidateQueries({ queryKey: keys.imports(KIND) });
    },
  });
  return (
    <>
      <div className="muted">
        第一行为表头：姓名、身份证号、课程编码、完成日期，可加学时（用于核对）、流水号。CSV（UTF-8 或 GB 18030）至多{' '}
        {IMPORT_LIMITS.rows / 10_000} 万行、{formatBytes(IMPORT_LIMITS.csvBytes)}，XLSX 至多{' '}
        {IMPORT_LIMITS.xlsxRows / 10_000} 万行、{formatBytes(IMPORT_LIMITS.xlsxBytes)}；更多的请拆成几个文件。
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.txt,.xlsx"
        data-testid="import-input"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) upload.mutate(file);
          event.target.value = '';
        }}
      />
      <div className="row">
        <Button type="primary" loading={upload.isPending} onClick={() => input.current?.click()}>
          选择文件并上传
        </Button>
        <TemplateLinks list={KIND} />
      </div>
      {upload.error ? <ProblemNotice error={upload.error} /> : null}
    </>
  );
}

function Preview({ id }: { id: string }) {
  const cache = useQueryClient();
  const shown = useQuery({
    queryKey: keys.import(id),
    queryFn: () => call('import', { params: { id } }),
    refetchInterval: ({ state }) => (state.data && !isMoving(state.data.state) ? false : 1_000),
  });
  const act = useMutation({
    meta: { shown: true },
    mutationFn: (name: 'confirmImport' | 'cancelImport') => call(name, { params: { id } }),
    onSuccess: async (now) => {
      cache.setQueryData(keys.import(id), now);
      await cache.invalidateQueries({ queryKey: keys.imports(KIND) });
    },
  });
  if (shown.error) return <ProblemNotice error={shown.error} />;
  if (!shown.data) return <Loading />;
  const { state, rowsGood, rowsBad, problem } = shown.data;
  return (
    <div className="stack" data-testid="import-preview" data-state={state}>
      <h2 style={{ margin: 0 }}>{shown.data.fileName}</h2>
      {problem ? <Alert type="error" showIcon title={problem.detail} description={problem.fix} /> : null}
      <Standing shown={shown.data} />
      {act.error ? <ProblemNotice error={act.error} /> : null}
      {state === 'previewed' ? (
        <Space wrap>
          <Button
            type="primary"
            disabled={rowsGood === 0}
            loading={act.isPending}
            onClick={() => act.mutate('confirmImport')}
          >
            {rowsBad === 0 ? `确认导入 ${count(rowsGood)} 行` : `只导入无误的 ${count(rowsGood)} 行`}
          </Button>
          <Button disabled={act.isPending} onClick={() => act.mutate('cancelImport')}>
            取消，修改后重新上传
          </Button>
        </Space>
      ) : null}
      {rowsBad > 0 && !isMoving(state) && state !== 'cancelled' ? <Errors id={id} bad={rowsBad} /> : null}
    </div>
  );
}

const COLOURS = {
  uploading: 'default',
  reading: 'processing',
  previewed: 'warning',
  running: 'processing',
  done: 'success',
  refused: 'error',
  cancelled: 'default',
} as const satisfies Record<ShownImport['state'], string>;

const count = (rows: number): string => rows.toLocaleString('zh-CN');

function Standing({ shown }: { shown: ShownImport }) {
  const { state, rowsRead, rowsGood, rowsBad, rowsDone, format, outcomes } = shown;
  return (
    <>
      <div role="status">
        <Tag color={COLOURS[state]}>{IMPORT_STATES[state]}</Tag>
        {format === null ? '' : `${format}；`}
        {state === 'reading' ? '已读取' : '共'} {count(rowsRead)} 行，无误 {count(rowsGood)} 行，有误 {count(rowsBad)}{' '}
        行{state === 'running' || state === 'done' ? `，已处理 ${count(rowsDone)} 行` : ''}。
        {state === 'cancelled' ? '名单内容已删除，没有登记任何学时。' : ''}
      </div>
      {state === 'running' ? <Progress percent={Math.floor((rowsDone / Math.max(1, rowsGood)) * 100)} /> : null}
      {outcomes.length === 0 ? null : (
        <ul>
          {outcomes.map(({ outcome, text, count: rows }) => (
            <li key={outcome}>
              {text}：{count(rows)} 行
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const ERRORS_A_PAGE = 50;

function Errors({ id, bad }: { id: string; bad: number }) {
  const [afters, setAfters] = useState<readonly number[]>([0]);
  const after = afters.at(-1) ?? 0;
  const rows = useQuery({
    queryKey: keys.importRows(id, after),
    queryFn: () => call('importRows', { params: { id }, query: { only: 'errors', limit: ERRORS_A_PAGE, after } }),
  });
  if (rows.error) return <ProblemNotice error={rows.error} />;
  const next = rows.data?.next ?? null;
  return (
    <>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <h2 style={{ margin: 0 }}>有误的 {count(bad)} 行</h2>
        <Button href={addressOf('importErrors', { params: { id } })} download>
          导出有误的行（CSV）
        </Button>
      </div>
      <DataTable
        size="small"
        rowKey="number"
        loading={rows.isLoading}
        dataSource={rows.data?.items ?? []}
        columns={[
          { title: '行号', dataIndex: 'number', width: 90 },
          { title: '问题', dataIndex: 'text' },
        ]}
      />
      <Space>
        <Button
          disabled={afters.length === 1}
          onClick={() => {
            setAfters(afters.slice(0, -1));
          }}
        >
          上一页
        </Button>
        <Button
          disabled={next === null}
          onClick={() => {
            if (next !== null) setAfters([...afters, next]);
          }}
        >
          下一页
        </Button>
      </Space>
    </>
  );
}

function History({ items, onOpen }: { items: readonly ShownImport[]; onOpen: (id: string) => void }) {
  return (
    <DataTable
      size="small"
      rowKey="id"
      locale={{ emptyText: '还没有导入过' }}
      dataSource={[...items]}
      columns={[
        { title: '时间', dataIndex: 'createdAt', render: formatInstant },
        { title: '文件', dataIndex: 'fileName' },
        { title: '大小', dataIndex: 'sizeBytes', render: formatBytes },
        {
          title: '状态',
          dataIndex: 'state',
          render: (state: ShownImport['state']) => <Tag color={COLOURS[state]}>{IMPORT_STATES[state]}</Tag>,
        },
        { title: '无误 / 有误', render: (_, row) => `${count(row.rowsGood)} / ${count(row.rowsBad)}` },
        { title: '上传人', dataIndex: 'uploadedBy' },
        {
          title: '操作',
          render: (_, row) => (
            <Button
              type="link"
              onClick={() => {
                onOpen(row.id);
              }}
            >
              查看
            </Button>
          ),
        },
      ]}
    />
  );
}

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input } from 'antd';
import { useRef, useState } from 'react';
import { ATTENDANCE_AT_ONCE, type AttendanceResult } from '../../contract/trainings.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { TemplateLinks } from '../parts/TemplateLinks.tsx';
import { type ListedRow, readList } from './attendance-list.ts';

type ImportProps = { unitId: string; atBase: boolean; trainingId: string; days: readonly string[] };

/** What is handed in: pasted rows, or a file. */
type List = { rows: readonly ListedRow[] } | { file: File };

/** 导入名单: a file (CSV, XLSX) or pasted cells, looked at row by row before anything is entered. */
export function AttendanceImport({ unitId, atBase, trainingId, days }: ImportProps) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [list, setList] = useState<List | null>(null);
  const { preview, enter } = useEntering({ unitId, atBase, trainingId, days }, () => {
    setList(null);
    setText('');
    preview.reset();
  });
  const look = (given: List) => {
    setProblem(null);
    setList(given);
    preview.mutate(given);
  };
  const error = preview.error ?? enter.error;
  const lookAtText = () => {
    const read = readList(text);
    if ('problem' in read) setProblem(read.problem);
    else look(read);
  };
  return (
    <section className="panel stack" aria-labelledby="attendance-import">
      <h2 id="attendance-import">导入参训名单</h2>
      <HowTo atBase={atBase} />
      <PastedList {...{ text, setText, atBase }} />
      <div className="row">
        <Button disabled={text.trim() === ''} loading={preview.isPending} onClick={lookAtText}>
          预览
        </Button>
        <FileChoice isBusy={preview.isPending} onFile={(file) => look({ file })} />
        <TemplateLinks list={atBase ? 'base-attendance' : 'unit-attendance'} />
      </div>
      {problem === null ? null : <Wrong text={problem} />}
      {error ? <ProblemNotice error={error} /> : null}
      {preview.data === undefined || list === null ? null : (
        <Preview
          result={preview.data}
          rows={'rows' in list ? list.rows : []}
          isEntering={enter.isPending}
          onEnter={() => enter.mutate(list)}
        />
      )}
    </section>
  );
}

type PastedProps = { text: string; setText: (text: string) => void; atBase: boolean };

const PastedList = ({ text, setText, atBase }: PastedProps) => (
  <Input.TextArea
    aria-label="参训名单"
    value={text}
    autoSize={{ minRows: 3, maxRows: 10 }}
    placeholder={atBase ? '姓名\t身份证号\n张三\t420500199001010011' : '工号\t姓名\n0001\t张三'}
    onChange={(event) => setText(event.target.value)}
  />
);

/** Sends a list in pages, to look or to enter; a page sent again changes nothing. */
function useEntering({ unitId, trainingId, days }: ImportProps, onEntered: () => void) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const params = { id: unitId, trainingId };
  const send = async (list: List, isPreview: boolean): Promise<AttendanceResult> => {
    if ('file' in list) {
      const query = { preview: isPreview ? ('true' as const) : ('false' as const) };
      return call('recordAttendanceFile', { params, query, file: list.file, fileName: list.file.name });
    }
    const { rows } = list;
    const all: AttendanceResult = { items: [], good: 0, bad: 0 };
    for (let from = 0; from < rows.length; from += ATTENDANCE_AT_ONCE) {
      const body = { rows: rows.slice(from, from + ATTENDANCE_AT_ONCE), preview: isPreview };
      const page = await call('recordAttendance', { params, body });
      all.items.push(...page.items);
      all.good += page.good;
      all.bad += page.bad;
    }
    return all;
  };
  const preview = useMutation({
    meta: { shown: true },
    mutationFn: (list: List) => send(list, true),
  });
  const enter = useMutation({
    meta: { shown: true },
    mutationFn: (list: List) => send(list, false),
    onSuccess: async ({ good, bad }) => {
      message.success(`${days.length} 天培训的名单已列入 ${good} 人${bad > 0 ? `，${bad} 行未列入` : ''}`, 5);
      onEntered();
      await client.invalidateQueries({ queryKey: keys.training(trainingId) });
    },
  });
  return { preview, enter };
}

const Wrong = ({ text }: { text: string }) => (
  <div className="field-error" role="alert">
    {text}
  </div>
);

const HowTo = ({ atBase }: { atBase: boolean }) => (
  <div className="muted">
    从表格中复制后粘贴，或选择文件（XLSX、CSV）。
    {atBase
      ? '列名：姓名、身份证号（或人员标识）、缺席日期（可选）；请保留列名。姓名与身份证号相符的人员才会列入。'
      : '列名：工号、姓名、身份证号、缺席日期（可选）；没有列名时依次为工号、姓名。'}
  </div>
);

function FileChoice({ isBusy, onFile }: { isBusy: boolean; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button loading={isBusy} onClick={() => input.current?.click()}>
        选择文件
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".xlsx,.csv,.txt,text/csv"
        data-testid="attendance-input"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onFile(file);
          event.target.value = '';
        }}
      />
    </>
  );
}

const SHOWN_ROWS = 200;

type PreviewProps = {
  result: AttendanceResult;
  rows: readonly ListedRow[];
  isEntering: boolean;
  onEnter: () => void;
};

function Preview({ result, rows, isEntering, onEnter }: PreviewProps) {
  const listed = new Map(rows.map((row) => [row.row, row]));
  // What is wrong comes first: that is what somebody has to look at.
  const items = [...result.items].sort((a, b) => Number(isGood(a)) - Number(isGood(b)) || a.row - b.row);
  return (
    <>
      <div role="status">
        <strong>
          {result.good} 行可以列入{result.bad > 0 ? `，${result.bad} 行有问题，不会列入` : ''}
        </strong>
      </div>
      <PlainTable
        label="名单预览"
        hasCards
        maxHeight={320}
        columns={[
          { title: '行', cell: ({ row }) => row, isNumber: true },
          { title: '名单上', cell: ({ row }) => writtenOf(listed.get(row)) },
          { title: '登记的姓名', cell: ({ name }) => name ?? '—' },
          { title: '结果', cell: Outcome },
        ]}
        rows={items.slice(0, SHOWN_ROWS)}
        keyOf={({ row }) => row}
      />
      {items.length > SHOWN_ROWS ? <div className="muted">另有 {items.length - SHOWN_ROWS} 行未显示。</div> : null}
      <div>
        <Button type="primary" disabled={result.good === 0} loading={isEntering} onClick={onEnter}>
          列入名单（{result.good} 人）
        </Button>
      </div>
    </>
  );
}

type Item = AttendanceResult['items'][number];

const isGood = ({ outcome }: Item): boolean => outcome === 'added' || outcome === 'listed' || outcome === 'changed';

const Outcome = (item: Item) => <span className={isGood(item) ? undefined : 'field-error'}>{item.text}</span>;

const writtenOf = (row: ListedRow | undefined): string =>
  [row?.workNumber, row?.name, row?.idNumber && '（证件号码）'].filter(Boolean).join('　');

import { UploadOutlined } from '@ant-design/icons';
import { type QueryKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Select, Timeline } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { EVIDENCE_MEDIA_TYPES } from '../../contract/evidence.ts';
import { useDebounced } from '../lib/debounced.ts';
import { formatBytes, formatInstant, withDays } from '../lib/format.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** What the pages of supervision share. */

type WordsProps = {
  name: string | (string | number)[];
  label: string;
  most: number;
  rows?: number;
  required?: boolean;
};

/** A text of several lines. */
export const Words = ({ name, label, most, rows = 3, required = true }: WordsProps) => (
  <Form.Item
    name={name}
    label={label}
    rules={required ? [{ required: true, whitespace: true, message: `请填写${label}` }] : []}
  >
    <Input.TextArea maxLength={most} showCount autoSize={{ minRows: rows, maxRows: 12 }} />
  </Form.Item>
);

type Event = { at: string; text: string; by: string };

/** 办理经过. */
export function CaseEvents({ events }: { events: readonly Event[] }) {
  if (events.length === 0) return null;
  return (
    <div>
      <h2 className="section-title">办理经过</h2>
      <Timeline
        items={events.map((event) => ({
          content: (
            <>
              <div>{withDays(event.text)}</div>
              <div className="muted small">
                {event.by}　{formatInstant(event.at)}
              </div>
            </>
          ),
        }))}
      />
    </div>
  );
}

type CaseFile = { id: string; fileName: string; sizeBytes: number; address: string; note?: string };

/** The files of a case, to download. */
export function CaseFiles({ files, children }: { files: readonly CaseFile[]; children?: ReactNode }) {
  return (
    <div>
      <h2 className="section-title">附件</h2>
      {files.length === 0 ? <p className="muted">没有附件。</p> : null}
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <a href={file.address} download={file.fileName}>
              {file.fileName}
            </a>
            <span className="muted small">
              　{formatBytes(file.sizeBytes)}
              {file.note === undefined ? '' : `　${file.note}`}
            </span>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}

type UploadProps = {
  label: string;
  disabled?: boolean;
  upload: (file: File) => Promise<unknown>;
  refreshes: readonly QueryKey[];
};

/** One file at a time; the list above shows what has arrived. */
export function UploadFile({ label, disabled = false, upload, refreshes }: UploadProps) {
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();
  const sending = useMutation({
    meta: { shown: true },
    mutationFn: upload,
    onSuccess: () => Promise.all(refreshes.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <>
      <Button
        icon={<UploadOutlined />}
        disabled={disabled}
        loading={sending.isPending}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="选择文件"
        accept={EVIDENCE_MEDIA_TYPES.join(',')}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file) sending.mutate(file);
        }}
      />
      {sending.error ? <ProblemNotice error={sending.error} /> : null}
    </>
  );
}

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

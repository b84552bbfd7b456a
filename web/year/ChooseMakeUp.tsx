import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useState } from 'react';
import type { MakeUp, MakeUpPreview } from '../../contract/make-up.ts';
import { formatHours } from '../../rules/hours.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type ChoosingProps = { course: MakeUp['courses'][number]; year: number; onClose: () => void };

/** What both years become, before the choice that can be made once. */
export function ChooseMakeUp({ course: { completionId, title }, year, onClose }: ChoosingProps) {
  const client = useQueryClient();
  const params = { id: completionId };
  const preview = useQuery({
    queryKey: keys.makeUp(year, completionId),
    queryFn: () => call('previewMakeUp', { params }),
    staleTime: 0,
  });
  const [requestKey] = useState(newId);
  const assign = useMutation({
    meta: { shown: true },
    mutationFn: () => call('assignMakeUp', { params, headers: { 'idempotency-key': requestKey } }),
    onSuccess: async () => {
      onClose();
      await Promise.all(
        [keys.makeUp(), keys.years(), keys.deferrals()].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  const error = assign.error ?? preview.error;
  return (
    <Modal
      open
      title={`把“${title}”计入${year}年度`}
      okText="确认选定"
      cancelText="暂不选定"
      okButtonProps={{ disabled: preview.data === undefined }}
      confirmLoading={assign.isPending}
      onOk={() => {
        assign.mutate();
      }}
      onCancel={onClose}
    >
      <p>每门课程只能选定一次，选定后不能更改。两个年度将变为：</p>
      {preview.isLoading ? <Loading what="正在试算" /> : null}
      {preview.data ? <Effects preview={preview.data} /> : null}
      {error ? <ProblemNotice error={error} /> : null}
    </Modal>
  );
}

type Row = { year: number; before: string; after: string };

const rowOf = ({ before, after }: MakeUpPreview['own']): Row => {
  const said = (one: typeof before) => `${formatHours(one.totalHundredths)}（${one.sentence}）`;
  return { year: before.year, before: said(before), after: said(after) };
};

const Effects = ({ preview }: { preview: MakeUpPreview }) => (
  <PlainTable
    label="两个年度的变化"
    columns={[
      { title: '年度', cell: ({ year }) => `${year}年`, isNumber: true },
      { title: '现在', cell: ({ before }) => before },
      { title: '选定后', cell: ({ after }) => after },
    ]}
    rows={[rowOf(preview.deferred), rowOf(preview.own)]}
    keyOf={({ year }) => year}
  />
);

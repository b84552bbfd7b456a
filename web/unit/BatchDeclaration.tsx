import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useState } from 'react';
import type { BatchResult, TrainingDetail } from '../../contract/trainings.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

type Items = BatchResult['items'];
type BatchProps = { unitId: string; training: TrainingDetail };

/** 批量代报: looked at first, then page by page; interrupted, it is simply begun again. */
export function BatchDeclaration({ unitId, training }: BatchProps) {
  const client = useQueryClient();
  const [done, setDone] = useState(0);
  const run = useMutation({
    meta: { shown: true },
    mutationFn: async (preview: boolean): Promise<{ preview: boolean; items: Items }> => {
      setDone(0);
      const items: Items = [];
      for (let after: string | undefined; ; ) {
        const page = await call('proposeClaims', {
          params: { id: unitId, trainingId: training.id },
          body: { preview, ...(after === undefined ? {} : { after }) },
        });
        items.push(...page.items);
        setDone(items.length);
        if (page.next === null) return { preview, items };
        after = page.next;
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.training(training.id) }),
  });
  const { attended } = training.counts;
  const ready = run.data?.preview === true ? run.data.items.filter((item) => item.outcome === 'proposed').length : 0;
  return (
    <>
      <div className="muted">
        按登记的培训为名单上的人员各建一份申报，附上培训证明，由本人确认后提交；与事实不符的，本人可以提出异议。
      </div>
      <div className="row">
        <Button disabled={attended === 0} loading={run.isPending} onClick={() => run.mutate(true)}>
          核对可代报的人员
        </Button>
        <Button type="primary" disabled={ready === 0} loading={run.isPending} onClick={() => run.mutate(false)}>
          代报给 {ready} 人确认
        </Button>
      </div>
      {run.isPending && attended > 0 ? <Progress percent={Math.round((done / attended) * 100)} /> : null}
      {run.error ? <ProblemNotice error={run.error} /> : null}
      {run.data === undefined ? null : <Results {...run.data} />}
    </>
  );
}

const SHOWN_ROWS = 200;

function Results({ preview, items }: { preview: boolean; items: Items }) {
  const proposed = items.filter((item) => item.outcome === 'proposed');
  const notable = items.filter((item) => item.outcome !== 'proposed' || item.warning !== null);
  return (
    <>
      <strong role="status">
        {preview ? `可代报 ${proposed.length} 人` : `已代报 ${proposed.length} 人，已通知本人确认`}
        {items.length > proposed.length ? `；${items.length - proposed.length} 人不代报` : ''}
      </strong>
      {notable.length === 0 ? null : (
        <PlainTable
          label="不代报或有提示的人员"
          maxHeight={320}
          columns={[
            { title: '姓名', cell: ({ name }) => name, isNumber: true },
            { title: '结果', cell: Outcome },
          ]}
          rows={notable.slice(0, SHOWN_ROWS)}
          keyOf={({ personId }) => personId}
        />
      )}
      {notable.length > SHOWN_ROWS ? (
        <div className="muted">另有 {notable.length - SHOWN_ROWS} 人未显示，见参训名单。</div>
      ) : null}
    </>
  );
}

const Outcome = ({ text, warning }: Items[number]) => (
  <>
    {text}
    {warning === null ? null : <div className="field-error">{warning}</div>}
  </>
);

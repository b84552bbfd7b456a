import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import type { Supposition } from '../../contract/what-if.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { PlainTable } from '../parts/PlainTable.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { questionOf, Result } from '../what-if/Result.tsx';
import { FigureFields, isSupposing, PlaceFields } from '../what-if/Supposing.tsx';

/** 管理 → 规则试算: a year judged again by other figures in the background, only to see who would gain and who would lose. */
export function WhatIfPage() {
  useTitle('规则试算');
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <PageHead
        title="规则试算"
        hint="改动一项或多项规定的数值，按已认定的学时重算所选年度，看谁增加、谁减少、结论如何变化。只试算，不改变任何人的学时；试算期间可以离开本页。"
      />
      <Begin onBegun={setOpen} />
      {open === null ? null : <Result key={open} id={open} />}
      <Earlier open={open} onOpen={setOpen} />
    </>
  );
}

function Begin({ onBegun }: { onBegun: (id: string) => void }) {
  const me = useMe();
  const client = useQueryClient();
  const [supposed, setSupposed] = useState<Supposition>({ year: 2026, figures: {} });
  const begin = useMutation({
    mutationFn: () => call('startWhatIf', { headers: { 'idempotency-key': newId() }, body: supposed }),
    meta: { shown: true },
    onSuccess: async ({ id }) => {
      onBegun(id);
      await client.invalidateQueries({ queryKey: keys.whatIfs() });
    },
  });
  return (
    <section className="panel stack" aria-label="新的试算">
      <PlaceFields supposed={supposed} onChange={setSupposed} years={me.data?.openYears ?? [2026]} />
      <FigureFields supposed={supposed} onChange={setSupposed} />
      <div>
        <Button
          type="primary"
          disabled={!isSupposing(supposed)}
          loading={begin.isPending}
          onClick={() => begin.mutate()}
        >
          开始试算
        </Button>
      </div>
      {begin.error ? <ProblemNotice error={begin.error} /> : null}
    </section>
  );
}

const QUIET_MS = 15_000;

function Earlier({ open, onOpen }: { open: string | null; onOpen: (id: string) => void }) {
  const list = useQuery({
    queryKey: keys.whatIfs(),
    queryFn: () => call('whatIfs', {}),
    refetchInterval: QUIET_MS,
  });
  return (
    <section className="panel stack" aria-labelledby="what-if-earlier">
      <h2 id="what-if-earlier">试算记录</h2>
      {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
      {list.isLoading ? <Loading /> : null}
      {list.data?.items.length === 0 ? <Nothing title="还没有试算过" /> : null}
      {list.data && list.data.items.length > 0 ? (
        <PlainTable
          label="历次试算"
          hasCards
          columns={[
            { title: '时间', cell: ({ createdAt }) => formatInstant(createdAt) },
            { title: '试算', cell: questionOf },
            { title: '状态', cell: ({ stateLabel }) => <Tag>{stateLabel}</Tag> },
            { title: '有变化', cell: ({ changed }) => `${changed.toLocaleString('zh-CN')} 人`, isNumber: true },
            {
              title: '操作',
              cell: ({ id }) => (
                <Button type="link" disabled={id === open} onClick={() => onOpen(id)}>
                  查看
                </Button>
              ),
            },
          ]}
          rows={list.data.items}
          keyOf={({ id }) => id}
        />
      ) : null}
    </section>
  );
}

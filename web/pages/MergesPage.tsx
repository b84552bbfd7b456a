import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm, Tag } from 'antd';
import { useState } from 'react';
import type { Merge } from '../../contract/merges.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Effects } from '../people/MergeEffects.tsx';
import { ProposeMerge } from '../people/ProposeMerge.tsx';

/** 管理 → 人员合并: a person registered twice; one administrator proposes, another confirms. */
export function MergesPage() {
  useTitle('人员合并');
  const [isProposing, setProposing] = useState(false);
  const merges = useQuery({ queryKey: keys.merges(), queryFn: () => call('merges', {}) });
  return (
    <>
      <PageHead
        title="人员合并"
        hint="同一个人登记了两次时，由一名管理员提出、另一名管理员确认。合并后学时计入保留的登记，另一条登记停用；撤销合并按同样的程序办理。"
      >
        <Button type="primary" onClick={() => setProposing(true)}>
          提出合并
        </Button>
      </PageHead>
      <section className="panel" aria-label="人员合并记录">
        {merges.error ? <ProblemNotice error={merges.error} onRetry={() => inBackground(merges.refetch())} /> : null}
        {merges.isLoading ? <Loading /> : null}
        {merges.data === undefined ? null : <List merges={merges.data.items} />}
      </section>
      {isProposing ? <ProposeMerge onClose={() => setProposing(false)} /> : null}
    </>
  );
}

const COLOURS = {
  proposed: 'warning',
  'in-force': 'success',
  'undo-proposed': 'warning',
  undone: 'default',
  withdrawn: 'default',
} as const;

const person = ({ name, idNumberMasked, unitName }: Merge['kept']) => (
  <>
    <div>{name}</div>
    <div className="muted">{idNumberMasked}</div>
    <div className="muted">{unitName ?? '无单位'}</div>
  </>
);

function List({ merges }: { merges: readonly Merge[] }) {
  return (
    <DataTable<Merge>
      rowKey="id"
      // Reasons wrap: at the width of their text the buttons would lie beyond the edge.
      dataSource={[...merges]}
      pagination={merges.length > 20 ? { pageSize: 20 } : false}
      locale={{ emptyText: <Nothing title="还没有合并记录">发现重复登记时，点“提出合并”。</Nothing> }}
      columns={[
        { title: '保留', render: (_, row) => person(row.kept) },
        { title: '停用', render: (_, row) => person(row.absorbed) },
        {
          title: '理由',
          render: (_, { reason, undoReason }) => (
            <>
              <div>{reason}</div>
              {undoReason === null ? null : <div>撤销：{undoReason}</div>}
            </>
          ),
        },
        { title: '状态', render: (_, { state, stateName }) => <Tag color={COLOURS[state]}>{stateName}</Tag> },
        { title: '经办', render: (_, row) => history(row) },
        { title: '操作', render: (_, row) => <Actions row={row} /> },
      ]}
    />
  );
}

function history({ proposedBy, proposedAt, confirmedBy, confirmedAt, undoBy, undoneBy, undoneAt }: Merge) {
  return (
    <>
      <div>
        {proposedBy} {formatInstant(proposedAt)} 提出
      </div>
      {confirmedBy === null || confirmedAt === null ? null : (
        <div>
          {confirmedBy} {formatInstant(confirmedAt)} 确认
        </div>
      )}
      {undoBy === null ? null : <div>{undoBy} 提出撤销</div>}
      {undoneBy === null || undoneAt === null ? null : (
        <div>
          {undoneBy} {formatInstant(undoneAt)} 确认撤销
        </div>
      )}
    </>
  );
}

type Act = 'confirmMerge' | 'withdrawMerge';

function Actions({ row }: { row: Merge }) {
  const client = useQueryClient();
  const [open, setOpen] = useState<'confirm' | 'undo' | null>(null);
  const act = useMutation({
    mutationFn: (name: Act) => call(name, { params: { id: row.id } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.merges() }),
  });
  if (row.state === 'undone' || row.state === 'withdrawn') return null;
  if (row.state === 'in-force') {
    return (
      <>
        <Button size="small" onClick={() => setOpen('undo')}>
          撤销合并
        </Button>
        {open === 'undo' ? <Undo id={row.id} onClose={() => setOpen(null)} /> : null}
      </>
    );
  }
  return (
    <div className="row">
      {row.isMine ? <span className="muted">待另一名管理员确认</span> : null}
      {row.isMine ? null : (
        <Button size="small" type="primary" onClick={() => setOpen('confirm')}>
          {row.state === 'proposed' ? '核对并确认' : '确认撤销'}
        </Button>
      )}
      <Popconfirm
        title="撤回这项待确认的提议？"
        okText="撤回"
        cancelText="取消"
        onConfirm={() => act.mutate('withdrawMerge')}
      >
        <Button size="small" loading={act.isPending}>
          撤回
        </Button>
      </Popconfirm>
      {open === 'confirm' ? <Confirm row={row} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

function Confirm({ row, onClose }: { row: Merge; onClose: () => void }) {
  const isMerge = row.state === 'proposed';
  const effects = useQuery({
    queryKey: keys.merges(row.id),
    queryFn: () => call('mergeEffects', { params: { id: row.id } }),
    enabled: isMerge,
  });
  const what = isMerge ? '确认合并' : '确认撤销合并';
  return (
    <FormModal
      width={760}
      title={what}
      okText={what}
      disabled={isMerge && effects.data?.blockers.length !== 0}
      save={() => call('confirmMerge', { params: { id: row.id } })}
      refreshes={[keys.merges()]}
      onClose={onClose}
    >
      {effects.error ? <ProblemNotice error={effects.error} onRetry={() => inBackground(effects.refetch())} /> : null}
      {effects.isLoading ? <Loading /> : null}
      <p>
        保留：{row.kept.name} {row.kept.idNumberMasked}（{row.kept.unitName ?? '无单位'}）
        <br />
        停用：{row.absorbed.name} {row.absorbed.idNumberMasked}（{row.absorbed.unitName ?? '无单位'}）
      </p>
      <p>{isMerge ? `理由：${row.reason}` : `撤销理由：${row.undoReason ?? ''}`}</p>
      {effects.data === undefined ? null : <Effects preview={effects.data} />}
      {isMerge ? null : <p className="muted">合并时转入的学时转回原登记，原账号和任职恢复。</p>}
    </FormModal>
  );
}

function Undo({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <FormModal<{ reason: string }>
      title="提出撤销合并"
      okText="提出"
      save={(body) => call('undoMerge', { params: { id }, body })}
      refreshes={[keys.merges()]}
      onClose={onClose}
    >
      <ReasonField maxLength={500} />
    </FormModal>
  );
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import type { Proposal } from '../../contract/proposals.ts';
import { formatHours } from '../../rules/hours.ts';
import { SUBJECTS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from './FormModal.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';

/** 单位代报: what the unit proposed and waits for the person's word; nothing where there is none. */
export function Proposals() {
  const proposals = useQuery({ queryKey: keys.proposals(), queryFn: () => call('myProposals', {}) });
  if (proposals.error)
    return <ProblemNotice error={proposals.error} onRetry={() => inBackground(proposals.refetch())} />;
  const items = proposals.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="proposals">
      <h2 id="proposals">单位代报，待您确认（{items.length}）</h2>
      <p className="muted">
        单位按学习档案、继续教育基地按培训登记为您填写。确认后作为您本人的申报提交；与事实不符的，请提出异议。
      </p>
      {items.map((proposal) => (
        <Row key={proposal.id} proposal={proposal} />
      ))}
    </section>
  );
}

function Row({ proposal }: { proposal: Proposal }) {
  const [isObjecting, setObjecting] = useState(false);
  const confirm = useConfirm(proposal);
  return (
    <div className="list-row" data-testid="proposal">
      <span className="grow">
        <Link to="/claims/$claimId" params={{ claimId: proposal.claimId }}>
          <strong>{proposal.title}</strong>
        </Link>
        <div className="muted small">
          {proposal.employerName}　{proposal.place}
        </div>
        <div>
          {proposal.days.map(({ on, subject, text }) => `${formatDay(on)} ${SUBJECTS[subject]} ${text}`).join('；')}
        </div>
        <div className="muted small">
          {proposal.year}年度　共 {formatHours(proposal.hundredths)}　证明材料：
          {proposal.evidence.map((piece) => piece.fileName).join('、')}
        </div>
        {confirm.error ? <ProblemNotice error={confirm.error} /> : null}
      </span>
      <span className="row">
        <Button type="primary" loading={confirm.isPending} onClick={() => confirm.mutate()}>
          确认并提交
        </Button>
        <Button onClick={() => setObjecting(true)}>有异议</Button>
      </span>
      {isObjecting ? <Objection proposal={proposal} onClose={() => setObjecting(false)} /> : null}
    </div>
  );
}

function useConfirm({ id, revision }: Proposal) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [requestKey] = useState(newId);
  return useMutation({
    meta: { shown: true },
    mutationFn: () =>
      call('confirmProposal', { params: { id }, headers: { 'idempotency-key': requestKey }, body: { revision } }),
    onSuccess: async () => {
      message.success('已提交，由单位初审');
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.proposals() }),
        client.invalidateQueries({ queryKey: keys.claims() }),
      ]);
    },
  });
}

function Objection({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const { message } = App.useApp();
  return (
    <FormModal<{ reason: string }>
      title={`对“${proposal.title}”的代报有异议`}
      okText="提出异议"
      save={(body) => call('objectToProposal', { params: { id: proposal.id }, body })}
      refreshes={[keys.proposals()]}
      onSaved={() => {
        message.success('异议已告知代报单位');
        onClose();
      }}
      onClose={onClose}
    >
      <ReasonField
        label="与事实不符之处"
        extra="单位会看到这段说明；这份代报将被取消。"
        placeholder="如：当天因病请假，没有参加"
        maxLength={1000}
      />
    </FormModal>
  );
}

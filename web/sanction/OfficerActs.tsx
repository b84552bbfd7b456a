import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Form, Input } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { SanctionDetail } from '../../contract/sanctions.ts';
import type { ProposalKind } from '../../rules/sanction.ts';
import { PROPOSAL_KINDS } from '../../rules/sanction.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { CaseFileUpload } from './CaseFileUpload.tsx';
import { Preview, Propose } from './Propose.tsx';

type Act = 'notice' | 'extend' | 'send-back' | ProposalKind;

/** What the officers may do: tell the person, give more time, propose; a second one confirms or sends back. */
export function OfficerActs({ sanction }: { sanction: SanctionDetail }) {
  const [open, setOpen] = useState<Act | null>(null);
  const { may } = sanction;
  const waiting = sanction.proposals.find((one) => one.answer === null);
  const close = () => setOpen(null);
  return (
    <>
      {waiting === undefined ? null : (
        <Waiting sanction={sanction} waiting={waiting} onSendBack={() => setOpen('send-back')} />
      )}
      <div className="row" style={{ marginTop: 12 }}>
        {may.notice ? (
          <Button type="primary" onClick={() => setOpen('notice')}>
            告知当事人
          </Button>
        ) : null}
        {may.extend ? <Button onClick={() => setOpen('extend')}>延长陈述申辩期限</Button> : null}
        {may.propose.map((kind) => (
          <Button key={kind} danger={kind === 'impose'} onClick={() => setOpen(kind)}>
            拟定：{PROPOSAL_KINDS[kind]}
          </Button>
        ))}
        {may.attach ? <CaseFileUpload id={sanction.id} /> : null}
      </div>
      {open === 'notice' ? <Notice sanction={sanction} onClose={close} /> : null}
      {open === 'extend' ? <Extend sanction={sanction} onClose={close} /> : null}
      {open === 'send-back' && waiting ? (
        <SendBack sanction={sanction} proposalId={waiting.id} onClose={close} />
      ) : null}
      {open === null || open === 'notice' || open === 'extend' || open === 'send-back' ? null : (
        <Propose sanction={sanction} kind={open} onClose={close} />
      )}
    </>
  );
}

type WaitingProps = {
  sanction: SanctionDetail;
  waiting: SanctionDetail['proposals'][number];
  onSendBack: () => void;
};

/** The proposal that waits for a second officer. */
function Waiting({ sanction, waiting, onSendBack }: WaitingProps) {
  const client = useQueryClient();
  const confirm = useMutation({
    meta: { shown: true },
    mutationFn: () =>
      call('answerSanctionProposal', {
        params: { id: sanction.id },
        body: { answer: 'confirm', proposalId: waiting.id, version: sanction.version },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sanctions() }),
  });
  return (
    <Alert
      type="warning"
      style={{ marginTop: 12 }}
      title={`待确认：${waiting.kindLabel}`}
      description={
        <>
          <div>{waiting.reason}</div>
          {waiting.titles.map((one) => (
            <div key={`${one.title}${one.organisationId}`}>
              撤销职称：{one.title}（{one.organisationName}，{one.dueOn}前）
            </div>
          ))}
          <div className="muted small">
            {waiting.by}　{formatInstant(waiting.at)}拟定；须由另一名工作人员确认
          </div>
          {/* Who confirms sees what it changes today, as who proposed did. */}
          {waiting.kind === 'impose' ? <Preview id={sanction.id} titles={waiting.titles.map(withoutName)} /> : null}
          {confirm.error ? <ProblemNotice error={confirm.error} /> : null}
          <div className="row" style={{ marginTop: 8 }}>
            {sanction.may.confirm ? (
              <Button type="primary" danger loading={confirm.isPending} onClick={() => confirm.mutate()}>
                确认并生效
              </Button>
            ) : null}
            {sanction.may.refuse ? <Button onClick={onSendBack}>退回</Button> : null}
          </div>
        </>
      }
    />
  );
}

type ShownTitle = SanctionDetail['proposals'][number]['titles'][number];
const withoutName = ({ title, organisationId, obtainedOn, dueOn }: ShownTitle) => ({
  title,
  organisationId,
  obtainedOn,
  dueOn,
});

type Of = { sanction: SanctionDetail; onClose: () => void };

const Notice = ({ sanction, onClose }: Of) => (
  <FormModal<{ charge: string }>
    title="告知当事人"
    okText="告知"
    save={(body) => call('giveSanctionNotice', { params: { id: sanction.id }, body })}
    refreshes={[keys.sanctions()]}
    onClose={onClose}
  >
    <p className="muted">告知次日起10个工作日内，当事人可以陈述申辩（系统默认解释 D-14）。</p>
    <Form.Item
      name="charge"
      label="认定的事实和理由（当事人可见）"
      rules={[{ required: true, whitespace: true, message: '请填写事实和理由' }]}
    >
      <Input.TextArea maxLength={2000} showCount autoSize={{ minRows: 4, maxRows: 12 }} />
    </Form.Item>
  </FormModal>
);

const Extend = ({ sanction, onClose }: Of) => (
  <FormModal<{ until: Dayjs; reason: string }>
    title="延长陈述申辩期限"
    okText="延长"
    save={({ until, reason }) =>
      call('extendDefence', { params: { id: sanction.id }, body: { until: until.format('YYYY-MM-DD'), reason } })
    }
    refreshes={[keys.sanctions()]}
    onClose={onClose}
  >
    <Form.Item name="until" label="新的最后一天" rules={[{ required: true, message: '请选择日期' }]}>
      <DatePicker />
    </Form.Item>
    <ReasonField extra="当事人可见" maxLength={500} />
  </FormModal>
);

const SendBack = ({ sanction, proposalId, onClose }: Of & { proposalId: string }) => (
  <FormModal<{ reason: string }>
    title="退回拟定的处理"
    okText="退回"
    save={({ reason }) =>
      call('answerSanctionProposal', { params: { id: sanction.id }, body: { answer: 'refuse', proposalId, reason } })
    }
    refreshes={[keys.sanctions()]}
    onClose={onClose}
  >
    <ReasonField maxLength={2000} />
  </FormModal>
);

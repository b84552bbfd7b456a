import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Form, InputNumber, Popconfirm, Radio, Select } from 'antd';
import { useState } from 'react';
import type { ComplaintDetail } from '../../contract/complaints.ts';
import { COMPLAINT_FINDINGS, type ComplaintFinding } from '../../rules/complaint.ts';
import { optionsOf } from '../declare/controls.tsx';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { CaseEvents } from '../parts/CaseEvents.tsx';
import { CaseFiles } from '../parts/CaseFiles.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Words } from '../parts/Words.tsx';
import { OrderForm } from './OrderForm.tsx';

/** One complaint: what was said, who deals with it, and what comes next. Who complained is asked for apart. */
export function ComplaintDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const complaint = useQuery({
    queryKey: keys.complaint(id ?? ''),
    queryFn: () => call('complaint', { params: { id: id ?? '' } }),
    enabled: id !== null,
  });
  return (
    <Drawer open={id !== null} onClose={onClose} size="large" title="投诉举报详情" destroyOnHidden>
      {complaint.error ? (
        <ProblemNotice error={complaint.error} onRetry={() => inBackground(complaint.refetch())} />
      ) : null}
      {complaint.isLoading ? <Loading /> : null}
      {complaint.data === undefined ? null : <Body complaint={complaint.data} />}
    </Drawer>
  );
}

function Body({ complaint }: { complaint: ComplaintDetail }) {
  const { id } = complaint;
  return (
    <div className="stack">
      <Alert
        type={complaint.state === 'answered' ? 'success' : complaint.isOverdue ? 'warning' : 'info'}
        showIcon
        title={`编号 ${complaint.number}：${complaint.stateLabel}${complaint.isOverdue ? '，已逾期' : ''}`}
        description={complaint.now}
      />
      <Facts complaint={complaint} />
      <CaseFiles
        files={complaint.files.map((file) => ({
          ...file,
          address: addressOf('complaintFile', { params: { id, fileId: file.id } }),
        }))}
      />
      <Acts complaint={complaint} />
      <CaseEvents events={complaint.events} />
    </div>
  );
}

function Facts({ complaint }: { complaint: ComplaintDetail }) {
  return (
    <dl className="facts">
      <dt>反映的问题</dt>
      <dd>{complaint.topicLabel}</dd>
      <dt>地区和行业</dt>
      <dd>
        {complaint.regionName}　{complaint.industryName ?? '未选择行业'}
      </dd>
      <dt>被投诉的单位或人</dt>
      <dd>{complaint.aboutName}</dd>
      <dt>具体情况</dt>
      <dd className="pre-line">{complaint.content}</dd>
      {complaint.dueOn === null ? null : (
        <>
          <dt>{complaint.dutyLabel}期限</dt>
          <dd>
            {formatDay(complaint.dueOn)}
            {complaint.isOverdue ? '（已逾期）' : ''}
            {complaint.escalatedToName === null ? '' : `，已告知${complaint.escalatedToName}`}
          </dd>
        </>
      )}
      <dt>投诉人</dt>
      <dd>
        {complaint.may.identity ? <Complainant id={complaint.id} /> : complaint.isNamed ? '实名（无权查看）' : '匿名'}
      </dd>
      <Results complaint={complaint} />
    </dl>
  );
}

/** What was found, answered and begun because of it. */
function Results({ complaint: { investigation, findingLabel, answer, leads } }: { complaint: ComplaintDetail }) {
  return (
    <>
      {investigation === null ? null : (
        <>
          <dt>调查结果</dt>
          <dd className="pre-line">
            {findingLabel}：{investigation}
          </dd>
        </>
      )}
      {answer === null ? null : (
        <>
          <dt>答复</dt>
          <dd className="pre-line">{answer}</dd>
        </>
      )}
      {leads.length === 0 ? null : (
        <>
          <dt>由此办理</dt>
          <dd>{leads.map((lead) => lead.label).join('、')}</dd>
        </>
      )}
    </>
  );
}

/** A name is shown on purpose, and that it was is on record. */
function Complainant({ id }: { id: string }) {
  const reveal = useMutation({
    meta: { shown: true },
    mutationFn: () => call('revealComplainant', { params: { id } }),
  });
  if (reveal.data) return `${reveal.data.name}（${reveal.data.contact}）`;
  return (
    <>
      <Popconfirm
        title="查看投诉人身份？"
        description="仅限办理需要；本次查看会留下记录。"
        onConfirm={() => reveal.mutate()}
      >
        <Button size="small" loading={reveal.isPending}>
          查看身份
        </Button>
      </Popconfirm>
      {reveal.error ? <ProblemNotice error={reveal.error} /> : null}
    </>
  );
}

type Act = 'assign' | 'investigate' | 'answer' | 'order' | 'check';
const LABELS: Record<Act, string> = {
  assign: '转办',
  investigate: '登记调查结果',
  answer: '答复投诉人',
  order: '责令限期改正',
  check: '核查一份申报',
};

function Acts({ complaint }: { complaint: ComplaintDetail }) {
  const [act, setAct] = useState<Act | null>(null);
  const { may, id, aboutOrganisationId, aboutName } = complaint;
  const shown: Record<Act, boolean> = { ...may, order: may.lead, check: may.lead };
  const acts = (Object.keys(LABELS) as Act[]).filter((each) => shown[each]);
  if (acts.length === 0) return null;
  const close = () => setAct(null);
  return (
    <div className="row">
      {acts.map((each, at) => (
        <Button key={each} type={at === 0 && each !== 'order' ? 'primary' : 'default'} onClick={() => setAct(each)}>
          {LABELS[each]}
        </Button>
      ))}
      {act === 'order' ? (
        <OrderForm
          target={aboutOrganisationId === null ? undefined : { id: aboutOrganisationId, name: aboutName }}
          source={{ kind: 'complaint', id }}
          onOrdered={close}
          onClose={close}
        />
      ) : null}
      {act === null || act === 'order' ? null : <ActForm complaint={complaint} act={act} onClose={close} />}
    </div>
  );
}

type Fields = {
  handlerId?: string;
  note?: string;
  finding?: ComplaintFinding;
  investigation?: string;
  answer?: string;
  claimNumber?: number;
};
type FormProps = { complaint: ComplaintDetail; act: Exclude<Act, 'order'>; onClose: () => void };

function save(act: FormProps['act'], id: string, fields: Fields) {
  const { handlerId = '', note = '', finding = 'unclear', investigation = '', answer = '', claimNumber = 0 } = fields;
  const params = { id };
  switch (act) {
    case 'assign':
      return call('assignComplaint', { params, body: { handlerId, note } });
    case 'investigate':
      return call('investigateComplaint', { params, body: { finding, investigation } });
    case 'answer':
      return call('answerComplaint', { params, body: { answer } });
    case 'check':
      return call('checkFromComplaint', { params, body: { claimNumber } });
  }
}

function ActForm({ complaint: { id, handlers }, act, onClose }: FormProps) {
  return (
    <FormModal<Fields>
      title={LABELS[act]}
      okText={LABELS[act]}
      start={{ ...(handlers[0] && { handlerId: handlers[0].id }), finding: 'true' }}
      save={(fields) => save(act, id, fields)}
      refreshes={[keys.complaints(), keys.checks()]}
      onClose={onClose}
    >
      {act === 'assign' ? (
        <>
          <Form.Item name="handlerId" label="办理部门" rules={[{ required: true, message: '请选择办理部门' }]}>
            <Select options={handlers.map(({ id: value, name }) => ({ value, label: name }))} />
          </Form.Item>
          <Words name="note" label="转办意见（选填）" most={500} required={false} />
        </>
      ) : null}
      {act === 'investigate' ? (
        <>
          <Form.Item name="finding" label="结论">
            <Radio.Group options={optionsOf(COMPLAINT_FINDINGS)} />
          </Form.Item>
          <Words name="investigation" label="调查情况" most={4000} rows={5} />
        </>
      ) : null}
      {act === 'answer' ? <Words name="answer" label="答复内容" most={2000} rows={5} /> : null}
      {act === 'check' ? (
        <Form.Item name="claimNumber" label="申报编号" rules={[{ required: true, message: '请填写申报编号' }]}>
          <InputNumber min={1} precision={0} style={{ width: '100%' }} />
        </Form.Item>
      ) : null}
    </FormModal>
  );
}

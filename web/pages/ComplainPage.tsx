import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Radio, Select, Steps, Tabs, TreeSelect } from 'antd';
import { useState } from 'react';
import type { ComplaintAnswer } from '../../contract/complaints.ts';
import type { RouteOutput } from '../../contract/routes.ts';
import { COMPLAINT_STATES, COMPLAINT_TOPICS, type ComplaintState, type ComplaintTopic } from '../../rules/complaint.ts';
import { optionsOf } from '../declare/controls.tsx';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { newId } from '../lib/ids.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { UploadFile } from '../parts/UploadFile.tsx';
import { Words } from '../parts/Words.tsx';

/** 投诉举报: for anybody, without a login and, if they wish, without a name. */
export function ComplainPage() {
  useTitle('投诉举报');
  return (
    <main className="public-page">
      <h1>继续教育投诉举报</h1>
      <p className="muted">
        对学时申报弄虚作假、单位不组织学习、培训机构虚假培训、工作人员不履职等问题，任何人都可以投诉举报，可以不留姓名，无需登录。
        {''}
        由当地人社部门受理，交行业主管部门调查核实并答复（《湖北省专业技术人员继续教育学时管理办法（试行）》第二十条）。
      </p>
      <section className="panel">
        <Tabs
          items={[
            { key: 'file', label: '我要投诉举报', children: <FileComplaint /> },
            { key: 'answer', label: '查询办理情况', children: <AskAnswer /> },
          ]}
        />
      </section>
      <p className="small">
        <a href="/login">登录系统</a>
      </p>
    </main>
  );
}

type Fields = {
  topic: ComplaintTopic;
  regionCode: string;
  industryCode?: string;
  aboutText?: string;
  content: string;
  named: boolean;
  name?: string;
  contact?: string;
};

function FileComplaint() {
  const [form] = Form.useForm<Fields>();
  const [requestKey] = useState(newId);
  const choices = useQuery({
    queryKey: keys.complaintChoices(),
    queryFn: () => call('complaintChoices', {}),
    staleTime: 600_000,
  });
  const file = useMutation({
    meta: { shown: true },
    mutationFn: ({ named, name = '', contact = '', aboutText = '', industryCode, ...rest }: Fields) =>
      call('fileComplaint', {
        headers: { 'idempotency-key': requestKey },
        body: { ...rest, aboutText, industryCode: industryCode ?? null, complainant: named ? { name, contact } : null },
      }),
  });
  // Undefined until the form is shown, whatever its type says.
  const named = (Form.useWatch('named', form) as boolean | undefined) ?? false;
  if (file.data) return <Filed {...file.data} />;
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      initialValues={{ named: false, topic: 'fraud' }}
      scrollToFirstError={{ focus: true, block: 'center' }}
      onFinish={(fields) => file.mutate(fields)}
    >
      {choices.error ? <ProblemNotice error={choices.error} /> : null}
      <Form.Item name="topic" label="反映什么问题">
        <Radio.Group options={optionsOf(COMPLAINT_TOPICS)} />
      </Form.Item>
      <PlaceFields {...choices.data} />
      <Form.Item name="aboutText" label="投诉的单位或人（选填）">
        <Input maxLength={200} placeholder="如 某某医院、某某培训机构" />
      </Form.Item>
      <Words name="content" label="具体情况" most={4000} rows={6} />
      <NameFields isNamed={named} />
      {file.error ? <ProblemNotice error={file.error} /> : null}
      <Button type="primary" htmlType="submit" size="large" loading={file.isPending}>
        提交
      </Button>
    </Form>
  );
}

type Choices = RouteOutput<'complaintChoices'>;

const PlaceFields = ({ regions = [], industries = [] }: Partial<Choices>) => (
  <>
    <Form.Item name="regionCode" label="发生在哪里" rules={[{ required: true, message: '请选择地区' }]}>
      <TreeSelect<string>
        showSearch={{ treeNodeFilterProp: 'title' }}
        treeData={treeOf(regions)}
        treeDefaultExpandedKeys={['420000']}
        placeholder="选择市、县"
      />
    </Form.Item>
    <Form.Item name="industryCode" label="属于哪个行业（选填）">
      <Select
        allowClear
        placeholder="不清楚可以不选"
        showSearch={{ optionFilterProp: 'label' }}
        options={industries.map(({ code, name }) => ({ value: code, label: name }))}
      />
    </Form.Item>
  </>
);

/** Whether to leave a name, and whose. */
const NameFields = ({ isNamed }: { isNamed: boolean }) => (
  <>
    <Form.Item
      name="named"
      label="是否留下姓名"
      extra={
        isNamed
          ? '您的姓名和联系方式只有办理人员可以看到，每次查看都会留下记录；被投诉的人看不到。'
          : '不留姓名也会办理；只能凭查询码了解结果。'
      }
    >
      <Radio.Group
        options={[
          { value: false, label: '匿名' },
          { value: true, label: '留下姓名和联系方式' },
        ]}
      />
    </Form.Item>
    {isNamed ? <ContactFields /> : null}
  </>
);

const ContactFields = () => (
  <>
    <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
      <Input maxLength={60} autoComplete="name" />
    </Form.Item>
    <Form.Item
      name="contact"
      label="电话或邮箱"
      rules={[{ required: true, whitespace: true, message: '请填写电话或邮箱' }]}
    >
      <Input maxLength={120} />
    </Form.Item>
  </>
);

function Filed({ number, code, receiverName }: { number: number; code: string; receiverName: string }) {
  const [files, setFiles] = useState(0);
  return (
    <div className="stack">
      <Alert type="success" showIcon title={`已提交，编号 ${number}`} description={`由${receiverName}受理。`} />
      <div className="panel">
        <h2>查询码（只显示这一次，请抄下或拍照）</h2>
        <p className="query-code">{code}</p>
        <p className="muted">凭查询码可以查看办理情况和答复，也可以补充材料。遗失后无法找回。</p>
      </div>
      <div>
        <h3>补充材料（选填，最多 5 份）</h3>
        <p className="muted">{files === 0 ? '还没有上传材料。' : `已上传 ${files} 份材料。`}</p>
        <UploadFile
          label="上传材料"
          upload={async (file) => {
            const sent = await call('addComplaintFile', {
              headers: { 'x-complaint-code': code },
              file,
              fileName: file.name,
            });
            setFiles(sent.files);
          }}
          refreshes={[]}
        />
      </div>
    </div>
  );
}

function AskAnswer() {
  const [code, setCode] = useState('');
  const ask = useMutation({
    meta: { shown: true },
    mutationFn: () => call('complaintAnswer', { body: { code } }),
  });
  return (
    <div className="stack">
      <Form layout="vertical" onFinish={() => ask.mutate()}>
        <Form.Item label="查询码" htmlFor="complaint-code">
          <Input
            id="complaint-code"
            value={code}
            maxLength={60}
            autoComplete="off"
            placeholder="如 ABCD-EFGH-JKLM-NPQR"
            onChange={(event) => setCode(event.target.value)}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={ask.isPending} disabled={code.trim() === ''}>
          查询
        </Button>
      </Form>
      {ask.error ? <ProblemNotice error={ask.error} /> : null}
      {ask.data === undefined ? null : <Answer answer={ask.data} code={code} onFiles={() => ask.mutate()} />}
    </div>
  );
}

const STATES = Object.keys(COMPLAINT_STATES) as ComplaintState[];
const STEPS = ['受理', '转办', '调查核实', '答复'] as const;

function Answer({ answer, code, onFiles }: { answer: ComplaintAnswer; code: string; onFiles: () => void }) {
  const times = [answer.receivedAt, answer.assignedAt, answer.investigatedAt, answer.answeredAt];
  return (
    <div className="stack">
      <Alert
        type={answer.state === 'answered' ? 'success' : answer.isOverdue ? 'warning' : 'info'}
        showIcon
        title={`编号 ${answer.number}：${answer.stateLabel}${answer.isOverdue ? '，已逾期' : ''}`}
        description={answer.state === 'answered' ? null : <Promised answer={answer} />}
      />
      <Steps
        orientation="vertical"
        size="small"
        current={answer.state === 'answered' ? STATES.length : STATES.indexOf(answer.state) + 1}
        items={STEPS.map((title, at) => {
          const time = times[at] ?? null;
          return { title, content: time === null ? '' : formatInstant(time) };
        })}
      />
      {answer.answer === null ? (
        <UploadFile
          label={`补充材料（已有 ${answer.files} 份）`}
          disabled={answer.files >= 5}
          upload={async (file) => {
            await call('addComplaintFile', { headers: { 'x-complaint-code': code }, file, fileName: file.name });
            onFiles();
          }}
          refreshes={[]}
        />
      ) : (
        <div className="panel">
          <h2>答复</h2>
          <p>
            调查结果：<strong>{answer.findingLabel}</strong>
          </p>
          <p className="pre-line">{answer.answer}</p>
          <p className="muted small">{answer.bodyName}</p>
        </div>
      )}
    </div>
  );
}

/** Who deals with it and by when (系统默认解释 D-47); where that is late, who has been told. */
function Promised({ answer }: { answer: ComplaintAnswer }) {
  const { bodyName, dutyLabel, dueOn, answerDueOn, isOverdue, escalatedToName } = answer;
  return (
    <>
      <div>办理部门：{bodyName}</div>
      {dueOn === null ? null : (
        <div>
          应于{formatDay(dueOn)}前{dutyLabel}
          {dueOn === answerDueOn ? '' : `，${formatDay(answerDueOn)}前答复`}
          {isOverdue ? '；已逾期，系统已提醒办理部门' : ''}
          {escalatedToName === null ? '' : `，并已告知其上级${escalatedToName}`}。
        </div>
      )}
    </>
  );
}

type Region = { code: string; name: string; parentCode: string | null };
type Node = { value: string; title: string; children?: Node[] };

function treeOf(regions: readonly Region[]): Node[] {
  const childrenOf = (parent: string | null): Node[] =>
    regions
      .filter((region) => region.parentCode === parent)
      .map(({ code, name }) => {
        const children = childrenOf(code);
        return { value: code, title: name, ...(children.length > 0 && { children }) };
      });
  return childrenOf(null);
}

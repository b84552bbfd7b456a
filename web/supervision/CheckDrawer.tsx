import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Checkbox, Drawer, Form, Radio, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import type { CheckDetail } from '../../contract/inspections.ts';
import { formatHours } from '../../rules/hours.ts';
import { VIOLATIONS, type Violation } from '../../rules/rectification.ts';
import { optionsOf } from '../declare/controls.tsx';
import { inBackground } from '../lib/faults.ts';
import { withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { CaseEvents } from '../parts/CaseEvents.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { StateTag } from '../parts/StateTag.tsx';
import { Words } from '../parts/Words.tsx';
import { DayField, dayText } from '../people/fields.tsx';

/** One check task: the claim, why it was drawn, and the conclusion with all that follows from it. */
export function CheckDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const check = useQuery({
    queryKey: keys.check(id ?? ''),
    queryFn: () => call('check', { params: { id: id ?? '' } }),
    enabled: id !== null,
  });
  return (
    <Drawer open={id !== null} onClose={onClose} size="large" title="核查任务" destroyOnHidden>
      {check.error ? <ProblemNotice error={check.error} onRetry={() => inBackground(check.refetch())} /> : null}
      {check.isLoading ? <Loading /> : null}
      {check.data === undefined ? null : <Body check={check.data} />}
    </Drawer>
  );
}

function Body({ check }: { check: CheckDetail }) {
  const [isConcluding, setConcluding] = useState(false);
  return (
    <div className="stack">
      {check.barred === null ? null : <Alert type="warning" showIcon title="需要回避" description={check.barred} />}
      <Facts check={check} />
      {check.may.conclude ? (
        <div>
          <Button type="primary" onClick={() => setConcluding(true)}>
            作出结论
          </Button>
        </div>
      ) : null}
      {isConcluding ? <Conclude check={check} onClose={() => setConcluding(false)} /> : null}
      <CaseEvents events={check.events} />
    </div>
  );
}

/** What is checked, why it was drawn, and what came of it. */
const Facts = ({ check }: { check: CheckDetail }) => (
  <dl className="facts">
    <dt>申报</dt>
    <dd>
      <Link to="/claims/$claimId" params={{ claimId: check.claimId }}>
        {check.claimNumber}　{check.claimTitle}
      </Link>
      　<StateTag state={check.claimState} />
    </dd>
    <dt>申报人</dt>
    <dd>
      {check.personName}（{check.employerName}）
    </dd>
    <dt>形式和学时</dt>
    <dd>
      {check.formLabel}，{formatHours(check.hundredths)}
    </dd>
    <dt>来源</dt>
    <dd>{check.inspectionTitle}</dd>
    <dt>风险</dt>
    <dd>
      {check.risks.length === 0 ? '随机抽中，系统没有发现风险' : `合计 ${check.score} 分`}
      {check.risks.map((risk) => (
        <div key={risk.kind}>
          {risk.label}（{risk.score} 分）：{withDays(risk.reason)}
        </div>
      ))}
    </dd>
    {check.conclusion === null ? null : (
      <>
        <dt>结论</dt>
        <dd className="pre-line">
          {check.stateLabel}：{check.conclusion}
        </dd>
      </>
    )}
    {check.consequences.length === 0 ? null : (
      <>
        <dt>处理</dt>
        <dd>{check.consequences.map((each) => each.label).join('、')}</dd>
      </>
    )}
  </dl>
);

type Follow = 'revoke' | 'sanction' | 'order';
type Fields = {
  outcome: 'passed' | 'finding';
  conclusion: string;
  follows?: Follow[];
  violation?: Violation;
  requirement?: string;
  dueOn?: Dayjs;
};

function Conclude({ check, onClose }: { check: CheckDetail; onClose: () => void }) {
  const [form] = Form.useForm<Fields>();
  // Undefined until the form is shown, whatever its type says.
  const outcome = (Form.useWatch('outcome', form) as Fields['outcome'] | undefined) ?? 'passed';
  const follows: readonly Follow[] = Form.useWatch<Follow[] | undefined>('follows', form) ?? [];
  return (
    <FormModal<Fields>
      title="核查结论"
      okText="确定结论"
      form={form}
      danger={outcome === 'finding'}
      start={{ outcome: 'passed', follows: [], violation: 'lax-review', dueOn: dayjs().add(30, 'day') }}
      save={(fields) => call('concludeCheck', { params: { id: check.id }, body: conclusionOf(fields) })}
      refreshes={[keys.checks(), keys.inspections(), keys.rectifications()]}
      onClose={onClose}
    >
      <Form.Item name="outcome" label="结论">
        <Radio.Group
          options={[
            { value: 'passed', label: '核查通过' },
            { value: 'finding', label: '发现问题' },
          ]}
        />
      </Form.Item>
      <Words name="conclusion" label="核查情况" most={2000} rows={4} />
      {outcome === 'finding' ? <FollowsField check={check} /> : null}
      {outcome === 'finding' && follows.includes('order') ? <OrderFields /> : null}
    </FormModal>
  );
}

const FollowsField = ({ check }: { check: CheckDetail }) => (
  <Form.Item name="follows" label="处理（可多选，一并生效）">
    <Checkbox.Group
      options={[
        { value: 'revoke', label: '撤销认定，学时不再计入', disabled: !check.may.revoke },
        { value: 'sanction', label: '涉嫌弄虚作假，立案处理（第二十一条）', disabled: !check.may.sanction },
        { value: 'order', label: `责令${check.employerName}限期改正（第二十二条）` },
      ]}
    />
  </Form.Item>
);

const OrderFields = () => (
  <>
    <Form.Item name="violation" label="违规行为">
      <Select options={optionsOf(VIOLATIONS)} />
    </Form.Item>
    <Words name="requirement" label="改正要求" most={2000} />
    <DayField name="dueOn" label="改正期限（含当日）" />
  </>
);

/** A check that is passed has no consequences, whatever was ticked before. */
function conclusionOf({ outcome, conclusion, follows = [], violation = 'other', requirement = '', dueOn }: Fields) {
  if (outcome === 'passed') return { outcome, conclusion };
  return {
    outcome,
    conclusion,
    revoke: follows.includes('revoke'),
    sanction: follows.includes('sanction'),
    order: follows.includes('order') && dueOn !== undefined ? { violation, requirement, dueOn: dayText(dueOn) } : null,
  };
}

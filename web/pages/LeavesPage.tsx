import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, DatePicker, Form, Popconfirm, Select, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { Leave, LeavePool } from '../../contract/leaves.ts';
import { STAGE_KINDS } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Relations } from '../overdue/Relations.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { dayText } from '../people/fields.tsx';

/** 请假与代理: leave with a stand-in, and family one declares (回避关系). */
export function LeavesPage() {
  useTitle('请假与代理');
  const leaves = useQuery({ queryKey: keys.leaves(), queryFn: () => call('leaves', {}) });
  const [isRecording, setRecording] = useState(false);
  if (leaves.error) return <ProblemNotice error={leaves.error} onRetry={() => inBackground(leaves.refetch())} />;
  if (leaves.data === undefined) return <Loading />;
  const { items, pools } = leaves.data;
  return (
    <>
      <div className="page-head">
        <div>
          <h1>请假与代理</h1>
          <div className="muted">
            请假期间，您已认领的任务可由代理人接手，决定会注明“代理”。到期自动恢复，不需要另行办理。
          </div>
        </div>
        {pools.length === 0 ? null : (
          <Button type="primary" onClick={() => setRecording(true)}>
            登记请假
          </Button>
        )}
      </div>
      <section className="panel" aria-labelledby="leaves">
        <h2 id="leaves">请假</h2>
        {items.length === 0 ? <Nothing title="没有请假记录">登记后，代理人会收到通知。</Nothing> : null}
        {items.map((leave) => (
          <Row key={leave.id} leave={leave} />
        ))}
      </section>
      <Relations />
      {isRecording ? <Record pools={pools} onClose={() => setRecording(false)} /> : null}
    </>
  );
}

const STATES = {
  coming: ['processing', '未开始'],
  running: ['warning', '请假中'],
  over: ['default', '已结束'],
  cancelled: ['default', '已取消'],
} as const;

function Row({ leave }: { leave: Leave }) {
  const { message } = App.useApp();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => call('endLeave', { params: { id: leave.id } }),
    onSuccess: () => {
      message.success('已结束');
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.leaves() }),
  });
  const [colour, label] = STATES[leave.state];
  return (
    <article className="list-row" aria-label={`${leave.personName}的请假`}>
      <div className="grow">
        <strong>{leave.personName}</strong> 请假，由<strong>{leave.standInName}</strong>代理{' '}
        <Tag color={colour}>{label}</Tag>
        <div className="muted small">
          {leave.organisationName}　{STAGE_KINDS[leave.stage]}　{formatDay(leave.fromOn)}至{formatDay(leave.untilOn)}
          （含）　{leave.recordedByName}登记
          {leave.state === 'running' ? `　已认领 ${leave.claimedTasks} 项，可由代理人接手` : ''}
        </div>
      </div>
      {leave.mayEnd ? (
        <Popconfirm
          title={leave.state === 'running' ? '今天起恢复办理？' : '取消这次请假？'}
          description="代理随之终止，代理人会收到通知。"
          okText="确定"
          cancelText="返回"
          onConfirm={() => end.mutate()}
        >
          <Button loading={end.isPending}>{leave.state === 'running' ? '提前结束' : '取消'}</Button>
        </Popconfirm>
      ) : null}
    </article>
  );
}

type Fields = { pool: number; personId?: string; standInId: string; days: [Dayjs, Dayjs] };

function Record({ pools, onClose }: { pools: readonly LeavePool[]; onClose: () => void }) {
  const me = useMe();
  const [form] = Form.useForm<Fields>();
  const [at, setAt] = useState(0);
  const [absent, setAbsent] = useState<string>();
  const pool = pools[at];
  const own = me.data?.person.id;
  const isForAnybody = pool?.mayRecordFor === 'anybody';
  const away = isForAnybody ? absent : own;
  const people = (pool?.people ?? []).map((p) => ({ value: p.personId, label: p.name }));
  return (
    <FormModal<Fields>
      title="登记请假"
      okText="登记"
      form={form}
      start={{ pool: 0 }}
      onChange={({ pool: chosen, personId }) => {
        if (chosen !== undefined) {
          setAt(chosen);
          setAbsent(undefined);
          form.setFieldsValue({ personId: undefined, standInId: undefined } as unknown as Fields);
        }
        if (personId !== undefined) setAbsent(personId);
      }}
      refreshes={[keys.leaves()]}
      save={(fields, key) => {
        if (pool === undefined) throw new Error('no pool chosen');
        return call('recordLeave', { headers: { 'idempotency-key': key }, body: leaveOf(pool, fields) });
      }}
      onClose={onClose}
    >
      <Form.Item name="pool" label="岗位">
        <Select
          options={pools.map((one, value) => ({ value, label: `${one.organisationName}　${STAGE_KINDS[one.stage]}` }))}
        />
      </Form.Item>
      {isForAnybody ? (
        <Form.Item name="personId" label="请假人" rules={[{ required: true, message: '请选择请假人' }]}>
          <Select options={people} placeholder="本岗位人员" />
        </Form.Item>
      ) : null}
      <AwayFields standIns={people.filter(({ value }) => value !== away)} />
    </FormModal>
  );
}

/** When somebody is away, and who stands in. */
const AwayFields = ({ standIns }: { standIns: { value: string; label: string }[] }) => (
  <>
    <Form.Item name="days" label="请假日期（含首尾两天）" rules={[{ required: true, message: '请选择日期' }]}>
      <DatePicker.RangePicker />
    </Form.Item>
    <Form.Item
      name="standInId"
      label="代理人"
      extra="须为本机构同一岗位、这段时间在岗的同事。"
      rules={[{ required: true, message: '请选择代理人' }]}
    >
      <Select options={standIns} placeholder="同岗位同事" notFoundContent="本岗位没有其他人员，请先由管理员授予岗位" />
    </Form.Item>
  </>
);

function leaveOf({ organisationId, role }: LeavePool, { personId, standInId, days: [from, until] }: Fields) {
  const leave = { organisationId, role, standInId, fromOn: dayText(from), untilOn: dayText(until) };
  return personId === undefined ? leave : { ...leave, personId };
}

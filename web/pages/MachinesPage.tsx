import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, DatePicker, Form, Input, Modal, Popconfirm, Tag, Typography } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { MACHINE_SCOPES, MACHINE_STATES, type MachineClient, type MachineScope } from '../../contract/machines.ts';
import { codes } from '../../rules/vocabulary.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { FoundField } from '../parts/FoundField.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 管理 → 系统凭证: which systems may ask or report by themselves. */
export function MachinesPage() {
  useTitle('系统凭证');
  const [isIssuing, setIssuing] = useState(false);
  const machines = useQuery({ queryKey: keys.machines(), queryFn: () => call('machines', {}) });
  return (
    <>
      <PageHead
        title="系统凭证"
        hint="其他系统凭此登记学时或查询年度学时。密钥只在签发时显示一次；每次查询都有记录，本人可见。"
      >
        <Button
          type="primary"
          onClick={() => {
            setIssuing(true);
          }}
        >
          签发凭证
        </Button>
      </PageHead>
      <section className="panel" aria-label="系统凭证列表">
        {machines.error ? (
          <ProblemNotice error={machines.error} onRetry={() => inBackground(machines.refetch())} />
        ) : null}
        {machines.isLoading ? <Loading /> : null}
        {machines.data === undefined ? null : <List machines={machines.data.items} />}
      </section>
      {isIssuing ? <Issue onClose={() => setIssuing(false)} /> : null}
    </>
  );
}

const COLOURS = { future: 'default', 'in-force': 'success', ended: 'error' } as const;

function List({ machines }: { machines: readonly MachineClient[] }) {
  return (
    <DataTable<MachineClient>
      rowKey="id"
      dataSource={[...machines]}
      pagination={machines.length > 20 ? { pageSize: 20 } : false}
      locale={{ emptyText: <Nothing title="还没有签发凭证">签发后，其他系统才能登记或查询学时。</Nothing> }}
      columns={[
        { title: '系统', dataIndex: 'name' },
        { title: '机构', dataIndex: 'organisationName' },
        { title: '用途', render: (_, { scopeLabels }) => scopeLabels.map((label) => <Tag key={label}>{label}</Tag>) },
        { title: '有效期', render: (_, machine) => validity(machine) },
        {
          title: '状态',
          render: (_, { state }) => <Tag color={COLOURS[state]}>{MACHINE_STATES[state]}</Tag>,
        },
        {
          title: '签发',
          render: (_, { createdAt, createdByName }) => (
            <>
              <div>{createdByName ?? '系统'}</div>
              <div className="muted small">{formatInstant(createdAt)}</div>
            </>
          ),
        },
        {
          title: '操作',
          fixed: 'end',
          render: (_, machine) => (machine.state === 'ended' ? null : <End machine={machine} />),
        },
      ]}
    />
  );
}

function validity({ fromOn, untilOn, endedAt }: MachineClient): string {
  if (endedAt !== null) return `${formatInstant(endedAt)}终止`;
  return untilOn === null ? `${formatDay(fromOn)}起，长期` : `${formatDay(fromOn)}起，${formatDay(untilOn)}失效`;
}

function End({ machine }: { machine: MachineClient }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => call('endMachine', { params: { id: machine.id } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.machines() }),
  });
  return (
    <Popconfirm
      title={`终止“${machine.name}”的凭证？`}
      description="立即生效，不能恢复；需要时另行签发。"
      okText="终止"
      cancelText="取消"
      onConfirm={() => {
        end.mutate();
      }}
    >
      <Button size="small" danger loading={end.isPending}>
        终止
      </Button>
    </Popconfirm>
  );
}

type Fields = { name: string; organisationId: string; scopes: MachineScope[]; untilOn?: Dayjs | null };

function Issue({ onClose }: { onClose: () => void }) {
  const [token, setToken] = useState<string>();
  if (token !== undefined) return <Secret token={token} onClose={onClose} />;
  return (
    <FormModal<Fields, { token: string }>
      title="签发系统凭证"
      okText="签发"
      save={({ untilOn, ...fields }, requestKey) =>
        call('issueMachine', {
          headers: { 'idempotency-key': requestKey },
          body: { ...fields, untilOn: untilOn?.format('YYYY-MM-DD') ?? null },
        })
      }
      refreshes={[keys.machines()]}
      onSaved={(issued) => setToken(issued.token)}
      onClose={onClose}
    >
      <Form.Item name="name" label="系统名称" rules={[{ required: true, message: '请填写系统名称' }]}>
        <Input maxLength={120} placeholder="如：湖北省职称评审管理信息系统" />
      </Form.Item>
      <FoundField
        name="organisationId"
        label="使用机构"
        keyOf={(q) => keys.organisations({ found: q })}
        find={(q) => call('organisations', { query: { q, limit: 20 } })}
      />
      {/* Not `required`: antd would say so on an element that may not carry it. */}
      <Form.Item
        name="scopes"
        label="用途"
        rules={[
          {
            validator: (_, chosen: MachineScope[] = []) =>
              chosen.length > 0 ? Promise.resolve() : Promise.reject(new Error('请至少选择一项用途')),
          },
        ]}
      >
        <Checkbox.Group options={codes(MACHINE_SCOPES).map((value) => ({ value, label: MACHINE_SCOPES[value] }))} />
      </Form.Item>
      <Form.Item name="untilOn" label="失效日期（留空为长期）">
        <DatePicker style={{ width: '100%' }} />
      </Form.Item>
    </FormModal>
  );
}

/** The one time the secret is seen. */
function Secret({ token, onClose }: { token: string; onClose: () => void }) {
  return (
    // Closed on purpose only: what is lost here is issued anew.
    <Modal
      open
      title="凭证已签发"
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={
        <Button type="primary" onClick={onClose}>
          我已保存
        </Button>
      }
    >
      <Alert type="warning" showIcon title="密钥只显示这一次，关闭后无法再查看。" style={{ marginBottom: 12 }} />
      <p>请交给对方系统的技术人员，调用时放在请求头中：</p>
      <Typography.Paragraph code copyable={{ text: `Bearer ${token}` }} style={{ wordBreak: 'break-all' }}>
        Authorization: Bearer {token}
      </Typography.Paragraph>
    </Modal>
  );
}

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Popconfirm, Select, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { StaffMember } from '../../contract/people.ts';
import type { RoleHolding } from '../../contract/roles.ts';
import { codes, ORGANISATION_KINDS, type Role } from '../../rules/vocabulary.ts';
import { useDebounced } from '../lib/debounced.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { waysQuery } from '../lib/ways-in.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { OrganisationChoice, useOrganisationChoice } from '../people/choice.tsx';
import { DayField, dayText, PersonFields, UnitField } from '../people/fields.tsx';
import { OneTimePassword } from '../people/OneTimePassword.tsx';

const KINDS = codes(ORGANISATION_KINDS);

/** 单位 → 人员登记: the organisation's people, their accounts and their roles. */
export function RegisterPage() {
  useTitle('人员登记');
  const { me, organisations, chosen, choose } = useOrganisationChoice(KINDS);
  const [isAdding, setAdding] = useState(false);
  if (me.data === undefined) return <Loading />;
  if (chosen === undefined) return <Nothing title="没有您管理的机构">人员由本机构的管理员登记。</Nothing>;
  const { organisationId: id, organisationKind: kind } = chosen;
  return (
    <>
      <PageHead title="人员登记">
        <OrganisationChoice {...{ organisations, chosen, choose }} />
        <Button type="primary" onClick={() => setAdding(true)}>
          登记人员
        </Button>
      </PageHead>
      <People key={`people/${id}`} id={id} />
      <Roles key={`roles/${id}`} id={id} />
      {isAdding ? (
        <Add id={id} isAgency={kind === 'personnel-archive-agency'} onClose={() => setAdding(false)} />
      ) : null}
    </>
  );
}

function People({ id }: { id: string }) {
  const [text, setText] = useState('');
  const q = useDebounced(text.trim(), 300);
  const staff = useInfiniteQuery({
    queryKey: keys.staff({ id, q }),
    queryFn: ({ pageParam }) => call('staff', { params: { id }, query: { q, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  const items = staff.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel stack" aria-label="人员">
      <Input.Search
        aria-label="按姓名或用户名查找"
        placeholder="姓名或用户名"
        allowClear
        maxLength={60}
        value={text}
        onChange={(event) => setText(event.target.value)}
        style={{ width: '15.7rem', maxWidth: '100%' }}
      />
      {staff.error ? <ProblemNotice error={staff.error} onRetry={() => inBackground(staff.refetch())} /> : null}
      <DataTable<StaffMember>
        rowKey="personId"
        loading={staff.isLoading}
        dataSource={items}
        locale={{ emptyText: <Nothing title="还没有人员">登记后，本人用一次性密码登录。</Nothing> }}
        columns={[
          { title: '姓名', dataIndex: 'name' },
          { title: '身份证号码', dataIndex: 'idNumberMasked' },
          { title: '职称', render: (_, { title }) => title ?? '—' },
          { title: '任职', render: (_, { affiliation }) => affiliationText(affiliation) },
          {
            title: '岗位',
            render: (_, { roles }) => roles.map(({ role, roleName }) => <Tag key={role}>{roleName}</Tag>),
          },
          {
            title: '用户名',
            render: (_, { username, mustChangePassword }) =>
              `${username ?? '—'}${mustChangePassword ? '（未改密码）' : ''}`,
          },
          { title: '操作', render: (_, person) => <SigningIn id={id} person={person} /> },
        ]}
      />
      <LoadMore list={staff} />
    </section>
  );
}

function affiliationText(affiliation: StaffMember['affiliation']): string {
  if (affiliation === null) return '工作人员';
  const { employerName, unitKindName, fromOn, untilOn } = affiliation;
  return `${employerName}（${unitKindName}），${formatDay(fromOn)}起${untilOn === null ? '' : `，${formatDay(untilOn)}止`}`;
}

/** How the person signs in is the manager's to mend. */
const SigningIn = (of: { id: string; person: StaffMember }) => (
  <div className="row">
    <Reset {...of} />
    <Identity {...of} />
  </div>
);

function Reset({ id, person }: { id: string; person: StaffMember }) {
  const reset = useMutation({
    mutationFn: () => call('resetPassword', { params: { id, personId: person.personId } }),
  });
  return (
    <>
      <Popconfirm
        title={`重置${person.name}的密码？`}
        description="原密码和现有登录立即失效。"
        okText="重置"
        cancelText="取消"
        onConfirm={() => reset.mutate()}
      >
        <Button size="small" loading={reset.isPending}>
          重置密码
        </Button>
      </Popconfirm>
      {reset.data === undefined ? null : <OneTimePassword {...reset.data} onClose={() => reset.reset()} />}
    </>
  );
}

/** Whether the person also signs in at the identity provider; absent where none is configured. */
function Identity({ id, person }: { id: string; person: StaffMember }) {
  const ways = useQuery(waysQuery);
  const client = useQueryClient();
  const [isLinking, setLinking] = useState(false);
  const params = { id, personId: person.personId };
  const unlink = useMutation({
    mutationFn: () => call('unlinkIdentity', { params }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.staff() }),
  });
  if (!ways.data?.provider) return null;
  if (person.isLinked)
    return (
      <Popconfirm
        title={`解除${person.name}的统一身份关联？`}
        description="经统一身份认证的登录立即失效，密码登录不受影响。"
        okText="解除"
        cancelText="取消"
        onConfirm={() => unlink.mutate()}
      >
        <Button size="small" loading={unlink.isPending}>
          解除关联
        </Button>
      </Popconfirm>
    );
  return (
    <>
      <Button size="small" onClick={() => setLinking(true)}>
        关联统一身份
      </Button>
      {isLinking ? (
        <FormModal<{ code: string }>
          title={`为${person.name}关联统一身份`}
          okText="关联"
          save={(body) => call('linkIdentity', { params, body })}
          refreshes={[keys.staff()]}
          onClose={() => setLinking(false)}
        >
          <p>请先当面或通过可靠的方式核实是本人，再填写本人在登录页看到的关联码。</p>
          <Form.Item name="code" label="关联码" rules={[{ required: true, message: '请填写关联码' }]}>
            <Input maxLength={12} autoComplete="off" />
          </Form.Item>
        </FormModal>
      ) : null}
    </>
  );
}

type Fields = { name: string; idNumber: string; title?: string; fromOn: Dayjs; employerId?: string };

function Add({ id, isAgency, onClose }: { id: string; isAgency: boolean; onClose: () => void }) {
  const [account, setAccount] = useState<{ username: string; oneTimePassword: string }>();
  if (account !== undefined) return <OneTimePassword {...account} onClose={onClose} />;
  return (
    <FormModal<Fields, { username: string; oneTimePassword: string }>
      title="登记人员"
      okText="登记"
      save={({ fromOn, title, ...fields }, requestKey) =>
        call('registerPerson', {
          params: { id },
          headers: { 'idempotency-key': requestKey },
          body: { ...fields, title: title || null, fromOn: dayText(fromOn) },
        })
      }
      refreshes={[keys.staff()]}
      onSaved={setAccount}
      onClose={onClose}
    >
      <PersonFields />
      <Form.Item name="title" label="职称">
        <Input maxLength={40} />
      </Form.Item>
      {isAgency ? <UnitField name="employerId" label="实际工作的单位" /> : null}
      <DayField name="fromOn" label="任职起始日期" />
    </FormModal>
  );
}

const STATES = { future: ['default', '未开始'], held: ['success', '在任'], ended: ['default', '已终止'] } as const;

function Roles({ id }: { id: string }) {
  const roles = useQuery({ queryKey: keys.roles(id), queryFn: () => call('roles', { params: { id } }) });
  const [isGranting, setGranting] = useState(false);
  return (
    <section className="panel stack" aria-labelledby="roles">
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <h2 id="roles" style={{ margin: 0, fontSize: '1.12rem' }}>
          岗位
        </h2>
        <Button disabled={(roles.data?.grantable.length ?? 0) === 0} onClick={() => setGranting(true)}>
          授予岗位
        </Button>
      </div>
      {roles.error ? <ProblemNotice error={roles.error} onRetry={() => inBackground(roles.refetch())} /> : null}
      <DataTable<RoleHolding>
        rowKey="id"
        loading={roles.isLoading}
        dataSource={roles.data?.items ?? []}
        locale={{ emptyText: <Nothing title="还没有岗位">授予岗位后，才能办理本机构的任务。</Nothing> }}
        columns={[
          { title: '姓名', dataIndex: 'personName' },
          { title: '岗位', dataIndex: 'roleName' },
          {
            title: '期限',
            render: (_, { fromOn, untilOn }) =>
              `${formatDay(fromOn)}起${untilOn === null ? '' : `，${formatDay(untilOn)}止`}`,
          },
          { title: '状态', render: (_, { state }) => <Tag color={STATES[state][0]}>{STATES[state][1]}</Tag> },
          {
            title: '操作',
            render: (_, holding) => <End id={id} holding={holding} grantable={roles.data?.grantable ?? []} />,
          },
        ]}
      />
      {isGranting ? <Grant id={id} grantable={roles.data?.grantable ?? []} onClose={() => setGranting(false)} /> : null}
    </section>
  );
}

type Grantable = readonly { role: Role; roleName: string }[];

function End({ id, holding, grantable }: { id: string; holding: RoleHolding; grantable: Grantable }) {
  const client = useQueryClient();
  const me = useQuery({ queryKey: keys.me(), queryFn: () => call('me', {}) });
  const end = useMutation({
    mutationFn: (untilOn: string) => call('endRole', { params: { id, holdingId: holding.id }, body: { untilOn } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.roles(id) }),
  });
  const today = me.data?.today;
  const mayEnd = holding.state === 'held' && !holding.isOwn && grantable.some((g) => g.role === holding.role);
  if (!mayEnd || today === undefined) return null;
  return (
    <Popconfirm
      title={`今天终止${holding.personName}的“${holding.roleName}”？`}
      description={
        holding.claimedTasks > 0 ? `已认领的 ${holding.claimedTasks} 项任务将回到待办。` : '没有已认领的任务。'
      }
      okText="终止"
      cancelText="取消"
      onConfirm={() => end.mutate(today)}
    >
      <Button size="small" danger loading={end.isPending}>
        终止
      </Button>
    </Popconfirm>
  );
}

function Grant({ id, grantable, onClose }: { id: string; grantable: Grantable; onClose: () => void }) {
  const [text, setText] = useState('');
  const q = useDebounced(text.trim(), 300);
  const staff = useQuery({
    queryKey: keys.staff({ id, q, for: 'role' }),
    queryFn: () => call('staff', { params: { id }, query: { q, limit: 20 } }),
  });
  return (
    <FormModal<{ personId: string; role: Role; fromOn: Dayjs }>
      title="授予岗位"
      okText="授予"
      save={({ fromOn, ...fields }, requestKey) =>
        call('grantRole', {
          params: { id },
          headers: { 'idempotency-key': requestKey },
          body: { ...fields, fromOn: dayText(fromOn) },
        })
      }
      refreshes={[keys.roles(id)]}
      onClose={onClose}
    >
      <Form.Item name="personId" label="人员" rules={[{ required: true, message: '请选择人员' }]}>
        <Select
          showSearch={{ filterOption: false, onSearch: setText }}
          placeholder="输入姓名查找"
          options={(staff.data?.items ?? []).map((p) => ({
            value: p.personId,
            label: `${p.name}　${p.idNumberMasked}`,
          }))}
        />
      </Form.Item>
      <Form.Item name="role" label="岗位" rules={[{ required: true, message: '请选择岗位' }]}>
        <Select options={grantable.map(({ role, roleName }) => ({ value: role, label: roleName }))} />
      </Form.Item>
      <DayField name="fromOn" label="起始日期" />
    </FormModal>
  );
}

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Drawer, Form, Input, Select, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { OrganisationDetail, OrganisationSummary } from '../../contract/organisations.ts';
import { ORGANISATION_KINDS, type OrganisationKind, UNIT_KINDS, type UnitKind } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { useDebounced } from '../lib/debounced.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import { DataTable } from '../parts/DataTable.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { LoadMore } from '../parts/LoadMore.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Closing } from '../people/Closing.tsx';
import { DayField, dayText } from '../people/fields.tsx';
import { Unplaced } from '../people/Unplaced.tsx';

/** 管理 → 机构: the organisations of a place, what each is and since when. */
export function OrganisationsPage() {
  useTitle('机构');
  const [isAdding, setAdding] = useState(false);
  const [shown, show] = useState<string>();
  return (
    <>
      <PageHead title="机构">
        <Button type="primary" onClick={() => setAdding(true)}>
          登记机构
        </Button>
      </PageHead>
      <List onShow={show} />
      <Unplaced />
      {isAdding ? <Add onClose={() => setAdding(false)} /> : null}
      {shown === undefined ? null : <Detail id={shown} onClose={() => show(undefined)} />}
    </>
  );
}

type FiltersProps = {
  text: string;
  setText: (text: string) => void;
  kind: OrganisationKind | undefined;
  setKind: (kind: OrganisationKind | undefined) => void;
};

function Filters({ text, setText, kind, setKind }: FiltersProps) {
  return (
    <div className="row">
      <Input.Search
        aria-label="按名称查找"
        placeholder="名称"
        allowClear
        maxLength={60}
        value={text}
        onChange={(event) => setText(event.target.value)}
        style={{ width: '15.7rem', maxWidth: '100%' }}
      />
      <AnyOf<OrganisationKind>
        label="机构类别"
        all="全部类别"
        value={kind}
        options={optionsOf(ORGANISATION_KINDS)}
        onChange={setKind}
        width={220}
      />
    </div>
  );
}

function List({ onShow }: { onShow: (id: string) => void }) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<OrganisationKind>();
  const q = useDebounced(text.trim(), 300);
  const list = useInfiniteQuery({
    queryKey: keys.organisations({ q, kind }),
    queryFn: ({ pageParam }) => call('organisations', { query: { q, kind, after: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  return (
    <section className="panel stack" aria-label="机构列表">
      <Filters {...{ text, setText, kind, setKind }} />
      {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
      <DataTable<OrganisationSummary>
        rowKey="id"
        loading={list.isLoading}
        dataSource={list.data?.pages.flatMap((page) => page.items) ?? []}
        locale={{ emptyText: <Nothing title="没有机构">管辖范围内没有符合条件的机构。</Nothing> }}
        columns={[
          {
            title: '名称',
            render: (_, { id, name, closedOn }) => (
              <>
                <Button type="link" style={{ padding: 0 }} onClick={() => onShow(id)}>
                  {name}
                </Button>
                {closedOn === null ? null : <Tag style={{ marginLeft: 8 }}>已撤销</Tag>}
              </>
            ),
          },
          { title: '类别', dataIndex: 'kindName' },
          { title: '单位类型', render: (_, { unitKindName }) => unitKindName ?? '—' },
          { title: '区划', dataIndex: 'regionName' },
          { title: '行业', render: (_, { industryName }) => industryName ?? '—' },
        ]}
      />
      <LoadMore list={list} />
    </section>
  );
}

type Attributes = {
  name: string;
  regionCode: string;
  industryCode?: string | null;
  unitKind?: UnitKind | null;
  supervisingDepartmentId?: string | null;
  studyArchive?: boolean;
};

/** The fields that fit the kind; the others are not shown and not sent. */
function AttributeFields({ kind }: { kind: OrganisationKind }) {
  const places = useQuery({ queryKey: keys.places(), queryFn: () => call('places', {}), staleTime: 300_000 });
  const unitKind = Form.useWatch<UnitKind | undefined>('unitKind');
  const byName = { showSearch: { optionFilterProp: 'label' } };
  const named = (items: readonly { id: string; name: string }[] = []) =>
    items.map(({ id, name }) => ({ value: id, label: name }));
  const coded = (items: readonly { code: string; name: string }[] = []) =>
    items.map(({ code, name }) => ({ value: code, label: name }));
  const required = (message: string) => [{ required: true, message }];
  const { 'archive-hosted': _, ...unitKinds } = UNIT_KINDS;
  return (
    <>
      <Form.Item name="name" label="全称" rules={required('请填写全称')}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="regionCode" label="区划" rules={required('请选择区划')}>
        <Select {...byName} options={coded(places.data?.regions)} loading={places.isLoading} />
      </Form.Item>
      {kind === 'employer' || kind === 'industry-authority' ? (
        <Form.Item name="industryCode" label="行业" rules={required('请选择行业')}>
          <Select {...byName} options={coded(places.data?.industries)} />
        </Form.Item>
      ) : null}
      {kind === 'employer' ? (
        <>
          <Form.Item name="unitKind" label="单位类型" rules={required('请选择单位类型')}>
            <Select options={optionsOf(unitKinds)} />
          </Form.Item>
          {unitKind === 'provincial-direct' ? (
            <Form.Item name="supervisingDepartmentId" label="省直主管部门" rules={required('请选择省直主管部门')}>
              <Select {...byName} options={named(places.data?.departments)} />
            </Form.Item>
          ) : null}
          <Form.Item name="studyArchive" valuePropName="checked">
            <Checkbox>已建立学习档案（第十一条第（一）项）</Checkbox>
          </Form.Item>
        </>
      ) : null}
    </>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const [form] = Form.useForm<Attributes & { kind: OrganisationKind }>();
  // Undefined until the form is shown, whatever its type says.
  const kind = (Form.useWatch('kind', form) as OrganisationKind | undefined) ?? 'employer';
  return (
    <FormModal<Attributes & { kind: OrganisationKind }>
      title="登记机构"
      okText="登记"
      form={form}
      start={{ kind: 'employer' }}
      save={(body, requestKey) => call('registerOrganisation', { headers: { 'idempotency-key': requestKey }, body })}
      refreshes={[keys.organisations()]}
      onClose={onClose}
    >
      <Form.Item name="kind" label="类别" extra="用人单位由所在地人社部门登记，其他机构由省人社厅登记。">
        <Select options={optionsOf(ORGANISATION_KINDS)} />
      </Form.Item>
      <AttributeFields kind={kind} />
    </FormModal>
  );
}

function Detail({ id, onClose }: { id: string; onClose: () => void }) {
  const detail = useQuery({
    queryKey: keys.organisations({ id }),
    queryFn: () => call('organisation', { params: { id } }),
  });
  const [isChanging, setChanging] = useState(false);
  const [isClosing, setClosing] = useState(false);
  return (
    <Drawer open title={detail.data?.name ?? '机构'} size="large" onClose={onClose}>
      {detail.error ? <ProblemNotice error={detail.error} onRetry={() => inBackground(detail.refetch())} /> : null}
      {detail.isLoading ? <Loading /> : null}
      {detail.data === undefined ? null : (
        <div className="stack">
          <div className="row">
            <span className="muted">{describe(detail.data)}</span>
            <span className="muted">人员 {detail.data.people} 人</span>
          </div>
          <div className="row">
            {detail.data.permissions.change ? <Button onClick={() => setChanging(true)}>变更登记</Button> : null}
            {detail.data.permissions.close ? (
              <Button danger onClick={() => setClosing(true)}>
                撤销单位
              </Button>
            ) : null}
          </div>
          <h2 className="section-title">历次变更</h2>
          {detail.data.history.length === 0 ? <Nothing title="没有变更">登记以来没有变更。</Nothing> : null}
          {detail.data.history.map((one) => (
            <div key={one.fromOn} className="list-row">
              <span className="grow">
                {one.name} {one.isFuture ? <Tag color="processing">未到日期</Tag> : null}
                <div className="muted small">{describe(one)}</div>
              </span>
              <span className="muted small">
                {formatDay(one.fromOn)}起　{one.recordedByName}
              </span>
            </div>
          ))}
          {isClosing ? <Closing id={id} name={detail.data.name} onClose={() => setClosing(false)} /> : null}
          {isChanging ? <Change detail={detail.data} onClose={() => setChanging(false)} /> : null}
        </div>
      )}
    </Drawer>
  );
}

type Described = Pick<
  OrganisationSummary,
  'regionName' | 'unitKindName' | 'industryName' | 'supervisingDepartmentName' | 'studyArchive'
>;

const describe = (one: Described): string =>
  [
    one.regionName,
    one.unitKindName,
    one.industryName,
    one.supervisingDepartmentName === null ? null : `主管：${one.supervisingDepartmentName}`,
    one.studyArchive ? '有学习档案' : null,
  ]
    .filter((part) => part !== null)
    .join(' · ');

function Change({ detail, onClose }: { detail: OrganisationDetail; onClose: () => void }) {
  const { name, regionCode, industryCode, unitKind, supervisingDepartmentId, studyArchive } = detail;
  return (
    <FormModal<Attributes & { fromOn: Dayjs }>
      title="变更登记"
      okText="变更"
      start={{ name, regionCode, industryCode, unitKind, supervisingDepartmentId, studyArchive }}
      save={({ fromOn, ...body }) =>
        call('changeOrganisation', { params: { id: detail.id }, body: { ...body, fromOn: dayText(fromOn) } })
      }
      refreshes={[keys.organisations()]}
      onClose={onClose}
    >
      <p className="muted">本单位人员的任职随之变更；已提交的申报保持提交时的情况和原审核机构。</p>
      <DayField name="fromOn" label="变更日期" />
      <AttributeFields kind={detail.kind} />
    </FormModal>
  );
}

import { useQuery } from '@tanstack/react-query';
import { DatePicker, Form, Input, InputNumber, Radio, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { FrameQuery } from '../../contract/inspections.ts';
import { MEASURES_FROM_YEAR } from '../../rules/parameters.ts';
import { INSPECTION_KINDS, type InspectionKind } from '../../rules/supervision.ts';
import { type Form as ClaimForm, FORMS } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { useDebounced } from '../lib/debounced.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useMe } from '../lib/me.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { FoundField } from '../parts/FoundField.tsx';
import { dayText } from '../people/fields.tsx';

type Fields = {
  kind: InspectionKind;
  title: string;
  year: number;
  size: number;
  regionCode?: string;
  industryCode?: string;
  employerId?: string;
  form?: ClaimForm;
  filed?: [Dayjs, Dayjs] | null;
};

const HELP: Record<InspectionKind, string> = {
  random: '从已认定的申报中随机抽取；抽取用的随机数由系统生成并公布，任何人都可以照此重抽核对。',
  risk: '只抽取带风险的申报，风险分高的在前；风险不是结论（系统默认解释 D-32）。',
  use: '抽取年度考核、聘任时没有查询过部分人员学时的单位，由单位说明（第六、二十条）。',
};

function frameOf({ kind, year, regionCode, industryCode, employerId, form, filed }: Fields): FrameQuery {
  const ofClaims = kind !== 'use';
  return {
    kind,
    year,
    ...(regionCode !== undefined && { regionCode }),
    ...(industryCode !== undefined && { industryCode }),
    ...(employerId !== undefined && { employerId }),
    ...(ofClaims && form !== undefined && { form }),
    ...(ofClaims && filed && { filedFrom: dayText(filed[0]), filedTo: dayText(filed[1]) }),
  };
}

/** A new drawing: what from, how many; the number in the frame is told before. */
export function DrawForm({ onDrawn, onClose }: { onDrawn: (id: string) => void; onClose: () => void }) {
  const me = useMe();
  const thisYear = Number((me.data?.today ?? `${MEASURES_FROM_YEAR}`).slice(0, 4));
  const [asked, setAsked] = useState<Fields>({ kind: 'random', title: '', year: thisYear, size: 20 });
  const years = Array.from({ length: thisYear - MEASURES_FROM_YEAR + 1 }, (_, back) => thisYear - back);
  return (
    <FormModal<Fields, { id: string }>
      title="新的抽查"
      okText="抽取"
      width={640}
      start={asked}
      onChange={(changed) => setAsked({ ...asked, ...changed })}
      save={(fields, requestKey) =>
        call('drawInspection', {
          headers: { 'idempotency-key': requestKey },
          body: { ...frameOf(fields), title: fields.title, size: fields.size },
        })
      }
      refreshes={[keys.inspections(), keys.checks()]}
      onSaved={({ id }) => onDrawn(id)}
      onClose={onClose}
    >
      <Form.Item name="kind" label="方式" extra={HELP[asked.kind]}>
        <Radio.Group options={optionsOf(INSPECTION_KINDS)} />
      </Form.Item>
      <Form.Item name="title" label="名称" rules={[{ required: true, whitespace: true, message: '请填写名称' }]}>
        <Input maxLength={120} placeholder="如 2026年第四季度卫生行业抽查" />
      </Form.Item>
      <Form.Item name="year" label="年度">
        <Select options={years.map((value) => ({ value, label: `${value}年` }))} />
      </Form.Item>
      <Places />
      <FoundField
        name="employerId"
        label="单位（选填）"
        keyOf={keys.rectifiable}
        find={(q) => call('rectifiable', { query: { q } })}
        required={false}
      />
      {asked.kind === 'use' ? null : <ClaimFields />}
      <Form.Item name="size" label="抽取数量" rules={[{ required: true, message: '请填写数量' }]}>
        <InputNumber min={1} max={1000} precision={0} />
      </Form.Item>
      <Counted asked={asked} />
    </FormModal>
  );
}

/** What narrows claims; units have neither. */
const ClaimFields = () => (
  <>
    <Form.Item name="form" label="形式（选填）">
      <Select allowClear options={optionsOf(FORMS).filter(({ value }) => value !== 'platform-course')} />
    </Form.Item>
    <Form.Item name="filed" label="备案日期（选填）">
      <DatePicker.RangePicker />
    </Form.Item>
  </>
);

function Places() {
  const choices = useQuery({
    queryKey: keys.complaintChoices(),
    queryFn: () => call('complaintChoices', {}),
    staleTime: 600_000,
  });
  const { regions = [], industries = [] } = choices.data ?? {};
  return (
    <>
      <Form.Item name="regionCode" label="地区（选填，只抽本部门监督范围内的）">
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={regions.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Form.Item>
      <Form.Item name="industryCode" label="行业（选填）">
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          options={industries.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </Form.Item>
    </>
  );
}

function Counted({ asked }: { asked: Fields }) {
  const query = useDebounced(JSON.stringify(frameOf(asked)), 500);
  const frame = useQuery({
    queryKey: keys.inspections(query),
    queryFn: () => call('inspectionFrame', { query: JSON.parse(query) as FrameQuery }),
  });
  if (frame.data === undefined) return null;
  const { size, limit } = frame.data;
  return (
    <p className="muted" role="status">
      {size > limit
        ? `范围内超过 ${limit} 个，请缩小范围。`
        : `范围内共有 ${size} 个${asked.kind === 'use' ? '单位' : '申报'}。`}
    </p>
  );
}

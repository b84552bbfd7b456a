import { Form, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import type { OrderSource } from '../../contract/rectifications.ts';
import { VIOLATIONS, type Violation } from '../../rules/rectification.ts';
import { optionsOf } from '../declare/controls.tsx';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { FoundField } from '../parts/FoundField.tsx';
import { Words } from '../parts/Words.tsx';
import { DayField, dayText } from '../people/fields.tsx';

type Fields = { targetId: string; violation: Violation; facts: string; requirement: string; dueOn: Dayjs };
type OrderProps = {
  target?: { id: string; name: string } | undefined;
  source?: OrderSource;
  onOrdered: (id: string) => void;
  onClose: () => void;
};

/** 责令限期改正 (Art. 22). */
export function OrderForm({ target, source, onOrdered, onClose }: OrderProps) {
  return (
    <FormModal<Fields, { id: string }>
      title="责令限期改正"
      okText="发出责令"
      danger
      width={640}
      start={target === undefined ? {} : { targetId: target.id }}
      save={({ dueOn, ...fields }, requestKey) =>
        call('orderRectification', {
          headers: { 'idempotency-key': requestKey },
          body: { ...fields, dueOn: dayText(dueOn), source: source ?? null },
        })
      }
      refreshes={[keys.rectifications(), keys.complaints()]}
      onSaved={({ id }) => onOrdered(id)}
      onClose={onClose}
    >
      <p className="muted">
        用人单位、继续教育机构存在违规行为的，由人社部门或行业主管部门责令限期改正（第二十二条）。期满未报告的，自动报上一级部门。
      </p>
      <FoundField
        name="targetId"
        label="责令对象"
        keyOf={keys.rectifiable}
        find={(q) => call('rectifiable', { query: { q } })}
        chosen={target}
      />
      <Form.Item name="violation" label="违规行为" rules={[{ required: true, message: '请选择违规行为' }]}>
        <Select options={optionsOf(VIOLATIONS)} />
      </Form.Item>
      <Words name="facts" label="查明的事实" most={2000} />
      <Words name="requirement" label="改正要求" most={2000} />
      <DayField name="dueOn" label="改正期限（含当日）" />
    </FormModal>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Alert, DatePicker, Form, Input, Radio, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import type { Me } from '../../contract/session.ts';
import { DEFERRAL_REASONS, DEFERRAL_REFUSALS, type DeferralReason, whyNotUntil } from '../../rules/deferral.ts';
import { optionsOf } from '../declare/controls.tsx';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';

type Fields = { year: number; reason: DeferralReason; until: Dayjs; explanation: string };
type Props = { me: Me; onClose: () => void; onApplied: (id: string) => void };

/** The person's application. The unit's proof comes with its decision. */
export function ApplyForDeferral({ me, onClose, onApplied }: Props) {
  const [form] = Form.useForm<Fields>();
  // Undefined until the form is shown, whatever its type says.
  const year = (Form.useWatch('year', form) as number | undefined) ?? me.openYears[0];
  const isCancelled = useCancelled(year);
  const isOutside = (day: Dayjs): boolean =>
    year !== undefined && whyNotUntil(year, day.format('YYYY-MM-DD'), me.today) !== undefined;
  return (
    <FormModal<Fields, { id: string }>
      title="申请顺延"
      okText="提交申请"
      disabled={isCancelled}
      form={form}
      start={me.openYears[0] === undefined ? {} : { year: me.openYears[0] }}
      save={({ until, ...rest }, requestKey) =>
        call('requestDeferral', {
          headers: { 'idempotency-key': requestKey },
          body: { ...rest, until: until.format('YYYY-MM-DD') },
        })
      }
      refreshes={[keys.deferrals()]}
      onSaved={({ id }) => onApplied(id)}
      onClose={onClose}
    >
      <p className="muted">
        因伤、病、孕等特殊原因不能在当年度完成学时的，由所在单位出具证明，可以顺延补学，最长不超过12个月（第十七条）。每个年度只能批准一次。
      </p>
      <Form.Item name="year" label="哪个年度" rules={[{ required: true, message: '请选择年度' }]}>
        <Select options={me.openYears.map((value) => ({ value, label: `${value}年` }))} />
      </Form.Item>
      {isCancelled ? (
        <Alert type="warning" showIcon title={CANCELLED.message} description={CANCELLED.fix} style={MARGIN} />
      ) : null}
      <WhyAndUntil isOutside={isOutside} year={year} />
    </FormModal>
  );
}

type WhyProps = { isOutside: (day: Dayjs) => boolean; year: number | undefined };

const WhyAndUntil = ({ isOutside, year = 2026 }: WhyProps) => (
  <>
    <Form.Item name="reason" label="原因" rules={[{ required: true, message: '请选择原因' }]}>
      <Radio.Group options={optionsOf(DEFERRAL_REASONS)} />
    </Form.Item>
    <Form.Item name="until" label="顺延到哪一天（含当日）" rules={[{ required: true, message: '请选择最后一天' }]}>
      <DatePicker style={{ width: '100%' }} disabledDate={isOutside} defaultPickerValue={dayjs(`${year + 1}-06-30`)} />
    </Form.Item>
    <Form.Item
      name="explanation"
      label="情况说明"
      rules={[{ required: true, whitespace: true, message: '请说明情况' }]}
    >
      <Input.TextArea rows={4} maxLength={1000} showCount />
    </Form.Item>
  </>
);

const CANCELLED = DEFERRAL_REFUSALS['deferral-cancelled'];
const MARGIN = { marginBottom: 24 };

/** Whether fraud has cancelled the year, so that nobody writes an application that is refused. */
function useCancelled(year: number | undefined): boolean {
  const standing = useQuery({
    queryKey: keys.year(year ?? 0),
    queryFn: () => call('year', { params: { year: year ?? 0 } }),
    enabled: year !== undefined,
  });
  return standing.data?.verdict === 'cancelled';
}

import { useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input, Tag } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { TitleOrder } from '../../contract/sanctions.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { useTitle } from '../lib/title.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** 职称办理通知: titles to revoke or give back (Art. 21), carried out by this organisation or ordered by it. */
export function TitleOrdersPage() {
  useTitle('职称办理通知');
  const page = useQuery({
    queryKey: keys.titleOrders(),
    queryFn: () => call('titleOrders', { query: { limit: 100 } }),
  });
  return (
    <>
      <PageHead
        title="职称办理通知"
        hint="因弄虚作假撤销、或处理撤销后恢复的职称，由核准部门按期办理并报告（第二十一条）。"
      />
      {page.error ? <ProblemNotice error={page.error} onRetry={() => inBackground(page.refetch())} /> : null}
      {page.isLoading ? <Loading /> : null}
      {page.data?.items.length === 0 ? (
        <section className="panel">
          <Nothing title="没有本机构办理或发出的职称办理通知">案件处理生效后，须撤销或恢复的职称会列在这里。</Nothing>
        </section>
      ) : null}
      {waitingFirst(page.data?.items ?? []).map((order) => (
        <Order key={order.id} order={order} />
      ))}
    </>
  );
}

/** Those that wait for the reader before the others, each in the order they came. */
const waitingFirst = (orders: readonly TitleOrder[]): TitleOrder[] =>
  [...orders].sort((one, other) => Number(isWaiting(other)) - Number(isWaiting(one)));
const isWaiting = ({ may }: TitleOrder): boolean => may.report || may.accept;

const COLOURS: Readonly<Record<TitleOrder['state'], string>> = {
  ordered: 'processing',
  overdue: 'error',
  reported: 'warning',
  accepted: 'success',
  withdrawn: 'default',
};

type Act = 'report' | 'accept' | 'return';

function Order({ order }: { order: TitleOrder }) {
  const [open, setOpen] = useState<Act | null>(null);
  return (
    <section className="panel">
      <h2>
        {order.kindLabel}：{order.title}　<Tag color={COLOURS[order.state]}>{order.stateLabel}</Tag>
        {order.isLate && order.state !== 'overdue' ? <Tag>曾逾期</Tag> : null}
      </h2>
      <div>
        {order.personName}（{order.employerName}）　由{order.organisationName}于{formatDay(order.dueOn)}前办理
      </div>
      <ul className="muted small">
        {order.events.map((event) => (
          <li key={event.at}>
            {formatInstant(event.at)}　{event.by}　{withDays(event.text)}
          </li>
        ))}
      </ul>
      <div className="row">
        {order.may.report ? (
          <Button type="primary" onClick={() => setOpen('report')}>
            报告办理结果
          </Button>
        ) : null}
        {order.may.accept ? (
          <>
            <Button type="primary" onClick={() => setOpen('accept')}>
              验收
            </Button>
            <Button onClick={() => setOpen('return')}>退回重新办理</Button>
          </>
        ) : null}
      </div>
      {open === null ? null : <Answer order={order} act={open} onClose={() => setOpen(null)} />}
    </section>
  );
}

type Fields = { report: string; reason: string; dueOn: Dayjs };
const TITLES = { report: '报告办理结果', accept: '验收', return: '退回重新办理' } as const;

const Answer = ({ order, act, onClose }: { order: TitleOrder; act: Act; onClose: () => void }) => (
  <FormModal<Fields>
    title={TITLES[act]}
    okText={TITLES[act]}
    save={({ report, reason, dueOn }) => {
      const params = { id: order.id };
      if (act === 'report') return call('reportTitleOrder', { params, body: { report } });
      if (act === 'accept') return call('answerTitleReport', { params, body: { answer: 'accept' } });
      const body = { answer: 'return' as const, reason, dueOn: dueOn.format('YYYY-MM-DD') };
      return call('answerTitleReport', { params, body });
    }}
    refreshes={[keys.titleOrders()]}
    onClose={onClose}
  >
    {act === 'report' ? (
      <Form.Item
        name="report"
        label="办理结果（文号、日期）"
        rules={[{ required: true, whitespace: true, message: '请填写办理结果' }]}
      >
        <Input.TextArea maxLength={2000} autoSize={{ minRows: 3 }} />
      </Form.Item>
    ) : null}
    {act === 'accept' ? <p>确认核准部门已按通知办结。</p> : null}
    {act === 'return' ? (
      <>
        <Form.Item name="dueOn" label="新的办理期限" rules={[{ required: true, message: '请选择日期' }]}>
          <DatePicker />
        </Form.Item>
        <ReasonField maxLength={1000} />
      </>
    ) : null}
  </FormModal>
);

import { useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Form, Input, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { SanctionDetail, TitleToRevoke } from '../../contract/sanctions.ts';
import { PROPOSAL_KINDS, type ProposalKind } from '../../rules/sanction.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import { FoundField } from '../parts/FoundField.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Impact } from './Impact.tsx';

type Title = { title?: string; organisationId?: string; dueOn?: Dayjs };
type Fields = { reason: string; titles?: Title[] };
type Props = { sanction: SanctionDetail; kind: ProposalKind; onClose: () => void };

/** A proposal by the first officer; before imposing, everything it would change is shown. */
export function Propose({ sanction, kind, onClose }: Props) {
  const [titles, setTitles] = useState<TitleToRevoke[]>([]);
  return (
    <FormModal<Fields>
      title={`拟定：${PROPOSAL_KINDS[kind]}`}
      okText="提交，由另一名工作人员确认"
      width={760}
      danger={kind === 'impose'}
      onChange={(changed) => {
        if (changed.titles) setTitles(complete(changed.titles));
      }}
      save={({ reason, titles: given = [] }, requestKey) =>
        call('proposeSanction', {
          params: { id: sanction.id },
          headers: { 'idempotency-key': requestKey },
          body: { kind, reason, titles: complete(given), version: sanction.version },
        })
      }
      refreshes={[keys.sanctions()]}
      onClose={onClose}
    >
      <ReasonField {...(kind === 'impose' ? { extra: '当事人可见' } : {})} maxLength={2000} />
      {kind === 'impose' ? <Titles /> : null}
      {kind === 'impose' ? <Preview id={sanction.id} titles={titles} /> : null}
    </FormModal>
  );
}

/** Lines that are filled in; the others are not sent. */
const complete = (titles: readonly Title[]): TitleToRevoke[] =>
  titles.flatMap(({ title, organisationId, dueOn }) =>
    title && organisationId && dueOn
      ? [{ title, organisationId, obtainedOn: null, dueOn: dueOn.format('YYYY-MM-DD') }]
      : [],
  );

const required = [{ required: true, message: '请填写' }];

/** 依此取得的职称 and the bodies that approved them. */
const Titles = () => (
  <Form.List name="titles">
    {(fields, { add, remove }) => (
      <>
        <h2 className="section-title">依此取得的职称（由核准部门撤销）</h2>
        {fields.map(({ key, name }) => (
          <Space key={key} align="baseline" wrap>
            <Form.Item name={[name, 'title']} label="职称" rules={required}>
              <Input maxLength={100} />
            </Form.Item>
            <div style={{ width: '20rem', maxWidth: '100%' }}>
              <FoundField
                name={[name, 'organisationId']}
                label="核准部门"
                keyOf={keys.organisers}
                find={(q) => call('organisers', { query: { q } })}
              />
            </div>
            <Form.Item name={[name, 'dueOn']} label="办理期限" rules={required}>
              <DatePicker />
            </Form.Item>
            <Button onClick={() => remove(name)}>删除</Button>
          </Space>
        ))}
        <div>
          <Button onClick={() => add()}>添加职称</Button>
        </div>
      </>
    )}
  </Form.List>
);

/** What imposing today would change; nothing is written. */
export function Preview({ id, titles }: { id: string; titles: readonly TitleToRevoke[] }) {
  const impact = useQuery({
    queryKey: keys.sanctionImpact(id, titles),
    queryFn: () => call('sanctionImpact', { params: { id }, body: { titles: [...titles] } }),
  });
  return (
    <section aria-label="影响预览">
      <h2 className="section-title">处理生效后的影响（以今天计）</h2>
      {impact.error ? <ProblemNotice error={impact.error} /> : null}
      {impact.data === undefined ? impact.isLoading ? <Loading /> : null : <Impact impact={impact.data} />}
    </section>
  );
}

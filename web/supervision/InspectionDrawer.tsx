import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Form, Radio } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import type { InspectionDetail } from '../../contract/inspections.ts';
import { drawSample, frameHash } from '../../rules/sampling.ts';
import { inBackground } from '../lib/faults.ts';
import { formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { Words } from '../parts/Words.tsx';
import { DayField, dayText } from '../people/fields.tsx';
import { CheckTable } from './CheckTable.tsx';
import { InquiryCard } from './InquiryCard.tsx';

type DrawerProps = { id: string | null; onClose: () => void; onCheck: (id: string) => void };

/** One drawing: how it was made, and what became of what was drawn. */
export function InspectionDrawer({ id, onClose, onCheck }: DrawerProps) {
  const inspection = useQuery({
    queryKey: keys.inspections(id ?? ''),
    queryFn: () => call('inspection', { params: { id: id ?? '' } }),
    enabled: id !== null,
  });
  return (
    <Drawer open={id !== null} onClose={onClose} size={920} title="抽查详情" destroyOnHidden>
      {inspection.error ? (
        <ProblemNotice error={inspection.error} onRetry={() => inBackground(inspection.refetch())} />
      ) : null}
      {inspection.isLoading ? <Loading /> : null}
      {inspection.data === undefined ? null : <Body inspection={inspection.data} onCheck={onCheck} />}
    </Drawer>
  );
}

function Body({ inspection, onCheck }: { inspection: InspectionDetail; onCheck: (id: string) => void }) {
  const [concluding, setConcluding] = useState<string | null>(null);
  const { filters, checks, inquiries, kind } = inspection;
  return (
    <div className="stack">
      <dl className="facts">
        <dt>名称</dt>
        <dd>{inspection.title}</dd>
        <dt>方式</dt>
        <dd>
          {inspection.kindLabel}　{inspection.year}年度
        </dd>
        <dt>部门</dt>
        <dd>{inspection.organisationName}</dd>
        <dt>范围</dt>
        <dd>{filters.length === 0 ? '本部门监督范围内全部' : filters.join('；')}</dd>
      </dl>
      <Fairness inspection={inspection} />
      {kind === 'use' ? null : <CheckTable checks={checks} onOpen={onCheck} />}
      {inquiries.map((inquiry) => (
        <InquiryCard key={inquiry.id} inquiry={inquiry} onConclude={() => setConcluding(inquiry.id)} />
      ))}
      {concluding === null ? null : <ConcludeInquiry id={concluding} onClose={() => setConcluding(null)} />}
    </div>
  );
}

/** The seed, the frame's fingerprint, and the same sample drawn again here, by the rule itself. */
function Fairness({ inspection: { id, kind, drawnAt, fairness } }: { inspection: InspectionDetail }) {
  const again = useMutation({
    meta: { shown: true },
    mutationFn: async () => {
      const { seed, frame, sample, frameHash: hash } = await call('inspectionIds', { params: { id } });
      const drawn = drawSample({ seed, frame, size: sample.length });
      return frameHash(frame) === hash && drawn.join() === sample.join();
    },
  });
  return (
    <section className="panel" aria-label="如何抽取">
      <h2>如何抽取</h2>
      <p>{fairness.explained}</p>
      <dl className="facts">
        <dt>随机数</dt>
        <dd className="num">{fairness.seed}</dd>
        <dt>范围</dt>
        <dd>
          {fairness.frameSize} 个，抽 {fairness.sampleSize} 个
        </dd>
        <dt>范围校验码</dt>
        <dd style={{ wordBreak: 'break-all' }}>{fairness.frameHash}</dd>
        <dt>抽取方法</dt>
        <dd>{fairness.algorithm}</dd>
        <dt>抽取</dt>
        <dd>
          {fairness.drawnByName}　{formatInstant(drawnAt)}
        </dd>
      </dl>
      {kind === 'risk' ? null : (
        <p>
          <Button loading={again.isPending} onClick={() => again.mutate()}>
            重抽核对
          </Button>
        </p>
      )}
      {again.error ? <ProblemNotice error={again.error} /> : null}
      {again.data === undefined ? null : (
        <Alert
          type={again.data ? 'success' : 'error'}
          showIcon
          title={again.data ? '重抽核对一致：范围校验码和抽中的对象都相同。' : '重抽核对不一致，请联系系统管理员。'}
        />
      )}
    </section>
  );
}

type Fields = { outcome: 'passed' | 'finding' | 'order'; conclusion: string; requirement?: string; dueOn?: Dayjs };

function ConcludeInquiry({ id, onClose }: { id: string; onClose: () => void }) {
  const [form] = Form.useForm<Fields>();
  // Undefined until the form is shown, whatever its type says.
  const outcome = (Form.useWatch('outcome', form) as Fields['outcome'] | undefined) ?? 'passed';
  return (
    <FormModal<Fields>
      title="对结果应用的结论"
      okText="确定结论"
      form={form}
      start={{ outcome: 'passed', dueOn: dayjs().add(30, 'day') }}
      save={({ conclusion, requirement = '', dueOn }) =>
        call('concludeInquiry', {
          params: { id },
          body:
            outcome === 'passed'
              ? { outcome, conclusion }
              : {
                  outcome: 'finding',
                  conclusion,
                  order: outcome === 'order' && dueOn !== undefined ? { requirement, dueOn: dayText(dueOn) } : null,
                },
        })
      }
      refreshes={[keys.inspections(), keys.rectifications()]}
      onClose={onClose}
    >
      <Form.Item name="outcome" label="结论">
        <Radio.Group
          options={[
            { value: 'passed', label: '核查通过' },
            { value: 'finding', label: '发现问题' },
            { value: 'order', label: '发现问题并责令改正' },
          ]}
        />
      </Form.Item>
      <Words name="conclusion" label="核查情况" most={2000} />
      {outcome === 'order' ? (
        <>
          <Words name="requirement" label="改正要求" most={2000} />
          <DayField name="dueOn" label="改正期限（含当日）" />
        </>
      ) : null}
    </FormModal>
  );
}

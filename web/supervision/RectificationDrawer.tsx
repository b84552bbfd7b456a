import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import type { OrderDetail } from '../../contract/rectifications.ts';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { formatDay, formatInstant, withDays } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { CaseEvents } from '../parts/CaseEvents.tsx';
import { CaseFiles } from '../parts/CaseFiles.tsx';
import { FormModal } from '../parts/FormModal.tsx';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { UploadFile } from '../parts/UploadFile.tsx';
import { Words } from '../parts/Words.tsx';
import { DayField, dayText } from '../people/fields.tsx';

/** One order: what is to be mended, by when, and what its reader may do. */
export function RectificationDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const order = useQuery({
    queryKey: keys.rectification(id ?? ''),
    queryFn: () => call('rectification', { params: { id: id ?? '' } }),
    enabled: id !== null,
  });
  return (
    <Drawer open={id !== null} onClose={onClose} size="large" title="责令整改详情" destroyOnHidden>
      {order.error ? <ProblemNotice error={order.error} onRetry={() => inBackground(order.refetch())} /> : null}
      {order.isLoading ? <Loading /> : null}
      {order.data === undefined ? null : <Body order={order.data} />}
    </Drawer>
  );
}

const LOOKS = {
  ordered: 'info',
  reported: 'info',
  accepted: 'success',
  overdue: 'warning',
  withdrawn: 'info',
} as const;

function Body({ order }: { order: OrderDetail }) {
  return (
    <div className="stack">
      <Alert type={LOOKS[order.state]} showIcon title={order.stateLabel} description={withDays(order.now)} />
      <dl className="facts">
        <dt>编号</dt>
        <dd>{order.number}</dd>
        <dt>责令机关</dt>
        <dd>{order.bodyName}</dd>
        <dt>责令对象</dt>
        <dd>{order.targetName}</dd>
        <dt>违规行为</dt>
        <dd>{order.violationLabel}</dd>
        <dt>查明的事实</dt>
        <dd className="pre-line">{order.facts}</dd>
        <dt>改正要求</dt>
        <dd className="pre-line">{order.requirement}</dd>
        <dt>改正期限</dt>
        <dd>
          {formatDay(order.dueOn)}
          {order.daysLeft === null ? '' : `（还有 ${order.daysLeft} 天）`}
        </dd>
        {order.source === null ? null : (
          <>
            <dt>来源</dt>
            <dd>{order.source.label}</dd>
          </>
        )}
        {order.report === null || order.reportedAt === null ? null : (
          <>
            <dt>整改报告</dt>
            <dd>
              <div className="pre-line">{order.report}</div>
              <div className="muted small">
                {formatInstant(order.reportedAt)}
                {order.reportedLate ? '　逾期报告' : ''}
              </div>
            </dd>
          </>
        )}
      </dl>
      <Files order={order} />
      <Acts order={order} />
      <CaseEvents events={order.events} />
    </div>
  );
}

function Files({ order }: { order: OrderDetail }) {
  const { id, files, may, state } = order;
  const isOpen = state !== 'accepted' && state !== 'withdrawn';
  return (
    <CaseFiles
      files={files.map((file) => ({
        ...file,
        address: addressOf('rectificationFile', { params: { id, fileId: file.id } }),
        note: file.byTarget ? '单位上传' : '责令机关上传',
      }))}
    >
      {isOpen && (may.report || may.withdraw) ? (
        <UploadFile
          label="上传附件"
          upload={(file) => call('addRectificationFile', { params: { id }, file, fileName: file.name })}
          refreshes={[keys.rectifications()]}
        />
      ) : null}
    </CaseFiles>
  );
}

type Act = 'report' | 'accept' | 'return' | 'extend' | 'withdraw';
const ACTS: Record<Act, { label: string; danger?: true; primary?: true }> = {
  report: { label: '报告整改情况', primary: true },
  accept: { label: '验收通过', primary: true },
  return: { label: '退回继续整改' },
  extend: { label: '延长期限' },
  withdraw: { label: '撤回责令', danger: true },
};

function Acts({ order }: { order: OrderDetail }) {
  const [act, setAct] = useState<Act | null>(null);
  const acts = (Object.keys(ACTS) as Act[]).filter((each) => order.may[each]);
  if (acts.length === 0) return null;
  return (
    <div className="row">
      {acts.map((each) => (
        <Button
          key={each}
          type={ACTS[each].primary ? 'primary' : 'default'}
          danger={ACTS[each].danger ?? false}
          onClick={() => setAct(each)}
        >
          {ACTS[each].label}
        </Button>
      ))}
      {act === null ? null : <ActForm order={order} act={act} onClose={() => setAct(null)} />}
    </div>
  );
}

type Fields = { report?: string; explanation?: string; dueOn?: Dayjs };

function ActForm({ order: { id }, act, onClose }: { order: OrderDetail; act: Act; onClose: () => void }) {
  const save = ({ report = '', explanation = '', dueOn }: Fields) => {
    const params = { id };
    const day = dueOn === undefined ? '' : dayText(dueOn);
    switch (act) {
      case 'report':
        return call('reportRectification', { params, body: { report } });
      case 'accept':
        return call('acceptRectification', { params, body: { explanation } });
      case 'return':
        return call('returnRectification', { params, body: { dueOn: day, explanation } });
      case 'extend':
        return call('extendRectification', { params, body: { dueOn: day, explanation } });
      case 'withdraw':
        return call('withdrawRectification', { params, body: { explanation } });
    }
  };
  return (
    <FormModal<Fields>
      title={ACTS[act].label}
      okText={ACTS[act].label}
      danger={act === 'withdraw'}
      save={save}
      refreshes={[keys.rectifications()]}
      onClose={onClose}
    >
      {act === 'report' ? <Words name="report" label="整改情况" most={4000} rows={6} /> : null}
      {act === 'return' || act === 'extend' ? <DayField name="dueOn" label="新的期限（含当日）" /> : null}
      {act === 'report' ? null : (
        <Words
          name="explanation"
          label={act === 'accept' ? '验收意见（选填）' : '理由'}
          most={1000}
          required={act !== 'accept'}
        />
      )}
    </FormModal>
  );
}

import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { ClaimDetail, ClaimReconsideration } from '../../contract/claims.ts';
import { formatDay, formatInstant } from '../lib/format.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';

type Asked = NonNullable<ClaimReconsideration['asked']>;

/** The review (复核) of a claim's rejection: asked for once, by whom it is decided, and its result. */
export function Reconsideration({ claim }: { claim: ClaimDetail }) {
  const [isAsking, setAsking] = useState(false);
  const review = claim.reconsideration;
  if (review === null) return null;
  if (review.asked !== null) return <Result organisationName={review.organisationName} asked={review.asked} />;
  if (!review.mayAsk) return null;
  return (
    <div style={{ marginTop: 12 }}>
      <Button type="primary" onClick={() => setAsking(true)}>
        申请复核
      </Button>
      {isAsking ? <Ask claim={claim} review={review} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

type AskProps = { claim: ClaimDetail; review: ClaimReconsideration; onClose: () => void };

function Ask({ claim, review, onClose }: AskProps) {
  return (
    <FormModal<{ grounds: string }>
      title="申请复核"
      okText="提交申请"
      save={({ grounds }, requestKey) =>
        call('requestReconsideration', {
          params: { id: claim.id },
          headers: { 'idempotency-key': requestKey },
          body: { grounds },
        })
      }
      refreshes={[keys.claim(claim.id), keys.claims()]}
      onClose={onClose}
    >
      <p>
        复核由{review.organisationName}的另一名工作人员办理，每份申报只能申请一次
        {review.untilOn === null ? '' : `，最晚 ${formatDay(review.untilOn)}`}
        。材料以已提交的为准；办理期间同一活动不能重新申报。
      </p>
      <Form.Item
        name="grounds"
        label="申请理由"
        rules={[{ required: true, whitespace: true, message: '请写明申请复核的理由' }]}
      >
        <Input.TextArea
          maxLength={2000}
          showCount
          autoSize={{ minRows: 4, maxRows: 12 }}
          placeholder="请对照不予认定的理由，写明哪里与事实或条款不符"
        />
      </Form.Item>
    </FormModal>
  );
}

function Result({ organisationName, asked }: { organisationName: string; asked: Asked }) {
  const isOpen = asked.state === 'requested';
  return (
    <Alert
      style={{ marginTop: 12 }}
      type={asked.state === 'overturned' ? 'success' : isOpen ? 'info' : 'warning'}
      showIcon
      title={asked.stateLabel}
      description={
        <dl className="facts">
          <dt>复核机构</dt>
          <dd>
            {organisationName}
            {asked.deciderName === null ? '' : `（${asked.deciderName}）`}
          </dd>
          <dt>申请</dt>
          <dd>
            {formatInstant(asked.requestedAt)}　{asked.grounds}
          </dd>
          <dt>{isOpen ? '办理期限' : '结果'}</dt>
          <dd>
            {isOpen || asked.decidedAt === null
              ? formatDay(asked.dueOn)
              : `${formatInstant(asked.decidedAt)}　${asked.reason ?? ''}（${asked.citation ?? ''}）`}
          </dd>
        </dl>
      }
    />
  );
}

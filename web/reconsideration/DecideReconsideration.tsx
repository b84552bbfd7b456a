import { Alert, Form, Radio, Select } from 'antd';
import type { ReconsiderationDetail } from '../../contract/reconsiderations.ts';
import { ARTICLES, citation, type Provision } from '../../rules/articles.ts';
import { RECONSIDERATION_OUTCOMES, type ReconsiderationOutcome } from '../../rules/reconsideration.ts';
import { optionsOf } from '../declare/controls.tsx';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { EvidenceList } from '../parts/EvidenceList.tsx';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';
import type { ReviewedEvidence } from './use-reviewed-evidence.ts';

type Fields = { outcome: ReconsiderationOutcome; article: Provision; reason: string };

const ARTICLE_OPTIONS = (Object.keys(ARTICLES) as Provision[])
  .filter((provision) => 'coded' in ARTICLES[provision])
  .map((provision) => ({ value: provision, label: citation(provision) }));

type DecideProps = { review: ReconsiderationDetail; evidence: ReviewedEvidence; onClose: () => void };

/** The higher body's decision: upheld or overturned, with reason and article. */
export function DecideReconsideration({ review, evidence, onClose }: DecideProps) {
  const [form] = Form.useForm<Fields>();
  const isOverturning = Form.useWatch('outcome', form) === 'overturn';
  const isApproval = review.approves && isOverturning;
  return (
    <FormModal<Fields>
      title="复核决定"
      okText="作出决定"
      form={form}
      disabled={isApproval && evidence.unseen.length > 0}
      save={(fields, decisionId) =>
        call('decideReconsideration', { params: { id: review.id }, body: { ...fields, decisionId } })
      }
      refreshes={[keys.reconsiderations(), keys.claim(review.claimId)]}
      onClose={onClose}
    >
      <p className="muted">
        {review.approves
          ? `撤销的，您的决定代替${review.rejectedByName}的同意，申报从原环节继续；`
          : '撤销的，申报恢复到办结前的环节，由原机构继续办理；'}
        维持的，不再复核。决定作出后不能收回。
      </p>
      <Form.Item name="outcome" label="决定" rules={[{ required: true, message: '请选择维持或撤销' }]}>
        <Radio.Group options={optionsOf(RECONSIDERATION_OUTCOMES)} />
      </Form.Item>
      {isApproval ? <ToLookAt claimId={review.claimId} evidence={evidence} /> : null}
      <Form.Item name="article" label="依据条款" rules={[{ required: true, message: '请选择依据条款' }]}>
        <Select options={ARTICLE_OPTIONS} placeholder="请选择" />
      </Form.Item>
      <ReasonField maxLength={1000} placeholder="对照原决定的理由和申请理由说明，申报人会看到" />
    </FormModal>
  );
}

/**
 * What must be looked at before the decision can stand for an approval; it opens over what is typed. One child: of several, Form.Item
 * makes new ones when their number changes, and the piece that was just opened would be gone.
 */
const ToLookAt = ({ claimId, evidence }: { claimId: string; evidence: ReviewedEvidence }) => (
  <Form.Item label="证明材料">
    <div>
      {evidence.unseen.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          title={`还有 ${evidence.unseen.length} 份证明材料没有查看，看过才能撤销原决定；打不开的，请维持原决定并写明。`}
        />
      )}
      <EvidenceList claimId={claimId} pieces={evidence.pieces} seen={evidence.seen} />
    </div>
  </Form.Item>
);

import { Form, Radio, Select } from 'antd';
import type { ReconsiderationDetail } from '../../contract/reconsiderations.ts';
import { ARTICLES, citation, type Provision } from '../../rules/articles.ts';
import { RECONSIDERATION_OUTCOMES, type ReconsiderationOutcome } from '../../rules/reconsideration.ts';
import { optionsOf } from '../declare/controls.tsx';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal, ReasonField } from '../parts/FormModal.tsx';

type Fields = { outcome: ReconsiderationOutcome; article: Provision; reason: string };

const ARTICLE_OPTIONS = (Object.keys(ARTICLES) as Provision[])
  .filter((provision) => 'coded' in ARTICLES[provision])
  .map((provision) => ({ value: provision, label: citation(provision) }));

/** The higher body's decision: upheld or overturned, with reason and article. */
export function DecideReconsideration({ review, onClose }: { review: ReconsiderationDetail; onClose: () => void }) {
  return (
    <FormModal<Fields>
      title="复核决定"
      okText="作出决定"
      save={(fields, decisionId) =>
        call('decideReconsideration', { params: { id: review.id }, body: { ...fields, decisionId } })
      }
      refreshes={[keys.reconsiderations(), keys.claim(review.claimId)]}
      onClose={onClose}
    >
      <p className="muted">
        撤销的，您的决定代替{review.rejectedByName}的同意，申报从原环节继续；维持的，不再复核。决定作出后不能收回。
      </p>
      <Form.Item name="outcome" label="决定" rules={[{ required: true, message: '请选择维持或撤销' }]}>
        <Radio.Group options={optionsOf(RECONSIDERATION_OUTCOMES)} />
      </Form.Item>
      <Form.Item name="article" label="依据条款" rules={[{ required: true, message: '请选择依据条款' }]}>
        <Select options={ARTICLE_OPTIONS} placeholder="请选择" />
      </Form.Item>
      <ReasonField maxLength={1000} placeholder="对照原决定的理由和申请理由说明，申报人会看到" />
    </FormModal>
  );
}

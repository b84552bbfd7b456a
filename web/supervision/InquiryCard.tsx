import { Button, Tag } from 'antd';
import type { InquirySummary } from '../../contract/inspections.ts';
import { formatInstant } from '../lib/format.ts';

const COLOURS = { asked: 'warning', answered: 'processing', passed: 'success', finding: 'error' };

type CardProps = { inquiry: InquirySummary; onAnswer?: () => void; onConclude?: () => void };

/** An inquiry with its figures, the answer and what came of it. */
export function InquiryCard({ inquiry, onAnswer, onConclude }: CardProps) {
  const { may, people, considered } = inquiry;
  return (
    <section className="panel" aria-label={`${inquiry.employerName} ${inquiry.year}年度`}>
      <div className="row">
        <strong>{onConclude === undefined ? inquiry.bodyName : inquiry.employerName}</strong>
        <span>{inquiry.year}年度</span>
        <Tag color={COLOURS[inquiry.state]}>{inquiry.stateLabel}</Tag>
        <span className="muted small">{formatInstant(inquiry.askedAt)}</span>
      </div>
      <p>
        {people} 名专业技术人员中，单位在考核、聘任时查询过 {considered} 人的年度学时，{people - considered}{' '}
        人没有查询记录。
      </p>
      {inquiry.answer === null ? null : <p className="pre-line">答复：{inquiry.answer}</p>}
      {inquiry.conclusion === null ? null : <p className="pre-line">结论：{inquiry.conclusion}</p>}
      {inquiry.rectificationId === null ? null : <p>已责令限期改正，见“责令整改”。</p>}
      {may.answer && onAnswer !== undefined ? (
        <Button type="primary" onClick={onAnswer}>
          答复
        </Button>
      ) : null}
      {may.conclude && onConclude !== undefined ? <Button onClick={onConclude}>作出结论</Button> : null}
    </section>
  );
}

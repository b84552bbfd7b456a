import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import type { ClaimDetail } from '../../contract/claims.ts';
import { fieldOf } from '../declare/correction.ts';
import { labelOf } from '../declare/labels.ts';
import { formatDay, withDays } from '../lib/format.ts';
import { Lateness } from '../overdue/Nudge.tsx';
import { Reconsideration } from '../reconsideration/Reconsideration.tsx';

/** Who has the claim, by when, what comes next; what is to be corrected, and what can be done against a rejection. */
export function Now({ claim }: { claim: ClaimDetail }) {
  return (
    <>
      <dl className="facts" style={{ marginTop: 12 }}>
        <Whereabouts claim={claim} />
      </dl>
      {claim.corrections.length > 0 && claim.state === 'correction' ? (
        <Told type="warning" title="需要补正">
          {claim.corrections.map((point, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the points of one return are fixed and have no id.
            <li key={index}>
              {point.label}：{point.text}
              {claim.permissions.edit ? <ToField claim={claim} field={fieldOf(point)} /> : null}
            </li>
          ))}
        </Told>
      ) : null}
      {claim.remedies.length > 0 ? (
        <Told type="info" title="您可以这样做">
          {claim.remedies.map((remedy) => (
            <li key={remedy}>{withDays(remedy)}</li>
          ))}
        </Told>
      ) : null}
      <Reconsideration claim={claim} />
    </>
  );
}

function Whereabouts({ claim }: { claim: ClaimDetail }) {
  const { holders, dueOn, overdue, next } = claim.now;
  return (
    <>
      {holders.length === 0 ? null : (
        <>
          <dt>现在由谁办理</dt>
          <dd>
            {holders
              .map(({ organisationName, assigneeName }) =>
                assigneeName === null ? organisationName : `${organisationName}（${assigneeName}已认领）`,
              )
              .join('、')}
          </dd>
        </>
      )}
      {dueOn === null ? null : (
        <>
          <dt>{claim.state === 'correction' ? '补正期限' : '办理期限'}</dt>
          <dd>
            {formatDay(dueOn)}
            {overdue ? <span className="field-error">　已逾期，系统会提醒办理机构</span> : null}
          </dd>
        </>
      )}
      <Lateness claim={claim} />
      {next === '' ? null : (
        <>
          <dt>接下来</dt>
          <dd>{withDays(next)}</dd>
        </>
      )}
    </>
  );
}

type ToldProps = { type: 'warning' | 'info'; title: string; children: ReactNode };

const Told = ({ type, title, children }: ToldProps) => (
  <Alert
    style={{ marginTop: 12 }}
    type={type}
    showIcon
    title={title}
    description={<ul className="why">{children}</ul>}
  />
);

/** Straight to the field that was returned. */
const ToField = ({ claim, field }: { claim: ClaimDetail; field: string }) => (
  <>
    {'　'}
    <Link to="/claims/$claimId/edit" params={{ claimId: claim.id }} search={{ field }}>
      去改：{labelOf(field, claim.form)}
    </Link>
  </>
);

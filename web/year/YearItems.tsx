import { Link } from '@tanstack/react-router';
import { Tag } from 'antd';
import type { ReactNode } from 'react';
import type { YearItem } from '../../contract/years.ts';
import { formatHours } from '../../rules/hours.ts';
import { formatInstant, subjectsOf } from '../lib/format.ts';
import { Explained } from '../parts/Explained.tsx';

type YearItemsProps = { items: readonly YearItem[]; tools?: ((item: YearItem) => ReactNode) | undefined };

/** Every activity of the year with its hours, step by step. */
export const YearItems = ({ items, tools }: YearItemsProps) => (
  <>
    {items.map((item) => (
      <article className="explained" key={item.id}>
        <div className="explained-head">
          <span>
            {item.claimId === null ? (
              <strong>{item.title}</strong>
            ) : (
              <Link to="/claims/$claimId" params={{ claimId: item.claimId }}>
                <strong>{item.title}</strong>
              </Link>
            )}{' '}
            <Tag>{item.formLabel}</Tag>
            {item.sourceKind === 'platform' ? <Tag>系统自动登记</Tag> : null}
          </span>
          <span className="num">
            <strong>
              {item.deemedComplete ? '视为完成当年度学时' : `计入 ${formatHours(item.countedHundredths)}`}
            </strong>
          </span>
        </div>
        <div className="muted small">
          {countedWords(item)}　{formatInstant(item.recordedAt)}登记
          {item.claimNumber === null ? '' : `　申报编号 ${item.claimNumber}`}
        </div>
        <Explained item={item} />
        {tools?.(item)}
      </article>
    ))}
  </>
);

function countedWords(item: YearItem): string {
  if (item.deemedComplete) return '公需科目和专业科目';
  const parts = subjectsOf(item);
  return parts.length === 0 ? '未计入学时' : parts.join('，');
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Overview } from '../../contract/statistics.ts';
import type { StatisticsSearch } from '../search.ts';
import { formatCount, formatShare, formatSum } from './format.ts';

/** The totals of what is asked; a number of people or claims leads to its list. */
export function Totals({ overview: { total }, search }: { overview: Overview; search: StatisticsSearch }) {
  const { by: _, after: __, ...place } = search;
  const people = (
    standing: 'qualified' | 'deemed-complete' | 'deferred' | 'in-progress' | 'unqualified' | 'cancelled',
    n: number,
  ) => (
    <Link to="/statistics/people" search={{ ...place, standing }}>
      {formatCount(n)}
    </Link>
  );
  return (
    <section className="panel totals" aria-label="合计">
      <Tile label="专业技术人员">
        <Link to="/statistics/people" search={place}>
          {formatCount(total.people)}
        </Link>
        <small>人</small>
      </Tile>
      <Tile label="完成率">{formatShare(total.completedPer10000)}</Tile>
      <Tile label="合格">{people('qualified', total.qualified)}</Tile>
      <Tile label="视为完成">{people('deemed-complete', total.deemedComplete)}</Tile>
      {total.deferred > 0 ? <Tile label="已批准顺延">{people('deferred', total.deferred)}</Tile> : null}
      {total.inProgress > 0 ? <Tile label="进行中">{people('in-progress', total.inProgress)}</Tile> : null}
      {total.unqualified > 0 ? <Tile label="不合格">{people('unqualified', total.unqualified)}</Tile> : null}
      {total.cancelled > 0 ? <Tile label="学时已取消">{people('cancelled', total.cancelled)}</Tile> : null}
      <Tile label="公需学时">{formatSum(total.publicHundredths)}</Tile>
      <Tile label="专业学时">{formatSum(total.professionalHundredths)}</Tile>
      <Tile label="申报（已备案）">
        <Link to="/statistics/claims" search={place}>
          {formatCount(total.claims)}
        </Link>
        <small>（{formatCount(total.filed)}）</small>
      </Tile>
    </section>
  );
}

function Tile({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="tile">
      <div className="muted">{label}</div>
      <div className="tile-value num">{children}</div>
    </div>
  );
}

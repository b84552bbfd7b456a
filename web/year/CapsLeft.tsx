import type { CapLeft } from '../../contract/explained.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { Reading } from '../parts/Basis.tsx';
import { CAP_READINGS } from '../parts/Explained.tsx';
import { Scroll } from '../parts/Scroll.tsx';

/** The same, folded away beside an activity. */
export const LimitsLeft = ({ caps }: { caps: readonly CapLeft[] }) =>
  caps.length === 0 ? null : (
    <details className="small">
      <summary>计入后各项限额还剩多少</summary>
      <CapsLeft caps={caps} />
    </details>
  );

/** What each limit of the year has left. */
export const CapsLeft = ({ caps }: { caps: readonly CapLeft[] }) => (
  <Scroll label="各项限额还剩多少">
    <table className="plain-table">
      <thead>
        <tr>
          <th>限额</th>
          <th>上限</th>
          <th>已用</th>
          <th>还剩</th>
        </tr>
      </thead>
      <tbody>
        {caps.map(({ cap, label, limitHundredths, usedHundredths, leftHundredths }) => {
          const reading = CAP_READINGS[cap];
          return (
            <tr key={cap}>
              <td>
                {label}
                {reading === undefined ? null : <Reading id={reading} />}
              </td>
              <td className="num">{formatHundredths(limitHundredths)}</td>
              <td className="num">{formatHundredths(usedHundredths)}</td>
              <td className="num">
                <strong>{leftHundredths === 0 ? '已用完' : formatHundredths(leftHundredths)}</strong>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  </Scroll>
);

import type { CapLeft } from '../../contract/explained.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { Reading } from '../parts/Basis.tsx';
import { CAP_READINGS } from '../parts/Explained.tsx';
import { PlainTable } from '../parts/PlainTable.tsx';

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
  <PlainTable
    label="各项限额还剩多少"
    hasCards
    columns={[
      { title: '限额', cell: LimitName },
      { title: '上限', cell: ({ limitHundredths }) => formatHundredths(limitHundredths), isNumber: true },
      { title: '已用', cell: ({ usedHundredths }) => formatHundredths(usedHundredths), isNumber: true },
      { title: '还剩', cell: ({ leftHundredths }) => <strong>{leftOf(leftHundredths)}</strong>, isNumber: true },
    ]}
    rows={caps}
    keyOf={({ cap }) => cap}
  />
);

function LimitName({ cap, label }: CapLeft) {
  const reading = CAP_READINGS[cap];
  return (
    <>
      {label}
      {reading === undefined ? null : <Reading id={reading} />}
    </>
  );
}

const leftOf = (hundredths: number): string => (hundredths === 0 ? '已用完' : formatHundredths(hundredths));

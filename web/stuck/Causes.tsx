import { Button } from 'antd';
import { useState } from 'react';
import { bulkRepairsOf } from '../../contract/repairs.ts';
import type { StuckClass } from '../../contract/stuck.ts';
import { formatInstant } from '../lib/format.ts';
import { PlainTable } from '../parts/PlainTable.tsx';
import { Bulk, type Cause } from './Bulk.tsx';

type CausesProps = {
  causes: Cause[];
  chosen: StuckClass | undefined;
  onChoose: (kind: StuckClass | undefined) => void;
  mayRepair: boolean;
  olderThanHours: number | undefined;
};

/** The causes with how many there are, since when, and what comes next; a cause chosen narrows the list below. */
export function Causes({ causes, chosen, onChoose, mayRepair, olderThanHours }: CausesProps) {
  const [bulk, setBulk] = useState<Cause | null>(null);
  if (causes.length === 0) return null;
  const acts = (each: Cause) => (
    <>
      <Button
        type="link"
        aria-pressed={chosen === each.class}
        onClick={() => onChoose(chosen === each.class ? undefined : each.class)}
      >
        {chosen === each.class ? '显示全部' : '只看这类'}
      </Button>
      {mayRepair && bulkRepairsOf(each.class).length > 0 ? (
        <Button type="link" onClick={() => setBulk(each)}>
          批量处理
        </Button>
      ) : null}
    </>
  );
  return (
    <section className="panel stack" aria-label="按原因">
      <PlainTable
        label="各类原因"
        hasCards
        columns={[
          { title: '原因', cell: ({ label }) => label },
          { title: '数量', cell: ({ count }) => count, isNumber: true },
          { title: '最早发现', cell: ({ oldestAt }) => formatInstant(oldestAt) },
          { title: '下一步', cell: ({ nextStep }) => nextStep },
          { title: '操作', cell: acts },
        ]}
        rows={causes}
        keyOf={(each) => each.class}
      />
      {bulk === null ? null : <Bulk cause={bulk} olderThanHours={olderThanHours} onClose={() => setBulk(null)} />}
    </section>
  );
}

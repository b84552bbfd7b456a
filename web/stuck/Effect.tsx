import type { RepairEffect } from '../../contract/repairs.ts';
import { PlainTable } from '../parts/PlainTable.tsx';

/** What a repair would do: state, hours, whom it tells. */
export function Effect({ effect }: { effect: RepairEffect }) {
  return (
    <section className="stack" aria-label="影响">
      <strong>影响（演练，没有写入）</strong>
      {effect.changes.length === 0 ? null : (
        <PlainTable
          label="现在与处理后"
          hasCards
          columns={[
            { title: '内容', cell: ({ label }) => label },
            { title: '现在', cell: ({ before }) => before },
            { title: '处理后', cell: ({ before, after }) => (before === after ? '不变' : <strong>{after}</strong>) },
          ]}
          rows={effect.changes}
          keyOf={({ label }) => label}
        />
      )}
      <ul style={{ margin: 0 }}>
        {effect.follows.map((each) => (
          <li key={each}>{each}</li>
        ))}
        <li>告知：{effect.told.length === 0 ? '无' : effect.told.join('；')}</li>
      </ul>
    </section>
  );
}

import type { RepairEffect } from '../../contract/repairs.ts';
import { Scroll } from '../parts/Scroll.tsx';

/** What a repair would do: state, hours, whom it tells. */
export function Effect({ effect }: { effect: RepairEffect }) {
  return (
    <section className="stack" aria-label="影响">
      <h4 style={{ margin: 0 }}>影响（演练，没有写入）</h4>
      {effect.changes.length === 0 ? null : (
        <Scroll label="影响">
          <table className="plain-table">
            <thead>
              <tr>
                <th>内容</th>
                <th>现在</th>
                <th>处理后</th>
              </tr>
            </thead>
            <tbody>
              {effect.changes.map(({ label, before, after }) => (
                <tr key={label}>
                  <td>{label}</td>
                  <td>{before}</td>
                  <td>{before === after ? '不变' : <strong>{after}</strong>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
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

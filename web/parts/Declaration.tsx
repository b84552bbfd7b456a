import type { Declared } from '../../contract/declarations.ts';
import { formatHours } from '../../rules/hours.ts';
import { SUBJECTS } from '../../rules/vocabulary.ts';
import { factsOf } from '../declare/facts.ts';
import { formatDay } from '../lib/format.ts';

/** A declaration as it was written. */
export function DeclarationView({ declared }: { declared: Declared }) {
  const days = declared.form === 'authority-training' || declared.form === 'unit-training' ? declared.days : [];
  return (
    <div className="stack">
      <dl className="facts">
        {factsOf(declared).map(({ path, label, value }) => (
          <div key={path} style={{ display: 'contents' }}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {days.length === 0 ? null : (
        <div className="table-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th>日期</th>
                <th>科目</th>
                <th>填报</th>
              </tr>
            </thead>
            <tbody>
              {days.map((day, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a submitted day has no name but its place.
                <tr key={index}>
                  <td className="num">{formatDay(day.on)}</td>
                  <td>{SUBJECTS[declared.form === 'unit-training' ? 'professional' : day.subject]}</td>
                  <td className="num">{amountOf(day)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function amountOf(day: {
  hundredths?: number | undefined;
  minutes?: number | undefined;
  travel?: boolean | undefined;
}) {
  if (day.travel === true) return '在途';
  return day.minutes === undefined ? formatHours(day.hundredths ?? 0) : `${day.minutes} 分钟`;
}

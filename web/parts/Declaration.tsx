import type { Declared } from '../../contract/declarations.ts';
import { formatHours } from '../../rules/hours.ts';
import { SUBJECTS } from '../../rules/vocabulary.ts';
import { factsOf } from '../declare/facts.ts';
import { formatDay } from '../lib/format.ts';
import { Scroll } from './Scroll.tsx';

/** A declaration as it was written. `withDays` is false where another table shows the days. */
export function DeclarationView({ declared, withDays = true }: { declared: Declared; withDays?: boolean }) {
  const days = declaredDays(declared);
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
      {days.length === 0 || !withDays ? null : (
        <Scroll label="培训日程">
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
        </Scroll>
      )}
    </div>
  );
}

/** A training's days; none for any other form. */
export const declaredDays = (declared: Declared) =>
  declared.form === 'authority-training' || declared.form === 'unit-training' ? declared.days : [];

/** What was written for a day. */
export function amountOf(day: {
  hundredths?: number | undefined;
  minutes?: number | undefined;
  travel?: boolean | undefined;
}) {
  if (day.travel === true) return '在途';
  return day.minutes === undefined ? formatHours(day.hundredths ?? 0) : `${day.minutes} 分钟`;
}

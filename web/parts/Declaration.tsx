import type { Declared } from '../../contract/declarations.ts';
import { formatHours } from '../../rules/hours.ts';
import { SUBJECTS } from '../../rules/vocabulary.ts';
import { factsOf } from '../declare/facts.ts';
import { formatDay } from '../lib/format.ts';
import { PlainTable } from './PlainTable.tsx';

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
        <PlainTable
          label="培训日程"
          columns={[
            { title: '日期', cell: ({ on }) => formatDay(on), isNumber: true },
            {
              title: '科目',
              cell: ({ subject }) => SUBJECTS[declared.form === 'unit-training' ? 'professional' : subject],
            },
            { title: '填报', cell: amountOf, isNumber: true },
          ]}
          rows={days}
          // A submitted day has no name but its place.
          keyOf={(_, index) => index}
        />
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

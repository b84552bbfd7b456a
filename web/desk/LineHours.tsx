import { Input } from 'antd';
import type { Day } from '../../rules/activity.ts';
import { formatHundredths, parseHundredths } from '../../rules/hours.ts';
import { SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { formatDay } from '../lib/format.ts';
import type { VerdictDraft } from './verdict.ts';

export type DeclaredLine = { index: number; on: Day; subject: Subject; hundredths: number };

type LineHoursProps = {
  lines: readonly DeclaredLine[];
  lowered: VerdictDraft['lowered'];
  onChange: (lowered: VerdictDraft['lowered']) => void;
};

/** Line by line, the hours a reviewer recognises; only lower than declared, each with its reason. */
export function LineHours({ lines, lowered, onChange }: LineHoursProps) {
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            <th>日期</th>
            <th>科目</th>
            <th>申报</th>
            <th>核减为</th>
            <th>核减理由</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ index, on, subject, hundredths }) => {
            const { hours, reason } = lowered[index] ?? { hours: '', reason: '' };
            const value = parseHundredths(hours.trim());
            const isWrong = hours.trim() !== '' && (value === undefined || value >= hundredths);
            return (
              <tr key={index}>
                <td className="num">{formatDay(on)}</td>
                <td>{SUBJECTS[subject]}</td>
                <td className="num">{formatHundredths(hundredths)}</td>
                <td>
                  <Input
                    aria-label={`第 ${index + 1} 条核减为`}
                    value={hours}
                    inputMode="decimal"
                    status={isWrong ? 'error' : ''}
                    onChange={(event) => {
                      onChange({ ...lowered, [index]: { hours: event.target.value, reason } });
                    }}
                    style={{ width: 80 }}
                  />
                  {isWrong ? <div className="field-error small">应低于 {formatHundredths(hundredths)}</div> : null}
                </td>
                <td>
                  <Input
                    aria-label={`第 ${index + 1} 条核减理由`}
                    value={reason}
                    maxLength={120}
                    onChange={(event) => {
                      onChange({ ...lowered, [index]: { hours, reason: event.target.value } });
                    }}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

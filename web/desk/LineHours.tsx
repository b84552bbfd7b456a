import { Input } from 'antd';
import type { Day } from '../../rules/activity.ts';
import { formatHundredths, parseHundredths } from '../../rules/hours.ts';
import { SUBJECTS, type Subject } from '../../rules/vocabulary.ts';
import { formatDay } from '../lib/format.ts';
import { Scroll } from '../parts/Scroll.tsx';
import type { VerdictDraft } from './verdict.ts';

export type DeclaredLine = { index: number; on: Day; subject: Subject; hundredths: number };

type LineHoursProps = {
  lines: readonly DeclaredLine[];
  /** What the bodies before left of a line, where they lowered it. */
  left: readonly { line: number; hundredths: number }[];
  lowered: VerdictDraft['lowered'];
  onChange: (lowered: VerdictDraft['lowered']) => void;
};

/** Line by line, the hours a reviewer recognises; only lower than what is left of it, each with its reason. */
export function LineHours({ lines, left, lowered, onChange }: LineHoursProps) {
  return (
    <Scroll label="核减学时">
      <table className="plain-table">
        <thead>
          <tr>
            <th>日期</th>
            <th>科目</th>
            <th>申报</th>
            {left.length > 0 ? <th>前序核减后</th> : null}
            <th>核减为</th>
            <th>核减理由</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <LineRow
              key={line.index}
              line={line}
              left={left.length > 0 ? (left.find((one) => one.line === line.index)?.hundredths ?? null) : undefined}
              draft={lowered[line.index] ?? { hours: '', reason: '' }}
              onChange={(draft) => {
                onChange({ ...lowered, [line.index]: draft });
              }}
            />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

type Draft = { hours: string; reason: string };
/** `left` is null where nobody lowered this line, undefined where nobody lowered any. */
type RowProps = { line: DeclaredLine; left: number | null | undefined; draft: Draft; onChange: (draft: Draft) => void };

function LineRow({ line: { index, on, subject, hundredths }, left, draft, onChange }: RowProps) {
  const { hours, reason } = draft;
  const value = parseHundredths(hours.trim());
  const limit = Math.min(hundredths, left ?? hundredths);
  const isWrong = hours.trim() !== '' && (value === undefined || value >= limit);
  return (
    <tr>
      <td className="num">{formatDay(on)}</td>
      <td>{SUBJECTS[subject]}</td>
      <td className="num">{formatHundredths(hundredths)}</td>
      {left === undefined ? null : <td className="num">{left === null ? '未核减' : formatHundredths(left)}</td>}
      <td>
        <Input
          aria-label={`第 ${index + 1} 条核减为`}
          value={hours}
          inputMode="decimal"
          status={isWrong ? 'error' : ''}
          onChange={(event) => {
            onChange({ hours: event.target.value, reason });
          }}
          style={{ width: 80 }}
        />
        {isWrong ? <div className="field-error small">应低于 {formatHundredths(limit)}</div> : null}
      </td>
      <td>
        <Input
          aria-label={`第 ${index + 1} 条核减理由`}
          value={reason}
          maxLength={120}
          onChange={(event) => {
            onChange({ hours, reason: event.target.value });
          }}
        />
      </td>
    </tr>
  );
}

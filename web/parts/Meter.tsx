import { CheckCircleFilled, ClockCircleOutlined } from '@ant-design/icons';
import { formatHundredths } from '../../rules/hours.ts';

type MeterProps = { label: string; counted: number; pending: number; required: number };

/** Hours against what the year asks for: in figures, in length, and the pending part hatched. */
export function Meter({ label, counted, pending, required }: MeterProps) {
  const done = counted >= required;
  const share = Math.min(100, (counted * 100) / required);
  const waiting = Math.min(100 - share, (pending * 100) / required);
  return (
    <div style={{ marginBottom: 14 }}>
      <div className="row" style={{ justifyContent: 'space-between', marginBottom: 4 }}>
        <span>
          {done ? (
            <CheckCircleFilled style={{ color: '#2b7a3d' }} aria-hidden />
          ) : (
            <ClockCircleOutlined style={{ color: '#b25e00' }} aria-hidden />
          )}{' '}
          {label}
          <span className="muted">{done ? '　已达到' : `　还差 ${formatHundredths(required - counted)} 学时`}</span>
        </span>
        <span className="num">
          <strong>{formatHundredths(counted)}</strong> / {formatHundredths(required)} 学时
        </span>
      </div>
      <div
        className="meter"
        data-done={done}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={required / 100}
        aria-valuenow={Math.min(counted, required) / 100}
      >
        <i style={{ width: `${share}%` }} />
        {waiting > 0 ? <b style={{ left: `${share}%`, width: `${waiting}%` }} /> : null}
      </div>
    </div>
  );
}

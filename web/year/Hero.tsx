import { CalendarOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import type { Year } from '../../contract/years.ts';
import { daysBetween } from '../../rules/calendar.ts';
import { formatHours, formatHundredths } from '../../rules/hours.ts';
import type { Verdict } from '../../rules/vocabulary.ts';
import { formatDay, subjectsOf } from '../lib/format.ts';
import { Basis } from '../parts/Basis.tsx';
import { Meter } from '../parts/Meter.tsx';
import { VerdictTag } from '../parts/StateTag.tsx';

const DONE: readonly Verdict[] = ['qualified', 'deemed-complete'];

/** A cancelled year says why, with the article; what is missing would be beside the point. */
const Cancelled = ({ year }: { year: Year }) => (
  <section className="panel" aria-label="年度完成情况">
    <div className="row">
      <span>{year.year}年</span>
      <VerdictTag verdict={year.verdict} />
    </div>
    <Alert
      type="error"
      showIcon
      style={{ marginTop: 8 }}
      title="本年度学时已全部取消"
      description={
        <>
          {year.trace.map((line) => (
            <div key={line}>{line}</div>
          ))}
          <Basis cited={year.basis} />
          <div>
            理由、期限和申诉见<Link to="/sanctions">案件页面</Link>。
          </div>
        </>
      }
    />
  </section>
);

/** The first screen: done or how much is missing, by when, and how. */
export function Hero({ year }: { year: Year }) {
  const isDone = DONE.includes(year.verdict);
  if (year.verdict === 'cancelled') return <Cancelled year={year} />;
  return (
    <section className="panel year-hero" aria-label="年度完成情况">
      <div>
        <div className="row">
          <span>{year.year}年</span>
          <VerdictTag verdict={year.verdict} />
        </div>
        <div className="year-big" data-testid="year-big">
          {isDone ? (
            year.verdict === 'deemed-complete' ? (
              '视为完成'
            ) : (
              '已完成'
            )
          ) : (
            <>
              还差<em>{formatHundredths(year.missing.totalHundredths)}</em>学时
            </>
          )}
        </div>
        <div>{isDone ? `本年度已计入 ${formatHours(year.totalHundredths)}，不需要再申报。` : year.sentence}</div>
        <ByWhen year={year} isDone={isDone} />
        {isDone ? null : <How year={year} />}
      </div>
      <Meters year={year} />
    </section>
  );
}

/** What is there of what the year asks for, by subject and in all. */
function Meters({ year }: { year: Year }) {
  const pending = year.pendingHours;
  return (
    <div>
      <Meter
        label="公需科目"
        counted={year.publicHundredths}
        pending={pending.publicHundredths}
        required={year.required.publicHundredths}
      />
      <Meter
        label="专业科目"
        counted={year.professionalHundredths}
        pending={pending.professionalHundredths}
        required={year.required.professionalHundredths}
      />
      <Meter
        label="合计"
        counted={year.totalHundredths}
        pending={pending.totalHundredths}
        required={year.required.totalHundredths}
      />
      <div className="muted small">实色为已计入，斜纹为审核中、尚未计入。</div>
    </div>
  );
}

function ByWhen({ year, isDone }: { year: Year; isDone: boolean }) {
  const left = daysBetween(year.asOf, year.closesOn);
  if (isDone) return null;
  return (
    <div style={{ marginTop: 8 }}>
      <CalendarOutlined aria-hidden />{' '}
      {left >= 0
        ? `活动须在${year.year}年12月31日前参加，${formatDay(year.closesOn)}前提交申报（还有 ${left} 天）。`
        : `${year.year}年度的申报已于${formatDay(year.closesOn)}截止。`}
    </div>
  );
}

/** How the gap can be closed, subject by subject. */
function How({ year }: { year: Year }) {
  const { publicHundredths, professionalHundredths } = year.missing;
  return (
    <ul className="why" style={{ marginTop: 8 }}>
      {publicHundredths > 0 ? (
        <li>
          公需科目差 {formatHundredths(publicHundredths)}{' '}
          学时：可在公共服务平台学习公需课程（自动登记），或参加主管部门的公需科目培训。
        </li>
      ) : null}
      {professionalHundredths > 0 ? (
        <li>
          专业科目差 {formatHundredths(professionalHundredths)} 学时：可参加主管部门或本单位培训、省级以上学术会议。
        </li>
      ) : null}
      {pendingSentence(year) === null ? null : <li>{pendingSentence(year)}</li>}
    </ul>
  );
}

/** What is on its way, subject by subject; null when nothing is. */
function pendingSentence({ pendingHours, pending }: Year): string | null {
  const parts = subjectsOf(pendingHours);
  const completing = pending.filter(({ deemedComplete }) => deemedComplete).length;
  if (completing > 0) parts.push(` ${completing} 项可视为完成当年度学时的申报`);
  return parts.length === 0 ? null : `另有${parts.join('、')}正在审核。`;
}

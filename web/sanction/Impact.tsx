import type { SanctionImpact } from '../../contract/sanctions.ts';
import { formatHours } from '../../rules/hours.ts';
import { VERDICTS } from '../../rules/vocabulary.ts';
import { formatDay } from '../lib/format.ts';

const OUTCOMES = { qualified: '合格', open: '尚未定论', 'not-qualified': '不合格' } as const;

/** What a decision changes: before it as a preview, after it as the record of what was done. */
export function Impact({ impact }: { impact: SanctionImpact }) {
  const { before, after } = impact;
  return (
    <dl className="facts">
      <dt>{impact.year}年度学时</dt>
      <dd>
        {formatHours(before.totalHundredths)}（{VERDICTS[before.verdict]}）→ {formatHours(after.totalHundredths)}（
        {VERDICTS[after.verdict]}）
      </dd>
      {impact.otherYears.map((other) => (
        <Other key={other.year} other={other} />
      ))}
      <dt>完成证书</dt>
      <dd>{impact.certificateNumber === null ? '没有有效证书' : `${impact.certificateNumber} 撤销`}</dd>
      <Claims impact={impact} />
      <dt>失信记录</dt>
      <dd>
        {formatDay(impact.record.from)}起，至{formatDay(impact.record.endsOn)}零时，期间不得申报职称
      </dd>
      <dt>职称</dt>
      <dd>
        {impact.titles.length === 0 ? '没有需要撤销的职称' : null}
        {impact.titles.map((one) => (
          <div key={`${one.title}${one.organisationId}`}>
            {one.title}：通知{one.organisationName}于{formatDay(one.dueOn)}前撤销
          </div>
        ))}
      </dd>
      <Answers answers={impact.answers} />
      <dt>将被告知</dt>
      <dd>{impact.told.map((one) => `${one.organisationName} ${one.people} 人`).join('，')}</dd>
    </dl>
  );
}

const Other = ({ other }: { other: SanctionImpact['otherYears'][number] }) => (
  <>
    <dt>{other.year}年度学时</dt>
    <dd>
      {formatHours(other.before.totalHundredths)} → {formatHours(other.after.totalHundredths)}
    </dd>
  </>
);

/** Open claims that end with the decision, and those that go on for their other years. */
const Claims = ({ impact: { claimsClosed, claimsKept } }: { impact: SanctionImpact }) => (
  <>
    <dt>在办申报</dt>
    <dd>
      {claimsClosed.length === 0 ? '没有因此终止的申报' : null}
      {claimsClosed.map((claim) => (
        <div key={claim.claimId}>
          {claim.number} 号 {claim.title}：终止
        </div>
      ))}
      {claimsKept.map((claim) => (
        <div key={claim.claimId}>
          {claim.number} 号 {claim.title}：跨年度，继续办理其他年度的部分
        </div>
      ))}
    </dd>
  </>
);

/** What was answered before to those who asked about the person, and what the answer would be now. */
const Answers = ({ answers }: Pick<SanctionImpact, 'answers'>) => (
  <>
    <dt>此前答复的查询</dt>
    <dd>
      {answers.length === 0 ? '没有会改变的答复' : null}
      {answers.map((one) => (
        <div key={`${one.organisationName}${one.purpose}${one.caseNumber}`}>
          {one.organisationName} {one.caseNumber}（{one.years.join('、')}年）：{OUTCOMES[one.before]} →{' '}
          {OUTCOMES[one.after]}
        </div>
      ))}
    </dd>
  </>
);

import { CheckCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { asActivity, type Declared } from '../../contract/declarations.ts';
import type { TaskDetail } from '../../contract/tasks.ts';
import { formatCredits, formatHours } from '../../rules/hours.ts';
import { creditsOf } from '../../rules/recognition.ts';
import { REFUSAL_CODES, SUBJECTS } from '../../rules/vocabulary.ts';
import { formatDay } from '../lib/format.ts';
import { Basis, RuleText } from '../parts/Basis.tsx';
import { amountOf, declaredDays } from '../parts/Declaration.tsx';
import { Explained } from '../parts/Explained.tsx';
import { PlainTable } from '../parts/PlainTable.tsx';
import { LimitsLeft } from '../year/CapsLeft.tsx';

type OpinionProps = { detail: TaskDetail; declared: Declared };

/** What the rules say, line by line with the article, and what the year becomes: the same text the declarant sees. */
export const RulesOpinion = ({ detail, declared }: OpinionProps) => (
  <section>
    <h2 className="section-title">规则意见</h2>
    <Ruling recognition={detail.recognition} declared={declared} />
    {detail.years.map(({ before, after, item, caps }) => (
      <div key={after.year} style={{ marginTop: 10 }}>
        <div className="muted small">{after.year}年，如按申报认定</div>
        <div>现在：{before.sentence}</div>
        <div>
          <strong>计入后：{after.sentence}</strong>
        </div>
        {item === null ? null : <Explained item={item} />}
        <LimitsLeft caps={caps} />
      </div>
    ))}
  </section>
);

function Ruling({ recognition, declared }: Pick<TaskDetail, 'recognition'> & Pick<OpinionProps, 'declared'>) {
  if (recognition.outcome === 'refused') {
    return (
      <div className="cut">
        <CloseCircleOutlined aria-hidden /> {recognition.message} {recognition.fix}
        <Basis cited={recognition.basis} />
      </div>
    );
  }
  const { basis, lines, trace } = recognition;
  return (
    <>
      <div>
        <CheckCircleOutlined aria-hidden style={{ color: '#2b7a3d' }} /> 符合认定条件
        <Basis cited={basis} />
      </div>
      {lines.length > 0 ? <Lines lines={lines} declared={declared} /> : null}
      {lines.length <= 1 ? (
        <ul className="why">
          {trace.map((sentence) => (
            <li key={sentence}>
              <RuleText text={sentence} />
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

type LineRows = Extract<TaskDetail['recognition'], { outcome: 'accepted' }>['lines'];

const Lines = ({ lines, declared }: { lines: LineRows; declared: Declared }) => (
  <PlainTable
    label="按日认定"
    hasCards
    columns={[
      { title: '日期', cell: ({ on }) => formatDay(on), isNumber: true },
      { title: '科目', cell: ({ subject }) => SUBJECTS[subject] },
      {
        title: '填报',
        cell: ({ index, rawHundredths }) => writtenOf(declared, index) ?? formatHours(rawHundredths),
        isNumber: true,
      },
      {
        title: '折算',
        cell: ({ hundredths, refusal }) =>
          refusal === null ? formatHours(hundredths) : `不计：${REFUSAL_CODES[refusal]}`,
      },
    ]}
    rows={lines}
    keyOf={({ index }) => index}
  />
);

/** What the declarant wrote on a line: credits, or a day's hours or minutes; undefined for any other form. */
function writtenOf(declared: Declared, index: number): string | undefined {
  const credits = creditsOf(asActivity(declared, true));
  if (credits !== undefined) return formatCredits(credits);
  const day = declaredDays(declared)[index];
  return day === undefined ? undefined : amountOf(day);
}

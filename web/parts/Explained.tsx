import { CloseCircleOutlined, ScissorOutlined } from '@ant-design/icons';
import type { ExplainedItem, Step } from '../../contract/explained.ts';
import { formatCredits, formatHours } from '../../rules/hours.ts';
import type { InterpretationId } from '../../rules/interpretations.ts';
import type { Cap } from '../../rules/vocabulary.ts';
import { Basis, Reading, RuleText } from './Basis.tsx';

/** The readings a limit of the year follows. */
export const CAP_READINGS: Readonly<Partial<Record<Cap, InterpretationId>>> = {
  'training-day': 'D-8',
  'unit-training-year': 'D-7',
  'training-year': 'D-7',
  'exam-year': 'D-6',
};

/** One activity's way from what was declared to what counts, each step with its article. */
export function Explained({ item }: { item: ExplainedItem }) {
  if (item.refusal !== null) {
    return (
      <div className="cut">
        <CloseCircleOutlined aria-hidden /> 不计入：{item.refusal.message}
        {item.refusal.fix}
        <Basis cited={item.refusal.basis} />
      </div>
    );
  }
  const chain = item.steps.filter(({ step }) => step !== 'capped');
  return (
    <>
      {item.deemedComplete ? null : <Chain steps={chain} cut={item.notCounted.reduce((n, c) => n + c.hundredths, 0)} />}
      {chain
        .filter(({ step }) => step === 'converted')
        .map((step) => (
          <Why key={step.text} step={step} />
        ))}
      {item.notCounted.map((cut, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cuts have no name but their order.
        <div className="cut" key={index}>
          <ScissorOutlined aria-hidden /> 未计入 {formatHours(cut.hundredths)}：
          <RuleText text={cut.text} />
          <Basis cited={cut.basis} />
          {cut.cap !== null && CAP_READINGS[cut.cap] !== undefined ? (
            <Reading id={CAP_READINGS[cut.cap] ?? 'D-7'} />
          ) : null}
        </div>
      ))}
    </>
  );
}

/** The rules tell a reviewers' lowering as a second conversion. */
const LOWERED = /^审核核减/;

function Chain({ steps, cut }: { steps: readonly Step[]; cut: number }) {
  const counted = steps.at(-1);
  const before = steps.slice(0, -1);
  return (
    <ol className="steps">
      {before.map((step) => (
        <li key={`${step.step}-${step.text}`}>
          <span className="step num">
            {LOWERED.test(step.text) ? '核减后' : step.label}{' '}
            {step.unit === 'credits' ? formatCredits(step.hundredths) : formatHours(step.hundredths)}
          </span>
        </li>
      ))}
      <li>
        <span className="step num">{cut > 0 ? `限额 −${formatHours(cut)}` : '限额 未超出'}</span>
      </li>
      {counted === undefined ? null : (
        <li>
          <span className="step num" data-last="true">
            {counted.label} {formatHours(counted.hundredths)}
          </span>
        </li>
      )}
    </ol>
  );
}

/** Long reasons (a training of many days) fold away. */
function Why({ step }: { step: Step }) {
  const sentences = step.text.split('；').filter((sentence) => sentence !== '');
  const list = (
    <ul className="why">
      {sentences.map((sentence, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two days can have the same sentence.
        <li key={index}>
          <RuleText text={sentence} />
        </li>
      ))}
    </ul>
  );
  return (
    <div className="small">
      {sentences.length > 4 ? (
        <details>
          <summary>{`逐日折算（${sentences.length} 条）`}</summary>
          {list}
        </details>
      ) : (
        list
      )}
      <div>
        依据
        <Basis cited={step.basis} />
      </div>
    </div>
  );
}

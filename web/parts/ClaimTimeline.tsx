import type { ClaimDetail, ShownDecision, ShownStage } from '../../contract/claims.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { isEnded } from '../../rules/stages.ts';
import { formatDay, formatInstant, formatLastDay, withDays } from '../lib/format.ts';
import { type Happening, Timeline } from './Timeline.tsx';

/** What happened to a claim, who has it now and by when, and what comes next. */
export function ClaimTimeline({ claim }: { claim: ClaimDetail }) {
  const open = claim.stages.filter(({ settledAt }) => settledAt === null);
  return <Timeline happenings={[...pastOf(claim), ...correctionOf(claim), ...open.map(nowOf), ...nextOf(claim)]} />;
}

function pastOf(claim: ClaimDetail): Happening[] {
  const decisions = claim.stages.flatMap(({ tasks }) => tasks.flatMap(({ decision }) => (decision ? [decision] : [])));
  return claim.timeline.map((entry, index) => {
    const decision = entry.kind === 'decided' ? decisions.find(({ decidedAt }) => decidedAt === entry.at) : undefined;
    return {
      key: `past-${index}`,
      when: 'past' as const,
      title: withDays(entry.text),
      detail: (
        <>
          <div>{formatInstant(entry.at)}</div>
          {decision === undefined ? null : <Decision decision={decision} />}
        </>
      ),
    };
  });
}

function Decision({ decision: { hours, reasons, comment } }: { decision: ShownDecision }) {
  return (
    <ul className="why">
      {reasons.map((reason, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the reasons of one decision are fixed and have no id.
        <li key={`reason-${index}`}>
          {reason.label}：{reason.text}
        </li>
      ))}
      {hours.map(({ line, hundredths, reason }) => (
        <li key={`line-${line}`}>
          第 {line + 1} 条核减为 {formatHundredths(hundredths)} 学时：{reason}
        </li>
      ))}
      {comment === '' ? null : <li>意见：{comment}</li>}
    </ul>
  );
}

const correctionOf = ({ state, correctionDueAt }: ClaimDetail): Happening[] =>
  state === 'correction' && correctionDueAt !== null
    ? [
        {
          key: 'correction',
          when: 'now',
          title: '等待申报人补正',
          detail: `补正期限 ${formatLastDay(correctionDueAt)}`,
        },
      ]
    : [];

const nowOf = (stage: ShownStage): Happening => ({
  key: `now-${stage.seq}`,
  when: 'now',
  title: `${stage.label}：${stage.tasks
    .filter(({ state }) => state === 'open' || state === 'claimed')
    .map(({ organisationName }) => organisationName)
    .join('、')}`,
  detail: `办理期限 ${formatDay(stage.dueOn)}`,
});

const nextOf = (claim: ClaimDetail): Happening[] =>
  claim.way
    .filter(({ status }) => status === 'next' && !isEnded(claim.state))
    .map((step) => ({
      key: `next-${step.kind}`,
      when: 'next' as const,
      title: `${step.label}：${step.bodies.map(({ organisationName }) => organisationName).join('、')}`,
      ...(step.notes.length === 0 ? {} : { detail: step.notes.join('；') }),
    }));

import { ClockCircleOutlined, UserOutlined, WarningFilled } from '@ant-design/icons';
import { Checkbox, Tag } from 'antd';
import { useEffect, useRef } from 'react';
import type { TaskSummary } from '../../contract/tasks.ts';
import { formatHours } from '../../rules/hours.ts';
import { FORMS, OUTCOMES, STAGE_KINDS } from '../../rules/vocabulary.ts';
import { formatDay, formatInstant } from '../lib/format.ts';

type TaskItemProps = {
  task: TaskSummary;
  isCurrent: boolean;
  isSelected: boolean;
  /** Not in 抄送, where nothing is decided. */
  isSelectable: boolean;
  failure: string | undefined;
  onOpen: () => void;
  onSelect: (on: boolean) => void;
};

/** One line of the list: a box to tick, and the task to open. */
export function TaskItem({ task, isCurrent, isSelected, isSelectable, failure, onOpen, onSelect }: TaskItemProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isCurrent) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  const isOpen = task.state === 'open' || task.state === 'claimed';
  return (
    <div ref={row} className="desk-item" aria-current={isCurrent} data-testid="task-item">
      {isOpen && isSelectable ? (
        <Checkbox
          aria-label={`选择 ${task.declarantName} ${task.title}`}
          checked={isSelected}
          disabled={task.own}
          onChange={(event) => onSelect(event.target.checked)}
        />
      ) : null}
      <button type="button" className="desk-open" onClick={onOpen}>
        <div className="row" style={{ justifyContent: 'space-between', flexWrap: 'nowrap' }}>
          <span className="desk-title" title={task.title}>
            {task.title}
          </span>
          <span className="num">{task.claimedHundredths > 0 ? formatHours(task.claimedHundredths) : '视为完成'}</span>
        </div>
        <div className="desk-meta">
          <span>{task.declarantName}</span>
          <span>{task.employerName}</span>
        </div>
        <Marks task={task} />
        {failure === undefined ? null : <div className="field-error">{failure}</div>}
      </button>
    </div>
  );
}

/** What it is, when it is due, and what was said of it meanwhile. */
const Marks = ({ task }: { task: TaskSummary }) => (
  <div className="desk-meta">
    <span>{FORMS[task.form]}</span>
    <span>{STAGE_KINDS[task.stage]}</span>
    <When task={task} />
    {task.state === 'claimed' ? (
      <span>
        <UserOutlined aria-hidden /> 已认领
      </span>
    ) : null}
    {task.urgedAt === null ? null : <Tag color="error">上级督办 {formatInstant(task.urgedAt)}</Tag>}
    {task.nudgedAt === null ? null : <Tag color="warning">申报人催办 {formatInstant(task.nudgedAt)}</Tag>}
    {task.own ? <Tag color="warning">本人申报，须由同事办理</Tag> : null}
  </div>
);

function When({ task }: { task: TaskSummary }) {
  if (task.outcome !== null && task.decidedAt !== null) {
    return (
      <span>
        {OUTCOMES[task.outcome]}　{formatInstant(task.decidedAt)}
      </span>
    );
  }
  const colour = task.overdue ? '#b3261e' : task.warning === 'due-soon' ? '#8a5300' : undefined;
  return (
    <span style={{ color: colour }}>
      {task.overdue ? <WarningFilled aria-hidden /> : <ClockCircleOutlined aria-hidden />} {dueWords(task)}
    </span>
  );
}

/** `12月7日前，还剩 3 个工作日`, as officials count. */
export function dueWords({
  dueOn,
  overdue,
  workingDaysLeft,
}: Pick<TaskSummary, 'dueOn' | 'overdue' | 'workingDaysLeft'>): string {
  if (workingDaysLeft === null) return `期限 ${formatDay(dueOn)}`;
  if (overdue) return `逾期 ${-workingDaysLeft} 个工作日（期限 ${formatDay(dueOn)}）`;
  if (workingDaysLeft === 0) return `${formatDay(dueOn)}前，今天须办结`;
  return `${formatDay(dueOn)}前，还剩 ${workingDaysLeft} 个工作日`;
}

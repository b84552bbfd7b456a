import { ClockCircleOutlined, UserOutlined, WarningFilled } from '@ant-design/icons';
import { Button, Checkbox, Tag } from 'antd';
import { useEffect, useRef } from 'react';
import type { TaskSummary } from '../../contract/tasks.ts';
import { formatHours } from '../../rules/hours.ts';
import { WARNINGS } from '../../rules/overdue.ts';
import { FORMS, OUTCOMES, STAGE_KINDS } from '../../rules/vocabulary.ts';
import { formatDay, formatInstant } from '../lib/format.ts';

type TaskListProps = {
  items: readonly TaskSummary[];
  current: string | undefined;
  selected: readonly string[];
  isSelectable: boolean;
  failures: Readonly<Record<string, string>>;
  onOpen: (id: string) => void;
  onSelect: (selected: string[]) => void;
  more: { has: boolean; loading: boolean; load: () => void };
};

/** The list; scrolling to its end loads the next page. */
export function TaskList({ items, current, selected, isSelectable, failures, onOpen, onSelect, more }: TaskListProps) {
  const end = useRef<HTMLDivElement>(null);
  const load = useRef(more.load);
  useEffect(() => {
    load.current = more.load;
  });
  useEffect(() => {
    const mark = end.current;
    if (mark === null || !more.has) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) load.current();
    });
    observer.observe(mark);
    return () => {
      observer.disconnect();
    };
  }, [more.has]);
  return (
    <div className="desk-scroll">
      {items.map((task) => (
        <Item
          key={task.id}
          task={task}
          isCurrent={task.id === current}
          isSelected={selected.includes(task.id)}
          isSelectable={isSelectable}
          failure={failures[task.id]}
          onOpen={() => {
            onOpen(task.id);
          }}
          onSelect={(on) => {
            onSelect(on ? [...selected, task.id] : selected.filter((id) => id !== task.id));
          }}
        />
      ))}
      <div ref={end}>
        {more.has ? (
          <Button type="link" block loading={more.loading} onClick={more.load}>
            加载更多
          </Button>
        ) : null}
      </div>
    </div>
  );
}

type ItemProps = {
  task: TaskSummary;
  isCurrent: boolean;
  isSelected: boolean;
  /** Not in 抄送, where nothing is decided. */
  isSelectable: boolean;
  failure: string | undefined;
  onOpen: () => void;
  onSelect: (on: boolean) => void;
};

function Item({ task, isCurrent, isSelected, isSelectable, failure, onOpen, onSelect }: ItemProps) {
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
          onChange={(event) => {
            onSelect(event.target.checked);
          }}
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
        {failure === undefined ? null : <div className="field-error">{failure}</div>}
      </button>
    </div>
  );
}

function When({ task }: { task: TaskSummary }) {
  if (task.outcome !== null && task.decidedAt !== null) {
    return (
      <span>
        {OUTCOMES[task.outcome]}　{formatInstant(task.decidedAt)}
      </span>
    );
  }
  if (task.warning === 'due-soon')
    return (
      <span style={{ color: '#8a5300' }}>
        <ClockCircleOutlined aria-hidden /> {WARNINGS['due-soon']}（{formatDay(task.dueOn)}前）
      </span>
    );
  return task.overdue ? (
    <span style={{ color: '#b3261e' }}>
      <WarningFilled aria-hidden /> 超期（{formatDay(task.dueOn)}）
    </span>
  ) : (
    <span>
      <ClockCircleOutlined aria-hidden /> {formatDay(task.dueOn)}前
    </span>
  );
}

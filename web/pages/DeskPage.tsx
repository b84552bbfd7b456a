import { QuestionCircleOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { BulkBar } from '../desk/BulkBar.tsx';
import { boundedText, Filters } from '../desk/Filters.tsx';
import { KeysHelp } from '../desk/KeysHelp.tsx';
import { TaskList } from '../desk/TaskList.tsx';
import { TaskPane } from '../desk/TaskPane.tsx';
import { useDeskSearch, useTaskList } from '../desk/use-desk.ts';
import { newVerdict, type VerdictDraft } from '../desk/verdict.ts';
import { inBackground } from '../lib/faults.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { keys } from '../lib/keys.ts';
import { isReviewer, useMe } from '../lib/me.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { SplitPane } from '../parts/SplitPane.tsx';

/** 审核: the desk, for those who hold a reviewing role. */
export function DeskPage() {
  const me = useMe();
  useTitle('审核');
  if (me.data === undefined) return <Loading />;
  if (!isReviewer(me.data)) {
    return <Nothing title="您没有审核岗位">如需办理审核，请联系本机构的系统管理员登记您的岗位。</Nothing>;
  }
  return <Desk />;
}

function Desk() {
  const desk = useDesk();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const searchBox = useRef<HTMLElement | null>(null);
  const { task } = desk.search;
  const showHelp = () => {
    setHelpOpen(true);
  };
  useHotkeys(
    {
      j: () => desk.move(1),
      k: () => desk.move(-1),
      s: () => task !== undefined && desk.search.box !== 'done' && desk.search.box !== 'cc' && desk.toggle(task),
      '/': () => searchBox.current?.focus(),
      '?': showHelp,
    },
    !isHelpOpen,
  );
  const close = () => {
    setHelpOpen(false);
  };
  return (
    <>
      <SplitPane
        name="desk"
        left={<ListSide desk={desk} searchBox={searchBox} onHelp={showHelp} />}
        right={
          task === undefined ? (
            <>
              <h1 className="unseen">审核</h1>
              <Nothing title="没有打开的任务">从左侧列表选择一项；按 ? 查看键盘操作。</Nothing>
            </>
          ) : (
            <TaskPane
              key={task}
              taskId={task}
              verdict={desk.verdictOf(task)}
              onVerdict={desk.setVerdict(task)}
              onDecided={desk.decided}
              onUndone={desk.undone}
            />
          )
        }
      />
      <KeysHelp open={isHelpOpen} onClose={close} />
    </>
  );
}

/** The list, what is ticked of it and which task is open, with what a decision does to them. */
function useDesk() {
  const [search, change] = useDeskSearch();
  const tasks = useTaskList(search);
  const { items, at, drop, afterwards } = tasks;
  const ticked = useTicked();
  const verdicts = useVerdicts();
  const cache = useQueryClient();
  const open = (task: string | undefined) => change({ task }, true);
  const firstId = items[0]?.id;
  const isNothingOpen = search.task === undefined;
  useEffect(() => {
    if (isNothingOpen && firstId !== undefined) change({ task: firstId }, true);
  }, [isNothingOpen, firstId, change]);
  const move = (by: number) => {
    const to = items[Math.max(0, at + by)];
    if (to !== undefined) open(to.id);
  };
  const refresh = () => {
    inBackground(cache.invalidateQueries({ queryKey: keys.tasks() }));
    inBackground(cache.invalidateQueries({ queryKey: keys.counts() }));
  };
  const decided = (taskId: string) => {
    const next = afterwards(taskId);
    verdicts.forget(taskId);
    ticked.setSelected((now) => now.filter((id) => id !== taskId));
    drop([taskId]);
    open(next?.id);
    cache.removeQueries({ queryKey: keys.task(taskId) });
    refresh();
  };
  const undone = (taskId: string) => {
    cache.removeQueries({ queryKey: keys.task(taskId) });
    open(taskId);
    refresh();
  };
  return { search, ...tasks, ...ticked, ...verdicts, open, move, decided, undone };
}

function useTicked() {
  const [selected, setSelected] = useState<string[]>([]);
  const [failures, setFailures] = useState<Readonly<Record<string, string>>>({});
  const toggle = (id: string) => {
    setSelected((now) => (now.includes(id) ? now.filter((other) => other !== id) : [...now, id]));
  };
  return { selected, setSelected, failures, setFailures, toggle };
}

type SideProps = {
  desk: ReturnType<typeof useDesk>;
  searchBox: RefObject<HTMLElement | null>;
  onHelp: () => void;
};

function ListSide({ desk, searchBox, onHelp }: SideProps) {
  const { list, items, search, total } = desk;
  return (
    <>
      <Filters
        searchRef={(element) => {
          searchBox.current = element;
        }}
      />
      <div className="row muted small" style={{ padding: '4px 12px', justifyContent: 'space-between' }}>
        <span role="status">{total === null ? '' : `共 ${boundedText(total)} 项`}</span>
        <Button type="link" size="small" icon={<QuestionCircleOutlined />} onClick={onHelp}>
          键盘操作
        </Button>
      </div>
      <Ticked desk={desk} />
      {list.error ? <ProblemNotice error={list.error} onRetry={() => inBackground(list.refetch())} /> : null}
      {list.isLoading ? <Loading /> : null}
      {list.data !== undefined && items.length === 0 ? <EmptyBox box={search.box} /> : null}
      <TaskList
        items={items}
        current={search.task}
        selected={desk.selected}
        isSelectable={search.box !== 'cc'}
        failures={desk.failures}
        onOpen={desk.open}
        onSelect={desk.setSelected}
        more={{
          has: list.hasNextPage,
          loading: list.isFetchingNextPage,
          load: () => {
            if (!list.isFetchingNextPage) inBackground(list.fetchNextPage());
          },
        }}
      />
    </>
  );
}

function Ticked({ desk }: Pick<SideProps, 'desk'>) {
  const { items, selected, search, setSelected, setFailures } = desk;
  const chosen = items.filter(({ id }) => selected.includes(id));
  if (chosen.length === 0) return null;
  return (
    <BulkBar
      tasks={chosen}
      onClear={() => {
        setSelected([]);
        setFailures({});
      }}
      onResult={(done, failed) => {
        if (search.task !== undefined && done.includes(search.task)) desk.open(undefined);
        desk.drop(done);
        setFailures(failed);
        setSelected(Object.keys(failed));
      }}
    />
  );
}

const EMPTY_WORDS = {
  todo: ['待办已清空', '没有等待办理的申报；新的申报到达后会自动出现。'],
  mine: ['没有认领的任务', '在待办中点“认领”，任务会出现在这里，同事不会重复办理。'],
  done: ['还没有办理过', '您作出的决定会列在这里。'],
  cc: ['没有抄送', '同事或其他机构抄送给您知悉的申报会列在这里，不需要办理。'],
} as const;

function EmptyBox({ box }: { box: keyof typeof EMPTY_WORDS }) {
  const [search] = useDeskSearch();
  const isFiltered = [search.form, search.stage, search.overdue, search.q, search.organisation].some(
    (f) => f !== undefined,
  );
  const [title, words] = isFiltered ? ['没有符合条件的任务', '请调整筛选条件或清空搜索。'] : EMPTY_WORDS[box];
  return <Nothing title={title}>{words}</Nothing>;
}

/** What is typed on each task stays while the reviewer looks at others. */
function useVerdicts() {
  const [verdicts, setVerdicts] = useState<Readonly<Record<string, VerdictDraft>>>({});
  const blank = useRef<Record<string, VerdictDraft>>({});
  const verdictOf = (id: string): VerdictDraft => {
    blank.current[id] ??= newVerdict();
    return verdicts[id] ?? blank.current[id];
  };
  const setVerdict = (id: string) => (verdict: VerdictDraft) => {
    setVerdicts((now) => ({ ...now, [id]: verdict }));
  };
  const forget = (id: string) => {
    setVerdicts(({ [id]: _, ...rest }) => rest);
    Reflect.deleteProperty(blank.current, id);
  };
  return { verdictOf, setVerdict, forget };
}

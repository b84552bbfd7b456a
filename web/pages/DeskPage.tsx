import { ArrowLeftOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { KeysHelp } from '../desk/KeysHelp.tsx';
import { ListSide } from '../desk/ListSide.tsx';
import { TaskPane } from '../desk/TaskPane.tsx';
import { NOTHING, useDeskState } from '../desk/use-desk-state.ts';
import { repliesQuery } from '../desk/use-replies.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { isReviewer, useMe } from '../lib/me.ts';
import { useNarrow } from '../lib/narrow.ts';
import { useTitle } from '../lib/title.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { SplitPane } from '../parts/SplitPane.tsx';

/** 审核: the desk, for those who hold a reviewing role. */
export function DeskPage() {
  const me = useMe();
  useTitle('审核');
  if (me.data === undefined) return <Loading />;
  if (!isReviewer(me.data)) {
    return <Nothing title="您没有审核岗位">如需办理审核，请联系本机构的系统管理员登记您的岗位。</Nothing>;
  }
  return <Desk personId={me.data.person.id} />;
}

type DeskState = ReturnType<typeof useDeskState>;

function Desk({ personId }: { personId: string }) {
  const desk = useDeskState(personId);
  // There before the first Alt+1, and asked for beside the list.
  useQuery(repliesQuery);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const searchBox = useRef<HTMLElement | null>(null);
  const showHelp = () => setHelpOpen(true);
  useDeskKeys(desk, { searchBox, showHelp });
  return (
    <>
      <SplitPane
        name="desk"
        narrow={desk.search.task === undefined ? 'left' : 'right'}
        left={<ListSide desk={desk} searchBox={searchBox} onHelp={showHelp} />}
        right={<OpenSide desk={desk} />}
      />
      <KeysHelp open={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}

function useDeskKeys(
  desk: DeskState,
  { searchBox, showHelp }: { searchBox: RefObject<HTMLElement | null>; showHelp: () => void },
): void {
  const { task, box } = desk.search;
  useHotkeys({
    j: () => desk.move(1),
    k: () => desk.move(-1),
    s: () => {
      if (task !== undefined && box !== 'done' && box !== 'cc') desk.toggle(task);
    },
    u: desk.undo.undoLast,
    '/': () => searchBox.current?.focus(),
    '?': showHelp,
  });
}

function OpenSide({ desk }: { desk: DeskState }) {
  const { task } = desk.search;
  const isNarrow = useNarrow();
  if (task === undefined) return <NothingOpen arriving={desk.arriving} />;
  return (
    <>
      {isNarrow ? (
        <div style={{ padding: '8px 12px 0' }}>
          <Button icon={<ArrowLeftOutlined />} onClick={() => desk.arriveAt(undefined)}>
            返回列表
          </Button>
        </div>
      ) : null}
      <TaskPane
        key={task}
        taskId={task}
        verdict={desk.verdictOf(task)}
        onVerdict={desk.setVerdict(task)}
        onDecided={desk.decided}
        onNext={() => desk.move(1)}
        arriving={desk.arriving}
      />
    </>
  );
}

function NothingOpen({ arriving }: { arriving: RefObject<string | null> }) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (arriving.current !== NOTHING) return;
    arriving.current = null;
    title.current?.focus({ preventScroll: true });
  }, [arriving]);
  return (
    <div className="centre">
      <h1 ref={title} tabIndex={-1} data-home className="section-title">
        没有打开的任务
      </h1>
      <div className="muted">从左侧列表选择一项；按 ? 查看键盘操作。</div>
    </div>
  );
}

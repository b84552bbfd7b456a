import { QuestionCircleOutlined } from '@ant-design/icons';
import { Button, Checkbox } from 'antd';
import type { RefObject } from 'react';
import { inBackground } from '../lib/faults.ts';
import { useNarrow } from '../lib/narrow.ts';
import { Loading } from '../parts/Loading.tsx';
import { Nothing } from '../parts/Nothing.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';
import { BulkBar } from './BulkBar.tsx';
import { boundedText, Filters } from './Filters.tsx';
import { TaskList } from './TaskList.tsx';
import { useDeskSearch } from './use-desk.ts';
import type { useDeskState } from './use-desk-state.ts';
import { Views } from './Views.tsx';

type SideProps = {
  desk: ReturnType<typeof useDeskState>;
  searchBox: RefObject<HTMLElement | null>;
  onHelp: () => void;
};

/** The left side: views, filters, what is ticked, and the list. */
export function ListSide({ desk, searchBox, onHelp }: SideProps) {
  const { list, items, search } = desk;
  const isNarrow = useNarrow();
  return (
    <>
      {isNarrow ? <h1 className="unseen">审核</h1> : null}
      <Views />
      <Filters
        searchRef={(element) => {
          searchBox.current = element;
        }}
      />
      <ListHead desk={desk} onHelp={onHelp} />
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

/** How many there are, all of the list ticked at once, and the keys. */
function ListHead({ desk: { items, selected, setSelected, search, total }, onHelp }: Omit<SideProps, 'searchBox'>) {
  const tickable = search.box === 'todo' || search.box === 'mine' ? items.filter(({ own }) => !own) : [];
  const ticked = tickable.filter(({ id }) => selected.includes(id)).length;
  return (
    <div className="row muted small" style={{ padding: '4px 12px', justifyContent: 'space-between' }}>
      {tickable.length === 0 ? null : (
        <Checkbox
          aria-label="全选列表中的任务"
          checked={ticked === tickable.length}
          indeterminate={ticked > 0 && ticked < tickable.length}
          onChange={(event) => setSelected(event.target.checked ? tickable.map(({ id }) => id) : [])}
        />
      )}
      <span role="status" data-home tabIndex={-1} style={{ flex: 1 }}>
        {total === null ? '' : `共 ${boundedText(total)} 项`}
      </span>
      <Button type="link" size="small" icon={<QuestionCircleOutlined />} onClick={onHelp}>
        键盘操作
      </Button>
    </div>
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
        if (done.length > 0) desk.undo.tellMany(done);
        desk.drop(done);
        setFailures(failed);
        setSelected(Object.keys(failed));
        if (search.task !== undefined && done.includes(search.task)) desk.open(undefined);
        desk.refresh(done);
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

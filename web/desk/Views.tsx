import { EllipsisOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { type AnyRouter, useRouter } from '@tanstack/react-router';
import { Button, Dropdown, Form, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { DeskFilter, SavedView } from '../../contract/desk.ts';
import { useHotkeys } from '../lib/hotkeys.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { FormModal } from '../parts/FormModal.tsx';
import { boundedText } from './Filters.tsx';
import { useCopy } from './use-copy.tsx';
import { filterIn, POLL_MS, searchFor, useDeskSearch } from './use-desk.ts';
import { useViewDeeds } from './use-views.ts';

const ALL: DeskFilter = { box: 'todo' };
const isSame = (a: DeskFilter, b: DeskFilter): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** 我的视图: filters kept under names, each a link that can be sent to a colleague, with what it shows now. */
export function Views() {
  const [search, change] = useDeskSearch();
  const items = useQuery({ queryKey: keys.views(), queryFn: () => call('views', {}), refetchInterval: POLL_MS }).data
    ?.items;
  const filter = filterIn(search);
  const go = (to: DeskFilter) => change(searchFor(to));
  const views = items ?? [];
  const deeds: Record<string, () => void> = { 0: () => go(ALL) };
  for (const [index, view] of views.slice(0, 9).entries()) deeds[index + 1] = () => go(view.filter);
  useHotkeys(deeds);
  return (
    <nav className="desk-views" aria-label="我的视图">
      <ViewLink filter={ALL} isCurrent={isSame(ALL, filter)} onGo={go}>
        全部
      </ViewLink>
      {views.map((view) => (
        <ViewLink key={view.id} filter={view.filter} isCurrent={isSame(view.filter, filter)} onGo={go}>
          {view.name} <span className="num">{boundedText(view.count)}</span>
        </ViewLink>
      ))}
      {items === undefined ? null : <ViewMenu filter={filter} views={views} />}
    </nav>
  );
}

const hrefOf = (router: AnyRouter, filter: DeskFilter): string =>
  router.buildLocation({ to: '/inbox', search: searchFor(filter) }).href;

type LinkProps = { filter: DeskFilter; isCurrent: boolean; onGo: (filter: DeskFilter) => void; children: ReactNode };

function ViewLink({ filter, isCurrent, onGo, children }: LinkProps) {
  const router = useRouter();
  return (
    <a
      href={hrefOf(router, filter)}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        // With a modifier the browser opens it in another tab or window, as any link.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onGo(filter);
      }}
    >
      {children}
    </a>
  );
}

/** Keeps the filters on the page, or changes the view they are. */
function ViewMenu({ filter, views }: { filter: DeskFilter; views: readonly SavedView[] }) {
  const [naming, setNaming] = useState<'new' | SavedView | null>(null);
  const current = views.find((view) => isSame(view.filter, filter));
  const close = () => setNaming(null);
  return (
    <>
      {current === undefined ? (
        <Keeping filter={filter} views={views} onNew={() => setNaming('new')} />
      ) : (
        <Changing view={current} onRename={() => setNaming(current)} />
      )}
      {naming === null ? null : <NameDialog naming={naming} filter={filter} onClose={close} />}
    </>
  );
}

function Keeping({ filter, views, onNew }: { filter: DeskFilter; views: readonly SavedView[]; onNew: () => void }) {
  const { changeTo } = useViewDeeds();
  if (isSame(ALL, filter)) return null;
  const keep = (
    <Button size="small" icon={<PlusOutlined />} {...(views.length === 0 && { onClick: onNew })}>
      存为视图
    </Button>
  );
  if (views.length === 0) return keep;
  const items = [
    { key: 'new', label: '存为新视图', onClick: onNew },
    ...views.map((view) => ({ key: view.id, label: `更新“${view.name}”`, onClick: () => changeTo(view, filter) })),
  ];
  return (
    <Dropdown trigger={['click']} menu={{ items }}>
      {keep}
    </Dropdown>
  );
}

function Changing({ view, onRename }: { view: SavedView; onRename: () => void }) {
  const { remove } = useViewDeeds();
  const router = useRouter();
  const copy = useCopy();
  const address = () => new URL(hrefOf(router, view.filter), window.location.href).href;
  const items = [
    {
      key: 'copy',
      label: '复制链接',
      onClick: () => copy(address(), '链接已复制；同事打开后看到的是其本人有权办理的任务'),
    },
    { key: 'rename', label: '改名', onClick: onRename },
    { key: 'remove', label: '删除视图', danger: true, onClick: () => remove(view) },
  ];
  return (
    <Dropdown trigger={['click']} menu={{ items }}>
      <Button size="small" type="text" icon={<EllipsisOutlined />} aria-label={`视图“${view.name}”的操作`} />
    </Dropdown>
  );
}

type NameDialogProps = { naming: 'new' | SavedView; filter: DeskFilter; onClose: () => void };

function NameDialog({ naming, filter, onClose }: NameDialogProps) {
  const save = ({ name }: { name: string }, requestKey: string) =>
    naming === 'new'
      ? call('saveView', { headers: { 'idempotency-key': requestKey }, body: { name, filter } })
      : call('changeView', { params: { id: naming.id }, body: { name } });
  return (
    <FormModal<{ name: string }>
      title={naming === 'new' ? '把当前筛选存为视图' : '视图改名'}
      okText="保存"
      {...(naming !== 'new' && { start: { name: naming.name } })}
      save={save}
      refreshes={[keys.views()]}
      onClose={onClose}
    >
      <Form.Item name="name" label="名称" rules={[{ required: true, whitespace: true, message: '请填写名称' }]}>
        <Input maxLength={20} showCount autoFocus placeholder="例如：逾期的学术会议" />
      </Form.Item>
    </FormModal>
  );
}

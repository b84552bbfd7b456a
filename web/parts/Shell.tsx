import {
  AppstoreOutlined,
  AuditOutlined,
  BellOutlined,
  CalendarOutlined,
  FileTextOutlined,
  FontSizeOutlined,
  FormOutlined,
  LogoutOutlined,
} from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Badge, Button } from 'antd';
import { lazy, Suspense, useContext } from 'react';
import type { Me } from '../../contract/session.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { forgetTab, recallInTab } from '../lib/in-tab.ts';
import { keys } from '../lib/keys.ts';
import { LargeType } from '../lib/large-type.ts';
import { isOfficial, isReviewer, useMe } from '../lib/me.ts';
import { deskSearch } from '../search.ts';
import { Loading } from './Loading.tsx';
import { NavMenus } from './NavMenus.tsx';
import { ProblemNotice } from './ProblemNotice.tsx';

/** Forms are heavy, and few begin with one. */
const PasswordCard = lazy(async () => ({ default: (await import('../people/PasswordCard.tsx')).PasswordCard }));

/** Header, navigation and the page. */
export function Shell() {
  const me = useMe();
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (me.error) {
    return (
      <main className="shell-main">
        <ProblemNotice error={me.error} onRetry={() => inBackground(me.refetch())} />
      </main>
    );
  }
  if (me.data === undefined) return <Loading what="正在进入系统" />;
  if (me.data.mustChangePassword) return <FirstPassword />;
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        跳到主要内容
      </a>
      <header className="shell-header">
        <Link to={isOfficial(me.data) ? '/overview' : '/'} className="shell-brand">
          继续教育学时
        </Link>
        <MainNav me={me.data} />
        <Bell />
        <User me={me.data} />
      </header>
      <main id="main" tabIndex={-1} className="shell-main" data-wide={path === '/inbox'}>
        <Outlet />
      </main>
    </div>
  );
}

function MainNav({ me }: { me: Me }) {
  return (
    <nav className="shell-nav" aria-label="主导航">
      {isOfficial(me) ? (
        <Link to="/overview">
          <AppstoreOutlined aria-hidden />
          总览
        </Link>
      ) : null}
      <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
        <CalendarOutlined aria-hidden />
        我的年度
      </Link>
      <Link to="/declare" activeOptions={{ includeSearch: false }}>
        <FormOutlined aria-hidden />
        申报
      </Link>
      <Link to="/claims" activeOptions={{ includeSearch: false }}>
        <FileTextOutlined aria-hidden />
        我的申报
      </Link>
      {isReviewer(me) ? <DeskLink /> : null}
      <NavMenus me={me} />
    </nav>
  );
}

/** A one-time password opens this alone. */
function FirstPassword() {
  return (
    <main className="login">
      <div className="login-card">
        <h1 style={{ textAlign: 'center', fontSize: '1.5rem', margin: '0 0 16px' }}>设置新密码</h1>
        <section className="panel">
          <Suspense fallback={<Loading />}>
            <PasswordCard hint="您使用的是一次性密码，设置新密码后即可使用系统。" />
          </Suspense>
        </section>
      </div>
    </main>
  );
}

/** The list, and the task, that the desk was left with. */
const lastDesk = () => recallInTab('desk.search', (value) => deskSearch(value as Parameters<typeof deskSearch>[0]));

function DeskLink() {
  const todo = useQuery({ queryKey: keys.counts(), queryFn: () => call('taskCounts', {}), refetchInterval: 15_000 });
  return (
    <Link to="/inbox" search={lastDesk() ?? {}} activeOptions={{ includeSearch: false }}>
      <AuditOutlined aria-hidden />
      审核
      {todo.data === undefined ? null : <Badge count={todo.data.todo.value} overflowCount={999} size="small" />}
    </Link>
  );
}

/** The number of unread notices, and the way to them. */
function Bell() {
  const unread = useQuery({
    queryKey: keys.notices('unread'),
    queryFn: () => call('notices', { query: { limit: 1 } }),
    refetchInterval: 60_000,
  });
  const count = unread.data?.unread ?? 0;
  return (
    <Link to="/notices" className="shell-bell" aria-label={count > 0 ? `消息，${count} 条未读` : '消息'} title="消息">
      <Badge count={count} size="small" overflowCount={99}>
        <BellOutlined aria-hidden />
      </Badge>
    </Link>
  );
}

function User({ me }: { me: Me }) {
  const organisation = me.holdings[0]?.organisationName ?? me.affiliation?.employerName ?? '未登记任职单位';
  const { isLarge, toggle } = useContext(LargeType);
  const leave = useMutation({
    mutationFn: () => call('signOut', {}),
    onSuccess: ({ continueAt }) => {
      forgetTab();
      window.location.assign(continueAt ?? '/login');
    },
  });
  return (
    <div className="shell-user">
      <div className="shell-who">
        <span>{me.person.name}</span>
        <span className="small" title={organisation}>
          {organisation}
        </span>
      </div>
      <Button
        type="text"
        icon={<FontSizeOutlined />}
        aria-pressed={isLarge}
        title={isLarge ? '恢复标准字号' : '切换大字号'}
        aria-label="大字号"
        onClick={toggle}
      />
      <Button
        type="text"
        icon={<LogoutOutlined />}
        title="退出登录"
        aria-label="退出登录"
        loading={leave.isPending}
        onClick={() => {
          leave.mutate();
        }}
      />
    </div>
  );
}

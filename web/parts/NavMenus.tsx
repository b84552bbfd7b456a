import { DownOutlined } from '@ant-design/icons';
import { Link, useRouterState } from '@tanstack/react-router';
import { Dropdown } from 'antd';
import type { Me } from '../../contract/session.ts';
import { NAV, type NavGroup } from '../nav.ts';

/** The header's menus, each with the pages its reader may open. */
export function NavMenus({ me }: { me: Me }) {
  return NAV.map((group) => <NavMenu key={group.label} group={group} me={me} />);
}

function NavMenu({ group, me }: { group: NavGroup; me: Me }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const pages = group.pages.filter((page) => page.visible(me));
  if (pages.length === 0) return null;
  const isHere = pages.some((page) => path === page.to || path.startsWith(`${page.to}/`));
  const items = pages.map((page) => ({ key: page.to, label: <Link to={page.to}>{page.label}</Link> }));
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <button type="button" className="shell-menu" data-status={isHere ? 'active' : undefined} aria-haspopup="menu">
        {group.label}
        <DownOutlined aria-hidden />
      </button>
    </Dropdown>
  );
}

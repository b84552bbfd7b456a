import { DownOutlined } from '@ant-design/icons';
import { Link, useRouterState } from '@tanstack/react-router';
import type { Me } from '../../contract/session.ts';
import { useMenu } from '../lib/menu.ts';
import { NAV, type NavGroup } from '../nav.ts';

/** The header's menus, each with the pages its reader may open. Not antd's: its menu would be a tenth of every first script. */
export function NavMenus({ me }: { me: Me }) {
  return NAV.map((group) => <NavMenu key={group.label} group={group} me={me} />);
}

function NavMenu({ group, me }: { group: NavGroup; me: Me }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { isOpen, id, place, button, list } = useMenu();
  const pages = group.pages.filter((page) => page.visible(me));
  if (pages.length === 0) return null;
  const isHere = pages.some((page) => path === page.to || path.startsWith(`${page.to}/`));
  return (
    <div className="shell-menu-place" ref={place}>
      <button type="button" className="shell-menu" data-status={isHere ? 'active' : undefined} {...button}>
        {group.label}
        <DownOutlined aria-hidden />
      </button>
      {isOpen ? (
        <div className="shell-menu-list" role="menu" id={id} aria-label={group.label} {...list}>
          {pages.map((page) => (
            <Link key={page.to} to={page.to} role="menuitem" tabIndex={-1} activeOptions={{ includeSearch: false }}>
              {page.label}
            </Link>
          ))}
        </div>
      ) : null}
    </div>
  );
}

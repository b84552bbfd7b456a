import { Link, type LinkProps } from '@tanstack/react-router';

const SERVICES: readonly { to: NonNullable<LinkProps['to']>; label: string; what: string }[] = [
  { to: '/deferrals', label: '申请顺延', what: '因伤、病、孕等不能按时完成' },
  { to: '/sanctions', label: '诚信记录', what: '案件、陈述申辩与申诉' },
  { to: '/complain', label: '投诉举报', what: '反映弄虚作假等问题，可不留姓名' },
  { to: '/me/career', label: '任职与密码', what: '任职经历、调动、修改密码' },
  { to: '/accesses', label: '查询记录', what: '谁查看过任职与密码' },
];

/** 其他办理: what else somebody comes for, one step away. */
export const Services = () => (
  <nav className="panel" aria-label="其他办理">
    <h2>其他办理</h2>
    <div className="services">
      {SERVICES.map(({ to, label, what }) => (
        <Link key={to} to={to} className="service">
          <strong>{label}</strong>
          <span className="muted small">{what}</span>
        </Link>
      ))}
    </div>
  </nav>
);

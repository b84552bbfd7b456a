import type { LinkProps } from '@tanstack/react-router';
import type { Me } from '../contract/session.ts';
import { RECONSIDERING_ROLES } from '../rules/reconsideration.ts';
import { ORDERABLE } from '../rules/rectification.ts';
import { SUPERVISING, SUPERVISORS } from '../rules/supervision.ts';
import type { OrganisationKind, Role } from '../rules/vocabulary.ts';

/**
 * The pages beyond everybody's own and the desk, grouped under the header's menus. A group without a visible page is not shown. What is
 * visible here is convenience: whether somebody may is decided by the API.
 */
export type NavPage = { to: NonNullable<LinkProps['to']>; label: string; visible: (me: Me) => boolean };
export type NavGroup = { label: string; pages: readonly NavPage[] };

/** Whether somebody holds one of the roles at an organisation of one of the kinds today. */
export const holds =
  (roles: readonly Role[], kinds: readonly OrganisationKind[]) =>
  (me: Me): boolean =>
    me.holdings.some((h) => roles.includes(h.role) && kinds.includes(h.organisationKind));

/** 省人社厅: what is kept for the whole province. */
export const isProvince =
  (roles: readonly Role[]) =>
  (me: Me): boolean =>
    me.holdings.some((h) => roles.includes(h.role) && h.organisationKind === 'hrss' && h.level === 'province');

/** Supervises at an HRSS or industry authority (Art. 20). */
export const isSupervisor = holds([SUPERVISORS], SUPERVISING);

/** Manages a continuing-education base (继续教育基地) and no unit of its own. */
const isBaseManager = (me: Me): boolean =>
  holds(['administrator'], ['education-base'])(me) && !holds(['administrator'], ['employer'])(me);

/** Handles cases of fraud (弄虚作假) at an authority. */
export const handlesCases = holds(['supervisor', 'administrator'], ['hrss', 'industry-authority']);

export const NAV: readonly NavGroup[] = [
  {
    label: '我的',
    pages: [
      { to: '/deferrals', label: '顺延', visible: () => true },
      { to: '/sanctions', label: '诚信记录', visible: (me) => !handlesCases(me) },
      {
        to: '/leaves',
        label: '请假与代理',
        visible: (me) => me.holdings.some((h) => h.stage !== null || h.role === 'administrator'),
      },
      { to: '/accesses', label: '查询记录', visible: () => true },
      { to: '/me/career', label: '任职与密码', visible: () => true },
      { to: '/complain', label: '我要投诉举报', visible: () => true },
    ],
  },
  {
    label: '单位',
    pages: [
      {
        to: '/unit/people',
        label: '人员',
        visible: holds(['administrator'], ['employer', 'personnel-archive-agency']),
      },
      // Every body registers its own people and gives its own roles.
      {
        to: '/unit/register',
        label: '人员登记',
        visible: (me) => me.holdings.some((h) => h.role === 'administrator'),
      },
      {
        to: '/unit/moves',
        label: '调动',
        visible: holds(['administrator'], ['employer', 'personnel-archive-agency', 'hrss']),
      },
      { to: '/unit/plan', label: '年度计划', visible: holds(['administrator'], ['employer']) },
      { to: '/unit/trainings', label: '学习档案', visible: holds(['administrator'], ['employer']) },
      // The same page, by the name a continuing-education base knows it by.
      { to: '/unit/trainings', label: '培训登记', visible: isBaseManager },
      {
        to: '/rectifications',
        label: '责令整改',
        visible: (me) => holds(['administrator'], ORDERABLE)(me) && !isSupervisor(me),
      },
      { to: '/unit/inquiries', label: '结果应用检查', visible: holds(['administrator'], ['employer']) },
      { to: '/certificates', label: '打印证书', visible: holds(['administrator'], ['employer']) },
    ],
  },
  {
    label: '监管',
    pages: [
      { to: '/sanctions', label: '弄虚作假案件', visible: handlesCases },
      {
        to: '/title-orders',
        label: '职称办理通知',
        visible: (me) => me.holdings.some((h) => h.role === 'supervisor' || h.role === 'administrator'),
      },
      {
        to: '/escalations',
        label: '督办',
        visible: holds(
          ['re-reviewer', 'filing-officer', 'supervisor', 'administrator'],
          ['hrss', 'industry-authority', 'provincial-supervising-department'],
        ),
      },
      {
        to: '/reconsiderations',
        label: '复核',
        visible: (me) => me.holdings.some((h) => RECONSIDERING_ROLES.includes(h.role)),
      },
      {
        to: '/statistics',
        label: '统计',
        visible: holds(
          ['supervisor', 'administrator', 'auditor'],
          ['hrss', 'industry-authority', 'employer', 'provincial-supervising-department'],
        ),
      },
      { to: '/supervision/inspections', label: '抽查核查', visible: isSupervisor },
      { to: '/supervision/complaints', label: '投诉举报', visible: isSupervisor },
      { to: '/rectifications', label: '责令整改', visible: isSupervisor },
      { to: '/supervision/misconducts', label: '问题线索', visible: isSupervisor },
    ],
  },
  {
    label: '管理',
    pages: [
      { to: '/admin/stuck', label: '滞留事项', visible: (me) => me.holdings.some((h) => h.role === 'administrator') },
      { to: '/admin/organisations', label: '机构', visible: holds(['administrator'], ['hrss']) },
      { to: '/admin/merges', label: '人员合并', visible: isProvince(['administrator']) },
      { to: '/admin/courses', label: '课程目录', visible: isProvince(['administrator']) },
      { to: '/admin/courseware', label: '课件目录', visible: isProvince(['administrator']) },
      {
        to: '/admin/documents',
        label: '认可文件',
        visible: (me) =>
          me.holdings.some((h) => h.level === 'province' && (h.role === 'administrator' || h.role === 'supervisor')),
      },
      { to: '/admin/imports', label: '平台登记导入', visible: (me) => me.importsCompletions },
      { to: '/certificates', label: '证书缺字', visible: isProvince(['administrator']) },
      { to: '/admin/machines', label: '系统凭证', visible: isProvince(['administrator']) },
      { to: '/admin/ledger', label: '台账核对', visible: isProvince(['administrator']) },
      {
        to: '/admin/audit',
        label: '留痕记录',
        visible: (me) => isProvince(['administrator'])(me) || me.holdings.some((h) => h.role === 'auditor'),
      },
      { to: '/admin/year-close', label: '年度结算', visible: isProvince(['administrator']) },
      { to: '/admin/what-if', label: '规则试算', visible: isProvince(['administrator']) },
    ],
  },
];

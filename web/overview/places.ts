import type { LinkProps } from '@tanstack/react-router';
import type { Waiting } from '../../contract/overview.ts';

/** Where each kind of what waits is done, what is done there, and what it is counted in. */
type Place = { link: LinkProps; act: string; unit?: string };

export const PLACES: Readonly<Record<Waiting, Place>> = {
  'own-correction': { link: { to: '/claims', search: { state: 'correction' } }, act: '去补正' },
  review: { link: { to: '/inbox' }, act: '去审核' },
  held: { link: { to: '/inbox', search: { box: 'mine' } }, act: '去审核' },
  reconsideration: { link: { to: '/reconsiderations' }, act: '去复核' },
  deferral: { link: { to: '/deferrals', search: { list: 'deciding' } }, act: '去决定' },
  'sanction-confirm': { link: { to: '/sanctions' }, act: '去确认' },
  sanction: { link: { to: '/sanctions' }, act: '去办理' },
  complaint: { link: { to: '/supervision/complaints' }, act: '去办理' },
  'rectification-overdue': { link: { to: '/rectifications' }, act: '去督办' },
  'rectification-accept': { link: { to: '/rectifications' }, act: '去验收' },
  rectification: { link: { to: '/rectifications' }, act: '去报告' },
  'title-order': { link: { to: '/title-orders' }, act: '去报告' },
  'title-order-accept': { link: { to: '/title-orders' }, act: '去验收' },
  check: { link: { to: '/supervision/inspections' }, act: '去核查' },
  'inquiry-conclude': { link: { to: '/supervision/inspections' }, act: '去作结论' },
  inquiry: { link: { to: '/unit/inquiries' }, act: '去答复' },
  misconduct: { link: { to: '/supervision/misconducts' }, act: '去处理' },
  escalation: { link: { to: '/escalations' }, act: '去督办' },
  stuck: { link: { to: '/admin/stuck' }, act: '去安排', unit: '个' },
  move: { link: { to: '/unit/moves' }, act: '去答复' },
  objection: { link: { to: '/unit/trainings' }, act: '去核对' },
  'people-short': { link: { to: '/unit/people' }, act: '去提醒', unit: '人' },
  'year-close': { link: { to: '/admin/year-close' }, act: '去结算', unit: '个' },
  'ledger-case': { link: { to: '/admin/ledger' }, act: '去核对' },
  import: { link: { to: '/admin/imports' }, act: '去确认' },
  'certificate-case': { link: { to: '/certificates' }, act: '去查看', unit: '份' },
  merge: { link: { to: '/admin/merges' }, act: '去确认' },
  'own-move': { link: { to: '/me/career' }, act: '去答复' },
  'own-proposal': { link: { to: '/' }, act: '去确认' },
  notice: { link: { to: '/notices' }, act: '去阅读', unit: '条' },
};

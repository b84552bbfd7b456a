import type { CommissioningKind } from './tables/employers.ts';

/**
 * Kinds of bodies whose trainings a base may hold: those that the law names as organisers.
 * @article 11(1) 参加由各级组织部门、人力资源社会保障部门、行业主管部门举办的
 */
export const COMMISSIONING: readonly CommissioningKind[] = ['organisation-department', 'hrss', 'industry-authority'];

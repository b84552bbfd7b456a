import type { CommissioningKind } from './tables/employers.ts';

/**
 * Kinds of bodies whose trainings a base may hold. Organisation departments (组织部门) are no organisations of this system yet.
 * @article 11(1)
 */
export const COMMISSIONING: readonly CommissioningKind[] = ['hrss', 'industry-authority'];

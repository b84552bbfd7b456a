import type { Level, OrganisationKind, Role } from './vocabulary.ts';

/**
 * Which roles an organisation has to give. Filing is the province's alone; first review belongs to who knows the person, and to the HRSS
 * authority of a place for the people of a closed unit.
 * @article 8 各级人力资源社会保障部门负责本地区专业技术人员继续教育工作的综合管理
 * @article 9 各级行业主管部门在各自职责范围内具体负责本行业专业技术人员继续教育的管理
 * @article 14 专业技术人员申报、用人单位初审、同级行业主管部门和人社部门复审、省级行业主管部门和人社部门备案
 */
export function rolesAt(kind: OrganisationKind, level: Level): readonly Role[] {
  switch (kind) {
    case 'employer':
    case 'personnel-archive-agency':
      return ['first-reviewer', 'administrator'];
    case 'hrss':
      return ['first-reviewer', 're-reviewer', ...filing(level), 'supervisor', 'administrator', 'auditor'];
    case 'industry-authority':
      return ['re-reviewer', ...filing(level), 'supervisor', 'administrator', 'auditor'];
    case 'provincial-supervising-department':
      return ['re-reviewer', 'supervisor', 'administrator', 'auditor'];
    case 'education-base':
    case 'organisation-department':
      return ['administrator'];
  }
}

const filing = (level: Level): readonly Role[] => (level === 'province' ? ['filing-officer'] : []);

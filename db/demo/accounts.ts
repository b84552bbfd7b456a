import type { Role } from '../../rules/vocabulary.ts';
import { organisationOf, STORY_HOSPITAL_ID } from './organisations.ts';

/** An account to try the system with. */
export interface DemoAccount {
  username: string;
  password: string;
  /** 角色. */
  role: string;
  name: string;
  /** The organisation's name. */
  organisation: string;
  organisationId: string;
  /** What to try first, in Chinese. */
  tryThis: string;
  /** The role held at the organisation; null for somebody who only declares. */
  grants: Role | null;
  title?: string;
  /** The personnel file lies with an agency (档案托管). */
  hosted?: boolean;
}

/** All demo accounts, also those named after an organisation's id, share it. */
export const DEMO_PASSWORD = 'xueshi2026';

type Given = Omit<DemoAccount, 'password' | 'organisation'>;

const GIVEN: readonly Given[] = [
  {
    username: 'doctor',
    name: '李文清',
    role: '专业技术人员（申报人）',
    organisationId: STORY_HOSPITAL_ID,
    grants: null,
    title: '主治医师',
    tryThis: '查看“我的学年”还差多少学时，申报一次全国学术会议',
  },
  {
    username: 'hospital',
    name: '周春燕',
    role: '用人单位初审人员',
    organisationId: STORY_HOSPITAL_ID,
    grants: 'first-reviewer',
    title: '副主任护师',
    tryThis: '在待办中初审本院职工的申报，退回一件要求补正',
  },
  {
    username: 'yc-health',
    name: '覃志刚',
    role: '市行业主管部门复审人员',
    organisationId: 'ind-420500-health',
    grants: 're-reviewer',
    tryThis: '与市人社局会签复审卫生行业的申报',
  },
  {
    username: 'yc-hrss',
    name: '望海燕',
    role: '市人社部门复审人员',
    organisationId: 'hrss-420500',
    grants: 're-reviewer',
    tryThis: '复审宜昌市各行业的申报，批量同意',
  },
  {
    username: 'prov-health',
    name: '欧阳静',
    role: '省行业主管部门备案人员',
    organisationId: 'ind-420000-health',
    grants: 'filing-officer',
    tryThis: '办理全省卫生行业学时备案',
  },
  {
    username: 'prov-hrss',
    name: '徐国平',
    role: '省人社部门备案人员',
    organisationId: 'hrss-420000',
    grants: 'filing-officer',
    tryThis: '办理全省学时备案，查看逾期事项',
  },
  {
    username: 'teacher',
    name: '向丽娟',
    role: '专业技术人员（申报人）',
    organisationId: 'emp-420500-0002',
    grants: null,
    title: '一级教师',
    tryThis: '申报本单位培训，看每年20学时的限额如何计算',
  },
  {
    username: 'engineer-central',
    name: '龙𬭎',
    role: '专业技术人员（中央在鄂单位）',
    organisationId: 'emp-420000-0101',
    grants: null,
    title: '高级工程师',
    tryThis: '申报一次培训：由本单位审核即计入，不经复审',
  },
  {
    username: 'freelancer',
    name: '冉㛃',
    role: '专业技术人员（档案托管）',
    organisationId: 'emp-420500-0004',
    grants: null,
    title: '助理工程师',
    hosted: true,
    tryThis: '申报一次培训：由人才服务中心初审，新兴行业仅由人社部门复审和备案',
  },
  {
    username: 'archive-agency',
    name: '田永红',
    role: '人事档案管理服务机构初审人员',
    organisationId: 'agency-420500',
    grants: 'first-reviewer',
    tryThis: '初审档案托管人员的申报',
  },
  {
    username: 'supervisor',
    name: '邹建国',
    role: '监督检查人员',
    organisationId: 'hrss-420000',
    grants: 'supervisor',
    tryThis: '查看全省申报办理情况',
  },
  {
    username: 'admin',
    name: '郭思源',
    role: '系统管理员',
    organisationId: 'hrss-420000',
    grants: 'administrator',
    tryThis: '查看滞留事项：黄梅县水利和湖泊局没有复审人员',
  },
  {
    username: 'auditor',
    name: '诸葛雪',
    role: '审计人员',
    organisationId: 'hrss-420000',
    grants: 'auditor',
    tryThis: '查询留痕记录',
  },
  {
    username: 'hospital-manager',
    name: '易晓岚',
    role: '单位管理员',
    organisationId: STORY_HOSPITAL_ID,
    grants: 'administrator',
    title: '主任护师',
    tryThis: '查看谁还没完成并提醒；在学习档案中导入名单，批量代报',
  },
  {
    username: 'yc-supervisor',
    name: '毛文斌',
    role: '市人社部门监督检查人员',
    organisationId: 'hrss-420500',
    grants: 'supervisor',
    tryThis: '在“监管”中抽查、转办投诉举报、验收整改',
  },
  {
    username: 'health-supervisor',
    name: '邓小雨',
    role: '市行业主管部门监督检查人员',
    organisationId: 'ind-420500-health',
    grants: 'supervisor',
    tryThis: '调查核实转来的投诉举报并答复',
  },
  {
    username: 'agency-manager',
    name: '谭伟',
    role: '人事档案管理服务机构管理员',
    organisationId: 'agency-420500',
    grants: 'administrator',
    tryThis: '查看托管人员的学年并提醒',
  },
  {
    username: 'base-manager',
    name: '黄立新',
    role: '继续教育基地管理员',
    organisationId: 'base-ctgu',
    grants: 'administrator',
    tryThis: '在培训登记中导入参训名单，为各单位人员批量代报',
  },
  {
    username: 'yc-second-supervisor',
    name: '冯远舟',
    role: '市人社部门监督检查人员（第二人）',
    organisationId: 'hrss-420500',
    grants: 'supervisor',
    tryThis: '在“弄虚作假案件”中核对影响，确认或退回另一名工作人员拟定的处理',
  },
  {
    username: 'technician',
    name: '聂晓峰',
    role: '专业技术人员（本年度学时被取消）',
    organisationId: STORY_HOSPITAL_ID,
    grants: null,
    title: '主管技师',
    tryThis: '在“弄虚作假案件”中查看处理的理由、权利和期限，补充申诉材料',
  },
  {
    username: 'second-admin',
    name: '柯雅琴',
    role: '系统管理员（第二人）',
    organisationId: 'hrss-420000',
    grants: 'administrator',
    tryThis: '在“人员合并”中确认另一名管理员提出的合并或撤销',
  },
];

/** One account per role, easy to remember; every other body's officer logs in with its organisation's id. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = GIVEN.map((given) => ({
  ...given,
  password: DEMO_PASSWORD,
  organisation: organisationOf(given.organisationId).name,
}));

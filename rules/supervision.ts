import type { Provision } from './articles.ts';
import type { OrganisationKind, Role } from './vocabulary.ts';

/** Supervision and inspection (监督检查, Arts. 20, 23): what is drawn, what each drawn thing becomes, and who may not look into it. */

/** Which authorities supervise. @article 20 各级人力资源社会保障部门……各级行业主管部门 */
export const SUPERVISING: readonly OrganisationKind[] = ['hrss', 'industry-authority'];
/** By whom. @article 20 监督检查 */
export const SUPERVISORS: Role = 'supervisor';

/** What an inspection draws: recognised claims by chance or by risk, or employers by how they use the results. @article 20 特别是学时登记情况及结果应用情况 */
export const INSPECTION_KINDS = {
  random: '随机抽查',
  risk: '按风险抽查',
  use: '结果应用检查',
} as const;
export type InspectionKind = keyof typeof INSPECTION_KINDS;

/** A drawn claim's check task (核查任务). @article 20 监督检查 */
export const CHECK_STATES = { open: '待核查', passed: '核查通过', finding: '发现问题' } as const;
export type CheckState = keyof typeof CHECK_STATES;

/** What a finding leads to. @article 21 弄虚作假的，取消有关人员相应年度继续教育学时 */
export const CONSEQUENCES = {
  revocation: '撤销认定',
  sanction: '移送弄虚作假处理',
  rectification: '责令单位限期改正',
} as const;
export type Consequence = keyof typeof CONSEQUENCES;

/** An inquiry to an employer about the use of results (Art. 6). @article 20 结果应用情况 */
export const INQUIRY_STATES = {
  asked: '待单位答复',
  answered: '单位已答复',
  passed: '核查通过',
  finding: '发现问题',
} as const;
export type InquiryState = keyof typeof INQUIRY_STATES;

/**
 * Whether an employer is asked how it used the results of a year (Art. 6): it had people then, and for some of them nobody looked at
 * the year for an assessment or an appointment.
 * @article 6 作为专业技术人员年度考核、岗位聘任（聘用）的重要依据
 * @article 20 结果应用情况进行监督检查
 */
export const isResultUseDoubtful = ({ people, considered }: { people: number; considered: number }): boolean =>
  people > 0 && considered < people;

/** Staff misconduct (Art. 23). @article 23 不认真履行职责或徇私舞弊、滥用职权、玩忽职守 */
export const MISCONDUCTS = {
  negligence: '不认真履行职责',
  favouritism: '徇私舞弊',
  abuse: '滥用职权',
  dereliction: '玩忽职守',
} as const;
export type Misconduct = keyof typeof MISCONDUCTS;

/** What a record of misconduct can be. @article 23 由其上级主管部门或纪检监察机关责令改正 */
export const MISCONDUCT_STATES = { recorded: '已登记', referred: '已移送上级', concluded: '上级已处理' } as const;
export type MisconductState = keyof typeof MISCONDUCT_STATES;

/** What supervision rests on. @article 20 监督检查 */
export const SUPERVISION_BASIS: Provision = '20';

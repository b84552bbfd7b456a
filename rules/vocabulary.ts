/**
 * Closed lists: code → Chinese label. Codes are stable (SQL, wire, rules); labels are what people read.
 * `codes(FORMS)` gives the codes for a schema; `Form` the union for a type.
 */

/** The codes of a closed list, in its order. */
export const codes = <T extends Record<string, unknown>>(list: T): readonly (keyof T & string)[] => Object.keys(list);

/** The eight forms of Art. 11; item 1 has two. */
export const FORMS = {
  'authority-training': '主管部门线下培训',
  'unit-training': '本单位线下培训',
  'platform-course': '公共服务平台课程',
  'academic-conference': '学术会议',
  'courseware-lecturing': '公需科目课件授课',
  'qualification-exam': '职业资格考试',
  degree: '学历（学位）教育',
  'aid-mission': '援藏、援疆、援外',
  'authority-recognised': '行业主管部门发文认可的形式',
} as const;
export type Form = keyof typeof FORMS;

export const SUBJECTS = { public: '公需科目', professional: '专业科目' } as const;
export type Subject = keyof typeof SUBJECTS;

export const MODES = { offline: '线下', online: '线上' } as const;
export type Mode = keyof typeof MODES;

export const ORGANISERS = {
  'organisation-department': '组织部门',
  hrss: '人力资源和社会保障部门',
  'industry-authority': '行业主管部门',
  'own-employer': '本单位',
  company: '其他单位',
} as const;
export type Organiser = keyof typeof ORGANISERS;

export const CONFERENCE_LEVELS = {
  municipal: '市级',
  provincial: '省级',
  national: '国家级',
  international: '国际',
} as const;
export type ConferenceLevel = keyof typeof CONFERENCE_LEVELS;

export const DEGREE_LEVELS = { 'junior-college': '专科', bachelor: '本科', master: '硕士', doctor: '博士' } as const;
export type DegreeLevel = keyof typeof DEGREE_LEVELS;

export const AID_REGIONS = { tibet: '援藏', xinjiang: '援疆', foreign: '援外' } as const;
export type AidRegion = keyof typeof AID_REGIONS;

export const ASSESSMENTS = {
  excellent: '优秀',
  qualified: '合格',
  'basically-qualified': '基本合格',
  unqualified: '不合格',
  none: '未考核',
} as const;
export type Assessment = keyof typeof ASSESSMENTS;

export const DOCUMENT_LEVELS = { municipal: '市级', provincial: '省级', national: '国家级' } as const;
export type DocumentLevel = keyof typeof DOCUMENT_LEVELS;

export const LEVELS = { province: '省级', city: '市州级', county: '县区级' } as const;
export type Level = keyof typeof LEVELS;

export const UNIT_KINDS = {
  ordinary: '市县单位',
  'archive-hosted': '档案托管人员',
  'provincial-direct': '省直单位',
  central: '中央在鄂单位',
} as const;
export type UnitKind = keyof typeof UNIT_KINDS;

export const ORGANISATION_KINDS = {
  hrss: '人力资源和社会保障部门',
  'industry-authority': '行业主管部门',
  employer: '用人单位',
  'personnel-archive-agency': '人事档案管理服务机构',
  'provincial-supervising-department': '省直主管部门',
  'education-base': '继续教育基地',
  'organisation-department': '组织部门',
} as const;
export type OrganisationKind = keyof typeof ORGANISATION_KINDS;

export const STAGE_KINDS = { 'first-review': '初审', 're-review': '复审', filing: '备案' } as const;
export type StageKind = keyof typeof STAGE_KINDS;

/** In what capacity a body decides a task. */
export const CAPACITIES = {
  employer: '用人单位',
  'archive-agency': '人事档案管理服务机构',
  industry: '行业主管部门',
  hrss: '人力资源和社会保障部门',
  supervising: '省直主管部门',
} as const;
export type Capacity = keyof typeof CAPACITIES;

/** Held per organisation and dated; everyone with an affiliation is a declarant besides. */
export const ROLES = {
  'first-reviewer': '初审人员',
  're-reviewer': '复审人员',
  'filing-officer': '备案人员',
  supervisor: '监督检查人员',
  administrator: '系统管理员',
  auditor: '审计人员',
} as const;
export type Role = keyof typeof ROLES;

export const CLAIM_STATES = {
  draft: '草稿',
  'first-review': '初审中',
  're-review': '复审中',
  filing: '备案中',
  filed: '已备案',
  correction: '待补正',
  rejected: '不予认定',
  withdrawn: '已撤回',
  expired: '逾期未补正',
  revoked: '已撤销',
} as const;
export type ClaimState = keyof typeof CLAIM_STATES;

export const TASK_STATES = { open: '待认领', claimed: '已认领', decided: '已办结', closed: '已关闭' } as const;
export type TaskState = keyof typeof TASK_STATES;

export const OUTCOMES = { approve: '同意', return: '退回补正', reject: '不予认定' } as const;
export type Outcome = keyof typeof OUTCOMES;

/** What moves a claim, as its record numbers them. */
export const CLAIM_ACTS = {
  submitted: '提交申报',
  'stage-settled': '环节办结',
  resubmitted: '补正后重新提交',
  withdrawn: '撤回申报',
  'correction-expired': '逾期未补正',
  'taken-back': '收回决定',
  overturned: '复核撤销原决定',
  sanctioned: '因弄虚作假终止',
  restored: '处理撤销后恢复',
  moved: '管理员调整环节',
  closed: '管理员终止',
} as const;
export type ClaimAct = keyof typeof CLAIM_ACTS;

/** How a stage ended that its reviewers settled. */
export const SETTLED_OUTCOMES = { approved: '同意', returned: '退回补正', rejected: '不予认定' } as const;
export type SettledOutcome = keyof typeof SETTLED_OUTCOMES;
/** Why a reviewer steps back from a claim (回避, Art. 23). The declarant is not told which. */
export const RECUSAL_RELATIONS = {
  relative: '与申报人是夫妻或亲属',
  'co-author': '与申报人共同完成申报内容',
  other: '其他可能影响公正的情形',
} as const;
export type RecusalRelation = keyof typeof RECUSAL_RELATIONS;

/** Family that somebody declares for good, so that neither reviews the other (Art. 23). */
export const DECLARED_RELATIONS = { spouse: '配偶', relative: '其他近亲属' } as const;
export type DeclaredRelation = keyof typeof DECLARED_RELATIONS;

/** Why nobody may decide an open stage. */
export const STUCK_CAUSES = {
  'no-body': '没有登记有权办理的机构',
  'empty-pool': '机构没有该环节的在岗人员',
  'nobody-eligible': '在岗人员均须回避或已在其他环节办理过',
} as const;
export type StuckCause = keyof typeof STUCK_CAUSES;

/** Why a claim is returned for correction. */
export const RETURN_REASONS = {
  'evidence-missing': '缺少证明材料',
  'evidence-unclear': '证明材料不清晰或不完整',
  'evidence-mismatch': '证明材料与填报内容不一致',
  'hours-wrong': '学时填报有误',
  'days-wrong': '日期填报有误',
  'subject-wrong': '科目类别填报有误',
  'organiser-wrong': '举办单位填报有误',
  'form-wrong': '申报形式选择有误',
  'document-wrong': '认可文件信息有误',
  other: '其他',
} as const;
export type ReturnReason = keyof typeof RETURN_REASONS;

export const VERDICTS = {
  cancelled: '学时已取消',
  'deemed-complete': '视为完成',
  qualified: '合格',
  deferred: '已批准顺延',
  'in-progress': '进行中',
  unqualified: '不合格',
} as const;
export type Verdict = keyof typeof VERDICTS;

/** A certificate (完成证书) as the public page tells it. */
export const CERTIFICATE_STATES = { valid: '有效', superseded: '已被新证书替代', revoked: '已撤销' } as const;
export type CertificateState = keyof typeof CERTIFICATE_STATES;

/** Why a certificate is no longer valid: the first two supersede it, the others revoke it. */
export const CERTIFICATE_ENDS = {
  'hours-changed': '年度学时有变更',
  'holder-changed': '持证人信息有变更',
  fraud: '年度学时已取消',
  'no-longer-complete': '年度学时不再达到要求',
} as const;
export type CertificateEnd = keyof typeof CERTIFICATE_ENDS;

/** Why an activity counts nothing, or may not be declared. */
export const REFUSAL_CODES = {
  'not-offline': '非线下培训',
  'organiser-not-eligible': '举办单位不符合规定',
  'conference-level': '学术会议级别不足',
  'not-own-field': '非本专业领域',
  'not-in-catalogue': '课件未纳入目录',
  'not-own-profession': '非本专业资格考试',
  'not-passed': '考试未合格',
  'degree-level': '学历（学位）层次不足',
  'degree-not-recognised': '学历（学位）未获国家认可',
  'assessment-not-passed': '年度考核未达合格',
  'document-missing': '缺少认可文件',
  'document-level': '认可文件级别不足',
  'proof-missing': '缺少参训证明',
  'study-archive-missing': '用人单位未建立学习档案',
  'wrong-year': '不属于本年度',
  'make-up-without-deferral': '未获批顺延',
  'make-up-after-deferral': '超过顺延期限',
  duplicate: '重复',
  'before-measures': '早于办法适用年度',
  'future-date': '日期尚未到来',
  'claims-closed': '已过申报期限',
  'not-declarable': '无需申报',
} as const;
export type RefusalCode = keyof typeof REFUSAL_CODES;

/** What can cut an activity's hours: the limits in their order, a day of another year, a cancelled year. */
export const CAPS = {
  'training-day': '线下培训每天学时上限',
  'unit-training-year': '本单位培训年度上限',
  'training-year': '线下培训年度累计上限',
  'conference-year': '学术会议年度累计上限',
  'exam-year': '资格考试年度上限',
  'other-year': '不属于本年度的日期',
  cancelled: '学时已取消',
} as const;
export type Cap = keyof typeof CAPS;

/** The way of one activity's hours, in order. */
export const STEPS = { raw: '填报', converted: '折算', capped: '限额', counted: '计入' } as const;
export type StepKind = keyof typeof STEPS;

/** What a role is called at an organisation: who administers an authority keeps the system there, who administers a unit is its manager. */
export const roleNameAt = (role: Role, kind: OrganisationKind): string =>
  role === 'administrator' && kind !== 'hrss' && kind !== 'industry-authority' ? '单位管理员' : ROLES[role];

import { z } from 'zod';
import { MACHINE_SCOPES, type MachineScope } from './machines.ts';
import { REPAIRS } from './repairs.ts';
import type { Route } from './routes.ts';
import { codeOf, day, id, instant, organisationId } from './values.ts';

/** The audit trail (留痕): who did what to what, when, and that nobody changed it afterwards. */

const SUBJECTS = {
  claim: '申报',
  draft: '草稿',
  task: '审核任务',
  evidence: '证明材料',
  session: '登录',
  login: '登录',
  account: '账号',
  password: '密码',
  identity: '统一身份',
  contact: '联系方式',
  person: '人员',
  affiliation: '任职',
  move: '调动',
  merge: '人员合并',
  organisation: '机构',
  unit: '单位资料',
  role: '岗位',
  machine: '系统凭证',
  'machine-client': '系统凭证',
  statistics: '统计',
  'planned-training': '年度计划',
  plan: '年度计划',
  training: '培训',
  proposal: '单位代报',
  completion: '平台课程登记',
  completions: '平台课程登记',
  year: '年度',
  'year-close': '年度结算',
  'person-year': '个人年度',
  'what-if': '规则试算',
  'ledger-case': '台账核对',
  certificate: '证书',
  'certificate-batch': '证书批量打印',
  course: '课程目录',
  courseware: '课件目录',
  document: '认可文件',
  'recognition-document': '认可文件',
  import: '导入',
  deferral: '顺延',
  sanction: '弄虚作假案件',
  'title-order': '职称办理通知',
  rectification: '责令整改',
  complaint: '投诉举报',
  inspection: '抽查',
  inquiry: '结果应用检查',
  check: '核查任务',
  misconduct: '问题线索',
  review: '复核',
  leave: '请假与代理',
  view: '审核视图',
  reply: '常用语',
  stuck: '滞留事项',
  repair: '滞留处理',
  reconsideration: '复核',
  relation: '回避关系',
  audit: '留痕',
} as const;
export const AUDIT_SUBJECTS: Readonly<Record<string, string>> = SUBJECTS;

/** What rows are kept under; the other subjects stand in actions only. */
export const AUDIT_SUBJECT_KINDS = [
  'claim',
  'task',
  'evidence',
  'completion',
  'person-year',
  'certificate',
  'certificate-batch',
  'deferral',
  'reconsideration',
  'sanction',
  'title-order',
  'rectification',
  'complaint',
  'inspection',
  'check',
  'inquiry',
  'misconduct',
  'person',
  'account',
  'session',
  'move',
  'merge',
  'organisation',
  'role',
  'leave',
  'planned-training',
  'training',
  'proposal',
  'course',
  'courseware',
  'recognition-document',
  'import',
  'machine-client',
  'statistics',
  'what-if',
  'year-close',
  'ledger-case',
  'stuck',
  'repair',
  'view',
  'reply',
  'audit',
] as const satisfies readonly (keyof typeof SUBJECTS)[];
/** Subjects that are no entry of their own, in words. */
export const WHOLE_SUBJECTS: Readonly<Record<string, string>> = {
  trail: '全部记录',
  restored: '全部记录',
  quick: '快速对账',
  all: '全部年度',
  unknown: '没有这个账号',
};
export type AuditSubjectKind = (typeof AUDIT_SUBJECT_KINDS)[number];

const DEEDS = {
  created: '新建',
  added: '添加',
  saved: '保存',
  changed: '变更',
  removed: '移除',
  discarded: '删除',
  submitted: '提交',
  resubmitted: '重新提交',
  withdrawn: '撤回',
  returned: '退回补正',
  rejected: '不予认定',
  expired: '到期',
  filed: '备案',
  revoked: '撤销',
  superseded: '更新',
  issued: '出具',
  unprintable: '暂不能打印',
  proposed: '提出',
  objected: '提出异议',
  confirmed: '确认',
  refused: '未批准',
  granted: '批准',
  requested: '申请',
  shortened: '缩短',
  corrected: '更正',
  'made-up': '补学完成',
  ended: '终止',
  approve: '同意',
  return: '退回补正',
  reject: '不予认定',
  claimed: '认领',
  released: '释放',
  transferred: '转办',
  reassigned: '改派',
  recused: '回避',
  'taken-back': '收回决定',
  seen: '查阅',
  read: '查询',
  people: '查看名单',
  export: '导出',
  denied: '越权被拒',
  known: '已登记（查询）',
  registered: '登记',
  reminded: '提醒',
  reset: '重置',
  linked: '关联',
  unlinked: '解除关联',
  opened: '开启',
  closed: '关闭',
  failed: '失败',
  locked: '锁定',
  started: '开始',
  done: '完成',
  uploaded: '上传',
  cancelled: '取消',
  accepted: '同意接收',
  declined: '不同意',
  undone: '撤销',
  'undo-proposed': '提出撤销',
  assigned: '指定',
  ordered: '作出',
  reported: '报告',
  overdue: '逾期',
  answered: '答复',
  rerouted: '转上级部门',
  escalated: '告知上级部门',
  received: '收到',
  investigated: '调查',
  'stage-opened': '进入下一环节',
  'stage-reopened': '环节重开',
  'file-added': '添加文件',
  'file-removed': '移除文件',
  'attendance-recorded': '登记签到',
  'attendee-removed': '移除参训人员',
  'title-extended': '记录延长申报年限',
  'title-extension-ended': '终止延长申报年限',
  checked: '核对',
  stuck: '滞留',
  found: '发现',
  resolved: '已消除',
  nudged: '催办',
  urged: '督办',
  copied: '抄送',
  recorded: '记录',
  declared: '申明',
  unknown: '未登记（查询）',
  'probing-stopped': '查询过多被拒',
  'reported-again': '补充线索',
  noticed: '告知当事人',
  extended: '延长陈述申辩期限',
  defended: '陈述申辩',
  'defended-late': '逾期陈述申辩',
  'defended-finally': '陈述完毕',
  'hearing-over': '陈述申辩期满',
  'sent-back': '退回拟定的处理',
  imposed: '处理生效',
  dismissed: '不予处理',
  appealed: '申诉',
  'appeal-refused': '维持处理',
  lifted: '撤销处理',
  sanctioned: '因处理终止',
  restored: '处理撤销后恢复',
  upheld: '维持原决定',
  overturned: '撤销原决定',
  drawn: '抽取',
  'identity-seen': '查看投诉人身份',
  'due-date-recounted': '重算办理期限',
  'due-soon': '即将到期',
  'taken-over': '接手',
  'stood-in': '代理认领',
  'proof-added': '添加单位证明',
  'check-opened': '开启核查',
  passed: '核查通过',
  finding: '核查发现问题',
  concluded: '结案',
  referred: '移送上级',
  ...REPAIRS,
} as const;
const DEED_WORDS: Readonly<Record<string, string>> = DEEDS;
export type AuditDeed = keyof typeof DEEDS;
/** What is written of what: both have their words. */
export type AuditAction = `${keyof typeof SUBJECTS | MachineScope}.${AuditDeed}`;

/** What machines ask, by the purpose they hold. */
const QUERIES: Readonly<Record<string, string>> = MACHINE_SCOPES;

/** What reads badly as a thing and a deed. */
const WHOLE: Readonly<Record<string, string>> = {
  'session.opened': '登录',
  'session.closed': '退出登录',
  'session.failed': '登录失败',
  'session.locked': '登录锁定',
  'statistics.people': '统计：查看人员名单',
  'audit.read': '留痕：查看',
  'audit.restored': '全部记录：由备份恢复',
};

/** What was done in words: `claim.filed` → 申报：备案. What has no words yet is shown as its code. */
export function auditWords(action: string): string {
  const whole = WHOLE[action];
  if (whole !== undefined) return whole;
  const [subject = '', deed = ''] = action.split('.');
  return `${AUDIT_SUBJECTS[subject] ?? QUERIES[subject] ?? subject}：${DEED_WORDS[deed] ?? deed}`;
}

export const auditFilter = z.strictObject({
  from: day.optional(),
  until: day.optional(),
  action: z
    .string()
    .regex(/^[a-z-]{2,40}(\.[a-z-]{2,40})?$/, '请从列表中选择')
    .optional(),
  subjectKind: codeOf(SUBJECTS).optional(),
  subjectId: z.string().trim().min(1).max(80).optional(),
  actorId: id.optional(),
  organisationId: organisationId.optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

const rowId = z.coerce.number().int().positive();
export const auditQuery = auditFilter.extend({
  before: rowId.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type AuditQuery = z.infer<typeof auditQuery>;

export const auditRow = z.object({
  id: z.number().int(),
  at: instant,
  /** 系统 where no person acted. */
  actorId: id.nullable(),
  actorName: z.string(),
  organisationId: z.string().nullable(),
  organisationName: z.string().nullable(),
  action: z.string(),
  actionWords: z.string(),
  subjectKind: z.string(),
  subjectWords: z.string(),
  subjectId: z.string(),
  /** Of an organisation. */
  subjectName: z.string().nullable(),
  requestId: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
  /** The detail in words. */
  facts: z.array(z.object({ label: z.string(), text: z.string() })),
  changes: z.array(z.object({ label: z.string(), before: z.string(), after: z.string() })),
  /** The seal that holds the row; null until the next minute's. */
  seal: z.number().int().nullable(),
});
export type AuditRow = z.infer<typeof auditRow>;

const chainFault = z.object({
  kind: z.enum(['row-changed', 'row-gone', 'row-unsealed', 'seal-broken', 'seal-missing']),
  /** The audit row's or the seal's number. */
  number: z.number().int(),
  text: z.string(),
});

export const auditChain = z.object({
  seals: z.number().int(),
  rows: z.number().int(),
  /** Null before the first seal. */
  head: z.object({ seq: z.number().int(), sealedAt: instant, digest: z.string() }).nullable(),
});
export type AuditChain = z.infer<typeof auditChain>;

export const auditCheck = z.object({
  from: z.number().int(),
  to: z.number().int(),
  rows: z.number().int(),
  faults: z.array(chainFault),
  /** The seal to go on with; null at the chain's end. */
  next: z.number().int().nullable(),
});
export type AuditCheck = z.infer<typeof auditCheck>;

export const auditRoutes = {
  audit: {
    method: 'GET',
    path: '/audit',
    summary: '留痕记录：按时间、人员、机构、事项筛选，最新的在前',
    access: 'signed-in',
    query: auditQuery,
    response: z.object({ items: z.array(auditRow), next: z.number().int().nullable() }),
    status: 200,
  },
  auditExport: {
    method: 'GET',
    path: '/audit/export',
    summary: '导出筛选出的留痕记录（csv）',
    access: 'signed-in',
    query: auditFilter,
    status: 200,
    file: true,
  },
  auditChain: {
    method: 'GET',
    path: '/audit/chain',
    summary: '留痕链的现状（省级）',
    access: 'signed-in',
    response: auditChain,
    status: 200,
  },
  checkAuditChain: {
    method: 'POST',
    path: '/audit/chain/check',
    summary: '从某一封存起核对留痕链，每次约两万条（省级）',
    access: 'signed-in',
    body: z.strictObject({ from: z.number().int().positive().default(1) }),
    response: auditCheck,
    status: 200,
  },
} as const satisfies Record<string, Route>;

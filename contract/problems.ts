import { z } from 'zod';

/**
 * Every coded refusal of the API: its HTTP status and its Chinese title. The detail and the cure come with the case.
 * An unknown code does not compile; `api/problems.ts` turns a refusal into application/problem+json.
 */
export const PROBLEMS = {
  'invalid-input': [400, '填写的内容有误'],
  'malformed-upload': [400, '上传内容不完整'],
  'malformed-json': [400, '请求内容无法识别'],
  'not-signed-in': [401, '尚未登录'],
  'wrong-credentials': [401, '用户名或密码错误'],
  'account-locked': [429, '账号已临时锁定'],
  'too-many-requests': [429, '请求过于频繁'],
  forbidden: [403, '无权执行此操作'],
  'cross-origin': [403, '请求来源不受信任'],
  'not-found': [404, '未找到'],
  'no-affiliation': [409, '没有有效的任职单位'],
  'no-reviewing-body': [409, '没有可受理的审核机构'],
  'not-declarable': [422, '不能申报'],
  'duplicate-open-claim': [409, '同一活动已在申报'],
  'evidence-missing': [422, '缺少证明材料'],
  'evidence-type': [415, '文件类型不支持'],
  'evidence-too-large': [413, '文件过大'],
  'evidence-empty': [422, '文件为空'],
  'evidence-limit': [409, '证明材料数量已达上限'],
  'body-too-large': [413, '请求内容过大'],
  'unsupported-media-type': [415, '请求格式不支持'],
  'revision-changed': [409, '内容已被更新'],
  'version-changed': [409, '申报内容已更新'],
  'claim-not-draft': [409, '申报已提交'],
  'claim-not-in-correction': [409, '申报不在补正期'],
  'correction-other-claim': [422, '补正不能改成另一项申报'],
  'correction-overdue': [409, '补正期限已过'],
  'claim-not-filed': [409, '申报尚未备案'],
  'claim-already-revoked': [409, '认定已被撤销'],
  'completion-already-revoked': [409, '登记已被撤销'],
  'withdrawal-too-late': [409, '已不能撤回'],
  'task-closed': [409, '任务已结束'],
  'task-claimed-by-other': [409, '任务已被他人认领'],
  'own-claim': [403, '不得审核本人的申报'],
  'acted-at-other-stage': [403, '已在其他环节审核过此申报'],
  recused: [403, '已回避此申报'],
  'take-back-too-late': [409, '已不能收回决定'],
  'not-your-decision': [403, '不是您作出的决定'],
  'hours-not-lower': [422, '学时只能核减'],
  'reasons-missing': [422, '缺少理由'],
  'article-missing': [422, '缺少依据条款'],
  'reason-place': [422, '理由所指的位置不存在'],
  'bulk-approve-only': [422, '批量办理只能同意'],
  'bulk-one-form': [422, '批量办理须为同一种形式'],
  'bulk-not-clean': [422, '需要逐项审核'],
  'transfer-target': [422, '不能转办给该人员'],
  'code-taken': [409, '已登记'],
  'lecturer-unknown': [422, '授课教师未登记'],
  'import-type': [415, '不是可导入的表格'],
  'import-empty': [422, '文件没有内容'],
  'import-too-large': [413, '文件过大'],
  'import-state': [409, '导入状态已变化'],
  'request-key-reused': [409, '幂等键已用于其他请求'],
  'purpose-missing': [422, '缺少查询目的'],
  'purpose-not-open': [403, '查询目的不在授权范围内'],
  'person-key-invalid': [422, '人员标识有误'],
  'case-number-invalid': [422, '事项编号有误'],
  'year-out-of-range': [422, '年度不在可查询范围内'],
  'machine-scope-mismatch': [422, '机构不能开通此用途'],
  'machine-ended': [409, '凭证已终止'],
  'certificate-none': [409, '本年度没有完成证书'],
  'certificate-unprintable': [409, '证书暂时无法打印'],
  'certificate-batch-running': [409, '正在生成'],
  'year-still-open': [409, '年度申报尚未截止'],
  'planned-held': [409, '计划已举办'],
  'training-organiser': [422, '培训的组织部门不符合要求'],
  'training-subjects': [422, '培训日期的科目不符合要求'],
  'hours-over-register': [422, '超出培训登记的学时'],
  'training-declared': [409, '培训已用于代报'],
  'training-files-limit': [409, '培训证明数量已达上限'],
  'unreadable-list': [422, '名单无法读取'],
  'proposal-answered': [409, '代报已答复'],
  'claim-proposed': [409, '单位代报待确认'],
  'case-moved': [409, '事项状态已变化'],
  'deferral-year': [422, '该年度不能顺延'],
  'deferral-window-closed': [422, '顺延申请已截止'],
  'deferral-backwards': [422, '顺延日期有误'],
  'deferral-too-long': [422, '顺延超过12个月'],
  'deferral-twice': [409, '不能再次顺延'],
  'deferral-requested': [409, '已有申请在办理'],
  'deferral-not-longer': [422, '顺延只能缩短'],
  'extension-not-due': [409, '不能登记延长年限'],
  'deferral-proof-missing': [422, '缺少单位证明'],
  'make-up-twice': [409, '已选定补学'],
  'make-up-no-deferral': [422, '没有已批准的顺延'],
  'make-up-other-day': [422, '课程不在顺延期限内'],
  'make-up-over': [409, '顺延期限已过'],
  'make-up-nothing': [422, '课程在该年度不能计入'],
  'password-change-required': [403, '需要先修改密码'],
  'wrong-password': [422, '当前密码不正确'],
  'person-known': [409, '该人员已登记'],
  'person-unknown': [422, '没有找到该人员'],
  'organisation-closed': [409, '机构已撤销'],
  'organisation-misfit': [422, '机构信息不符合要求'],
  'change-out-of-order': [409, '变更日期有误'],
  'role-misfit': [422, '不能授予该岗位'],
  'role-own': [403, '不能办理本人的岗位'],
  'role-held': [409, '已担任该岗位'],
  'role-ended': [409, '岗位已终止'],
  'move-open': [409, '已有办理中的调动'],
  'move-ended': [409, '调动已办结'],
  'move-answered': [409, '已经答复'],
  'move-same-place': [422, '无需调动'],
  'move-day': [422, '生效日期有误'],
  'move-not-yet': [409, '尚未到代办日期'],
  'merge-blocked': [409, '暂时不能合并'],
  'merge-state': [409, '合并状态已变化'],
  'merge-same-administrator': [403, '需要另一名管理员办理'],
  'merge-own': [403, '不能办理本人的合并'],
  'merge-same-person': [422, '是同一条登记'],
  'account-merged': [403, '账号已合并'],
  'successor-misfit': [422, '不能移交给该机构'],
  overloaded: [503, '系统繁忙'],
  'not-ready': [503, '系统尚未就绪'],
  'internal-error': [500, '系统内部错误'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Why something a person asked was not done, and what to do now. `more` carries facts for the page (who decided, when). */
export type Refusal = {
  code: ProblemCode;
  detail: string;
  fix: string;
  provision?: string | undefined;
  fields?: { path: string; message: string }[] | undefined;
  more?: Record<string, unknown> | undefined;
};

/** The outcome of an act: done with a value, or refused. A fault is an exception and neither. */
export type Outcomes<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** The code of a refusal, on the wire. */
export const problemCode = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]);

/** application/problem+json (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: problemCode,
  detail: z.string(),
  fix: z.string(),
  provision: z.string().optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  more: z.record(z.string(), z.unknown()).optional(),
  traceId: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

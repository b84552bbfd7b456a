import { z } from 'zod';
import { cursor, pageLimit } from './claims.ts';
import type { Route } from './routes.ts';
import { WAITING_CASES, type WaitingCase } from './stuck.ts';
import { codeOf, id, instant } from './values.ts';

/** What people are told about, each with its title in Chinese; the detail's facts fill the sentence on the page. */
export const NOTICES = {
  'claim-returned': '申报被退回补正',
  'claim-return-taken-back': '退回补正已收回',
  'claim-rejected': '申报未予认定',
  'claim-filed': '申报已备案，学时已计入',
  'claim-expired': '申报逾期未补正，已关闭',
  'password-reset': '您的登录密码已被重置',
  'identity-linked': '您的账号已关联统一身份',
  'title-review-access': '有单位查询了您的学时',
  'employer-reminder': '单位提醒您完成继续教育学时',
  'attendance-to-confirm': '单位代报待您确认',
  'proposal-objected': '有人对单位代报提出异议',
  'claim-revoked': '认定已被撤销，学时不再计入',
  'completion-revoked': '平台课程登记有误，已撤销',
  'certificate-issued': '继续教育完成证书已出具',
  'certificate-superseded': '继续教育完成证书已更新，原证书失效',
  'certificate-revoked': '继续教育完成证书已撤销',
  'certificate-unprintable': '证书含有暂时无法打印的字，正在处理',
  'year-closed': '年度学时结算结果',
  'ledger-mismatch': '台账核对发现不一致',
  'deferral-to-decide': '有一份顺延申请待本单位决定',
  'deferral-granted': '顺延已批准',
  'deferral-refused': '顺延申请未批准',
  'deferral-shortened': '顺延期限已缩短',
  'deferral-revoked': '顺延已被撤销',
  'deferral-reminder': '顺延期限临近',
  'deferral-made-up': '顺延年度已补学完成',
  'deferral-expired': '顺延期满未完成',
  'deferral-to-oversee': '辖区内有一份顺延获批',
  'sanction-to-handle': '有一件弄虚作假线索待办理',
  'sanction-reported-again': '已处理的案件有新的线索',
  'sanction-notice': '告知书：您有权陈述申辩',
  'sanction-extended': '陈述申辩期限已延长',
  'sanction-defended': '当事人提交了陈述申辩',
  'sanction-hearing-over': '陈述申辩期限届满，待决定',
  'sanction-to-confirm': '有一份处理决定待您确认',
  'sanction-imposed': '弄虚作假处理决定已生效',
  'sanction-imposed-told': '弄虚作假处理决定已生效（知悉）',
  'sanction-dismissed': '案件不予处理',
  'sanction-appealed': '当事人提出申诉',
  'sanction-appeal-refused': '申诉答复：维持原处理',
  'sanction-lifted': '处理已撤销，学时已恢复',
  'claim-restored': '因处理终止的申报已恢复办理',
  'sanction-lifted-told': '弄虚作假处理已撤销（知悉）',
  'sanction-ended': '失信记录期限已届满',
  'sanction-record-ended': '一件失信记录期限已届满',
  'title-order': '有一份职称办理通知',
  'title-order-reported': '职称办理结果待验收',
  'title-order-answered': '职称办理结果已答复',
  'title-order-overdue': '职称办理通知逾期',
  'title-order-withdrawn': '职称办理通知已收回',
  'reconsideration-to-decide': '有一份复核申请待办理',
  'reconsideration-overdue': '有一份复核逾期未办结',
  'reconsideration-escalated': '下级机构有一份复核逾期',
  'rejection-upheld': '复核结果：维持不予认定',
  'rejection-overturned': '复核结果：撤销不予认定，申报继续办理',
  'rejection-reviewed': '您作出的不予认定已有复核结果',
  'title-extended': '申报职称的年限被延长',
  'title-extension-ended': '申报职称年限的延长已取消',
  'review-due-soon': '有审核即将到期',
  'review-overdue': '有审核已逾期',
  'review-escalated': '有逾期审核已提交上级督办',
  'review-to-urge': '有逾期审核提交督办',
  'review-urged': '上级机构督办',
  'claim-nudged': '申报人催办',
  'claim-copied': '有申报抄送给您',
  'stand-in-named': '请您代理审核',
  'stand-in-ended': '代理提前结束',
  'stand-in-tasks': '代理期间有新任务',
  'stage-stuck': '有申报没有人可以办理',
  'case-stuck': '有案件没有足够的人员可以办理',
  'stuck-found': '对账发现新的滞留事项',
  'repair-to-confirm': '有一项处理待您确认',
  'task-assigned': '有任务改派给您',
  'claim-closed': '申报已终止',
  'claim-moved': '申报环节已调整',
  'move-requested': '有一次调动等待答复',
  'move-done': '调动已生效',
  'move-refused': '调动未获同意',
  'merge-done': '重复登记已合并',
  'merge-undone': '重复登记的合并已撤销',
  'rectification-ordered': '收到责令限期改正',
  'rectification-reminder': '整改期限临近',
  'rectification-reported': '单位报告了整改情况',
  'rectification-accepted': '整改已验收',
  'rectification-returned': '整改被退回',
  'rectification-extended': '整改期限已延长',
  'rectification-withdrawn': '责令整改已撤回',
  'rectification-overdue': '整改逾期',
  'complaint-received': '收到投诉举报',
  'complaint-assigned': '有投诉举报转来办理',
  'complaint-due-soon': '有投诉举报即将到期',
  'complaint-overdue': '有投诉举报逾期',
  'complaint-escalated': '下级部门有投诉举报逾期',
  'complaint-unattended': '有投诉举报没有人可以办理',
  'inquiry-asked': '结果应用检查待单位答复',
  'inquiry-answered': '单位答复了结果应用检查',
  'inquiry-concluded': '结果应用检查已有结论',
  'misconduct-referred': '收到移送的工作人员问题线索',
} as const;
export type NoticeKind = keyof typeof NOTICES;

type Facts = Record<string, string | number>;

/** One plain sentence a kind: what happened, and what to do. A kind without one says its title. */
const SENTENCES: Partial<Record<NoticeKind, (facts: Facts) => string>> = {
  'password-reset': () => '单位管理员为您重置了登录密码；如果不是您要求的，请立即联系省人社厅系统管理员。',
  'identity-linked': () =>
    '您的账号已关联统一身份认证，今后可以用它登录；如果不是您要求的，请立即联系省人社厅系统管理员。',
  'claim-rejected': ({ title, body, until }) =>
    `“${title}”未予认定，理由见申报详情。${body === undefined ? '' : `有异议的，可在${until}24时前向${body}申请一次复核，由另一名工作人员办理。`}`,
  'claim-returned': ({ title, until, takenBack }) =>
    takenBack === undefined
      ? `“${title}”需要补正，请在${until}24时前修改后重新提交；逾期将自动关闭。`
      : `“${title}”的退回补正已由审核机构收回，无需补正。`,
  'claim-return-taken-back': ({ title }) => `审核机构收回了对“${title}”的退回补正，申报继续审核，您无需补正。`,
  'claim-filed': ({ title, year }) => `“${title}”已备案，${year}年度学时已更新。`,
  'claim-expired': ({ title }) => `“${title}”未在期限内补正，申报已关闭；仍在申报期内的可以重新申报。`,
  'employer-reminder': ({ organisation, year, missing }) =>
    `${organisation}提醒您：${year}年度还差 ${missing} 学时，请尽快完成；已参加的活动请及时申报。`,
  'attendance-to-confirm': ({ organisation, title }) =>
    `${organisation}按学习档案为您代报了“${title}”，请在“我的申报”中确认；与事实不符的请提出异议。`,
  'proposal-objected': ({ title }) => `“${title}”的一份代报有异议，理由见学习档案的参训名单。`,
  'title-review-access': ({ organisation, purpose, caseNumber, years }) =>
    `${organisation}因“${purpose}”（事项编号 ${caseNumber}）查询了您${years}年度的学时；查询记录可随时查看。`,
  'certificate-issued': ({ number, year }) => `${year}年度继续教育完成证书已出具，编号 ${number}，可在“我的年度”下载。`,
  'certificate-superseded': ({ number, year }) =>
    `${year}年度学时或持证信息有变更，证书 ${number} 已失效，新证书可在“我的年度”下载。`,
  'certificate-revoked': ({ number, year }) => `${year}年度学时有变更，证书 ${number} 已撤销；原因见“我的年度”。`,
  'certificate-unprintable': ({ number }) =>
    `证书 ${number} 含有系统字库没有的字，暂时无法打印，管理员补充字体后即可下载；证书本身有效。`,
  'ledger-mismatch': ({ year }) =>
    `夜间核对发现一名人员${year}年度的台账与重新计算不一致，请在“台账核对”中查明原因并结案。`,
  'year-closed': ({ year, verdict, open }) =>
    `${year}年度申报已截止，您的年度结论为“${verdict}”。${Number(open) > 0 ? `另有 ${open} 件申报仍在审核，办结后结论随之更新。` : ''}`,
  'deferral-to-decide': ({ year }) => `有一份${year}年度的顺延申请，等待本单位出具证明并决定，请在顺延页面办理。`,
  'deferral-granted': ({ year, until }) => `${year}年度继续教育已批准顺延至${until}，请在此前补学并申报。`,
  'deferral-refused': ({ year }) => `${year}年度的顺延申请未获批准，理由见顺延页面。`,
  'deferral-shortened': ({ year, until }) => `${year}年度的顺延改为${until}截止，请抓紧补学。`,
  'deferral-revoked': ({ year }) => `${year}年度的顺延已被人社部门撤销，理由见顺延页面。`,
  'deferral-reminder': ({ year, until, days }) =>
    `${year}年度的顺延将于${until}截止（${days}天提醒），请尽快补学并申报；逾期未完成的，该年度为不合格。`,
  'deferral-made-up': ({ year }) => `${year}年度学时已在顺延期限内补学完成。`,
  'deferral-expired': ({ year, until }) => `${year}年度的顺延已于${until}期满，学时仍未完成（第十七条）。`,
  'deferral-to-oversee': ({ organisation, year, until }) =>
    `${organisation}批准了一份${year}年度的顺延，至${until}；不符合条件的，可在顺延页面撤销。`,
  'reconsideration-to-decide': ({ title, organisation, due }) =>
    `申报人对${organisation}就“${title}”作出的不予认定申请复核，请在${due}前办结；办理过这份申报的人员不得复核。`,
  'reconsideration-overdue': ({ title, due }) => `“${title}”的复核应于${due}前办结，已逾期，请尽快办理。`,
  'reconsideration-escalated': ({ title, organisation, due }) =>
    `${organisation}办理的“${title}”的复核应于${due}前办结，至今没有结果，请督促。`,
  'rejection-upheld': ({ title, organisation }) =>
    `${organisation}复核后维持对“${title}”的不予认定，理由和条款见申报详情；复核以一次为限。`,
  'rejection-overturned': ({ title, organisation }) =>
    `${organisation}复核后撤销了对“${title}”的不予认定，申报从原环节继续办理，进度见申报详情。`,
  'rejection-reviewed': ({ title, organisation, outcome }) =>
    `您对“${title}”作出的不予认定，经${organisation}复核：${outcome}。理由见申报详情。`,
  'sanction-to-handle': ({ number, year }) => `第 ${number} 号案件（${year}年度）有新的线索，请核实并告知当事人。`,
  'sanction-reported-again': ({ number, year }) =>
    `第 ${number} 号案件（${year}年度）已经处理，新的线索并入该案件；认为原处理有误或者不够的，由有权机构撤销后重新处理。`,
  'sanction-notice': ({ year, until }) =>
    `您${year}年度的学时申报涉嫌弄虚作假。您有权陈述申辩，期限至${until}24时；逾期提交的仍予保存并注明。事实和理由见案件页面。`,
  'sanction-extended': ({ until }) => `陈述申辩期限已延长至${until}24时。`,
  'sanction-defended': ({ number }) => `第 ${number} 号案件的当事人提交了陈述申辩，请查看。`,
  'sanction-hearing-over': ({ number }) => `第 ${number} 号案件的陈述申辩期限已届满，可以作出决定。`,
  'sanction-to-confirm': ({ number }) => `第 ${number} 号案件有一份拟定的处理，须由另一名工作人员确认。`,
  'sanction-imposed': ({ year, endsOn }) =>
    `${year}年度学时已全部取消，失信记录至${endsOn}零时终止，期间不得申报职称（第二十一条）。不服的，可以在案件页面申诉。`,
  'sanction-imposed-told': ({ number, year }) =>
    `第 ${number} 号案件：有关人员${year}年度学时因弄虚作假取消（第二十一条），此前的查询结果可能随之改变。`,
  'sanction-dismissed': ({ year }) => `您${year}年度的案件不予处理，学时和证书没有变化。`,
  'sanction-appealed': ({ number }) => `第 ${number} 号案件的当事人提出申诉，请由没有参与原决定的人员答复。`,
  'sanction-appeal-refused': ({ year }) => `您对${year}年度处理的申诉已答复：维持原处理，理由见案件页面。`,
  'sanction-lifted': ({ year, restored, left }) =>
    `对您${year}年度的处理已撤销，学时和证书已恢复。${Number(restored) > 0 ? `当时终止的 ${restored} 项申报已恢复办理。` : ''}${Number(left) > 0 ? `另有 ${left} 项因同一活动已重新申报，不再恢复。` : ''}`,
  'claim-restored': ({ title, until }) =>
    until === undefined
      ? `“${title}”因处理终止，现处理已撤销，申报从原环节继续办理，首次提交日期不变。`
      : `“${title}”因处理终止，现处理已撤销；请在${until}24时前补正并重新提交，首次提交日期不变。`,
  'sanction-lifted-told': ({ number, year }) => `第 ${number} 号案件：对有关人员${year}年度的处理已撤销，学时已恢复。`,
  'sanction-ended': ({ endsOn }) => `您的失信记录已于${endsOn}零时终止，可以申报职称。`,
  'sanction-record-ended': ({ number }) => `第 ${number} 号案件的失信记录期限已届满，自动终止。`,
  'title-order': ({ dueOn }) => `有一份职称办理通知，请在${dueOn}前办理并报告。`,
  'title-order-overdue': ({ dueOn }) => `一份职称办理通知至${dueOn}仍未报告，已逾期。`,
  'title-extended': ({ year, years }) =>
    `因无正当理由未参加${year}年度的补学，单位登记了您申报职称的年限延长 ${years} 年（第十七条）；理由见顺延页面。`,
  'title-extension-ended': ({ year }) => `因${year}年度补学而登记的申报职称年限延长已取消，理由见顺延页面。`,
  'review-due-soon': ({ organisation, stage, count }) => `${organisation}有 ${count} 项${stage}即将到期，请及时办理。`,
  'review-overdue': ({ organisation, stage, count }) =>
    `${organisation}有 ${count} 项${stage}已超过办理期限，请尽快办理。`,
  'review-escalated': ({ organisation, stage, count }) =>
    `${organisation}有 ${count} 项${stage}逾期满5个工作日，已提交上级机构督办，请立即办理。`,
  'review-to-urge': ({ organisation, count }) => `有 ${count} 项逾期审核提交${organisation}督办，请在督办页面查看。`,
  'review-urged': ({ organisation, title, note }) => `${organisation}督办“${title}”：${note}`,
  'claim-nudged': ({ title }) => `申报人催办“${title}”，请及时办理。`,
  'claim-copied': ({ person, title, note }) => `${person}把“${title}”抄送给您${note === '' ? '' : `：${note}`}`,
  'stand-in-named': ({ person, organisation, fromOn, untilOn }) =>
    `${person}自${fromOn}至${untilOn}请假，由您在${organisation}代理；这段时间其认领的任务可由您接手。`,
  'stand-in-ended': ({ person }) => `${person}的请假已提前结束，代理随之终止。`,
  'stand-in-tasks': ({ person, organisation, count }) =>
    `您代理的${person}在${organisation}的岗位新到 ${count} 项任务。`,
  'stage-stuck': ({ organisation, count }) =>
    `${organisation === '' ? '' : `${organisation}`}有 ${count} 项申报没有人可以办理，请在滞留事项中查看并安排人员。`,
  'case-stuck': ({ organisation, case: kind, needed, eligible }) =>
    `${organisation}有一件${WAITING_CASES[kind as WaitingCase]}须由 ${needed} 名人员办理，目前可以办理的有 ${eligible} 名（其余的不在岗或须回避），请安排人员。`,
  'repair-to-confirm': ({ what }) => `另一名管理员提出“${what}”，会改变结果，请在滞留事项中核对后确认。`,
  'task-assigned': ({ title }) => `“${title}”改派给您办理，请在待办中查看。`,
  'claim-closed': ({ title, reason, body, until }) =>
    `“${title}”已由管理员终止，没有计入学时。理由：${reason}。${body === undefined ? '' : `有异议的，可在${until}24时前向${body}申请一次复核，由未参与终止的工作人员办理；`}仍在申报期内的也可以重新申报。`,
  'claim-moved': ({ title, stage }) => `“${title}”因办理故障由管理员调整，从${stage}重新办理，您无需操作。`,
  'stuck-found': ({ count }) => `对账新发现 ${count} 个问题，请在滞留事项中查看原因并处理。`,
  'move-requested': ({ fromOn }) => `有一次拟自${fromOn}起的调动，请查看并答复。`,
  'move-done': ({ fromOn }) => `拟自${fromOn}起的调动各方均已同意，已登记生效；已提交的申报仍由原机构办理。`,
  'merge-done': () => '您的重复登记已合并：学时都计入保留的登记，请用保留的账号登录；有疑问请联系省人社厅。',
  'merge-undone': () => '您的登记合并已撤销，两条登记的学时和账号恢复原状；有疑问请联系省人社厅。',
  'rectification-ordered': ({ organisation, target, until }) =>
    `${organisation}责令${target}在${until}前改正并报告（第二十二条），要求见责令整改页面。`,
  'rectification-reminder': ({ target, until, days }) =>
    `${target}的整改将于${until}到期（${days}天提醒），请尽快改正并报告；逾期将报上一级部门。`,
  'rectification-reported': ({ target }) => `${target}已报告整改情况，请验收。`,
  'rectification-accepted': ({ organisation }) => `${organisation}已验收，本次整改完成。`,
  'rectification-returned': ({ organisation, until }) =>
    `${organisation}认为整改不到位，请在${until}前继续改正并再次报告。`,
  'rectification-extended': ({ until }) => `整改期限延长至${until}。`,
  'rectification-withdrawn': ({ organisation }) => `${organisation}撤回了责令整改，无需再办理。`,
  'rectification-overdue': ({ organisation, target, until }) =>
    `${target}未在${until}前报告整改（${organisation}责令），已转为逾期。`,
  'complaint-received': ({ number }) => `收到编号 ${number} 的投诉举报，请转办或自行调查。`,
  'complaint-assigned': ({ number }) => `编号 ${number} 的投诉举报转由本部门调查核实。`,
  'complaint-due-soon': ({ number, duty, due }) => `编号 ${number} 的投诉举报应于${due}前${duty}，请及时办理。`,
  'complaint-overdue': ({ number, duty, due }) => `编号 ${number} 的投诉举报应于${due}前${duty}，已逾期，请尽快办理。`,
  'complaint-escalated': ({ number, body, duty, due }) =>
    `编号 ${number} 的投诉举报应由${body}于${due}前${duty}，至今没有办结；请督促，或改由其他部门办理。`,
  'complaint-unattended': ({ number }) =>
    `编号 ${number} 的投诉举报没有未被投诉的监督人员可以办理，请为省人社厅指定监督人员。`,
  'inquiry-asked': ({ organisation, year }) =>
    `${organisation}检查${year}年度继续教育结果的应用情况，请在“监督检查”中答复。`,
  'inquiry-answered': ({ target, year }) => `${target}答复了${year}年度的结果应用检查，请作出结论。`,
  'inquiry-concluded': ({ organisation, year, verdict }) =>
    `${organisation}对${year}年度结果应用检查的结论：${verdict}。`,
  'misconduct-referred': ({ organisation }) => `${organisation}移送了一条工作人员问题线索，请处理（第二十三条）。`,
  'move-refused': ({ fromOn }) => `拟自${fromOn}起的调动有一方未同意，任职没有变化；理由见调动记录。`,
};

/** What a notice says, the same on the page and in a message. */
export const noticeText = (kind: NoticeKind, facts: Facts): string => SENTENCES[kind]?.(facts) ?? NOTICES[kind];

/** Where a notice leads to, as a path of the web; null when there is nothing to open. */
export function noticePath(facts: Facts): string | null {
  const { claimId, path } = facts;
  if (typeof claimId === 'string') return `/claims/${claimId}`;
  return typeof path === 'string' && /^\/[a-z0-9/-]*$/.test(path) ? path : null;
}

export const EMAIL_WISHES = { off: '不发送', 'at-once': '随时发送', daily: '每天上午八点汇总' } as const;
export const SMS_WISHES = { off: '不发送', 'at-once': '随时发送' } as const;
export type EmailWish = keyof typeof EMAIL_WISHES;
export type SmsWish = keyof typeof SMS_WISHES;

const notice = z.object({
  id,
  kind: codeOf(NOTICES),
  title: z.string(),
  text: z.string(),
  path: z.string().nullable(),
  at: instant,
  isRead: z.boolean(),
});
export type ShownNotice = z.infer<typeof notice>;

export const noticesQuery = z.strictObject({
  unread: z.enum(['true', 'false']).optional(),
  limit: pageLimit,
  after: cursor.optional(),
});
export const noticesPage = z.object({ items: z.array(notice), next: z.string().nullable(), unread: z.number().int() });
export type NoticesPage = z.infer<typeof noticesPage>;

/** Which notices have been read: some by id, or all until now. */
export const noticesRead = z.union([
  z.strictObject({ ids: z.array(id).min(1).max(100) }),
  z.strictObject({ all: z.literal(true) }),
]);

export const contactWishes = z.object({
  email: z.string().nullable(),
  phone: z.string().nullable(),
  emailWish: codeOf(EMAIL_WISHES),
  smsWish: codeOf(SMS_WISHES),
});
export type ContactWishes = z.infer<typeof contactWishes>;
export const contactChange = z
  .strictObject({
    email: z.email('请填写有效的电子邮箱').max(254).nullable(),
    phone: z
      .string()
      .regex(/^1[0-9]{10}$/, '请填写 11 位手机号')
      .nullable(),
    emailWish: codeOf(EMAIL_WISHES),
    smsWish: codeOf(SMS_WISHES),
  })
  .refine((c) => c.emailWish === 'off' || c.email !== null, { path: ['email'], message: '请先填写电子邮箱' })
  .refine((c) => c.smsWish === 'off' || c.phone !== null, { path: ['phone'], message: '请先填写手机号' });

export const noticesRoutes = {
  notices: {
    method: 'GET',
    path: '/me/notices',
    summary: '我的消息',
    access: 'signed-in',
    query: noticesQuery,
    response: noticesPage,
    status: 200,
  },
  readNotices: {
    method: 'POST',
    path: '/me/notices/read',
    summary: '标记消息为已读',
    access: 'signed-in',
    body: noticesRead,
    response: z.object({ unread: z.number().int() }),
    status: 200,
  },
  contact: {
    method: 'GET',
    path: '/me/contact',
    summary: '联系方式与通知方式',
    access: 'signed-in',
    response: contactWishes,
    status: 200,
  },
  changeContact: {
    method: 'PATCH',
    path: '/me/contact',
    summary: '修改联系方式与通知方式',
    access: 'signed-in',
    body: contactChange,
    response: contactWishes,
    status: 200,
  },
} as const satisfies Record<string, Route>;

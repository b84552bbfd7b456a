/** What people are told about, each with its title in Chinese; the detail's facts fill the sentence on the page. */
export const NOTICES = {
  'claim-returned': '申报被退回补正',
  'claim-rejected': '申报未予认定',
  'claim-filed': '申报已备案，学时已计入',
  'claim-expired': '申报逾期未补正，已关闭',
} as const;
export type NoticeKind = keyof typeof NOTICES;

/** What a machine's credentials open (机器凭证). */
export const MACHINE_SCOPES = {
  completions: '公共服务平台学时登记',
  'title-review': '职称评审查询',
  registration: '职业资格注册查询',
  assessment: '用人单位年度考核查询',
} as const;
export type MachineScope = keyof typeof MACHINE_SCOPES;

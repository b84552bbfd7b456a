/** Why a sign-in at the provider did not lead in, in words for the log-in page. */
export const SIGN_IN_FAULTS = {
  unknown: [
    '您的统一身份还没有关联本系统的账号。',
    '请把下面的关联码告诉您单位的管理员，由其核实后关联；有用户名和密码的，可以照常登录。',
  ],
  closed: ['您的账号已停用。', '请联系您单位的管理员。'],
  merged: ['您关联的账号属于重复登记，已与另一条登记合并。', '请用保留的那个账号登录，并请单位管理员重新关联。'],
  away: ['统一身份认证暂时没有应答。', '请稍后再试，或用用户名和密码登录。'],
  expired: ['这次登录已过期或已经用过。', '请重新点击登录；同一次登录请在同一个浏览器中、十分钟内完成。'],
  denied: ['统一身份认证没有同意这次登录。', '请重新登录；如果反复出现，请联系统一身份认证的管理员。'],
  failed: ['统一身份认证的答复没有通过核对，未予登录。', '请重新登录；如果反复出现，请联系系统管理员。'],
  'too-many': ['这个网络地址登录失败的次数过多。', '请十分钟后再试。'],
} as const satisfies Record<string, readonly [string, string]>;
export type SignInFault = keyof typeof SIGN_IN_FAULTS;

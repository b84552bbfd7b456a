import { type Caller, isProvinceAdministrator, provinceOnly, refuse } from './caller.ts';

/** What the acts on the catalogues share: who keeps them, and how a lost race is told. */

/** Null for who keeps the province's catalogues. */
export const whyNotKeeper = (caller: Caller) => (isProvinceAdministrator(caller) ? null : provinceOnly());

export const codeTaken = (code: string) =>
  refuse('code-taken', `编码 ${code} 已在目录中。`, '请核对编码；如要更正已有条目，请在列表中修改。', {
    fields: [{ path: 'code', message: '编码已使用' }],
  });

export const staleEntry = () => refuse('revision-changed', '这一条目已被他人修改。', '请刷新列表，在最新内容上修改。');
